package search

import (
	"slices"

	"github.com/rounds-project/rounds/planner/vrp"
)

// best is a copy of the best solution met, kept current by copying only the routes
// that changed since the last improvement.
type best struct {
	cost   int64
	routes [][]int32
	kinds  []int32
	pool   []int32
	// stale lists the slots that may differ from the copy.
	stale   []int32
	isStale []bool
}

// keep notes what the iteration just accepted changed, and copies the solution when it
// is better than any before.
func (b *best) keep(s *state) bool {
	b.note(s)
	if s.cost >= b.cost {
		return false
	}
	b.copy(s)
	return true
}

// note remembers which routes the iteration changed.
func (b *best) note(s *state) {
	for len(b.routes) < len(s.routes) {
		b.routes, b.kinds, b.isStale = append(b.routes, nil), append(b.kinds, none), append(b.isStale, false)
	}
	for _, old := range s.undo.saved {
		if !b.isStale[old.route] {
			b.isStale[old.route] = true
			b.stale = append(b.stale, old.route)
		}
	}
}

func (b *best) copy(s *state) {
	b.cost = s.cost
	b.pool = append(b.pool[:0], s.pool...)
	for _, r := range b.stale {
		b.routes[r] = append(b.routes[r][:0], s.routes[r]...)
		b.kinds[r] = s.kinds[r]
		b.isStale[r] = false
	}
	b.stale = b.stale[:0]
}

// solution in the problem's terms.
func (b *best) solution(m *model) vrp.Solution {
	return export(m, b.routes, b.kinds, b.pool)
}

// solution is the current one in the problem's terms.
func (s *state) solution() vrp.Solution {
	return export(s.m, s.routes, s.kinds, s.pool)
}

func export(m *model, routes [][]int32, kinds, pool []int32) vrp.Solution {
	var out vrp.Solution
	idle := make([]bool, len(m.kinds))
	for k := range m.kinds {
		idle[k] = len(m.kinds[k].frozen) > 0
	}
	for r, stops := range routes {
		if len(stops) > 0 {
			k := &m.kinds[kinds[r]]
			idle[k.index] = false
			out.Routes = append(out.Routes, vrp.Route{Vehicle: k.vehicle, Stops: append(slices.Clone(k.frozen), m.name(stops)...)})
		}
	}
	for k := range m.kinds {
		if idle[k] {
			out.Routes = append(out.Routes, vrp.Route{Vehicle: m.kinds[k].vehicle, Stops: slices.Clone(m.kinds[k].frozen)})
		}
	}
	out.Unserved = m.name(pool)
	return out
}

// name translates rows to the problem's stops.
func (m *model) name(rows []int32) []int32 {
	stops := make([]int32, len(rows))
	for p, i := range rows {
		stops[p] = m.stops[i]
	}
	return stops
}
