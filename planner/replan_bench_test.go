package planner

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
)

// fieldwork is a plan of Andorra for 60 workers and 5 days, and the question by which it
// is revised.
func fieldwork(b *testing.B) (Request, Plan) {
	b.Helper()
	module, err := exec.CommandContext(b.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		b.Fatal(err)
	}
	extract, err := osm.Read(b.Context(), filepath.Join(strings.TrimSpace(string(module)), "testdata", "andorra-latest.osm.bz2"), osm.Options{Streets: true, Households: true})
	if err != nil {
		b.Fatal(err)
	}
	streets, err := network.Build(extract.Streets, network.Profile{Mode: network.Foot})
	if err != nil {
		b.Fatal(err)
	}
	q := Request{
		Round:   Round{Name: "Andorra", From: "2027-03-01", Days: 5, Timezone: "Europe/Andorra", Mode: "foot", Seed: 1, VisitS: 900},
		Network: streets, WorkerCount: 60, Iterations: 20_000,
	}
	for i := range extract.Households {
		h := extract.Households[i]
		h.Doors = 1
		q.Households = append(q.Households, h)
	}
	plan, err := Propose(b.Context(), q)
	if err != nil {
		b.Fatal(err)
	}
	// Who roamed stays where the plan put them.
	q.Workers = plan.Workers
	for i := range q.Workers {
		q.Workers[i].Roams = false
	}
	q.Former, q.Iterations = slots(&plan), 0
	return q, plan
}

// revised measures a revision; it tells how many households changed worker or day.
func revised(b *testing.B, q Request) {
	b.Helper()
	var after Plan
	for b.Loop() {
		var err error
		if after, err = Propose(b.Context(), q); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(q.Households)), "households")
	b.ReportMetric(float64(moved(q.Former, slots(&after))), "changed")
	b.ReportMetric(float64(len(after.Unplanned)), "unplanned")
}

// At eleven everybody is out and has done what was planned until then, but one, whose
// first visit took an hour more. The search has 0.2 s.
func BenchmarkRevise_RestOfADay(b *testing.B) {
	q, plan := fieldwork(b)
	q.NotBefore, q.Underway, q.Time = 11*time.Hour, map[string]orb.Point{}, 200*time.Millisecond
	done := map[string]bool{}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		until := "11:00:00"
		if r.Worker == plan.Routes[0].Worker {
			until = "10:00:00"
		}
		for _, s := range r.Stops {
			if r.Date == q.Round.From && s.Depart <= until {
				done[s.Household] = true
				q.Underway[r.Worker] = orb.Point{s.Lon, s.Lat}
			}
		}
	}
	var open []geo.Household
	for _, h := range q.Households {
		if !done[h.ID] {
			open = append(open, h)
		}
	}
	q.Households = open
	for _, reach := range []string{"all", "one"} {
		b.Run(fmt.Sprintf("%s-%d-workers", reach, len(q.Workers)), func(b *testing.B) { revised(b, q) })
		// The same for that worker alone: the round of one.
		q = alone(q, plan.Routes[0].Worker)
	}
}

// alone narrows a question to one worker.
func alone(q Request, worker string) Request {
	var own []geo.Household
	for _, h := range q.Households {
		if q.Former[h.ID].Worker == worker {
			own = append(own, h)
		}
	}
	q.Households = own
	for _, w := range q.Workers {
		if w.ID == worker {
			q.Workers = []Worker{w}
			return q
		}
	}
	return q
}

// One of 60 is away for a day. The search has 3 s, as from the desk.
func BenchmarkRevise_DayOff(b *testing.B) {
	q, plan := fieldwork(b)
	q.Time = 3 * time.Second
	for i := range q.Workers {
		if q.Workers[i].ID == plan.Routes[0].Worker {
			q.Workers[i].DaysOff = []string{q.Round.From}
		}
	}
	revised(b, q)
}

// A street is closed near the middle of everything. The search has 3 s.
func BenchmarkRevise_ClosedStreet(b *testing.B) {
	q, plan := fieldwork(b)
	q.Time = 3 * time.Second
	stop := plan.Routes[len(plan.Routes)/2].Stops[0]
	at := orb.Point{stop.Lon, stop.Lat}
	stretch, _ := q.Network.Stretch(at)
	whole := q.Network
	q.Detours = []orb.Point{at}
	b.Run("close", func(b *testing.B) {
		for b.Loop() {
			q.Network = whole.Without([]network.Stretch{stretch})
		}
	})
	b.Run("revise", func(b *testing.B) { revised(b, q) })
}
