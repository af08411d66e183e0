package search

// swapTails tries to make v follow u by exchanging the tails of their routes (2-opt*,
// Potvin and Rousseau 1995), and, walking parts backwards, to join u and v by turning
// the head of v's route over (2-opt between routes).
func (d *descent) swapTails(u, v int32) bool {
	s := d.s
	r, t := s.route[u], s.route[v]
	if r == t {
		return false
	}
	if s.tailsDelta(r, s.pos[u]+1, t, s.pos[v]) < 0 && s.applyTails(r, s.pos[u]+1, t, s.pos[v]) {
		return true
	}
	if s.headsDelta(r, s.pos[u]+1, t, s.pos[v]+1) < 0 && s.applyHeads(r, s.pos[u]+1, t, s.pos[v]+1) {
		return true
	}
	return false
}

// vanish is minus the fixed cost and the last legs of a route that a move leaves with
// no stop, given what the move counted for the way from its start to its end.
func (s *state) vanish(r int32, empty bool) int64 {
	if !empty {
		return 0
	}
	k := s.kindOf(r)
	return -k.fixed - s.m.cost.at(k.start, k.end)
}

// tailsDelta is what exchanging the tails from position p > 0 of route r and from q of
// t adds to the cost; each tail goes to the end of its new vehicle.
func (s *state) tailsDelta(r, p, t, q int32) int64 {
	m := s.m
	delta := m.cost.at(s.before(r, p), s.tailFirst(t, q, r)) + m.cost.at(s.before(t, q), s.tailFirst(r, p, t)) -
		s.legTo(r, p) - s.legTo(t, q)
	delta += s.otherEnd(r, p, t) + s.otherEnd(t, q, r)
	delta += s.vanish(t, q == 0 && int(p) == len(s.routes[r]))
	if m.priced {
		first, second := s.tails(r, p, t, q)
		delta += s.termsDelta(draft{r, s.kindOf(r), first[:]}, draft{t, s.kindOf(t), second[:]})
	}
	return delta
}

// tails is two routes that exchange what follows positions p and q.
func (s *state) tails(r, p, t, q int32) (first, second [2]piece) {
	size, rest := int32(len(s.routes[r])), int32(len(s.routes[t]))
	return [2]piece{{r, 0, p, false}, {t, q, rest, false}}, [2]piece{{t, 0, q, false}, {r, p, size, false}}
}

// tailFirst is the first row of the tail from position p of route r once it belongs to
// route t.
func (s *state) tailFirst(r, p, t int32) int32 {
	if int(p) == len(s.routes[r]) {
		return s.kindOf(t).end
	}
	return s.routes[r][p]
}

// otherEnd is what the tail from position p of route r pays for going to the end of
// route t's vehicle.
func (s *state) otherEnd(r, p, t int32) int64 {
	size := len(s.routes[r])
	if int(p) == size || s.kindOf(r).end == s.kindOf(t).end {
		return 0
	}
	return s.m.cost.at(s.routes[r][size-1], s.kindOf(t).end) - s.home[r]
}

// applyTails makes the move unless it is infeasible.
func (s *state) applyTails(r, p, t, q int32) bool {
	first, second := s.tails(r, p, t, q)
	return s.applyBoth(r, t, first[:], second[:])
}

// headsDelta is what joining the head before position p of route r with the head
// before q of t, backwards, and both tails likewise, adds to the cost: r becomes head,
// turned head; t becomes turned tail of r, tail of t.
func (s *state) headsDelta(r, p, t, q int32) int64 {
	m := s.m
	k, l := s.kindOf(r), s.kindOf(t)
	size := int32(len(s.routes[r]))
	u, v := s.before(r, p), s.before(t, q)
	delta := m.cost.at(u, v) + s.turned(t, 0, q) + m.cost.at(s.routes[t][0], k.end)
	if p == size {
		delta += m.cost.at(l.start, s.after(t, q))
	} else {
		last := s.routes[r][size-1]
		delta += m.cost.at(l.start, last) + s.turned(r, p, size) + m.cost.at(s.routes[r][p], s.after(t, q))
	}
	delta -= s.legTo(t, 0) + s.legTo(t, q) + s.legTo(r, p)
	if p < size {
		delta -= s.home[r]
	}
	delta += s.vanish(t, p == size && int(q) == len(s.routes[t]))
	if m.priced {
		first, second := s.heads(r, p, t, q)
		delta += s.termsDelta(draft{r, k, first[:]}, draft{t, l, second[:]})
	}
	return delta
}

// heads is two routes of which one becomes both heads and the other both tails.
func (s *state) heads(r, p, t, q int32) (first, second [2]piece) {
	size, rest := int32(len(s.routes[r])), int32(len(s.routes[t]))
	return [2]piece{{r, 0, p, false}, {t, 0, q, true}}, [2]piece{{r, p, size, true}, {t, q, rest, false}}
}

// applyHeads makes the move unless it is infeasible.
func (s *state) applyHeads(r, p, t, q int32) bool {
	first, second := s.heads(r, p, t, q)
	return s.applyBoth(r, t, first[:], second[:])
}

// applyBoth rewrites two routes if both stay feasible.
func (s *state) applyBoth(r, t int32, first, second []piece) bool {
	if !s.feasible(s.kindOf(r), first...) || !s.feasible(s.kindOf(t), second...) {
		return false
	}
	s.exchange(r, t, first, second)
	return true
}
