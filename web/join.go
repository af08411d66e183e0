package web

import (
	"errors"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type linkBody struct {
	Kind     string `json:"kind"`
	Login    string `json:"login"`
	Name     string `json:"name"`
	Language string `json:"language"`
}

// openLink says whom a link is for. Its token comes in the body: no log has it.
func (s *Server) openLink(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Token string `json:"token"`
	}](w, r)
	if err != nil {
		return err
	}
	link, err := s.Gate.Link(r, body.Token)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, linkBody{link.Kind, link.Account.Login, link.Account.Name, link.Account.Language})
}

func (s *Server) join(w http.ResponseWriter, r *http.Request, _ access.Session) error {
	body, err := read[struct {
		Token    string `json:"token"`
		Language string `json:"language"`
		Password string `json:"password"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := checkLanguage(body.Language); err != nil {
		return err
	}
	account, err := s.Gate.JoinWithPassword(r, body.Token, body.Language, body.Password)
	if err != nil {
		return err
	}
	return s.joined(w, r, account)
}

type joinedBody struct {
	SignedIn bool    `json:"signed_in"`
	Waits    *string `json:"waits"`
}

// joined signs in who has used a link, unless grants are to come.
func (s *Server) joined(w http.ResponseWriter, r *http.Request, account uuid.UUID) error {
	_, err := s.Gate.EnterAfterLink(w, r, account)
	body := joinedBody{SignedIn: err == nil}
	if errors.Is(err, access.ErrNoGrant) || errors.Is(err, access.ErrAsleep) {
		body.Waits = orNull(problemOf(err).code())
	} else if err != nil {
		return err
	}
	return answer(w, http.StatusOK, body)
}

// sentLinkBody is a link as its issuer sees it, once.
type sentLinkBody struct {
	Account   accountBody `json:"account"`
	Kind      string      `json:"kind"`
	URL       string      `json:"url"`
	QR        []string    `json:"qr"`
	ExpiresAt string      `json:"expires_at"`
}

func answerLink(w http.ResponseWriter, status int, sent access.SentLink) error {
	rows, err := access.QRRows(sent.URL)
	if err != nil {
		return err
	}
	return answer(w, status, sentLinkBody{
		Account: showAccount(sent.Account), Kind: sent.Kind, URL: sent.URL, QR: rows, ExpiresAt: moment(sent.ExpiresAt),
	})
}

// addAccount invites somebody to an account of their own.
func (s *Server) addAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	body, err := read[struct {
		ID       uuid.UUID `json:"id"`
		Login    string    `json:"login"`
		Name     string    `json:"name"`
		Language string    `json:"language"`
	}](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return invalid("id", "Make an id for the account.")
	}
	if err := checkLanguage(body.Language); err != nil {
		return err
	}
	sent, added, err := s.Gate.Invite(r, who.Principal, register.Account{ID: body.ID, Login: body.Login, Name: body.Name, Language: body.Language})
	if err != nil {
		return err
	}
	return answerLink(w, created(added), sent)
}

func (s *Server) inviteAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.issueLink(w, r, who, register.Invitation)
}

func (s *Server) recoverAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.issueLink(w, r, who, register.Recovery)
}

func (s *Server) issueLink(w http.ResponseWriter, r *http.Request, who access.Session, kind string) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	sent, err := s.Gate.IssueLink(r, who.Principal, id, kind)
	if err != nil {
		return err
	}
	return answerLink(w, http.StatusOK, sent)
}
