package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/planner"
)

// A plan for more households than [Options.PartSize] is made by several jobs, in three
// steps: territories and days for each part; then, for each two parts that touch, anew
// for the workers along the seam, where that is better; then times and lines for each
// part. Who is the last of a step puts the jobs of the next into the queue, in the
// transaction that ends its own. What the jobs hand on is in the database, and dropped
// there when the plan is made, given up or failed.
const (
	stepTerritories = "territories"
	stepSeams       = "seams"
	stepLines       = "lines"
)

// stageOf a step is what the plan says it is at.
var stageOf = map[string]string{stepTerritories: "routes", stepSeams: "seams", stepLines: "lines"}

// defaultPartSize is [Options.PartSize] when that is 0.
const defaultPartSize = 10_000

func (p *Planner) partSize() int {
	if p.options.PartSize > 0 {
		return p.options.PartSize
	}
	return defaultPartSize
}

// part is what one job does.
type part struct {
	id, plan            uuid.UUID
	step                string
	workers, households []uuid.UUID
	// divided is when the plan was divided: what holds for the first day then holds for
	// all its parts.
	divided time.Time
}

// split writes the parts of a plan down and puts the jobs for their territories into the
// queue. At a seam are the households that touch it; its workers follow from the
// territories.
func (b *Book) split(ctx context.Context, plan uuid.UUID, t *task, parts []planner.Part, seams []planner.Seam) error {
	households := func(indexes []int32) []uuid.UUID {
		return column(indexes, func(i int32) uuid.UUID { return t.households[i].ID })
	}
	var all []part
	for _, made := range parts {
		if len(made.Workers) == 0 {
			continue
		}
		workers := column(made.Workers, func(i int32) uuid.UUID { return t.workers[i].ID })
		all = append(all, part{step: stepTerritories, workers: workers, households: households(made.Households)},
			part{step: stepLines, workers: workers})
	}
	for _, s := range seams {
		all = append(all, part{step: stepSeams, households: households(s.Households)})
	}
	return b.change(ctx, planning, "split", func(tx pgx.Tx) error {
		// Who gives the plan up at this moment waits for the parts, and drops them.
		if err := hold(ctx, tx, plan); err != nil {
			return err
		}
		for number, one := range all {
			if err := addPart(ctx, tx, plan, number, b.db.Now(), one); err != nil {
				return err
			}
		}
		return b.next(ctx, tx, plan)
	})
}

// hold keeps a plan in the making until tx ends. Whoever writes to its parts holds it first:
// in this order who gives the plan up locks them too.
func hold(ctx context.Context, tx pgx.Tx, plan uuid.UUID) error {
	tag, err := tx.Exec(ctx, "SELECT FROM rounds.plans WHERE id = $1 AND state = 'planning' FOR NO KEY UPDATE", plan)
	if err == nil && tag.RowsAffected() == 0 {
		return errGivenUp
	}
	return err
}

// addPart writes a part down with those of its workers and households that are still there.
func addPart(ctx context.Context, tx pgx.Tx, plan uuid.UUID, number int, now time.Time, t part) error {
	id := uuid.New()
	rows := &pgx.Batch{}
	rows.Queue("INSERT INTO rounds.plan_parts (id, plan_id, step, number, divided_at) VALUES ($1, $2, $3, $4, $5)", id, plan, t.step, number, now)
	rows.Queue("INSERT INTO rounds.plan_part_workers (part_id, worker_id) SELECT $1, w.id FROM rounds.workers w WHERE w.id = ANY ($2)", id, t.workers)
	rows.Queue("INSERT INTO rounds.plan_part_households (part_id, household_id) SELECT $1, h.id FROM rounds.households h WHERE h.id = ANY ($2)", id, t.households)
	return tx.SendBatch(ctx, rows).Close()
}

// next puts the jobs of the first step that is not finished into the queue and says how
// far it is.
func (b *Book) next(ctx context.Context, tx pgx.Tx, plan uuid.UUID) error {
	rows, err := tx.Query(ctx, `
		SELECT id, step FROM rounds.plan_parts t
		WHERE plan_id = $1 AND NOT finished AND step = (SELECT min(step) FROM rounds.plan_parts WHERE plan_id = $1 AND NOT finished)
		ORDER BY number`, plan)
	if err != nil {
		return err
	}
	type waiting struct {
		ID   uuid.UUID
		Step string
	}
	parts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[waiting])
	if err != nil {
		return err
	}
	for _, w := range parts {
		if err := b.db.Enqueue(ctx, tx, PartArgs{w.ID}); err != nil {
			return err
		}
	}
	return b.tellSteps(ctx, tx, plan, parts[0].Step)
}

