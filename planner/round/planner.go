package round

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/network"
)

// Options of a planner; the zero value is useful.
type Options struct {
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Location is the installation's time zone; nil is the system's.
	Location *time.Location
	// Threads is the number of searches side by side; 0 is one for each core.
	Threads int
	// Changed, when not nil, is called when a plan has changed. It must not block.
	Changed func(plan uuid.UUID)
	// Log is for what goes wrong; nil is the default logger.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
	}
	if o.Changed == nil {
		o.Changed = func(uuid.UUID) {}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Planner makes plans in the background, one after the other: each takes all cores.
// It is safe for concurrent use.
type Planner struct {
	*Book
	options Options
	streets streets

	// turn holds the one place for work.
	turn chan struct{}
	work sync.WaitGroup
	// life ends with Stop.
	life context.Context
	end  context.CancelFunc

	mu      sync.Mutex
	running map[uuid.UUID]context.CancelFunc
}

// NewPlanner makes a planner for a book and the data folder that keeps the extracts.
// Plans that a crash left half made become failed. The caller stops it.
func NewPlanner(ctx context.Context, db *register.DB, dataFolder string, options Options) (*Planner, error) {
	options = options.withDefaults()
	p := &Planner{
		Book: NewBook(db), options: options, turn: make(chan struct{}, 1),
		streets: streets{db: db, folder: dataFolder, log: options.Log, networks: map[network.Mode]*network.Network{}},
		running: map[uuid.UUID]context.CancelFunc{},
	}
	p.life, p.end = context.WithCancel(context.WithoutCancel(ctx))
	err := p.change(ctx, planning, "recover", func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE rounds.plans SET state = 'failed', failure = 'interrupted' WHERE state = 'planning'")
		return err
	})
	if err != nil {
		p.end()
		return nil, err
	}
	return p, nil
}

// Stop interrupts the plans under way, which become failed, and waits for them.
func (p *Planner) Stop() {
	p.end()
	p.work.Wait()
}

// Wait waits until no plan is being made.
func (p *Planner) Wait() { p.work.Wait() }

// Order asks for a plan.
type Order struct {
	// ID is the client's.
	ID, Round uuid.UUID
	// Workers are those to plan for; nil is every worker of the round's areas.
	Workers []uuid.UUID
	Seed    int64
	// Time bounds the search, 0 is 30 s; Iterations bounds it instead when not 0.
	Time       time.Duration
	Iterations int64
	// From is the first day; the zero value is today or, when the round has not
	// begun, its first day.
	From time.Time
}

// Propose begins a plan and returns at once; follow it by its state. The same order
// again changes nothing. The error may be [ErrNoRound], [ErrNotHolder],
// [ErrNoWorker], [ErrClosed], [ErrOver], [ErrPlanning] or [ErrIDTaken].
func (p *Planner) Propose(ctx context.Context, principal register.Principal, order Order) error {
	added := false
	err := p.change(ctx, principal, "propose", func(tx pgx.Tx) error {
		var err error
		added, err = p.enter(ctx, tx, &order)
		return err
	})
	if err != nil || !added {
		return err
	}
	p.options.Changed(order.ID)
	life, cancel := context.WithCancel(p.life)
	p.mu.Lock()
	p.running[order.ID] = cancel
	p.mu.Unlock()
	p.work.Go(func() {
		defer cancel()
		p.run(life, order)
		p.mu.Lock()
		delete(p.running, order.ID)
		p.mu.Unlock()
	})
	return nil
}

