package search

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// bruteForce is the least objective over all solutions: for each set of stops and kind
// of vehicle the best order, then the best division of all stops into such sets.
type bruteForce struct {
	p     *vrp.Problem
	route [][]int64 // by kind and set; -1: none is feasible
	best  int64
	used  []int
}

func optimum(p *vrp.Problem) int64 {
	b := &bruteForce{p: p, used: make([]int, len(p.Vehicles))}
	for v := range p.Vehicles {
		costs := make([]int64, 1<<len(p.Stops))
		for set := range costs {
			costs[set] = -1
		}
		b.route = append(b.route, costs)
		b.orders(v, vrp.Route{Vehicle: int32(v)}, 0)
	}
	b.best = int64(1) << 62
	b.divide(1<<len(p.Stops)-1, 0)
	return b.best
}

// orders extends a route by every stop not on it yet.
func (b *bruteForce) orders(v int, r vrp.Route, set int) {
	if set != 0 && b.feasible(r) {
		cost := b.p.RouteTravel(r) + b.p.Vehicles[v].FixedCost
		if known := b.route[v][set]; known < 0 || cost < known {
			b.route[v][set] = cost
		}
	}
	for i := range b.p.Stops {
		if set>>i&1 == 0 {
			longer := vrp.Route{Vehicle: r.Vehicle, Stops: append(append([]int32(nil), r.Stops...), int32(i))}
			b.orders(v, longer, set|1<<i)
		}
	}
}

func (b *bruteForce) feasible(r vrp.Route) bool {
	_, err := vrp.Check(b.only(r), vrp.Solution{Routes: []vrp.Route{{Stops: sequence(len(r.Stops))}}})
	return err == nil
}

// only is the problem of one route.
func (b *bruteForce) only(r vrp.Route) *vrp.Problem {
	q := &vrp.Problem{Vehicles: []vrp.Vehicle{b.p.Vehicles[r.Vehicle]}, Costs: b.p.Costs, Durations: b.p.Durations}
	for _, i := range r.Stops {
		q.Stops = append(q.Stops, b.p.Stops[i])
	}
	return q
}

func sequence(n int) (s []int32) {
	for i := range n {
		s = append(s, int32(i))
	}
	return s
}

// divide serves the first stop left by every set with it, or leaves it out.
func (b *bruteForce) divide(left int, cost int64) {
	if cost >= b.best {
		return
	}
	if left == 0 {
		b.best = cost
		return
	}
	first := left & -left
	for i := range b.p.Stops {
		if first == 1<<i {
			b.divide(left&^first, cost+b.p.Price(int32(i)))
		}
	}
	rest := left &^ first
	for sub := rest; ; sub = (sub - 1) & rest {
		for v := range b.route {
			if c := b.route[v][sub|first]; c >= 0 && b.used[v] < b.p.Vehicles[v].Count {
				b.used[v]++
				b.divide(left&^(sub|first), cost+c)
				b.used[v]--
			}
		}
		if sub == 0 {
			return
		}
	}
}

func TestSolve_FindsTheOptimumOfSmallProblems(t *testing.T) {
	t.Parallel()
	missed := 0
	const problems = 400
	for seed := range uint64(problems) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := randomProblem(r, 1+r.IntN(5))
		best := optimum(p)
		s, _, err := Solve(context.Background(), p, Params{Iterations: 3000, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Cost(s).Objective(); got < best {
			t.Fatalf("seed %d: %d is under the optimum %d", seed, got, best)
		} else if got > best {
			t.Logf("seed %d: %d, optimum %d", seed, got, best)
			missed++
		}
	}
	if missed > 0 {
		t.Errorf("%d of %d optima were missed", missed, problems)
	}
}
