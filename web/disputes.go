package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// newDisputeBody is what a party asks to have mediated. Where it was asked decides in
// which area it is, and is not kept.
type newDisputeBody struct {
	Matter  string   `json:"matter"`
	Lon     *float64 `json:"lon"`
	Lat     *float64 `json:"lat"`
	Source  string   `json:"source"`
	Method  string   `json:"method"`
	Receipt string   `json:"receipt"`
	Contact string   `json:"contact"`
}

func (b newDisputeBody) dispute(id uuid.UUID, on time.Time) (dispute register.Dispute, err error) {
	dispute = register.Dispute{ID: id, Matter: b.Matter, Source: b.Source, Method: b.Method, AskedOn: on}
	if dispute.At, err = pointOf(b.Lon, b.Lat); err != nil {
		return dispute, err
	}
	if !slices.Contains(takenDown, b.Source) {
		return dispute, invalid("source", "The source is doorstep, desk or phone.")
	}
	if _, known := geo.ClosedLists().Find("ask_methods", b.Method); !known || b.Method == "online" {
		return dispute, invalid("method", "Mediation is asked for in speech, on paper or by phone; see /api/v1/lists.")
	}
	if dispute.Contact, err = register.ParseContact(b.Contact); err != nil {
		return dispute, err
	}
	dispute.Receipt, err = register.ParseReceipt(b.Receipt)
	return dispute, err
}

// mediationAskedBody is what whoever took it down hears, and nothing later.
type mediationAskedBody struct {
	ID        uuid.UUID `json:"id"`
	Matter    string    `json:"matter"`
	AskedOn   string    `json:"asked_on"`
	ConfirmBy string    `json:"confirm_by"`
}

func (s *Server) askMediation(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newDisputeBody](w, r)
	if err != nil {
		return err
	}
	dispute, err := body.dispute(id, s.today())
	if err != nil {
		return err
	}
	if err := s.DB.CheckOffered(r.Context(), dispute.Matter, dispute.ID); err != nil {
		return err
	}
	added, err := s.DB.AskMediation(r.Context(), who.Principal, s.Keys, dispute)
	if err != nil {
		return err
	}
	return answer(w, created(added), mediationAskedBody{ID: id, Matter: dispute.Matter, AskedOn: date(dispute.AskedOn),
		ConfirmBy: date(dispute.AskedOn.AddDate(0, 0, register.ConfirmWithin))})
}

type disputeBody struct {
	ID          uuid.UUID `json:"id"`
	Matter      string    `json:"matter"`
	AreaID      uuid.UUID `json:"area_id"`
	Source      string    `json:"source"`
	Method      string    `json:"method"`
	AskedOn     string    `json:"asked_on"`
	ConfirmBy   string    `json:"confirm_by"`
	ConfirmedOn *string   `json:"confirmed_on"`
	DueOn       string    `json:"due_on"`
	HasContact  bool      `json:"has_contact"`
}

func showDispute(d register.FiledDispute) disputeBody {
	body := disputeBody{
		ID: d.ID, Matter: d.Matter, AreaID: d.Area, Source: d.Source, Method: d.Method, AskedOn: date(d.AskedOn),
		ConfirmBy: date(d.AskedOn.AddDate(0, 0, register.ConfirmWithin)), DueOn: date(d.DueOn), HasContact: d.Contact,
	}
	if d.ConfirmedOn != nil {
		body.ConfirmedOn = orNull(date(*d.ConfirmedOn))
	}
	return body
}

func (s *Server) listDisputes(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	page := register.DisputePage{Limit: part.limit + 1}
	if page.AfterDay, page.AfterID, err = part.afterDay(); err != nil {
		return err
	}
	disputes, err := s.DB.Disputes(r.Context(), who.Principal, page)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(disputes, part.limit, showDispute, func(d register.FiledDispute) string { return dayAndID(d.AskedOn, d.ID) }))
}

func (s *Server) getDisputeContact(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	contact, err := s.DB.DisputeContact(r.Context(), who.Principal, s.Keys, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, map[string]*string{"contact": orNull(contact)})
}

func (s *Server) confirmDispute(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.ConfirmDispute(r.Context(), who.Principal, id))
}
