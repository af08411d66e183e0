package round

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/planner"
)

// WorkPart does what one job has to do for a plan in parts, unless it is done or the plan
// was given up. A part that fails, or is interrupted too often, fails the plan.
func (p *Planner) WorkPart(ctx context.Context, id uuid.UUID) error {
	return p.alone(ctx, id, func(ctx context.Context, cancel context.CancelCauseFunc) error {
		t, order, err := p.beginPart(ctx, id)
		if err != nil || t.id == uuid.Nil {
			return err
		}
		go p.watch(ctx, t.plan, cancel)
		const uncount = "UPDATE rounds.plan_parts SET attempts = attempts - 1 WHERE id = $1"
		return p.end(ctx, t.plan, counted(uncount, t.id), anew(func() error { return p.makePart(ctx, t, order) }))
	})
}

// beginPart counts the attempt and reads what there is to do; the zero value: nothing.
func (p *Planner) beginPart(ctx context.Context, id uuid.UUID) (t part, order Order, err error) {
	var attempts int
	var milliseconds int64
	err = p.change(ctx, planning, "begin part", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `
			UPDATE rounds.plan_parts t SET attempts = t.attempts + 1
			FROM rounds.plans p
			WHERE t.id = $1 AND NOT t.finished AND p.id = t.plan_id AND p.state = 'planning'
			RETURNING t.id, t.plan_id, t.step::text, t.attempts, p.round_id, p.begins_on, p.search_ms, p.iterations, t.divided_at`, id).
			Scan(&t.id, &t.plan, &t.step, &attempts, &order.Round, &order.From, &milliseconds, &order.Iterations, &t.divided)
	})
	order.ID, order.Time = t.plan, time.Duration(milliseconds)*time.Millisecond
	switch {
	case isNoRows(err):
		return part{}, order, nil
	case err != nil:
		return part{}, order, err
	case attempts > mostAttempts:
		return part{}, order, p.fail(ctx, t.plan, "interrupted")
	}
	order, err = p.partOf(ctx, &t, order)
	return t, order, err
}

// partOf reads who is in a part and says how much of the order's bounds it has: of the
// iterations as many as are its due, of the time all that a part of mean size has.
func (b *Book) partOf(ctx context.Context, t *part, order Order) (Order, error) {
	var err error
	if t.workers, err = list(ctx, b, planning, pgx.RowTo[uuid.UUID], "SELECT worker_id FROM rounds.plan_part_workers WHERE part_id = $1", t.id); err != nil {
		return order, err
	}
	if t.step == stepTerritories {
		t.households, err = list(ctx, b, planning, pgx.RowTo[uuid.UUID], "SELECT household_id FROM rounds.plan_part_households WHERE part_id = $1", t.id)
	} else { // these have what the territories say
		t.households, err = b.drafted(ctx, *t)
	}
	if err != nil {
		return order, err
	}
	type sums struct{ Households, Parts int }
	all, err := list(ctx, b, planning, pgx.RowToStructByPos[sums], `
		SELECT count(*), count(DISTINCT t.id) FROM rounds.plan_parts t JOIN rounds.plan_part_households h ON h.part_id = t.id
		WHERE t.plan_id = $1 AND t.step = 'territories'`, t.plan)
	if err != nil {
		return order, err
	}
	share := float64(len(t.households)) / float64(max(1, all[0].Households))
	if order.Iterations > 0 {
		order.Iterations = max(1, int64(share*float64(order.Iterations)))
	}
	if order.Time == 0 {
		order.Time = planner.DefaultTime
	}
	order.Time = max(time.Millisecond, time.Duration(min(1, share*float64(all[0].Parts))*float64(order.Time)))
	return order, nil
}

// makePart does the part's step.
func (p *Planner) makePart(ctx context.Context, t part, order Order) error {
	read, err := p.task(ctx, t.plan, &t)
	if err != nil {
		return err
	}
	if len(read.households) == 0 || len(read.workers) == 0 { // all are gone
		return p.finish(ctx, t, func(pgx.Tx) error { return nil })
	}
	q, err := p.question(ctx, &read, order, t.divided, func(context.Context, string, int, int) {})
	if err != nil {
		return err
	}
	ids := newNames(&read)
	switch t.step {
	case stepTerritories:
		return p.makeTerritories(ctx, t, q, ids)
	case stepSeams:
		return p.makeSeam(ctx, t, q, ids)
	case stepLines:
		return p.makeLines(ctx, t, q, ids)
	}
	return fmt.Errorf("round: no step %q", t.step)
}

func (p *Planner) makeTerritories(ctx context.Context, t part, q planner.Request, ids names) error {
	made, err := planner.Outline(ctx, q)
	if err != nil {
		return err
	}
	return p.finish(ctx, t, func(tx pgx.Tx) error { return addDrafts(ctx, tx, t.plan, made, ids) })
}

// makeSeam makes the days along a seam anew, in which both sides take part, and keeps
// those that are better.
func (p *Planner) makeSeam(ctx context.Context, t part, q planner.Request, ids names) error {
	keep := func(pgx.Tx) error { return nil }
	before, err := p.drafts(ctx, t, ids)
	if err != nil {
		return err
	}
	had, err := planner.Draw(ctx, q, before)
	if err != nil {
		return err
	}
	if len(had.Routes) == 0 {
		return p.finish(ctx, t, keep)
	}
	after, err := planner.Outline(ctx, only(q, before))
	if err != nil {
		return err
	}
	has, err := planner.Draw(ctx, q, after)
	if err != nil {
		return err
	}
	if !has.BetterThan(&had) {
		return p.finish(ctx, t, keep)
	}
	return p.finish(ctx, t, func(tx pgx.Tx) error {
		if err := dropDrafts(ctx, tx, t); err != nil {
			return err
		}
		return addDrafts(ctx, tx, t.plan, after, ids)
	})
}

// only leaves out of a question who is in a sketch for no more than that a worker starts
// there.
func only(q planner.Request, s planner.Sketch) planner.Request {
	has := map[string]bool{}
	for _, d := range s.Days {
		for _, id := range d.Households {
			has[id] = true
		}
	}
	for _, l := range s.Left {
		for _, id := range l.Households {
			has[id] = true
		}
	}
	households, areas := q.Households, q.Areas
	q.Households, q.Areas = nil, nil
	for i, h := range households {
		if has[h.ID] {
			q.Households, q.Areas = append(q.Households, h), append(q.Areas, areas[i])
		}
	}
	return q
}

func (p *Planner) makeLines(ctx context.Context, t part, q planner.Request, ids names) error {
	sketch, err := p.drafts(ctx, t, ids)
	if err != nil {
		return err
	}
	made, err := planner.Draw(ctx, q, sketch)
	if err != nil {
		return err
	}
	return p.finish(ctx, t, func(tx pgx.Tx) error {
		routes, err := saveRoutes(ctx, tx, t.plan, made.Routes)
		if err != nil {
			return err
		}
		if err := saveStops(ctx, tx, t.plan, made.Routes, routes); err != nil {
			return err
		}
		return loseDrafts(ctx, tx, t, made.Unplanned, ids)
	})
}
