package access

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// Errors of a gate, besides [TooManyError].
var (
	// ErrSignIn says that a request has no session, or one that is over.
	ErrSignIn = errors.New("access: sign in")
	// ErrPassword says that login and password do not belong together.
	ErrPassword = errors.New("access: login or password is wrong")
	// ErrNoGrant says that no grant gives the account a role at this moment.
	ErrNoGrant = errors.New("access: no grant")
	// ErrAsleep says that the account's grants sleep after a recovery.
	ErrAsleep = errors.New("access: grants are asleep")
	// ErrRole says that no grant gives the account this role.
	ErrRole = errors.New("access: not a role of this account")
)

// How long a session lasts, how long an administrator's lasts unused, and how
// often its use is noted.
const (
	sessionLife   = 12 * time.Hour
	administrator = 30 * time.Minute
	touchEvery    = time.Minute
)

// Options of a gate; the zero value is useful.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Sleep delays attempts to sign in; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Gate signs people in and out and knows them again. It is safe for concurrent
// use.
type Gate struct {
	db      *register.DB
	options Options
	limit   *limit
}

// New makes a gate on the accounts of a register.
func New(db *register.DB, options Options) *Gate {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Sleep == nil {
		options.Sleep = sleep
	}
	return &Gate{db: db, options: options, limit: newLimit()}
}

// Session is who asks.
type Session struct {
	register.Principal
	ID uuid.UUID
	// Roles are those that grants give at this moment; Principal.Role is one of them.
	Roles []string
	// Means is how the person signed in, and SignedInAt when.
	Means      string
	SignedInAt time.Time
	token      [32]byte
}

// Means of signing in, the codes of the closed list.
const (
	byPassword = "password"
)

// SignIn checks a password and gives the browser a session. role may be "": the
// first that a grant gives. The error is [ErrPassword], [ErrNoGrant], [ErrRole] or
// a [TooManyError].
func (g *Gate) SignIn(w http.ResponseWriter, r *http.Request, login, password, role string) (Session, error) {
	ctx := r.Context()
	login = strings.ToLower(strings.TrimSpace(login))
	keys := []key{{"login " + login, perAccount}, {"address " + addressOf(r), perAddress}}
	delay, err := g.limit.reserve(g.options.Now(), keys...)
	if err != nil {
		return Session{}, err
	}
	if err := g.options.Sleep(ctx, delay); err != nil {
		return Session{}, err
	}
	account, err := g.check(ctx, login, password)
	if err != nil {
		return Session{}, err
	}
	g.limit.giveBack(keys...)
	return g.enter(w, r, account, role, byPassword)
}

// enter begins a session for an account that has shown who it is, in a role; "" is
// the first that a grant gives. The error is [ErrNoGrant], [ErrAsleep] or [ErrRole].
func (g *Gate) enter(w http.ResponseWriter, r *http.Request, account uuid.UUID, role, means string) (Session, error) {
	roles, err := g.rolesOf(r.Context(), account)
	if err != nil {
		return Session{}, err
	}
	if role == "" {
		role = roles[0]
	}
	now := g.options.Now()
	return g.begin(w, r, roles, register.Session{AccountID: account, Role: role, Means: means, CreatedAt: now, ExpiresAt: now.Add(sessionLife)})
}

// check finds the account of a login and password. It takes as long when there is
// no such login, or no password of it.
func (g *Gate) check(ctx context.Context, login, password string) (uuid.UUID, error) {
	account, err := g.db.AccountByLogin(ctx, login)
	if err != nil && !errors.Is(err, register.ErrNoAccount) {
		return uuid.Nil, err
	}
	hash := account.PasswordHash
	if hash == "" || account.Disabled {
		hash = nobody
	}
	ok, err := CheckPassword(ctx, hash, password)
	if err != nil {
		return uuid.Nil, err
	}
	if !ok || account.Disabled {
		return uuid.Nil, ErrPassword
	}
	return account.ID, nil
}

