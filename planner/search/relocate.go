package search

// longestRun is the longest run of stops that Relocate and Swap move.
const longestRun = 3

// relocate tries to move the run of 1 to 3 stops that begins with u to right behind v,
// or right before v where v is the first stop of its route; as it is or reversed
// (Or-opt, Or 1976), within a route or across.
func (d *descent) relocate(u, v int32) bool {
	s := d.s
	r := s.route[u]
	for count := int32(1); count <= longestRun && int(s.pos[u]+count) <= len(s.routes[r]); count++ {
		if d.moveRun(r, s.pos[u], count, s.route[v], s.pos[v]+1) {
			return true
		}
		if s.pos[v] == 0 && d.moveRun(r, s.pos[u], count, s.route[v], 0) {
			return true
		}
	}
	return false
}

// moveRun tries count stops from position p of route r before position q of route t.
func (d *descent) moveRun(r, p, count, t, q int32) bool {
	if r == t && q >= p && q <= p+count {
		return false
	}
	for _, back := range [2]bool{false, true} {
		if back && count == 1 {
			return false
		}
		delta := d.s.relocateDelta(r, p, count, t, q, back)
		if delta < 0 && d.s.applyRelocate(r, p, count, t, q, back) {
			return true
		}
	}
	return false
}

// relocateDelta is what the move adds to the cost.
func (s *state) relocateDelta(r, p, count, t, q int32, back bool) int64 {
	m := s.m
	first, last := s.routes[r][p], s.routes[r][p+count-1]
	before, after := s.before(r, p), s.after(r, p+count)
	delta := m.cost.at(before, after) - s.legTo(r, p) - s.legTo(r, p+count)
	if int(count) == len(s.routes[r]) && r != t {
		delta = -s.legTo(r, p) - s.legTo(r, p+count) - s.kindOf(r).fixed
	}
	head, tail := s.before(t, q), s.after(t, q)
	if back {
		delta += s.turned(r, p, p+count)
		first, last = last, first
	}
	delta += m.cost.at(head, first) + m.cost.at(last, tail) - s.legTo(t, q)
	if m.priced {
		delta += s.relocateTerms(r, piece{r, p, p + count, back}, t, q)
	}
	return delta
}

// relocateTerms is the part of the delta that depends on who serves and works.
func (s *state) relocateTerms(r int32, run piece, t, q int32) int64 {
	if r == t {
		order := s.shifted(r, run, q)
		return s.termsDelta(draft{r, s.kindOf(r), order[:]})
	}
	source, target := s.relocated(run, t, q)
	return s.termsDelta(draft{r, s.kindOf(r), source[:]}, draft{t, s.kindOf(t), target[:]})
}

// relocated is what becomes of two routes when a run of one goes before position q of
// route t.
func (s *state) relocated(run piece, t, q int32) (source [2]piece, target [3]piece) {
	r := run.route
	return [2]piece{{r, 0, run.from, false}, {r, run.to, int32(len(s.routes[r])), false}},
		[3]piece{{t, 0, q, false}, run, {t, q, int32(len(s.routes[t])), false}}
}

// shifted is route r when a run of it goes before position q.
func (s *state) shifted(r int32, run piece, q int32) [4]piece {
	size := int32(len(s.routes[r]))
	if q < run.from {
		return [4]piece{{r, 0, q, false}, run, {r, q, run.from, false}, {r, run.to, size, false}}
	}
	return [4]piece{{r, 0, run.from, false}, {r, run.to, q, false}, run, {r, q, size, false}}
}

// applyRelocate makes the move unless it is infeasible.
func (s *state) applyRelocate(r, p, count, t, q int32, back bool) bool {
	run := piece{r, p, p + count, back}
	if r == t {
		order := s.shifted(r, run, q)
		if !s.feasible(s.kindOf(r), order[:]...) {
			return false
		}
		s.rewrite(r, order[:]...)
		return true
	}
	source, target := s.relocated(run, t, q)
	if !s.feasible(s.kindOf(t), target[:]...) || !s.feasible(s.kindOf(r), source[:]...) {
		return false
	}
	s.exchange(r, t, source[:], target[:])
	return true
}