// enter writes a plan and its workers down; false: it was there.
func (p *Planner) enter(ctx context.Context, tx pgx.Tx, order *Order) (added bool, err error) {
	var starts, ends time.Time
	var closed bool
	err = tx.QueryRow(ctx, "SELECT starts_on, ends_on, closed_at IS NOT NULL FROM rounds.rounds WHERE id = $1", order.Round).
		Scan(&starts, &ends, &closed)
	if isNoRows(err) {
		return false, ErrNoRound
	}
	if err != nil {
		return false, err
	}
	var of uuid.UUID
	switch err := tx.QueryRow(ctx, "SELECT round_id FROM rounds.plans WHERE id = $1", order.ID).Scan(&of); {
	case err == nil && of == order.Round:
		return false, nil
	case err == nil:
		return false, ErrIDTaken
	case !isNoRows(err):
		return false, err
	}
	if order.From.IsZero() {
		order.From = later(starts, p.Today())
	}
	switch {
	case closed:
		return false, ErrClosed
	case order.From.After(ends):
		return false, ErrOver
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO rounds.plans (id, round_id, version, seed, created_at)
		SELECT $1, $2, coalesce(max(version), 0) + 1, $3, $4 FROM rounds.plans WHERE round_id = $2`,
		order.ID, order.Round, order.Seed, p.options.Now())
	if err != nil {
		return false, err
	}
	return true, enterWorkers(ctx, tx, *order)
}

// enterWorkers writes down for whom a plan is made: workers of grids of the round,
// and of areas around such grids.
func enterWorkers(ctx context.Context, tx pgx.Tx, order Order) error {
	tag, err := tx.Exec(ctx, `
		INSERT INTO rounds.plan_workers (plan_id, worker_id)
		SELECT $1, w.id FROM rounds.workers w
		WHERE ($3::uuid[] IS NULL OR w.id = ANY ($3)) AND w.area_id IN (
			SELECT p.ancestor_id FROM rounds.area_paths p JOIN rounds.round_areas a ON a.area_id = p.area_id
			WHERE a.round_id = $2)`, order.ID, order.Round, order.Workers)
	if err == nil && order.Workers != nil && int(tag.RowsAffected()) != len(order.Workers) {
		return ErrNoWorker
	}
	return err
}

// Discard gives a plan up, or stops making it. The error may be [ErrNoPlan],
// [ErrNotHolder], [ErrClosed] or [ErrState].
func (p *Planner) Discard(ctx context.Context, principal register.Principal, plan uuid.UUID) error {
	if err := p.discard(ctx, principal, plan); err != nil {
		return err
	}
	p.mu.Lock()
	if cancel := p.running[plan]; cancel != nil {
		cancel()
	}
	p.mu.Unlock()
	p.options.Changed(plan)
	return nil
}

// Today is the installation's date, as midnight UTC.
func (p *Planner) Today() time.Time { return Date(p.options.Now(), p.options.Location) }

// Date is the date at a place and time as dates come from the database: midnight
// UTC.
func Date(at time.Time, location *time.Location) time.Time {
	year, month, day := at.In(location).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// failure is the code of the closed list for what ended a plan.
func failure(err error) string {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, errChanged):
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

// run makes a plan in its turn and writes down how it ended.
func (p *Planner) run(ctx context.Context, order Order) {
	err := p.attempt(ctx, order)
	if err == nil {
		return
	}
	// The end is written down also when ctx has ended.
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	code := failure(err)
	if code == "internal" {
		p.options.Log.ErrorContext(ctx, "planning failed", "plan", order.ID, "error", err)
	}
	err = p.change(lasting, planning, "fail", func(tx pgx.Tx) error {
		_, err := tx.Exec(lasting, "UPDATE rounds.plans SET state = 'failed', failure = $2 WHERE id = $1 AND state = 'planning'", order.ID, code)
		return err
	})
	if err != nil {
		p.options.Log.ErrorContext(ctx, "planning failed", "plan", order.ID, "error", err)
	}
	p.options.Changed(order.ID)
}

// attempt makes a plan in its turn; a panic of the planner is an error.
func (p *Planner) attempt(ctx context.Context, order Order) (err error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() {
		if trouble := recover(); trouble != nil {
			err = fmt.Errorf("round: panic: %v", trouble)
		}
	}()
	if err := p.make(ctx, order); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	p.options.Changed(order.ID)
	return nil
}
