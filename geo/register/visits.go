package register

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	// Attempt counts from 1 to 4; 0 is a visit after which the door was finished already.
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

// takeVisits appends visits that phones recorded, also at a door that another finished
// before: a visit that happened is kept. The days are within the round and not after
// today, whatever the clock of the phone says. A visit that is there changes nothing.
// The error may be [ErrNotAssigned], [ErrRoundClosed] or [ErrIDTaken], and then nothing
// is to stay.
func takeVisits(ctx context.Context, tx pgx.Tx, visits []Visit, today time.Time) error {
	if len(visits) == 0 {
		return nil
	}
	visits = slices.SortedFunc(slices.Values(visits), func(a, b Visit) int {
		return cmp.Or(bytes.Compare(a.Household[:], b.Household[:]), bytes.Compare(a.ID[:], b.ID[:]))
	})
	if err := fitVisits(ctx, tx, visits, today); err != nil {
		return err
	}
	n := len(visits)
	ids, rounds, households := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]uuid.UUID, n)
	outcomes, parts, cards, days := make([]string, n), make([]string, n), make([]bool, n), make([]time.Time, n)
	for i, v := range visits {
		ids[i], rounds[i], households[i] = v.ID, v.Round, v.Household
		outcomes[i], parts[i], cards[i], days[i] = v.Outcome, v.Part, v.LeftCard, v.VisitedOn
	}
	rows, err := tx.Query(ctx, appendVisits, ids, rounds, households, outcomes, cards, days, parts)
	if err != nil {
		return err
	}
	added, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return visitError(err)
	}
	for _, v := range visits {
		if slices.Contains(added, v.ID) {
			continue
		}
		if _, err := findVisit(ctx, tx, v); err != nil {
			return err
		}
	}
	return nil
}

const appendVisits = `
	INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, left_card, visited_on, part, attempt)
	SELECT v.id, v.round, v.household, (SELECT rounds.principal_worker()), v.outcome::rounds.outcome, v.card, v.day, v.part::rounds.day_part, NULL
	FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::date[], $7::text[])
		WITH ORDINALITY v (id, round, household, outcome, card, day, part, n) ORDER BY v.n
	ON CONFLICT DO NOTHING RETURNING id`

// fitVisits looks whether the rounds of visits take any, and moves their days into them;
// whether the worker was sent to a door is for the policy of visits to say.
func fitVisits(ctx context.Context, tx pgx.Tx, visits []Visit, today time.Time) error {
	rounds := make([]uuid.UUID, len(visits))
	for i, v := range visits {
		rounds[i] = v.Round
	}
	rows, err := tx.Query(ctx, `
		SELECT v.n, r.starts_on, r.closed_at IS NOT NULL
		FROM unnest($1::uuid[]) WITH ORDINALITY v (round, n) LEFT JOIN rounds.rounds r ON r.id = v.round`, rounds)
	if err != nil {
		return err
	}
	var n int
	var closed bool
	var starts *time.Time
	_, err = pgx.ForEachRow(rows, []any{&n, &starts, &closed}, func() error {
		switch {
		case starts == nil:
			return ErrNotAssigned
		case closed:
			return ErrRoundClosed
		}
		v := &visits[n-1]
		v.VisitedOn = notAfter(v.VisitedOn, today)
		if v.VisitedOn.Before(*starts) {
			v.VisitedOn = *starts
		}
		return nil
	})
	return err
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
		SELECT v.round_id, v.household_id, v.outcome, v.left_card, v.visited_on, coalesce(v.part, $2), coalesce(v.attempt, 0),
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
	if refused.Code == "42501" {
		return ErrNotAssigned
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
