package planner

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// crowded is a town whose days are full, with more households than they hold, and the
// question by which its plan is revised.
func crowded(t *testing.T) Request {
	t.Helper()
	q, plan := walked(t)
	q.Round.Days = lasts(t, &plan)
	for i := range q.Households {
		q.Households[i].Doors = 1 // so that one fits where another was
	}
	for k := range 320 {
		q.Households = append(q.Households, geo.Household{ID: fmt.Sprint("new", k), At: q.Households[k%160].At, Doors: 1})
	}
	full := propose(t, q)
	if len(full.Unplanned) <= localLoose {
		t.Fatalf("%d are unplanned", len(full.Unplanned))
	}
	q.Former, q.Iterations = slots(&full), 2000
	return q
}

// give gives some households of other workers to one: those that are nearest to that
// worker's, or farthest from them.
func give(q Request, to string, count int, far bool) (Request, []string) {
	away, others, at := map[string]float64{}, []string{}, map[string]orb.Point{}
	for i := range q.Households {
		at[q.Households[i].ID] = q.Households[i].At
	}
	for id, slot := range q.Former {
		if slot.Worker == to {
			continue
		}
		others = append(others, id)
		away[id] = math.Inf(1)
		for own, slot := range q.Former {
			if slot.Worker == to {
				away[id] = min(away[id], geo.Metres(at[id], at[own]))
			}
		}
	}
	slices.SortFunc(others, func(a, b string) int { return cmp.Or(cmp.Compare(away[a], away[b]), cmp.Compare(a, b)) })
	if far {
		slices.Reverse(others)
	}
	q.Terms = map[string]Terms{}
	for _, id := range others[:count] {
		q.Terms[id] = Terms{Worker: to}
	}
	return q, others[:count]
}

// Whom a supervisor gives to a worker whose days are full, that worker visits, and others
// make room: nobody who had no place comes before them.
func TestRevise_VisitsWhoWasGivenToAFullWorker(t *testing.T) {
	t.Parallel()
	full := crowded(t)
	for _, far := range []bool{false, true} {
		q, given := give(full, "w1", 3, far)
		if far {
			q, given = give(full, "w1", 12, far)
		}
		revised := propose(t, q)
		after := slots(&revised)
		for _, id := range given {
			if after[id].Worker != "w1" {
				t.Errorf("far %v: household %s was given to w1; it is on %+v", far, id, after[id])
			}
		}
		lost := 0
		for id := range q.Former {
			if _, planned := after[id]; !planned {
				lost++
			}
		}
		if lost > 0 && !far { // the walks there take the time of others
			t.Errorf("%d who had a place have none", lost)
		}
	}
	q, _ := give(full, "w1", 3, true)
	searchesTheDaysOf(t, q, "w1")
}

// Who had no place and is given to a worker comes before those who had one.
func TestRevise_VisitsWhoHadNoPlaceAndWasGiven(t *testing.T) {
	t.Parallel()
	q := crowded(t)
	q.Terms = map[string]Terms{}
	for i := range q.Households {
		if id := q.Households[i].ID; len(q.Terms) < 3 {
			if _, placed := q.Former[id]; !placed {
				q.Terms[id] = Terms{Worker: "w1"}
			}
		}
	}
	revised := propose(t, q)
	after := slots(&revised)
	for id := range q.Terms {
		if after[id].Worker != "w1" {
			t.Errorf("household %s was given to w1; it is on %+v", id, after[id])
		}
	}
}

// A visit that takes the time of six others is made all the same when it was given.
func TestRevise_MakesRoomForALongVisitThatWasGiven(t *testing.T) {
	t.Parallel()
	q := crowded(t)
	long := len(q.Households) - 1
	q.Households[long].Doors = 6
	id := q.Households[long].ID
	if _, placed := q.Former[id]; placed {
		t.Fatalf("%s has a place", id)
	}
	q.Terms = map[string]Terms{id: {Worker: "w1"}}
	revised := propose(t, q)
	if at := slots(&revised)[id]; at.Worker != "w1" {
		t.Errorf("household %s was given to w1; it is on %+v", id, at)
	}
}

