package access

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/rounds-project/rounds/geo/register"
)

// SignIn checks a password and gives the browser a session. role may be "": the
// first that a grant gives. The error is [ErrPassword], [ErrNoGrant], [ErrRole] or
// a [TooManyError].
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, login, password, role string) (Session, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	account, err := g.db.AccountByLogin(r.Context(), login)
	counted := accountKey(account.ID)
	if errors.Is(err, register.ErrNoAccount) {
		counted = key{"login " + login, perAccount}
	} else if err != nil {
		return Session{}, err
	}
	err = g.attempt(r, []key{counted}, func(ctx context.Context) error { return check(ctx, account, password) })
	if err != nil {
		return Session{}, err
	}
	return g.enter(w, r, account.ID, role, byPassword)
}

// ChangePassword gives a session's own account another password, and ends its other
// sessions. The error is [ErrPassword] when the present one is not right,
// [ErrStale] for an account without one that signed in a while ago, a
// [PasswordError] or a [TooManyError].
func (g *Gate) ChangePassword(r *http.Request, session Session, present, next string) error {
	own, err := g.db.OwnAccount(r.Context(), session.Principal)
	if err != nil {
		return err
	}
	account, err := g.db.AccountByLogin(r.Context(), own.Login)
	if err != nil {
		return err
	}
	if account.PasswordHash == "" {
		err = g.Fresh(session)
	} else {
		err = g.attempt(r, []key{accountKey(account.ID)}, func(ctx context.Context) error { return check(ctx, account, present) })
	}
	if err != nil {
		return err
	}
	credential, err := newPassword(r.Context(), own.Login, next)
	if err != nil {
		return err
	}
	if err := g.db.AddCredential(r.Context(), session.Principal, credential); err != nil {
		return err
	}
	return g.db.EndOtherSessions(r.Context(), session.Principal, session.ID)
}

// check says with [ErrPassword] that a password is not that of an account. It takes
// as long when there is no such account, or no password of it.
func check(ctx context.Context, account register.Account, password string) error {
	hash := account.PasswordHash
	if hash == "" || account.Disabled {
		hash = nobody
	}
	ok, err := CheckPassword(ctx, hash, password)
	if err == nil && (!ok || account.Disabled) {
		err = ErrPassword
	}
	return err
}
