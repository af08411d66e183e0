package search

// place is where a stop could go: a position of a route, or a new route of a kind
// when route is none; and what it adds to the cost.
type place struct {
	route, pos, kind int32
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
	at := &s.spots[v]
	delta := s.m.costBack.at(i, v) + s.m.cost.at(i, at.next) - at.behind
	if delta < found.delta {
		b.consider(place{route: at.route, pos: s.pos[v] + 1, delta: delta}, i, v, at.next, found)
	}
}

// consider keeps a place that is better than found if it is timely and not blinked at.
func (b *rebuild) consider(at place, i, before, after int32, found *place) {
	if b.blink--; b.blink < 0 {
		b.blink = b.rng.wait(blinkRate)
		return
	}
	if s := b.s; s.m.priced {
		at.delta += s.settling(i, s.kindOf(at.route), before, after, s.m.travel.at(before, after))
		if at.delta >= found.delta {
			return
		}
	}
	if b.s.timed(i, at.route, at.pos, before, after) {
		*found = at
	}
}

// timed reports whether stop i keeps all times at position p of route r.
func (s *state) timed(i, r, p, before, after int32) bool {
	if !s.m.timed {
		return true
	}
	k := s.kindOf(r)
	if s.m.elastic {
		return s.squeezeCourse(i, k, r, p, before, after)
	}
	return s.squeeze(i, k, s.upTo(r, p), s.from(r, p), before, after)
}

// squeeze puts stop i between two segments of a route.
func (s *state) squeeze(i int32, k *kind, head, tail *segment, before, after int32) bool {
	m := s.m
	joined := head.join(&m.visit[i], m.travelBack.at(i, before))
	if joined.warp > 0 {
		return false
	}
	joined = joined.join(tail, m.travel.at(i, after))
	return k.fits(&joined)
}

// squeezeCourse is squeeze where there is a choice of windows, or a break.
func (s *state) squeezeCourse(i int32, k *kind, r, p, before, after int32) bool {
	m := s.m
	c, rest, ahead := course{k.head, k.rested}, course{k.tail, k.homeward}, int(after) < m.n
	if p > 0 {
		c = course{s.prefix[before], s.rested[before]}
	}
	if ahead {
		rest = course{s.suffix[after], s.toCome[after]}
	}
	if c = k.advance(&c, &m.visit[i], m.windows[i], m.travelBack.at(i, before), m.travel.at(i, k.end)); c.plain.warp > 0 {
		return false
	}
	v := k.meet(&c, &rest, m.travel.at(i, after), ahead)
	if v != tooLong {
		return v == inTime
	}
	rows := s.scratch[2][:0]
	if r != none {
		rows = append(rows, s.routes[r][:p]...)
	}
	rows = append(rows, i)
	if r != none {
		rows = append(rows, s.routes[r][p:]...)
	}
	s.scratch[2] = rows
	return s.within(k, rows)
}

// mostKinds is how many kinds of vehicles are tried for a stop alone: where every day of
// every worker is one, a run of them drawn at random.
const mostKinds = 16

// tryNew offers an unused vehicle of each kind for stop i alone; now and then of one
// kind drawn at random only, as the one dearest for a single stop may suit a route best.
func (b *rebuild) tryNew(i int32, found *place) {
	s, m := b.s, b.s.m
	if m.lone[i] >= found.delta {
		return
	}
	from, to := 0, len(m.kinds)
	if to > mostKinds {
		from = b.rng.below(to - mostKinds + 1)
		to = from + mostKinds
	} else if to > 1 && b.rng.below(changeRate) == 0 {
		from = b.rng.below(to)
		to = from + 1
	}
	for k := from; k < to; k++ {
		kind := &m.kinds[k]
		if s.spare[k] == 0 || m.demand[i] > kind.capacity || !m.rights.allow(kind, i) {
			continue
		}
		delta := kind.fixed + m.cost.at(kind.start, i) + m.cost.at(i, kind.end)
		if m.priced {
			delta += s.settling(i, kind, kind.start, kind.end, -kind.idle)
		}
		if delta < found.delta && s.alone(i, kind) {
			*found = place{route: none, kind: int32(k), delta: delta}
		}
	}
}

// alone reports whether a vehicle of kind k can serve stop i and nothing else.
func (s *state) alone(i int32, k *kind) bool {
	switch {
	case s.m.elastic:
		return s.squeezeCourse(i, k, none, 0, k.start, k.end)
	case s.m.timed:
		return s.squeeze(i, k, &k.head, &k.tail, k.start, k.end)
	}
	return true
}

// settle puts stop i, which is left out, where it was found to go.
func (s *state) settle(i int32, at place) {
	if at.route == none {
		at.route = s.open(at.kind)
	}
	s.insert(i, at.route, at.pos)
}

// admits reports whether route r has room and skills for stop i.
func (s *state) admits(r, i int32) bool {
	return s.m.demand[i] <= s.room[r] && s.m.rights.allow(s.kindOf(r), i)
}
