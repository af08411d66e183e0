package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrNoSession says that no session has a token, or that its account is disabled.
var ErrNoSession = errors.New("register: no such session")

// Device is the class of a browser, in codes of the closed lists: nothing by which
// one device of a class could be told from another.
type Device struct{ Browser, System string }

// Session is an account that signed in, in one of its roles. Of the token only the
// SHA-256 is kept.
type Session struct {
	ID        uuid.UUID
	TokenHash [32]byte
	AccountID uuid.UUID
	Role      string
	Device    Device
	// Means is how the person signed in, of the closed list.
	Means string
	// CreatedAt, SeenAt and ExpiresAt are of the application's clock.
	CreatedAt, SeenAt, ExpiresAt time.Time
	// Roles are those that a grant gives the account now; AddSession ignores them.
	Roles []string
}

// AddSession keeps a new session and lets those go that are over when it is seen first.
func (db *DB) AddSession(ctx context.Context, session Session) error {
	const add = `
		INSERT INTO rounds.sessions (id, token_hash, account_id, role, browser, system, means, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	err := db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM rounds.sessions WHERE expires_at <= $1", session.SeenAt); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, add, session.ID, session.TokenHash[:], session.AccountID, session.Role, session.Device.Browser, session.Device.System,
			session.Means, session.CreatedAt, session.SeenAt, session.ExpiresAt)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: add session: %w", err)
	}
	return nil
}

// FindSession is the session of a token with the roles that its account has at
// this moment. The error is [ErrNoSession] when there is none; whether it is over
// is for the caller to say. That it was seen meanwhile by another process may be unknown.
func (db *DB) FindSession(ctx context.Context, tokenHash [32]byte) (Session, error) {
	now, err := db.rights(ctx)
	if err != nil {
		return Session{}, err
	}
	session, err := db.sessions.get(now, tokenHash, func() (Session, *time.Time, error) { return db.lookUpSession(ctx, tokenHash) })
	session.Roles = slices.Clone(session.Roles)
	if session.Role == Administrator {
		db.sessions.forget(tokenHash) // whose time runs from when it was seen last
	}
	return session, err
}

func (db *DB) lookUpSession(ctx context.Context, tokenHash [32]byte) (_ Session, until *time.Time, err error) {
	const query = `
		SELECT s.id, s.account_id, s.role, s.browser, s.system, s.means, s.created_at, s.seen_at, s.expires_at, ARRAY (
			SELECT DISTINCT g.role FROM rounds.grants g
			WHERE g.account_id = s.account_id AND rounds.holds(g) ORDER BY g.role)::text[], ` + nextGrant + `s.account_id)
		FROM rounds.sessions s JOIN rounds.accounts a ON a.id = s.account_id
		WHERE s.token_hash = $1 AND a.disabled_at IS NULL`
	session := Session{TokenHash: tokenHash}
	err = db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, query, tokenHash[:]).Scan(&session.ID, &session.AccountID, &session.Role, &session.Device.Browser,
			&session.Device.System, &session.Means, &session.CreatedAt, &session.SeenAt, &session.ExpiresAt, &session.Roles, &until)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, nil, ErrNoSession
	}
	if err != nil {
		return Session{}, nil, fmt.Errorf("register: session: %w", err)
	}
	return session, until, nil
}

// OwnSessions lists the sessions of the principal's account, the one used last
// first; whether one is over is for the caller to say.
func (db *DB) OwnSessions(ctx context.Context, principal Principal) ([]Session, error) {
	const query = `
		SELECT id, account_id, role, browser, system, means, created_at, seen_at, expires_at FROM rounds.sessions
		WHERE account_id = rounds.principal_account() ORDER BY seen_at DESC, id`
	var sessions []Session
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		sessions, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Session, err error) {
			return s, row.Scan(&s.ID, &s.AccountID, &s.Role, &s.Device.Browser, &s.Device.System, &s.Means, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt)
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: sessions: %w", err)
	}
	return sessions, nil
}

// EndOwnSession ends a session of the principal's account. The error is
// [ErrNoSession] when it has no such one.
func (db *DB) EndOwnSession(ctx context.Context, principal Principal, id uuid.UUID) error {
	ended, err := db.endOwn(ctx, principal, "id = $1", id)
	if err == nil && ended == 0 {
		return ErrNoSession
	}
	return err
}

// EndOtherSessions ends all sessions of the principal's account but one.
func (db *DB) EndOtherSessions(ctx context.Context, principal Principal, keep uuid.UUID) error {
	_, err := db.endOwn(ctx, principal, "id <> $1", keep)
	return err
}

func (db *DB) endOwn(ctx context.Context, principal Principal, which string, id uuid.UUID) (ended int64, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "DELETE FROM rounds.sessions WHERE account_id = rounds.principal_account() AND "+which, id)
		ended = tag.RowsAffected()
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("register: end session: %w", err)
	}
	return ended, nil
}

// EndSessions ends every session of an account; only an administrator or the
// operator may, for others it ends none. It gives their number.
func (db *DB) EndSessions(ctx context.Context, principal Principal, account uuid.UUID) (ended int, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.end_sessions($1)", account).Scan(&ended)
	})
	if err != nil {
		return 0, fmt.Errorf("register: end sessions: %w", err)
	}
	return ended, nil
}

// TouchSession notes that a session was used.
func (db *DB) TouchSession(ctx context.Context, tokenHash [32]byte, seen time.Time) error {
	defer db.sessions.forget(tokenHash)
	return db.changeSessions(ctx, "UPDATE rounds.sessions SET seen_at = $2 WHERE token_hash = $1", tokenHash[:], seen)
}

// RemoveSession ends a session; it is safe to call for one that is gone.
func (db *DB) RemoveSession(ctx context.Context, tokenHash [32]byte) error {
	return db.changeSessions(ctx, "DELETE FROM rounds.sessions WHERE token_hash = $1", tokenHash[:])
}

func (db *DB) changeSessions(ctx context.Context, statement string, arguments ...any) error {
	err := db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, statement, arguments...)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: session: %w", err)
	}
	return nil
}
