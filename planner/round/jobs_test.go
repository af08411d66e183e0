package round_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/round"
)

// office is a town with streets and a book, whose supervisor orders plans.
type office struct {
	*registertest.Town
	book       *round.Book
	folder     string
	supervisor register.Principal
}

func newOffice(t *testing.T) office {
	t.Helper()
	town := registertest.NewTown(t)
	o := office{town, round.NewBook(town.DB), t.TempDir(), town.As(registertest.CountySupervisor)}
	path := filepath.Join(o.folder, "grid.osm")
	o.must(os.WriteFile(path, []byte(lattice()), 0o600))
	kept, err := register.KeepExtract(o.folder, path)
	o.must(err)
	o.Exec("INSERT INTO rounds.extracts (sha256, file_name, bounds, imported_at) VALUES ($1, $2, ST_MakeEnvelope(1, 42, 1.2, 42.1, 4326), now() + interval '1 hour')",
		kept.SHA256, kept.FileName)
	return o
}

// lattice is an extract with streets over West and Middle.
func lattice() string {
	const columns, rows = 80, 12
	var nodes, ways strings.Builder
	id := func(x, y int) int { return 1 + columns*y + x }
	for y := range rows {
		for x := range columns {
			fmt.Fprintf(&nodes, `<node id="%d" lon="%.4f" lat="%.4f"/>`, id(x, y), 1+float64(x)*0.002, 42.036+float64(y)*0.002)
		}
	}
	way := func(number int, refs string) {
		fmt.Fprintf(&ways, `<way id="%d">%s<tag k="highway" v="residential"/></way>`, number, refs)
	}
	for y := range rows {
		var along strings.Builder
		for x := range columns {
			fmt.Fprintf(&along, `<nd ref="%d"/>`, id(x, y))
		}
		way(1000+y, along.String())
	}
	for x := range columns {
		var up strings.Builder
		for y := range rows {
			fmt.Fprintf(&up, `<nd ref="%d"/>`, id(x, y))
		}
		way(2000+x, up.String())
	}
	return `<?xml version="1.0"?><osm version="0.6">` + nodes.String() + ways.String() + `</osm>`
}

func (o office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

func (o office) planner(life context.Context) *round.Planner {
	return round.NewPlanner(life, o.DB, o.folder, round.Options{Threads: 1})
}

// order asks for a plan whose search goes on for so many iterations.
func (o office) order(iterations int64) uuid.UUID {
	o.Helper()
	id := uuid.New()
	o.must(o.book.Propose(o.Context(), o.supervisor, round.Order{ID: id, Round: o.Round, Iterations: iterations}))
	return id
}

func (o office) plan(id uuid.UUID) round.Plan {
	o.Helper()
	plan, err := o.book.Plan(o.Context(), o.supervisor, id)
	o.must(err)
	return plan
}

// queued counts the jobs that wait to make a plan.
func (o office) queued(id uuid.UUID) int {
	o.Helper()
	return o.Count("SELECT count(*) FROM river.river_job WHERE args = jsonb_build_object('plan', $1::uuid) AND state IN ('available', 'scheduled')", id)
}

// whole checks that a plan has each household once, on a route or unplanned.
func (o office) whole(id uuid.UUID) {
	o.Helper()
	const query = `SELECT count(*) FROM (
		SELECT household_id FROM rounds.stops WHERE plan_id = $1 UNION SELECT household_id FROM rounds.unplanned WHERE plan_id = $1) AS once`
	if n := o.Count(query, id); n != 240 {
		o.Errorf("the plan has %d households, want 240", n)
	}
}

// endless is a search, for tests that end it.
const endless = int64(1) << 50

// started waits until the search for a plan has begun.
func (o office) started(id uuid.UUID) {
	o.Helper()
	o.until("the search begins", func() bool { return o.plan(id).Stage == "routes" })
}

func (o office) until(what string, holds func() bool) {
	o.Helper()
	for end := time.Now().Add(time.Minute); !holds(); {
		if time.Now().After(end) {
			o.Fatalf("it did not come to pass within a minute that %s", what)
		}
	}
}

func TestPropose_PutsTheOrderIntoTheQueueWithIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.order(1000)
	again := round.Order{ID: id, Round: o.Round, Iterations: 1000}
	o.must(o.book.Propose(t.Context(), o.supervisor, again))
	if n := o.queued(id); n != 1 {
		t.Fatalf("%d jobs for one order", n)
	}
	if err := o.book.Propose(t.Context(), o.supervisor, round.Order{ID: uuid.New(), Round: o.Round}); err == nil {
		t.Error("a second plan of the round is ordered")
	}
	if n := o.Count("SELECT count(*) FROM river.river_job"); n != 1 {
		t.Errorf("%d jobs after a refused order", n)
	}
	o.must(o.planner(t.Context()).Work(t.Context(), id))
	if plan := o.plan(id); plan.State != round.Proposed {
		t.Fatalf("the plan is %s %s", plan.State, plan.Failure)
	}
	o.whole(id)
	before := o.Count("SELECT attempts FROM rounds.plans WHERE id = $1", id)
	o.must(o.planner(t.Context()).Work(t.Context(), id))
	if after := o.Count("SELECT attempts FROM rounds.plans WHERE id = $1", id); after != before {
		t.Error("a plan that is made is made again")
	}
}

