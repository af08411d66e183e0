package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/web/access"
)

type loadBody struct {
	WorkerID      uuid.UUID `json:"worker_id"`
	Code          string    `json:"code"`
	Name          string    `json:"name"`
	Days          int       `json:"days"`
	Stops         int       `json:"stops"`
	Minutes       int       `json:"minutes"`
	TravelMinutes int       `json:"travel_minutes"`
	DistanceM     int       `json:"distance_m"`
}

type unplannedBody struct {
	Reason     string    `json:"reason"`
	AreaID     uuid.UUID `json:"area_id"`
	Count      int       `json:"count"`
	WorkerDays int       `json:"worker_days"`
}

type planBody struct {
	ID          uuid.UUID       `json:"id"`
	RoundID     uuid.UUID       `json:"round_id"`
	Version     int             `json:"version"`
	State       string          `json:"state"`
	Stage       *string         `json:"stage"`
	StageDone   int             `json:"stage_done"`
	StageTotal  int             `json:"stage_total"`
	Failure     *string         `json:"failure"`
	Households  int             `json:"households"`
	Planned     int             `json:"planned"`
	TravelS     int64           `json:"travel_s"`
	DistanceM   int64           `json:"distance_m"`
	CreatedAt   time.Time       `json:"created_at"`
	PublishedAt *time.Time      `json:"published_at"`
	Revises     *uuid.UUID      `json:"revises"`
	Workers     []loadBody      `json:"workers"`
	Unplanned   []unplannedBody `json:"unplanned"`
}

func showPlan(p round.Plan) planBody {
	body := planBody{
		ID: p.ID, RoundID: p.Round, Version: p.Version, State: string(p.State), Stage: orNull(p.Stage), StageDone: p.StageDone,
		StageTotal: p.StageTotal, Failure: orNull(p.Failure), Households: p.Households, Planned: p.Planned, TravelS: p.TravelS,
		DistanceM: p.DistanceM, CreatedAt: p.CreatedAt, PublishedAt: p.PublishedAt, Revises: p.Revises, Workers: []loadBody{}, Unplanned: []unplannedBody{},
	}
	for _, l := range p.Loads {
		body.Workers = append(body.Workers, loadBody{
			WorkerID: l.Worker, Code: l.Code, Name: l.Name, Days: l.Days, Stops: l.Stops,
			Minutes: l.Minutes, TravelMinutes: l.TravelMinutes, DistanceM: l.DistanceM,
		})
	}
	for _, u := range p.Unplanned {
		body.Unplanned = append(body.Unplanned, unplannedBody{u.Reason, u.Area, u.Count, u.WorkerDays})
	}
	return body
}

// listPlans pages by version, the latest first.
func (s *Server) listPlans(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	before := 0
	if len(part.after) > 0 {
		if before, err = strconv.Atoi(part.after[0]); err != nil || before < 1 {
			return errCursor
		}
	}
	if _, err := s.Planner.Round(r.Context(), who.Principal, id, s.today()); err != nil {
		return err
	}
	plans, err := s.Planner.Plans(r.Context(), who.Principal, id, before, part.limit+1)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(plans, part.limit, showPlan, func(p round.Plan) string { return strconv.Itoa(p.Version) }))
}

type newPlanBody struct {
	ID      uuid.UUID   `json:"id"`
	Workers []uuid.UUID `json:"workers"`
	Seed    int64       `json:"seed"`
	Seconds int         `json:"seconds"`
	Keep    bool        `json:"keep"`
}

const (
	mostSearch  = 3600
	mostWorkers = 5000
)

func (s *Server) proposePlan(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newPlanBody](w, r)
	if err != nil {
		return err
	}
	switch {
	case body.ID == uuid.Nil:
		return invalid("id", "Make an id for the plan.")
	case body.Seconds < 0 || body.Seconds > mostSearch:
		return invalid("seconds", "The search takes 1 to 3600 seconds.")
	case body.Seed < 0:
		return invalid("seed", "The seed is not below 0.")
	case body.Workers != nil && len(body.Workers) == 0 || len(body.Workers) > mostWorkers:
		return invalid("workers", "Name 1 to 5000 workers, or leave them out for all.")
	}
	order := round.Order{ID: body.ID, Round: id, Workers: body.Workers, Seed: body.Seed, Keep: body.Keep, Time: time.Duration(body.Seconds) * time.Second}
	if err := s.Planner.Propose(r.Context(), who.Principal, order); err != nil {
		return err
	}
	return s.answerPlan(w, r, who, http.StatusAccepted, body.ID)
}

