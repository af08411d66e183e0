package access

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
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
	// ErrStale says that somebody is to sign in again before this.
	ErrStale = errors.New("access: signed in too long ago for this")
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
	// fresh is how long after signing in one may change how one signs in, or become
	// administrator or officer.
	fresh = 15 * time.Minute
)

// Options of a gate; the zero value is useful.
type Options struct {
	// Origin is where people reach the installation, as https://rounds.example.org;
	// "" takes it from each request.
	Origin string
	// Provider is the organisation's identity provider; nil is none.
	Provider *Provider
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Sleep delays attempts to sign in; nil waits for real.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Gate signs people in and out and knows them again. It is safe for concurrent
// use.
type Gate struct {
	db      *register.DB
	keys    *register.Keys
	options Options
	limit   *limit
}

// New makes a gate on the accounts of a register.
func New(db *register.DB, keys *register.Keys, options Options) *Gate {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Sleep == nil {
		options.Sleep = sleep
	}
	return &Gate{db: db, keys: keys, options: options, limit: newLimit()}
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
	byPasskey  = "passkey"
	byProvider = "provider"
	byPIN      = "pin"
	byLink     = "link"
)

// enter begins a session for an account that has shown who it is, in a role; "" is
// the first that a grant gives. A session that the browser had before ends. The error is [ErrNoGrant], [ErrAsleep] or [ErrRole].
func (g *Gate) enter(w http.ResponseWriter, r *http.Request, account uuid.UUID, role, means string) (Session, error) {
	roles, err := g.rolesOf(r.Context(), account)
	if err != nil {
		return Session{}, err
	}
	if role == "" {
		role = roles[0]
	}
	if before, ok := tokenOf(r); ok {
		if err := g.db.RemoveSession(r.Context(), before); err != nil {
			return Session{}, err
		}
	}
	now := g.options.Now()
	return g.begin(w, r, roles, register.Session{AccountID: account, Role: role, Means: means, CreatedAt: now, ExpiresAt: now.Add(sessionLife)})
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
	roles = rolesFor(kept.Means, roles)
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
	setCookie(w, r, sessionCookie, token, kept.ExpiresAt.Sub(kept.SeenAt))
	return sessionOf(kept), nil
}

// rolesFor are those of some roles that one may have who signed in by some means: a
// PIN gives the worker's alone.
func rolesFor(means string, roles []string) []string {
	if means != byPIN {
		return roles
	}
	return slices.DeleteFunc(slices.Clone(roles), func(role string) bool { return role != register.Worker })
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
	kept.Roles = rolesFor(kept.Means, kept.Roles)
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
// ends when the old one would have. Administrator or officer becomes only who signed
// in just now: a worker's session may have lain unused for hours. The error is
// [ErrRole] or [ErrStale].
func (g *Gate) ChangeRole(w http.ResponseWriter, r *http.Request, session Session, role string) (Session, error) {
	kept, err := g.db.FindSession(r.Context(), session.token)
	if errors.Is(err, register.ErrNoSession) {
		return Session{}, ErrSignIn
	}
	if err != nil {
		return Session{}, err
	}
	if role != kept.Role && (role == register.Administrator || role == register.DPO) && slices.Contains(kept.Roles, role) {
		if err := g.Fresh(session); err != nil {
			return Session{}, err
		}
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

// Fresh says with [ErrStale] that who has a session showed who they are too long
// ago, or by a PIN alone, to change how one signs in.
func (g *Gate) Fresh(session Session) error {
	if session.Means == byPIN || g.options.Now().Sub(session.SignedInAt) >= fresh {
		return ErrStale
	}
	return nil
}

// SignOut ends a session and takes the cookie away.
func (g *Gate) SignOut(w http.ResponseWriter, r *http.Request, session Session) error {
	setCookie(w, r, sessionCookie, "", 0)
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
