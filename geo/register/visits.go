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

// Errors of visits.
var (
	// ErrNotAssigned says that the round does not send the worker to the household.
	ErrNotAssigned = errors.New("register: not one of the worker's households")
	// ErrDoorFinished says that the household's door is finished in this round.
	ErrDoorFinished = errors.New("register: the door is finished in this round")
	// ErrRoundClosed says that the round takes no more visits.
	ErrRoundClosed = errors.New("register: the round is closed")
	// ErrVisitDay says that a visit is of a day that has not come, or before its round.
	ErrVisitDay = errors.New("register: the day is not in the round, or has not come")
	// ErrNoVisit says that the worker has no such visit in an open round.
	ErrNoVisit = errors.New("register: no such visit")
	// ErrVisitPast says that a visit is of an earlier day and stays.
	ErrVisitPast = errors.New("register: the visit is of an earlier day")
	// ErrIDTaken says that the id belongs to something else.
	ErrIDTaken = errors.New("register: the id is taken")
)

// Visit is what happened at a door. No time of day is kept.
type Visit struct {
	// ID is the client's.
	ID, Round, Household uuid.UUID
	// Outcome and Part are codes of the closed lists outcomes and day_parts.
	Outcome   string
	LeftCard  bool
	VisitedOn time.Time
	Part      string
}

// RecordedVisit is a visit and what follows from it for the door.
type RecordedVisit struct {
	Visit
	// Attempt counts from 1 to 4.
	Attempt int
	// State is open or finished; an open door is due again from DueFrom, in another
	// part of the day.
	State   string
	DueFrom *time.Time
	DuePart *string
}

const insertVisit = `
	INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, left_card, visited_on, part, attempt)
	VALUES ($1, $2, $3, rounds.principal_worker(), $4, $5, $6, $7, 1)
	ON CONFLICT DO NOTHING`

// RecordVisit appends a visit of the principal, a worker. The same visit again
// changes nothing, and added is false. The error may be [ErrNotAssigned],
// [ErrDoorFinished], [ErrRoundClosed], [ErrVisitDay] or [ErrIDTaken].
func (db *DB) RecordVisit(ctx context.Context, principal Principal, visit Visit, today time.Time) (recorded RecordedVisit, added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		if err := checkVisit(ctx, tx, visit, today); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, insertVisit, visit.ID, visit.Round, visit.Household,
			visit.Outcome, visit.LeftCard, visit.VisitedOn, visit.Part)
		if err != nil {
			return err
		}
		added = tag.RowsAffected() == 1
		recorded, err = findVisit(ctx, tx, visit)
		return err
	})
	if err != nil {
		return RecordedVisit{}, false, fmt.Errorf("register: visit: %w", visitError(err))
	}
	return recorded, added, nil
}

// checkVisit comes before the triggers, which tell of a door's state.
func checkVisit(ctx context.Context, tx pgx.Tx, visit Visit, today time.Time) error {
	var assigned bool
	var starts *time.Time
	const query = "SELECT rounds.is_assigned($1, $2), (SELECT starts_on FROM rounds.rounds WHERE id = $1)"
	if err := tx.QueryRow(ctx, query, visit.Round, visit.Household).Scan(&assigned, &starts); err != nil {
		return err
	}
	if !assigned || starts == nil {
		return ErrNotAssigned
	}
	if visit.VisitedOn.Before(*starts) || visit.VisitedOn.After(today) {
		return ErrVisitDay
	}
	return nil
}

// findVisit is the visit as it was recorded; one with other content, or of somebody
// else, has taken the id. The part of the day is forgotten after three days; then any
// is the same.
func findVisit(ctx context.Context, tx pgx.Tx, visit Visit) (RecordedVisit, error) {
	const query = `
		SELECT v.round_id, v.household_id, v.outcome, v.left_card, v.visited_on, coalesce(v.part, $2), v.attempt,
			coalesce(d.state, 'open'), d.due_from, d.due_part
		FROM rounds.visits v LEFT JOIN rounds.doors d ON d.round_id = v.round_id AND d.household_id = v.household_id
		WHERE v.id = $1`
	r := RecordedVisit{Visit: Visit{ID: visit.ID}}
	err := tx.QueryRow(ctx, query, visit.ID, visit.Part).Scan(&r.Round, &r.Household, &r.Outcome, &r.LeftCard, &r.VisitedOn, &r.Part,
		&r.Attempt, &r.State, &r.DueFrom, &r.DuePart)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && r.Visit != visit {
		return r, ErrIDTaken
	}
	return r, err
}

// visitError names the rule of the schema that refused a visit.
func visitError(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.ConstraintName {
	case "visits_door_open", "visits_four_attempts":
		return ErrDoorFinished
	case "visits_round_open":
		return ErrRoundClosed
	}
	return err
}

// RetractVisit undoes a visit of the principal of today; again changes nothing.
// The error may be [ErrNoVisit] or [ErrVisitPast].
func (db *DB) RetractVisit(ctx context.Context, principal Principal, visit uuid.UUID, today time.Time) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		var day time.Time
		err := tx.QueryRow(ctx, "SELECT visited_on FROM rounds.visits WHERE id = $1", visit).Scan(&day)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNoVisit
		}
		if err != nil {
			return err
		}
		if !day.Equal(today) {
			return ErrVisitPast
		}
		_, err = tx.Exec(ctx, "INSERT INTO rounds.visit_retractions (visit_id) VALUES ($1) ON CONFLICT DO NOTHING", visit)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: retract visit: %w", err)
	}
	return nil
}
