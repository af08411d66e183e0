package planner

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

// fixed is a worker who starts and ends in the south-west corner of the town.
func fixed(id string) Worker {
	corner := [2]float64{1.5, 42.5}
	return Worker{ID: id, Name: id, Start: corner, End: &corner, Shift: [2]string{"08:30", "14:30"}}
}

func TestPropose_KeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		households := houses(rapid.IntRange(1, 40).Draw(rt, "households"), random)
		for k := range households {
			if random.IntN(4) == 0 {
				opens := time.Duration(7+random.IntN(9)) * time.Hour
				households[k].Window = &geo.Window{Opens: opens, Closes: opens + time.Duration(1+random.IntN(150))*time.Minute}
			}
		}
		q := request(t, households)
		q.Iterations = 30
		q.WorkerCount = rapid.IntRange(1, 4).Draw(rt, "workers")
		q.Round.Days = rapid.IntRange(0, 3).Draw(rt, "days")
		if rapid.Bool().Draw(rt, "named") {
			open := fixed("open")
			open.End, open.Shift, open.DaysOff = nil, [2]string{"09:00", "11:15"}, []string{"2027-03-01"}
			q.Workers = []Worker{fixed("a"), open}
		}
		if rapid.Bool().Draw(rt, "terms") {
			q.Terms = randomTerms(random, &q)
		}
		if rapid.Bool().Draw(rt, "break") {
			q.Break = &Break{Length: 25 * time.Minute, Begins: *window("10:15", "12:30")}
			for k := range q.Workers {
				q.Workers[k].Break = &Break{Length: 40 * time.Minute, Begins: *window("10:00", "10:10")}
			}
		}
		plan, err := Propose(t.Context(), q)
		if err != nil {
			rt.Fatal(err)
		}
		if problems := broken(&plan, &q); len(problems) > 0 {
			rt.Fatal(strings.Join(problems, "\n"))
		}
	})
}

func TestPropose_SaysWhyAHouseholdIsOnNoRoute(t *testing.T) {
	t.Parallel()
	town := houses(30, rand.New(rand.NewPCG(1, 1)))
	for _, test := range []struct {
		name string
		want Reason
		odd  geo.Household
		also func(*Request)
	}{
		{"on a street that nothing leads to", Unreachable, geo.Household{At: orb.Point{1.601, 42.5001}, Doors: 1}, nil},
		{"far from any street", Unreachable, geo.Household{At: orb.Point{1.5, 42.6}, Doors: 1}, nil},
		{"open before the shift", NoFeasibleWindow, geo.Household{At: orb.Point{1.5, 42.5}, Doors: 1, Window: window("06:00", "07:00")}, nil},
		{"open after the shift", NoFeasibleWindow, geo.Household{At: orb.Point{1.5, 42.5}, Doors: 1, Window: window("15:00", "16:00")}, nil},
		{"open when there is no time left", NoFeasibleWindow, geo.Household{At: orb.Point{1.5, 42.5}, Doors: 1, Window: window("14:25", "16:00")}, nil},
		{"closed before anybody can be there", NoFeasibleWindow, geo.Household{At: orb.Point{1.506, 42.506}, Doors: 1, Window: window("08:30", "08:35")}, nil},
		{"more doors than a shift has time for", TooLong, geo.Household{At: orb.Point{1.5, 42.5}, Doors: 37}, nil},
		{"no time for the walk there and back", TooLong, geo.Household{At: orb.Point{1.506, 42.506}, Doors: 36}, nil},
		{"more than the days can hold", BeyondHorizon, geo.Household{At: orb.Point{1.506, 42.506}, Doors: 30}, func(q *Request) { q.Round.Days = 1 }},
		{"all days off", BeyondHorizon, geo.Household{At: orb.Point{1.5, 42.5}, Doors: 1}, func(q *Request) {
			q.Round.Days = 2
			q.Workers[0].DaysOff = []string{"2027-03-01", "2027-03-02"}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.odd.ID = "odd"
			q := request(t, append(slices.Clone(town), test.odd))
			q.Workers = []Worker{fixed("a")}
			if test.also != nil {
				test.also(&q)
			}
			plan := propose(t, q)
			for _, u := range plan.Unplanned {
				if u.Household == "odd" {
					if u.Reason != test.want || u.Lon != test.odd.At[0] || u.Lat != test.odd.At[1] {
						t.Errorf("%+v, want %s", u, test.want)
					}
				} else if test.want != BeyondHorizon {
					t.Errorf("%+v is left out too", u)
				}
			}
			if !slices.ContainsFunc(plan.Unplanned, func(u Unplanned) bool { return u.Household == "odd" }) {
				t.Error("it is on a route")
			}
		})
	}
}

