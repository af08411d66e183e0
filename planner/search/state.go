package search

import "github.com/rounds-project/rounds/planner/vrp"

// none stands for no route and for the pool of stops that are left out.
const none = int32(-1)

// unreachable is below any cost.
const unreachable = -int64(1) << 60

// state is a solution as flat arrays indexed by stop and by route, with what lets a
// move be judged in O(1) kept beside it. A route is a slot; slots are reused. Every
// change goes through touch, so that a whole iteration can be undone.
type state struct {
	m *model

	// By stop: its route (none: left out) and position there or in the pool, the rows
	// before and after it, the cost of the leg to it, the demand and the cost of the way
	// from the start up to and including it, the cost of that way walked backwards, and
	// the segments from the start to it and from it to the end.
	route, pos, prev, next []int32
	leg, load, way, yaw    []int64
	spots                  []spot
	prefix, suffix         []segment
	// The same segments with the vehicle's break had, and with it still to come.
	rested, toCome []segment
	// Also from the start to it, where prices depend on them: what stops cost on the
	// route's vehicle, and the work, forwards and backwards (see terms).
	pinned, toil, liot []int64

	// By route: the stops in order, the kind, the demand it can still take, the cost
	// with the fixed cost, the cost of the last leg.
	routes [][]int32
	kinds  []int32
	room   []int64
	costs  []int64
	home   []int64
	// attach is what the stops cost on the vehicle, in costs too; work is credited to
	// payee.
	attach, work []int64
	payee        []int32
	// worked is the work of each worker.
	worked []int64

	// pool holds the stops left out; free the unused slots; spare how many vehicles of
	// each kind are unused.
	pool  []int32
	free  []int32
	spare []int32
	cost  int64

	undo    journal
	scratch [3][]int32
	trip    journey
}

// spot is what an insertion beside a stop must know of it, in one place of memory.
type spot struct {
	// longest is the longest leg beside the stop that only it can offer to an insertion:
	// the one behind it, and for a first stop the one before; unreachable for stops left
	// out. No insertion beside the stop costs less than the way to it minus this.
	longest int64
	// behind is the leg to next.
	behind      int64
	route, next int32
	first       bool
}

// nobody is the spot of a stop that is left out.
var nobody = spot{longest: unreachable, route: none, next: none}

func newState(m *model) *state {
	s := &state{m: m}
	for _, array := range []*[]int32{&s.route, &s.pos, &s.prev, &s.next} {
		*array = make([]int32, m.n)
	}
	for _, array := range []*[]int64{&s.leg, &s.load, &s.way, &s.yaw} {
		*array = make([]int64, m.n)
	}
	s.spots = make([]spot, m.n)
	if m.timed {
		s.prefix, s.suffix = make([]segment, m.n), make([]segment, m.n)
	}
	if m.elastic {
		s.rested, s.toCome = make([]segment, m.n), make([]segment, m.n)
	}
	if m.priced {
		s.pinned, s.toil, s.liot = make([]int64, m.n), make([]int64, m.n), make([]int64, m.n)
	}
	s.pool = make([]int32, 0, m.n)
	for i := range int32(m.n) {
		s.leave(i)
		s.cost += m.price[i]
	}
	for k := range m.kinds {
		s.spare = append(s.spare, m.kinds[k].count)
	}
	s.worked = make([]int64, len(m.problem.Workers))
	s.thaw()
	return s
}

// kindOf is the vehicle of a route.
func (s *state) kindOf(r int32) *kind { return &s.m.kinds[s.kinds[r]] }

// before is the row ahead of position p of route r, after the row of position p.
func (s *state) before(r, p int32) int32 {
	if p == 0 {
		return s.kindOf(r).start
	}
	return s.routes[r][p-1]
}

func (s *state) after(r, p int32) int32 {
	if int(p) == len(s.routes[r]) {
		return s.kindOf(r).end
	}
	return s.routes[r][p]
}

// upTo is the segment from the start of route r through the stop before position p.
func (s *state) upTo(r, p int32) *segment {
	if p == 0 {
		return &s.kindOf(r).head
	}
	return &s.prefix[s.routes[r][p-1]]
}

// from is the segment from position p of route r to its end.
func (s *state) from(r, p int32) *segment {
	if int(p) == len(s.routes[r]) {
		return &s.kindOf(r).tail
	}
	return &s.suffix[s.routes[r][p]]
}

