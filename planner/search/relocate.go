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
	return delta + m.cost.at(head, first) + m.cost.at(last, tail) - s.legTo(t, q)
}

// applyRelocate makes the move unless it is infeasible.
func (s *state) applyRelocate(r, p, count, t, q int32, back bool) bool {
	run := piece{r, p, p + count, back}
	size := int32(len(s.routes[r]))
	if r == t {
		return s.shift(r, run, q)
	}
	rest := int32(len(s.routes[t]))
	source := [2]piece{{r, 0, p, false}, {r, p + count, size, false}}
	target := [3]piece{{t, 0, q, false}, run, {t, q, rest, false}}
	if !s.feasible(s.kindOf(t), target[:]...) || !s.feasible(s.kindOf(r), source[:]...) {
		return false
	}
	s.exchange(r, t, source[:], target[:])
	return true
}

// shift moves a run to before position q of its own route.
func (s *state) shift(r int32, run piece, q int32) bool {
	size := int32(len(s.routes[r]))
	order := [4]piece{{r, 0, run.from, false}, {r, run.to, q, false}, run, {r, q, size, false}}
	if q < run.from {
		order = [4]piece{{r, 0, q, false}, run, {r, q, run.from, false}, {r, run.to, size, false}}
	}
	if !s.feasible(s.kindOf(r), order[:]...) {
		return false
	}
	s.rewrite(r, order[:]...)
	return true
}
