package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// ErrNoWorker says that the account is no worker's.
var ErrNoWorker = errors.New("register: the account is no worker's")

// StartLoneTimer starts the principal's own timer, or sets it anew, to lapse at a
// moment at most 8 hours away. The error may be [ErrNoWorker].
func (db *DB) StartLoneTimer(ctx context.Context, principal Principal, lapses time.Time) error {
	const query = `
		INSERT INTO rounds.lone_timers (account_id, worker_id, lapses_at)
		SELECT w.account_id, w.id, $1 FROM rounds.workers w WHERE w.account_id = rounds.principal_account()
		ON CONFLICT (account_id) DO UPDATE SET lapses_at = EXCLUDED.lapses_at`
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, query, lapses)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNoWorker
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: lone timer: %w", err)
	}
	return nil
}

// StopLoneTimer stops the principal's own timer; again changes nothing.
func (db *DB) StopLoneTimer(ctx context.Context, principal Principal) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM rounds.lone_timers WHERE account_id = rounds.principal_account()")
		return err
	})
	if err != nil {
		return fmt.Errorf("register: lone timer: %w", err)
	}
	return nil
}

// LoneTimer is when the principal's own timer lapses; nil: none runs.
func (db *DB) LoneTimer(ctx context.Context, principal Principal) (lapses *time.Time, err error) {
	const query = "SELECT (SELECT lapses_at FROM rounds.lone_timers WHERE account_id = rounds.principal_account())"
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error { return tx.QueryRow(ctx, query).Scan(&lapses) })
	if err != nil {
		return nil, fmt.Errorf("register: lone timer: %w", err)
	}
	return lapses, nil
}

// LapsedTimer is a worker who did not stop the timer, and where the plan goes next:
// never where somebody is.
type LapsedTimer struct {
	Worker     uuid.UUID
	Code, Name string
	LapsedAt   time.Time
	// Next is the first stop of the day whose door is open; nil: none is left.
	Next *geo.Address
}

// LapsedTimers are those of the areas that the principal, a supervisor, has.
func (db *DB) LapsedTimers(ctx context.Context, principal Principal) (lapsed []LapsedTimer, err error) {
	const query = `
		SELECT w.id, w.code, w.name, t.lapses_at, n.there, coalesce(n.street, ''), coalesce(n.house_number, ''), coalesce(n.unit, ''),
			coalesce(n.postcode, ''), coalesce(n.place, '')
		FROM rounds.lone_timers t JOIN rounds.workers w ON w.id = t.worker_id
			LEFT JOIN LATERAL (
				SELECT true AS there, h.street, h.house_number, h.unit, h.postcode, h.place
				FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.stops s ON s.route_id = r.id
					JOIN rounds.households h ON h.id = s.household_id
				WHERE r.worker_id = t.worker_id AND r.day = rounds.today() AND p.state = 'published' AND NOT EXISTS (
					SELECT FROM rounds.doors d WHERE d.round_id = p.round_id AND d.household_id = s.household_id AND d.state = 'finished')
				ORDER BY s.seq LIMIT 1) n ON true
		WHERE rounds.principal_role() = 'supervisor' ORDER BY t.lapses_at, w.code`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return read, err
		}
		lapsed, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t LapsedTimer, err error) {
			var there *bool
			var next geo.Address
			err = row.Scan(&t.Worker, &t.Code, &t.Name, &t.LapsedAt, &there, &next.Street, &next.Number, &next.Unit, &next.Postcode, &next.Place)
			if there != nil {
				t.Next = &next
			}
			return t, err
		})
		if len(lapsed) > 0 {
			read = audit.Entry{Kind: audit.LapsedTimer, Purpose: audit.ForSafety}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: lapsed timers: %w", err)
	}
	return lapsed, nil
}