func (s *Server) getPlan(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return s.answerPlan(w, r, who, http.StatusOK, id)
}

func (s *Server) answerPlan(w http.ResponseWriter, r *http.Request, who access.Session, status int, id uuid.UUID) error {
	plan, err := s.Planner.Plan(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, status, showPlan(plan))
}

func (s *Server) publishPlan(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Planner.Publish(r.Context(), who.Principal, id, s.Now()); err != nil {
		return err
	}
	plan, err := s.Planner.Plan(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showPlan(plan))
}

func (s *Server) discardPlan(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.Planner.Discard(r.Context(), who.Principal, id); err != nil {
		return err
	}
	return s.answerPlan(w, r, who, http.StatusOK, id)
}

type workerChangeBody struct {
	WorkerID uuid.UUID `json:"worker_id"`
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	Before   int       `json:"before"`
	After    int       `json:"after"`
	In       int       `json:"in"`
	Out      int       `json:"out"`
}

type changesBody struct {
	Against     *uuid.UUID         `json:"against"`
	Done        int                `json:"done"`
	DoneAgain   int                `json:"done_again"`
	Kept        int                `json:"kept"`
	OtherDay    int                `json:"other_day"`
	OtherWorker int                `json:"other_worker"`
	Late        int                `json:"late"`
	Added       int                `json:"added"`
	LeftOut     int                `json:"left_out"`
	Workers     []workerChangeBody `json:"workers"`
	NoRoom      []noRoomBody       `json:"no_room"`
}

// noRoomBody is a worker in whose days some households have no room that were given to
// that worker by hand.
type noRoomBody struct {
	Worker uuid.UUID `json:"worker_id"`
	Code   string    `json:"code"`
	Name   string    `json:"name"`
	Stops  int       `json:"stops"`
}

// getChanges says what a plan does to the published one.
func (s *Server) getChanges(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	c, err := s.Planner.Changes(r.Context(), who.Principal, id, s.today())
	if err != nil {
		return err
	}
	body := changesBody{
		Against: c.Against, Done: c.Done, DoneAgain: c.DoneAgain, Kept: c.Kept, OtherDay: c.OtherDay, OtherWorker: c.OtherWorker, Late: c.Late,
		Added: c.Added, LeftOut: c.LeftOut, Workers: make([]workerChangeBody, len(c.Workers)), NoRoom: make([]noRoomBody, len(c.NoRoom)),
	}
	for i, worker := range c.Workers {
		body.Workers[i] = workerChangeBody{worker.Worker, worker.Code, worker.Name, worker.Before, worker.After, worker.In, worker.Out}
	}
	for i, full := range c.NoRoom {
		body.NoRoom[i] = noRoomBody(full)
	}
	return answer(w, http.StatusOK, body)
}

// dayOffBody is a day off or, with Opens and Closes, one on which the worker is there at
// these times alone.
type dayOffBody struct {
	Day    string  `json:"day"`
	Off    bool    `json:"off"`
	Opens  *string `json:"opens,omitempty"`
	Closes *string `json:"closes,omitempty"`
}

// setDayOff notes that a worker is away on a day, or for a part of it, for the next plan.
func (s *Server) setDayOff(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[dayOffBody](w, r)
	if err != nil {
		return err
	}
	day, err := parseDate("day", body.Day)
	if err != nil {
		return err
	}
	opens, closes, err := clocks("opens", body.Opens, "closes", body.Closes)
	if err != nil {
		return err
	}
	if body.Off && opens != "" {
		err = s.Planner.SetHours(r.Context(), who.Principal, id, day, opens, closes)
	} else {
		err = s.Planner.SetDayOff(r.Context(), who.Principal, id, day, body.Off)
	}
	if errors.Is(err, round.ErrNoWorker) {
		return errNoSuchWorker
	}
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}
