package register

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of webhooks.
var (
	ErrNoHook = errors.New("register: no such webhook, or its time is over")
	ErrPath   = errors.New("register: that is no path of an address")
	// ErrTold says that somebody else told a webhook what was to be told.
	ErrTold = errors.New("register: that was told meanwhile")
)

// Hook is where changes are sent: a path at the host of a receiver of the kind webhook.
type Hook struct {
	ID, ReceiverID, AccountID uuid.UUID
	// Role is that of its maker, supervisor.
	Role                string
	Host, Purpose, Path string
	Area                uuid.UUID
	// Feed is [CasesFeed], of Unit, or [RoutesFeed].
	Feed string
	Unit *uuid.UUID
	// Position is how far it was told, LeftRows what may be sent today yet, at least 1.
	Position string
	LeftRows int
}

// Principal is who reads for the hook.
func (h Hook) Principal() Principal {
	return Principal{Account: h.AccountID, Role: h.Role, Purpose: h.Purpose, Area: h.Area}
}

// MadeHook is a hook as its maker sees it, and the officer.
type MadeHook struct {
	ID, ReceiverID uuid.UUID
	// Own says that the principal made it.
	Own    bool
	Feed   string
	Unit   *uuid.UUID
	Path   string
	MadeOn time.Time
	// ToldOn is the day of the last message that was taken, nil when none was.
	ToldOn *time.Time
	// Refused is the answer to the last message when that was not taken: a status, or 0
	// for none; nil when it was taken.
	Refused *int
	// StoppedOn is the day on which it was given up, until somebody has it tried again.
	StoppedOn *time.Time
}

// Hooks are the principal's own, the latest first; for the officer those of the receivers
// of the officer's areas too.
func (db *DB) Hooks(ctx context.Context, principal Principal) (found []MadeHook, err error) {
	const query = `SELECT id, receiver_id, account_id = rounds.principal_account(), feed::text, unit_id, path, made_on, told_on, refused::integer, stopped_on
		FROM rounds.hooks ORDER BY made_on DESC, id LIMIT 500`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		found, err = rowsOf[MadeHook](ctx, tx, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: hooks: %w", err)
	}
	return found, nil
}

var hookPath = regexp.MustCompile(`^/[A-Za-z0-9._~/-]{0,199}$`)

// MakeHook adds one of a receiver of the kind webhook. The error is [ErrPath] or, when there is no such
// receiver whose area the principal holds for its purpose, or the unit is not of that area, [ErrNoReceiver];
// [ErrIDTaken] when there is another of that id.
func (db *DB) MakeHook(ctx context.Context, principal Principal, id, receiver uuid.UUID, feed string, unit *uuid.UUID, path string) error {
	if !hookPath.MatchString(path) {
		return ErrPath
	}
	const insert = `INSERT INTO rounds.hooks (id, receiver_id, role, feed, unit_id, path) VALUES ($1, $2, $3, $4, $5, $6)`
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, insert, id, receiver, principal.Role, feed, unit, path)
		return err
	})
	var refused *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused) && (refused.Code == "42501" || refused.ConstraintName == "hooks_receiver_id_fkey" || refused.ConstraintName == "hooks_unit_id_fkey"):
		return ErrNoReceiver
	case errors.As(err, &refused) && refused.ConstraintName == "url_path_check":
		return ErrPath
	case errors.As(err, &refused) && refused.ConstraintName == "hooks_pkey":
		return ErrIDTaken
	}
	return fmt.Errorf("register: make a hook: %w", err)
}

// EndHook ends one at once: its maker's own, or as the officer of its area. The error may
// be [ErrNoHook].
func (db *DB) EndHook(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoHook, "end a hook",
		"WITH gone AS (DELETE FROM rounds.hooks WHERE id = $1 RETURNING 1) SELECT EXISTS (SELECT FROM gone)", id)
}

// ResumeHook has one's own that was stopped tried again, from where it was. The error may
// be [ErrNoHook].
func (db *DB) ResumeHook(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoHook, "resume a hook",
		"SELECT rounds.resume_hook($1)", id)
}

// feedService tells hooks what has changed.
var feedService = Service("feed")

// LiveHooks are those that are told.
func (db *DB) LiveHooks(ctx context.Context) ([]Hook, error) {
	return db.liveHooks(ctx, uuid.Nil)
}

// LiveHook is one of them. The error may be [ErrNoHook].
func (db *DB) LiveHook(ctx context.Context, id uuid.UUID) (Hook, error) {
	found, err := db.liveHooks(ctx, id)
	if err == nil && len(found) == 0 {
		err = ErrNoHook
	}
	if err != nil {
		return Hook{}, err
	}
	return found[0], nil
}

func (db *DB) liveHooks(ctx context.Context, id uuid.UUID) (found []Hook, err error) {
	const query = `SELECT id, receiver_id, account_id, role::text, host, purpose::text, path, area_id, feed::text, unit_id, position, left_rows FROM rounds.live_hooks($1)`
	err = db.AsSnapshot(ctx, feedService, func(tx pgx.Tx) (err error) {
		found, err = rowsOf[Hook](ctx, tx, query, orNull(id))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: live hooks: %w", err)
	}
	return found, nil
}

// SpendHookRows takes rows that are about to be sent from what the hook's receiver may be
// sent in a day. The error may be [ErrDayIsFull].
func (db *DB) SpendHookRows(ctx context.Context, hook Hook, rows int) error {
	return db.decide(ctx, feedService, ErrDayIsFull, "send rows", "SELECT rounds.spend_rows($1, $2)", hook.ReceiverID, rows)
}

// HookTold keeps how far a hook was told. The error may be [ErrTold].
func (db *DB) HookTold(ctx context.Context, hook Hook, position string) error {
	return db.decide(ctx, feedService, ErrTold, "tell a hook", "SELECT rounds.hook_told($1, $2, $3)", hook.ID, hook.Position, position)
}

// HookRefused keeps that a hook did not take a message, with which status (0 for no
// answer), and stops it when that is for good.
func (db *DB) HookRefused(ctx context.Context, hook Hook, status int, forGood bool) error {
	return db.decide(ctx, feedService, ErrNoHook, "stop a hook", "SELECT rounds.hook_refused($1, $2, $3)", hook.ID, status, forGood)
}

// HookSecret signs what is sent to a hook of a maker.
func (k *Keys) HookSecret(hook, maker uuid.UUID) []byte {
	return digest(k.features, "hook", hook.String(), maker.String())
}
