package network

import (
	"context"
	"runtime"
	"sync/atomic"
)

// Matrix is the seconds and metres from every one of from to every one of to,
// row by row: entry i*len(to)+j leads from from[i] to to[j], door to door.
// [Unreachable] stands where no path leads. threads is the number of cores to
// use, 0 for all. It fails only when ctx ends.
//
// The descent to the targets is prepared once, then swept for several sources at
// a time (RPHAST: Delling, Goldberg, Werneck: Faster Batched Shortest Paths in
// Road Networks, ATMOS 2011).
func (n *Network) Matrix(ctx context.Context, from, to []Access, threads int) (seconds, metres []int32, err error) {
	seconds, metres = make([]int32, len(from)*len(to)), make([]int32, len(from)*len(to))
	if threads <= 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	if len(seconds) <= fewPairs {
		n.eachPair(from, to, seconds, metres)
		return seconds, metres, ctx.Err()
	}
	d := n.prepareDescent(to)
	var stopped atomic.Bool
	inParallel(threads, len(from), lanes, func() func(first, end int) {
		w := d.worker(from, seconds, metres)
		return func(first, end int) {
			if ctx.Err() != nil {
				stopped.Store(true)
				return
			}
			w.rows(first, end)
		}
	})
	if stopped.Load() {
		return nil, nil, ctx.Err()
	}
	return seconds, metres, nil
}

// fewPairs is up to how many pairs a search for each is faster than a sweep.
const fewPairs = 12

func (n *Network) eachPair(from, to []Access, seconds, metres []int32) {
	s := n.searches.Get().(*search)
	defer n.searches.Put(s)
	for i := range from {
		for j := range to {
			c := never
			if from[i].Reachable() && to[j].Reachable() {
				c = s.best(&from[i], &to[j])
			}
			seconds[i*len(to)+j], metres[i*len(to)+j] = c.seconds(), c.metres()
		}
	}
}

// best is the cost from door to door over all their places.
func (s *search) best(from, to *Access) cost {
	best := never
	for i := range from.places() {
		for j := range to.places() {
			a, b := from.at(i), to.at(j)
			best = min(best, s.shortest(&a, &b))
		}
	}
	return best
}

// lanes is how many sources are swept at a time: a cache line of costs.
const lanes = 8

// descent is the part of the hierarchy below which the targets lie.
type descent struct {
	n *Network
	// positions of the hierarchy, the most important first, and the place of a
	// position among them, missing elsewhere.
	positions []int32
	place     []int32
	// start and hops are the arcs down to a place; to is the place they come from.
	start []int32
	hops  []hop
	// ends are the entries of the targets, with places for vertices.
	endStart []int32
	ends     []entry
	targets  []Access
	// neighbours are the targets' places by edge, or by pocket.
	neighbours map[int32][]placeOf
}

// placeOf is one place of a door.
type placeOf struct{ door, place int32 }

// block names what accesses share that are joined without the hierarchy: an edge
// or a pocket, which has the number of one of its edges.
func (n *Network) block(a *Access) int32 {
	if pocket := n.yards.of[a.edge]; pocket != missing {
		return pocket
	}
	return a.edge
}

// byBlock groups the places of doors by block.
func (n *Network) byBlock(doors []Access) map[int32][]placeOf {
	blocks := map[int32][]placeOf{}
	for j := range doors {
		if !doors[j].Reachable() {
			continue
		}
		for i := range doors[j].places() {
			one := doors[j].at(i)
			block := n.block(&one)
			blocks[block] = append(blocks[block], placeOf{int32(j), int32(i)})
		}
	}
	return blocks
}

func (n *Network) prepareDescent(to []Access) *descent {
	d := &descent{n: n, targets: to, endStart: make([]int32, 1, len(to)+1)}
	inside := newPocketSearch(n)
	for j := range to {
		if to[j].Reachable() {
			d.ends = inside.entries(&to[j], true, d.ends)
		}
		d.endStart = append(d.endStart, int32(len(d.ends)))
	}
	d.neighbours = n.byBlock(to)
	d.selectPositions()
	for i := range d.ends {
		d.ends[i].vertex = d.place[n.rank.position[d.ends[i].vertex]]
	}
	return d
}