// Who is given to a worker in whose shift the visit has no room on any day hears that,
// and not that the days are full.
func TestRevise_SaysThatAGivenVisitIsTooLong(t *testing.T) {
	t.Parallel()
	q := crowded(t)
	long := len(q.Households) - 1
	q.Households[long].Doors = 6
	q.Workers[0].Shift = [2]string{"09:00", "09:50"}
	id := q.Households[long].ID
	q.Terms = map[string]Terms{id: {Worker: q.Workers[0].ID}}
	revised := propose(t, q)
	for _, u := range revised.Unplanned {
		if u.Household == id && u.Reason == TooLong {
			return
		}
	}
	t.Errorf("household %s is unplanned as %+v, want %s", id, revised.Unplanned, TooLong)
}

// searchesTheDaysOf checks that the days of a worker to whom some are given are searched
// first, however far they lie.
func searchesTheDaysOf(t *testing.T, q Request, worker string) {
	t.Helper()
	if err := q.validate(); err != nil {
		t.Fatal(err)
	}
	p := &proposal{Request: q, reasons: make([]Reason, len(q.Households))}
	if err := p.snap(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := &revision{proposal: p, tourOf: slices.Repeat([]int32{-1}, len(q.Households))}
	if err := r.muster(); err != nil {
		t.Fatal(err)
	}
	r.restore()
	given := slices.DeleteFunc(slices.Clone(r.loose), func(h int32) bool { return q.Terms[q.Households[h].ID].Worker == "" })
	days := len(r.workdays(r.crews[0], MostDays))
	for _, near := range r.around(given)[:days] {
		if near.crew.ID != worker {
			t.Errorf("the %s of %s comes before the days of %s", near.date, near.crew.ID, worker)
		}
	}
}

// Who lives where nobody gets to is searched for in vain no more.
func TestRevise_SearchesForNobodyOutOfReach(t *testing.T) {
	t.Parallel()
	q := request(t, append(houses(40, rand.New(rand.NewPCG(4, 4))), geo.Household{ID: "island", At: orb.Point{1.6015, 42.5}, Doors: 1}))
	q.Workers, q.Round.Days = []Worker{fixed("a"), fixed("b")}, 8
	before := propose(t, q)
	q.Former = map[string]Slot{}
	for _, r := range before.Routes {
		for _, s := range r.Stops {
			q.Former[s.Household] = Slot{Worker: r.Worker, Date: r.Date, Seq: s.Seq}
		}
	}
	q.Iterations = 1 << 40 // a search would not end
	after := propose(t, q)
	if kept, both := after.Kept(q.Former); kept != both || len(after.Unplanned) != 1 || after.Unplanned[0].Reason != Unreachable {
		t.Errorf("%d of %d stay; %+v", kept, both, after.Unplanned)
	}
}

// Who is given to a worker from whom no way leads there hears that, and not that the visit
// is too long.
func TestRevise_SaysThatNoWayLeadsFromTheWorkerWhoWasGiven(t *testing.T) {
	t.Parallel()
	q := request(t, append(houses(40, rand.New(rand.NewPCG(4, 4))), geo.Household{ID: "island", At: orb.Point{1.6015, 42.5}, Doors: 1}))
	q.Workers, q.Round.Days = []Worker{fixed("a"), fixed("b")}, 8
	island := [2]float64{1.6015, 42.5}
	q.Workers[1].Start, q.Workers[1].End = island, &island
	before := propose(t, q)
	q.Former, q.Terms = slots(&before), map[string]Terms{"h3": {Worker: "b"}}
	if plan := propose(t, q); len(plan.Unplanned) != 1 || plan.Unplanned[0].Household != "h3" || plan.Unplanned[0].Reason != Unreachable {
		t.Errorf("%+v", plan.Unplanned)
	}
}
