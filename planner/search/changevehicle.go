package search

// changeRate is one over how often an iteration changes vehicles, where there are
// several kinds.
const changeRate = 8

// changeVehicle gives one of the routes just ruined a vehicle of another kind, drawn at
// random, if it can drive what is left of it; whether that pays shows once the route is
// filled again.
func (w *wreck) changeVehicle() {
	s := w.s
	kinds := len(s.m.kinds)
	if kinds < 2 || len(s.undo.saved) == 0 || w.rng.below(changeRate) != 0 {
		return
	}
	r := s.undo.saved[w.rng.below(len(s.undo.saved))].route
	k := int32(w.rng.below(kinds))
	if s.kinds[r] != none && s.kinds[r] != k && s.spare[k] > 0 {
		s.applyChange(r, k)
	}
}

// changeDelta is what a vehicle of kind k adds to the cost of route r.
func (s *state) changeDelta(r, k int32) int64 {
	stops, now, then := s.routes[r], s.kindOf(r), &s.m.kinds[k]
	first, last := stops[0], stops[len(stops)-1]
	delta := then.fixed - now.fixed + s.m.cost.at(then.start, first) + s.m.cost.at(last, then.end) -
		s.leg[first] - s.home[r]
	if s.m.priced {
		whole := [1]piece{{r, 0, int32(len(stops)), false}}
		delta += s.termsDelta(draft{r, then, whole[:]})
	}
	return delta
}

// applyChange gives route r a spare vehicle of kind k unless it cannot drive it.
func (s *state) applyChange(r, k int32) bool {
	if !s.feasible(&s.m.kinds[k], piece{r, 0, int32(len(s.routes[r])), false}) {
		return false
	}
	s.touch(r)
	s.spare[s.kinds[r]]++
	s.spare[k]--
	s.kinds[r] = k
	s.refreshAll(r)
	return true
}
