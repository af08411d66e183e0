package search

import (
	"context"
	"slices"
	"sync/atomic"
)

// engine improves the solution of one model: the loop of a search.
type engine struct {
	m       *model
	s       *state
	rng     random
	rebuild rebuild
	wreck   wreck
	anneal  anneal
	descent descent
	best    best
	queue   []int32
}

func newEngine(m *model, rng random) *engine {
	e := &engine{m: m, s: newState(m), rng: rng}
	e.rebuild = rebuild{s: e.s, rng: &e.rng}
	e.wreck = wreck{s: e.s, rng: &e.rng}
	e.descent = newDescent(e.s)
	return e
}

// until lets the engine see when ctx ends, within long steps too.
func (e *engine) until(ctx context.Context) { e.descent.halt.ctx, e.rebuild.halt.ctx = ctx, ctx }

// start makes the current solution the best: what is left out is served where it can
// be, and local search runs over all stops when polish is set.
func (e *engine) start(polish bool) {
	s := e.s
	s.begin()
	for r := range s.routes {
		s.touch(int32(r))
	}
	e.queue = append(e.queue[:0], s.pool...)
	e.rebuild.recreate(e.queue, nowhere)
	if polish {
		for i := range int32(e.m.n) {
			e.queue = append(e.queue, i)
		}
		e.descent.descend(e.queue)
	}
	e.best.cost = s.cost + 1
	e.best.keep(s)
}

// iterate does one iteration: ruin, recreate, accept or undo.
func (e *engine) iterate() {
	s := e.s
	before := s.cost
	s.begin()
	if e.m.optional && e.rng.below(expeditionRate) == 0 {
		e.explore()
		return
	}
	e.wreck.ruin()
	if !s.timely() {
		s.rollback()
		return
	}
	e.wreck.changeVehicle()
	e.queue = e.waiting(append(e.queue[:0], e.wreck.removed...))
	limit := e.anneal.limit(before, &e.rng)
	if e.wreck.opens {
		limit += int64(openTolerance * e.anneal.temperature)
		e.rebuild.opens = true
	}
	if e.m.optional && e.rng.below(probeRate) == 0 {
		e.rebuild.recreate(e.queue, nowhere)
		e.rebuild.explore(e.wreck.seed)
	} else if !e.rebuild.recreate(e.queue, limit) {
		s.rollback()
		return
	}
	e.judge(limit)
}

// judge accepts what an iteration did, or undoes it.
func (e *engine) judge(limit int64) {
	s := e.s
	if s.cost >= limit {
		s.rollback()
		return
	}
	if s.cost < e.best.cost {
		e.descent.descend(e.queue)
	}
	e.best.keep(s)
}

// explore is an iteration that looks for one more route.
func (e *engine) explore() {
	limit := e.anneal.limit(e.s.cost, &e.rng)
	e.queue = append(e.queue[:0], e.rebuild.expedition(int32(e.rng.below(e.m.n)))...)
	e.judge(limit)
}

// waiting adds stops that were left out before to those removed: all if they are few,
// else those near the ruin, and one from anywhere.
func (e *engine) waiting(queue []int32) []int32 {
	s := e.s
	left, old := s.m.tuning.waiting, len(s.pool)-len(queue)
	if old <= left {
		return append(queue, s.pool[:old]...)
	}
	for _, i := range s.m.near.of(e.wreck.seed) {
		if left > 0 && s.route[i] == none && int(s.pos[i]) < old {
			queue = append(queue, i)
			left--
		}
	}
	if i := s.pool[e.rng.below(old)]; !slices.Contains(queue, i) {
		queue = append(queue, i)
	}
	return queue
}

// checkEvery is how many iterations pass between looks at the clock.
const checkEvery = 64

// run iterates until ctx ends or a share of the work is done, and returns its iterations;
// share is how much is done, 0 to 1, given the iterations so far, and also sets the
// temperature. Iterations and gain, the improvement of the best, are added up as they
// come.
func (e *engine) run(ctx context.Context, share func(iterations int64) float64, until float64, iterations, gain *atomic.Int64) (done int64) {
	for now := share(0); now < until && ctx.Err() == nil; now = share(done) {
		e.anneal.cool(now / until)
		known := e.best.cost
		for range checkEvery {
			e.iterate()
		}
		done += checkEvery
		iterations.Add(checkEvery)
		gain.Add(known - e.best.cost)
	}
	return done
}
