package web

import (
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// Bounds of a lone worker's timer in minutes.
const shortestTimer, longestTimer = 5, 480

type loneTimerBody struct {
	// LapsesAt is null when none runs.
	LapsesAt *time.Time `json:"lapses_at"`
}

func (s *Server) startLoneTimer(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Minutes int `json:"minutes"`
	}](w, r)
	if err != nil {
		return err
	}
	if body.Minutes < shortestTimer || body.Minutes > longestTimer {
		return invalid("minutes", "A timer runs for 5 to 480 minutes.")
	}
	lapses := s.Now().Add(time.Duration(body.Minutes) * time.Minute).UTC().Truncate(time.Second)
	if err := s.DB.StartLoneTimer(r.Context(), who.Principal, lapses); err != nil {
		return err
	}
	return answer(w, http.StatusOK, loneTimerBody{LapsesAt: &lapses})
}

func (s *Server) getLoneTimer(w http.ResponseWriter, r *http.Request, who access.Session) error {
	lapses, err := s.DB.LoneTimer(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, loneTimerBody{LapsesAt: lapses})
}

func (s *Server) stopLoneTimer(w http.ResponseWriter, r *http.Request, who access.Session) error {
	if err := s.DB.StopLoneTimer(r.Context(), who.Principal); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

type lapsedTimerBody struct {
	WorkerID uuid.UUID `json:"worker_id"`
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	LapsedAt time.Time `json:"lapsed_at"`
	// NextStop is where the plan goes next; null when no stop is left today.
	NextStop *string `json:"next_stop"`
}

func (s *Server) listLapsedTimers(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.LapsedTimers(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(t register.LapsedTimer) lapsedTimerBody {
		body := lapsedTimerBody{WorkerID: t.Worker, Code: t.Code, Name: t.Name, LapsedAt: t.LapsedAt}
		if t.Next != nil {
			line := t.Next.Line()
			body.NextStop = &line
		}
		return body
	}))
}
