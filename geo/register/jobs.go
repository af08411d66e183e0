package register

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// JobSchema is where the tables of River are.
const JobSchema = "river"

// Jobs are what [DB.WorkJobs] works.
type Jobs struct {
	Workers *river.Workers
	// Periodic are put into the queue by one of all processes.
	Periodic []*river.PeriodicJob
	// AtOnce is how many jobs of a queue this process works at a time.
	AtOnce map[string]int
	Log    *slog.Logger
}

// Enqueue puts a job into the queue, for whoever works it, when tx commits.
func (db *DB) Enqueue(ctx context.Context, tx pgx.Tx, args river.JobArgs) error {
	if _, err := db.queue.InsertTx(ctx, tx, args, nil); err != nil {
		return fmt.Errorf("register: enqueue: %w", err)
	}
	return nil
}

// EnqueueAll puts jobs into the queue, but those that are unique and there.
func (db *DB) EnqueueAll(ctx context.Context, jobs []river.JobArgs) error {
	for _, job := range jobs {
		if _, err := db.queue.Insert(ctx, job, nil); err != nil {
			return fmt.Errorf("register: enqueue: %w", err)
		}
	}
	return nil
}

// WorkJobs works the jobs of River's queue until ctx ends; those that are under way
// finish. Any number of processes may do it on one database. A job's arguments are
// ids alone, and it asks the register as a service of its own like everybody else.
func (db *DB) WorkJobs(ctx context.Context, jobs Jobs) error {
	queues := make(map[string]river.QueueConfig, len(jobs.AtOnce))
	for queue, atOnce := range jobs.AtOnce {
		queues[queue] = river.QueueConfig{MaxWorkers: atOnce}
	}
	client, err := river.NewClient(riverpgxv5.New(db.pool), &river.Config{
		// River would name the host.
		ID:     uuid.NewString(),
		Schema: JobSchema,
		// New jobs are told by a notification; asking is for when one was lost.
		FetchPollInterval: 10 * time.Second,
		Queues:            queues,
		Workers:           jobs.Workers,
		PeriodicJobs:      jobs.Periodic,
		Logger:            slog.New(quiet{jobs.Log.Handler()}),
	})
	if err != nil {
		return fmt.Errorf("register: jobs: %w", err)
	}
	// Stopping is for Stop, which lets jobs finish.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("register: jobs: %w", err)
	}
	<-ctx.Done()
	if err := client.Stop(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("register: jobs: %w", err)
	}
	return nil
}

// quiet lets the words of River's warnings and errors through and, of what else they
// carry, only why.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

func (q quiet) Handle(ctx context.Context, record slog.Record) error {
	plain := slog.NewRecord(record.Time, record.Level, record.Message, 0)
	record.Attrs(func(attribute slog.Attr) bool {
		if attribute.Key == "err" || attribute.Key == "error" {
			plain.AddAttrs(slog.String("error", attribute.Value.String()))
		}
		return true
	})
	return q.Handler.Handle(ctx, plain)
}

func (q quiet) WithAttrs([]slog.Attr) slog.Handler { return q }
func (q quiet) WithGroup(string) slog.Handler      { return q }
