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

// longestLapsed is how long ago a timer may have lapsed that a phone without a connection
// tells of; older ones go as they come.
const longestLapsed = 12 * time.Hour

type loneTimerBody struct {
	// LapsesAt is null when none runs.
	LapsesAt *time.Time `json:"lapses_at"`
}

// startLoneTimer starts one for some minutes from now, or one that was started on a phone
// without a connection, by when it lapses or has lapsed.
func (s *Server) startLoneTimer(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		Minutes  *int       `json:"minutes"`
		LapsesAt *time.Time `json:"lapses_at"`
	}](w, r)
	if err != nil {
		return err
	}
	now := s.Now()
	var lapses time.Time
	switch {
	case body.LapsesAt == nil && (body.Minutes == nil || *body.Minutes < shortestTimer || *body.Minutes > longestTimer):
		return invalid("minutes", "A timer runs for 5 to 480 minutes.")
	case body.LapsesAt == nil:
		lapses = now.Add(time.Duration(*body.Minutes) * time.Minute)
	case body.Minutes != nil || body.LapsesAt.Before(now.Add(-longestLapsed)) || body.LapsesAt.After(now.Add(longestTimer*time.Minute)):
		return invalid("lapses_at", "Send minutes, or a time from 12 hours ago to 480 minutes ahead.")
	default:
		lapses = *body.LapsesAt
	}
	lapses = lapses.UTC().Truncate(time.Second)
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