// rolesOf are the roles of an account, at least one, in the order of the closed
// list.
func (g *Gate) rolesOf(ctx context.Context, account uuid.UUID) ([]string, error) {
	grants, err := g.db.Grants(ctx, register.Service("login"), account)
	if err != nil {
		return nil, err
	}
	var roles []string
	for _, grant := range grants {
		if grant.AsleepSince == nil && !slices.Contains(roles, grant.Role) {
			roles = append(roles, grant.Role)
		}
	}
	switch {
	case len(roles) > 0:
		return roles, nil
	case len(grants) > 0:
		return nil, ErrAsleep
	}
	return nil, ErrNoGrant
}

// begin keeps a new session, of which it makes token, id and device, and sets the
// cookie.
func (g *Gate) begin(w http.ResponseWriter, r *http.Request, roles []string, kept register.Session) (Session, error) {
	if !slices.Contains(roles, kept.Role) {
		return Session{}, ErrRole
	}
	token, hash, err := newToken()
	if err != nil {
		return Session{}, fmt.Errorf("access: %w", err)
	}
	kept.ID, kept.TokenHash, kept.Device, kept.SeenAt, kept.Roles = uuid.New(), hash, deviceOf(r), g.options.Now(), roles
	if err := g.db.AddSession(r.Context(), kept); err != nil {
		return Session{}, err
	}
	setCookie(w, r, token, kept.ExpiresAt.Sub(kept.SeenAt))
	return sessionOf(kept), nil
}

func sessionOf(kept register.Session) Session {
	return Session{
		Principal: register.Principal{Account: kept.AccountID, Role: kept.Role}, ID: kept.ID, Roles: kept.Roles,
		Means: kept.Means, SignedInAt: kept.CreatedAt, token: kept.TokenHash,
	}
}

// Session is the session of a request. The error is [ErrSignIn] when there is
// none, it is over, or no grant gives its role any more.
func (g *Gate) Session(r *http.Request) (Session, error) {
	ctx := r.Context()
	hash, ok := tokenOf(r)
	if !ok {
		return Session{}, ErrSignIn
	}
	kept, err := g.db.FindSession(ctx, hash)
	if errors.Is(err, register.ErrNoSession) {
		return Session{}, ErrSignIn
	}
	if err != nil {
		return Session{}, err
	}
	now := g.options.Now()
	if isOver(kept, now) || !slices.Contains(kept.Roles, kept.Role) {
		return Session{}, ErrSignIn
	}
	if now.Sub(kept.SeenAt) >= touchEvery {
		if err := g.db.TouchSession(ctx, hash, now); err != nil {
			return Session{}, err
		}
	}
	return sessionOf(kept), nil
}

// isOver says that the time of a session has run out.
func isOver(kept register.Session, now time.Time) bool {
	idle := kept.Role == register.Administrator && now.Sub(kept.SeenAt) >= administrator
	return idle || !now.Before(kept.ExpiresAt)
}

// ChangeRole goes on in another role of the same account, under a new token that
// ends when the old one would have. The error is [ErrRole].
func (g *Gate) ChangeRole(w http.ResponseWriter, r *http.Request, session Session, role string) (Session, error) {
	kept, err := g.db.FindSession(r.Context(), session.token)
	if errors.Is(err, register.ErrNoSession) {
		return Session{}, ErrSignIn
	}
	if err != nil {
		return Session{}, err
	}
	kept.Role = role
	changed, err := g.begin(w, r, kept.Roles, kept)
	if err != nil {
		return Session{}, err
	}
	return changed, g.db.RemoveSession(r.Context(), session.token)
}

// Sessions lists the sessions of a session's account, the one used last first.
func (g *Gate) Sessions(ctx context.Context, session Session) ([]register.Session, error) {
	sessions, err := g.db.OwnSessions(ctx, session.Principal)
	now := g.options.Now()
	return slices.DeleteFunc(sessions, func(kept register.Session) bool { return isOver(kept, now) }), err
}

// SignOut ends a session and takes the cookie away.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request, session Session) error {
	setCookie(w, r, "", 0)
	return g.db.RemoveSession(r.Context(), session.token)
}

// addressOf is where a request comes from: an IPv4 address, or the half of an IPv6
// address that one customer has.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	address, err := netip.ParseAddr(host)
	if err != nil || address.Unmap().Is4() {
		return host
	}
	prefix, err := address.Prefix(64)
	if err != nil {
		return host
	}
	return prefix.String()
}
