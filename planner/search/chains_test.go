package search

import (
	"context"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Work enough for several chains and their children, on problems with every kind of
// constraint.
func TestSolve_ChainsAreFeasibleAndRepeat(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		n := 6 + int(seed)%8
		p := randomProblem(rand.New(rand.NewPCG(seed, 21)), n)
		var first vrp.Solution
		for threads := range 2 {
			s, stats, err := Solve(context.Background(), p, Params{Iterations: enoughWork * int64(n) * 5 / 4, Seed: seed, Threads: threads + 1})
			if err != nil {
				t.Fatal(err)
			}
			cost, err := vrp.Check(p, s)
			if err != nil && cost.Missing == 0 {
				t.Fatal(err)
			}
			if cost != stats.Cost || cost.Objective() > stats.Start {
				t.Fatalf("seed %d: counted %+v, checked %+v, from %d", seed, stats.Cost, cost, stats.Start)
			}
			if threads == 0 {
				first = s
			} else if !reflect.DeepEqual(s, first) {
				t.Errorf("seed %d does not repeat", seed)
			}
		}
	}
}

// A child has whole routes of one parent, and of the other what they leave.
func TestChains_CrossKeepsRoutes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 22))
	for range 200 {
		s := randomState(r, 8+r.IntN(30))
		e := newEngine(s.m, fork(r.Uint64(), 1))
		c := &chains{e: e}
		parents := [2]keepsake{shuffled(r, s.m), shuffled(r, s.m)}
		child := c.cross(&parents[0], &parents[1])
		seen := make([]int, s.m.n)
		for _, stops := range child.routes {
			for _, i := range stops {
				seen[i]++
			}
		}
		for i, count := range seen {
			if count > 1 {
				t.Fatalf("stop %d is on %d routes", i, count)
			}
		}
		if len(child.routes) == 0 || len(child.routes) != len(child.kinds) || !reflect.DeepEqual(child.routes[0], whole(child.routes[0], &parents[1])) {
			t.Fatalf("%v of %v and %v", child.routes, parents[0].routes, parents[1].routes)
		}
	}
}

// whole is the parent's route with the first of the stops.
func whole(stops []int32, of *keepsake) []int32 {
	for _, route := range of.routes {
		for _, i := range route {
			if i == stops[0] {
				return route
			}
		}
	}
	return nil
}

// shuffled deals all stops to routes at random.
func shuffled(r *rand.Rand, m *model) (k keepsake) {
	k.routes = make([][]int32, 1+r.IntN(3))
	for at, i := range r.Perm(m.n) {
		q := at % len(k.routes)
		k.routes[q] = append(k.routes[q], int32(i))
	}
	k.kinds = make([]int32, len(k.routes))
	return k
}