// Two processes that have the same order: one makes the plan, the other stands by.
func TestWork_IsDoneByOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.order(endless)
	life, end := context.WithCancel(t.Context())
	var working sync.WaitGroup
	working.Go(func() {
		if err := o.planner(life).Work(context.Background(), id); err == nil {
			t.Error("a planner that was stopped says that it is done")
		}
	})
	o.started(id)
	if err := o.planner(t.Context()).Work(t.Context(), id); err == nil {
		t.Error("a second planner makes the plan that the first one makes")
	}
	end()
	working.Wait()
	if n := o.Count("SELECT attempts FROM rounds.plans WHERE id = $1 AND state = 'planning'", id); n != 0 {
		t.Errorf("after the stop %d attempts are counted", n)
	}
}

func TestDiscard_EndsTheWorkOfAnyProcess(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.order(endless)
	var working sync.WaitGroup
	working.Go(func() {
		if err := o.planner(t.Context()).Work(t.Context(), id); err != nil {
			t.Errorf("the plan was discarded: %v", err)
		}
	})
	o.started(id)
	o.must(o.book.Discard(t.Context(), o.supervisor, id))
	working.Wait()
	if state := o.plan(id).State; state != round.Discarded {
		t.Errorf("the plan is %s", state)
	}
}

// doWork names, for a process of this test's own, what it shall work on.
const doWork = "ROUNDS_TEST_WORK"

func TestMain(m *testing.M) {
	if queue := strings.Fields(os.Getenv(workQueue)); len(queue) > 0 {
		fmt.Fprintln(os.Stderr, workTheQueue(queue))
		os.Exit(1)
	}
	work := strings.Fields(os.Getenv(doWork))
	if len(work) == 0 {
		os.Exit(m.Run())
	}
	db, err := register.Open(context.Background(), work[0])
	if err == nil {
		var now time.Time
		now, err = time.Parse(time.RFC3339, work[3])
		db.Now = func() time.Time { return now }
		planner := round.NewPlanner(context.Background(), db, work[1], round.Options{Threads: 1})
		err = errors.Join(err, planner.Work(context.Background(), uuid.MustParse(work[2])))
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// killed lets a process of its own make a plan and kills it in the middle.
func (o office) killed(id uuid.UUID) {
	o.Helper()
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), doWork+"="+strings.Join([]string{o.AppURL, o.folder, id.String(), o.DB.Now().Format(time.RFC3339)}, " "))
	process.Stderr = o.Output()
	o.must(process.Start())
	o.started(id)
	o.must(process.Process.Kill())
	_ = process.Wait()
}

// fetched leaves the jobs of a plan as a process has them that took them.
func (o office) fetched(id uuid.UUID) {
	o.Exec("UPDATE river.river_job SET state = 'running', attempted_at = now() WHERE args = jsonb_build_object('plan', $1::uuid)", id)
}

func TestRescue_PutsBackWhatADeadProcessMade(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.order(endless)
	for range 3 {
		o.fetched(id)
		o.Exec("UPDATE rounds.plans SET stage = NULL WHERE id = $1", id)
		o.killed(id)
		o.until("the plan of a dead process waits again", func() bool {
			o.must(o.book.Rescue(t.Context()))
			return o.queued(id) == 1
		})
		o.must(o.book.Rescue(t.Context()))
		if n := o.queued(id); n != 1 {
			t.Errorf("%d jobs wait after another rescue", n)
		}
	}
	o.must(o.planner(t.Context()).Work(t.Context(), id))
	if plan := o.plan(id); plan.State != round.Failed || plan.Failure != "interrupted" {
		t.Errorf("after three crashes the plan is %s %s", plan.State, plan.Failure)
	}
}

func TestRescue_LeavesWhatIsBeingMade(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.order(endless)
	life, end := context.WithCancel(t.Context())
	var working sync.WaitGroup
	working.Go(func() { _ = o.planner(life).Work(context.Background(), id) })
	o.started(id)
	o.fetched(id)
	o.must(o.book.Rescue(t.Context()))
	if n := o.queued(id); n != 0 {
		t.Errorf("%d jobs wait for a plan that is being made", n)
	}
	end()
	working.Wait()
}

