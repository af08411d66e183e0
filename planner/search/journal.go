package search

// journal remembers the routes and the pool as they were when an iteration began, as
// far as it changes them, so that a refused iteration costs what it touched and not a
// copy of the solution.
type journal struct {
	// stamp of each slot: the iteration that last saved it.
	stamp []int64
	epoch int64
	saved []savedRoute
	stops []int32
	pool  []int32
	cost  int64
}

type savedRoute struct {
	route, kind int32
	first, last int32 // in journal.stops
}

func (j *journal) grow() { j.stamp = append(j.stamp, 0) }

// begin starts an iteration: what is there now is what rollback returns to.
func (s *state) begin() {
	j := &s.undo
	j.epoch++
	j.saved, j.stops = j.saved[:0], j.stops[:0]
	j.pool = append(j.pool[:0], s.pool...)
	j.cost = s.cost
}

// touch saves route r before its first change in this iteration.
func (s *state) touch(r int32) {
	j := &s.undo
	if j.stamp[r] == j.epoch {
		return
	}
	j.stamp[r] = j.epoch
	first := int32(len(j.stops))
	j.stops = append(j.stops, s.routes[r]...)
	j.saved = append(j.saved, savedRoute{r, s.kinds[r], first, int32(len(j.stops))})
}

// rollback returns to the solution at begin.
func (s *state) rollback() {
	j := &s.undo
	for _, old := range j.saved {
		if s.kinds[old.route] != none && old.kind == none {
			s.drop(old.route)
		}
	}
	s.pool = append(s.pool[:0], j.pool...)
	for p, i := range s.pool {
		s.route[i], s.pos[i], s.spots[i] = none, int32(p), nobody
	}
	for _, old := range j.saved {
		if old.kind != none {
			s.restore(old)
		}
	}
	s.cost = j.cost
}

// drop empties a route that was opened in this iteration.
func (s *state) drop(r int32) {
	s.routes[r] = s.routes[r][:0]
	s.refreshAll(r)
}

// restore gives a route its saved stops and vehicle back.
func (s *state) restore(old savedRoute) {
	stops := s.undo.stops[old.first:old.last]
	if s.kinds[old.route] == old.kind {
		s.replace(old.route, stops)
		return
	}
	if s.kinds[old.route] == none {
		s.takeFree(old.route)
	} else {
		s.spare[s.kinds[old.route]]++
	}
	s.kinds[old.route] = old.kind
	s.spare[old.kind]--
	s.routes[old.route] = append(s.routes[old.route][:0], stops...)
	s.refreshAll(old.route)
}

// takeFree removes slot r from the unused ones; the few freed last are searched first.
func (s *state) takeFree(r int32) {
	for p := len(s.free) - 1; ; p-- {
		if s.free[p] == r {
			s.free[p] = s.free[len(s.free)-1]
			s.free = s.free[:len(s.free)-1]
			return
		}
	}
}
