package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// randomProblem has every kind of constraint, each with some chance.
func randomProblem(r *rand.Rand, n int) *vrp.Problem {
	places := n + 3
	x, y := make([]float64, places), make([]float64, places)
	for i := range x {
		x[i], y[i] = float64(r.IntN(100)), float64(r.IntN(100))
	}
	p := &vrp.Problem{}
	p.Costs, _ = vrp.Planar(x, y, 10, vrp.Nearest)
	if r.IntN(2) == 0 {
		cells := make([]int32, places*places)
		for k := range cells {
			cells[k] = int32(r.IntN(1000))
		}
		p.Durations, _ = vrp.Dense(places, cells)
	}
	for v := range 1 + r.IntN(3) {
		w := vrp.Vehicle{Count: 1 + r.IntN(n), Start: int32(r.IntN(3)), End: int32(r.IntN(3))}
		if r.IntN(3) == 0 {
			w.End = vrp.Open
		}
		if r.IntN(3) > 0 {
			w.Capacity = int64(10 + r.IntN(60))
		}
		if r.IntN(3) == 0 {
			w.Shift = vrp.Window{Open: int64(r.IntN(500)), Close: int64(3000 + r.IntN(3000))}
		}
		if r.IntN(3) == 0 {
			w.MaxDuration = int64(2000 + r.IntN(3000))
		}
		if r.IntN(2) == 0 {
			w.FixedCost = int64(r.IntN(500))
		}
		w.Skills = uint64(v + 1)
		p.Vehicles = append(p.Vehicles, w)
	}
	windows, prizes, skills := r.IntN(2) == 0, r.IntN(3) == 0, r.IntN(4) == 0
	for i := range n {
		s := vrp.Stop{Location: int32(3 + i), Demand: int64(r.IntN(12)), Service: int64(r.IntN(100))}
		if windows {
			open := int64(r.IntN(2000))
			s.Windows = []vrp.Window{{Open: open, Close: open + int64(r.IntN(1500))}}
			if r.IntN(3) == 0 {
				open = s.Windows[0].Close + 1 + int64(r.IntN(1000))
				s.Windows = append(s.Windows, vrp.Window{Open: open, Close: open + int64(r.IntN(1000))})
			}
		}
		if prizes {
			s.Prize = int64(r.IntN(800))
		}
		if skills {
			s.Skills = uint64(r.IntN(4))
		}
		p.Stops = append(p.Stops, s)
	}
	return p
}

func TestSolve_IsFeasibleAndCountsRight(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			p := randomProblem(r, 1+r.IntN(60))
			s, stats, err := Solve(context.Background(), p, Params{Iterations: 500, Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			cost, err := vrp.Check(p, s)
			if err != nil && cost.Missing == 0 {
				t.Fatal(err)
			}
			if cost != stats.Cost {
				t.Fatalf("counted %+v, checked %+v", stats.Cost, cost)
			}
		})
	}
}

// solveFor searches and checks.
func solveFor(t *testing.T, p *vrp.Problem, iterations int64) vrp.Cost {
	t.Helper()
	s, _, err := Solve(context.Background(), p, Params{Iterations: iterations, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	cost, err := vrp.Check(p, s)
	if err != nil {
		t.Fatal(err)
	}
	return cost
}
