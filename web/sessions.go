package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type ownSessionBody struct {
	ID        uuid.UUID `json:"id"`
	Browser   string    `json:"browser"`
	System    string    `json:"system"`
	Means     string    `json:"means"`
	Role      string    `json:"role"`
	CreatedAt string    `json:"created_at"`
	SeenAt    string    `json:"seen_at"`
	Current   bool      `json:"current"`
}

func (s *Server) listOwnSessions(w http.ResponseWriter, r *http.Request, who access.Session) error {
	sessions, err := s.Gate.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	show := func(kept register.Session) ownSessionBody {
		return ownSessionBody{
			ID: kept.ID, Browser: kept.Device.Browser, System: kept.Device.System, Means: kept.Means, Role: kept.Role,
			CreatedAt: moment(kept.CreatedAt), SeenAt: moment(kept.SeenAt), Current: kept.ID == who.ID,
		}
	}
	return answer(w, http.StatusOK, listed(sessions, len(sessions), show, nil))
}

func (s *Server) endOwnSession(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.EndOwnSession(r.Context(), who.Principal, id))
}

func (s *Server) endOtherSessions(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return done(w, s.DB.EndOtherSessions(r.Context(), who.Principal, who.ID))
}
