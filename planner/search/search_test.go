package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

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
