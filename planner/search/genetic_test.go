package search

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

func TestSolve_BreedsFeasibleSolutionsThatRepeat(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		p := depotProblem(rand.New(rand.NewPCG(seed, 14)), 20+int(seed)*5)
		if !wholeModel(p).breeds() {
			t.Fatal("the genetic search should know all of this problem")
		}
		var first vrp.Solution
		for threads := range 2 {
			s, _, err := Solve(context.Background(), p, Params{Iterations: 30_000, Seed: seed, Threads: threads + 1})
			if err != nil {
				t.Fatal(err)
			}
			if cost, err := vrp.Check(p, s); err != nil && cost.Missing == 0 {
				t.Fatal(err)
			}
			if threads == 0 {
				first = s
			} else if !reflect.DeepEqual(s, first) {
				t.Errorf("seed %d does not repeat", seed)
			}
		}
	}
}

// A fleet of as many vehicles as the demand needs at least, and problems that the genetic
// search does not know.
func TestModel_BreedsWhatItKnows(t *testing.T) {
	t.Parallel()
	plain := func() *vrp.Problem { return depotProblem(rand.New(rand.NewPCG(1, 14)), 20) }
	for name, change := range map[string]func(p *vrp.Problem){
		"a prize":        func(p *vrp.Problem) { p.Stops[3].Prize = 7 },
		"skills":         func(p *vrp.Problem) { p.Stops[3].Skills = 1 },
		"a window":       func(p *vrp.Problem) { p.Stops[3].Windows = []vrp.Window{{Open: 10, Close: 5000}} },
		"two kinds":      func(p *vrp.Problem) { p.Vehicles = append(p.Vehicles, p.Vehicles[0]) },
		"open routes":    func(p *vrp.Problem) { p.Vehicles[0].End = vrp.Open },
		"a fixed cost":   func(p *vrp.Problem) { p.Vehicles[0].FixedCost = 9 },
		"few stops":      func(p *vrp.Problem) { p.Stops = p.Stops[:5] },
		"other duration": func(p *vrp.Problem) { p.Vehicles[0].MaxDuration = 3000; p.Durations = doubled(p) },
	} {
		p := plain()
		if change(p); wholeModel(p).breeds() {
			t.Errorf("%s: the genetic search does not know it", name)
		}
	}
}

func doubled(p *vrp.Problem) vrp.Metric {
	x, y := p.Costs.Coordinates()
	m, _ := vrp.Planar(x, y, 2, vrp.Nearest)
	return m
}

func TestSolve_BreedsWithATightFleet(t *testing.T) {
	t.Parallel()
	p := depotProblem(rand.New(rand.NewPCG(5, 14)), 30)
	total := int64(0)
	for i := range p.Stops {
		p.Stops[i].Demand = 1 + int64(i%3)
		total += p.Stops[i].Demand
	}
	p.Vehicles = []vrp.Vehicle{{Count: 5, Capacity: (total + 4) / 5}}
	if cost := solveFor(t, p, 100_000); cost.Missing != 0 {
		t.Errorf("%d stops left out", cost.Missing)
	}
}

// Called off in the middle, the education leaves all stops on routes, and the search a
// solution that is feasible.
func TestEducation_StopsSoonAfterItIsCalledOff(t *testing.T) {
	t.Parallel()
	for looks := range int64(4) {
		e := randomEducation(rand.New(rand.NewPCG(6, 14)), 200)
		before := priced(t, e)
		ctx := &countdown{Context: context.Background()}
		ctx.left.Store(looks)
		e.educate(ctx)
		if after := priced(t, e); after > before || looks == 0 && after != before {
			t.Errorf("%d looks: from %d to %d", looks, before, after)
		}
	}
	p := depotProblem(rand.New(rand.NewPCG(7, 14)), 150)
	for _, looks := range []int64{0, 20, 500, 900, 1300} {
		ctx := &countdown{Context: context.Background()}
		ctx.left.Store(looks)
		s, stats, err := Solve(ctx, p, Params{Iterations: 100_000, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if cost, err := vrp.Check(p, s); cost != stats.Cost || err != nil && cost.Missing == 0 {
			t.Errorf("called off at look %d: %v, %+v, counted %+v", looks, err, cost, stats.Cost)
		}
	}
}
