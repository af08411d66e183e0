package round_test

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/round"
)

// accounted is, for the plans that wait or are walked of a round, what is wrong: a
// household that is neither finished nor on a stop nor unplanned, or both. It is asked
// of the tables, not of the functions that keep it so.
const accounted = `
	SELECT count(*) FROM rounds.plans p
		JOIN rounds.round_areas a ON a.round_id = p.round_id JOIN rounds.households h ON h.area_id = a.area_id
	WHERE p.round_id = $1 AND p.state IN ('proposed', 'published')
		AND NOT EXISTS (SELECT FROM rounds.doors d WHERE d.round_id = p.round_id AND d.household_id = h.id AND d.state = 'finished')
		AND (SELECT count(*) FROM rounds.stops s WHERE s.plan_id = p.id AND s.household_id = h.id)
			+ (SELECT count(*) FROM rounds.unplanned u WHERE u.plan_id = p.id AND u.household_id = h.id) <> 1`

// history is a round on its way, in a town of one database in which many go on.
type history struct {
	office
	*rapid.T
	planner *round.Planner
	round   uuid.UUID
	plans   []uuid.UUID
	visits  []uuid.UUID
	added   int
}

// least are the households that the round's area has at the beginning of a history.
const least = 24

// begin tops the area up and announces an emergency round: these may follow each other.
func (h *history) begin(number int) {
	h.Exec(`INSERT INTO rounds.households (id, area_id, source_key, street, house_number, doors, cell, at)
		SELECT gen_random_uuid(), o.area_id, 'h' || $1 || '-' || n, 'Street ' || $1, n::text, 1, o.cell, ST_Translate(o.at, 0.0001 * n, 0)
		FROM (SELECT * FROM rounds.households ORDER BY source_key LIMIT 1) o, generate_series(1, $2 - (SELECT count(*) FROM rounds.households)::integer) n`, fmt.Sprint(number), least)
	h.round = uuid.New()
	_, err := h.book.Create(h.Context(), h.supervisor, round.Terms{ID: h.round, Area: h.Area("West"), Purpose: registertest.Purpose, Emergency: "flood",
		Mode: "foot", Name: fmt.Sprint("History ", number), StartsOn: h.Today, EndsOn: h.Today.AddDate(0, 0, 5), VisitS: 900}, h.Today)
	h.fine(err)
}

// fine lets errors pass that the state of things explains, and no others.
func (h *history) fine(err error, expected ...error) {
	for _, e := range expected {
		if errors.Is(err, e) {
			return
		}
	}
	if err != nil {
		h.T.Fatalf("%v", err)
	}
}

func (h *history) Fatalf(format string, values ...any) { h.T.Fatalf(format, values...) }
func (h *history) Errorf(format string, values ...any) { h.T.Errorf(format, values...) }
func (h *history) Helper()                             {}

// somebody is one of the households now.
func (h *history) somebody() uuid.UUID {
	n := rapid.IntRange(0, 1000).Draw(h.T, "household")
	return h.ID("SELECT id FROM rounds.households ORDER BY id OFFSET $1 % (SELECT count(*) FROM rounds.households) LIMIT 1", n)
}

func (h *history) order(keep bool) {
	order := round.Order{ID: uuid.New(), Round: h.round, Keep: keep, Seed: 1, Iterations: 3}
	err := h.book.Propose(h.Context(), h.supervisor, order)
	h.fine(err, round.ErrPlanning, round.ErrNothingToKeep)
	if err == nil {
		h.plans = append(h.plans, order.ID)
	}
}

// work makes what was ordered.
func (h *history) work() {
	for _, plan := range h.plans {
		h.fine(h.planner.Work(h.Context(), plan))
	}
}

// crash leaves what is being made as a process does that dies, and looks after it.
func (h *history) crash() {
	h.Exec("UPDATE rounds.plans SET attempts = attempts + 1, stage = 'routes' WHERE round_id = $1 AND state = 'planning'", h.round)
	h.Exec("UPDATE river.river_job SET state = 'running', attempted_at = now() WHERE state = 'available'")
	h.fine(h.book.Rescue(h.Context()))
}

func (h *history) last() uuid.UUID {
	if len(h.plans) == 0 {
		return uuid.Nil
	}
	return h.plans[len(h.plans)-1]
}

func (h *history) visit() {
	id := uuid.New()
	outcome := rapid.SampledFrom([]string{"done", "not_home", "declined", "no_access", "vacant", "gone"}).Draw(h.T, "outcome")
	worker := rapid.SampledFrom([]string{registertest.WestWorker, registertest.MiddleWorker}).Draw(h.T, "worker")
	visit := register.Visit{ID: id, Round: h.round, Household: h.somebody(), Outcome: outcome, VisitedOn: h.Today,
		Part: rapid.SampledFrom([]string{"morning", "afternoon", "evening"}).Draw(h.T, "part")}
	_, _, err := h.DB.RecordVisit(h.Context(), h.As(worker), visit, h.Today)
	h.fine(err, register.ErrNotAssigned, register.ErrDoorFinished)
	if err == nil {
		h.visits = append(h.visits, id)
	}
}

func (h *history) retract() {
	if len(h.visits) == 0 {
		return
	}
	visit := rapid.SampledFrom(h.visits).Draw(h.T, "visit")
	for _, worker := range []string{registertest.WestWorker, registertest.MiddleWorker} {
		h.fine(h.DB.RetractVisit(h.Context(), h.As(worker), visit, h.Today), register.ErrNoVisit)
	}
}

