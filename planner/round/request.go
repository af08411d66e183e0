package round

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// Reasons why there is nothing to plan.
var (
	errNoWorkers    = errors.New("round: no workers")
	errNoHouseholds = errors.New("round: no households")
)

// task is what a plan is made from.
type task struct {
	terms      Terms
	seed       int64
	households []register.Household
	workers    []register.FieldWorker
	// others are the plan's workers who are not in the part.
	others []register.FieldWorker
	// daysOff are dates, YYYY-MM-DD, by worker; hours those on which the worker is there
	// for a part of the day, by worker and date.
	daysOff map[uuid.UUID][]string
	hours   map[string]map[string]geo.Window
	// underway is where workers stand who are out already, by their ids; closures are
	// the closed streets.
	underway map[string]orb.Point
	closures []Closure
	// wishes are those of single households, by source key; holidays the days on which
	// nobody visits, by grid.
	wishes   map[string]wish
	holidays map[uuid.UUID][]string
	// reach are the grids of each worker.
	reach map[uuid.UUID][]held
	// former are the places of households in the plan to keep to, nil for a new plan;
	// starts are where its routes begin.
	former map[string]planner.Slot
	starts map[uuid.UUID]orb.Point
}

// task reads the round of a plan, its open doors and its workers; with a part, those of
// the part.
func (b *Book) task(ctx context.Context, plan uuid.UUID, part *part) (t task, err error) {
	err = b.db.AsSnapshot(ctx, planning, func(tx pgx.Tx) error {
		var round uuid.UUID
		if err := tx.QueryRow(ctx, "SELECT round_id, seed FROM rounds.plans WHERE id = $1", plan).Scan(&round, &t.seed); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, selectRounds+" WHERE r.id = $1", round)
		if err != nil {
			return err
		}
		found, err := pgx.CollectExactlyOneRow(rows, scanRound)
		if err != nil {
			return err
		}
		t.terms = found.Terms
		if t.daysOff, t.hours, err = daysOff(ctx, tx, plan); err != nil {
			return err
		}
		if t.closures, err = closuresOf(ctx, tx, plan); err != nil {
			return err
		}
		if t.underway, err = underway(ctx, tx, plan, b.Today()); err != nil {
			return err
		}
		if t.wishes, err = wishes(ctx, tx, round); err != nil {
			return err
		}
		if t.holidays, err = holidays(ctx, tx, round); err != nil {
			return err
		}
		if t.reach, err = b.reach(ctx, tx, plan); err != nil {
			return err
		}
		return t.readFormer(ctx, tx, plan)
	})
	if err != nil {
		return task{}, fmt.Errorf("round: task: %w", err)
	}
	if t.workers, err = b.db.WorkersOfPlan(ctx, planning, plan); err != nil {
		return task{}, err
	}
	if part == nil {
		t.households, err = b.db.OpenHouseholds(ctx, planning, t.terms.ID)
	} else {
		// Doors that were open when the plan was divided: like other plans it is made from
		// what was when it began.
		t.households, err = b.db.HouseholdsAmong(ctx, planning, t.terms.ID, part.households)
		in := func(w register.FieldWorker) bool { return slices.Contains(part.workers, w.ID) }
		t.others = slices.DeleteFunc(slices.Clone(t.workers), in)
		t.workers = slices.DeleteFunc(t.workers, func(w register.FieldWorker) bool { return !in(w) })
	}
	switch {
	case err != nil:
		return task{}, err
	case len(t.workers) == 0 && part == nil:
		return task{}, errNoWorkers
	case len(t.households) == 0 && part == nil:
		return task{}, errNoHouseholds
	}
	return t, nil
}

// readFormer reads the plan to keep to, if there is one. Who roams goes on from where
// the former routes begin.
func (t *task) readFormer(ctx context.Context, tx pgx.Tx, plan uuid.UUID) error {
	var revises *uuid.UUID
	if err := tx.QueryRow(ctx, "SELECT revises FROM rounds.plans WHERE id = $1", plan).Scan(&revises); err != nil || revises == nil {
		return err
	}
	t.former, t.starts = map[string]planner.Slot{}, map[uuid.UUID]orb.Point{}
	// The first day of a revised plan may begin at a door, and then leads home.
	rows, err := tx.Query(ctx, `
		SELECT h.source_key, r.worker_id, r.day::text, s.seq,
			CASE WHEN p.revises IS NOT NULL AND r.day = p.begins_on THEN ST_EndPoint(r.line) ELSE ST_StartPoint(r.line) END
		FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.plans p ON p.id = s.plan_id JOIN rounds.households h ON h.id = s.household_id
		WHERE s.plan_id = $1 ORDER BY r.day`, revises)
	if err != nil {
		return err
	}
	var household string
	var worker uuid.UUID
	var slot planner.Slot
	var start orb.Point
	_, err = pgx.ForEachRow(rows, []any{&household, &worker, &slot.Date, &slot.Seq, &start}, func() error {
		slot.Worker = worker.String()
		t.former[household], t.starts[worker] = slot, start
		return nil
	})
	return err
}

