package search

// descent is the local search: from the stops that an iteration touched, moves to
// nearest neighbours are made as long as one improves.
type descent struct {
	s     *state
	star  swapStar
	queue []int32
	// queued stamps the stops that wait in the queue.
	queued []bool
	halt   halt
}

// granularity is how many nearest neighbours moves look at.
const granularity = 16

func newDescent(s *state) descent {
	return descent{s: s, star: swapStar{s: s}, queued: make([]bool, s.m.n)}
}

// descend improves around the stops given until no move there improves.
func (d *descent) descend(stops []int32) {
	for _, i := range stops {
		d.push(i)
	}
	for {
		for len(d.queue) > 0 {
			u := d.queue[len(d.queue)-1]
			d.queue = d.queue[:len(d.queue)-1]
			d.queued[u] = false
			d.improve(u)
			if d.halt.called() {
				d.forget()
				return
			}
		}
		if !d.exchangeAll() {
			return
		}
	}
}

// forget empties the queue.
func (d *descent) forget() {
	for _, i := range d.queue {
		d.queued[i] = false
	}
	d.queue = d.queue[:0]
}

// push queues a stop that is on a route.
func (d *descent) push(i int32) {
	if int(i) < d.s.m.n && d.s.route[i] != none && !d.queued[i] {
		d.queued[i] = true
		d.queue = append(d.queue, i)
	}
}

// touch queues a stop and those beside it.
func (d *descent) touch(i int32) {
	d.push(d.s.prev[i])
	d.push(i)
	d.push(d.s.next[i])
}

// improve makes one improving move that brings u beside a neighbour, if there is one.
func (d *descent) improve(u int32) {
	s := d.s
	list := s.m.near.of(u)
	for _, v := range list[:min(granularity, len(list))] {
		if s.route[v] == none {
			continue
		}
		before, after, beyond := s.prev[u], s.next[u], s.next[v]
		if d.relocate(u, v) || d.swap(u, v) || d.join(u, v) {
			for _, i := range [3]int32{before, after, beyond} {
				d.push(i)
			}
			d.touch(u)
			d.touch(v)
			return
		}
	}
}

// join tries the moves that exchange legs.
func (d *descent) join(u, v int32) bool {
	if d.s.route[u] == d.s.route[v] {
		return d.twoOpt(u, v)
	}
	return d.swapTails(u, v)
}

// mostChanged is how many changed routes SWAP* is tried on: more are a construction.
const mostChanged = 16

// exchangeAll tries SWAP* on each pair of routes that the iteration changed.
func (d *descent) exchangeAll() bool {
	s := d.s
	if len(s.undo.saved) > mostChanged {
		return false
	}
	for a, first := range s.undo.saved {
		for _, second := range s.undo.saved[:a] {
			r, t := first.route, second.route
			if len(s.routes[r]) > 0 && len(s.routes[t]) > 0 && d.star.exchangeBest(r, t) {
				for _, i := range s.routes[r] {
					d.push(i)
				}
				for _, i := range s.routes[t] {
					d.push(i)
				}
				return true
			}
		}
	}
	return false
}
