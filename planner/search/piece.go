package search

// piece is a run of stops of a route, positions from..to-1, walked backwards when back
// is set. Every move rewrites one or two routes as a few pieces, so that one function
// judges and one applies them all.
type piece struct {
	route, from, to int32
	back            bool
}

// feasible reports whether pieces, in this order, are a route that a vehicle of kind k
// may drive: capacity, skills, times.
func (s *state) feasible(k *kind, pieces ...piece) bool {
	var load int64
	for _, p := range pieces {
		load += s.loadOf(p)
	}
	if load > k.capacity || s.m.rights.may != nil && !s.rightsFit(k, pieces) {
		return false
	}
	switch {
	case s.m.elastic:
		return s.coursesFit(k, pieces)
	case s.m.timed:
		return s.timesFit(k, pieces)
	}
	return true
}

func (s *state) loadOf(p piece) int64 {
	if p.from == p.to {
		return 0
	}
	stops := s.routes[p.route]
	load := s.load[stops[p.to-1]]
	if p.from > 0 {
		load -= s.load[stops[p.from-1]]
	}
	return load
}

func (s *state) rightsFit(k *kind, pieces []piece) bool {
	for _, p := range pieces {
		if s.kindOf(p.route) == k {
			continue
		}
		for _, i := range s.routes[p.route][p.from:p.to] {
			if !s.m.rights.allow(k, i) {
				return false
			}
		}
	}
	return true
}

// timesFit joins the segments of the pieces: a first piece that begins its own route
// and a last one that ends it are known in O(1), what is between is walked.
func (s *state) timesFit(k *kind, pieces []piece) bool {
	m := s.m
	at, done := k.start, k.head
	last := len(pieces) - 1
	for last >= 0 && pieces[last].from == pieces[last].to {
		last--
	}
	for n, p := range pieces {
		if p.from == p.to {
			continue
		}
		stops := s.routes[p.route]
		switch {
		case n == 0 && p.from == 0 && !p.back && s.kindOf(p.route).startsLike(k):
			at = stops[p.to-1]
			done = s.prefix[at]
			continue
		case n == last && int(p.to) == len(stops) && !p.back && s.kindOf(p.route).endsLike(k):
			first := stops[p.from]
			done = done.join(&s.suffix[first], m.travel.at(at, first))
			return k.fits(&done)
		}
		for q := range p.to - p.from {
			i := stops[p.from+q]
			if p.back {
				i = stops[p.to-1-q]
			}
			done = done.join(&m.visit[i], m.travel.at(at, i))
			if done.warp > 0 {
				return false
			}
			at = i
		}
	}
	done = done.join(&k.tail, m.travel.at(at, k.end))
	return k.fits(&done)
}

// coursesFit is timesFit where there is a choice of windows, or a break.
func (s *state) coursesFit(k *kind, pieces []piece) bool {
	m := s.m
	at, c := k.start, course{k.head, k.rested}
	rest, end, ahead := course{k.tail, k.homeward}, k.end, false
	last := len(pieces) - 1
	for last >= 0 && pieces[last].from == pieces[last].to {
		last--
	}
	for n, p := range pieces[:last+1] {
		if p.from == p.to {
			continue
		}
		stops := s.routes[p.route]
		switch {
		case n == 0 && p.from == 0 && !p.back && s.kindOf(p.route).startsLike(k):
			at = stops[p.to-1]
			c = course{s.prefix[at], s.rested[at]}
			continue
		case n == last && int(p.to) == len(stops) && !p.back && s.kindOf(p.route).endsLike(k):
			end, ahead = stops[p.from], true
			rest = course{s.suffix[end], s.toCome[end]}
			continue
		}
		for q := range p.to - p.from {
			i := stops[p.from+q]
			if p.back {
				i = stops[p.to-1-q]
			}
			c = k.advance(&c, &m.visit[i], m.windows[i], m.travel.at(at, i), m.travel.at(i, k.end))
			if c.plain.warp > 0 {
				return false
			}
			at = i
		}
	}
	v := k.meet(&c, &rest, m.travel.at(at, end), ahead)
	return v == inTime || v == tooLong && s.within(k, s.composed(pieces))
}

// rewrite makes the pieces the stops of route r. With a second route rewritten in the
// same move, compose both before rewriting either.
func (s *state) rewrite(r int32, pieces ...piece) {
	s.scratch[0] = s.compose(s.scratch[0][:0], pieces)
	s.assign(r, s.scratch[0])
}

// exchange rewrites two routes at once.
func (s *state) exchange(r, q int32, first, second []piece) {
	s.scratch[0] = s.compose(s.scratch[0][:0], first)
	s.scratch[1] = s.compose(s.scratch[1][:0], second)
	s.assign(r, s.scratch[0])
	s.assign(q, s.scratch[1])
}

// composed is pieces as stops, until the next call.
func (s *state) composed(pieces []piece) []int32 {
	s.scratch[2] = s.compose(s.scratch[2][:0], pieces)
	return s.scratch[2]
}

func (s *state) compose(stops []int32, pieces []piece) []int32 {
	for _, p := range pieces {
		run := s.routes[p.route][p.from:p.to]
		if !p.back {
			stops = append(stops, run...)
			continue
		}
		for q := len(run) - 1; q >= 0; q-- {
			stops = append(stops, run[q])
		}
	}
	return stops
}

// turned is what walking positions from..to-1 of route r backwards costs more than
// forwards, without the legs at both ends.
func (s *state) turned(r, from, to int32) int64 {
	if s.m.cost.symmetric || to-from < 2 {
		return 0
	}
	a, b := s.routes[r][from], s.routes[r][to-1]
	return (s.yaw[b] - s.yaw[a]) - (s.way[b] - s.way[a])
}

// legAfter is the cost of the leg that leaves position p-1 of route r, towards p.
func (s *state) legTo(r, p int32) int64 {
	if int(p) == len(s.routes[r]) {
		return s.home[r]
	}
	return s.leg[s.routes[r][p]]
}
