package search

import (
	"context"
	"flag"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// bruteForce is the least objective over all solutions: for each set of stops and kind
// of vehicle the orders that cost or work least, then the best division of all stops
// into such sets.
type bruteForce struct {
	p      *vrp.Problem
	worker []int32
	route  [][][]option // by kind and set
	best   int64
	used   []int
	work   []int64
}

// option is a feasible order of a set: what it costs but for the price of its work.
type option struct{ cost, work int64 }

func optimum(p *vrp.Problem) int64 {
	b := &bruteForce{p: p, used: make([]int, len(p.Vehicles)), work: make([]int64, len(p.Workers)), worker: p.WorkerOf()}
	for v := range p.Vehicles {
		b.route = append(b.route, make([][]option, 1<<len(p.Stops)))
		b.orders(v, vrp.Route{Vehicle: int32(v)}, 0)
	}
	b.best = int64(1) << 62
	b.divide(1<<len(p.Stops)-1, 0)
	return b.best
}

// orders extends a route by every stop not on it yet, as long as that may be in time.
func (b *bruteForce) orders(v int, r vrp.Route, set int) {
	if set != 0 {
		ok, hope := b.feasible(r)
		if !hope {
			return
		}
		if ok {
			b.keep(v, set, r)
		}
	}
	frozen := b.p.Vehicles[v].Frozen
	for i := range b.p.Stops {
		if set>>i&1 != 0 || len(r.Stops) < len(frozen) && frozen[len(r.Stops)] != int32(i) {
			continue
		}
		longer := vrp.Route{Vehicle: r.Vehicle, Stops: append(slices.Clone(r.Stops), int32(i))}
		b.orders(v, longer, set|1<<i)
	}
}

// keep adds a feasible order unless another costs and works no more.
func (b *bruteForce) keep(v, set int, r vrp.Route) {
	if len(r.Stops) < len(b.p.Vehicles[v].Frozen) {
		return
	}
	o := option{b.p.RouteTravel(r) + b.p.Vehicles[v].FixedCost, b.p.RouteWork(r)}
	for _, i := range r.Stops {
		o.cost += b.p.Spread(i, r.Vehicle) + b.p.Change(i, r.Vehicle, b.worker)
	}
	beats := func(a, b option) bool { return a.cost <= b.cost && a.work <= b.work }
	known := b.route[v][set]
	if slices.ContainsFunc(known, func(k option) bool { return beats(k, o) }) {
		return
	}
	b.route[v][set] = append(slices.DeleteFunc(known, func(k option) bool { return beats(o, k) }), o)
}

// feasible judges a route, and whether it may be with more stops behind.
func (b *bruteForce) feasible(r vrp.Route) (ok, hope bool) {
	v, load := &b.p.Vehicles[r.Vehicle], int64(0)
	for _, i := range r.Stops {
		s := &b.p.Stops[i]
		load += s.Demand
		if s.Skills&^v.Skills != 0 || len(s.Only) > 0 && !slices.Contains(s.Only, r.Vehicle) {
			return false, false
		}
	}
	if v.Capacity > 0 && load > v.Capacity {
		return false, false
	}
	t, late := b.p.Timetable(r)
	if late >= 0 {
		return false, late == len(r.Stops)
	}
	return t.Back-t.Leave <= v.Limit(), true
}

// divide serves the first stop left by every set with it, or leaves it out.
func (b *bruteForce) divide(left int, cost int64) {
	if cost >= b.best {
		return
	}
	if left == 0 {
		b.finish(cost)
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
			for _, o := range b.route[v][sub|first] {
				if b.used[v] == b.p.Vehicles[v].Count {
					break
				}
				b.used[v]++
				b.toil(v, o.work)
				b.divide(left&^(sub|first), cost+o.cost)
				b.toil(v, -o.work)
				b.used[v]--
			}
		}
		if sub == 0 {
			return
		}
	}
}

func (b *bruteForce) toil(v int, work int64) {
	if b.worker != nil && b.worker[v] >= 0 {
		b.work[b.worker[v]] += work
	}
}

// finish prices the work, and takes a solution that has all frozen stops.
func (b *bruteForce) finish(cost int64) {
	for v := range b.p.Vehicles {
		if len(b.p.Vehicles[v].Frozen) > 0 && b.used[v] == 0 {
			return
		}
	}
	for w := range b.p.Workers {
		cost += b.p.Workers[w].Price(b.work[w])
	}
	b.best = min(b.best, cost)
}

// problems is how many of up to how many stops are compared; make soak-solver takes
// 10,000 of up to 9.
var (
	problems = flag.Int("problems", 600, "small problems that brute force solves too")
	most     = flag.Int("most", 7, "stops of the largest of them")
)

func TestSolve_FindsTheOptimumOfSmallProblems(t *testing.T) {
	t.Parallel()
	missed := 0
	for seed := range uint64(*problems) {
		r := rand.New(rand.NewPCG(seed, 5))
		p := randomProblem(r, 1+r.IntN(*most))
		best := optimum(p)
		s, _, err := Solve(context.Background(), p, Params{Iterations: int64(max(3000, 1000*len(p.Stops)*len(p.Stops))), Seed: seed})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if cost, err := vrp.Check(p, s); err != nil && cost.Missing == 0 {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if got := p.Cost(s).Objective(); got < best {
			t.Fatalf("seed %d: %d is under the optimum %d", seed, got, best)
		} else if got > best {
			t.Logf("seed %d: %d, optimum %d", seed, got, best)
			missed++
		}
	}
	if missed > 0 {
		t.Errorf("%d of %d optima were missed", missed, *problems)
	}
}
