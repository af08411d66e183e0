package round_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
)

// partSize of planners of these tests, whose town has 240 households.
const partSize = 50

// crowd gives West six workers more and Middle three.
func (o office) crowd() {
	o.Helper()
	o.Exec(`INSERT INTO rounds.workers (id, area_id, code, name, shift_start, shift_end)
		SELECT gen_random_uuid(), w.area_id, 'x' || w.code || n, 'Helper ' || n, w.shift_start, w.shift_end
		FROM rounds.workers w CROSS JOIN generate_series(1, 6) n WHERE n <= 3 OR w.id = $1`, o.Workers[0])
}

// sharing is a planner that leaves parts to others.
func (o office) sharing(life context.Context) *round.Planner {
	return round.NewPlanner(life, o.DB, o.folder, round.Options{Threads: 1, PartSize: partSize})
}

// working works the queue of plans as a process does, until stop.
func (o office) working(planner func(life context.Context) *round.Planner) (stop func()) {
	o.Helper()
	life, end := context.WithCancel(context.Background())
	workers := river.NewWorkers()
	planner(life).AddTo(workers)
	var working sync.WaitGroup
	working.Go(func() {
		jobs := register.Jobs{Workers: workers, AtOnce: map[string]int{round.Queue: 1}, Log: slog.New(slog.DiscardHandler)}
		if err := o.DB.WorkJobs(life, jobs); err != nil {
			o.Error(err)
		}
	})
	return func() {
		end()
		working.Wait()
	}
}

// ended waits until a plan is no longer being made.
func (o office) ended(id uuid.UUID) round.Plan {
	o.Helper()
	o.until("the plan is made", func() bool { return o.plan(id).State != round.Planning })
	return o.plan(id)
}

// kept counts what is left of the making of a plan.
func (o office) kept() int {
	o.Helper()
	return o.Count(`SELECT (SELECT count(*) FROM rounds.plan_parts) + (SELECT count(*) FROM rounds.plan_part_workers) + (SELECT count(*) FROM rounds.plan_part_households)
		+ (SELECT count(*) FROM rounds.plan_drafts) + (SELECT count(*) FROM rounds.plan_bases)`)
}

func TestWork_SharesALargePlan(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(2000)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	territories := o.Count("SELECT count(*) FROM rounds.plan_parts WHERE plan_id = $1 AND step = 'territories'", id)
	seams := o.Count("SELECT count(*) FROM rounds.plan_parts WHERE plan_id = $1 AND step = 'seams'", id)
	if plan := o.plan(id); plan.State != round.Planning || plan.Stage != "routes" || plan.StageTotal != territories || territories < 5 || seams < 3 {
		t.Fatalf("%d parts, %d seams, the plan is %s, %s of %d", territories, seams, plan.State, plan.Stage, plan.StageTotal)
	}
	if n := o.Count("SELECT count(*) FROM river.river_job WHERE kind = 'plan_part'"); n != territories {
		t.Errorf("%d jobs for %d parts", n, territories)
	}
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	if n := o.Count("SELECT count(*) FROM rounds.plan_parts WHERE plan_id = $1 AND step = 'territories'", id); n != territories {
		t.Error("a plan that is divided is divided again")
	}
	defer o.working(o.sharing)()
	defer o.working(o.sharing)()
	plan := o.ended(id)
	if plan.State != round.Proposed || plan.Households != 240 {
		t.Fatalf("the plan is %s %s with %d households", plan.State, plan.Failure, plan.Households)
	}
	o.whole(id)
	if n := o.Count("SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1 AND reason = 'not_yet'", id); n > 0 {
		t.Errorf("%d households were lost on the way", n)
	}
	if n := o.Count("SELECT count(*) FROM rounds.stops WHERE plan_id = $1", id); n != plan.Planned || n < 200 {
		t.Errorf("%d stops, the plan says %d", n, plan.Planned)
	}
	if n := o.kept(); n > 0 {
		t.Errorf("%d rows are left of the making", n)
	}
	o.must(o.book.Publish(t.Context(), o.supervisor, id, o.DB.Now()))
}

func TestDiscard_EndsTheWorkOnAllParts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(endless)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	defer o.working(o.sharing)()
	o.until("a part is worked on", func() bool { return o.Count("SELECT sum(attempts) FROM rounds.plan_parts") > 0 })
	o.must(o.book.Discard(t.Context(), o.supervisor, id))
	o.until("no part is worked on or waits", func() bool {
		return o.Count("SELECT count(*) FROM river.river_job WHERE kind = 'plan_part' AND state <> 'completed'") == 0
	})
	if state := o.plan(id).State; state != round.Discarded || o.kept() > 0 {
		t.Errorf("the plan is %s, %d rows are left of its making", state, o.kept())
	}
}

