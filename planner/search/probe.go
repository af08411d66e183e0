package search

// Where stops are optional, a route that would pay as a whole may begin with a stop
// that does not: one iteration in probeRate opens a route at a loss and tries to turn it
// into a gain with up to probeTries stops around.
const (
	probeRate  = 16
	probeTries = 200
)

// probe is the stops to try next, and which were.
type probe struct {
	queue []int32
	tried []int64
	epoch int64
}

func (p *probe) begin(stops int) {
	if p.tried == nil {
		p.tried = make([]int64, stops)
	}
	p.epoch++
	p.queue = p.queue[:0]
}

// explore opens a route for a stop that is left out, or, without a vehicle for it, puts it
// on another at a loss, and grows it: the neighbours of
// every stop that was served are tried next.
func (b *rebuild) explore(seed int32) {
	s, p := b.s, &b.probe
	if s.route[seed] != none {
		return
	}
	found := place{route: none, kind: none, delta: nowhere}
	if b.tryNew(seed, &found); found.kind != none {
		s.settle(seed, found)
	} else if b.serveBelow(seed, nowhere); s.route[seed] == none {
		return
	}
	p.begin(s.m.n)
	p.queue = append(p.queue, seed)
	for k := 0; k < len(p.queue); k++ {
		i := p.queue[k]
		if s.route[i] == none {
			b.serve(i)
		}
		if s.route[i] != none {
			b.enqueue(i)
		}
	}
}

// enqueue adds the neighbours of stop i that are left out and were not tried.
func (b *rebuild) enqueue(i int32) {
	s, p := b.s, &b.probe
	for _, j := range s.m.near.of(i) {
		if len(p.queue) < probeTries && s.route[j] == none && p.tried[j] != p.epoch {
			p.tried[j] = p.epoch
			p.queue = append(p.queue, j)
		}
	}
}
