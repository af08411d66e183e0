package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of tokens.
var (
	ErrNoToken   = errors.New("register: no such token, or its time is over")
	ErrDayIsFull = errors.New("register: the day's rows of this receiver have been sent")
)

// Token is what a GIS reads by: of a receiver that the officer approved, and of what
// its maker sees that receiver's area and purpose alone.
type Token struct {
	ID, ReceiverID, AccountID uuid.UUID
	// Role is that of its maker: supervisor or analyst.
	Role          string
	Host, Purpose string
	Area          uuid.UUID
	// LeftRows is what may leave for the receiver today yet.
	LeftRows int
}

// Principal is who reads by the token.
func (t Token) Principal() Principal {
	return Principal{Account: t.AccountID, Role: t.Role, Purpose: t.Purpose, Area: t.Area}
}

// MadeToken is a token as its maker sees it again, and the officer.
type MadeToken struct {
	ID, ReceiverID uuid.UUID
	// Own says that the principal made it.
	Own    bool
	Role   string
	MadeOn time.Time
}

// Tokens are the principal's own, the latest first; for the officer those of the
// receivers of the officer's areas too.
func (db *DB) Tokens(ctx context.Context, principal Principal) (found []MadeToken, err error) {
	const query = `SELECT id, receiver_id, account_id = rounds.principal_account(), role::text, made_on
		FROM rounds.tokens ORDER BY made_on DESC, id LIMIT 500`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		found, err = rowsOf[MadeToken](ctx, tx, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: tokens: %w", err)
	}
	return found, nil
}

// MakeToken keeps the SHA-256 of a new token of a receiver. The error is
// [ErrNoReceiver] when there is none whose area the principal holds for its purpose,
// [ErrIDTaken] when the id is: a secret is shown once.
func (db *DB) MakeToken(ctx context.Context, principal Principal, id, receiver uuid.UUID, secretHash [32]byte) error {
	const insert = `INSERT INTO rounds.tokens (id, receiver_id, role, secret_hash) VALUES ($1, $2, $3, $4)`
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, insert, id, receiver, principal.Role, secretHash[:])
		return err
	})
	var refused *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && (refused.Code == "42501" || refused.ConstraintName == "tokens_receiver_id_fkey"):
		return ErrNoReceiver
	case errors.As(err, &refused) && refused.ConstraintName == "tokens_pkey":
		return ErrIDTaken
	}
	return fmt.Errorf("register: make a token: %w", err)
}

// EndToken ends a token at once: its maker's own, or as the officer of its area. The
// error may be [ErrNoToken].
func (db *DB) EndToken(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoToken, "end a token",
		"WITH gone AS (DELETE FROM rounds.tokens WHERE id = $1 RETURNING 1) SELECT EXISTS (SELECT FROM gone)", id)
}

// FindToken is the token of a secret while it lasts and its maker holds the area. The
// error may be [ErrNoToken].
func (db *DB) FindToken(ctx context.Context, secretHash [32]byte) (token Token, err error) {
	const query = `SELECT id, receiver_id, account_id, role::text, host, purpose::text, area_id, left_rows FROM rounds.find_token($1)`
	err = db.AsSnapshot(ctx, Service("login"), func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, secretHash[:])
		if err != nil {
			return err
		}
		token, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Token])
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Token{}, ErrNoToken
	}
	if err != nil {
		return Token{}, fmt.Errorf("register: token: %w", err)
	}
	return token, nil
}

// SpendRows takes rows that are about to leave from what the token's receiver may be
// sent in a day. The error is [ErrDayIsFull] when that is not enough; then none are
// taken, and none may leave.
func (db *DB) SpendRows(ctx context.Context, token Token, rows int) error {
	return db.decide(ctx, Service("login"), ErrDayIsFull, "send rows", "SELECT rounds.spend_rows($1, $2)", token.ReceiverID, rows)
}
