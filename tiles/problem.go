package tiles

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/rounds-project/rounds/geo/register"
)

// problem is an error as RFC 9457 writes it.
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	Field  string `json:"field,omitempty"`
}

func (p *problem) Error() string { return "tiles: " + p.Detail }

func newProblem(status int, field, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Field: field, Detail: detail}
}

// fail answers with an error. What is not the client's mistake is logged, not told.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var p *problem
	switch {
	case errors.As(err, &p):
	case errors.Is(err, register.ErrNoRound):
		p = newProblem(http.StatusNotFound, "round", "there is no such open round")
	case errors.Is(err, register.ErrNoRelease):
		p = newProblem(http.StatusNotFound, "release", "there is no such release")
	case r.Context().Err() != nil:
		return // nobody listens any more
	default:
		s.options.Log.ErrorContext(r.Context(), "tile failed", "error", err)
		p = newProblem(http.StatusInternalServerError, "", "the tile could not be drawn; the server's log says why")
	}
	header := w.Header()
	header.Set("Content-Type", "application/problem+json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // the client may have gone
}
