package search

// swapStar tries to exchange a stop of route r and one of route t, each going to the
// best place of the other route rather than to the other's place (SWAP*, Vidal 2022:
// Hybrid genetic search for the CVRP).
type swapStar struct {
	s *state
	// slots holds the three cheapest places for each stop of one route in the other.
	slots [2][]slots
}

// slots are the cheapest places of a stop in a route: positions and added costs,
// cheapest first.
type slots struct {
	pos   [3]int32
	delta [3]int64
}

const nowhere = int64(1) << 60

// mostPairs bounds the work on two routes, which is the product of their stops.
const mostPairs = 1500

// exchangeBest makes the first improving exchange between two routes.
func (w *swapStar) exchangeBest(r, t int32) bool {
	s := w.s
	if len(s.routes[r])*len(s.routes[t]) > mostPairs {
		return false
	}
	w.slots[0] = s.cheapest(w.slots[0][:0], r, t)
	w.slots[1] = s.cheapest(w.slots[1][:0], t, r)
	for p, a := range s.routes[r] {
		for q, b := range s.routes[t] {
			if s.m.demand[a]-s.m.demand[b] > s.room[t] || s.m.demand[b]-s.m.demand[a] > s.room[r] {
				continue
			}
			into, first := s.placeIn(&w.slots[0][p], a, t, int32(q))
			back, second := s.placeIn(&w.slots[1][q], b, r, int32(p))
			delta := first + second - s.detour(r, int32(p)) - s.detour(t, int32(q))
			if s.m.priced {
				delta += s.swapStarTerms(r, int32(p), t, int32(q), into, back)
			}
			if delta < 0 && s.applySwapStar(r, int32(p), t, int32(q), into, back) {
				return true
			}
		}
	}
	return false
}

// cheapest finds, for each stop of route r, where it would go in route t.
func (s *state) cheapest(list []slots, r, t int32) []slots {
	m := s.m
	for _, a := range s.routes[r] {
		best := slots{delta: [3]int64{nowhere, nowhere, nowhere}}
		for q := range int32(len(s.routes[t]) + 1) {
			best.offer(q, m.costBack.at(a, s.before(t, q))+m.cost.at(a, s.after(t, q))-s.legTo(t, q))
		}
		list = append(list, best)
	}
	return list
}

func (b *slots) offer(pos int32, delta int64) {
	for k := range b.delta {
		if delta < b.delta[k] {
			pos, b.pos[k] = b.pos[k], pos
			delta, b.delta[k] = b.delta[k], delta
		}
	}
}

// detour is what the stop at position p adds to its route.
func (s *state) detour(r, p int32) int64 {
	return s.legTo(r, p) + s.legTo(r, p+1) - s.m.cost.at(s.before(r, p), s.after(r, p+1))
}

// placeIn is the cheapest place for stop a in route t once the stop at position q has
// left it, and the cost it adds to the route without that stop. A position counts in
// the route as it is; q itself stands for the gap.
func (s *state) placeIn(known *slots, a, t, q int32) (pos int32, delta int64) {
	m := s.m
	before, after := s.before(t, q), s.after(t, q+1)
	pos, delta = q, m.costBack.at(a, before)+m.cost.at(a, after)-m.cost.at(before, after)
	for k := range known.pos {
		if p := known.pos[k]; p != q && p != q+1 {
			if known.delta[k] < delta {
				pos, delta = p, known.delta[k]
			}
			break
		}
	}
	return pos, delta
}

// applySwapStar moves the stop at position p of route r to into in route t, and the
// stop at q of t to back in r, unless it is infeasible.
func (s *state) applySwapStar(r, p, t, q, into, back int32) bool {
	first, second := s.crossed(r, p, t, q, into, back)
	return s.applyBoth(r, t, first[:], second[:])
}

// swapStarTerms is the part of the delta that depends on who serves and works.
func (s *state) swapStarTerms(r, p, t, q, into, back int32) int64 {
	first, second := s.crossed(r, p, t, q, into, back)
	return s.termsDelta(draft{r, s.kindOf(r), first[:]}, draft{t, s.kindOf(t), second[:]})
}

func (s *state) crossed(r, p, t, q, into, back int32) (first, second [4]piece) {
	return s.replaced(r, p, piece{t, q, q + 1, false}, back), s.replaced(t, q, piece{r, p, p + 1, false}, into)
}

// replaced is route r without position p, with a stop put in at position at.
func (s *state) replaced(r, p int32, in piece, at int32) [4]piece {
	size := int32(len(s.routes[r]))
	switch {
	case at < p:
		return [4]piece{{r, 0, at, false}, in, {r, at, p, false}, {r, p + 1, size, false}}
	case at > p+1:
		return [4]piece{{r, 0, p, false}, {r, p + 1, at, false}, in, {r, at, size, false}}
	default:
		return [4]piece{{r, 0, p, false}, in, {r, p + 1, size, false}, {r, size, size, false}}
	}
}
