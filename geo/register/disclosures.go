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

// Errors of what the officer records of what leaves.
var (
	ErrFuture       = errors.New("register: that day is yet to come")
	ErrHost         = errors.New("register: that is no name of a host")
	ErrReceiverTerm = errors.New("register: a receiver lasts 90 days at most, from today")
	ErrNoReceiver   = errors.New("register: no such receiver, or it has ended")
)

// Disclosure is one kind of data that an authority was given once: neither whom it was about nor in which
// words it was asked for.
type Disclosure struct {
	ID, Area uuid.UUID
	MadeOn   time.Time
	// Recipient, Basis and Content are codes of the closed lists disclosure_recipients,
	// disclosure_bases and disclosure_contents.
	Recipient, Basis, Content string
	Places                    int
}

// Receiver is who may have what leaves by itself, until a day.
type Receiver struct {
	ID uuid.UUID
	// Kind is token or webhook.
	Kind, Host, Purpose string
	Area                uuid.UUID
	// DailyRows is the most that may leave in a day.
	DailyRows int
	// ApprovedOn is the database's.
	ApprovedOn, EndsOn time.Time
}

// Disclosures are those of the officer's areas, the latest first.
func (db *DB) Disclosures(ctx context.Context, principal Principal) (found []Disclosure, err error) {
	const query = `SELECT id, area_id, made_on, recipient::text, basis::text, content::text, places
		FROM rounds.disclosures ORDER BY made_on DESC, recorded_at DESC, id LIMIT 500`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		found, err = rowsOf[Disclosure](ctx, tx, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: disclosures: %w", err)
	}
	return found, nil
}

// RecordDisclosure adds one for good, as the officer of its area. The same again changes
// nothing. The error may be [ErrFuture], [ErrNoArea] or [ErrIDTaken].
func (db *DB) RecordDisclosure(ctx context.Context, principal Principal, d Disclosure) error {
	if d.MadeOn.Format(time.DateOnly) > db.localNow().Format(time.DateOnly) {
		return ErrFuture
	}
	const insert = `INSERT INTO rounds.disclosures (id, area_id, made_on, recipient, basis, content, places)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`
	const same = `SELECT EXISTS (SELECT FROM rounds.disclosures WHERE (id, area_id, made_on, recipient::text, basis::text, content::text, places)
		= ($1, $2, $3, $4, $5, $6, $7))`
	err := db.record(ctx, principal, insert, same, d.ID, d.Area, d.MadeOn, d.Recipient, d.Basis, d.Content, d.Places)
	if err != nil {
		return fmt.Errorf("register: record a disclosure: %w", err)
	}
	return nil
}

// Receivers are those of the officer's areas, the latest first.
func (db *DB) Receivers(ctx context.Context, principal Principal) (found []Receiver, err error) {
	const query = `SELECT id, kind::text, host, purpose::text, area_id, daily_rows, approved_on, ends_on
		FROM rounds.receivers ORDER BY approved_on DESC, host, id LIMIT 500`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		found, err = rowsOf[Receiver](ctx, tx, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: receivers: %w", err)
	}
	return found, nil
}

// ApproveReceiver adds one, as the officer of its area, for 90 days at most. The same
// again changes nothing. The error may be [ErrHost], [ErrReceiverTerm], [ErrNoArea] or [ErrIDTaken].
func (db *DB) ApproveReceiver(ctx context.Context, principal Principal, r Receiver) error {
	const insert = `INSERT INTO rounds.receivers (id, kind, host, purpose, area_id, daily_rows, ends_on)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING`
	const same = `SELECT EXISTS (SELECT FROM rounds.receivers WHERE (id, kind::text, host, purpose::text, area_id, daily_rows, ends_on)
		= ($1, $2, $3, $4, $5, $6, $7))`
	err := db.record(ctx, principal, insert, same, r.ID, r.Kind, r.Host, r.Purpose, r.Area, r.DailyRows, r.EndsOn)
	if err != nil {
		return fmt.Errorf("register: approve a receiver: %w", err)
	}
	return nil
}

// EndReceiver ends one today. The error may be [ErrNoReceiver].
func (db *DB) EndReceiver(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoReceiver, "end a receiver", "SELECT rounds.end_receiver($1)", id)
}

// record inserts a row that may be sent twice; same says whether it is there already.
func (db *DB) record(ctx context.Context, principal Principal, insert, same string, row ...any) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, insert, row...)
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		var there bool
		err = tx.QueryRow(ctx, same, row...).Scan(&there)
		if err == nil && !there {
			err = ErrIDTaken
		}
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch {
		case refused.Code == "42501":
			return ErrNoArea
		case refused.ConstraintName == "host_name_check":
			return ErrHost
		case refused.ConstraintName == "receivers_90_days":
			return ErrReceiverTerm
		}
	}
	return err
}
