package search

import (
	"math/rand/v2"
	"testing"
)

func TestSwapTails_ByHand(t *testing.T) {
	// 0-10-40-0 and 0-20-30-0: with the tails after 10 and before 20 exchanged, one is
	// 0-10-20-30-0 and the other 0-40-0: 80 + 60 either way.
	s := lineState(t, 4, []int32{0, 3}, []int32{1, 2})
	r, q := s.route[0], s.route[1]
	if delta := s.tailsDelta(r, 1, q, 0); delta != 0 {
		t.Errorf("tails: %d, want 0", delta)
	}
	// With all of both, 0-10-40-20-30-0 is 100 and the other route is gone.
	if delta := s.tailsDelta(r, 2, q, 0); delta != -40 {
		t.Errorf("joined: %d, want -40", delta)
	}
	// Heads: 0-10-20-0 and 0-40-30-0.
	if delta := s.headsDelta(r, 1, q, 1); delta != -20 {
		t.Errorf("heads: %d, want -20", delta)
	}
}

func TestSwapTails_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, b int32) {
		if a == b {
			return
		}
		p, q := int32(1+r.IntN(len(s.routes[a]))), int32(r.IntN(len(s.routes[b])))
		delta := s.tailsDelta(a, p, b, q)
		if applied(t, s, delta, func() bool { return s.applyTails(a, p, b, q) }) {
			made++
		}
		delta = s.headsDelta(a, p, b, q+1)
		if applied(t, s, delta, func() bool { return s.applyHeads(a, p, b, q+1) }) {
			made++
		}
	})
	if made < 500 {
		t.Errorf("only %d moves were feasible", made)
	}
}
