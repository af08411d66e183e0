package round

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Changes is what a plan does to the published plan of its round, in households, as
// far as the principal holds them. Each household that either plan has on a route is
// counted once.
type Changes struct {
	// Against is the published plan, nil when there is none.
	Against *uuid.UUID
	// Done were finished under the published plan; DoneAgain of them are on a route all
	// the same, which no plan should have.
	Done, DoneAgain int
	// Kept stay with their worker on their day. OtherDay stay with their worker,
	// OtherWorker do not; of both, Late had a day that has passed.
	Kept, OtherDay, OtherWorker, Late int
	// Added are on a route and were on none; LeftOut the other way round.
	Added, LeftOut int
	// Workers are those of either plan, in order of their codes.
	Workers []WorkerChange
	// NoRoom are those who were given households by hand that are on no route now.
	NoRoom []NoRoom
}

// NoRoom is a worker in whose days there is no room for some households that were given
// to that worker by hand.
type NoRoom struct {
	Worker     uuid.UUID
	Code, Name string
	Stops      int
}

// WorkerChange is what a plan does to the households of one worker.
type WorkerChange struct {
	Worker     uuid.UUID
	Code, Name string
	// Before and After count the open households on the worker's routes, In and Out
	// those that come from elsewhere and go elsewhere.
	Before, After, In, Out int
}

// selectChanges are the places of a household in the published plan, $3 of round $2, and in
// plan $1.
const selectChanges = `
	WITH old AS (
		SELECT s.household_id, r.worker_id, r.day,
			EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = $2 AND d.household_id = s.household_id AND d.state = 'finished') AS done
		FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $3),
	new AS (SELECT s.household_id, r.worker_id, r.day FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $1),
	change AS (
		SELECT old.worker_id AS before, new.worker_id AS after, old.day AS day_before, new.day AS day_after, coalesce(old.done, false) AS done
		FROM old FULL JOIN new USING (household_id))`

// Changes compares a plan with the published plan of its round. The error may be
// [ErrNoPlan].
func (b *Book) Changes(ctx context.Context, principal register.Principal, id uuid.UUID, today time.Time) (c Changes, err error) {
	err = b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.Plans, Purpose: audit.ForPlanning}
		var round uuid.UUID
		err := tx.QueryRow(ctx, `SELECT p.round_id, (SELECT o.id FROM rounds.plans o WHERE o.round_id = p.round_id AND o.state = 'published')
			FROM rounds.plans p WHERE p.id = $1`, id).Scan(&round, &c.Against)
		if isNoRows(err) {
			return read, ErrNoPlan
		}
		if err != nil {
			return read, err
		}
		err = tx.QueryRow(ctx, selectChanges+`
			SELECT count(*) FILTER (WHERE done), count(*) FILTER (WHERE done AND after IS NOT NULL),
				count(*) FILTER (WHERE open AND before = after AND day_before = day_after),
				count(*) FILTER (WHERE open AND before = after AND day_before <> day_after),
				count(*) FILTER (WHERE open AND before <> after),
				count(*) FILTER (WHERE open AND (before <> after OR day_before <> day_after) AND day_before < $4),
				count(*) FILTER (WHERE open AND before IS NULL),
				count(*) FILTER (WHERE open AND after IS NULL)
			FROM (SELECT *, NOT done AS open FROM change) AS c`, id, round, c.Against, today).
			Scan(&c.Done, &c.DoneAgain, &c.Kept, &c.OtherDay, &c.OtherWorker, &c.Late, &c.Added, &c.LeftOut)
		if err != nil {
			return read, err
		}
		rows, err := tx.Query(ctx, selectChanges+`
			SELECT w.id, w.code, w.name, count(*) FILTER (WHERE c.before = w.id), count(*) FILTER (WHERE c.after = w.id),
				count(*) FILTER (WHERE c.after = w.id AND c.before IS DISTINCT FROM w.id),
				count(*) FILTER (WHERE c.before = w.id AND c.after IS DISTINCT FROM w.id)
			FROM change c JOIN rounds.workers w ON w.id IN (c.before, c.after)
			WHERE NOT c.done GROUP BY w.id ORDER BY w.code`, id, round, c.Against)
		if err != nil {
			return read, err
		}
		if c.Workers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[WorkerChange]); err != nil {
			return read, err
		}
		rows, err = tx.Query(ctx, `
			SELECT w.id, w.code, w.name, count(*) FROM rounds.unplanned u JOIN rounds.bookings b ON b.round_id = $2 AND b.household_id = u.household_id
				JOIN rounds.workers w ON w.id = b.worker_id WHERE u.plan_id = $1 GROUP BY w.id ORDER BY w.code`, id, round)
		if err != nil {
			return read, err
		}
		c.NoRoom, err = pgx.CollectRows(rows, pgx.RowToStructByPos[NoRoom])
		return read, err
	})
	if err != nil {
		return Changes{}, fmt.Errorf("round: changes: %w", err)
	}
	return c, nil
}

// SetDayOff notes that a worker has a day off, or that it is none after all; the next
// plan honours it. The error may be [ErrNoWorker].
func (b *Book) SetDayOff(ctx context.Context, principal register.Principal, worker uuid.UUID, day time.Time, off bool) error {
	return b.setDay(ctx, principal, worker, day, off, "", "")
}

// SetHours notes that a worker is there on a day from one time to another, "10:30", and
// not for the whole shift; [Book.SetDayOff] takes it back. The error may be
// [ErrNoWorker] or [ErrHours].
func (b *Book) SetHours(ctx context.Context, principal register.Principal, worker uuid.UUID, day time.Time, opens, closes string) error {
	if opens >= closes {
		return ErrHours
	}
	return b.setDay(ctx, principal, worker, day, true, opens, closes)
}

func (b *Book) setDay(ctx context.Context, principal register.Principal, worker uuid.UUID, day time.Time, other bool, opens, closes string) error {
	return b.change(ctx, principal, "day off", func(tx pgx.Tx) error {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.workers WHERE id = $1)", worker).Scan(&there); err != nil || !there {
			return errors.Join(err, ErrNoWorker)
		}
		if !other {
			_, err := tx.Exec(ctx, "DELETE FROM rounds.worker_days_off WHERE worker_id = $1 AND day = $2", worker, day)
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO rounds.worker_days_off (worker_id, day, opens, closes) VALUES ($1, $2, $3::text::time, $4::text::time)
			ON CONFLICT (worker_id, day) DO UPDATE SET (opens, closes) = (EXCLUDED.opens, EXCLUDED.closes)`, worker, day, orNull(opens), orNull(closes))
		return err
	})
}
