package search

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
	e.best.cost = e.s.cost + 1
	return e
}

// construct serves all stops greedily.
func (e *engine) construct() {
	e.s.begin()
	e.queue = append(e.queue[:0], e.s.pool...)
	e.rebuild.recreate(e.queue)
	e.descent.descend(e.queue)
	e.best.keep(e.s)
	e.anneal = newAnneal(e.meanLeg())
}

// meanLeg is the mean cost of a leg of the current solution, at least 1.
func (e *engine) meanLeg() float64 {
	legs, sum := len(e.s.routes)-len(e.s.free)+e.m.n-len(e.s.pool), e.s.cost
	for _, i := range e.s.pool {
		sum -= e.m.price[i]
	}
	for r, k := range e.s.kinds {
		if k != none && len(e.s.routes[r]) > 0 {
			sum -= e.m.kinds[k].fixed
		}
	}
	return max(float64(sum)/float64(max(legs, 1)), 1)
}

// iterate does one iteration: ruin, recreate, accept or undo.
func (e *engine) iterate() {
	s := e.s
	before := s.cost
	s.begin()
	e.wreck.ruin()
	if !s.timely() {
		s.rollback()
		return
	}
	e.queue = append(e.queue[:0], e.wreck.removed...)
	e.queue = e.waiting(e.queue)
	e.rebuild.recreate(e.queue)
	if s.cost >= e.anneal.limit(before, &e.rng) {
		s.rollback()
		return
	}
	if s.cost < e.best.cost {
		e.descent.descend(e.queue)
	}
	e.best.keep(s)
}

// mostWaiting is how many stops left out earlier are tried again in an iteration.
const mostWaiting = 20

// waiting adds stops that were left out before to those removed: some of all.
func (e *engine) waiting(queue []int32) []int32 {
	old := len(e.s.pool) - len(queue)
	if old <= mostWaiting {
		return append(queue, e.s.pool[:old]...)
	}
	first := e.rng.below(old)
	for k := range mostWaiting {
		queue = append(queue, e.s.pool[(first+k)%old])
	}
	return queue
}