// What is on the way when somebody is not to be visited any more.
func TestWorkPart_GoesOnWithoutWhoIsGone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(2000)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	o.Exec("DELETE FROM rounds.households WHERE id = (SELECT h.household_id FROM rounds.plan_part_households h JOIN rounds.plan_parts t ON t.id = h.part_id WHERE t.step = 'territories' ORDER BY t.number, h.household_id LIMIT 1)")
	defer o.working(o.sharing)()
	if plan := o.ended(id); plan.State != round.Proposed || plan.Households != 239 {
		t.Errorf("the plan is %s %s with %d households", plan.State, plan.Failure, plan.Households)
	}
}

// Whoever gives a plan up locks it before its parts; so does who ends the work on one. What
// another finished meanwhile is no failure.
func TestWorkPart_EndsUnderThePlan(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(500)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	first := o.ID("SELECT id FROM rounds.plan_parts WHERE step = 'territories' ORDER BY number LIMIT 1")
	second := o.ID("SELECT id FROM rounds.plan_parts WHERE step = 'territories' ORDER BY number OFFSET 1 LIMIT 1")
	var armed atomic.Bool
	var meanwhile sync.Mutex
	now := o.DB.Now
	o.DB.Now = func() time.Time {
		if armed.Load() {
			meanwhile.Lock()
			defer meanwhile.Unlock()
			o.Exec("UPDATE rounds.plan_parts SET finished = true WHERE id = $1 AND attempts > 0", second)
		}
		return now()
	}
	var ending error
	var work sync.WaitGroup
	o.must(o.DB.As(t.Context(), register.Service("planning"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SELECT FROM rounds.plans WHERE id = $1 FOR NO KEY UPDATE", id); err != nil {
			return err
		}
		work.Go(func() { ending = o.sharing(t.Context()).WorkPart(t.Context(), first) })
		o.until("the part's end waits for the plan", func() bool {
			return o.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") > 0
		})
		_, err := tx.Exec(t.Context(), "SELECT FROM rounds.plan_parts WHERE plan_id = $1 FOR UPDATE NOWAIT", id)
		return err
	}))
	work.Wait()
	o.must(ending)
	if n := o.Count("SELECT count(*) FROM rounds.plan_parts WHERE id = $1 AND finished", first); n != 1 {
		t.Error("the part is not finished")
	}
	armed.Store(true)
	o.must(o.sharing(t.Context()).WorkPart(t.Context(), second))
	if plan := o.plan(id); plan.State != round.Planning {
		t.Errorf("a part that another has finished leaves the plan %s %s", plan.State, plan.Failure)
	}
}

// What people do between two steps ends no plan: it keeps to what was asked for last, and
// whoever has no place left has a reason.
func TestWorkPart_GoesOnWhenWishesChange(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(500)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	step := func(name string) {
		rows, err := o.Owner.Query(t.Context(), "SELECT id FROM rounds.plan_parts WHERE plan_id = $1 AND step = $2::rounds.part_step AND NOT finished", id, name)
		o.must(err)
		parts, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		o.must(err)
		for _, part := range parts {
			o.must(o.sharing(t.Context()).WorkPart(t.Context(), part))
		}
	}
	drafted := func(offset int) (household, worker uuid.UUID, day time.Time) {
		o.must(o.Owner.QueryRow(t.Context(), "SELECT household_id, worker_id, day FROM rounds.plan_drafts WHERE plan_id = $1 AND day IS NOT NULL ORDER BY worker_id, day, seq OFFSET $2 LIMIT 1", id, offset).
			Scan(&household, &worker, &day))
		return household, worker, day
	}
	step("territories")
	asked, _, day := drafted(2)
	day = day.AddDate(0, 0, 1)
	o.must(o.book.Book(t.Context(), o.supervisor, round.Booking{Round: o.Round, Household: asked, First: day, Last: day, Opens: "10:30", Closes: "11:00"}))
	_, away, off := drafted(100)
	o.must(o.book.SetDayOff(t.Context(), o.supervisor, away, off, true))
	step("seams")
	_, late, short := drafted(0)
	o.must(o.book.SetHours(t.Context(), o.supervisor, late, short, "13:00", "13:40"))
	gone, _, _ := drafted(o.Count("SELECT count(*) FROM rounds.plan_drafts WHERE plan_id = $1 AND day IS NOT NULL", id) - 1)
	o.Exec("DELETE FROM rounds.households WHERE id = $1", gone)
	step("lines")
	plan := o.plan(id)
	if plan.State != round.Proposed || plan.Households != 239 || plan.Planned < 180 {
		t.Fatalf("the plan is %s %s with %d of %d households", plan.State, plan.Failure, plan.Planned, plan.Households)
	}
	if n := o.Count("SELECT count(*) FROM (SELECT household_id FROM rounds.stops WHERE plan_id = $1 UNION ALL SELECT household_id FROM rounds.unplanned WHERE plan_id = $1) once", id); n != 239 {
		t.Errorf("%d households have a stop or a reason, want 239", n)
	}
	if a := o.at(id, asked); a.planned && (a.day != day.Format(time.DateOnly) || a.start < "10:30" || a.start > "11:00") {
		t.Errorf("asked for another day meanwhile, and planned %+v", a)
	}
	if n := o.Count("SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND (worker_id = $2 AND day = $3 OR worker_id = $4 AND day = $5 AND (leave_at < '13:00' OR back_at > '13:40'))", id, away, off, late, short); n > 0 {
		t.Error("somebody is out who said meanwhile not to be there")
	}
	o.must(o.book.Publish(t.Context(), o.supervisor, id, o.DB.Now()))
}

