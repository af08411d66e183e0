package round

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/network"
)

// Options of a planner; the zero value is useful.
type Options struct {
	// Threads is the number of searches side by side; 0 is one for each core.
	Threads int
	// PartSize is how many households a job plans at the most; a new plan for more is
	// made by several, which share the work. 0 is 10,000.
	PartSize int
	// Log is for what goes wrong; nil is the default logger.
	Log *slog.Logger
}

// Planner makes the plans that the book has orders for. Any number of them, in any
// process on any machine that has the data folder's extracts, share the work; it is
// safe for concurrent use.
type Planner struct {
	*Book
	options Options
	streets streets
	// life ends the work under way, which goes back into the queue.
	life context.Context
}

// NewPlanner makes a planner for a book and the data folder that keeps the extracts.
// What it is making when life ends is left to another, or to its next start.
func NewPlanner(life context.Context, db *register.DB, dataFolder string, options Options) *Planner {
	if options.Log == nil {
		options.Log = slog.Default()
	}
	return &Planner{
		Book: NewBook(db), options: options, life: life,
		streets: streets{db: db, folder: dataFolder, log: options.Log, networks: map[network.Mode]*network.Network{}},
	}
}

// Errors by which work ends that is no failure of the plan.
var (
	// errTaken says that another planner makes the plan.
	errTaken = errors.New("round: another planner makes the plan")
	// errGivenUp says that nobody wants the plan any longer.
	errGivenUp = errors.New("round: the plan was given up")
	// errStopped says that this planner's life has ended.
	errStopped = errors.New("round: the planner stops")
)

// mostAttempts of making a plan, each but the last ended by a crash.
const mostAttempts = 3

// Work makes a plan that was ordered, unless it is made already or was given up; the
// plan's state tells how it ended. A large plan is made when the work on its parts is
// done too, see [Planner.WorkPart].
func (p *Planner) Work(ctx context.Context, plan uuid.UUID) error {
	return p.alone(ctx, plan, func(ctx context.Context, cancel context.CancelCauseFunc) error {
		order, err := p.begin(ctx, plan)
		if err != nil || order.ID == uuid.Nil {
			return err
		}
		go p.watch(ctx, plan, cancel)
		const uncount = "UPDATE rounds.plans SET attempts = attempts - 1 WHERE id = $1 AND state = 'planning'"
		return p.end(ctx, plan, counted(uncount, plan), anew(func() error { return p.make(ctx, order) }))
	})
}

// counted takes back by a statement what was counted of a plan or a part.
func counted(uncount string, id uuid.UUID) func(context.Context, pgx.Tx) error {
	return func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, uncount, id)
		return err
	}
}

// alone works on a plan or a part unless another does. A transaction without writes holds
// its lock meanwhile, which the database takes back when this process dies.
func (p *Planner) alone(ctx context.Context, id uuid.UUID, do func(ctx context.Context, cancel context.CancelCauseFunc) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.life, func() { cancel(errStopped) })()
	// The lock outlasts ctx, so that how the work ended is written down under it.
	return p.change(context.WithoutCancel(ctx), planning, "work", func(tx pgx.Tx) error {
		if mine, err := lock(ctx, tx, id); err != nil || !mine {
			return errors.Join(err, errTaken)
		}
		return do(ctx, cancel)
	})
}

// watchEvery is how soon the work on a plan that was given up ends.
const watchEvery = 500 * time.Millisecond

// watch cancels the work on a plan when it is given up, until ctx ends.
func (p *Planner) watch(ctx context.Context, plan uuid.UUID, cancel context.CancelCauseFunc) {
	every := time.NewTicker(watchEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		var wanted bool
		err := p.change(ctx, planning, "watch", func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.plans WHERE id = $1 AND state = 'planning')", plan).Scan(&wanted)
		})
		if err == nil && !wanted {
			cancel(errGivenUp)
			return
		}
	}
}

// lock takes the lock of a plan or a part until tx ends; false: another has it. The database
// finds out within a minute that the machine of the one who has it is gone.
func lock(ctx context.Context, tx pgx.Tx, id uuid.UUID) (mine bool, err error) {
	const query = `SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0)),
		set_config('idle_in_transaction_session_timeout', '0', true), set_config('tcp_keepalives_idle', '30', true),
		set_config('tcp_keepalives_interval', '10', true), set_config('tcp_keepalives_count', '3', true)`
	var set [4]string
	err = tx.QueryRow(ctx, query, id).Scan(&mine, &set[0], &set[1], &set[2], &set[3])
	return mine, err
}

// begin counts the attempt and reads the order; the zero value: there is nothing to
// do.
func (p *Planner) begin(ctx context.Context, plan uuid.UUID) (order Order, err error) {
	var attempts int
	var milliseconds int64
	err = p.change(ctx, planning, "begin", func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `UPDATE rounds.plans SET attempts = attempts + 1
			WHERE id = $1 AND state = 'planning' AND NOT EXISTS (SELECT FROM rounds.plan_parts t WHERE t.plan_id = $1)
			RETURNING id, round_id, attempts, begins_on, search_ms, iterations`, plan).
			Scan(&order.ID, &order.Round, &attempts, &order.From, &milliseconds, &order.Iterations)
	})
	order.Time = time.Duration(milliseconds) * time.Millisecond
	switch {
	case isNoRows(err):
		return Order{}, nil
	case err == nil && attempts > mostAttempts:
		return Order{}, p.fail(ctx, plan, "interrupted")
	}
	return order, err
}

// anew makes something, once more when what it was made from has changed meanwhile.
func anew(make func() error) (err error) {
	for range mostAttempts {
		if err = attempt(make); !errors.Is(err, errChanged) {
			break
		}
	}
	return err
}

// attempt makes something; a panic of the planner is an error.
func attempt(make func() error) (err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("round: panic: %v", trouble)
		}
	}()
	return make()
}

// end writes down how an attempt ended, which uncount takes back when it was broken off;
// the database may be told also when ctx has ended.
func (p *Planner) end(ctx context.Context, plan uuid.UUID, uncount func(ctx context.Context, tx pgx.Tx) error, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if errors.Is(err, errStopped) {
		return errors.Join(err, p.change(ctx, planning, "stop", func(tx pgx.Tx) error { return uncount(ctx, tx) }))
	}
	code := failure(err)
	if code == "internal" {
		p.options.Log.ErrorContext(ctx, "planning failed", "plan", plan, "error", err)
	}
	return p.fail(ctx, plan, code)
}

// fail ends a plan that is being made, with a code of the closed list.
func (p *Planner) fail(ctx context.Context, plan uuid.UUID, code string) error {
	return p.change(ctx, planning, "fail", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE rounds.plans SET state = 'failed', failure = $2 WHERE id = $1 AND state = 'planning'", plan, code)
		return err
	})
}

// failure is the code of the closed list for what ended a plan.
func failure(err error) string {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), errors.Is(err, errChanged), errors.Is(err, errGivenUp):
		return "interrupted"
	case errors.Is(err, ErrNoStreets):
		return "no_streets"
	case errors.Is(err, errNoWorkers):
		return "no_workers"
	case errors.Is(err, errNoHouseholds):
		return "no_households"
	}
	return "internal"
}
