package round

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
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
	// daysOff are dates, YYYY-MM-DD, by worker.
	daysOff map[uuid.UUID][]string
	// grids are those within the area of each worker.
	grids map[uuid.UUID]map[uuid.UUID]bool
}

// task reads the round of a plan, its open doors and its workers.
func (b *Book) task(ctx context.Context, plan uuid.UUID) (t task, err error) {
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
		if t.daysOff, err = daysOff(ctx, tx, plan); err != nil {
			return err
		}
		t.grids, err = gridsOfWorkers(ctx, tx, plan)
		return err
	})
	if err != nil {
		return task{}, fmt.Errorf("round: task: %w", err)
	}
	if t.workers, err = b.db.WorkersOfPlan(ctx, planning, plan); err != nil {
		return task{}, err
	}
	t.households, err = b.db.OpenHouseholds(ctx, planning, t.terms.ID)
	switch {
	case err != nil:
		return task{}, err
	case len(t.workers) == 0:
		return task{}, errNoWorkers
	case len(t.households) == 0:
		return task{}, errNoHouseholds
	}
	return t, nil
}

func daysOff(ctx context.Context, tx pgx.Tx, plan uuid.UUID) (map[uuid.UUID][]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT worker_id, day::text FROM rounds.worker_days_off
		WHERE worker_id IN (SELECT worker_id FROM rounds.plan_workers WHERE plan_id = $1) ORDER BY day`, plan)
	if err != nil {
		return nil, err
	}
	off := map[uuid.UUID][]string{}
	var worker uuid.UUID
	var day string
	_, err = pgx.ForEachRow(rows, []any{&worker, &day}, func() error {
		off[worker] = append(off[worker], day)
		return nil
	})
	return off, err
}

func gridsOfWorkers(ctx context.Context, tx pgx.Tx, plan uuid.UUID) (map[uuid.UUID]map[uuid.UUID]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT DISTINCT p.ancestor_id, p.area_id FROM rounds.area_paths p
		WHERE p.ancestor_id IN (SELECT w.area_id FROM rounds.workers w JOIN rounds.plan_workers m ON m.worker_id = w.id WHERE m.plan_id = $1)`, plan)
	if err != nil {
		return nil, err
	}
	grids := map[uuid.UUID]map[uuid.UUID]bool{}
	var area, grid uuid.UUID
	_, err = pgx.ForEachRow(rows, []any{&area, &grid}, func() error {
		if grids[area] == nil {
			grids[area] = map[uuid.UUID]bool{}
		}
		grids[area][grid] = true
		return nil
	})
	return grids, err
}

// request turns the task into a question for the planner. Its households and
// workers are named by their ids.
func (t task) request(streets *network.Network, from time.Time, timezone string) (planner.Request, error) {
	q := planner.Request{
		Round: planner.Round{
			Name: t.terms.Name, From: from.Format(time.DateOnly), Days: daysBetween(from, t.terms.EndsOn),
			Timezone: timezone, Mode: t.terms.Mode, Seed: t.seed, VisitS: t.terms.VisitS,
		},
		Network: streets,
	}
	for _, h := range t.households {
		place := h.Household
		place.ID = h.ID.String()
		place.Address = geo.Address{} // the planner has no use for it
		q.Households = append(q.Households, place)
	}
	starts, err := t.starts(streets)
	if err != nil {
		return planner.Request{}, err
	}
	for i, w := range t.workers {
		member := planner.Worker{
			ID: w.ID.String(), Name: w.Name, Start: starts[i],
			Shift: [2]string{w.ShiftStart, w.ShiftEnd}, DaysOff: t.daysOff[w.ID],
		}
		end := member.Start
		if w.EndsAt != nil {
			end = *w.EndsAt
		}
		member.End = (*[2]float64)(&end)
		q.Workers = append(q.Workers, member)
	}
	return q, nil
}

// daysBetween counts calendar days, the first and the last included.
func daysBetween(first, last time.Time) int { return int(last.Sub(first).Hours()/24) + 1 }

// starts are where the workers' days begin: at their offices or, for those without
// one, spread over the households of their area. Where an area has none that can be
// reached, those of the whole round serve.
func (t task) starts(streets *network.Network) ([]orb.Point, error) {
	starts := make([]orb.Point, len(t.workers))
	without := map[uuid.UUID][]int{}
	for i, w := range t.workers {
		if w.StartsFrom != nil {
			starts[i] = *w.StartsFrom
		} else {
			without[w.AreaID] = append(without[w.AreaID], i)
		}
	}
	if len(without) == 0 {
		return starts, nil
	}
	doors := make([]geo.Household, len(t.households))
	for i, h := range t.households {
		doors[i] = h.Household
	}
	accesses := streets.SnapHouseholds(doors)
	for area, members := range without {
		chosen := startsFor(len(members), t.within(area, accesses), t.seed)
		if chosen == nil {
			chosen = startsFor(len(members), accesses, t.seed)
		}
		if chosen == nil {
			return nil, errNoStreets
		}
		for k, member := range members {
			starts[member] = chosen[k]
		}
	}
	return starts, nil
}

// within are the accesses of the households in an area.
func (t task) within(area uuid.UUID, accesses []network.Access) (within []network.Access) {
	for i, h := range t.households {
		if t.grids[area][h.AreaID] {
			within = append(within, accesses[i])
		}
	}
	return within
}