// workQueue makes a process of this test's own work the queue.
const workQueue = "ROUNDS_TEST_QUEUE"

// workTheQueue is what such a process does until it is killed.
func workTheQueue(arguments []string) error {
	db, err := register.Open(context.Background(), arguments[0])
	if err != nil {
		return err
	}
	now, err := time.Parse(time.RFC3339, arguments[2])
	db.Now = func() time.Time { return now }
	workers := river.NewWorkers()
	size, broken := strconv.Atoi(arguments[3])
	planner := round.NewPlanner(context.Background(), db, arguments[1], round.Options{Threads: 1, PartSize: size})
	planner.AddTo(workers)
	jobs := register.Jobs{Workers: workers, AtOnce: map[string]int{round.Queue: 1}, Log: slog.New(slog.DiscardHandler)}
	return errors.Join(err, broken, db.WorkJobs(context.Background(), jobs))
}

// process is one that works the queue, with parts of a size.
func (o office) process(size int) *exec.Cmd {
	o.Helper()
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), workQueue+"="+strings.Join([]string{o.AppURL, o.folder, o.DB.Now().Format(time.RFC3339), strconv.Itoa(size)}, " "))
	process.Stderr = o.Output()
	o.must(process.Start())
	return process
}

// Processes are killed in each step of a plan in parts; others take up what they left.
func TestWorkPart_OutlivesItsProcesses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(4000)
	for _, step := range []string{"routes", "seams", "lines"} {
		process := o.process(partSize)
		o.until("the step begins: "+step, func() bool {
			o.must(o.book.Rescue(t.Context()))
			plan := o.plan(id)
			return plan.State != round.Planning || plan.Stage == step && o.Count("SELECT count(*) FROM rounds.plan_parts WHERE attempts > 0 AND NOT finished") > 0
		})
		o.must(process.Process.Kill())
		_ = process.Wait()
	}
	defer o.working(o.sharing)()
	o.until("the plan is made", func() bool {
		o.must(o.book.Rescue(t.Context()))
		return o.plan(id).State != round.Planning
	})
	if plan := o.plan(id); plan.State != round.Proposed || plan.Households != 240 || o.kept() > 0 {
		t.Errorf("the plan is %s %s with %d households", plan.State, plan.Failure, plan.Households)
	}
	o.whole(id)
	if n := o.Count("SELECT count(*) FROM rounds.plans WHERE round_id = $1 AND state = 'proposed'", o.Round); n != 1 {
		t.Errorf("%d plans are proposed", n)
	}
}

// A part whose process dies each time fails the plan, and leaves nothing.
func TestWorkPart_GivesUpAfterThreeCrashes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd()
	id := o.order(endless)
	o.must(o.sharing(t.Context()).Work(t.Context(), id))
	first := o.ID("SELECT id FROM rounds.plan_parts WHERE step = 'territories' ORDER BY number LIMIT 1")
	o.Exec("UPDATE rounds.plan_parts SET attempts = 3 WHERE id = $1", first)
	o.must(o.sharing(t.Context()).WorkPart(t.Context(), first))
	if plan := o.plan(id); plan.State != round.Failed || plan.Failure != "interrupted" || o.kept() > 0 {
		t.Errorf("after three crashes the plan is %s %s", plan.State, plan.Failure)
	}
}
