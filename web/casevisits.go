package web

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/web/access"
)

type caseVisitBody struct {
	ID      uuid.UUID `json:"id"`
	VisitOn string    `json:"visit_on"`
	Agreed  bool      `json:"agreed"`
}

// newVisitBody is a visit to who brought a matter; the address is not kept with the case.
type newVisitBody struct {
	caseVisitBody
	Street string  `json:"street"`
	Number string  `json:"number"`
	Unit   *string `json:"unit"`
	Opens  *string `json:"opens"`
	Closes *string `json:"closes"`
}

func showCaseVisit(v casework.CaseVisit) caseVisitBody {
	return caseVisitBody{v.ID, date(v.VisitOn), v.Agreed}
}

func (s *Server) listCaseVisits(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	visits, err := s.office.CaseVisits(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(visits, showCaseVisit))
}

func (s *Server) askCaseVisit(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, body, err := mediating[newVisitBody](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return errNoID
	}
	wish := casework.VisitWish{Case: id, CaseVisit: casework.CaseVisit{ID: body.ID, Agreed: body.Agreed}, Street: strings.TrimSpace(body.Street), Number: strings.TrimSpace(body.Number)}
	if body.Unit != nil {
		wish.Unit = strings.TrimSpace(*body.Unit)
	}
	if wish.VisitOn, err = parseDate("visit_on", body.VisitOn); err != nil {
		return err
	}
	if wish.Opens, wish.Closes, err = clocks("opens", body.Opens, "closes", body.Closes); err != nil {
		return err
	}
	_, err = s.office.AskVisit(r.Context(), who.Principal, wish)
	return done(w, err)
}
