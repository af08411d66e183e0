package search

// place is where a stop could go: a position of a route, or a new route of a kind
// when route is none; in which window, and what it adds to the cost.
type place struct {
	route, pos, kind int32
	visit            segment
	delta            int64
}

// tryBefore and tryAfter offer the places beside stop v, on a route that admits stop i;
// a better place is kept in found. Places are passed over at the blink rate, drawn
// only where it matters: for those that would be taken.
func (b *rebuild) tryBefore(i, v int32, found *place) {
	s := b.s
	before := s.prev[v]
	delta := s.m.costBack.at(i, before) + s.m.cost.at(i, v) - s.leg[v]
	if delta < found.delta {
		b.consider(place{route: s.route[v], pos: s.pos[v], delta: delta}, i, before, v, found)
	}
}

func (b *rebuild) tryAfter(i, v int32, found *place) {
	s := b.s
	after, leg := s.next[v], int64(0)
	if int(after) < s.m.n {
		leg = s.leg[after]
	} else {
		leg = s.home[s.route[v]]
	}
	delta := s.m.costBack.at(i, v) + s.m.cost.at(i, after) - leg
	if delta < found.delta {
		b.consider(place{route: s.route[v], pos: s.pos[v] + 1, delta: delta}, i, v, after, found)
	}
}

// consider keeps a place that is better than found if it is timely and not blinked at.
func (b *rebuild) consider(at place, i, before, after int32, found *place) {
	if b.blink--; b.blink < 0 {
		b.blink = b.rng.wait(blinkRate)
		return
	}
	visit, ok := b.s.window(i, at.route, at.pos, before, after)
	if ok {
		at.visit = visit
		*found = at
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
	in, out := m.travelBack.at(i, before), m.travel.at(i, after)
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

// tryNew offers an unused vehicle of each kind for stop i alone; now and then of one
// kind drawn at random only, as the one dearest for a single stop may suit a route best.
func (b *rebuild) tryNew(i int32, found *place) {
	s, m := b.s, b.s.m
	from, to := 0, len(m.kinds)
	if to > 1 && b.rng.below(changeRate) == 0 {
		from = b.rng.below(to)
		to = from + 1
	}
	for k := from; k < to; k++ {
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
	return s.m.demand[i] <= s.room[r] && (!s.m.skilled || s.kindOf(r).carries(s.m.skills[i]))
}
