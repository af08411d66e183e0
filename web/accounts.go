package web

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

type accountBody struct {
	ID       uuid.UUID `json:"id"`
	Login    string    `json:"login"`
	Name     string    `json:"name"`
	Language string    `json:"language"`
	Disabled bool      `json:"disabled"`
	Joined   bool      `json:"joined"`
	Asleep   bool      `json:"asleep"`
}

func showAccount(a register.Account) accountBody {
	return accountBody{ID: a.ID, Login: a.Login, Name: a.Name, Language: a.Language, Disabled: a.Disabled, Joined: a.Joined, Asleep: a.Asleep}
}

// listAccounts pages by login.
func (s *Server) listAccounts(w http.ResponseWriter, r *http.Request, who access.Session) error {
	part, err := windowOf(r)
	if err != nil {
		return err
	}
	after := ""
	if len(part.after) > 0 {
		after = part.after[0]
	}
	accounts, err := s.DB.Accounts(r.Context(), who.Principal, after, part.limit+1)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, listed(accounts, part.limit, showAccount, func(a register.Account) string { return a.Login }))
}

func (s *Server) disableAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.changeAccount(w, r, who, s.DB.DisableAccount)
}

func (s *Server) enableAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.changeAccount(w, r, who, s.DB.EnableAccount)
}

// wakeAccount lets an account's grants hold again after a recovery by somebody else.
func (s *Server) wakeAccount(w http.ResponseWriter, r *http.Request, who access.Session) error {
	return s.changeAccount(w, r, who, func(ctx context.Context, principal register.Principal, account uuid.UUID) error {
		_, err := s.DB.WakeGrants(ctx, principal, account)
		return err
	})
}

type accountChange func(ctx context.Context, principal register.Principal, account uuid.UUID) error

// changeAccount answers with the account as it is after a change.
func (s *Server) changeAccount(w http.ResponseWriter, r *http.Request, who access.Session, change accountChange) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if err := change(r.Context(), who.Principal, id); err != nil {
		return err
	}
	account, err := s.DB.Account(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showAccount(account))
}

// endSessions signs somebody out everywhere.
func (s *Server) endSessions(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	if _, err := s.DB.Account(r.Context(), who.Principal, id); err != nil {
		return err
	}
	ended, err := s.DB.EndSessions(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, struct {
		Ended int `json:"ended"`
	}{ended})
}
