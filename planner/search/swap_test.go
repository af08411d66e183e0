package search

import (
	"math/rand/v2"
	"testing"
)

func TestSwap_ByHand(t *testing.T) {
	// 0-10-40-0 and 0-20-30-0: exchanging 10 and 30 gives 0-30-40-0 and 0-20-10-0,
	// from 80 + 60 to 80 + 40.
	s := lineState(t, 4, []int32{0, 3}, []int32{1, 2})
	if delta := s.swapDelta(s.route[0], 0, 1, s.route[2], 1, 1); delta != -20 {
		t.Errorf("10 and 30: %d, want -20", delta)
	}
	// Side by side on one route: 0-10-40-0 to 0-40-10-0 costs nothing on a line.
	if delta := s.swapDelta(s.route[0], 0, 1, s.route[0], 1, 1); delta != 0 {
		t.Errorf("10 and 40: %d, want 0", delta)
	}
}

func TestSwap_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, b int32) {
		p, count := span(r, len(s.routes[a]), longestRun)
		q, other := span(r, len(s.routes[b]), longestRun)
		if a == b && p < q+other && q < p+count {
			return
		}
		delta := s.swapDelta(a, p, count, b, q, other)
		if applied(t, s, delta, func() bool { return s.applySwap(a, p, count, b, q, other) }) {
			made++
		}
	})
	if made < 1000 {
		t.Errorf("only %d moves were feasible", made)
	}
}
