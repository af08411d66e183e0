package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type bookingBody struct {
	RoundID  uuid.UUID  `json:"round_id"`
	WorkerID *uuid.UUID `json:"worker_id"`
	FirstDay *string    `json:"first_day"`
	LastDay  *string    `json:"last_day"`
	Opens    *string    `json:"opens"`
	Closes   *string    `json:"closes"`
}

func showBooking(k round.Booking) bookingBody {
	body := bookingBody{RoundID: k.Round, Opens: orNull(k.Opens), Closes: orNull(k.Closes)}
	if k.Worker != uuid.Nil {
		body.WorkerID = &k.Worker
	}
	for _, day := range []struct {
		from time.Time
		to   **string
	}{{k.First, &body.FirstDay}, {k.Last, &body.LastDay}} {
		if !day.from.IsZero() {
			text := date(day.from)
			*day.to = &text
		}
	}
	return body
}

// booking checks what the schema does not say in words.
func (b bookingBody) booking(household uuid.UUID) (k round.Booking, err error) {
	k = round.Booking{Round: b.RoundID, Household: household}
	if b.WorkerID != nil {
		k.Worker = *b.WorkerID
	}
	for _, day := range []struct {
		field string
		from  *string
		to    *time.Time
	}{{"first_day", b.FirstDay, &k.First}, {"last_day", b.LastDay, &k.Last}} {
		if day.from != nil {
			if *day.to, err = parseDate(day.field, *day.from); err != nil {
				return k, err
			}
		}
	}
	if !k.First.IsZero() && !k.Last.IsZero() && k.Last.Before(k.First) {
		return k, invalid("last_day", "The last day is before the first.")
	}
	k.Opens, k.Closes, err = clocks("opens", b.Opens, "closes", b.Closes)
	return k, err
}

// clocks reads two times of a day that belong together, or none.
func clocks(first string, opens *string, second string, closes *string) (from, to string, err error) {
	if (opens == nil) != (closes == nil) {
		return "", "", invalid(second, "Say from when and until when, or neither.")
	}
	if opens == nil {
		return "", "", nil
	}
	begins, err := geo.ParseClock(*opens)
	if err != nil {
		return "", "", invalid(first, "A time has the form 09:30.")
	}
	ends, err := geo.ParseClock(*closes)
	if err != nil || ends < begins {
		return "", "", invalid(second, "A time has the form 09:30, and is not before the first one.")
	}
	return geo.Clock(begins), geo.Clock(ends), nil
}

func (s *Server) getBooking(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	of, err := queryID(r, "round")
	if err != nil {
		return err
	}
	k, err := s.Planner.BookingOf(r.Context(), who.Principal, of, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showBooking(k))
}

// setBooking notes what the plans of a round keep to for a household.
func (s *Server) setBooking(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[bookingBody](w, r)
	if err != nil {
		return err
	}
	k, err := body.booking(id)
	if err != nil {
		return err
	}
	if err := s.Planner.Book.Book(r.Context(), who.Principal, k); err != nil {
		return err
	}
	return answer(w, http.StatusOK, showBooking(k))
}

type moveBody struct {
	RoundID  uuid.UUID  `json:"round_id"`
	WorkerID *uuid.UUID `json:"worker_id"`
}

type movedBody struct {
	Moved int `json:"moved"`
}

// moveCell moves all open households of a household's cell to a worker.
func (s *Server) moveCell(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[moveBody](w, r)
	if err != nil {
		return err
	}
	worker := uuid.Nil
	if body.WorkerID != nil {
		worker = *body.WorkerID
	}
	moved, err := s.Planner.MoveCell(r.Context(), who.Principal, body.RoundID, id, worker)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, movedBody{moved})
}

type cellBody struct {
	Household uuid.UUID   `json:"household"`
	Outline   polygonBody `json:"outline"`
	WorkerID  *uuid.UUID  `json:"worker_id"`
	Code      *string     `json:"code"`
	Stops     int         `json:"stops"`
	ByHand    bool        `json:"by_hand"`
	Asked     bool        `json:"asked"`
	Reason    *string     `json:"reason"`
	Takers    []takerBody `json:"takers"`
}

// takerBody is a worker to whom the household may be given.
type takerBody struct {
	Worker uuid.UUID `json:"worker_id"`
	Code   string    `json:"code"`
	Name   string    `json:"name"`
	Metres *int      `json:"distance_m"`
}

type polygonBody struct {
	Type        string     `json:"type"`
	Coordinates []orb.Ring `json:"coordinates"`
}

// findCell says what a plan does at a place on the map, and why.
func (s *Server) findCell(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	at, err := read[struct {
		Lon float64 `json:"lon"`
		Lat float64 `json:"lat"`
	}](w, r)
	if err != nil {
		return err
	}
	c, err := s.Planner.CellAt(r.Context(), who.Principal, id, orb.Point{at.Lon, at.Lat})
	if err != nil {
		return err
	}
	takers := make([]takerBody, len(c.Takers))
	for i, taker := range c.Takers {
		takers[i] = takerBody(taker)
	}
	return answer(w, http.StatusOK, cellBody{
		Household: c.Household, Outline: polygonBody{"Polygon", []orb.Ring{c.Outline}}, WorkerID: c.Worker, Code: orNull(c.Code), Stops: c.Stops,
		ByHand: c.ByHand, Asked: c.Asked, Reason: orNull(c.Reason), Takers: takers,
	})
}
