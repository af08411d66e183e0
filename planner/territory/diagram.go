package territory

import (
	"math"
	"slices"
)

// Bounds of the shaping: after settling rounds the middles stand still and only the
// weights move, until the work is within even of the shares or the rounds are over.
const (
	rounds    = 80
	settling  = 50
	moveEvery = 5
	even      = 0.005
	// moves is how often middles follow their balanced territories, rebalances how
	// often the work flows once they stand: a place on the other side of a border is
	// another distance from its middle than it was thought to be.
	moves      = 4
	rebalances = 4
)

// Division is who has which place.
type Division struct {
	// Of is the territory of each place, Centre the place in its middle.
	Of     []int32
	Centre []int32
	// seconds from the middle of the own territory to each place.
	seconds []float64
}

// Split divides a connected graph into len(shares) territories whose work is in
// proportion to shares (all above 0). Each is connected and holds at least one
// place, so there must be as many places as shares.
func Split(g *Graph, shares []float64) *Division {
	d := &Division{
		Of: make([]int32, g.Len()), Centre: g.seeds(shares), seconds: make([]float64, g.Len()),
	}
	g.shape(d, shares)
	g.settle(d)
	g.measure(d)
	g.alternate(d, shares, moves)
	return d
}

// Rebalance moves border places after the work has changed; the rest stay where
// they are, and so do the middles unless they may follow.
func Rebalance(g *Graph, d *Division, shares []float64, follow bool) {
	if follow {
		g.settle(d)
		g.measure(d)
		g.alternate(d, shares, 1)
	} else {
		g.alternate(d, shares, 0)
	}
}

// alternate balances the work, and lets the middles follow so many times, as long as
// one of the two changes something; the most even division stays.
func (g *Graph) alternate(d *Division, shares []float64, moves int) {
	best, least := Division{}, math.Inf(1)
	for round := range moves + rebalances {
		g.balance(d, shares)
		g.measure(d)
		if worst := g.excess(d, shares); worst < least {
			best, least = *d.Clone(), worst
		}
		if least < even {
			break
		}
		if round < moves {
			g.settle(d)
			g.measure(d)
		}
	}
	*d = best
}

// shape moves the weights, and for a while the middles, of an additively weighted
// Voronoi diagram, and leaves the most even one in d.
func (g *Graph) shape(d *Division, shares []float64) {
	weights := make([]float64, len(shares))
	best, least := Division{}, math.Inf(1)
	for round := range rounds {
		g.grow(d, weights)
		if round >= settling || len(shares) == 1 {
			if worst := g.excess(d, shares); worst < least {
				least = worst
				best = *d.Clone()
			}
			if least < even || len(shares) == 1 {
				break
			}
		}
		if round < settling && round%moveEvery == moveEvery-1 {
			g.centre(d)
		} else {
			g.weigh(d, shares, weights)
		}
	}
	*d = best
	g.adopt(d)
}

// grow gives each place to the middle that is nearest, distance and weight added
// (Dijkstra's algorithm from all middles at once).
func (g *Graph) grow(d *Division, weights []float64) {
	for i := range d.Of {
		d.Of[i], d.seconds[i] = -1, math.Inf(1)
	}
	var queue heap
	for t, c := range d.Centre {
		if weights[t] < d.seconds[c] {
			d.seconds[c], d.Of[c] = weights[t], int32(t)
			queue.push(entry{weights[t], c})
		}
	}
	for len(queue) > 0 {
		e := queue.pop()
		if e.key > d.seconds[e.index] {
			continue
		}
		for _, a := range g.arcs(e.index) {
			// A little for each step, so that places at one point do not all hang
			// on a single neighbour.
			if far := e.key + a.seconds + 0.01; far < d.seconds[a.to] {
				d.seconds[a.to], d.Of[a.to] = far, d.Of[e.index]
				queue.push(entry{far, a.to})
			}
		}
	}
	for i, t := range d.Of {
		if t >= 0 {
			d.seconds[i] -= weights[t]
		}
	}
}

