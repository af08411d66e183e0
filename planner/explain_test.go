package planner

import (
	"math/rand/v2"
	"testing"
)

// Doors at 10, 20 and 50 along a street, the start at 0.
func TestSpanning_ByHand(t *testing.T) {
	t.Parallel()
	at := []int{10, 50, 20, 0}
	got := spanning(3, []int{0, 1, 2}, func(i, j int) int { return max(at[i]-at[j], at[j]-at[i]) })
	if got != 50 {
		t.Errorf("%d, want 50", got)
	}
	if got := spanning(3, nil, nil); got != 0 {
		t.Errorf("%d for no door", got)
	}
}

// One worker, one day: the bound is the net of walks, a day and the shortest way home;
// the walk is at least that and at most twice the net.
func TestExplain_BoundsAPlan(t *testing.T) {
	t.Parallel()
	q := request(t, houses(25, rand.New(rand.NewPCG(5, 5))))
	q.Workers, q.Round.VisitS = []Worker{fixed("a")}, 60
	plan := propose(t, q)
	e := plan.Explanation
	if e.Days != 1 || e.BoundS <= dayPrice || e.BoundS < e.CostS/2 || e.Gap <= 0 || e.Gap > 0.5 {
		t.Errorf("%+v", e)
	}
}
