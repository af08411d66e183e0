package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// depotProblem is stops strewn around a depot, with capacities and, now and then, a
// bound on durations.
func depotProblem(r *rand.Rand, n int) *vrp.Problem {
	x, y := make([]float64, n+1), make([]float64, n+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: n, Capacity: int64(20 + r.IntN(60))}}}
	for i := range x {
		x[i], y[i] = float64(r.IntN(1000)), float64(r.IntN(1000))
	}
	for i := range n {
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Demand: int64(1 + r.IntN(20)), Service: int64(r.IntN(50))})
	}
	if r.IntN(2) == 0 {
		p.Vehicles[0].MaxDuration = int64(3000 + r.IntN(2000))
	}
	p.Costs, _ = vrp.Planar(x, y, 1, vrp.Nearest)
	return p
}

// randomEducation holds random routes, most of which break a bound.
func randomEducation(r *rand.Rand, n int) *education {
	rng := fork(r.Uint64(), 0)
	g := newGenetic(wholeModel(depotProblem(r, n)), &rng)
	e := g.e
	e.overload, e.late = float64(1+r.IntN(20)), float64(1+r.IntN(5))
	routes := make([][]int32, min(int(e.max), 1+r.IntN(6)))
	for _, i := range r.Perm(n) {
		k := r.IntN(len(routes))
		routes[k] = append(routes[k], int32(i))
	}
	e.take(routes)
	return e
}

// priced recomputes lengths and prices of all routes from nothing but their order, and
// fails where what is kept of them is wrong.
func priced(t *testing.T, e *education) (sum int64) {
	t.Helper()
	served := 0
	for r := range e.max {
		at, load, time := e.start(r), int64(0), int64(0)
		for i := e.next[at]; ; i = e.next[i] {
			if e.prev[i] != at || e.route[i] != r {
				t.Fatalf("node %d: behind %d on route %d, kept as %d on %d", i, at, r, e.prev[i], e.route[i])
			}
			leg := e.m.cost.at(e.row[at], e.row[i])
			sum, time = sum+leg, time+leg
			if i >= e.n {
				break
			}
			served++
			load, time = load+e.demand[i], time+e.service[i]
			if e.load[i] != load || e.time[i] != time || e.leg[i] != leg {
				t.Fatalf("stop %d: load %d time %d leg %d, kept as %d %d %d", i, load, time, leg, e.load[i], e.time[i], e.leg[i])
			}
			at = i
		}
		if e.loads[r] != load || e.times[r] != time {
			t.Fatalf("route %d: load %d time %d, kept as %d %d", r, load, time, e.loads[r], e.times[r])
		}
		sum += e.tooMuch(load) + e.tooLong(time)
	}
	if served != int(e.n) {
		t.Fatalf("%d of %d stops are on routes", served, e.n)
	}
	return sum
}

// Every move that is made lowers the cost with its prices, as counted anew.
func TestEducation_MovesLowerTheCost(t *testing.T) {
	t.Parallel()
	names := []string{"insert one", "insert two", "insert turned", "exchange", "two for one", "twos", "turn", "heads", "tails"}
	made := make([]int, len(names))
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 11))
		e := randomEducation(r, 13+r.IntN(30))
		before := priced(t, e)
		for range 300 {
			u, v := int32(r.IntN(int(e.n))), int32(r.IntN(int(e.n)))
			if u == v {
				continue
			}
			e.pick(u, v)
			k := r.IntN(len(names))
			same := e.move.rU == e.move.rV
			if k == 6 && !same || k > 6 && same {
				continue
			}
			move := []func() bool{
				e.insertOne, e.insertTwo, e.insertTurned, e.exchangeStops, e.exchangeTwoForOne,
				e.exchangeTwos, e.turnStretch, e.joinHeads, e.exchangeTails,
			}[k]
			if move() {
				made[k]++
				after := priced(t, e)
				if after >= before {
					t.Fatalf("seed %d: %s of %d and %d: from %d to %d", seed, names[k], u, v, before, after)
				}
				before = after
			} else if got := priced(t, e); got != before {
				t.Fatalf("seed %d: %s was refused, but from %d to %d", seed, names[k], before, got)
			}
		}
	}
	for k, count := range made {
		if count < 100 {
			t.Errorf("%s was made %d times only", names[k], count)
		}
	}
}

func TestEducation_StarsLowerTheCost(t *testing.T) {
	t.Parallel()
	made := 0
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 12))
		e := randomEducation(r, 13+r.IntN(40))
		before := priced(t, e)
		for range 20 {
			a, b := int32(r.IntN(int(e.max))), int32(r.IntN(int(e.max)))
			if a == b || e.size[a] == 0 || e.size[b] == 0 {
				continue
			}
			if e.star.best(a, b) {
				made++
				if after := priced(t, e); after >= before {
					t.Fatalf("seed %d: from %d to %d", seed, before, after)
				}
			}
			before = priced(t, e)
		}
	}
	if made < 300 {
		t.Errorf("only %d were made", made)
	}
}

