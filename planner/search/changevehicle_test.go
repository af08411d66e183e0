package search

import (
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

func TestChangeVehicle_ByHand(t *testing.T) {
	s := lineState(t, 3, []int32{0, 1})
	// A vehicle that starts and ends at 30, for 7: 30-10-20-30 is 40 long, as is
	// 0-10-20-0.
	s.m.kinds = append(s.m.kinds, s.m.kinds[0])
	other := &s.m.kinds[1]
	other.start, other.end, other.fixed = 2, 2, 7
	s.spare = append(s.spare, 1)
	if delta := s.changeDelta(s.route[0], 1); delta != 7 {
		t.Errorf("from 30: %d, want 7", delta)
	}
}

func TestChangeVehicle_DeltaIsCostAfterMinusBefore(t *testing.T) {
	t.Parallel()
	made := 0
	routePairs(t, func(r *rand.Rand, s *state, a, _ int32) {
		k := int32(r.IntN(len(s.m.kinds)))
		if k == s.kinds[a] || s.spare[k] == 0 {
			return
		}
		if applied(t, s, s.changeDelta(a, k), func() bool { return s.applyChange(a, k) }) {
			made++
		}
	})
	if made < 500 {
		t.Errorf("only %d changes were feasible", made)
	}
}

func TestSolve_ChoosesTheCheaperVehicle(t *testing.T) {
	t.Parallel()
	s := lineState(t, 6)
	p := s.m.problem
	p.Vehicles = []vrp.Vehicle{{Count: 6, Capacity: 1}, {Count: 1, FixedCost: 30}}
	if got := solveFor(t, p, 2000).Objective(); got != 150 {
		t.Errorf("%d, want one long route of 120 for 30", got)
	}
}