// A process works the queue, tells of each step, and stops in the middle.
func TestQueue_IsWorkedAndTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	told := make(chan register.PlanNotice, 1000)
	listening := make(chan bool, 10)
	following, stopFollowing := context.WithCancel(t.Context())
	defer stopFollowing()
	go o.DB.Follow(following, slog.New(slog.DiscardHandler), []string{register.PlansChannel}, func() { listening <- true }, func() {}, func(_, payload string) {
		notice, err := register.ParsePlanNotice(payload)
		if err != nil {
			t.Error(err)
		}
		told <- notice
	})
	<-listening
	work := func() (stop func()) {
		life, end := context.WithCancel(t.Context())
		workers := river.NewWorkers()
		o.planner(life).AddTo(workers)
		var working sync.WaitGroup
		working.Go(func() {
			jobs := register.Jobs{Workers: workers, Periodic: []*river.PeriodicJob{round.Schedule()}, AtOnce: map[string]int{round.Queue: 1}, Log: slog.New(slog.DiscardHandler)}
			if err := o.DB.WorkJobs(life, jobs); err != nil {
				t.Error(err)
			}
		})
		return func() {
			end()
			working.Wait()
		}
	}
	id := o.order(endless)
	stop := work()
	o.started(id)
	stop()
	if plan := o.plan(id); plan.State != round.Planning {
		t.Fatalf("a process that stops leaves the plan %s %s", plan.State, plan.Failure)
	}
	o.Exec("UPDATE rounds.plans SET iterations = 1000 WHERE id = $1", id)
	defer work()()
	for notice := range told {
		if notice.Plan != id || notice.Round != o.Round {
			t.Errorf("told of %v", notice)
		}
		if notice.State != "planning" {
			break
		}
	}
	if plan := o.plan(id); plan.State != round.Proposed {
		t.Errorf("the plan is %s %s", plan.State, plan.Failure)
	}
	o.whole(id)
}

// A refusal changes the counts of plans, which nobody is told.
func TestRefusal_IsNotToldAsNews(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.must(pgx.BeginFunc(t.Context(), o.Owner, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "LISTEN rounds_plans")
		if err == nil {
			_, err = tx.Exec(t.Context(), "UPDATE rounds.plans SET households = households - 1, planned = planned - 1 WHERE id = $1", o.Plan)
		}
		return err
	}))
	o.Exec("NOTIFY rounds_plans, 'end'")
	note, err := o.Owner.WaitForNotification(t.Context())
	o.must(err)
	if note.Payload != "end" {
		t.Errorf("told of %s", note.Payload)
	}
}

// Somebody is away: the plan that keeps to the published one finds places for that
// day's households and leaves the others where they are.
func TestPropose_KeepsToThePublishedPlan(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.order(2000)
	o.must(o.planner(t.Context()).Work(t.Context(), first))
	o.must(o.book.Publish(t.Context(), o.supervisor, first, o.DB.Now()))
	tomorrow := o.Today.AddDate(0, 0, 1)
	affected := o.Count("SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE r.plan_id = $1 AND r.worker_id = $2 AND r.day = $3",
		first, o.Workers[0], tomorrow)
	if affected == 0 {
		t.Fatal("the first worker has no route tomorrow")
	}
	o.must(o.book.SetDayOff(t.Context(), o.supervisor, o.Workers[0], tomorrow, true))
	second := uuid.New()
	o.must(o.book.Propose(t.Context(), o.supervisor, round.Order{ID: second, Round: o.Round, Iterations: 2000, Keep: true}))
	o.must(o.planner(t.Context()).Work(t.Context(), second))
	changes, err := o.book.Changes(t.Context(), o.supervisor, second, o.Today)
	o.must(err)
	moved := changes.OtherDay + changes.OtherWorker
	if *changes.Against != first || changes.LeftOut != 0 || changes.Added != 0 || moved < affected || moved > affected+24 {
		t.Errorf("%d households were on the route of the day off: %+v", affected, changes)
	}
	o.whole(second)
}

func TestPropose_KeepsToNothingWhereNothingIsPublished(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.plans SET state = 'superseded' WHERE id = $1", o.Plan)
	err := o.book.Propose(t.Context(), o.supervisor, round.Order{ID: uuid.New(), Round: o.Round, Keep: true})
	if !errors.Is(err, round.ErrNothingToKeep) || o.Count("SELECT count(*) FROM rounds.plans") != 1 {
		t.Errorf("%v", err)
	}
}
