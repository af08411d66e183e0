package search

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// drivable judges a route by simulating it, with none of the search's segments.
func drivable(s *state, k *kind, rows []int32) bool {
	stops := append(slices.Clone(k.frozen), s.m.name(rows)...)
	b := bruteForce{p: s.m.problem}
	ok, _ := b.feasible(vrp.Route{Vehicle: k.vehicle, Stops: stops})
	return ok || len(stops) == 0
}

// randomPieces cuts two routes into a route, as moves do and worse.
func randomPieces(r *rand.Rand, s *state, a, b int32) []piece {
	sizeA, sizeB := len(s.routes[a]), len(s.routes[b])
	from, count := span(r, sizeB, sizeB)
	cut := int32(r.IntN(sizeA + 1))
	middle := piece{b, from, from + count, r.IntN(2) == 0}
	switch {
	case a == b:
		return []piece{{a, 0, from, false}, middle, {a, from + count, int32(sizeA), false}}
	case r.IntN(3) == 0:
		return []piece{{a, 0, cut, r.IntN(4) == 0}, {b, from, int32(sizeB), false}}
	default:
		return []piece{{a, 0, cut, false}, middle, {a, cut, int32(sizeA), false}}
	}
}

func TestFeasible_AgreesWithSimulation(t *testing.T) {
	t.Parallel()
	said := map[bool]int{}
	routePairs(t, func(r *rand.Rand, s *state, a, b int32) {
		k := &s.m.kinds[r.IntN(len(s.m.kinds))]
		if r.IntN(2) == 0 {
			k = s.kindOf(a)
		}
		pieces := randomPieces(r, s, a, b)
		got, want := s.feasible(k, pieces...), drivable(s, k, s.compose(nil, pieces))
		if said[got]++; got != want {
			t.Fatalf("%+v on vehicle %d: feasible %v, simulated %v", pieces, k.vehicle, got, want)
		}
	})
	if said[true] < 1000 || said[false] < 1000 {
		t.Errorf("feasible and not: %v", said)
	}
}

func TestTimed_AgreesWithSimulation(t *testing.T) {
	t.Parallel()
	said := map[bool]int{}
	routePairs(t, func(r *rand.Rand, s *state, a, _ int32) {
		if len(s.pool) == 0 {
			return
		}
		i, p := s.pool[r.IntN(len(s.pool))], int32(r.IntN(len(s.routes[a])+1))
		if !s.admits(a, i) {
			return
		}
		got := s.timed(i, a, p, s.before(a, p), s.after(a, p))
		if said[got]++; got != drivable(s, s.kindOf(a), slices.Insert(slices.Clone(s.routes[a]), int(p), i)) {
			t.Fatalf("stop %d at %d: %v is not what simulation says", i, p, got)
		}
	})
	if said[true] < 50 || said[false] < 500 {
		t.Errorf("in time and not: %v", said)
	}
}
