package search

// Where stops are optional, a route that pays may share no stop with one that seems to:
// now and then a new route is bettered by itself for a while before it is judged.
const (
	expeditionRate  = 100
	expeditionTries = 100
)

// expedition sets out from stop seed with an unused vehicle and looks for a route of
// stops that are left out, by taking runs of stops out and filling up again with others
// around, as long as that is no worse (Vansteenwegen, Souffriau, Van Oudheusden 2011: The
// orienteering problem, a survey).
func (b *rebuild) expedition(seed int32) []int32 {
	s := b.s
	if s.route[seed] != none {
		return nil
	}
	found := place{route: none, kind: none, delta: nowhere}
	if b.tryNew(seed, &found); found.kind == none {
		return nil
	}
	s.settle(seed, found)
	r := s.route[seed]
	b.probe.begin(s.m.n)
	b.probe.tried[seed] = b.probe.epoch
	b.probe.queue = append(b.probe.queue, seed)
	b.enqueue(seed)
	b.fill(r)
	for range expeditionTries {
		b.replan(r)
	}
	return s.routes[r]
}

// replan takes a run of stops out of route r and fills it up again; undone if that is
// worse.
func (b *rebuild) replan(r int32) {
	s := b.s
	before := s.cost
	b.former = append(b.former[:0], s.routes[r]...)
	size := int32(len(b.former))
	if size < 2 {
		return
	}
	count := 1 + int32(b.rng.below(int(size+1)/2))
	s.cut(r, int32(b.rng.below(int(size-count+1))), count)
	if s.timely() {
		for _, i := range s.routes[r] {
			b.enqueue(i)
		}
		b.fill(r)
		if s.cost <= before {
			return
		}
	}
	kind := s.kinds[r]
	s.cut(r, 0, int32(len(s.routes[r])))
	s.drive(kind, b.former)
}

// fill offers the stops of the probe to route r: in a random order, but rather those
// first that are worth much for the room they take.
func (b *rebuild) fill(r int32) {
	s := b.s
	b.queue = b.queue[:0]
	for _, i := range b.probe.queue {
		if s.route[i] == none && s.admits(r, i) {
			worth := float64(s.m.price[i]) / float64(1+s.m.demand[i])
			b.queue = append(b.queue, queued{-int64(worth * b.rng.unit() * 1024), i})
		}
	}
	sortQueue(b.queue)
	for _, q := range b.queue {
		i := q.stop
		if !s.admits(r, i) {
			continue
		}
		found := place{route: none, kind: none, delta: s.m.price[i]}
		stops := s.routes[r]
		b.tryBefore(i, stops[0], &found)
		for _, v := range stops {
			b.tryAfter(i, v, &found)
		}
		if found.route != none {
			s.settle(i, found)
		}
	}
}
