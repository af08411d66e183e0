package search

import "github.com/rounds-project/rounds/planner/vrp"

// callRate is one over how often, while stops are left out and not every vehicle may
// serve each stop, the ruin makes room for one of them.
const callRate = 4

// call moves the seed of the ruin to a route that may serve a required stop which is
// left out: that need not be near.
func (w *wreck) call() {
	s, m := w.s, w.s.m
	i := s.pool[w.rng.below(len(s.pool))]
	if m.price[i] < vrp.MissingPrice || len(s.routes) == 0 {
		return
	}
	first := w.rng.below(len(s.routes))
	for n := range s.routes {
		r := int32((first + n) % len(s.routes))
		if s.kinds[r] != none && m.rights.allow(s.kindOf(r), i) {
			w.seed = s.routes[r][w.rng.below(len(s.routes[r]))]
			return
		}
	}
}
