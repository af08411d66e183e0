package web

import (
	"errors"
	"net/http"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type summaryBody struct {
	ID        uuid.UUID `json:"id"`
	PlanID    uuid.UUID `json:"plan_id"`
	WorkerID  uuid.UUID `json:"worker_id"`
	Code      string    `json:"code"`
	Name      string    `json:"name"`
	Date      string    `json:"date"`
	Leave     string    `json:"leave"`
	Back      string    `json:"back"`
	StopCount int       `json:"stop_count"`
	Finished  int       `json:"finished"`
	TravelS   int       `json:"travel_s"`
	ServiceS  int       `json:"service_s"`
	WaitS     int       `json:"wait_s"`
	DistanceM int       `json:"distance_m"`
}

func showSummary(r round.Summary) summaryBody {
	return summaryBody{
		ID: r.ID, PlanID: r.Plan, WorkerID: r.Worker, Code: r.Code, Name: r.Name, Date: date(r.Date), Leave: r.Leave, Back: r.Back,
		StopCount: r.Stops, Finished: r.Finished, TravelS: r.TravelS, ServiceS: r.ServiceS, WaitS: r.WaitS, DistanceM: r.DistanceM,
	}
}

type lineBody struct {
	Type        string      `json:"type"`
	Coordinates []orb.Point `json:"coordinates"`
}

// linesBody are the parts of a line where there is no street.
type linesBody struct {
	Type        string           `json:"type"`
	Coordinates []orb.LineString `json:"coordinates"`
}

func showLines(lines orb.MultiLineString) linesBody {
	return linesBody{"MultiLineString", append([]orb.LineString{}, lines...)}
}

type stopBody struct {
	Seq       int       `json:"seq"`
	Household uuid.UUID `json:"household"`
	Address   string    `json:"address"`
	Near      *string   `json:"near"`
	Lon       float64   `json:"lon"`
	Lat       float64   `json:"lat"`
	Doors     int       `json:"doors"`
	Arrive    string    `json:"arrive"`
	Start     string    `json:"start"`
	Depart    string    `json:"depart"`
	TravelS   int       `json:"travel_s"`
	DistanceM int       `json:"distance_m"`
	BreakS    int       `json:"break_s"`
	State     string    `json:"state"`
}

func showStop(p round.Stop) stopBody {
	return stopBody{
		Seq: p.Seq, Household: p.Household, Address: p.Address.Line(), Near: orNull(p.Near), Lon: p.At.Lon(), Lat: p.At.Lat(), Doors: p.Doors,
		Arrive: p.Arrive, Start: p.Start, Depart: p.Depart, TravelS: p.TravelS, DistanceM: p.DistanceM, BreakS: p.BreakS, State: p.State,
	}
}

type routeBody struct {
	summaryBody
	LastTravelS   int        `json:"last_travel_s"`
	LastDistanceM int        `json:"last_distance_m"`
	Line          lineBody   `json:"line"`
	OffRoad       linesBody  `json:"off_road"`
	Stops         []stopBody `json:"stops"`
}

func (s *Server) listRoutes(w http.ResponseWriter, r *http.Request, who access.Session) error {
	plan, err := pathID(r)
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	filter := round.RouteFilter{Page: round.Page{Limit: part.limit + 1}}
	if filter.AfterDay, filter.AfterID, err = part.afterDay(); err != nil {
		return err
	}
	if filter.Worker, err = queryID(r, "worker"); err != nil {
		return err
	}
	if day := r.URL.Query().Get("date"); day != "" {
		if filter.Date, err = parseDate("date", day); err != nil {
			return err
		}
	}
	found, err := s.Planner.Routes(r.Context(), who.Principal, plan, filter)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(found, part.limit, showSummary, func(r round.Summary) string { return dayAndID(r.Date, r.ID) }))
}

func (s *Server) getRoute(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := s.Planner.Route(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showRoute(found))
}

func showRoute(found round.Route) routeBody {
	body := routeBody{
		summaryBody: showSummary(found.Summary), LastTravelS: found.LastTravelS, LastDistanceM: found.LastDistanceM,
		Line: lineBody{"LineString", found.Line}, OffRoad: showLines(found.OffRoad), Stops: []stopBody{},
	}
	for _, stop := range found.Stops {
		body.Stops = append(body.Stops, showStop(stop))
	}
	return body
}

// dayStopBody is a stop as its own worker sees it.
type dayStopBody struct {
	stopBody
	Outcome *string    `json:"outcome"`
	Visit   *uuid.UUID `json:"visit"`
	Attempt int        `json:"attempt"`
	DueFrom *string    `json:"due_from"`
	DuePart *string    `json:"due_part"`
	Opens   *string    `json:"opens"`
	Closes  *string    `json:"closes"`
	door
}

type roundNameBody struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	Purpose string    `json:"purpose"`
	Mode    string    `json:"mode"`
}

type dayBody struct {
	summaryBody
	LastTravelS   int           `json:"last_travel_s"`
	LastDistanceM int           `json:"last_distance_m"`
	Line          lineBody      `json:"line"`
	OffRoad       linesBody     `json:"off_road"`
	Round         roundNameBody `json:"round"`
	// Tombstones are consents that the phone forgets.
	Tombstones []uuid.UUID   `json:"tombstones"`
	Stops      []dayStopBody `json:"stops"`
}

func (s *Server) getDay(w http.ResponseWriter, r *http.Request, who access.Session) (err error) {
	day := s.today()
	if text := r.URL.Query().Get("date"); text != "" {
		if day, err = parseDate("date", text); err != nil {
			return err
		}
	}
	found, err := s.Planner.Day(r.Context(), who.Principal, day)
	if errors.Is(err, round.ErrNoRoute) {
		p := newProblem(http.StatusNotFound, "no_day", "", "There is no route of yours on this day.")
		next, err := s.Planner.NextDay(r.Context(), who.Principal, day)
		if err == nil {
			p.NextDate = date(next)
		} else if !errors.Is(err, round.ErrNoRoute) {
			return err
		}
		return p
	}
	if err != nil {
		return err
	}
	doors, err := s.doors(r, who, found.Stops)
	if err != nil {
		return err
	}
	tombstones, err := s.DB.Tombstones(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	body := dayBody{
		summaryBody: showSummary(found.Summary), LastTravelS: found.LastTravelS, LastDistanceM: found.LastDistanceM,
		Line: lineBody{"LineString", found.Line}, OffRoad: showLines(found.OffRoad), Round: roundNameBody{ID: found.Round, Name: found.RoundName, Purpose: found.Purpose, Mode: found.Mode},
		Tombstones: tombstones, Stops: []dayStopBody{},
	}
	for _, stop := range found.Stops {
		body.Stops = append(body.Stops, dayStopBody{
			stopBody: showStop(stop), Outcome: stop.Outcome, Visit: stop.Visit, Attempt: stop.Attempts,
			DueFrom: dateOrNull(stop.DueFrom), DuePart: stop.DuePart, Opens: stop.Opens, Closes: stop.Closes, door: doors[stop.Household],
		})
	}
	return s.answerSigned(w, who.Account, body)
}
