package search

import (
	"context"
	"math"
	"slices"
)

// education is the local search of the genetic search (Vidal 2022: Hybrid genetic search
// for the CVRP): nine moves to near stops and SWAP*, on solutions that may break
// capacity and duration at a price. It knows problems of one depot, one kind of
// vehicle and symmetric costs; in return a move is judged by a handful of additions.
//
// Nodes are stops, then the depot as the start of each route, then as its end.
type education struct {
	m      *model
	rng    *random
	n, max int32 // stops; routes
	// stop data; the depot is row n.
	cells           []int32
	stride          int32
	near            [][]int32
	demand, service []int64
	angle           []float64
	// bounds of a route; a duration is the cost, and service at each stop.
	capacity, limit int64
	overload, late  float64 // price of a unit above them

	// By node: row of cells, neighbours on the route, and, up to and with the node, load
	// and duration; by stop when it was last tried.
	row, next, prev, route, pos []int32
	load, time                  []int64
	leg                         []int64 // to the node
	tried                       []int32
	// By route.
	size                    []int32
	loads, times, penalty   []int64
	modified, exchanged     []int32
	sectors                 []sector
	order, routeOrder, list []int32
	moves                   int32
	done                    bool
	move                    pair
	star                    stars
}

// pair is two nodes u and v between which a move is tried, with what surrounds them, and
// the distances that several moves need.
type pair struct {
	u, x, uPrev, xNext, rU int32
	v, y, vPrev, yNext, rV int32
	penalty                int64
	uv, uy, xv, xy         int64
	// before u to x, and to the one after; legs into and out of u, v and what follows.
	skipOne, skipTwo  int64
	uPrevV, vPrevU    int64
	intoU, outU, outX int64
	intoV, outV, outY int64
}

func newEducation(m *model, rng *random, routes int) *education {
	n := int32(m.n)
	e := &education{m: m, rng: rng, n: n, max: int32(routes), cells: m.cost.cells, stride: int32(m.cost.stride)}
	k := &m.kinds[0]
	e.capacity, e.limit = k.capacity, int64(math.MaxInt64/4)
	e.demand, e.service = make([]int64, n+1), make([]int64, n+1)
	copy(e.demand, m.demand)
	if m.timed {
		slack := m.slack()
		e.limit = k.limit - slack
		for i := range m.visit {
			e.service[i] = m.visit[i].duration + slack
		}
	}
	nodes := n + 2*e.max
	for _, array := range []*[]int32{&e.row, &e.next, &e.prev, &e.route, &e.pos} {
		*array = make([]int32, nodes)
	}
	e.load, e.time, e.leg = make([]int64, nodes), make([]int64, nodes), make([]int64, nodes)
	for i := range nodes {
		e.row[i] = min(i, n)
	}
	for i := n; i < nodes; i++ {
		e.row[i] = k.start
	}
	e.tried = make([]int32, n)
	e.size, e.modified, e.exchanged = make([]int32, routes), make([]int32, routes), make([]int32, routes)
	e.loads, e.times, e.penalty = make([]int64, routes), make([]int64, routes), make([]int64, routes)
	e.sectors = make([]sector, routes)
	for i := range n {
		e.order = append(e.order, i)
	}
	for r := range e.max {
		e.routeOrder = append(e.routeOrder, r)
	}
	e.near = mutual(m)
	e.angle = m.angles()
	e.star = newStars(e)
	return e
}

// mutual are the near stops of each, and those it is near to.
func mutual(m *model) [][]int32 {
	near := make([][]int32, m.n)
	add := func(i, j int32) {
		if !slices.Contains(near[i], j) {
			near[i] = append(near[i], j)
		}
	}
	for i := range int32(m.n) {
		list := m.near.of(i)
		for _, j := range list[:min(closeStops, len(list))] {
			add(i, j)
			add(j, i)
		}
	}
	return near
}

func (e *education) start(r int32) int32 { return e.n + r }
func (e *education) end(r int32) int32   { return e.n + e.max + r }

func (e *education) dist(i, j int32) int64 {
	return int64(e.cells[e.row[i]*e.stride+e.row[j]])
}

func (e *education) tooMuch(load int64) int64 {
	if load <= e.capacity {
		return 0
	}
	return int64(math.Ceil(e.overload * float64(load-e.capacity)))
}

func (e *education) tooLong(time int64) int64 {
	if time <= e.limit {
		return 0
	}
	return int64(math.Ceil(e.late * float64(time-e.limit)))
}

// take makes the routes the current ones.
func (e *education) take(routes [][]int32) {
	e.moves = 0
	for r := range e.max {
		var stops []int32
		if int(r) < len(routes) {
			stops = routes[r]
		}
		e.relink(r, stops)
		e.exchanged[r] = -1
	}
	for i := range e.tried {
		e.tried[i] = -1
	}
	e.star.reset()
}

// relink makes stops, which are not aliased, those of route r.
func (e *education) relink(r int32, stops []int32) {
	at := e.start(r)
	for _, i := range stops {
		e.next[at], e.prev[i] = i, at
		at = i
	}
	e.next[at], e.prev[e.end(r)] = e.end(r), at
	e.refresh(r)
}

