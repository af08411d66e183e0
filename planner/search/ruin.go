package search

// Parameters of the ruin as published (Christiaens, Vanden Berghe 2020): stops taken
// out on average, one more for so many that strings are longer than usual, how often a
// string keeps a run of stops in its middle, and how often that run grows by one more.
const (
	meanRemoved = 10
	moreRemoved = 3
	splitRate   = 0.5
	splitGrowth = 0.01
)

// wreck is the ruin step: strings of stops of adjacent routes go to the pool.
type wreck struct {
	s   *state
	rng *random
	// hit stamps the routes already ruined in this iteration.
	hit   []int64
	epoch int64
	// seed is the stop around which the ruin lies.
	seed int32
	// opens: a route is to be opened for what is taken out.
	opens   bool
	removed []int32
}

// ruin takes strings out of routes around a stop drawn at random; the stops removed
// are in w.removed.
func (w *wreck) ruin() {
	s := w.s
	w.epoch++
	w.removed = w.removed[:0]
	w.seed = int32(w.rng.below(s.m.n))
	if i := w.stray(); i != none {
		w.seed = i
	}
	if s.m.rights.may != nil && len(s.pool) > 0 && w.rng.below(callRate) == 0 {
		w.call()
	}
	longest, strings := w.sizes()
	w.around(w.seed, longest, &strings)
	for _, v := range s.m.near.of(w.seed) {
		if strings <= 0 {
			return
		}
		w.around(v, longest, &strings)
	}
}

// sizes draws how many strings to take; longest bounds their length.
func (w *wreck) sizes() (longest float64, strings int) {
	s := w.s
	used := len(s.routes) - len(s.free)
	w.opens = false
	if used == 0 {
		return 1, 0
	}
	t, mean := &s.m.tuning, float64(s.m.n-len(s.pool))/float64(used)
	bound := min(max(t.longString*mean, t.shortest), t.longest)
	removed := meanRemoved + (bound-t.shortest)/moreRemoved
	if w.opens = w.opening(); w.opens {
		bound, removed = openString, openRemoved
	}
	longest = min(bound, mean)
	most := 4*removed/(1+longest) - 1
	return longest, int(w.rng.unit()*most + 1)
}

// around ruins the route of stop v, unless it already was.
func (w *wreck) around(v int32, longest float64, strings *int) {
	s := w.s
	r := s.route[v]
	if r == none {
		return
	}
	for len(w.hit) < len(s.routes) {
		w.hit = append(w.hit, 0)
	}
	if w.hit[r] == w.epoch {
		return
	}
	w.hit[r] = w.epoch
	*strings--
	size := int32(len(s.routes[r]))
	length := int32(w.rng.unit()*min(float64(size), longest) + 1)
	length = min(length, size)
	if length > 1 && length < size && w.rng.unit() < splitRate {
		w.split(r, s.pos[v], length)
	} else {
		w.string(r, s.pos[v], length)
	}
}

// string removes length stops in a row, position p among them.
func (w *wreck) string(r, p, length int32) {
	first := w.start(r, p, length)
	w.removed = append(w.removed, w.s.routes[r][first:first+length]...)
	w.s.cut(r, first, length)
}

// start draws where a string of the given length that covers position p begins.
func (w *wreck) start(r, p, length int32) int32 {
	low := max(0, p-length+1)
	high := min(p, int32(len(w.s.routes[r]))-length)
	return low + int32(w.rng.below(int(high-low+1)))
}

// split removes length stops around p but keeps a run between them.
func (w *wreck) split(r, p, length int32) {
	s := w.s
	size := int32(len(s.routes[r]))
	kept := int32(1)
	for length+kept < size && w.rng.unit() <= splitGrowth {
		kept++
	}
	first := w.start(r, p, length+kept)
	from := first + 1 + int32(w.rng.below(int(length)))
	w.removed = append(w.removed, s.routes[r][first:from]...)
	w.removed = append(w.removed, s.routes[r][from+kept:first+length+kept]...)
	s.cut(r, first, from-first)
	if rest := length - (from - first); rest > 0 {
		s.cut(r, first+kept, rest)
	}
}
