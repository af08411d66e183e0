package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type disclosureBody struct {
	AreaID    uuid.UUID `json:"area_id"`
	MadeOn    string    `json:"made_on"`
	Recipient string    `json:"recipient"`
	Basis     string    `json:"basis"`
	Content   string    `json:"content"`
	Places    int       `json:"places"`
}

// listDisclosures gives the officer what was disclosed of the own areas.
func (s *Server) listDisclosures(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Disclosures(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(d register.Disclosure) disclosureBody {
		return disclosureBody{AreaID: d.Area, MadeOn: date(d.MadeOn), Recipient: d.Recipient, Basis: d.Basis, Content: d.Content, Places: d.Places}
	}))
}

// recordDisclosure adds one for good; the page without login tells of it at once.
func (s *Server) recordDisclosure(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[disclosureBody](w, r)
	if err != nil {
		return err
	}
	madeOn, err := time.Parse(time.DateOnly, body.MadeOn)
	if err != nil {
		return invalid("made_on", "Write the day as 2027-03-31.")
	}
	for _, choice := range []struct{ field, list, code string }{
		{"recipient", "disclosure_recipients", body.Recipient}, {"basis", "disclosure_bases", body.Basis}, {"content", "disclosure_contents", body.Content},
	} {
		if _, known := geo.ClosedLists().Find(choice.list, choice.code); !known {
			return invalid(choice.field, "This is not on the list; see /api/v1/lists.")
		}
	}
	if body.Places < 0 || body.Places > 10_000_000 {
		return invalid("places", "Give the number of places, 0 to 10,000,000.")
	}
	err = s.DB.RecordDisclosure(r.Context(), who.Principal, register.Disclosure{
		ID: id, Area: body.AreaID, MadeOn: madeOn, Recipient: body.Recipient, Basis: body.Basis, Content: body.Content, Places: body.Places,
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
