package search

// judge reports whether a move of the pair pays: first and second are what it adds to
// the lengths of the routes of u and v; load and time what route u passes on to v.
func (e *education) judge(first, second, load, time, inner int64) bool {
	p := &e.move
	if p.rU == p.rV {
		return first+second < 0
	}
	if first+second >= p.penalty {
		return false
	}
	added := first + second - p.penalty +
		e.tooMuch(e.loads[p.rU]-load) + e.tooMuch(e.loads[p.rV]+load) +
		e.tooLong(e.times[p.rU]+first-inner-time) + e.tooLong(e.times[p.rV]+second+inner+time)
	return added < 0
}

// insertOne moves u behind v.
func (e *education) insertOne() bool {
	p := &e.move
	first := p.skipOne - p.intoU - p.outU
	second := p.uv + p.uy - p.outV
	if p.u == p.y || !e.judge(first, second, e.demand[p.u], e.service[p.u], 0) {
		return false
	}
	e.put(p.u, p.v)
	return e.made()
}

// insertTwo moves u and x behind v.
func (e *education) insertTwo() bool {
	p := &e.move
	if p.u == p.y || p.v == p.x || p.x >= e.n {
		return false
	}
	first := p.skipTwo - p.intoU - p.outX
	second := p.uv + p.xy - p.outV
	if !e.judge(first, second, e.demand[p.u]+e.demand[p.x], e.service[p.u]+e.service[p.x], p.outU) {
		return false
	}
	e.put(p.u, p.v)
	e.put(p.x, p.u)
	return e.made()
}

// insertTurned moves x and u, in this order, behind v.
func (e *education) insertTurned() bool {
	p := &e.move
	if p.u == p.y || p.v == p.x || p.x >= e.n {
		return false
	}
	first := p.skipTwo - p.intoU - p.outX
	second := p.xv + p.uy - p.outV
	if !e.judge(first, second, e.demand[p.u]+e.demand[p.x], e.service[p.u]+e.service[p.x], p.outU) {
		return false
	}
	e.put(p.x, p.v)
	e.put(p.u, p.x)
	return e.made()
}

// exchangeStops exchanges u and v.
func (e *education) exchangeStops() bool {
	p := &e.move
	if p.u == p.vPrev || p.u == p.y {
		return false
	}
	first := p.uPrevV + p.xv - p.intoU - p.outU
	second := p.vPrevU + p.uy - p.intoV - p.outV
	if !e.judge(first, second, e.demand[p.u]-e.demand[p.v], e.service[p.u]-e.service[p.v], 0) {
		return false
	}
	e.trade(p.u, p.v)
	return e.made()
}

// exchangeTwoForOne exchanges u and x with v.
func (e *education) exchangeTwoForOne() bool {
	p := &e.move
	if p.u == p.vPrev || p.x == p.vPrev || p.u == p.y || p.x >= e.n {
		return false
	}
	first := p.uPrevV + e.dist(p.v, p.xNext) - p.intoU - p.outX
	second := p.vPrevU + p.xy - p.intoV - p.outV
	if !e.judge(first, second, e.demand[p.u]+e.demand[p.x]-e.demand[p.v], e.service[p.u]+e.service[p.x]-e.service[p.v], p.outU) {
		return false
	}
	e.trade(p.u, p.v)
	e.put(p.x, p.u)
	return e.made()
}

// exchangeTwos exchanges u and x with v and y.
func (e *education) exchangeTwos() bool {
	p := &e.move
	if p.x >= e.n || p.y >= e.n || p.y == p.uPrev || p.u == p.y || p.x == p.v || p.v == p.xNext {
		return false
	}
	first := p.uPrevV + e.dist(p.y, p.xNext) - p.intoU - p.outX
	second := p.vPrevU + e.dist(p.x, p.yNext) - p.intoV - p.outY
	load := e.demand[p.u] + e.demand[p.x] - e.demand[p.v] - e.demand[p.y]
	time := e.service[p.u] + e.service[p.x] - e.service[p.v] - e.service[p.y]
	if !e.judge(first, second, load, time, p.outU-p.outV) {
		return false
	}
	e.trade(p.u, p.v)
	e.trade(p.x, p.y)
	return e.made()
}

