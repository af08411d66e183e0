package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// make reads what a plan is made from, makes it and saves it; a large one it leaves to
// jobs for its parts.
func (p *Planner) make(ctx context.Context, order Order) error {
	told := &told{planner: p, plan: order.ID}
	t, err := p.task(ctx, order.ID, nil)
	if err != nil {
		return err
	}
	question, err := p.question(ctx, &t, order, p.db.Now(), told.tell)
	if err != nil {
		return err
	}
	if t.former == nil && len(t.households) > p.partSize() {
		parts, seams, err := planner.Divide(ctx, question, p.partSize())
		if err != nil {
			return err
		}
		if len(parts) > 1 {
			return p.split(ctx, order.ID, &t, parts, seams)
		}
	}
	made, err := planner.Propose(ctx, question)
	if err != nil {
		return err
	}
	told.tell(ctx, "save", 0, 1)
	return p.save(ctx, order.ID, made)
}

// question asks for a plan, of a part or the whole, by an order's bounds; nobody leaves
// before a moment.
func (p *Planner) question(ctx context.Context, t *task, order Order, notBefore time.Time, tell func(ctx context.Context, stage string, done, total int)) (planner.Request, error) {
	streets, err := p.streets.network(ctx, network.Mode(t.terms.Mode), func(done, total int64) {
		tell(ctx, "read", int(done>>10), int(total>>10)) // in KiB
	})
	if err != nil {
		return planner.Request{}, err
	}
	q := t.request(streets, order.From, p.db.Zone().String())
	q.Time, q.Iterations, q.Threads = order.Time, order.Iterations, p.options.Threads
	if order.From.Equal(Date(notBefore, p.db.Zone())) {
		q.NotBefore = p.timeOfDay(notBefore)
	}
	if err := p.avoid(ctx, &q, t.closures); err != nil {
		return planner.Request{}, err
	}
	q.Progress = func(now planner.Progress) { tell(ctx, string(now.Stage), now.Done, now.Total) }
	return q, nil
}

// timeOfDay is how long the installation's day has lasted at a moment.
func (b *Book) timeOfDay(at time.Time) time.Duration {
	now := at.In(b.db.Zone())
	return time.Duration(now.Hour())*time.Hour + time.Duration(now.Minute())*time.Minute
}

// tellEvery keeps progress from becoming work.
const tellEvery = 500 * time.Millisecond

// told is what was written down of a plan's progress.
type told struct {
	planner *Planner
	plan    uuid.UUID
	stage   string
	at      time.Time
}

// tell writes progress down, at most every half second within a stage. That it
// cannot be written is no reason to stop planning.
func (t *told) tell(ctx context.Context, stage string, done, total int) {
	now := time.Now()
	if stage == t.stage && now.Sub(t.at) < tellEvery {
		return
	}
	t.stage, t.at = stage, now
	err := t.planner.change(ctx, planning, "progress", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE rounds.plans SET stage = $2, stage_done = $3, stage_total = $4
			WHERE id = $1 AND state = 'planning'`, t.plan, stage, done, total)
		return err
	})
	if err != nil && ctx.Err() == nil {
		t.planner.options.Log.WarnContext(ctx, "progress of a plan was not written", "plan", t.plan, "error", err)
	}
}
