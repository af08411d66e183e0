package casework

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register"
)

// Soon is how long before its end a case is told to be due.
const Soon = 48 * time.Hour

// clock is who warns, notes what is late, and takes it to the unit above.
var clock = register.Service("clock")

// clockBatch is about how many cases one transaction has: few enough that nobody waits
// for their locks.
const clockBatch = 200

// RunClocks does what the clocks of cases ask for at this moment and gives how many steps
// that were. It may be called at any time, by any number of processes, and again after it
// was cut off: each step is there once.
func (o *Office) RunClocks(ctx context.Context) (steps int, err error) {
	// What ends until then is due on a day before that of then.
	soon := o.db.Now().In(o.db.Zone()).Add(Soon)
	for {
		some := 0
		err := o.change(ctx, clock, "clocks", func(tx pgx.Tx) (err error) {
			some, err = o.runSome(ctx, tx, soon.Format(time.DateOnly))
			return err
		})
		if err != nil {
			return steps, err
		}
		if some == 0 {
			return steps, nil
		}
		steps += some
	}
}

// runSome takes about a batch of steps, and queues what is told of them with them.
func (o *Office) runSome(ctx context.Context, tx pgx.Tx, soon string) (steps int, err error) {
	rows, err := tx.Query(ctx, "SELECT the_case, the_account, the_kind::text, the_day FROM rounds.run_case_clocks($1, $2)", soon, clockBatch)
	if err != nil {
		return 0, err
	}
	type step struct {
		Case    uuid.UUID
		Account *uuid.UUID
		Kind    *string
		Day     time.Time
	}
	taken, err := pgx.CollectRows(rows, pgx.RowToStructByPos[step])
	if err != nil {
		return 0, err
	}
	for _, s := range taken {
		if s.Account == nil || s.Kind == nil {
			continue
		}
		notice := register.Notice{Account: *s.Account, Kind: *s.Kind, About: s.Case, Day: s.Day}
		if err := o.db.QueueNotice(ctx, tx, notice); err != nil {
			return 0, err
		}
	}
	return len(taken), nil
}

// ClockArgs are those of the job: none.
type ClockArgs struct{}

// Kind is what River calls the job.
func (ClockArgs) Kind() string { return "case_clocks" }

// ClockEvery is how often the clocks are looked at, once for all processes.
const ClockEvery = 10 * time.Minute

// ClockSchedule is the job that looks at the clocks, at once when a process starts.
func ClockSchedule() *river.PeriodicJob {
	once := river.UniqueOpts{ByPeriod: ClockEvery}
	return river.NewPeriodicJob(river.PeriodicInterval(ClockEvery),
		func() (river.JobArgs, *river.InsertOpts) { return ClockArgs{}, &river.InsertOpts{UniqueOpts: once} },
		&river.PeriodicJobOpts{RunOnStart: true})
}

// ClockWorker works that job.
type ClockWorker struct {
	river.WorkerDefaults[ClockArgs]
	Office *Office
	Log    *slog.Logger
}

// errClocks is what the queue keeps of a failure; why stands in the log.
var errClocks = errors.New("casework: clocks failed, see the log")

// Work runs the clocks.
func (w *ClockWorker) Work(ctx context.Context, _ *river.Job[ClockArgs]) error {
	steps, err := w.Office.RunClocks(ctx)
	if err != nil {
		w.Log.ErrorContext(ctx, "case clocks failed", "error", err)
		return errClocks
	}
	if steps > 0 {
		w.Log.InfoContext(ctx, "case clocks", "steps", steps)
	}
	return nil
}
