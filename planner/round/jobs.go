package round

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
)

// Queue is where orders wait. A process works one at a time: each takes all cores.
const Queue = "planning"

// Args name the plan that a job makes.
type Args struct {
	Plan uuid.UUID `json:"plan"`
}

// Kind is what River calls the job.
func (Args) Kind() string { return "plan" }

// InsertOpts says where the job waits.
func (Args) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: Queue} }

// PartArgs name a part of a plan that a job plans.
type PartArgs struct {
	Part uuid.UUID `json:"part"`
}

// Kind is what River calls the job.
func (PartArgs) Kind() string { return "plan_part" }

// partPriority lets other plans, and those that wait for a rescue, go before the parts of
// a large one: 1 goes first, and is what jobs have.
const partPriority = 2

// InsertOpts says where the job waits.
func (PartArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: Queue, Priority: partPriority}
}

// RescueArgs are those of the job that looks after plans whose process died: none.
type RescueArgs struct{}

// Kind is what River calls the job.
func (RescueArgs) Kind() string { return "plans_rescue" }

// InsertOpts says where the job waits.
func (RescueArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: Queue} }

// rescueEvery bounds how long a plan lies after the process that made it died.
const rescueEvery = 15 * time.Second

// Schedule is the job that looks after plans whose process died.
func Schedule() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(rescueEvery),
		func() (river.JobArgs, *river.InsertOpts) { return RescueArgs{}, nil },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// AddTo lets the workers of a process make plans.
func (p *Planner) AddTo(workers *river.Workers) {
	river.AddWorker(workers, &makeJob{planner: p})
	river.AddWorker(workers, &partJob{planner: p})
	river.AddWorker(workers, &rescueJob{planner: p})
}

type makeJob struct {
	river.WorkerDefaults[Args]
	planner *Planner
}

// again is when to see whether who makes a plan still lives.
const again = 5 * time.Second

func (j *makeJob) Work(ctx context.Context, job *river.Job[Args]) error {
	return putBack(j.planner.Work(ctx, job.Args.Plan))
}

// putBack is what the queue is told of work that is to be done at another time.
func putBack(err error) error {
	switch {
	case errors.Is(err, errTaken):
		return river.JobSnooze(again)
	case errors.Is(err, errStopped):
		return river.JobSnooze(0)
	}
	return err
}

// Timeout is above the longest search that can be ordered and the building of streets.
func (*makeJob) Timeout(*river.Job[Args]) time.Duration { return 4 * time.Hour }

type partJob struct {
	river.WorkerDefaults[PartArgs]
	planner *Planner
}

func (j *partJob) Work(ctx context.Context, job *river.Job[PartArgs]) error {
	return putBack(j.planner.WorkPart(ctx, job.Args.Part))
}

// Timeout is that of a plan.
func (*partJob) Timeout(*river.Job[PartArgs]) time.Duration { return 4 * time.Hour }

type rescueJob struct {
	river.WorkerDefaults[RescueArgs]
	planner *Planner
}

func (j *rescueJob) Work(ctx context.Context, _ *river.Job[RescueArgs]) error {
	return j.planner.Rescue(ctx)
}

// Rescue puts plans and parts back into the queue that nobody works on, nor waits to: the
// process that did has died.
func (b *Book) Rescue(ctx context.Context) error {
	return b.change(ctx, planning, "rescue", func(tx pgx.Tx) error {
		// A job that died is running for ever, as the queue sees it.
		const waits = ` AND NOT EXISTS (SELECT FROM river.river_job j WHERE j.kind = $1 AND j.args @> jsonb_build_object($2::text, w.id)
			AND j.state IN ('available', 'pending', 'retryable', 'scheduled'))`
		err := b.requeue(ctx, tx, func(id uuid.UUID) river.JobArgs { return Args{id} }, `
			SELECT w.id FROM rounds.plans w
			WHERE w.state = 'planning' AND NOT EXISTS (SELECT FROM rounds.plan_parts t WHERE t.plan_id = w.id)`+waits, Args{}.Kind(), "plan")
		if err != nil {
			return err
		}
		return b.requeue(ctx, tx, func(id uuid.UUID) river.JobArgs { return PartArgs{id} }, `
			SELECT w.id FROM rounds.plan_parts w
			WHERE NOT w.finished AND w.step = (SELECT min(step) FROM rounds.plan_parts t WHERE t.plan_id = w.plan_id AND NOT t.finished)`+waits, PartArgs{}.Kind(), "part")
	})
}

// requeue puts those into the queue whose lock nobody has.
func (b *Book) requeue(ctx context.Context, tx pgx.Tx, job func(id uuid.UUID) river.JobArgs, orphans string, arguments ...any) error {
	rows, err := tx.Query(ctx, orphans, arguments...)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return err
	}
	for _, id := range ids {
		orphan, err := lock(ctx, tx, id)
		if err == nil && orphan {
			err = b.db.Enqueue(ctx, tx, job(id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
