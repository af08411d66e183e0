package search

import (
	"math/rand/v2"
	"testing"
)

func TestSwapStar_ByHand(t *testing.T) {
	// 0-10-20-50-0 and 0-30-40-60-0. In the second, 50 goes best between 40 and 60, for
	// nothing; 30 goes behind 20, or in the gap that 50 leaves.
	s := lineState(t, 6, []int32{0, 1, 4}, []int32{2, 3, 5})
	r, q := s.route[0], s.route[2]
	in := s.cheapest(nil, r, q)
	if pos, delta := s.placeIn(&in[2], 4, q, 0); pos != 2 || delta != 0 {
		t.Errorf("50: position %d for %d, want 2 for 0", pos, delta)
	}
	if delta := s.detour(r, 2); delta != 60 {
		t.Errorf("detour of 50: %d, want 60", delta)
	}
	d := newDescent(s)
	if !d.star.exchangeBest(r, q) || s.cost >= 220 {
		t.Errorf("no exchange was found, cost %d", s.cost)
	}
}

func TestSwapStar_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, b int32) {
		if a == b {
			return
		}
		p, q := int32(r.IntN(len(s.routes[a]))), int32(r.IntN(len(s.routes[b])))
		into, back := s.cheapest(nil, a, b), s.cheapest(nil, b, a)
		at, first := s.placeIn(&into[p], s.routes[a][p], b, q)
		to, second := s.placeIn(&back[q], s.routes[b][q], a, p)
		delta := first + second - s.detour(a, p) - s.detour(b, q) + s.swapStarTerms(a, p, b, q, at, to)
		if applied(t, s, delta, func() bool { return s.applySwapStar(a, p, b, q, at, to) }) {
			made++
		}
	})
	if made < 500 {
		t.Errorf("only %d moves were feasible", made)
	}
}