// 0-10-30-0 and 0-20-40-0 on a line, all bounds kept.
func TestEducation_ByHand(t *testing.T) {
	line := func() *education {
		s := lineState(t, 13)
		rng := random{1}
		e := newEducation(s.m, &rng, 13)
		e.take([][]int32{{0, 2}, {1, 3}})
		return e
	}
	length := func(e *education) int64 { return e.times[0] + e.times[1] }
	for name, c := range map[string]struct {
		u, v int32
		move func(e *education) bool
		want int64 // from 140
	}{
		"30 behind 20 leaves 0-10-0 and 0-20-30-40-0":           {2, 1, (*education).insertOne, 100},
		"10, 30 behind 40 gives 0-20-40-10-30-0 and no other":   {0, 3, (*education).insertTwo, 120},
		"30, 10 behind 40 gives 0-20-40-30-10-0 and no other":   {0, 3, (*education).insertTurned, 80},
		"30 for 20 gives 0-10-20-0 and 0-30-40-0":               {2, 1, (*education).exchangeStops, 120},
		"tails behind 30 and 40 are empty":                      {2, 3, (*education).exchangeTails, 140},
		"30 followed by 40, 20 and nothing else":                {2, 3, (*education).joinHeads, 80},
		"10 followed by 40 gives 0-10-40-0 and 0-20-30-0":       {0, 1, (*education).exchangeTails, 140},
		"10, 30 exchanged for 20, 40 changes nothing":           {0, 1, (*education).exchangeTwos, 140},
		"10, 30 exchanged for 40 gives 0-40-0 and 0-20-10-30-0": {0, 3, (*education).exchangeTwoForOne, 140},
	} {
		e := line()
		e.pick(c.u, c.v)
		made := c.move(e)
		if got := length(e); got != c.want || made != (c.want < 140) {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestEducation_LeavesNothingToImprove(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 3))
	e := randomEducation(r, 60)
	before := priced(t, e)
	e.educate(context.Background())
	after := priced(t, e)
	if after >= before {
		t.Errorf("from %d to %d", before, after)
	}
	for u := range e.n {
		for _, v := range e.near[u] {
			if e.pick(u, v); e.tryMoves() {
				t.Fatalf("%d and %d could still be improved", u, v)
			}
		}
	}
}

func TestSector_CoversWhatItWasExtendedBy(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 4))
	for range 1000 {
		var s sector
		var angles []float64
		for k := range 1 + r.IntN(6) {
			angles = append(angles, r.Float64())
			s.extend(angles[k], k == 0)
		}
		for _, a := range angles {
			if !s.overlaps(sector{from: turn(a - 1e-12), width: 2e-12}) {
				t.Fatalf("%v does not cover %v of %v", s, a, angles)
			}
		}
	}
	near, far := sector{0.9, 0.2}, sector{0.3, 0.1}
	if near.overlaps(far) || !near.overlaps(sector{0.05, 0.1}) || !far.overlaps(sector{0.2, 0.7}) {
		t.Error("sectors across 0 are wrong")
	}
}

// Split is optimal: no division of a short tour is cheaper.
func TestSplit_IsTheCheapestDivision(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 13))
		e := randomEducation(r, 13)
		e.max = int32(1 + r.IntN(13))
		e.capacity = max(e.capacity, slices.Max(e.demand))
		tour := make([]int32, 13)
		for k, i := range r.Perm(13) {
			tour[k] = int32(i)
		}
		best := nowhere
		for cuts := range 1 << 12 {
			if sum, routes := divided(e, tour, cuts); routes <= int(e.max) {
				best = min(best, sum)
			}
		}
		var w split
		routes := w.cut(e, tour)
		sum := int64(0)
		for _, stops := range routes {
			sum += lengthOf(e, stops)
		}
		// A load above one and a half vehicles is not looked at unless routes are few.
		if len(routes) > int(e.max) || sum < best || sum > best && e.overload*float64(e.capacity)/2 > 3000 {
			t.Errorf("seed %d: %d in %d routes, best %d in at most %d", seed, sum, len(routes), best, e.max)
		}
		if got := slices.Sorted(slices.Values(slices.Concat(routes...))); len(got) != 13 || got[12] != 12 {
			t.Fatalf("seed %d: %v", seed, routes)
		}
	}
}

// divided is what a tour costs that is cut behind the stops of the bits.
func divided(e *education, tour []int32, cuts int) (sum int64, routes int) {
	first := 0
	for k := range tour {
		if cuts>>k&1 == 1 || k == len(tour)-1 {
			sum += lengthOf(e, tour[first:k+1])
			first = k + 1
			routes++
		}
	}
	return sum, routes
}

func lengthOf(e *education, stops []int32) int64 {
	at, load, time, way := e.start(0), int64(0), int64(0), int64(0)
	for _, i := range stops {
		way += e.dist(at, i)
		load, time = load+e.demand[i], time+e.dist(at, i)+e.service[i]
		at = i
	}
	home := e.dist(at, e.start(0))
	return way + home + e.tooMuch(load) + e.tooLong(time+home)
}
