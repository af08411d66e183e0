package main

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// forced bounds the work of the busiest worker over the mean from below, by where they
// start: whom the workers of a set alone can reach within a day is work for that set. A
// visit of v seconds, d from the start, in a shift of s is at least v s / (s - 2 d) of
// work, since on that day (s - 2 d) / v households fit at the most. It is the largest, over
// the sets that reach some household, of the work that lies within reach of that set alone,
// for each of its workers; of is the worker of each household that is planned, -1 of others.
func (t *town) forced(workers []planner.Worker, of []int, work []float64) float64 {
	starts := make([]geo.Household, len(workers))
	all, shifts := 0.0, make([]float64, len(workers))
	for k, w := range workers {
		starts[k].At = w.Start
		shifts[k] = seconds(w.Shift[1]+":00") - seconds(w.Shift[0]+":00")
		all += work[k]
	}
	n := t.request.Network
	var doors []network.Access
	for i, door := range n.SnapHouseholds(t.request.Households) {
		if of[i] >= 0 {
			doors = append(doors, door)
		}
	}
	walks, _, err := n.Matrix(context.Background(), n.SnapHouseholds(starts), doors, 1)
	if err != nil {
		return 1
	}
	type set struct {
		workers []int
		work    float64
	}
	sets := map[string]*set{}
	visit := float64(t.request.Round.VisitS)
	for i := range doors {
		var reach []int
		least := math.Inf(1)
		for k := range workers {
			if left := shifts[k] - 2*float64(walks[k*len(doors)+i]); left >= visit {
				reach = append(reach, k)
				least = min(least, visit*shifts[k]/left)
			}
		}
		if len(reach) == 0 {
			continue // the plan goes there all the same: from a start that snaps elsewhere
		}
		name := fmt.Sprint(reach)
		if sets[name] == nil {
			sets[name] = &set{workers: reach}
		}
		sets[name].work += least
	}
	bound, mean := 1.0, all/float64(len(workers))
	for _, of := range sets {
		sum := 0.0
		for _, within := range sets {
			if !slices.ContainsFunc(within.workers, func(k int) bool { return !slices.Contains(of.workers, k) }) {
				sum += within.work
			}
		}
		bound = max(bound, sum/float64(len(of.workers))/mean)
	}
	return bound
}