func TestPropose_ListsDuplicatesAndCountsThem(t *testing.T) {
	t.Parallel()
	rows := houses(25, rand.New(rand.NewPCG(2, 2)))
	rows[3].Address = geo.Address{Street: "Main Street", Number: "7"}
	again := rows[3]
	again.ID, again.Address.Street = "again", " main  street"
	elsewhere := rows[3]
	elsewhere.ID, elsewhere.At = "elsewhere", orb.Point{1.5, 42.5}
	nameless := rows[4]
	nameless.ID = "nameless"
	kept, duplicates := Duplicates(append(rows, again, elsewhere, nameless))
	q := request(t, kept)
	q.Duplicates = duplicates
	plan := propose(t, q)
	want := []Unplanned{{Household: "again", Reason: DuplicateOf("h3"), Lon: rows[3].At[0], Lat: rows[3].At[1]}}
	if !reflect.DeepEqual(plan.Unplanned, want) || plan.Households != 28 || plan.Totals.Planned != 27 {
		t.Errorf("%+v, %d households, %d planned", plan.Unplanned, plan.Households, plan.Totals.Planned)
	}
	if kind := plan.Unplanned[0].Reason.Kind(); kind != Duplicate {
		t.Errorf("of kind %s", kind)
	}
}

func TestPropose_DealsTheWorkEvenly(t *testing.T) {
	t.Parallel()
	q := request(t, houses(240, rand.New(rand.NewPCG(3, 3))))
	q.WorkerCount = 4
	plan := propose(t, q)
	if len(plan.Workers) != 4 || plan.Totals.Unplanned != 0 {
		t.Fatalf("%d workers, %+v", len(plan.Workers), plan.Totals)
	}
	if least, most := plan.Totals.WorkloadMinS, plan.Totals.WorkloadMaxS; float64(most) > 1.1*float64(least) {
		t.Errorf("work of %d to %d s", least, most)
	}
}

func TestPropose_RepeatsASeedWhateverTheThreads(t *testing.T) {
	t.Parallel()
	q := request(t, houses(120, rand.New(rand.NewPCG(4, 4))))
	first := propose(t, q)
	q.Threads = 3
	if again := propose(t, q); !reflect.DeepEqual(again, first) {
		t.Error("three threads give another plan than one")
	}
}

func TestPropose_LeavesAtTheTimeThatSavesWaiting(t *testing.T) {
	t.Parallel()
	places := houses(1, rand.New(rand.NewPCG(5, 5)))
	places[0].Window = window("12:00", "13:00")
	q := request(t, places)
	q.Workers = []Worker{fixed("a")}
	plan := propose(t, q)
	if r := plan.Routes[0]; r.WaitS != 0 || r.Stops[0].Start != "12:00:00" {
		t.Errorf("leaves at %s, waits %d s, starts at %s", r.Leave, r.WaitS, r.Stops[0].Start)
	}
}

func TestPropose_SaysWhatIsWrongWithARequest(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		want  string
		wrong func(*Request)
	}{
		{"no network", func(q *Request) { q.Network = nil }},
		{"a visit of 0 s", func(q *Request) { q.Round.VisitS = 0 }},
		{"-1 days; want 1 to 36600", func(q *Request) { q.Round.Days = -1 }},
		{`from "tomorrow" is no date`, func(q *Request) { q.Round.From = "tomorrow" }},
		{"no workers", func(q *Request) { q.WorkerCount = 0 }},
		{`two workers have the id "a"`, func(q *Request) { q.Workers = []Worker{fixed("a"), fixed("a")} }},
		{`worker "a": the shift 14:30-08:30 does not run forward`, func(q *Request) {
			w := fixed("a")
			w.Shift = [2]string{"14:30", "08:30"}
			q.Workers = []Worker{w}
		}},
		{`worker "a": the start [1.7 42.5] is more than 250 m from any way`, func(q *Request) {
			w := fixed("a")
			w.Start = [2]float64{1.7, 42.5}
			q.Workers = []Worker{w}
		}},
		{`household "h0" has 0 doors`, func(q *Request) { q.Households[0].Doors = 0 }},
		{`two households have the id "h1"`, func(q *Request) { q.Households[0].ID = "h1" }},
	} {
		q := request(t, houses(3, rand.New(rand.NewPCG(6, 6))))
		test.wrong(&q)
		if _, err := Propose(t.Context(), q); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %q", err, test.want)
		}
	}
}

func TestPropose_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, stage := range []Stage{Snapping, Territories, Routing, Drawing} {
		ctx, cancel := context.WithCancel(t.Context())
		q := request(t, houses(60, rand.New(rand.NewPCG(7, 7))))
		q.Progress = func(at Progress) {
			if at.Stage == stage {
				cancel()
			}
		}
		if plan, err := Propose(ctx, q); !errors.Is(err, context.Canceled) || len(plan.Routes) > 0 {
			t.Errorf("%s: %v", stage, err)
		}
		cancel()
	}
}