// open takes a vehicle of kind k into use, with an empty route.
func (s *state) open(k int32) int32 {
	if len(s.free) == 0 {
		s.free = append(s.free, int32(len(s.routes)))
		s.routes, s.kinds = append(s.routes, nil), append(s.kinds, none)
		s.room, s.costs, s.home = append(s.room, 0), append(s.costs, 0), append(s.home, 0)
		s.attach, s.work, s.payee = append(s.attach, 0), append(s.work, 0), append(s.payee, none)
		s.undo.grow()
	}
	r := s.free[len(s.free)-1]
	s.touch(r)
	s.free = s.free[:len(s.free)-1]
	s.kinds[r] = k
	s.spare[k]--
	return r
}

// close gives the vehicle of an empty route back.
func (s *state) close(r int32) {
	s.spare[s.kinds[r]]++
	s.kinds[r] = none
	s.free = append(s.free, r)
}

// insert puts stop i, which is left out, at position p of route r.
func (s *state) insert(i, r, p int32) {
	s.touch(r)
	s.enter(i)
	stops := append(s.routes[r], 0)
	copy(stops[p+1:], stops[p:])
	stops[p] = i
	s.routes[r] = stops
	s.refresh(r, p, p+1)
}

// cut takes count stops from position p of route r into the pool.
func (s *state) cut(r, p, count int32) {
	s.touch(r)
	for _, i := range s.routes[r][p : p+count] {
		s.leave(i)
		s.cost += s.m.price[i]
	}
	s.routes[r] = append(s.routes[r][:p], s.routes[r][p+count:]...)
	s.refresh(r, p, p)
}

// assign gives route r other stops, all of which are on some route; a stop must be
// assigned elsewhere in the same move when it is no longer named. The slice is copied.
func (s *state) assign(r int32, stops []int32) {
	s.touch(r)
	s.replace(r, stops)
}

// replace is assign for a route whose vehicle is the same as ever since its stops were
// what they are: what both have in common at either end is left alone.
func (s *state) replace(r int32, stops []int32) {
	old := s.routes[r]
	from, same := 0, 0
	for from < len(old) && from < len(stops) && old[from] == stops[from] {
		from++
	}
	for same < len(old)-from && same < len(stops)-from && old[len(old)-1-same] == stops[len(stops)-1-same] {
		same++
	}
	if from == len(old) && from == len(stops) {
		return
	}
	s.routes[r] = append(old[:0], stops...)
	s.refresh(r, int32(from), int32(len(stops)-same))
}

// leave puts stop i into the pool; its route is refreshed by the caller.
func (s *state) leave(i int32) {
	s.route[i], s.pos[i], s.spots[i] = none, int32(len(s.pool)), nobody
	s.pool = append(s.pool, i)
}

// enter takes stop i out of the pool.
func (s *state) enter(i int32) {
	last := s.pool[len(s.pool)-1]
	s.pool[s.pos[i]], s.pos[last] = last, s.pos[i]
	s.pool = s.pool[:len(s.pool)-1]
	s.cost -= s.m.price[i]
}

// refreshAll is refresh for a route of which anything may be new, its vehicle too.
func (s *state) refreshAll(r int32) { s.refresh(r, 0, int32(len(s.routes[r]))) }

// refresh recomputes what is kept of route r, and closes it when it has no stop. Its
// stops before position from, and those from position to on, are the first and the last
// ones that it had before, on the same vehicle.
func (s *state) refresh(r, from, to int32) {
	s.cost -= s.costs[r]
	s.costs[r] = 0
	stops := s.routes[r]
	if s.m.priced {
		s.costs[r] = s.refreshTerms(r, stops, from, to)
	}
	if len(stops) == 0 {
		s.close(r)
		return
	}
	m, k := s.m, s.kindOf(r)
	at, load, way, yaw := k.start, int64(0), int64(0), int64(0)
	if from > 0 {
		at = stops[from-1]
		load, way, yaw = s.load[at], s.way[at], s.yaw[at]
	}
	size := int32(len(stops))
	p := from
	for ; p < size && p <= to; p++ {
		i := stops[p]
		leg := m.cost.at(at, i)
		load += m.demand[i]
		way += leg
		if p > 0 {
			yaw += m.cost.at(i, at)
			s.next[at] = i
			s.spots[at] = spot{leg, leg, r, i, p == 1}
		}
		moreLoad, moreWay, moreYaw := load-s.load[i], way-s.way[i], yaw-s.yaw[i]
		s.route[i], s.pos[i], s.prev[i] = r, p, at
		s.leg[i], s.load[i], s.way[i], s.yaw[i] = leg, load, way, yaw
		if p == to {
			behind := s.spots[i].behind
			s.spots[i] = spot{behind, behind, r, s.next[i], false}
			s.shift(stops[p+1:], p+1, moreLoad, moreWay, moreYaw)
			break
		}
		at = i
	}
	if p == size {
		s.home[r] = m.cost.at(at, k.end)
		s.next[at] = k.end
		s.spots[at] = spot{s.home[r], s.home[r], r, k.end, size == 1}
	}
	first, last := stops[0], stops[size-1]
	s.spots[first].first = true
	s.spots[first].longest = max(s.spots[first].behind, s.leg[first])
	s.room[r] = k.capacity - s.load[last]
	s.costs[r] += s.way[last] + s.home[r] + k.fixed
	s.cost += s.costs[r]
	switch {
	case m.elastic:
		s.refreshCourses(stops, k, from, to)
	case m.timed:
		s.refreshTimes(stops, k, from, to)
	}
}

