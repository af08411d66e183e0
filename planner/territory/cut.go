package territory

import (
	"math"
	"math/rand/v2"
	"slices"
)

// trees is how many spanning trees are tried for a cut.
const trees = 5

// cutter parts places in two by cutting an edge of a spanning tree, so that either
// side hangs together. It is scratch for one goroutine.
type cutter struct {
	graph  *Graph
	random *rand.Rand
	// local is the index of a place among those that are cut, -1 for others.
	local []int32
	own   []sums
	tree  []branch
	order []int32
	queue heap
}

func newCutter(g *Graph, seed uint64) cutter {
	return cutter{graph: g, random: rand.New(rand.NewPCG(uint64(g.Len()), seed)), local: slices.Repeat([]int32{-1}, g.Len())} // #nosec G404 -- the same cuts for the same seed
}

// branch is a place in a spanning tree, with sums over it and what hangs on it.
type branch struct {
	parent int32
	key    float64
	sums
}

// sums are over places: their number, the load, that of places which one territory
// has now, and the load's first and second moments, in metres.
type sums struct{ count, load, mine, x, y, rr float64 }

func (s *sums) add(o *sums) {
	s.count += o.count
	s.load += o.load
	s.mine += o.mine
	s.x += o.x
	s.y += o.y
	s.rr += o.rr
}

func (s sums) without(o sums) sums {
	return sums{s.count - o.count, s.load - o.load, s.mine - o.mine, s.x - o.x, s.y - o.y, s.rr - o.rr}
}

// inertia is the load's second moment around its own middle.
func (s sums) inertia() float64 {
	if !(s.load > 0) {
		return 0
	}
	return max(0, s.rr-(s.x*s.x+s.y*s.y)/s.load)
}

// degree is a degree of latitude in metres.
const degree = 111_195

// weigh measures single places and all of them; mine is the territory whose places
// count as mine.
func (c *cutter) weigh(d *Division, places []int32, mine int32) (all sums) {
	origin := c.graph.places[places[0]].At
	shrink := math.Cos(origin[1] * math.Pi / 180)
	c.own = c.own[:0]
	for _, i := range places {
		w, at := c.graph.load(i, d.seconds[i]), c.graph.places[i].At
		x, y := (at[0]-origin[0])*degree*shrink, (at[1]-origin[1])*degree
		s := sums{count: 1, load: w, x: w * x, y: w * y, rr: w * (x*x + y*y)}
		if d.Of[i] == mine {
			s.mine = w
		}
		c.own = append(c.own, s)
		all.add(&s)
	}
	return all
}

// cut finds the cheapest way to part places in two, as judged by the sums of one side,
// which it marks; nil when none is cheaper than most, or they do not hang together. What
// is not cheaper than the most that judge is told need not be judged to the end.
// The places were weighed.
func (c *cutter) cut(places []int32, all sums, judge func(side sums, most float64) float64, most float64) (side []bool) {
	for k, i := range places {
		c.local[i] = int32(k)
	}
	defer func() {
		for _, i := range places {
			c.local[i] = -1
		}
	}()
	for trial := range trees {
		if c.span(places, trial > 0); len(c.order) < len(places) {
			return nil
		}
		best, rest := int32(-1), false
		for _, v := range c.order[1:] {
			below := c.tree[v].sums
			above := all.without(below)
			if cost := judge(below, most); cost < most {
				best, most, rest = v, cost, false
			}
			if cost := judge(above, most); cost < most {
				best, most, rest = v, cost, true
			}
		}
		if best >= 0 {
			side = c.below(best, rest, side)
		}
	}
	return side
}

// span makes a spanning tree of places by Prim's algorithm, the shortest or one of
// random lengths, and sums over its branches.
func (c *cutter) span(places []int32, random bool) {
	c.tree = c.tree[:0]
	for k := range places {
		c.tree = append(c.tree, branch{parent: -1, key: math.Inf(1), sums: c.own[k]})
	}
	c.order, c.queue = c.order[:0], c.queue[:0]
	c.queue.push(entry{0, int32(c.random.IntN(len(places)))})
	for len(c.queue) > 0 {
		e := c.queue.pop()
		at := &c.tree[e.index]
		if at.key < 0 {
			continue // in the tree already
		}
		at.key = -1
		c.order = append(c.order, e.index)
		for _, arc := range c.graph.arcs(places[e.index]) {
			k := c.local[arc.to]
			if k < 0 || c.tree[k].key < 0 {
				continue
			}
			length := arc.seconds + 1
			if random {
				length *= c.random.Float64()
			}
			if length < c.tree[k].key {
				c.tree[k].key, c.tree[k].parent = length, e.index
				c.queue.push(entry{length, k})
			}
		}
	}
	for k := len(c.order) - 1; k > 0; k-- {
		v := &c.tree[c.order[k]]
		c.tree[v.parent].add(&v.sums)
	}
}

// below marks what hangs on a branch, or all the rest.
func (c *cutter) below(v int32, rest bool, into []bool) []bool {
	into = append(into[:0], make([]bool, len(c.order))...)
	for _, k := range c.order {
		into[k] = k == v || c.tree[k].parent >= 0 && into[c.tree[k].parent]
	}
	if rest {
		for k := range into {
			into[k] = !into[k]
		}
	}
	return into
}
