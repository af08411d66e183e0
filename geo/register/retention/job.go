package retention

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register"
)

// Args are those of the daily job: none.
type Args struct{}

// Kind is what River calls the job.
func (Args) Kind() string { return "retention" }

// errSweep is what the queue keeps of a failure; why stands in the log.
var errSweep = errors.New("retention: a class failed, see the log")

// Every is how often the job runs, once for all processes.
const Every = 24 * time.Hour

// Schedule is the daily job, due at once when it did not run today.
func Schedule() *river.PeriodicJob {
	once := river.UniqueOpts{ByPeriod: Every}
	return river.NewPeriodicJob(river.PeriodicInterval(Every),
		func() (river.JobArgs, *river.InsertOpts) { return Args{}, &river.InsertOpts{UniqueOpts: once} },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// Worker works the daily job.
type Worker struct {
	river.WorkerDefaults[Args]
	DB     *register.DB
	Ledger *Ledger
	Now    func() time.Time
	Log    *slog.Logger
}

// Work sweeps every class, and the file of the ledger.
func (w *Worker) Work(ctx context.Context, _ *river.Job[Args]) error {
	if err := Sweep(ctx, w.DB, w.Now(), w.Log); err != nil {
		return errSweep
	}
	if err := w.Ledger.Forget(ctx, w.DB, w.Now()); err != nil {
		w.Log.ErrorContext(ctx, "ledger of erasures failed", "error", err)
		return errSweep
	}
	w.Log.InfoContext(ctx, "retention done")
	return nil
}

// Timeout is none: a first run over years of data takes as long as it takes.
func (w *Worker) Timeout(*river.Job[Args]) time.Duration { return -1 }
