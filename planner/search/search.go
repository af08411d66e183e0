package search

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

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
	wall, start := params.Clock == nil, vrp.Solution{}
	if params.Start != nil {
		if _, err := vrp.CheckPartial(p, *params.Start); err != nil {
			return vrp.Solution{}, Stats{}, err
		}
		start = params.Start.Clone()
	} else {
		start = construct(ctx, p)
	}
	if params.Clock == nil {
		params.Clock = func() time.Duration { return time.Since(begun) }
	}
	if params.Time > 0 && wall {
		// Time does not cut the construction short: what it would leave is no plan.
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, begun.Add(params.Time))
		defer cancel()
	}
	f := newFleet(p, start, params)
	before := f.bestCost.Objective()
	f.search(ctx)
	stats := Stats{Iterations: f.iterations.Load(), Elapsed: time.Since(begun), Cost: f.bestCost, Start: before}
	return f.best, stats, nil
}

// everything is all vehicles of a problem, by kind, and all stops but those frozen.
func everything(p *vrp.Problem) (stops []int32, counts []int) {
	counts = make([]int, len(p.Vehicles))
	frozen := make([]bool, len(p.Stops))
	for v := range counts {
		counts[v] = p.Vehicles[v].Count
		for _, i := range p.Vehicles[v].Frozen {
			frozen[i] = true
		}
	}
	for i := range p.Stops {
		if !frozen[i] {
			stops = append(stops, int32(i))
		}
	}
	return stops, counts
}

// fleet is a search over the parts of a problem (POPMUSIC, Taillard and Voss 2002):
// round after round the current solution is cut into parts elsewhere, and engines
// improve the parts side by side.
type fleet struct {
	p      *vrp.Problem
	params Params
	// current is what the next round starts from, best the best seen.
	current, best vrp.Solution
	currentCost   int64
	bestCost      vrp.Cost
	chart         *chart
	row           []int32
	// leg is the mean leg of the start, unevenness how much more its quadratic mean is.
	leg, unevenness float64
	rounds          int
	// iterations of all parts; gain is the sum of the parts' improvements this round.
	iterations, gain atomic.Int64
}

const (
	// listLength is how many neighbours a stop has.
	listLength = 100
	// wholeSize is up to how many stops a problem is searched as one part, and partSize
	// how many stops parts of larger ones have.
	wholeSize = 1500
	partSize  = 1000
	// wideSize is that of every so manyth round where there are many: room for a route
	// less, which few routes do not have together.
	wideSize, wideEvery, mostly = 3000, 3, 12
)

func newFleet(p *vrp.Problem, start vrp.Solution, params Params) *fleet {
	f := &fleet{p: p, params: params, current: start, best: start, bestCost: p.Cost(start)}
	f.currentCost = f.bestCost.Objective()
	return f
}

// search runs rounds until the bounds are met.
func (f *fleet) search(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	f.chart, f.row = newChart(f.p), make([]int32, len(f.p.Stops))
	f.leg, f.unevenness = meanLeg(f.p, f.best)
	size := len(f.p.Stops) + 1
	f.rounds = 1
	if len(f.p.Stops) > wholeSize {
		size = partSize
		f.rounds = f.plannedRounds((len(f.p.Stops) + partSize - 1) / partSize)
	}
	for round := 0; round < f.rounds && ctx.Err() == nil; round++ {
		rng, of := fork(f.params.Seed, round), size
		if round%wideEvery == 0 && f.rounds >= mostly {
			of = wideSize
		}
		f.round(ctx, round, partition(f.p, f.current, f.chart, of, &rng), &rng)
	}
}

// Bounds of the number of rounds, and what a part should get in each at least.
const (
	fewestRounds   = 3
	mostRounds     = 40
	partIterations = 30_000
	partTime       = 400 * time.Millisecond
)

// plannedRounds is how often the problem is cut anew.
func (f *fleet) plannedRounds(parts int) int {
	rounds := int64(mostRounds)
	if f.params.Iterations > 0 {
		rounds = f.params.Iterations / (int64(parts) * partIterations)
	} else {
		left := f.params.Time - f.params.Clock()
		rounds = int64(left) * int64(f.params.Threads) / (int64(parts) * int64(partTime))
	}
	return int(min(max(rounds, fewestRounds), mostRounds))
}