// refresh recomputes what is known of route r.
func (e *education) refresh(r int32) {
	at := e.start(r)
	pos, load, time := int32(0), int64(0), int64(0)
	e.route[at], e.pos[at], e.load[at], e.time[at] = r, 0, 0, 0
	e.sectors[r] = sector{}
	for i := e.next[at]; i != e.end(r); i = e.next[i] {
		pos++
		load += e.demand[i]
		e.leg[i] = e.dist(at, i)
		time += e.leg[i] + e.service[i]
		e.route[i], e.pos[i], e.load[i], e.time[i] = r, pos, load, time
		if e.angle != nil {
			e.sectors[r].extend(e.angle[i], pos == 1)
		}
		at = i
	}
	end := e.end(r)
	e.leg[end] = e.dist(at, end)
	time += e.leg[end]
	e.route[end], e.pos[end], e.load[end], e.time[end] = r, pos+1, load, time
	e.size[r], e.loads[r], e.times[r] = pos, load, time
	e.penalty[r] = e.tooMuch(load) + e.tooLong(time)
	e.modified[r] = e.moves
}

// put takes node u out and puts it behind v.
func (e *education) put(u, v int32) {
	e.next[e.prev[u]], e.prev[e.next[u]] = e.next[u], e.prev[u]
	y := e.next[v]
	e.next[v], e.prev[u], e.next[u], e.prev[y] = u, v, y, u
	e.route[u] = e.route[v]
}

// trade exchanges the places of nodes u and v, which are not side by side.
func (e *education) trade(u, v int32) {
	uPrev, vPrev, uNext, vNext := e.prev[u], e.prev[v], e.next[u], e.next[v]
	e.next[uPrev], e.prev[uNext], e.next[vPrev], e.prev[vNext] = v, v, u, u
	e.prev[u], e.next[u], e.prev[v], e.next[v] = vPrev, vNext, uPrev, uNext
	e.route[u], e.route[v] = e.route[v], e.route[u]
}

// made ends a move of the pair.
func (e *education) made() bool {
	e.moves++
	e.done = false
	e.refresh(e.move.rU)
	if e.move.rV != e.move.rU {
		e.refresh(e.move.rV)
	}
	return true
}

// educate improves the routes taken until no move does, or ctx ends.
func (e *education) educate(ctx context.Context) {
	e.shuffle()
	e.done = false
	for loop := 0; !e.done; loop++ {
		if loop > 1 {
			e.done = true
		}
		for k, u := range e.order {
			if k%checkEvery == 0 && ctx.Err() != nil {
				return
			}
			e.aroundStop(u, loop)
		}
		e.star.exchange(loop)
	}
}

func (e *education) shuffle() {
	mix := func(list []int32) {
		for k := len(list) - 1; k > 0; k-- {
			o := e.rng.below(k + 1)
			list[k], list[o] = list[o], list[k]
		}
	}
	mix(e.order)
	mix(e.routeOrder)
	for _, list := range e.near {
		if e.rng.below(closeStops) == 0 {
			mix(list)
		}
	}
}

// aroundStop tries the moves of u to its neighbours.
func (e *education) aroundStop(u int32, loop int) {
	last := e.tried[u]
	e.tried[u] = e.moves
	for _, v := range e.near[u] {
		if loop > 0 && max(e.modified[e.route[u]], e.modified[e.route[v]]) <= last {
			continue
		}
		e.pick(u, v)
		if e.tryMoves() {
			continue
		}
		if start := e.prev[v]; start >= e.n {
			e.pick(u, start)
			_ = e.tryInsertions() || e.move.rU != e.move.rV && e.tryTails()
		}
	}
	if loop > 0 {
		if r := e.unused(); r >= 0 {
			e.pick(u, e.start(r))
			if !e.tryInsertions() {
				e.exchangeTails()
			}
		}
	}
}

func (e *education) unused() int32 {
	for r := range e.max {
		if e.size[r] == 0 {
			return r
		}
	}
	return -1
}

func (e *education) pick(u, v int32) {
	p := &e.move
	p.u, p.x, p.uPrev, p.rU = u, e.next[u], e.prev[u], e.route[u]
	p.xNext = p.x
	if p.x < e.n {
		p.xNext = e.next[p.x]
	}
	p.v, p.y, p.rV = v, e.next[v], e.route[v]
	p.vPrev, p.yNext = v, p.y
	if v < e.n {
		p.vPrev = e.prev[v]
	}
	if p.y < e.n {
		p.yNext = e.next[p.y]
	}
	p.penalty = e.penalty[p.rU] + e.penalty[p.rV]
	ofU := e.cells[u*e.stride:]
	p.uv, p.uy, p.vPrevU = int64(ofU[e.row[v]]), int64(ofU[e.row[p.y]]), int64(ofU[e.row[p.vPrev]])
	ofX := e.cells[e.row[p.x]*e.stride:]
	p.xv, p.xy = int64(ofX[e.row[v]]), int64(ofX[e.row[p.y]])
	before := e.cells[e.row[p.uPrev]*e.stride:]
	p.skipOne, p.skipTwo, p.uPrevV = int64(before[e.row[p.x]]), int64(before[e.row[p.xNext]]), int64(before[e.row[v]])
	p.intoU, p.outU, p.outX = e.leg[u], e.leg[p.x], e.leg[p.xNext]
	p.intoV, p.outV, p.outY = 0, e.leg[p.y], e.leg[p.yNext]
	if v < e.n {
		p.intoV = e.leg[v]
	}
}

func (e *education) tryMoves() bool {
	if e.tryInsertions() {
		return true
	}
	u, v := e.move.u, e.move.v
	if u <= v && e.exchangeStops() || e.exchangeTwoForOne() || u <= v && e.exchangeTwos() {
		return true
	}
	if e.move.rU == e.move.rV {
		return e.turnStretch()
	}
	return e.tryTails()
}

func (e *education) tryInsertions() bool {
	return e.insertOne() || e.insertTwo() || e.insertTurned()
}

func (e *education) tryTails() bool { return e.joinHeads() || e.exchangeTails() }