// tellSteps writes down how many parts a step is through.
func (b *Book) tellSteps(ctx context.Context, tx pgx.Tx, plan uuid.UUID, step string) error {
	_, err := tx.Exec(ctx, `
		UPDATE rounds.plans p SET stage = $3::rounds.plan_stage, (stage_done, stage_total) = (
			SELECT count(*) FILTER (WHERE t.finished), count(*) FROM rounds.plan_parts t WHERE t.plan_id = p.id AND t.step = $2::rounds.part_step)
		WHERE p.id = $1 AND p.state = 'planning'`, plan, step, stageOf[step])
	return err
}

// finish ends the work on a part, with what write adds in the same transaction. The last
// part of a step begins the next; the last of all proposes the plan. A part that another
// has finished, who took it for an orphan when this one's lock was lost, stays as it is.
func (b *Book) finish(ctx context.Context, t part, write func(tx pgx.Tx) error) error {
	return b.change(ctx, planning, "finish part", func(tx pgx.Tx) error {
		// Of two that finish at once, one waits here, and then sees the other.
		if err := hold(ctx, tx, t.plan); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "UPDATE rounds.plan_parts SET finished = true WHERE id = $1 AND NOT finished", t.id)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		if err := write(tx); err != nil {
			return err
		}
		var ofStep, ofPlan int
		err = tx.QueryRow(ctx, `
			SELECT count(*) FILTER (WHERE step = $2::rounds.part_step), count(*)
			FROM rounds.plan_parts WHERE plan_id = $1 AND NOT finished`, t.plan, t.step).Scan(&ofStep, &ofPlan)
		switch {
		case err != nil:
			return err
		case ofPlan == 0:
			return b.propose(ctx, tx, t.plan)
		case ofStep > 0:
			return b.tellSteps(ctx, tx, t.plan, t.step)
		case t.step == stepTerritories:
			if err := alongSeams(ctx, tx, t.plan); err != nil {
				return err
			}
		}
		return b.next(ctx, tx, t.plan)
	})
}

// alongSeams gives each worker with a household at some seam to the seam that touches
// most of them, so that no two seams share anybody. A seam with workers of one part alone
// is finished.
func alongSeams(ctx context.Context, tx pgx.Tx, plan uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		WITH touched AS (
			SELECT d.worker_id, s.id AS seam, s.number, count(*) AS households
			FROM rounds.plan_parts s JOIN rounds.plan_part_households t ON t.part_id = s.id
				JOIN rounds.plan_drafts d ON d.plan_id = s.plan_id AND d.household_id = t.household_id
			WHERE s.plan_id = $1 AND s.step = 'seams' AND d.worker_id IS NOT NULL GROUP BY d.worker_id, s.id)
		INSERT INTO rounds.plan_part_workers (part_id, worker_id)
		SELECT DISTINCT ON (worker_id) seam, worker_id FROM touched ORDER BY worker_id, households DESC, number`, plan)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE rounds.plan_parts s SET finished = true
		WHERE s.plan_id = $1 AND s.step = 'seams' AND 2 > (
			SELECT count(DISTINCT t.id)
			FROM rounds.plan_part_workers a JOIN rounds.plan_part_workers o ON o.worker_id = a.worker_id
				JOIN rounds.plan_parts t ON t.id = o.part_id AND t.plan_id = s.plan_id AND t.step = 'territories'
			WHERE a.part_id = s.id)`, plan)
	return err
}

// propose ends the making of a plan in parts: all its routes are there.
func (b *Book) propose(ctx context.Context, tx pgx.Tx, plan uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason)
		SELECT $1, h.id, h.area_id, d.reason
		FROM rounds.plan_drafts d JOIN rounds.households h ON h.id = d.household_id
		WHERE d.plan_id = $1 AND d.reason IS NOT NULL`, plan)
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		UPDATE rounds.plans p SET state = 'proposed', stage = NULL, stage_done = 0, stage_total = 0,
			planned = n.planned, households = n.planned + n.unplanned, travel_s = n.travel_s, distance_m = n.distance_m
		FROM (SELECT (SELECT count(*) FROM rounds.stops WHERE plan_id = $1) AS planned, (SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1) AS unplanned,
				coalesce(sum(travel_s), 0) AS travel_s, coalesce(sum(distance_m), 0) AS distance_m FROM rounds.routes WHERE plan_id = $1) n
		WHERE p.id = $1 AND p.state = 'planning'`, plan)
	if err == nil && tag.RowsAffected() == 0 {
		return errGivenUp
	}
	return err
}
