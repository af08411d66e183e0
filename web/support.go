package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// supportBody is a consent with what is wanted under it, as the assigned worker has it.
type supportBody struct {
	ConsentID uuid.UUID `json:"consent_id"`
	Services  []string  `json:"services"`
	Contact   *string   `json:"contact"`
	ExpiresOn string    `json:"expires_on"`
	RenewFrom string    `json:"renew_from"`
}

func showSupport(s register.SupportWanted) supportBody {
	return supportBody{ConsentID: s.ID, Services: s.Services, Contact: orNull(s.Contact), ExpiresOn: date(s.ExpiresOn), RenewFrom: date(s.RenewFrom())}
}

// ownedSupportBody is what the service's owner needs besides: where.
type ownedSupportBody struct {
	supportBody
	Address string  `json:"address"`
	Near    *string `json:"near"`
}

func (s *Server) listSupport(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	after, err := part.afterID()
	if err != nil {
		return err
	}
	found, err := s.DB.SupportWanted(r.Context(), who.Principal, s.Keys, after, part.limit+1)
	if err != nil {
		return err
	}
	show := func(wanted register.SupportWanted) ownedSupportBody {
		return ownedSupportBody{supportBody: showSupport(wanted), Address: wanted.Address.Line(), Near: orNull(wanted.Near)}
	}
	return answer(w, http.StatusOK, listed(found, part.limit, show, func(wanted register.SupportWanted) string { return wanted.ID.String() }))
}

// finishSupport says that a one-off service was done.
func (s *Server) finishSupport(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		Service string `json:"service"`
	}](w, r)
	if err != nil {
		return err
	}
	if _, known := geo.ClosedLists().Find("services", body.Service); !known {
		return invalid("service", "The service is not on the list; see /api/v1/lists.")
	}
	if err := s.DB.FinishSupport(r.Context(), who.Principal, id, body.Service); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
