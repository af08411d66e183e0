package search

import (
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// windowedProblem is a town of n stops, most with windows, and vehicles for 30 of them.
func windowedProblem(t testing.TB, n int) *vrp.Problem {
	p := townProblem(t, n, false)
	p.Vehicles[0].Capacity = 30
	for i := range p.Stops {
		p.Stops[i].Demand = 1
		if open := int64(i%7) * 2000; i%4 > 0 {
			p.Stops[i].Windows = []vrp.Window{{Open: open, Close: open + 9000}}
		}
	}
	return p
}

func TestTune_KnowsLongRoutesBoundByWindows(t *testing.T) {
	t.Parallel()
	even, uneven := 1.26, 1.5
	for _, c := range []struct {
		what       string
		change     func(p *vrp.Problem)
		unevenness float64
		want       tuning
	}{
		{"long routes", func(*vrp.Problem) {}, even, enduring},
		{"long routes among clusters", func(*vrp.Problem) {}, uneven, clustered},
		{"short routes", func(p *vrp.Problem) { p.Vehicles[0].Capacity = 15 }, uneven, usual},
		{"no capacity", func(p *vrp.Problem) { p.Vehicles[0].Capacity = 0 }, uneven, usual},
		{"few windows", func(p *vrp.Problem) {
			for i := range p.Stops {
				if i%5 > 0 {
					p.Stops[i].Windows = nil
				}
			}
		}, uneven, usual},
	} {
		p := windowedProblem(t, 200)
		c.change(p)
		if got := wholeModel(p).tune(c.unevenness); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.want)
		}
	}
}

func TestEngine_OpensRoutes(t *testing.T) {
	p := windowedProblem(t, 300)
	for _, tuned := range []tuning{enduring, clustered} {
		m := wholeModel(p)
		m.tuning = tuned
		m.tuning.opens = 2
		e := newEngine(m, random{1})
		e.start(true)
		e.anneal = newAnneal(500, m.tuning)
		opened := 0
		for range 3000 {
			before := len(e.s.routes) - len(e.s.free)
			e.iterate()
			if e.wreck.opens && len(e.s.routes)-len(e.s.free) > before {
				opened++
			}
		}
		checkState(t, e.s)
		if _, err := vrp.Check(p, e.best.solution(m)); err != nil {
			t.Error(err)
		}
		if opened == 0 {
			t.Error("no route was opened")
		}
		if n := testing.AllocsPerRun(2000, e.iterate); n > 0 {
			t.Errorf("%v allocations an iteration", n)
		}
	}
}

func TestOpening_NeedsAVehicle(t *testing.T) {
	t.Parallel()
	m := wholeModel(windowedProblem(t, 60))
	m.tuning = enduring
	m.tuning.opens = 1
	rng := random{1}
	w := wreck{s: newState(m), rng: &rng}
	if !w.opening() {
		t.Error("opens no route though there are vehicles")
	}
	w.s.spare[0] = 0
	if w.opening() {
		t.Error("opens a route without a vehicle")
	}
}
