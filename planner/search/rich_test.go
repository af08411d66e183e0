package search

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// richProblem is a town where every kind of constraint and price matters: the days of
// workers who each have a strip of it, with breaks, appointments and a former plan.
func richProblem(t testing.TB, n int) *vrp.Problem {
	t.Helper()
	const strip, days = 50, 5
	p := townProblem(t, n, true)
	day := p.Vehicles[0]
	p.Vehicles, p.Moved = nil, vrp.Moved{Worker: 600, Vehicle: 200}
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	table := townProblem(t, n, false)
	x, y := table.Costs.Coordinates()
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(x[a+1], x[b+1]) })
	p.Former = make([]int32, n)
	for w, stops := range slices.Collect(slices.Chunk(order, strip)) {
		slices.SortFunc(stops, func(a, b int32) int { return cmp.Compare(y[a+1], y[b+1]) })
		worker := vrp.Worker{Steps: []vrp.Step{{Above: 36_000, Rate: 1}, {Above: 43_200, Rate: 3}}}
		for range days {
			v := day
			v.Count, v.Start, v.Skills = 1, stops[len(stops)/2]+1, uint64(w%2)
			v.End, v.Pull, v.Centre = v.Start, 50, v.Start
			v.Break = vrp.Break{Length: 1800, Window: vrp.Window{Open: 9000, Close: 12_600}}
			if w%3 == 0 {
				v.MaxDuration = 18_000
			}
			worker.Vehicles = append(worker.Vehicles, int32(len(p.Vehicles)))
			p.Vehicles = append(p.Vehicles, v)
		}
		p.Workers = append(p.Workers, worker)
		for k, i := range stops {
			p.Former[i] = worker.Vehicles[k*days/len(stops)]
			enrich(p, i, k, worker.Vehicles)
		}
	}
	return p
}

// enrich gives a stop, the k-th of its strip, windows, an appointment, a skill or a prize.
func enrich(p *vrp.Problem, i int32, k int, vehicles []int32) {
	s := &p.Stops[i]
	switch k % 10 {
	case 0:
		s.Windows = []vrp.Window{{Open: 0, Close: 5400}, {Open: 14_400, Close: 18_000}}
	case 1:
		s.Windows, s.Only = []vrp.Window{{Open: 7200, Close: 8100}}, []int32{vehicles[k/10%len(vehicles)]}
	case 2:
		s.Skills = 1
	case 3:
		s.Prize = 3000
	case 4:
		if k == 4 {
			p.Vehicles[vehicles[0]].Frozen = []int32{i}
		}
	}
}

func TestSolve_ServesARichTown(t *testing.T) {
	t.Parallel()
	p := richProblem(t, 300)
	s, stats, err := Solve(context.Background(), p, Params{Iterations: 20_000, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	cost, err := vrp.Check(p, s)
	if err != nil || cost != stats.Cost {
		t.Fatalf("%v; counted %+v, checked %+v", err, stats.Cost, cost)
	}
	if cost.Objective() > stats.Start*9/10 {
		t.Errorf("%d, from a start of %d", cost.Objective(), stats.Start)
	}
}