func daysOff(ctx context.Context, tx pgx.Tx, plan uuid.UUID) (off map[uuid.UUID][]string, hours map[string]map[string]geo.Window, err error) {
	rows, err := tx.Query(ctx, `
		SELECT worker_id, day::text, opens, closes FROM rounds.worker_days_off
		WHERE worker_id IN (SELECT worker_id FROM rounds.plan_workers WHERE plan_id = $1) ORDER BY day`, plan)
	if err != nil {
		return nil, nil, err
	}
	off, hours = map[uuid.UUID][]string{}, map[string]map[string]geo.Window{}
	var worker uuid.UUID
	var day string
	var opens, closes pgtype.Time
	_, err = pgx.ForEachRow(rows, []any{&worker, &day, &opens, &closes}, func() error {
		if !opens.Valid {
			off[worker] = append(off[worker], day)
			return nil
		}
		id := worker.String()
		if hours[id] == nil {
			hours[id] = map[string]geo.Window{}
		}
		hours[id][day] = windowOf(opens, closes)
		return nil
	})
	return off, hours, err
}

// underway are the doors that workers finished last today, or tried, of the plan that
// another revises: there they are when it is made. No other place of theirs is known.
func underway(ctx context.Context, tx pgx.Tx, plan uuid.UUID, today time.Time) (map[string]orb.Point, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT ON (r.worker_id) r.worker_id::text, h.at
		FROM rounds.plans p JOIN rounds.routes r ON r.plan_id = p.revises AND r.day = p.begins_on JOIN rounds.stops s ON s.route_id = r.id
			JOIN rounds.households h ON h.id = s.household_id JOIN rounds.doors d ON d.round_id = p.round_id AND d.household_id = h.id
		WHERE p.id = $1 AND p.begins_on = $2 AND (d.state = 'finished' OR d.due_from > p.begins_on)
		ORDER BY r.worker_id, s.seq DESC`, plan, today)
	if err != nil {
		return nil, err
	}
	stands := map[string]orb.Point{}
	var worker string
	var at orb.Point
	_, err = pgx.ForEachRow(rows, []any{&worker, &at}, func() error {
		stands[worker] = at
		return nil
	})
	return stands, err
}

// request turns the task into a question for the planner. Its households are
// named by their source keys, by which the streets know entrances, its workers by
// their ids.
func (t task) request(streets *network.Network, begins time.Time, timezone string) planner.Request {
	q := planner.Request{
		Round: planner.Round{
			Name: t.terms.Name, From: begins.Format(time.DateOnly), Days: daysBetween(begins, t.terms.EndsOn),
			Timezone: timezone, Mode: t.terms.Mode, Seed: t.seed, VisitS: t.terms.VisitS,
		},
		Network: streets, Former: t.former, Terms: t.agreed(begins), Hours: t.hours, Underway: t.underway,
	}
	areas := map[uuid.UUID]string{} // one text for all households of an area
	for _, h := range t.households {
		place := h.Household
		place.Address = geo.Address{} // the planner has no use for it
		q.Households = append(q.Households, place)
		name, known := areas[h.AreaID]
		if !known {
			name = h.AreaID.String()
			areas[h.AreaID] = name
		}
		q.Areas = append(q.Areas, name)
	}
	for _, w := range t.workers {
		member := planner.Worker{
			ID: w.ID.String(), Name: w.Name, Shift: [2]string{w.ShiftStart, w.ShiftEnd},
			DaysOff: slices.Clone(t.daysOff[w.ID]),
		}
		bind(&member, t.reach[w.ID], t.holidays, begins, t.terms.EndsOn)
		member.Break = t.pause(member.Shift)
		from, stands := t.starts[w.ID]
		if w.StartsFrom != nil {
			from = *w.StartsFrom
		}
		if member.Roams = w.StartsFrom == nil && !stands; !member.Roams {
			end := from
			if w.EndsAt != nil {
				end = *w.EndsAt
			}
			member.Start, member.End = from, (*[2]float64)(&end)
		}
		q.Workers = append(q.Workers, member)
	}
	return q
}

// pause is the round's break in a shift; nil for a shift that has no room for it.
func (t task) pause(shift [2]string) *planner.Break {
	if t.terms.BreakS == 0 {
		return nil
	}
	b, err := planner.BreakWithin(fmt.Sprintf("%ds@%s-%s", t.terms.BreakS, t.terms.BreakOpens, t.terms.BreakCloses), shift)
	if err != nil {
		return nil
	}
	return b
}

// agreed are the days and times of single households. Whom a worker of another part is to
// visit has none in this one; when to come again depends on the shifts of the whole plan.
func (t task) agreed(begins time.Time) map[string]planner.Terms {
	var shifts []geo.Window
	known, elsewhere := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, w := range t.workers {
		known[w.ID] = true
	}
	for _, w := range t.others {
		elsewhere[w.ID] = true
	}
	for _, w := range slices.Concat(t.workers, t.others) {
		opens, _ := geo.ParseClock(w.ShiftStart) // a time of the database
		closes, _ := geo.ParseClock(w.ShiftEnd)
		shifts = append(shifts, geo.Window{Opens: opens, Closes: closes})
	}
	agreed := map[string]planner.Terms{}
	for household, w := range t.wishes {
		terms := w.terms(begins, t.terms.EndsOn, shifts, func(worker uuid.UUID) bool { return known[worker] })
		if w.worker != nil && elsewhere[*w.worker] {
			terms.Dates = []string{t.terms.EndsOn.AddDate(0, 0, 1).Format(time.DateOnly)}
		}
		agreed[household] = terms
	}
	return agreed
}

// daysBetween counts calendar days, the first and the last included.
func daysBetween(first, last time.Time) int { return int(last.Sub(first).Hours()/24) + 1 }
