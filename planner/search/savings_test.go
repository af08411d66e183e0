package search

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

func TestSavings_JoinsWhatLiesInLine(t *testing.T) {
	s := construct(context.Background(), lineState(t, 5).m.problem)
	if len(s.Routes) != 1 || len(s.Routes[0].Stops) != 5 {
		t.Errorf("%+v, want one route", s)
	}
}

func TestSavings_AreFeasible(t *testing.T) {
	t.Parallel()
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 8))
		p := randomProblem(r, 1+r.IntN(80))
		s := construct(context.Background(), p)
		if cost, err := vrp.Check(p, s); err != nil && cost.Missing == 0 {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}
