package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type visitBody struct {
	RoundID     uuid.UUID `json:"round_id"`
	HouseholdID uuid.UUID `json:"household_id"`
	Outcome     string    `json:"outcome"`
	LeftCard    bool      `json:"left_card"`
	VisitedOn   string    `json:"visited_on"`
	Part        string    `json:"part"`
}

type recordedBody struct {
	ID uuid.UUID `json:"id"`
	visitBody
	Attempt int     `json:"attempt"`
	State   string  `json:"state"`
	DueFrom *string `json:"due_from"`
	DuePart *string `json:"due_part"`
}

func (s *Server) recordVisit(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[visitBody](w, r)
	if err != nil {
		return err
	}
	visit, err := body.visit(id)
	if err != nil {
		return err
	}
	recorded, added, err := s.DB.RecordVisit(r.Context(), who.Principal, visit, s.today())
	if err != nil {
		return err
	}
	return answer(w, created(added), recordedBody{
		ID: id, visitBody: body, Attempt: recorded.Attempt, State: recorded.State,
		DueFrom: dateOrNull(recorded.DueFrom), DuePart: recorded.DuePart,
	})
}

func (b visitBody) visit(id uuid.UUID) (register.Visit, error) {
	visit := register.Visit{ID: id, Round: b.RoundID, Household: b.HouseholdID, Outcome: b.Outcome, LeftCard: b.LeftCard, Part: b.Part}
	if !geo.Known("outcomes", b.Outcome) {
		return visit, invalid("outcome", "The outcome is not on the list; see /api/v1/lists.")
	}
	if !geo.Known("day_parts", b.Part) {
		return visit, invalid("part", "The part of the day is morning, afternoon or evening.")
	}
	day, err := parseDate("visited_on", b.VisitedOn)
	visit.VisitedOn = day
	return visit, err
}

func (s *Server) retractVisit(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.RetractVisit(r.Context(), who.Principal, id, s.today()); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// refuseHousehold takes a place that asked never to be visited out of everything.
func (s *Server) refuseHousehold(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := s.DB.Refuse(r.Context(), who.Principal, s.Keys, id); err != nil {
		return err
	}
	return done(w, s.placeErased(r.Context()))
}
