package search

import (
	"context"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Where routes are nearly full, one route less is a step that no single iteration makes:
// its stops must find room all over the part, while the routes in between pass theirs on.
const (
	// fewerWork is how many iterations a route less may take for each stop.
	fewerWork = 10
	// fewerShare is the part of the work of a round that looks for routes less, and the
	// part of all rounds in which it is done.
	fewerShare, fewerRounds = 0.4, 0.7
	// calm is the share of the search whose temperature it has: heat would hide the gain.
	calm = 0.5
)

// spareRoutes is by how many routes the solution has more than the demand fills, 0
// where that is not the measure of them.
func (m *model) spareRoutes(s *state) int64 {
	if len(m.kinds) != 1 || m.optional || len(s.pool) > 0 {
		return 0
	}
	demand, used := int64(0), int64(len(s.routes)-len(s.free))
	for _, d := range m.demand {
		demand += d
	}
	return used - (demand+m.kinds[0].capacity-1)/m.kinds[0].capacity
}

// fewer takes one route after the other out and lets its stops wander, as long as all of
// them find room and that costs less (after the fleet minimisation of Christiaens, Vanden
// Berghe 2020). It returns its iterations; share is as for run.
func (e *engine) fewer(ctx context.Context, share func(iterations int64) float64, until float64) (done int64) {
	for share(done) < until && ctx.Err() == nil && e.m.spareRoutes(e.s) > 0 {
		known, former := e.best.cost, e.keepsake()
		e.anneal.cool(max(calm, share(done)))
		e.dissolve()
		idle := e.s.spare[0]
		e.s.spare[0] = 0
		for most := done + int64(fewerWork*e.m.n); len(e.s.pool) > 0 && done < most && share(done) < until && ctx.Err() == nil; {
			for range checkEvery {
				e.iterate()
			}
			done += checkEvery
		}
		e.s.spare[0] += idle
		if e.best.cost >= known {
			e.load(former)
			break
		}
	}
	return done
}

// dissolve takes the route with the least load out.
func (e *engine) dissolve() {
	s := e.s
	least := none
	for r := range s.routes {
		if s.kinds[r] != none && (least == none || s.room[r] > s.room[least]) {
			least = int32(r)
		}
	}
	s.begin()
	s.cut(least, 0, int32(len(s.routes[least])))
	e.best.note(s)
}

// stray is a required stop that is left out, or none: where all of them must be served,
// the ruin lies around one of them half the time.
func (w *wreck) stray() int32 {
	s := w.s
	if s.m.optional || len(s.pool) == 0 || w.rng.below(2) == 0 {
		return none
	}
	if i := s.pool[w.rng.below(len(s.pool))]; s.m.price[i] >= vrp.MissingPrice {
		return i
	}
	return none
}
