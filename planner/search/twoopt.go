package search

// twoOpt tries to make v follow u directly by walking the stretch between them
// backwards (2-opt, Croes 1958). Both are on one route, in either order.
func (d *descent) twoOpt(u, v int32) bool {
	s := d.s
	r := s.route[u]
	from, to := s.pos[u]+1, s.pos[v]+1
	if from > to {
		from, to = s.pos[v], s.pos[u]
	}
	if to-from < 2 {
		return false
	}
	if s.twoOptDelta(r, from, to) < 0 && s.applyTwoOpt(r, from, to) {
		return true
	}
	return false
}

// twoOptDelta is what reversing positions from..to-1 of route r adds to the cost.
func (s *state) twoOptDelta(r, from, to int32) int64 {
	m, stops := s.m, s.routes[r]
	delta := m.cost.at(s.before(r, from), stops[to-1]) + m.cost.at(stops[from], s.after(r, to)) -
		s.legTo(r, from) - s.legTo(r, to) + s.turned(r, from, to)
	if m.priced {
		order := s.reversed(r, from, to)
		delta += s.termsDelta(draft{r, s.kindOf(r), order[:]})
	}
	return delta
}

// reversed is route r with positions from..to-1 walked backwards.
func (s *state) reversed(r, from, to int32) [3]piece {
	return [3]piece{{r, 0, from, false}, {r, from, to, true}, {r, to, int32(len(s.routes[r])), false}}
}

// applyTwoOpt makes the move unless it is infeasible.
func (s *state) applyTwoOpt(r, from, to int32) bool {
	order := s.reversed(r, from, to)
	if !s.feasible(s.kindOf(r), order[:]...) {
		return false
	}
	s.rewrite(r, order[:]...)
	return true
}
