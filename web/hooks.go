package web

import (
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/feed"
)

type newHookBody struct {
	ReceiverID uuid.UUID  `json:"receiver_id"`
	Feed       string     `json:"feed"`
	UnitID     *uuid.UUID `json:"unit_id"`
	Path       string     `json:"path"`
}

type hookBody struct {
	ID uuid.UUID `json:"id"`
	newHookBody
	Own       bool    `json:"own"`
	MadeOn    string  `json:"made_on"`
	ToldOn    *string `json:"told_on"`
	Refused   *int    `json:"refused"`
	StoppedOn *string `json:"stopped_on"`
}

// listHooks gives one's own webhooks, and the officer those of the own areas.
func (s *Server) listHooks(w http.ResponseWriter, r *http.Request, who access.Session) error {
	found, err := s.DB.Hooks(r.Context(), who.Principal)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, whole(found, func(h register.MadeHook) hookBody {
		return hookBody{
			ID: h.ID, newHookBody: newHookBody{ReceiverID: h.ReceiverID, Feed: h.Feed, UnitID: h.Unit, Path: h.Path}, Own: h.Own,
			MadeOn: date(h.MadeOn), ToldOn: dateOrNull(h.ToldOn), Refused: h.Refused, StoppedOn: dateOrNull(h.StoppedOn),
		}
	}))
}

// makeHook answers with what its messages are signed with.
func (s *Server) makeHook(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[newHookBody](w, r)
	if err != nil {
		return err
	}
	switch {
	case body.Feed != register.CasesFeed && body.Feed != register.RoutesFeed:
		return invalid("feed", "Say cases or routes.")
	case (body.Feed == register.CasesFeed) != (body.UnitID != nil):
		return invalid("unit_id", "Cases are those of one unit; routes are of none.")
	}
	if err := s.DB.MakeHook(r.Context(), who.Principal, id, body.ReceiverID, body.Feed, body.UnitID, body.Path); err != nil {
		return err
	}
	return answer(w, http.StatusCreated, struct {
		Secret string `json:"secret"`
	}{feed.Secret(s.Keys, id, who.Account)})
}

// endHook ends one at once.
func (s *Server) endHook(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.EndHook(r.Context(), who.Principal, id))
}

// resumeHook has one that was stopped tried again.
func (s *Server) resumeHook(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	return done(w, s.DB.ResumeHook(r.Context(), who.Principal, id))
}

// feeds answers who has a token what has changed.
func (s *Server) feeds() http.Handler {
	options := feed.Options{DB: s.DB, Keys: s.Keys, Gate: s.Gate, Today: s.today}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name := r.PathValue("feed"); name != register.CasesFeed && name != register.RoutesFeed {
			s.fail(w, r, errNoRoute)
			return
		}
		if err := options.Answer(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}
