package search

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// randomState is a state somewhere in the middle of a search.
func randomState(r *rand.Rand, n int) *state {
	e := newEngine(wholeModel(randomProblem(r, n)), fork(r.Uint64(), 0))
	e.start(true)
	e.anneal.temperature = 1000
	for range 30 {
		e.iterate()
	}
	e.s.begin()
	return e.s
}

func wholeModel(p *vrp.Problem) *model {
	stops, counts := everything(p)
	return newModel(context.Background(), p, stops, counts, 100)
}

// lineState is a hand-made state: stops at x = 10, 20, 30 ... on a line with the depot
// at 0, on the routes given.
func lineState(t *testing.T, stops int, routes ...[]int32) *state {
	t.Helper()
	x, y := make([]float64, stops+1), make([]float64, stops+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: stops}}}
	for i := range stops {
		x[i+1] = float64(10 * (i + 1))
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Demand: 1})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	s := newState(wholeModel(p))
	s.begin()
	for _, route := range routes {
		s.drive(0, route)
	}
	s.begin()
	return s
}

// routePairs calls f with random routes that have stops, of many random states.
func routePairs(t *testing.T, f func(r *rand.Rand, s *state, a, b int32)) {
	t.Helper()
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		s := randomState(r, 5+r.IntN(30))
		var used []int32
		for q := range s.routes {
			if len(s.routes[q]) > 0 {
				used = append(used, int32(q))
			}
		}
		for range 40 {
			if len(used) == 0 {
				break
			}
			a, b := used[r.IntN(len(used))], used[r.IntN(len(used))]
			if len(s.routes[a]) > 0 && len(s.routes[b]) > 0 {
				f(r, s, a, b)
			}
		}
	}
}

// applied checks that a move that was made, or refused, kept its promise, and undoes
// it.
func applied(t *testing.T, s *state, delta int64, try func() bool) bool {
	t.Helper()
	s.begin()
	before := s.cost
	if !try() {
		if s.cost != before {
			t.Fatal("a refused move changed the solution")
		}
		return false
	}
	checkState(t, s)
	if s.cost-before != delta {
		t.Fatalf("promised %d, the cost changed by %d", delta, s.cost-before)
	}
	s.rollback()
	checkState(t, s)
	if s.cost != before {
		t.Fatalf("undone to %d, it was %d", s.cost, before)
	}
	return true
}

// checkState recomputes cost and feasibility independently.
func checkState(t *testing.T, s *state) {
	t.Helper()
	cost, err := vrp.Check(s.m.problem, s.solution())
	if err != nil && cost.Missing == 0 {
		t.Fatal(err)
	}
	if cost.Objective() != s.cost {
		t.Fatalf("cost kept %d, recomputed %d (%+v)", s.cost, cost.Objective(), cost)
	}
	checkKept(t, s)
	for k, spare := range s.spare {
		used := int32(0)
		for r, kind := range s.kinds {
			if kind == int32(k) && len(s.routes[r]) > 0 {
				used++
			}
		}
		if spare+used != s.m.kinds[k].count {
			t.Fatalf("kind %d: %d used and %d spare of %d", k, used, spare, s.m.kinds[k].count)
		}
	}
}

// kept is all that a state keeps beside its routes.
func kept(s *state) [][]int64 {
	all := [][]int64{s.leg, s.load, s.way, s.yaw, s.pinned, s.toil, s.liot, s.room, s.costs, s.home, s.attach, s.work, s.worked, {s.cost}}
	for k := range all {
		all[k] = slices.Clone(all[k])
	}
	for _, rows := range [][]int32{s.route, s.pos, s.prev, s.next, s.payee} {
		var wide []int64
		for _, row := range rows {
			wide = append(wide, int64(row))
		}
		all = append(all, wide)
	}
	var times []int64
	for _, run := range [][]segment{s.prefix, s.suffix, s.rested, s.toCome} {
		for _, g := range run {
			times = append(times, g.duration, g.warp, g.early, g.late)
		}
	}
	for _, at := range s.spots {
		times = append(times, at.longest, at.behind, int64(at.route), int64(at.next))
	}
	return append(all, times)
}

// checkKept compares what changes left of a state, step by step, with what is worked out
// anew for each of its routes.
func checkKept(t *testing.T, s *state) {
	t.Helper()
	before, spots := kept(s), slices.Clone(s.spots)
	for r := range s.routes {
		if len(s.routes[r]) > 0 {
			s.refreshAll(int32(r))
		}
	}
	if after := kept(s); !reflect.DeepEqual(before, after) || !slices.Equal(spots, s.spots) {
		t.Fatalf("kept %v %v, worked out anew %v %v", before, spots, after, s.spots)
	}
}

// span is a random run of count stops of a route of the given size.
func span(r *rand.Rand, size, most int) (from, count int32) {
	count = int32(1 + r.IntN(min(size, most)))
	return int32(r.IntN(size - int(count) + 1)), count
}

func TestState_RollbackRestores(t *testing.T) {
	t.Parallel()
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 3))
		e := newEngine(wholeModel(randomProblem(r, 2+r.IntN(40))), fork(seed, 0))
		e.start(true)
		e.anneal.temperature = 200
		for range 200 {
			e.iterate()
			checkState(t, e.s)
		}
	}
}
