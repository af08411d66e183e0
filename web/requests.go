package web

import (
	"context"
	"errors"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/web/access"
)

// placeErased comes after a place is gone from the database and before that is said:
// the ledger outside of it has it, and no file that was made before is handed out.
func (s *Server) placeErased(ctx context.Context) error {
	if err := errors.Join(s.Shelf.Clear(), s.Uploads.Clear()); err != nil {
		return err
	}
	return s.Ledger.Sync(ctx, s.DB)
}

type foundPlaceBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	Address     string    `json:"address"`
}

// findPlaces finds the place of a resident who is there. The address comes in the body:
// addresses of the service are kept by proxies.
func (s *Server) findPlaces(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Address string `json:"address"`
	}](w, r)
	if err != nil {
		return err
	}
	if n := utf8.RuneCountInString(body.Address); n < 4 || n > 200 {
		return invalid("address", "Give street and number, 4 to 200 characters.")
	}
	found, err := s.DB.PlacesAt(r.Context(), who.Principal, body.Address)
	if err != nil {
		return err
	}
	show := func(h register.Household) foundPlaceBody {
		return foundPlaceBody{HouseholdID: h.ID, Address: h.Address.Line()}
	}
	return answer(w, http.StatusOK, listed(found, len(found), show, nil))
}

type plannedVisitBody struct {
	Round   string `json:"round"`
	Purpose string `json:"purpose"`
	Day     string `json:"day"`
	State   string `json:"state"`
}

type pairVisitBody struct {
	ProposedOn string  `json:"proposed_on"`
	EndsOn     *string `json:"ends_on"`
}

type placeReadBody struct {
	At      time.Time `json:"at"`
	Reader  string    `json:"reader"`
	Purpose string    `json:"purpose"`
	Kind    string    `json:"kind"`
}

// placeReportBody is all that is held of a place and told by address.
type placeReportBody struct {
	Address   string             `json:"address"`
	Lon       float64            `json:"lon"`
	Lat       float64            `json:"lat"`
	Doors     int                `json:"doors"`
	Window    *[2]string         `json:"window"`
	Visits    []plannedVisitBody `json:"visits"`
	DoorNotes []doorNoteBody     `json:"door_notes"`
	InPairs   []pairVisitBody    `json:"in_pairs"`
	Reads     []placeReadBody    `json:"reads"`
}

func showPlaceReport(report register.PlaceReport) placeReportBody {
	place := report.Place
	body := placeReportBody{
		Address: place.Address.Line(), Lon: place.At.Lon(), Lat: place.At.Lat(), Doors: place.Doors,
		Visits: []plannedVisitBody{}, DoorNotes: []doorNoteBody{}, InPairs: []pairVisitBody{}, Reads: []placeReadBody{},
	}
	if place.Window != nil {
		clock := func(d time.Duration) string { return time.Time{}.Add(d).Format("15:04") }
		body.Window = &[2]string{clock(place.Window.Opens), clock(place.Window.Closes)}
	}
	for _, v := range report.Visits {
		body.Visits = append(body.Visits, plannedVisitBody{Round: v.Round, Purpose: v.Purpose, Day: date(v.Day), State: v.State})
	}
	for _, note := range report.Notes {
		body.DoorNotes = append(body.DoorNotes, doorNoteBody{Note: note.Note, SeenOn: date(note.SeenOn)})
	}
	for _, pair := range report.Pairs {
		shown := pairVisitBody{ProposedOn: date(pair.ProposedOn)}
		if pair.EndsOn != nil {
			ends := date(*pair.EndsOn)
			shown.EndsOn = &ends
		}
		body.InPairs = append(body.InPairs, shown)
	}
	for _, one := range report.Reads {
		body.Reads = append(body.Reads, placeReadBody{At: one.At.UTC(), Reader: one.Reader, Purpose: one.Purpose, Kind: one.Kind})
	}
	return body
}

type askedBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	// Checked says how the officer knows that who asks lives there.
	Checked string `json:"checked"`
}

func (b askedBody) check() error {
	if b.Checked != "in_person" && b.Checked != "code_posted" {
		return invalid("checked", "Say how you know who asks: in_person or code_posted.")
	}
	return nil
}

func (s *Server) previewPlace(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[askedBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err != nil {
		return err
	}
	report, err := s.DB.ReportPlace(r.Context(), who.Principal, s.Keys, body.HouseholdID)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showPlaceReport(report))
}

type newRequestBody struct {
	ID uuid.UUID `json:"id"`
	askedBody
	Kind string `json:"kind"`
}

func checkRequest(id uuid.UUID, kind string) error {
	switch {
	case id == uuid.Nil:
		return invalid("id", "Make an id for the request.")
	case kind != register.AccessRequest && kind != register.ErasureRequest:
		return invalid("kind", "The kind is access or erasure.")
	}
	return nil
}

type answeredBody struct {
	Receipt    string          `json:"receipt"`
	AnsweredOn string          `json:"answered_on"`
	Kind       string          `json:"kind"`
	Report     placeReportBody `json:"report"`
}

// answerRequest gives what is held, and for an erasure what was held, with a receipt
// that is shown once.
func (s *Server) answerRequest(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[newRequestBody](w, r)
	if err == nil {
		err = body.check()
	}
	if err == nil {
		err = checkRequest(body.ID, body.Kind)
	}
	if err != nil {
		return err
	}
	request := register.Request{ID: body.ID, Kind: body.Kind, Checked: body.Checked}
	report, receipt, err := s.DB.AnswerRequest(r.Context(), who.Principal, s.Keys, request, body.HouseholdID)
	if err != nil {
		return err
	}
	if body.Kind == register.ErasureRequest {
		if err := s.placeErased(r.Context()); err != nil {
			return err
		}
	}
	return answer(w, http.StatusCreated, answeredBody{Receipt: receipt.String(), AnsweredOn: date(s.today()), Kind: body.Kind, Report: showPlaceReport(report)})
}

type requestBody struct {
	AreaID     uuid.UUID `json:"area_id"`
	Kind       string    `json:"kind"`
	Checked    string    `json:"checked"`
	AnsweredOn string    `json:"answered_on"`
}

func showRequest(r register.Request) requestBody {
	return requestBody{AreaID: r.Area, Kind: r.Kind, Checked: r.Checked, AnsweredOn: date(r.AnsweredOn)}
}

func (s *Server) listRequests(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Requests(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(found, len(found), showRequest, nil))
}

type retentionBody struct {
	Class   string     `json:"class"`
	Hours   int        `json:"hours"`
	Months  int        `json:"months"`
	Action  string     `json:"action"`
	SweptAt *time.Time `json:"swept_at"`
	Gone    *int64     `json:"gone"`
	DueAt   time.Time  `json:"due_at"`
}

// listRetention is the board of clocks.
func (s *Server) listRetention(w http.ResponseWriter, r *http.Request, who access.Session) error {
	board, err := retention.Board(r.Context(), s.DB, who.Principal)
	if err != nil {
		return err
	}
	show := func(l retention.Line) retentionBody {
		body := retentionBody{Class: l.Class, Hours: l.Hours, Months: l.Months, Action: l.Action, SweptAt: l.SweptAt, Gone: l.Gone, DueAt: s.Now().UTC()}
		if l.SweptAt != nil {
			body.DueAt = l.SweptAt.Add(retention.Every).UTC()
		}
		return body
	}
	return answer(w, http.StatusOK, listed(board, len(board), show, nil))
}
