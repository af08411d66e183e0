package territory

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
)

// even is the load above the fair share, as a part of it, below which nothing is
// mended.
const even = 0.005

// Division is who has which place.
type Division struct {
	// Of is the territory of each place, Centre the place in its middle.
	Of     []int32
	Centre []int32
	// seconds from the middle of the own territory to each place.
	seconds []float64
}

// attempts is how many places are divided in all by attempts at a small graph, of
// which the best is kept, mostAttempts how often that is at the most.
const (
	attempts     = 2000
	mostAttempts = 8
	// coverages is how many numbers of cells are tried where days are too short: for more
	// than one place in fewFar.
	coverages, fewFar = 4, 20
)

// Split divides a connected graph (see [Join]) into len(shares) territories whose
// work is in proportion to shares (all above 0). Each is connected and holds at least
// one place, so there must be as many places as shares.
func Split(g *Graph, shares []float64) *Division {
	tries := min(mostAttempts, max(1, attempts/max(1, g.Len())))
	drawn := g.start(shares, 0, tries, func(b *borders, _ int) bool {
		b.begin(len(shares))
		return true
	})
	if !slices.ContainsFunc(drawn, func(a attempt) bool { return a.far*fewFar <= float64(g.Len()) }) {
		// Many are too far for a day, wherever borders lie: coverage comes first then.
		drawn = append(drawn, g.start(shares, tries, coverages, func(b *borders, k int) bool {
			return b.cover(len(shares), (len(shares)*(k+2)+coverages)/(coverages+1))
		})...)
		slices.SortStableFunc(drawn, func(a, b attempt) int { return cmp.Compare(a.cost, b.cost) })
		drawn = drawn[:min(2, len(drawn))]
	}
	side(len(drawn), func(k int) { drawn[k].finish(shares) })
	return slices.MinFunc(drawn, func(a, b attempt) int { return cmp.Compare(a.cost, b.cost) }).d
}

// attempt is a division in the making and what it costs: more than any where it failed.
type attempt struct {
	*borders
	cost, far float64
}

// start begins count divisions, whose random numbers come from first on.
func (g *Graph) start(shares []float64, first, count int, begin func(b *borders, k int) bool) []attempt {
	drawn := make([]attempt, count)
	side(count, func(k int) {
		d := &Division{Of: make([]int32, g.Len()), Centre: make([]int32, len(shares)), seconds: make([]float64, g.Len())}
		drawn[k] = attempt{newBorders(g, d, uint64(first+k)), math.Inf(1), 0}
		if begin(drawn[k].borders, k) {
			drawn[k].appraise(shares)
		}
	})
	return drawn
}

// finish polishes a division and balances it.
func (a *attempt) finish(shares []float64) {
	if math.IsInf(a.cost, 1) {
		return
	}
	a.polish(shares)
	a.balance(shares)
	a.g.settle(a.d)
	a.g.measure(a.d)
	a.balance(shares)
	a.appraise(shares)
}

func (a *attempt) appraise(shares []float64) {
	a.far = a.g.far(a.d)
	a.cost = a.excess(shares) + FarPrice(a.g.Len(), len(shares))*a.far + a.g.spread(a.d)
}

// side does count things side by side, one for each processor.
func side(count int, do func(k int)) {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range count {
		group.Go(func() error {
			do(k)
			return nil
		})
	}
	_ = group.Wait() // nothing fails
}

// Redraw draws the borders anew after the work has changed: all of them in a graph so
// small that [Split] tries more than once, else from where they are. Another seed
// gives other borders.
func Redraw(g *Graph, d *Division, shares []float64, seed uint64) {
	b := newBorders(g, d, mostAttempts+seed)
	if 2*g.Len() <= attempts {
		b.begin(len(shares))
		b.polish(shares)
	}
	b.balance(shares)
	g.settle(d)
	g.measure(d)
	b.balance(shares)
}

// Adjust moves borders after the work has changed; places stay where they are as far
// as it goes.
func Adjust(g *Graph, d *Division, shares []float64) { newBorders(g, d, 0).keep(shares) }

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
	g.walk(d, queue)
}

// walk goes on from the places in the queue, each within its territory (Dijkstra's
// algorithm).
func (g *Graph) walk(d *Division, queue heap) heap {
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
	return queue
}

// far counts the places that are too far from their middles for a day.
func (g *Graph) far(d *Division) (count float64) {
	for i, s := range d.seconds {
		if g.tooFar(int32(i), s) {
			count++
		}
	}
	return count
}

// spread is the mean walk from the middles as a part of half a day, of eight hours
// where days have no length.
func (g *Graph) spread(d *Division) float64 {
	half := g.Day / 2
	if !(half > 0) {
		half = 4 * 3600
	}
	return sum(d.seconds) / float64(max(1, len(d.seconds))) / half
}

// parts are the places of each territory.
func (d *Division) parts() [][]int32 {
	parts := make([][]int32, len(d.Centre))
	for i, t := range d.Of {
		parts[t] = append(parts[t], int32(i))
	}
	return parts
}

// Clone shares nothing with d.
func (d *Division) Clone() *Division {
	return &Division{Of: slices.Clone(d.Of), Centre: slices.Clone(d.Centre), seconds: slices.Clone(d.seconds)}
}

// become makes d what other is, in d's own memory.
func (d *Division) become(other *Division) {
	copy(d.Of, other.Of)
	copy(d.Centre, other.Centre)
	copy(d.seconds, other.seconds)
}

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}
