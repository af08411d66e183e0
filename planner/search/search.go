package search

import (
	"context"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

// checkEvery is how many iterations pass between looks at the clock.
const checkEvery = 64

// Solve searches for the best solution it can find within the bounds of params. It
// returns the best so far, and no error, when ctx is cancelled. Stops that no vehicle
// can serve are in the solution's Unserved.
func Solve(ctx context.Context, p *vrp.Problem, params Params) (vrp.Solution, Stats, error) {
	begun := time.Now()
	params, err := params.withDefaults()
	if err != nil {
		return vrp.Solution{}, Stats{}, err
	}
	if err := p.Validate(); err != nil {
		return vrp.Solution{}, Stats{}, err
	}
	stops, counts := everything(p)
	e := newEngine(newModel(p, stops, counts, listLength), fork(params.Seed, 0))
	e.construct()
	stats := Stats{Start: e.best.cost}
	for share := 0.0; share < 1 && ctx.Err() == nil; {
		for range checkEvery {
			e.iterate()
		}
		stats.Iterations += checkEvery
		if params.Time > 0 {
			share = float64(time.Since(begun)) / float64(params.Time)
		}
		if params.Iterations > 0 {
			share = max(share, float64(stats.Iterations)/float64(params.Iterations))
		}
		e.anneal.cool(share)
	}
	solution := e.best.solution(e.m)
	stats.Elapsed, stats.Cost = time.Since(begun), p.Cost(solution)
	return solution, stats, nil
}

// listLength is how many neighbours a stop has.
const listLength = 100

// everything is all stops of a problem and all its vehicles, by kind.
func everything(p *vrp.Problem) (stops []int32, counts []int) {
	stops, counts = make([]int32, len(p.Stops)), make([]int, len(p.Vehicles))
	for i := range stops {
		stops[i] = int32(i)
	}
	for v := range counts {
		counts[v] = p.Vehicles[v].Count
	}
	return stops, counts
}
