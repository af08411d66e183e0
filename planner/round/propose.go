package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// Order asks for a plan.
type Order struct {
	// ID is the client's.
	ID, Round uuid.UUID
	// Workers are those to plan for; nil is every worker of the round's areas.
	Workers []uuid.UUID
	Seed    int64
	// Time bounds the search, 0 is 30 s; Iterations bounds it instead when not 0.
	Time       time.Duration
	Iterations int64
	// Keep asks for as few changes to the published plan as what has happened since
	// needs: who is away, what is new, done or gone.
	Keep bool
	// From is the first day; the zero value is today or, when the round has not
	// begun, its first day.
	From time.Time
}

// Propose puts the making of a plan into the queue and returns at once; follow it by
// its state. The same order again changes nothing. The error may be [ErrNoRound],
// [ErrNotHolder], [ErrNoWorker], [ErrClosed], [ErrOver], [ErrPlanning], [ErrIDTaken]
// or [ErrNothingToKeep].
func (b *Book) Propose(ctx context.Context, principal register.Principal, order Order) error {
	return b.change(ctx, principal, "propose", func(tx pgx.Tx) error {
		added, err := b.enter(ctx, tx, order)
		if err != nil || !added {
			return err
		}
		return b.db.Enqueue(ctx, tx, Args{order.ID})
	})
}

// enter writes a plan and its workers down; false: it was there.
func (b *Book) enter(ctx context.Context, tx pgx.Tx, order Order) (added bool, err error) {
	var starts, ends time.Time
	var closed bool
	err = tx.QueryRow(ctx, "SELECT starts_on, ends_on, closed_at IS NOT NULL FROM rounds.rounds WHERE id = $1", order.Round).
		Scan(&starts, &ends, &closed)
	if isNoRows(err) {
		return false, ErrNoRound
	}
	if err != nil {
		return false, err
	}
	var of uuid.UUID
	switch err := tx.QueryRow(ctx, "SELECT round_id FROM rounds.plans WHERE id = $1", order.ID).Scan(&of); {
	case err == nil && of == order.Round:
		return false, nil
	case err == nil:
		return false, ErrIDTaken
	case !isNoRows(err):
		return false, err
	}
	if order.From.IsZero() {
		order.From = later(starts, b.Today())
	}
	switch {
	case closed:
		return false, ErrClosed
	case order.From.After(ends):
		return false, ErrOver
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO rounds.plans (id, round_id, version, seed, created_at, begins_on, search_ms, iterations, revises)
		SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4, $5, $6, $7, (array_agg(id) FILTER (WHERE $8 AND state = 'published'))[1]
		FROM rounds.plans WHERE round_id = $2`,
		order.ID, order.Round, order.Seed, b.db.Now(), order.From, order.Time.Milliseconds(), order.Iterations, order.Keep)
	if err != nil {
		return false, err
	}
	if order.Keep {
		var keeps bool
		if err := tx.QueryRow(ctx, "SELECT revises IS NOT NULL FROM rounds.plans WHERE id = $1", order.ID).Scan(&keeps); err != nil {
			return false, err
		}
		if !keeps {
			return false, ErrNothingToKeep
		}
	}
	return true, enterWorkers(ctx, tx, order)
}

// enterWorkers writes down for whom a plan is made: workers of grids of the round,
// and of areas around such grids.
func enterWorkers(ctx context.Context, tx pgx.Tx, order Order) error {
	tag, err := tx.Exec(ctx, `
		INSERT INTO rounds.plan_workers (plan_id, worker_id)
		SELECT $1, w.id FROM rounds.workers w
		WHERE ($3::uuid[] IS NULL OR w.id = ANY ($3)) AND w.area_id IN (
			SELECT p.ancestor_id FROM rounds.area_paths p JOIN rounds.round_areas a ON a.area_id = p.area_id
			WHERE a.round_id = $2)`, order.ID, order.Round, order.Workers)
	if err == nil && order.Workers != nil && int(tag.RowsAffected()) != len(order.Workers) {
		return ErrNoWorker
	}
	return err
}

// Today is the installation's date, as midnight UTC.
func (b *Book) Today() time.Time { return Date(b.db.Now(), b.db.Zone()) }

// Date is the date at a place and time as dates come from the database: midnight
// UTC.
func Date(at time.Time, location *time.Location) time.Time {
	year, month, day := at.In(location).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
