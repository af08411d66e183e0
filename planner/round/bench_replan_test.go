//go:build bench

package round_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/planner/round"
)

// TestBenchReplan measures what it takes from the order of a plan that keeps to the one
// before until it is proposed, the database included, on the streets and households of
// [TestBenchParts], in a round of five days. It prints rows of docs/benchmarks.md.
func TestBenchReplan(t *testing.T) {
	b := newBenchOffice(t)
	b.Exec("UPDATE rounds.rounds SET ends_on = starts_on + 4")
	b.Today = b.Today.AddDate(0, 0, 1) // 10:00 on the first day
	planner := b.bench(1 << 30)
	first := b.order()
	b.must(planner.Work(t.Context(), first))
	b.must(b.book.Publish(t.Context(), b.supervisor, first, b.DB.Now()))
	fmt.Printf("%d households, %d workers, %d planned in %d routes\n\n", b.households, number(t, "ROUNDS_BENCH_WORKERS"),
		b.plan(first).Planned, b.Count("SELECT count(*) FROM rounds.routes WHERE plan_id = $1", first))
	b.Exec(`INSERT INTO rounds.doors (round_id, household_id, area_id, state) SELECT $1, s.household_id, s.area_id, 'finished'
		FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE r.plan_id = $2 AND r.day = $3 AND s.depart_at < '10:00'
		ON CONFLICT (round_id, household_id) DO UPDATE SET state = 'finished'`, b.Round, first, b.Today)
	longest := func(offset int) uuid.UUID {
		return b.ID("SELECT worker_id FROM rounds.routes WHERE plan_id = $1 AND day = $2 ORDER BY back_at - leave_at DESC, worker_id OFFSET $3 LIMIT 1", first, b.Today, offset)
	}
	worker, other := longest(0), longest(1)
	household := b.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
		WHERE r.plan_id = $1 AND r.day > $2 ORDER BY r.worker_id, r.day, s.seq LIMIT 1`, first, b.Today)
	tomorrow := b.Today.AddDate(0, 0, 1)
	fmt.Println("| what happened | search s | until it is proposed s | processor s | PostgreSQL s | households that change worker or day |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, event := range []struct {
		name string
		do   func()
	}{
		{"nothing", func() {}},
		{"at 10:00: a worker with a full day comes at 11:30", func() { b.must(b.book.SetHours(t.Context(), b.supervisor, worker, b.Today, "11:30", "17:00")) }},
		{"an appointment tomorrow", func() {
			b.must(b.book.Book(t.Context(), b.supervisor, round.Booking{Round: b.Round, Household: household, First: tomorrow, Last: tomorrow, Opens: "11:00", Closes: "11:30"}))
		}},
		{"a worker is away tomorrow", func() { b.must(b.book.SetDayOff(t.Context(), b.supervisor, other, tomorrow, true)) }},
	} {
		event.do()
		for _, search := range []time.Duration{time.Second, 3 * time.Second} {
			id := uuid.New()
			database := b.database()
			before, _ := used()
			begun := time.Now()
			b.must(b.book.Propose(t.Context(), b.supervisor, round.Order{ID: id, Round: b.Round, Time: search, Keep: true}))
			b.must(planner.Work(t.Context(), id))
			took := time.Since(begun)
			after, _ := used()
			if plan := b.plan(id); plan.State != round.Proposed {
				t.Fatalf("the plan is %s %s", plan.State, plan.Failure)
			}
			const both = `FROM (SELECT s.household_id, r.worker_id, r.day FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $1) a
				JOIN (SELECT s.household_id, r.worker_id, r.day FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $2) b USING (household_id)`
			fmt.Printf("| %s | %.0f | %.2f | %.2f | %.2f | %d of %d |\n", event.name, search.Seconds(), took.Seconds(), after-before, b.database()-database,
				b.Count("SELECT count(*) "+both+" WHERE (a.worker_id, a.day) IS DISTINCT FROM (b.worker_id, b.day)", first, id), b.Count("SELECT count(*) "+both, first, id))
			b.must(b.book.Discard(t.Context(), b.supervisor, id))
		}
	}
}
