package search

import (
	"math/rand/v2"
	"testing"
)

func TestRelocate_ByHand(t *testing.T) {
	// 0-10-30-0 and 0-20-40-0 on a line. Moving 30 between 20 and 40 shortens the first
	// route from 60 to 20 and leaves the second at 80.
	s := lineState(t, 4, []int32{0, 2}, []int32{1, 3})
	r, q := s.route[2], s.route[1]
	if delta := s.relocateDelta(r, 1, 1, q, 1, false); delta != -40 {
		t.Errorf("30 between 20 and 40: %d, want -40", delta)
	}
	// Moving both 10 and 30 to the front of the second route empties the first:
	// -60, and 0-10-30-20-40-0 is 20 longer than 0-20-40-0.
	if delta := s.relocateDelta(r, 0, 2, q, 0, false); delta != -40 {
		t.Errorf("10, 30 before 20: %d, want -40", delta)
	}
	// Turned over, 0-30-10-20-40-0 is 40 longer.
	if delta := s.relocateDelta(r, 0, 2, q, 0, true); delta != -20 {
		t.Errorf("30, 10 before 20: %d, want -20", delta)
	}
}

func TestRelocate_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, b int32) {
		p, count := span(r, len(s.routes[a]), longestRun)
		q, back := int32(r.IntN(len(s.routes[b])+1)), r.IntN(2) == 0
		if a == b && q >= p && q <= p+count {
			return
		}
		delta := s.relocateDelta(a, p, count, b, q, back)
		if applied(t, s, delta, func() bool { return s.applyRelocate(a, p, count, b, q, back) }) {
			made++
		}
	})
	if made < 1000 {
		t.Errorf("only %d moves were feasible", made)
	}
}