func (h *history) add() {
	h.added++
	at := orb.Point{1.03 + 0.0002*float64(h.added), 42.0451}
	h.fine(h.DB.AddHousehold(h.Context(), h.supervisor, h.Keys(), uuid.New(),
		geo.Household{At: at, Doors: 1, Address: geo.Address{Street: "New " + h.round.String()[:8], Number: fmt.Sprint(h.added)}}))
}

func (h *history) refuse() {
	if h.Count("SELECT count(*) FROM rounds.households") > least-4 {
		h.fine(h.DB.Refuse(h.Context(), h.supervisor, h.Keys(), h.somebody()))
	}
}

func (h *history) away() {
	worker := h.Workers[rapid.IntRange(0, 1).Draw(h.T, "worker")]
	day := h.Today.AddDate(0, 0, rapid.IntRange(0, 5).Draw(h.T, "day"))
	h.fine(h.book.SetDayOff(h.Context(), h.supervisor, worker, day, rapid.Bool().Draw(h.T, "off")))
}

func (h *history) bookPlace() {
	b := round.Booking{Round: h.round, Household: h.somebody(), Last: h.Today.AddDate(0, 0, rapid.IntRange(0, 5).Draw(h.T, "day"))}
	if rapid.Bool().Draw(h.T, "by hand") {
		b.Worker = h.Workers[rapid.IntRange(0, 1).Draw(h.T, "worker")]
	}
	h.fine(h.book.Book(h.Context(), h.supervisor, b), round.ErrDoorFinished)
}

func (h *history) publish() {
	h.fine(h.book.Publish(h.Context(), h.supervisor, h.last(), h.DB.Now()), round.ErrNoPlan, round.ErrState)
}

func (h *history) discard() {
	h.fine(h.book.Discard(h.Context(), h.supervisor, h.last()), round.ErrNoPlan, round.ErrState)
}

// check asks the tables, then the report.
func (h *history) check(after string) {
	if n := h.Count(accounted, h.round); n != 0 {
		h.T.Fatalf("after %s %d households are not accounted for once", after, n)
	}
}

func (h *history) report() {
	account, err := h.book.Account(h.Context(), h.supervisor, h.round, h.Today)
	h.fine(err)
	sum := account.Finished + account.Planned + account.Late + account.NoPlan
	for _, n := range account.Unplanned {
		sum += n
	}
	if all := h.Count("SELECT count(*) FROM rounds.households"); !account.Whole() || sum != all {
		h.T.Fatalf("%d households; the report says %+v", all, account)
	}
}

// histories are how many a test goes through; a soak asks for more.
func histories(t *testing.T) int {
	t.Helper()
	wanted := os.Getenv("ROUNDS_SOAK_HISTORIES")
	if wanted == "" {
		return 1000
	}
	n, err := strconv.Atoi(wanted)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whatever happens to a round, in whatever order: each household is finished, planned
// once, or unplanned with a reason.
func TestRound_AccountsForEachHousehold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.rounds SET closed_at = now()")
	o.Exec("DELETE FROM rounds.households WHERE area_id NOT IN (SELECT area_id FROM rounds.area_paths WHERE ancestor_id = $1)", o.Area("West"))
	o.Exec("DELETE FROM rounds.households WHERE id NOT IN (SELECT id FROM rounds.households ORDER BY source_key LIMIT $1)", least)
	o.Exec("UPDATE rounds.grants SET area_id = $1 WHERE role = 'worker'", o.Area("West"))
	o.Exec("UPDATE rounds.workers SET area_id = $1", o.Area("West"))
	planner := o.planner(t.Context())
	begun := 0
	per := max(1, histories(t)/100)
	rapid.Check(t, func(rt *rapid.T) {
		for range per {
			begun++
			h := &history{office: o, T: rt, planner: planner}
			h.begin(begun)
			h.order(false)
			h.work()
			h.publish()
			deeds := []struct {
				name string
				do   func()
			}{
				{"a new plan", func() { h.order(false) }}, {"a revision", func() { h.order(true) }}, {"the work", h.work}, {"a crash", h.crash},
				{"publishing", h.publish}, {"discarding", h.discard}, {"a visit", h.visit}, {"a visit", h.visit}, {"a visit", h.visit}, {"taking back", h.retract},
				{"a new place", h.add}, {"a refusal", h.refuse}, {"a day off", h.away}, {"a booking", h.bookPlace},
			}
			h.check("the beginning")
			for range rapid.IntRange(2, 6).Draw(rt, "deeds") {
				deed := rapid.SampledFrom(deeds).Draw(rt, "deed")
				deed.do()
				h.check(deed.name)
			}
			h.report()
			o.must(o.book.Close(t.Context(), o.supervisor, h.round, o.DB.Now()))
			if n := o.Count("SELECT count(*) FROM rounds.plans WHERE round_id = $1 AND state = 'planning'", h.round); n != 0 {
				rt.Fatalf("%d plans of a closed round are being made", n)
			}
			// Its rows are dead weight for those to come, each of which is of a round of its own.
			o.Exec("DELETE FROM rounds.rounds WHERE id = $1", h.round)
			o.Exec("DELETE FROM river.river_job")
		}
	})
}
