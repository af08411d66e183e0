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
	river.AddWorker(workers, &rescueJob{planner: p})
}

type makeJob struct {
	river.WorkerDefaults[Args]
	planner *Planner
}

// again is when to see whether who makes a plan still lives.
const again = 5 * time.Second

func (j *makeJob) Work(ctx context.Context, job *river.Job[Args]) error {
	err := j.planner.Work(ctx, job.Args.Plan)
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

type rescueJob struct {
	river.WorkerDefaults[RescueArgs]
	planner *Planner
}

func (j *rescueJob) Work(ctx context.Context, _ *river.Job[RescueArgs]) error {
	return j.planner.Rescue(ctx)
}

// Rescue puts plans back into the queue that nobody makes, nor waits to make: the
// process that did has died.
func (b *Book) Rescue(ctx context.Context) error {
	return b.change(ctx, planning, "rescue", func(tx pgx.Tx) error {
		// A job that died is running for ever, as the queue sees it.
		rows, err := tx.Query(ctx, `
			SELECT p.id FROM rounds.plans p
			WHERE p.state = 'planning' AND NOT EXISTS (
				SELECT FROM river.river_job j WHERE j.kind = $1 AND j.args @> jsonb_build_object('plan', p.id)
					AND j.state IN ('available', 'pending', 'retryable', 'scheduled'))`, Args{}.Kind())
		if err != nil {
			return err
		}
		plans, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return err
		}
		for _, plan := range plans {
			orphan, err := lock(ctx, tx, plan)
			if err == nil && orphan {
				err = b.db.Enqueue(ctx, tx, Args{plan})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
