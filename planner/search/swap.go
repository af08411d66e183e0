package search

// swap tries to exchange the run of 1 to 3 stops that begins with u and the run of 1
// to 3 that follows v, so that u comes right behind v (Exchange, also known as
// lambda-interchange, Osman 1993). The longer run begins with u: the other case comes
// up from the other side.
func (d *descent) swap(u, v int32) bool {
	s := d.s
	r, t, p, q := s.route[u], s.route[v], s.pos[u], s.pos[v]+1
	for count := int32(1); count <= longestRun && int(p+count) <= len(s.routes[r]); count++ {
		for other := int32(1); other <= count && int(q+other) <= len(s.routes[t]); other++ {
			if r == t && p < q+other && q < p+count {
				break
			}
			delta := s.swapDelta(r, p, count, t, q, other)
			if delta < 0 && s.applySwap(r, p, count, t, q, other) {
				return true
			}
		}
	}
	return false
}

// swapDelta is what exchanging count stops from position p of route r with other stops
// from position q of route t adds to the cost.
func (s *state) swapDelta(r, p, count, t, q, other int32) int64 {
	var delta int64
	if r == t && (q == p+count || p == q+other) {
		delta = s.neighbourDelta(r, min(p, q), max(p, q), max(p+count, q+other))
	} else {
		delta = s.replaceDelta(r, p, count, t, q, other) + s.replaceDelta(t, q, other, r, p, count)
	}
	if s.m.priced {
		delta += s.swapTerms(piece{r, p, p + count, false}, piece{t, q, q + other, false})
	}
	return delta
}

// swapTerms is the part of the delta that depends on who serves and works.
func (s *state) swapTerms(out, in piece) int64 {
	r, t := out.route, in.route
	if r == t {
		order := s.swapped(out, in)
		return s.termsDelta(draft{r, s.kindOf(r), order[:]})
	}
	first, second := s.exchanged(out, in)
	return s.termsDelta(draft{r, s.kindOf(r), first[:]}, draft{t, s.kindOf(t), second[:]})
}

// swapped is a route whose runs out and in change places.
func (s *state) swapped(out, in piece) [5]piece {
	if in.from < out.from {
		out, in = in, out
	}
	r := out.route
	return [5]piece{{r, 0, out.from, false}, in, {r, out.to, in.from, false}, out, {r, in.to, int32(len(s.routes[r])), false}}
}

// exchanged is two routes whose runs out and in change places.
func (s *state) exchanged(out, in piece) (first, second [3]piece) {
	r, t := out.route, in.route
	return [3]piece{{r, 0, out.from, false}, in, {r, out.to, int32(len(s.routes[r])), false}},
		[3]piece{{t, 0, in.from, false}, out, {t, in.to, int32(len(s.routes[t])), false}}
}

// replaceDelta is the change at the place of the first run only.
func (s *state) replaceDelta(r, p, count, t, q, other int32) int64 {
	m := s.m
	out, in := s.routes[r][p:p+count], s.routes[t][q:q+other]
	inner := s.way[in[other-1]] - s.way[in[0]] - (s.way[out[count-1]] - s.way[out[0]])
	return m.cost.at(s.before(r, p), in[0]) + m.cost.at(in[other-1], s.after(r, p+count)) +
		inner - s.legTo(r, p) - s.legTo(r, p+count)
}

// neighbourDelta is for two runs side by side: from..middle-1 and middle..to-1.
func (s *state) neighbourDelta(r, from, middle, to int32) int64 {
	m, stops := s.m, s.routes[r]
	return m.cost.at(s.before(r, from), stops[middle]) + m.cost.at(stops[to-1], stops[from]) +
		m.cost.at(stops[middle-1], s.after(r, to)) -
		s.legTo(r, from) - s.legTo(r, middle) - s.legTo(r, to)
}

// applySwap makes the move unless it is infeasible.
func (s *state) applySwap(r, p, count, t, q, other int32) bool {
	out, in := piece{r, p, p + count, false}, piece{t, q, q + other, false}
	if r == t {
		order := s.swapped(out, in)
		if !s.feasible(s.kindOf(r), order[:]...) {
			return false
		}
		s.rewrite(r, order[:]...)
		return true
	}
	first, second := s.exchanged(out, in)
	if !s.feasible(s.kindOf(r), first[:]...) || !s.feasible(s.kindOf(t), second[:]...) {
		return false
	}
	s.exchange(r, t, first[:], second[:])
	return true
}
