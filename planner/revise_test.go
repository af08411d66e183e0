package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo"
)

// slots are where a plan has its households.
func slots(plan *Plan) map[string]Slot {
	at := map[string]Slot{}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		for _, s := range r.Stops {
			at[s.Household] = Slot{Worker: r.Worker, Date: r.Date, Seq: s.Seq}
		}
	}
	return at
}

// moved counts the households of both plans whose worker or day is another.
func moved(before, after map[string]Slot) (n int) {
	for id, old := range before {
		if now, there := after[id]; there && (now.Worker != old.Worker || now.Date != old.Date) {
			n++
		}
	}
	return n
}

// walked asks for the plan of a town that four workers have begun to walk, and gives
// it; the question is the one to revise it.
func walked(t *testing.T) (Request, Plan) {
	t.Helper()
	q := request(t, houses(160, rand.New(rand.NewPCG(5, 6))))
	q.WorkerCount, q.Iterations = 0, 2000
	q.Round.Days = 8
	for k, at := range [][2]float64{{1.501, 42.501}, {1.505, 42.501}, {1.501, 42.505}, {1.505, 42.505}} {
		q.Workers = append(q.Workers, Worker{ID: fmt.Sprint("w", k+1), Name: "W", Start: at, End: &at, Shift: [2]string{"09:00", "13:00"}})
	}
	plan := propose(t, q)
	if len(plan.Unplanned) > 0 {
		t.Fatalf("%d households are unplanned", len(plan.Unplanned))
	}
	q.Former = slots(&plan)
	return q, plan
}

func TestRevise_ChangesNothingWhenNothingHappened(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	revised := propose(t, q)
	if n := moved(slots(&plan), slots(&revised)); n != 0 || len(revised.Unplanned) != 0 {
		t.Errorf("%d of 160 households change, %d are left out", n, len(revised.Unplanned))
	}
	for i := range plan.Routes {
		if a, b := plan.Routes[i], revised.Routes[i]; !slices.EqualFunc(a.Stops, b.Stops, func(a, b Stop) bool { return a == b }) {
			t.Errorf("the route of %s on %s is another", a.Worker, a.Date)
		}
	}
}

func TestRevise_FindsPlacesForADayOff(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	first := plan.Routes[0]
	for i := range q.Workers {
		if q.Workers[i].ID == first.Worker {
			q.Workers[i].DaysOff = []string{first.Date}
		}
	}
	revised := propose(t, q)
	after := slots(&revised)
	for _, s := range first.Stops {
		if slot, planned := after[s.Household]; !planned || slot.Worker == first.Worker && slot.Date == first.Date {
			t.Errorf("household %s of the day off: %v", s.Household, slot)
		}
	}
	if n := moved(slots(&plan), after) - len(first.Stops); n > 16 {
		t.Errorf("beside the %d households of the day off, %d of %d others change", len(first.Stops), n, 160-len(first.Stops))
	}
}

func TestRevise_TakesInWhatIsNewAndLetsGoWhatVanished(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	gone := q.Households[7].ID
	q.Households = slices.Delete(q.Households, 7, 8)
	newcomer := geo.Household{ID: "new", At: q.Households[20].At, Doors: 1}
	q.Households = append(q.Households, newcomer)
	revised := propose(t, q)
	after := slots(&revised)
	if _, planned := after["new"]; !planned {
		t.Error("the new household has no place")
	}
	if _, planned := after[gone]; planned {
		t.Error("the household that vanished is visited")
	}
	if n := moved(slots(&plan), after); n > 8 {
		t.Errorf("%d of 159 others change", n)
	}
}

// Today begins late, and what no longer fits goes elsewhere.
func TestRevise_LeavesNobodyBefore(t *testing.T) {
	t.Parallel()
	q, _ := walked(t)
	q.NotBefore = 12 * time.Hour
	revised := propose(t, q)
	for _, r := range revised.Routes {
		if r.Date == q.Round.From && r.Leave < "12:00:00" {
			t.Errorf("%s leaves at %s", r.Worker, r.Leave)
		}
	}
	if len(revised.Unplanned) != 0 {
		t.Errorf("%d households have no place", len(revised.Unplanned))
	}
}

func TestRevise_WantsDays(t *testing.T) {
	t.Parallel()
	q := request(t, houses(30, rand.New(rand.NewPCG(1, 1))))
	q.Former = map[string]Slot{}
	if _, err := Propose(t.Context(), q); err == nil {
		t.Error("a revision without an end is taken")
	}
}

// lasts is how many days a plan takes.
func lasts(t *testing.T, plan *Plan) (days int) {
	t.Helper()
	for i := range plan.Routes {
		day, err := time.Parse(time.DateOnly, plan.Routes[i].Date)
		if err != nil {
			t.Fatal(err)
		}
		days = max(days, int(day.Sub(time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)).Hours()/24)+1)
	}
	return days
}

// With more than the days hold, who had a place keeps one.
func TestRevise_TakesNoPlaceForWhoHadNone(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	q.Round.Days = lasts(t, &plan)
	for k := range 80 {
		q.Households = append(q.Households, geo.Household{ID: fmt.Sprint("new", k), At: q.Households[k].At, Doors: 1})
	}
	revised := propose(t, q)
	if len(revised.Unplanned) == 0 {
		t.Fatal("the days hold them all")
	}
	for _, u := range revised.Unplanned {
		if _, had := q.Former[u.Household]; had {
			t.Errorf("household %s had a place and has none", u.Household)
		}
	}
}
