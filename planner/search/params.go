package search

import (
	"fmt"
	"runtime"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Params bound a search. The zero value searches for ten seconds on all cores.
type Params struct {
	// Time bounds the search by the wall clock, all but the construction, which takes
	// about 0.2 s for 6,000 stops; 0 means 10 s unless Iterations is set.
	Time time.Duration
	// Clock, when not nil, is what Time is measured by instead of the wall clock, with
	// one thread: the processor time of the process, say. It never runs backwards.
	Clock func() time.Duration
	// Iterations bounds the search by its work instead: ruin and recreate steps over
	// all parts. The result then depends on Seed alone, whatever Threads and the
	// machine, unless Time is set too and ends the search first.
	Iterations int64
	// Threads that search side by side where the problem is large enough; 0 means
	// one for each core.
	Threads int
	Seed    uint64
	// Start, when not nil, is a feasible solution to improve instead of a
	// constructed one; it may leave required stops out.
	Start *vrp.Solution
	// Progress, when not nil, is told of the start and then at most every 100 ms,
	// from the goroutine that called Solve.
	Progress func(Progress)
}

// Progress of a search.
type Progress struct {
	// Elapsed by the search's clock; Share of the bound that is used up, 0 to 1.
	Elapsed    time.Duration
	Share      float64
	Iterations int64
	// Cost is the best objective so far ([vrp.Cost.Objective]).
	Cost int64
}

// Stats of a finished search.
type Stats struct {
	Iterations int64
	Elapsed    time.Duration
	// Cost of the solution, and Start the objective of the one it began with.
	Cost  vrp.Cost
	Start int64
}

const defaultTime = 10 * time.Second

func (p Params) withDefaults() (Params, error) {
	switch {
	case p.Time < 0:
		return p, fmt.Errorf("search: time %v is negative", p.Time)
	case p.Iterations < 0:
		return p, fmt.Errorf("search: %d iterations", p.Iterations)
	case p.Threads < 0:
		return p, fmt.Errorf("search: %d threads", p.Threads)
	}
	if p.Clock != nil {
		p.Threads = 1
	}
	if p.Time == 0 && p.Iterations == 0 {
		p.Time = defaultTime
	}
	if p.Threads == 0 {
		p.Threads = runtime.GOMAXPROCS(0)
	}
	return p, nil
}
