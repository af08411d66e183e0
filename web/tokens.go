package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type tokenBody struct {
	ID         uuid.UUID `json:"id"`
	ReceiverID uuid.UUID `json:"receiver_id"`
	Own        bool      `json:"own"`
	Role       string    `json:"role"`
	MadeOn     string    `json:"made_on"`
}

// listTokens gives one's own tokens, and the officer those of the own areas, without
// what they are.
func (s *Server) listTokens(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Tokens(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(t register.MadeToken) tokenBody {
		return tokenBody{ID: t.ID, ReceiverID: t.ReceiverID, Own: t.Own, Role: t.Role, MadeOn: date(t.MadeOn)}
	}))
}

// makeToken answers with a token, once: it is kept as a digest.
func (s *Server) makeToken(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		ReceiverID uuid.UUID `json:"receiver_id"`
	}](w, r)
	if err != nil {
		return err
	}
	token, err := s.Gate.MakeToken(r.Context(), who, id, body.ReceiverID)
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, struct {
		Token string `json:"token"`
	}{token})
}

// endToken ends one at once.
func (s *Server) endToken(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.EndToken(r.Context(), who.Principal, id))
}
