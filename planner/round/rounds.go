package round

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// Terms are what a round is: every household of an area once between two dates.
type Terms struct {
	// ID is the client's.
	ID, Area uuid.UUID
	// Purpose, Emergency ("" for a routine round) and Mode are codes of the closed
	// lists purposes, emergencies and modes.
	Purpose, Emergency, Mode string
	Name                     string
	StartsOn, EndsOn         time.Time
	// VisitS is the length of a visit at one door in seconds.
	VisitS int
	// BreakS is the length of the break of each day in seconds, 0 for none; it begins
	// between BreakOpens and BreakCloses, local times "11:30".
	BreakS                  int
	BreakOpens, BreakCloses string
	// RevisitDays are how many days after nobody opened the door it is tried again, from
	// 1; 0 is 2.
	RevisitDays int
}

// Round is a round and how far it is.
type Round struct {
	Terms
	AnnouncedOn time.Time
	Closed      bool
	// Published and Latest are plans, as far as the principal sees them.
	Published, Latest *uuid.UUID
	Totals
}

// Totals are numbers about places to visit; never how a visit went.
type Totals struct {
	// Households is the denominator: every household of the round's grids.
	Households, Finished int
	// Late were planned for a day before today and are still open.
	Late int
}

const selectRounds = `
	SELECT r.id, r.area_id, r.purpose, coalesce(r.emergency::text, ''), r.mode, r.name, r.starts_on, r.ends_on, r.visit_s,
		r.break_s, coalesce(to_char(r.break_opens, 'HH24:MI'), ''), coalesce(to_char(r.break_closes, 'HH24:MI'), ''), r.revisit_days,
		r.announced_on, r.closed_at IS NOT NULL,
		(SELECT p.id FROM rounds.plans p WHERE p.round_id = r.id AND p.state = 'published'),
		(SELECT p.id FROM rounds.plans p WHERE p.round_id = r.id ORDER BY p.version DESC LIMIT 1)
	FROM rounds.rounds r`

func scanRound(row pgx.CollectableRow) (r Round, err error) {
	err = row.Scan(&r.ID, &r.Area, &r.Purpose, &r.Emergency, &r.Mode, &r.Name, &r.StartsOn, &r.EndsOn, &r.VisitS,
		&r.BreakS, &r.BreakOpens, &r.BreakCloses, &r.RevisitDays,
		&r.AnnouncedOn, &r.Closed, &r.Published, &r.Latest)
	return r, err
}

// Page says where a list goes on; the zero value is its beginning, without end.
type Page struct {
	// AfterDay and AfterID are those of the last item of the page before.
	AfterDay time.Time
	AfterID  uuid.UUID
	// Limit 0 means no limit.
	Limit int
}

// Rounds lists rounds, the one that starts last first.
func (b *Book) Rounds(ctx context.Context, principal register.Principal, page Page, today time.Time) ([]Round, error) {
	const query = selectRounds + `
		WHERE $1::date IS NULL OR (r.starts_on, r.id) < ($1, $2)
		ORDER BY r.starts_on DESC, r.id DESC LIMIT $3`
	return b.rounds(ctx, principal, today, query, orNull(page.AfterDay), page.AfterID, orNull(page.Limit))
}

// Round is one round; the error may be [ErrNoRound].
func (b *Book) Round(ctx context.Context, principal register.Principal, id uuid.UUID, today time.Time) (Round, error) {
	rounds, err := b.rounds(ctx, principal, today, selectRounds+" WHERE r.id = $1", id)
	if err != nil {
		return Round{}, err
	}
	if len(rounds) == 0 {
		return Round{}, ErrNoRound
	}
	return rounds[0], nil
}

func (b *Book) rounds(ctx context.Context, principal register.Principal, today time.Time, query string, arguments ...any) ([]Round, error) {
	rounds, err := list(ctx, b, principal, scanRound, query, arguments...)
	if err != nil || len(rounds) == 0 {
		return nil, err
	}
	totals := make(map[uuid.UUID]Totals, len(rounds))
	var closed, open []uuid.UUID
	for _, r := range rounds {
		if r.Closed {
			closed = append(closed, r.ID)
		} else if sum, known := b.sum(ctx, r.ID); known {
			totals[r.ID] = sum
		} else {
			open = append(open, r.ID)
		}
	}
	if err := b.countClosed(ctx, closed, totals); err != nil {
		return nil, err
	}
	if err := b.countOpen(ctx, open, today, totals); err != nil {
		return nil, err
	}
	for i := range rounds {
		rounds[i].Totals = totals[rounds[i].ID]
	}
	return rounds, nil
}

