package web

import (
	"errors"
	"net/http"

	"github.com/rounds-project/rounds/web/access"
)

type providerAddressBody struct {
	URL string `json:"url"`
}

func answerAddress(w http.ResponseWriter, address string, err error) error {
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, providerAddressBody{address})
}

func (s *Server) beginProviderSignIn(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	address, err := s.Gate.BeginProviderSignIn(w, r)
	return answerAddress(w, address, err)
}

func (s *Server) beginProviderLink(w http.ResponseWriter, r *http.Request, who access.Session) error {
	address, err := s.Gate.BeginProviderLink(w, r, who)
	return answerAddress(w, address, err)
}

func (s *Server) beginProviderJoin(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Token string `json:"token"`
	}](w, r)
	if err != nil {
		return err
	}
	address, err := s.Gate.BeginProviderJoin(w, r, body.Token)
	return answerAddress(w, address, err)
}

type providerResultBody struct {
	Did   string  `json:"did"`
	Waits *string `json:"waits"`
}

// finishProvider is asked by the page that the provider sends browsers back to: a
// GET, as that is, changes nothing.
func (s *Server) finishProvider(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Code     string `json:"code"`
		State    string `json:"state"`
		Language string `json:"language"`
	}](w, r)
	if err == nil {
		err = checkLanguage(body.Language)
	}
	if err != nil {
		return err
	}
	proven, err := s.Gate.FinishProvider(w, r, body.Code, body.State, body.Language)
	if err != nil {
		return err
	}
	result := providerResultBody{Did: "signed_in"}
	switch {
	case proven.Linked:
		result.Did = "linked"
	case proven.Joined:
		result.Did = "joined"
		_, err := s.Gate.EnterAfterLink(w, r, proven.Account)
		if errors.Is(err, access.ErrNoGrant) || errors.Is(err, access.ErrAsleep) {
			result.Waits = orNull(problemOf(err).code())
		} else if err != nil {
			return err
		}
	}
	return answer(w, http.StatusOK, result)
}

func (s *Server) removeIdentity(w http.ResponseWriter, r *http.Request, who access.Session) error {
	if err := s.Gate.Fresh(who); err != nil {
		return err
	}
	return done(w, s.DB.RemoveIdentity(r.Context(), who.Principal))
}
