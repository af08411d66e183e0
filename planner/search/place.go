package search

// place is where a stop could go: a position of a route, or a new route of a kind
// when route is none; in which window, and what it adds to the cost.
type place struct {
	route, pos, kind int32
	visit            segment
	delta            int64
}

// tryAt offers position p of route r for stop i: a better place is kept in found.
// The route's load must already be known to allow it.
func (s *state) tryAt(i, r, p int32, found *place) {
	m := s.m
	before, after := s.before(r, p), s.after(r, p)
	delta := m.cost.at(before, i) + m.cost.at(i, after) - m.cost.at(before, after)
	if delta >= found.delta {
		return
	}
	visit, ok := s.window(i, r, p, before, after)
	if ok {
		*found = place{route: r, pos: p, visit: visit, delta: delta}
	}
}

// window reports whether stop i keeps all times at position p of route r, and in which
// of its windows.
func (s *state) window(i, r, p, before, after int32) (segment, bool) {
	if !s.m.timed {
		return s.visit[i], true
	}
	return s.squeeze(i, s.kindOf(r), s.upTo(r, p), s.from(r, p), before, after)
}

// squeeze tries the windows of stop i between two segments of a route.
func (s *state) squeeze(i int32, k *kind, head, tail *segment, before, after int32) (segment, bool) {
	m := s.m
	in, out := m.travel.at(before, i), m.travel.at(i, after)
	visit := m.visit[i]
	for w := 0; ; w++ {
		joined := head.join(&visit, in)
		if joined.warp == 0 {
			joined = joined.join(tail, out)
			if k.fits(&joined) {
				return visit, true
			}
		}
		if m.windows == nil || w+1 >= len(m.windows[i]) {
			return visit, false
		}
		visit.early, visit.late = m.windows[i][w+1].Open, m.windows[i][w+1].Close
	}
}

// tryNew offers an unused vehicle of each kind for stop i alone.
func (s *state) tryNew(i int32, found *place) {
	m := s.m
	for k := range m.kinds {
		kind := &m.kinds[k]
		if s.spare[k] == 0 || m.demand[i] > kind.capacity || !kind.carries(m.skills[i]) {
			continue
		}
		delta := kind.fixed + m.cost.at(kind.start, i) + m.cost.at(i, kind.end)
		if delta >= found.delta {
			continue
		}
		visit, ok := m.visit[i], true
		if m.timed {
			visit, ok = s.squeeze(i, kind, &kind.head, &kind.tail, kind.start, kind.end)
		}
		if ok {
			*found = place{route: none, kind: int32(k), visit: visit, delta: delta}
		}
	}
}

// settle puts stop i, which is left out, where it was found to go.
func (s *state) settle(i int32, at place) {
	if at.route == none {
		at.route = s.open(at.kind)
	}
	s.insert(i, at.route, at.pos, at.visit)
}

// admits reports whether route r has room and skills for stop i.
func (s *state) admits(r, i int32) bool {
	k := s.kindOf(r)
	return s.loads[r]+s.m.demand[i] <= k.capacity && k.carries(s.m.skills[i])
}