// weigh makes heavy territories smaller: the work of a disc grows with the square
// of its radius, so half the relative error of the work is that of the radius.
func (g *Graph) weigh(d *Division, shares, weights []float64) {
	load, radius := make([]float64, len(shares)), make([]float64, len(shares))
	count, all, mean := make([]float64, len(shares)), 0.0, 0.0
	for i, t := range d.Of {
		work := g.load(int32(i), d.seconds[i])
		load[t] += work
		radius[t] += d.seconds[i]
		count[t]++
		all += work
		mean += d.seconds[i]
	}
	mean /= float64(len(d.Of))
	total := sum(shares)
	for t := range weights {
		if count[t] > 0 {
			radius[t] /= count[t]
		}
		off := load[t]/(all*shares[t]/total) - 1
		if !(all > 0) {
			off = 0
		}
		weights[t] += 0.6 * max(radius[t], mean/4) * min(max(off, -1), 1)
	}
}

// centre puts each middle into the middle of its territory; an empty one keeps it.
func (g *Graph) centre(d *Division) {
	for t, part := range d.parts() {
		if len(part) > 0 {
			d.Centre[t] = g.middle(part)
		}
	}
}

// Load of each territory, in seconds: the work of its places and the walks there
// and back from its middle.
func (g *Graph) Load(d *Division) []float64 {
	load := make([]float64, len(d.Centre))
	for i, t := range d.Of {
		load[t] += g.load(int32(i), d.seconds[i])
	}
	return load
}

// measure brings seconds up to date: the shortest walks that stay in the territory.
func (g *Graph) measure(d *Division) {
	var queue heap
	for i := range d.seconds {
		d.seconds[i] = math.Inf(1)
	}
	for _, c := range d.Centre {
		d.seconds[c] = 0
		queue.push(entry{0, c})
	}
	for len(queue) > 0 {
		e := queue.pop()
		if e.key > d.seconds[e.index] {
			continue
		}
		for _, a := range g.arcs(e.index) {
			if far := e.key + a.seconds; d.Of[a.to] == d.Of[e.index] && far < d.seconds[a.to] {
				d.seconds[a.to] = far
				queue.push(entry{far, a.to})
			}
		}
	}
}

// parts are the places of each territory.
func (d *Division) parts() [][]int32 {
	parts := make([][]int32, len(d.Centre))
	for i, t := range d.Of {
		parts[t] = append(parts[t], int32(i))
	}
	return parts
}

// excess is how much more than its share the heaviest territory has, as a part of
// the share; one that is empty counts as the worst there is.
func (g *Graph) excess(d *Division, shares []float64) float64 {
	load, count, all := make([]float64, len(shares)), make([]int, len(shares)), 0.0
	for i, t := range d.Of {
		work := g.load(int32(i), d.seconds[i])
		load[t] += work
		count[t]++
		all += work
	}
	worst, total := 0.0, sum(shares)
	for t := range load {
		if count[t] == 0 {
			return math.MaxFloat64
		}
		if all > 0 {
			worst = max(worst, load[t]*total/(all*shares[t])-1)
		}
	}
	return worst
}

// adopt gives a territory without any place one: its middle, or the nearest place
// of a territory that has others, whose connection does not hang on it.
func (g *Graph) adopt(d *Division) {
	count := make([]int, len(d.Centre))
	for _, t := range d.Of {
		count[t]++
	}
	c := g.newCutter()
	for t := range d.Centre {
		if count[t] > 0 {
			continue
		}
		for i, from := range d.Of {
			if count[from] > 1 && len(c.group(d, int32(i))) == 1 {
				d.Of[i], d.Centre[t], d.seconds[i] = int32(t), int32(i), 0
				count[from]--
				count[t]++
				break
			}
		}
	}
}

// Clone shares nothing with d.
func (d *Division) Clone() *Division {
	return &Division{Of: slices.Clone(d.Of), Centre: slices.Clone(d.Centre), seconds: slices.Clone(d.seconds)}
}
