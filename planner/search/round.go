package search

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/rounds-project/rounds/planner/vrp"
)

// outcome is what an engine made of a part: where it stands and the best it met.
type outcome struct {
	current, best vrp.Solution
}

// round improves all parts, Threads at a time, and puts the results together. What a
// part yields depends on its own random numbers and work alone, not on threads.
func (f *fleet) round(ctx context.Context, round int, parts []part, rng *random) {
	outcomes := make([]outcome, len(parts))
	seeds := make([]random, len(parts))
	for k := range parts {
		seeds[k] = random{rng.next()}
	}
	f.gain.Store(0)
	clock := f.newClock(round, parts)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(f.params.Threads, len(parts)) {
		workers.Go(func() {
			for k := range next {
				outcomes[k] = f.improve(ctx, &parts[k], seeds[k], clock)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		for k := range parts {
			next <- k
		}
		close(next)
		workers.Wait()
		close(done)
	}()
	f.report(done)
	f.merge(outcomes)
}

// report tells of progress until done.
func (f *fleet) report(done <-chan struct{}) {
	if f.params.Progress == nil {
		<-done
		return
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		f.params.Progress(Progress{
			Elapsed: f.params.Clock(), Share: f.share(), Iterations: f.iterations.Load(),
			Cost: min(f.bestCost.Objective(), f.currentCost-f.gain.Load()),
		})
		select {
		case <-done:
			return
		case <-tick.C:
		}
	}
}

// share of the bounds that is used up.
func (f *fleet) share() (share float64) {
	if f.params.Time > 0 {
		share = float64(f.params.Clock()) / float64(f.params.Time)
	}
	if f.params.Iterations > 0 {
		share = max(share, float64(f.iterations.Load())/float64(f.params.Iterations))
	}
	return min(share, 1)
}

// merge makes the union of the parts the current solution, and the union of their
// bests the best if it is.
func (f *fleet) merge(outcomes []outcome) {
	var current, best vrp.Solution
	for _, o := range outcomes {
		current.Routes = append(current.Routes, o.current.Routes...)
		current.Unserved = append(current.Unserved, o.current.Unserved...)
		best.Routes = append(best.Routes, o.best.Routes...)
		best.Unserved = append(best.Unserved, o.best.Unserved...)
	}
	f.current, f.currentCost = current, f.p.Cost(current).Objective()
	if cost := f.p.Cost(best); cost.Objective() < f.bestCost.Objective() {
		f.best, f.bestCost = best, cost
	}
}

// over reports whether a time is the bound and has passed: a part is not even laid out then.
func (f *fleet) over() bool {
	return f.params.Iterations == 0 && f.params.Clock() >= f.params.Time
}

// improve runs an engine on a part.
func (f *fleet) improve(ctx context.Context, p *part, seed random, clock clock) outcome {
	as := vrp.Solution{Routes: p.routes, Unserved: p.unserved}
	stops := p.stops(f.p)
	// A part may be stops alone that are left out, with no vehicle to spare for them.
	if ctx.Err() != nil || f.over() || len(stops) == 0 || !slices.ContainsFunc(p.counts, func(n int) bool { return n > 0 }) {
		return outcome{as, as}
	}
	m := newModel(ctx, f.p, stops, p.counts, listLength)
	if ctx.Err() != nil {
		return outcome{as, as}
	}
	for i, stop := range stops {
		f.row[stop] = int32(i)
	}
	m.tuning = m.tune(f.unevenness)
	e := newEngine(m, seed)
	e.s.begin()
	e.s.adopt(p.routes, f.row)
	before := e.s.cost
	e.until(ctx)
	e.start(clock.first)
	f.gain.Add(before - e.best.cost)
	e.anneal = newAnneal(f.leg, m.tuning)
	share := clock.shares(len(stops))
	switch {
	case f.rounds > 1:
		done := int64(0)
		if clock.from < fewerRounds {
			known := e.best.cost
			done = e.fewer(ctx, share, clock.from+fewerShare*(clock.to-clock.from))
			f.iterations.Add(done)
			f.gain.Add(known - e.best.cost)
		}
		e.run(ctx, func(n int64) float64 { return share(done + n) }, 1, &f.iterations, &f.gain)
	case m.breeds():
		done := e.run(ctx, share, annealedShare, &f.iterations, &f.gain)
		e.evolve(ctx, share, done, &f.iterations, &f.gain)
	default:
		e.runAll(ctx, share, &f.iterations, &f.gain)
	}
	return outcome{e.s.solution(), e.best.solution(m)}
}
