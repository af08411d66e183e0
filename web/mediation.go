package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/web/access"
)

type mediatorBody struct {
	AccountID uuid.UUID `json:"account_id"`
	Name      string    `json:"name"`
}

type namedBody struct {
	mediatorBody
	Since string `json:"since"`
	By    string `json:"by"`
}

// mediatorsBody tells who may see the parties of a dispute, and of the parties nothing.
type mediatorsBody struct {
	Named   []namedBody    `json:"named"`
	MayName []mediatorBody `json:"may_name"`
	You     bool           `json:"you"`
}

func showMediators(found casework.Mediators) mediatorsBody {
	body := mediatorsBody{Named: []namedBody{}, MayName: []mediatorBody{}, You: found.You}
	for _, one := range found.Now {
		body.Named = append(body.Named, namedBody{mediatorBody{one.Account, one.Name}, date(one.Since), one.By})
	}
	for _, one := range found.May {
		body.MayName = append(body.MayName, mediatorBody{one.Account, one.Name})
	}
	return body
}

func (s *Server) listMediators(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := s.office.Mediators(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showMediators(found))
}

func (s *Server) nameMediator(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		ID        uuid.UUID  `json:"id"`
		AccountID uuid.UUID  `json:"account_id"`
		InsteadOf *uuid.UUID `json:"instead_of"`
	}](w, r)
	if err != nil {
		return err
	}
	naming := casework.Naming{ID: body.ID, Case: id, Account: body.AccountID}
	if body.InsteadOf != nil {
		naming.InsteadOf = *body.InsteadOf
	}
	if naming.ID == uuid.Nil {
		return invalid("id", "The naming needs an id of its own, a UUID.")
	}
	added, err := s.office.NameMediator(r.Context(), who.Principal, naming)
	if err != nil {
		return err
	}
	found, err := s.office.Mediators(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, created(added), showMediators(found))
}
