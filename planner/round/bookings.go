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

// Errors of bookings.
var (
	// ErrNoHousehold says that a household is not in the round, or that the principal
	// may not see it.
	ErrNoHousehold = errors.New("round: no such household")
	// ErrDoorFinished says that nobody goes there any more in this round.
	ErrDoorFinished = errors.New("round: the door is finished")
	// ErrBookingDays says that the days of a booking lie outside the round.
	ErrBookingDays = errors.New("round: the days are not in the round")
)

// Booking is what the plans of a round keep to for a household: the days and times at
// which it asked to be visited, and the worker to whom it was moved by hand.
type Booking struct {
	Round, Household uuid.UUID
	// Worker is uuid.Nil for anybody, First and Last are zero for any day.
	Worker      uuid.UUID
	First, Last time.Time
	// Opens and Closes are local times, "10:00", when a visit may begin; "" for any.
	Opens, Closes string
}

// Book keeps a booking in the place of the one before, or removes it when it says
// nothing; the next plan honours it. The error may be [ErrNoRound], [ErrClosed],
// [ErrNoHousehold], [ErrDoorFinished], [ErrBookingDays], [ErrNoWorker] or an
// [UngrantedError].
func (b *Book) Book(ctx context.Context, principal register.Principal, k Booking) error {
	if _, err := b.needGrant(ctx, principal, k); err != nil {
		return err
	}
	return b.change(ctx, principal, "book", func(tx pgx.Tx) error {
		if err := checkBooking(ctx, tx, k); err != nil {
			return err
		}
		if k == (Booking{Round: k.Round, Household: k.Household}) {
			_, err := tx.Exec(ctx, "DELETE FROM rounds.bookings WHERE round_id = $1 AND household_id = $2", k.Round, k.Household)
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO rounds.bookings (round_id, household_id, area_id, worker_id, first_day, last_day, opens, closes)
			SELECT $1, id, area_id, $3, $4, $5, $6::text::time, $7::text::time FROM rounds.households WHERE id = $2
			ON CONFLICT (round_id, household_id) DO UPDATE SET
				(worker_id, first_day, last_day, opens, closes) = (EXCLUDED.worker_id, EXCLUDED.first_day, EXCLUDED.last_day, EXCLUDED.opens, EXCLUDED.closes)`,
			k.Round, k.Household, orNull(k.Worker), orNull(k.First), orNull(k.Last), orNull(k.Opens), orNull(k.Closes))
		return err
	})
}

// needGrant says of whom a booking names, and who walks in the published plan, that plans
// may not lead there: with an [UngrantedError]. Elsewhere are areas that the cell of the
// household reaches into, for which the worker has no grant either.
func (b *Book) needGrant(ctx context.Context, principal register.Principal, k Booking) (elsewhere []uuid.UUID, err error) {
	if k.Worker == uuid.Nil {
		return nil, nil
	}
	// Grants of others are read for who may see the household alone.
	err = b.change(ctx, principal, "book", func(tx pgx.Tx) error { return checkBooking(ctx, tx, k) })
	if err != nil {
		return nil, err
	}
	type area struct {
		ID           uuid.UUID
		Worker, Name string
		Own          bool
	}
	ungranted, err := list(ctx, b, planning, pgx.RowToStructByPos[area], `
		SELECT DISTINCT a.id, w.code::text, a.name::text, a.id = h.area_id
		FROM rounds.plans p JOIN rounds.plan_workers t ON t.plan_id = p.id JOIN rounds.workers w ON w.id = t.worker_id
			JOIN rounds.households h ON h.id = $2 JOIN rounds.households n ON n.cell = h.cell JOIN rounds.areas a ON a.id = n.area_id
		WHERE p.round_id = $1 AND p.state = 'published' AND w.id = $3
			AND n.area_id NOT IN (SELECT g.area_id FROM rounds.plan_reach(p.id) g WHERE g.worker_id = w.id)`, k.Round, k.Household, k.Worker)
	if err != nil {
		return nil, err
	}
	for _, a := range ungranted {
		if a.Own {
			return nil, &UngrantedError{Worker: a.Worker, Area: a.Name}
		}
		elsewhere = append(elsewhere, a.ID)
	}
	return elsewhere, nil
}

func checkBooking(ctx context.Context, tx pgx.Tx, k Booking) error {
	var starts, ends time.Time
	var closed, there, finished, worker bool
	err := tx.QueryRow(ctx, `
		SELECT r.starts_on, r.ends_on, r.closed_at IS NOT NULL,
			EXISTS (SELECT FROM rounds.households h JOIN rounds.round_areas a ON a.area_id = h.area_id WHERE a.round_id = r.id AND h.id = $2),
			EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = r.id AND d.household_id = $2 AND d.state = 'finished'),
			$3::uuid IS NULL OR EXISTS (SELECT FROM rounds.workers w WHERE w.id = $3)
		FROM rounds.rounds r WHERE r.id = $1`, k.Round, k.Household, orNull(k.Worker)).Scan(&starts, &ends, &closed, &there, &finished, &worker)
	switch {
	case isNoRows(err):
		return ErrNoRound
	case err != nil:
		return err
	case closed:
		return ErrClosed
	case !there:
		return ErrNoHousehold
	case finished:
		return ErrDoorFinished
	case !worker:
		return ErrNoWorker
	case !k.First.IsZero() && (k.First.Before(starts) || k.First.After(ends)), !k.Last.IsZero() && (k.Last.Before(starts) || k.Last.After(ends)):
		return ErrBookingDays
	}
	return nil
}

// BookingOf is the booking of a household; the zero value of all but the ids: there is
// none. The error may be [ErrNoRound] or [ErrNoHousehold].
func (b *Book) BookingOf(ctx context.Context, principal register.Principal, round, household uuid.UUID) (Booking, error) {
	k := Booking{Round: round, Household: household}
	err := b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}
		if err := checkBooking(ctx, tx, k); err != nil && !errors.Is(err, ErrDoorFinished) && !errors.Is(err, ErrClosed) {
			return read, err
		}
		var worker *uuid.UUID
		var first, last *time.Time
		err := tx.QueryRow(ctx, `SELECT worker_id, first_day, last_day, coalesce(to_char(opens, 'HH24:MI'), ''), coalesce(to_char(closes, 'HH24:MI'), '')
			FROM rounds.bookings WHERE round_id = $1 AND household_id = $2`, round, household).Scan(&worker, &first, &last, &k.Opens, &k.Closes)
		if isNoRows(err) {
			return read, nil
		}
		if worker != nil {
			k.Worker = *worker
		}
		k.First, k.Last = valueOr(first, time.Time{}), valueOr(last, time.Time{})
		return read, err
	})
	if err != nil {
		return Booking{}, fmt.Errorf("round: booking: %w", err)
	}
	return k, nil
}

// MoveCell moves the open households of the cell of a household to a worker, or, with
// uuid.Nil, lets plans choose again; moved counts those that were moved. The error may be
// [ErrNoRound], [ErrClosed], [ErrNoHousehold], [ErrDoorFinished], [ErrNoWorker] or an
// [UngrantedError].
func (b *Book) MoveCell(ctx context.Context, principal register.Principal, round, household, worker uuid.UUID) (moved int, err error) {
	const cell = `household_id IN (SELECT h.id FROM rounds.households h WHERE h.cell = (SELECT cell FROM rounds.households WHERE id = $2))`
	elsewhere, err := b.needGrant(ctx, principal, Booking{Round: round, Household: household, Worker: worker})
	if err != nil {
		return 0, err
	}
	err = b.change(ctx, principal, "move cell", func(tx pgx.Tx) error {
		if err := checkBooking(ctx, tx, Booking{Round: round, Household: household, Worker: worker}); err != nil {
			return err
		}
		if worker == uuid.Nil {
			// What was agreed stays.
			_, err := tx.Exec(ctx, "DELETE FROM rounds.bookings WHERE round_id = $1 AND first_day IS NULL AND last_day IS NULL AND opens IS NULL AND "+cell, round, household)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, "UPDATE rounds.bookings SET worker_id = NULL WHERE round_id = $1 AND "+cell, round, household)
			return err
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO rounds.bookings (round_id, household_id, area_id, worker_id)
			SELECT $1, h.id, h.area_id, $3 FROM rounds.households h JOIN rounds.round_areas a ON a.round_id = $1 AND a.area_id = h.area_id
			WHERE h.cell = (SELECT cell FROM rounds.households WHERE id = $2) AND h.area_id <> ALL (coalesce($4::uuid[], '{}')) AND NOT EXISTS (
				SELECT FROM rounds.doors d WHERE d.round_id = $1 AND d.household_id = h.id AND d.state = 'finished')
			ON CONFLICT (round_id, household_id) DO UPDATE SET worker_id = EXCLUDED.worker_id`, round, household, worker, elsewhere)
		moved = int(tag.RowsAffected())
		return err
	})
	return moved, err
}