// selectPositions collects what lies above the targets.
func (d *descent) selectPositions() {
	h := &d.n.rank
	wanted := make([]bool, len(h.position))
	for _, e := range d.ends {
		wanted[h.position[e.vertex]] = true
	}
	for p := len(wanted) - 1; p >= 0; p-- {
		if wanted[p] {
			for _, hop := range h.down.of(int32(p)) {
				wanted[hop.to] = true
			}
		}
	}
	d.place = make([]int32, len(wanted))
	d.start = append(d.start, 0)
	for p := range wanted {
		d.place[p] = missing
		if !wanted[p] {
			continue
		}
		d.place[p] = int32(len(d.positions))
		d.positions = append(d.positions, int32(p))
		for _, down := range h.down.of(int32(p)) {
			down.to = d.place[down.to]
			d.hops = append(d.hops, down)
		}
		d.start = append(d.start, int32(len(d.hops)))
	}
}

// matrixWorker fills rows; each thread has its own.
type matrixWorker struct {
	*descent
	from            []Access
	seconds, metres []int32
	costs           [][lanes]cost
	best            []cost
	search          *search
}

func (d *descent) worker(from []Access, seconds, metres []int32) *matrixWorker {
	return &matrixWorker{
		descent: d, from: from, seconds: seconds, metres: metres,
		costs: make([][lanes]cost, len(d.positions)), best: make([]cost, len(d.targets)), search: newSearch(d.n),
	}
}

// rows fills at most lanes rows.
func (w *matrixWorker) rows(first, end int) {
	for i := range w.costs {
		w.costs[i] = [lanes]cost{never, never, never, never, never, never, never, never}
	}
	for i := first; i < end; i++ {
		w.climb(i, i-first)
	}
	w.sweep()
	for i := first; i < end; i++ {
		w.row(i, i-first)
	}
}

// climb fills one lane with what the climb from a source reaches.
func (w *matrixWorker) climb(i, lane int) {
	if !w.from[i].Reachable() {
		return
	}
	s := w.search
	s.starts = s.first.entries(&w.from[i], false, s.starts[:0])
	s.ahead.run(&w.n.rank, &w.n.rank.up, s.starts)
	for _, p := range s.ahead.touched {
		if at := w.place[p]; at != missing {
			w.costs[at][lane] = s.ahead.cost[p]
		}
	}
}

func (w *matrixWorker) sweep() {
	for i := range w.costs {
		to := &w.costs[i]
		for _, h := range w.hops[w.start[i]:w.start[i+1]] {
			from, c := &w.costs[h.to], h.cost
			to[0] = min(to[0], from[0]+c)
			to[1] = min(to[1], from[1]+c)
			to[2] = min(to[2], from[2]+c)
			to[3] = min(to[3], from[3]+c)
			to[4] = min(to[4], from[4]+c)
			to[5] = min(to[5], from[5]+c)
			to[6] = min(to[6], from[6]+c)
			to[7] = min(to[7], from[7]+c)
		}
	}
}

// row reads one lane at the targets.
func (w *matrixWorker) row(i, lane int) {
	for j := range w.targets {
		best := never
		for _, e := range w.ends[w.endStart[j]:w.endStart[j+1]] {
			best = min(best, w.costs[e.vertex][lane]+e.cost)
		}
		w.best[j] = best
	}
	if w.from[i].Reachable() {
		w.shortcut(&w.from[i])
	}
	row := i * len(w.targets)
	for j, c := range w.best {
		w.seconds[row+j], w.metres[row+j] = c.seconds(), c.metres()
	}
}

// shortcut looks at the targets that are reached along the source's own edge, or
// inside its pocket.
func (w *matrixWorker) shortcut(a *Access) {
	w.search.first.around(a, w.neighbours, w.targets, func(j int32, c cost) { w.best[j] = min(w.best[j], c) })
}

// around tells the doors among those of the same edges or pockets, and what it costs
// to get there without the hierarchy. A door may come more than once.
func (p *pocketSearch) around(a *Access, blocks map[int32][]placeOf, doors []Access, found func(door int32, c cost)) {
	for i := range a.places() {
		from := a.at(i)
		near := blocks[p.n.block(&from)]
		yard := p.n.edges[from.edge].is(private)
		if yard && len(near) > 0 {
			p.run(&from, false)
		}
		for _, k := range near {
			to := doors[k.door].at(int(k.place))
			c, _ := p.n.direct(&from, &to)
			if yard {
				inside, _ := p.within(&to)
				c = min(c, inside)
			}
			if c < never {
				found(k.door, c)
			}
		}
	}
}
