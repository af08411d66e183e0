package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

// townProblem is n stops strewn over a square, as coordinates or as a table, with
// shifts of about 30 stops.
func townProblem(t testing.TB, n int, table bool) *vrp.Problem {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	x, y := make([]float64, n+1), make([]float64, n+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: n, Shift: vrp.Window{Close: 21_600}}}}
	for i := range x {
		x[i], y[i] = float64(r.IntN(6000)), float64(r.IntN(6000))
	}
	for i := range n {
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Service: 600})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	if !table {
		return p
	}
	cells := make([]int32, (n+1)*(n+1))
	for i := range n + 1 {
		for j := range n + 1 {
			cells[i*(n+1)+j] = p.Costs.At(int32(i), int32(j))
		}
	}
	if p.Costs, err = vrp.Dense(n+1, cells); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSolve_LargeIsTheSameWhateverTheThreads(t *testing.T) {
	t.Parallel()
	for _, p := range []*vrp.Problem{townProblem(t, 2500, false), townProblem(t, 2500, true), richProblem(t, 1600)} {
		var first vrp.Solution
		for threads := 1; threads <= 3; threads++ {
			s, stats, err := Solve(context.Background(), p, Params{Iterations: 6000, Threads: threads, Seed: 3})
			if err != nil {
				t.Fatal(err)
			}
			if cost, err := vrp.Check(p, s); err != nil && cost.Missing == 0 {
				t.Fatal(err)
			}
			if stats.Cost.Objective() >= stats.Start {
				t.Errorf("%d is no better than the start, %d", stats.Cost.Objective(), stats.Start)
			}
			if threads == 1 {
				first = s
			} else if !reflect.DeepEqual(s, first) {
				t.Errorf("%d threads give another solution than one", threads)
			}
		}
	}
}

func TestSolve_KeepsTheBestWhenCancelled(t *testing.T) {
	t.Parallel()
	p := townProblem(t, 3000, false)
	for _, after := range []int{0, 1, 3} {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		if after == 0 {
			cancel()
		}
		s, _, err := Solve(ctx, p, Params{Time: time.Minute, Progress: func(Progress) {
			if calls++; calls == after {
				cancel()
			}
		}})
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := vrp.Check(p, s); err != nil {
			t.Errorf("cancelled after %d reports: %v", after, err)
		}
	}
}

func TestSolve_BeginsWithTheSolutionGiven(t *testing.T) {
	t.Parallel()
	p := townProblem(t, 300, true)
	long, _, err := Solve(context.Background(), p, Params{Iterations: 20_000})
	if err != nil {
		t.Fatal(err)
	}
	again, stats, err := Solve(context.Background(), p, Params{Iterations: 64, Start: &long})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Cost(again).Objective(), p.Cost(long).Objective(); got > want || stats.Start != want {
		t.Errorf("%d from a start of %d, given %d", got, stats.Start, want)
	}
}

func TestEngine_AllocatesNothing(t *testing.T) {
	for _, p := range []*vrp.Problem{townProblem(t, 400, false), townProblem(t, 400, true), richProblem(t, 400)} {
		s := construct(context.Background(), p)
		m := wholeModel(p)
		e := newEngine(m, random{1})
		e.s.begin()
		row := make([]int32, len(p.Stops))
		for i, stop := range m.stops {
			row[stop] = int32(i)
		}
		e.s.adopt(s.Routes, row)
		e.start(true)
		e.anneal = newAnneal(100, usual)
		for range 20_000 {
			e.iterate()
		}
		if n := testing.AllocsPerRun(5000, e.iterate); n > 0 {
			t.Errorf("%v allocations an iteration", n)
		}
	}
}

func BenchmarkIterate(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			e := newEngine(wholeModel(townProblem(b, n, false)), random{1})
			e.start(true)
			e.anneal = newAnneal(100, usual)
			e.anneal.cool(0.5)
			for b.Loop() {
				e.iterate()
			}
		})
	}
}

// BenchmarkIterate_SeveralWindows has a choice of windows for every fifth stop, which makes
// routes be timed anew where they seem too long.
func BenchmarkIterate_SeveralWindows(b *testing.B) {
	p := townProblem(b, 400, false)
	p.Vehicles[0].MaxDuration = 14_000
	for i := 0; i < len(p.Stops); i += 5 {
		p.Stops[i].Windows = []vrp.Window{{Close: 5400}, {Open: 14_400, Close: 18_000}}
	}
	e := newEngine(wholeModel(p), random{1})
	e.start(true)
	e.anneal = newAnneal(100, usual)
	e.anneal.cool(0.5)
	for b.Loop() {
		e.iterate()
	}
}

// BenchmarkIterate_Break compares shifts with a break at noon to shifts that are shorter
// by it.
func BenchmarkIterate_Break(b *testing.B) {
	for _, length := range []int64{0, 1800} {
		b.Run(fmt.Sprint(length, "s"), func(b *testing.B) {
			p := townProblem(b, 400, false)
			p.Vehicles[0].Shift = vrp.Window{Close: 21_600 + length}
			if length > 0 {
				p.Vehicles[0].Break = vrp.Break{Length: length, Window: vrp.Window{Open: 9000, Close: 14_400}}
			}
			e := newEngine(wholeModel(p), random{1})
			e.start(true)
			e.anneal = newAnneal(100, usual)
			e.anneal.cool(0.5)
			for b.Loop() {
				e.iterate()
			}
		})
	}
}

// Demands that fill nine vehicles to the last unit: the pool must empty itself.
func TestSolve_PacksATightFleet(t *testing.T) {
	t.Parallel()
	p := townProblem(t, 90, true)
	p.Vehicles = []vrp.Vehicle{{Count: 9, Capacity: 100}}
	for i := range p.Stops {
		p.Stops[i].Demand = int64([]int{25, 20, 15, 10, 10, 8, 5, 4, 2, 1}[i%10])
	}
	if cost := solveFor(t, p, 20_000); cost.Missing != 0 {
		t.Errorf("%d stops left out", cost.Missing)
	}
}

func TestSolve_LargeWithHardlyAnyVehicles(t *testing.T) {
	t.Parallel()
	p := townProblem(t, 2500, false)
	p.Vehicles[0].Count = 1
	s, _, err := Solve(context.Background(), p, Params{Iterations: 3000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Routes) != 1 || len(s.Routes[0].Stops)+len(s.Unserved) != 2500 {
		t.Errorf("%d routes, %d stops left out", len(s.Routes), len(s.Unserved))
	}
}