// turnStretch is 2-opt: the stretch from x to v is walked backwards.
func (e *education) turnStretch() bool {
	p := &e.move
	if e.pos[p.u] > e.pos[p.v] || p.x == p.v {
		return false
	}
	if p.uv+p.xy-p.outU-p.outV >= 0 {
		return false
	}
	for i := p.x; i != p.y; {
		next := e.next[i]
		e.next[i], e.prev[i] = e.prev[i], next
		i = next
	}
	e.next[p.u], e.prev[p.v] = p.v, p.u
	e.next[p.x], e.prev[p.y] = p.y, p.x
	return e.made()
}

// joinHeads is 2-opt between routes: u is followed by v and the head of v's route
// backwards, and the tail of u's, backwards, by y.
func (e *education) joinHeads() bool {
	p := &e.move
	added := p.uv + p.xy - p.outU - p.outV
	if added >= p.penalty {
		return false
	}
	head, rest := e.load[p.u]+e.load[p.v], e.loads[p.rU]+e.loads[p.rV]
	added += e.tooMuch(head) + e.tooMuch(rest-head) - p.penalty
	added += e.tooLong(e.time[p.u]+e.time[p.v]+p.uv) +
		e.tooLong(e.times[p.rU]-e.time[p.u]-p.outU+e.times[p.rV]-e.time[p.v]-p.outV+p.xy)
	if added >= 0 {
		return false
	}
	list := e.list[:0]
	for i := e.next[e.start(p.rU)]; i != p.x; i = e.next[i] {
		list = append(list, i)
	}
	for i := p.v; i < e.n; i = e.prev[i] {
		list = append(list, i)
	}
	cut := len(list)
	for i := e.prev[e.end(p.rU)]; i != p.u; i = e.prev[i] {
		list = append(list, i)
	}
	for i := p.y; i < e.n; i = e.next[i] {
		list = append(list, i)
	}
	return e.divide(list, cut)
}

// exchangeTails is 2-opt*: u is followed by y and its tail, v by x and its.
func (e *education) exchangeTails() bool {
	p := &e.move
	added := p.uy + p.xv - p.outU - p.outV
	if added >= p.penalty {
		return false
	}
	tailU, tailV := e.loads[p.rU]-e.load[p.u], e.loads[p.rV]-e.load[p.v]
	added += e.tooMuch(e.load[p.u]+tailV) + e.tooMuch(e.load[p.v]+tailU) - p.penalty
	added += e.tooLong(e.time[p.u]+e.times[p.rV]-e.time[p.v]-p.outV+p.uy) +
		e.tooLong(e.time[p.v]+e.times[p.rU]-e.time[p.u]-p.outU+p.xv)
	if added >= 0 {
		return false
	}
	list := e.list[:0]
	for i := e.next[e.start(p.rU)]; i != p.x; i = e.next[i] {
		list = append(list, i)
	}
	for i := p.y; i < e.n; i = e.next[i] {
		list = append(list, i)
	}
	cut := len(list)
	for i := e.next[e.start(p.rV)]; i != p.y; i = e.next[i] {
		list = append(list, i)
	}
	for i := p.x; i < e.n; i = e.next[i] {
		list = append(list, i)
	}
	return e.divide(list, cut)
}

// divide gives the list, up to cut, to the route of u and the rest to that of v.
func (e *education) divide(list []int32, cut int) bool {
	e.list = list
	e.moves++
	e.done = false
	e.relink(e.move.rU, list[:cut])
	e.relink(e.move.rV, list[cut:])
	return true
}