// sum is a whole open round, when its grids are known.
func (b *Book) sum(ctx context.Context, round uuid.UUID) (sum Totals, known bool) {
	if b.Counted == nil {
		return sum, false
	}
	grids, known := b.Counted(ctx, round)
	for _, of := range grids {
		sum.Households += of.Households
		sum.Finished += of.Finished
		sum.Late += of.Late
	}
	return sum, known
}

// countClosed adds the totals of rounds that are closed: every door there is finished.
func (b *Book) countClosed(ctx context.Context, rounds []uuid.UUID, totals map[uuid.UUID]Totals) error {
	if len(rounds) == 0 {
		return nil
	}
	type counted struct {
		Round      uuid.UUID
		Households int
	}
	all, err := list(ctx, b, planning, pgx.RowToStructByPos[counted], "SELECT round_id, households FROM rounds.count_closed_rounds($1)", rounds)
	for _, c := range all {
		totals[c.Round] = Totals{Households: c.Households, Finished: c.Households}
	}
	return err
}

// countOpen adds the totals of whole rounds, which are the same for whoever sees them:
// they have at least 20 dwellings.
func (b *Book) countOpen(ctx context.Context, rounds []uuid.UUID, today time.Time, totals map[uuid.UUID]Totals) error {
	if len(rounds) == 0 {
		return nil
	}
	const query = `
		SELECT a.round_id, count(*), count(d.household_id), count(*) FILTER (WHERE d.household_id IS NULL AND o.day < $2)
		FROM rounds.round_areas a JOIN rounds.households h ON h.area_id = a.area_id
			LEFT JOIN rounds.doors d ON d.round_id = a.round_id AND d.household_id = h.id AND d.state = 'finished'
			LEFT JOIN rounds.plans p ON p.round_id = a.round_id AND p.state = 'published'
			LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
			LEFT JOIN rounds.routes o ON o.id = s.route_id
		WHERE a.round_id = ANY ($1) GROUP BY a.round_id`
	type counted struct {
		Round uuid.UUID
		Totals
	}
	all, err := list(ctx, b, planning, pgx.RowToStructByPos[counted], query, rounds, today)
	for _, c := range all {
		totals[c.Round] = c.Totals
	}
	return err
}

// usualRevisitDays are those of a round that says nothing else.
const usualRevisitDays = 2

// Create announces a round on a day. The same terms again change nothing, and added
// is false. The error may be a [RuleError], [ErrNotHolder] or [ErrIDTaken].
func (b *Book) Create(ctx context.Context, principal register.Principal, terms Terms, announced time.Time) (added bool, err error) {
	const insert = `
		INSERT INTO rounds.rounds (id, area_id, purpose, emergency, name, announced_on, starts_on, ends_on, visit_s, mode,
			break_s, break_opens, break_closes, revisit_days)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text::time, $13::text::time, $14) ON CONFLICT DO NOTHING`
	if terms.RevisitDays == 0 {
		terms.RevisitDays = usualRevisitDays
	}
	err = b.change(ctx, principal, "create", func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, insert, terms.ID, terms.Area, terms.Purpose, orNull(terms.Emergency), terms.Name,
			announced, terms.StartsOn, terms.EndsOn, terms.VisitS, terms.Mode,
			terms.BreakS, orNull(terms.BreakOpens), orNull(terms.BreakCloses), terms.RevisitDays)
		if err != nil || tag.RowsAffected() == 1 {
			added = err == nil
			return err
		}
		rows, err := tx.Query(ctx, selectRounds+" WHERE r.id = $1", terms.ID)
		if err != nil {
			return err
		}
		kept, err := pgx.CollectRows(rows, scanRound)
		if err == nil && (len(kept) == 0 || kept[0].Terms != terms) {
			return ErrIDTaken
		}
		return err
	})
	return added, err
}

// Close ends a round for good: outcomes are deleted, every door is finished, a plan that
// is being made is given up. The
// error may be [ErrNoRound], [ErrNotHolder] or [ErrClosed].
func (b *Book) Close(ctx context.Context, principal register.Principal, id uuid.UUID, now time.Time) error {
	return b.change(ctx, principal, "close", func(tx pgx.Tx) error {
		// Nobody makes a plan of it any more.
		if _, err := tx.Exec(ctx, "UPDATE rounds.plans SET state = 'discarded' WHERE round_id = $1 AND state = 'planning'", id); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "UPDATE rounds.rounds SET closed_at = $2 WHERE id = $1", id, now)
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		return existing(ctx, tx, "rounds.rounds", id, ErrNoRound)
	})
}

// existing says why a change of a row had no effect: it is not there to see, or not
// the principal's to change.
func existing(ctx context.Context, tx pgx.Tx, table string, id uuid.UUID, missing error) error {
	var there bool
	if err := tx.QueryRow(ctx, fmt.Sprintf("SELECT EXISTS (SELECT FROM %s WHERE id = $1)", table), id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return missing
	}
	return ErrNotHolder
}