// shift adds to the sums of stops that are the same but for what lies before them.
func (s *state) shift(stops []int32, pos int32, load, way, yaw int64) {
	for p, i := range stops {
		s.pos[i] = pos + int32(p)
		s.load[i] += load
		s.way[i] += way
		s.yaw[i] += yaw
	}
}

func (s *state) refreshTimes(stops []int32, k *kind, from, to int32) {
	at, done := k.start, &k.head
	if from > 0 {
		at = stops[from-1]
		done = &s.prefix[at]
	}
	for _, i := range stops[from:] {
		s.prefix[i] = done.join(&s.m.visit[i], s.m.travel.at(at, i))
		at, done = i, &s.prefix[i]
	}
	at, done = k.end, &k.tail
	if int(to) < len(stops) {
		at = stops[to]
		done = &s.suffix[at]
	}
	for p := to - 1; p >= 0; p-- {
		i := stops[p]
		s.suffix[i] = s.m.visit[i].join(done, s.m.travel.at(i, at))
		at, done = i, &s.suffix[i]
	}
}

// refreshCourses is refreshTimes where there is a choice of windows, or a break.
func (s *state) refreshCourses(stops []int32, k *kind, from, to int32) {
	m := s.m
	at, c := k.start, course{k.head, k.rested}
	if from > 0 {
		at = stops[from-1]
		c = course{s.prefix[at], s.rested[at]}
	}
	for _, i := range stops[from:] {
		c = k.advance(&c, &m.visit[i], m.windows[i], m.travel.at(at, i), m.travel.at(i, k.end))
		s.prefix[i], s.rested[i] = c.plain, c.rested
		at = i
	}
	at, c = k.end, course{k.tail, k.homeward}
	if int(to) < len(stops) {
		at = stops[to]
		c = course{s.suffix[at], s.toCome[at]}
	}
	for p := int(to) - 1; p >= 0; p-- {
		i := stops[p]
		c = k.retreat(&m.visit[i], m.windows[i], &c, m.travel.at(i, at), p < len(stops)-1)
		s.suffix[i], s.toCome[i] = c.plain, c.rested
		at = i
	}
}

// timely reports whether the routes changed in this iteration keep their times. Taking
// stops out can break them where durations defy the triangle inequality.
func (s *state) timely() bool {
	if !s.m.timed {
		return true
	}
	for _, old := range s.undo.saved {
		r := old.route
		if s.kinds[r] == none || len(s.routes[r]) == 0 {
			continue
		}
		if s.m.elastic {
			if !s.feasible(s.kindOf(r), piece{r, 0, int32(len(s.routes[r])), false}) {
				return false
			}
			continue
		}
		k, first := s.kindOf(r), s.routes[r][0]
		whole := k.head.join(&s.suffix[first], s.m.travel.at(k.start, first))
		if !k.fits(&whole) {
			return false
		}
	}
	return true
}

// thaw counts what the routes with frozen stops cost and take even with nothing else.
func (s *state) thaw() {
	m := s.m
	worker := m.problem.WorkerOf()
	for k := range m.kinds {
		kind := &m.kinds[k]
		if len(kind.frozen) == 0 {
			continue
		}
		r := vrp.Route{Vehicle: kind.vehicle, Stops: kind.frozen}
		s.cost += m.problem.RouteTravel(r) + m.problem.Vehicles[kind.vehicle].FixedCost
		for _, i := range kind.frozen {
			s.cost += m.problem.Spread(i, kind.vehicle) + m.problem.Change(i, kind.vehicle, worker)
		}
		if w := m.terms.workerOf(kind); w != none {
			s.credit(w, m.problem.RouteWork(r))
		}
	}
}
