package search

// stars is SWAP* for the education: two stops of two routes are exchanged, each going to
// the best place of the other route, or one of them moves alone. Only routes whose
// sectors around the depot overlap are tried.
type stars struct {
	e *education
	// known is the three best places of each stop in each route.
	known   []places
	removal []int64
}

// places are the nodes behind which a stop would go, and the cost it adds there, best
// first; none where there are fewer.
type places struct {
	after [3]int32
	added [3]int64
	when  int32
}

func newStars(e *education) stars {
	return stars{e: e, known: make([]places, e.n*e.max), removal: make([]int64, e.n)}
}

func (w *stars) reset() {
	for k := range w.known {
		w.known[k].when = -1
	}
}

func (w *stars) of(r, i int32) *places { return &w.known[r*w.e.n+i] }

// exchange tries all pairs of routes of which one changed.
func (w *stars) exchange(loop int) {
	e := w.e
	for _, r := range e.routeOrder {
		last := e.exchanged[r]
		e.exchanged[r] = e.moves
		for _, t := range e.routeOrder {
			if e.size[r] == 0 || e.size[t] == 0 || r >= t || loop > 0 && max(e.modified[r], e.modified[t]) <= last {
				continue
			}
			if e.angle == nil || e.sectors[r].overlaps(e.sectors[t]) {
				w.best(r, t)
			}
		}
	}
}

// best makes the best exchange of two routes if it improves.
func (w *stars) best(r, t int32) bool {
	e := w.e
	w.measure(r, t)
	w.measure(t, r)
	least, bestU, bestV, toU, toV := int64(0), none, none, none, none
	consider := func(added int64, u, v, posU, posV int32) {
		if added < least {
			least, bestU, bestV, toU, toV = added, u, v, posU, posV
		}
	}
	penalty := e.penalty[r] + e.penalty[t]
	for u := e.next[e.start(r)]; u < e.n; u = e.next[u] {
		for v := e.next[e.start(t)]; v < e.n; v = e.next[v] {
			load := e.demand[v] - e.demand[u]
			added := e.tooMuch(e.loads[r]+load) + e.tooMuch(e.loads[t]-load) - penalty + w.removal[u] + w.removal[v]
			if added >= least {
				continue
			}
			posU, intoT := w.cheapest(u, v)
			posV, intoR := w.cheapest(v, u)
			added += intoT + intoR +
				e.tooLong(e.times[r]+w.removal[u]+intoR+e.service[v]-e.service[u]) +
				e.tooLong(e.times[t]+w.removal[v]+intoT+e.service[u]-e.service[v])
			consider(added, u, v, posU, posV)
		}
	}
	w.alone(r, t, penalty, func(added int64, u, to int32) { consider(added, u, none, to, none) })
	w.alone(t, r, penalty, func(added int64, v, to int32) { consider(added, none, v, none, to) })
	if least >= 0 {
		return false
	}
	if bestU >= 0 {
		e.put(bestU, toU)
	}
	if bestV >= 0 {
		e.put(bestV, toV)
	}
	e.move.rU, e.move.rV = r, t
	return e.made()
}

// alone offers to move one stop of route r to route t.
func (w *stars) alone(r, t int32, penalty int64, offer func(added int64, u, to int32)) {
	e := w.e
	for u := e.next[e.start(r)]; u < e.n; u = e.next[u] {
		known := w.of(t, u)
		offer(w.removal[u]+known.added[0]-penalty+
			e.tooMuch(e.loads[r]-e.demand[u])+e.tooMuch(e.loads[t]+e.demand[u])+
			e.tooLong(e.times[r]+w.removal[u]-e.service[u])+e.tooLong(e.times[t]+known.added[0]+e.service[u]), u, known.after[0])
	}
}

// measure finds what the stops of route r save when they leave, and their best places
// in route t.
func (w *stars) measure(r, t int32) {
	e := w.e
	for u := e.next[e.start(r)]; u < e.n; u = e.next[u] {
		w.removal[u] = e.dist(e.prev[u], e.next[u]) - e.dist(e.prev[u], u) - e.dist(u, e.next[u])
		known := w.of(t, u)
		if known.when >= 0 && e.modified[t] <= known.when {
			continue
		}
		*known = places{after: [3]int32{none, none, none}, added: [3]int64{nowhere, nowhere, nowhere}, when: e.moves}
		for v := e.start(t); v != e.end(t); v = e.next[v] {
			known.offer(v, e.dist(v, u)+e.dist(u, e.next[v])-e.dist(v, e.next[v]))
		}
	}
}

func (k *places) offer(after int32, added int64) {
	if added >= k.added[2] {
		return
	}
	for p := range k.added {
		if added < k.added[p] {
			after, k.after[p] = k.after[p], after
			added, k.added[p] = k.added[p], added
		}
	}
}

// cheapest is where stop u goes in the route of v once v has left it.
func (w *stars) cheapest(u, v int32) (after int32, added int64) {
	e := w.e
	after, added = e.prev[v], e.dist(e.prev[v], u)+e.dist(u, e.next[v])-e.dist(e.prev[v], e.next[v])
	known := w.of(e.route[v], u)
	for p, at := range known.after {
		if at == none {
			break
		}
		if at != v && e.next[at] != v {
			if known.added[p] < added {
				after, added = at, known.added[p]
			}
			break
		}
	}
	return after, added
}
