package search

import (
	"math/rand/v2"
	"testing"
)

func TestTwoOpt_ByHand(t *testing.T) {
	// 0-10-30-20-40-0 is 100 long; walking 30-20 backwards makes it 80.
	s := lineState(t, 4, []int32{0, 2, 1, 3})
	if delta := s.twoOptDelta(s.route[0], 1, 3); delta != -20 {
		t.Errorf("%d, want -20", delta)
	}
}

func TestTwoOpt_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, _ int32) {
		from, count := span(r, len(s.routes[a]), len(s.routes[a]))
		delta := s.twoOptDelta(a, from, from+count)
		if applied(t, s, delta, func() bool { return s.applyTwoOpt(a, from, from+count) }) {
			made++
		}
	})
	if made < 1000 {
		t.Errorf("only %d moves were feasible", made)
	}
}
