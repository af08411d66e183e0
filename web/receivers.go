package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type newReceiverBody struct {
	Kind      string    `json:"kind"`
	Host      string    `json:"host"`
	Purpose   string    `json:"purpose"`
	AreaID    uuid.UUID `json:"area_id"`
	DailyRows int       `json:"daily_rows"`
	EndsOn    string    `json:"ends_on"`
}

type receiverBody struct {
	ID uuid.UUID `json:"id"`
	newReceiverBody
	ApprovedOn string `json:"approved_on"`
	Ended      bool   `json:"ended"`
}

// listReceivers gives the officer who may have what leaves the own areas by itself.
func (s *Server) listReceivers(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Receivers(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	today := date(s.today())
	return answer(w, http.StatusOK, whole(found, func(r register.Receiver) receiverBody {
		body := newReceiverBody{Kind: r.Kind, Host: r.Host, Purpose: r.Purpose, AreaID: r.Area, DailyRows: r.DailyRows, EndsOn: date(r.EndsOn)}
		return receiverBody{ID: r.ID, newReceiverBody: body, ApprovedOn: date(r.ApprovedOn), Ended: body.EndsOn <= today}
	}))
}

// approveReceiver adds one; the page without login names it at once.
func (s *Server) approveReceiver(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newReceiverBody](w, r)
	if err != nil {
		return err
	}
	endsOn, err := time.Parse(time.DateOnly, body.EndsOn)
	if err != nil {
		return invalid("ends_on", "Write the day as 2027-03-31.")
	}
	for _, choice := range []struct{ field, list, code string }{{"kind", "receiver_kinds", body.Kind}, {"purpose", "purposes", body.Purpose}} {
		if _, known := geo.ClosedLists().Find(choice.list, choice.code); !known {
			return invalid(choice.field, "This is not on the list; see /api/v1/lists.")
		}
	}
	if body.DailyRows < 1 || body.DailyRows > 1_000_000 {
		return invalid("daily_rows", "Give the most rows in a day, 1 to 1,000,000.")
	}
	err = s.DB.ApproveReceiver(r.Context(), who.Principal, register.Receiver{
		ID: id, Kind: body.Kind, Host: body.Host, Purpose: body.Purpose, Area: body.AreaID, DailyRows: body.DailyRows, EndsOn: endsOn,
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// endReceiver ends one before its day.
func (s *Server) endReceiver(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.EndReceiver(r.Context(), who.Principal, id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
