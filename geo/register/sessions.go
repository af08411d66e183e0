package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrNoSession says that no session has a token, or that its account is disabled.
var ErrNoSession = errors.New("register: no such session")

// Session is an account that signed in, in one of its roles. Of the token only the
// SHA-256 is kept.
type Session struct {
	TokenHash [32]byte
	AccountID uuid.UUID
	Role      string
	// CreatedAt, SeenAt and ExpiresAt are of the application's clock.
	CreatedAt, SeenAt, ExpiresAt time.Time
	// Roles are those that a grant gives the account now; AddSession ignores them.
	Roles []string
}

// AddSession keeps a new session and lets those go that are over at its start.
func (db *DB) AddSession(ctx context.Context, session Session) error {
	const add = `
		INSERT INTO rounds.sessions (token_hash, account_id, role, created_at, seen_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6)`
	err := db.As(ctx, Service("login"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM rounds.sessions WHERE expires_at <= $1", session.CreatedAt); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, add, session.TokenHash[:], session.AccountID, session.Role,
			session.CreatedAt, session.SeenAt, session.ExpiresAt)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: add session: %w", err)
	}
	return nil
}

// FindSession is the session of a token with the roles that its account has at
// this moment. The error is [ErrNoSession] when there is none; whether it is over
// is for the caller to say.
func (db *DB) FindSession(ctx context.Context, tokenHash [32]byte) (Session, error) {
	const query = `
		SELECT s.account_id, s.role, s.created_at, s.seen_at, s.expires_at, ARRAY (
			SELECT DISTINCT g.role FROM rounds.grants g
			WHERE g.account_id = s.account_id AND g.starts_at <= now() AND now() < g.ends_at ORDER BY g.role)::text[]
		FROM rounds.sessions s JOIN rounds.accounts a ON a.id = s.account_id
		WHERE s.token_hash = $1 AND a.disabled_at IS NULL`
	session := Session{TokenHash: tokenHash}
	err := db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, query, tokenHash[:]).Scan(&session.AccountID, &session.Role,
			&session.CreatedAt, &session.SeenAt, &session.ExpiresAt, &session.Roles)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("register: session: %w", err)
	}
	return session, nil
}

// TouchSession notes that a session was used.
func (db *DB) TouchSession(ctx context.Context, tokenHash [32]byte, seen time.Time) error {
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
