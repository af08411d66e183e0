package territory

import (
	"cmp"
	"math"
	"slices"
)

const (
	// patience is how many rounds of balancing without a gain end it.
	patience = 4
	// polishes is how often all borders of a new division are drawn for compactness.
	polishes = 10
	// redraws is how often in a row the surroundings of a territory are redrawn to no
	// avail before that is given up. In all there are redrawsEach for each territory, so
	// that parts of a round do not take more of them than the whole, and mostRedraws at the
	// most. widest is how many territories are redrawn at once.
	redraws     = 60
	redrawsEach = 16
	mostRedraws = 640
	widest      = 8
	// odd is how far off its share a territory is whose surroundings are redrawn, and
	// veryOdd where as much as can be shall stay.
	odd     = 4 * even
	veryOdd = 3 * odd
)

// borders draws the borders of a division. It is scratch for one goroutine.
type borders struct {
	g *Graph
	d *Division
	// parts are the places of each territory, want what each should have, in seconds.
	parts [][]int32
	want  []float64
	// vain counts the redraws around each territory since one was of use, redrawn all.
	vain    []int
	redrawn int
	// price is what a share of the work in the wrong territory costs beside the
	// compactness of the two: with 4, 1 % too much is worth 4 % of inertia.
	price float64
	cutter
}

func newBorders(g *Graph, d *Division, seed uint64) *borders {
	return &borders{g: g, d: d, parts: d.parts(), vain: make([]int, len(d.Centre)), price: strict, cutter: newCutter(g, seed)}
}

// The prices of unevenness, while borders are drawn for compactness and at last.
const (
	lenient = 1.0
	strict  = 4.0
)

// balance lets work flow between neighbours, and redraws where that is stuck, until
// it no longer helps; the most even division stays.
func (b *borders) balance(shares []float64) {
	if len(shares) > 1 {
		b.improve(shares, even, func() {
			b.repair()
			b.pass(shares)
		})
	}
}

// keep is balance that lets places stay where they are as far as it goes.
func (b *borders) keep(shares []float64) {
	if len(shares) < 2 {
		return
	}
	b.improve(shares, odd/2, func() {
		b.g.slide(b.d, b.g.flows(b.d, shares))
		b.g.measure(b.d)
	})
	b.improve(shares, veryOdd, func() {
		b.repair()
		b.g.slide(b.d, b.g.flows(b.d, shares))
		b.g.measure(b.d)
	})
}

// improve repeats a step as long as that helps and there is more than enough to mend.
func (b *borders) improve(shares []float64, enough float64, step func()) {
	worth := func() float64 { return b.excess(shares) + FarPrice(b.g.Len(), len(shares))*b.g.far(b.d) }
	best, least := b.d.Clone(), worth()
	b.redrawn = 0
	for idle := 0; idle < patience && least >= enough; idle++ {
		b.parts = b.d.parts()
		b.desire(shares)
		step()
		if cost := worth(); cost < least {
			best, least, idle = b.d.Clone(), cost, -1
		}
		if b.g.enough() {
			break
		}
	}
	b.d.become(best)
	b.parts = b.d.parts()
}

// polish makes a new division compact.
func (b *borders) polish(shares []float64) {
	b.price = lenient
	for k := 0; k < polishes && !b.g.enough(); k++ {
		b.desire(shares)
		b.pass(shares)
	}
	b.price = strict
}

// desire works out what each territory should have.
func (b *borders) desire(shares []float64) {
	fair := sum(b.g.Load(b.d)) / sum(shares)
	b.want = b.want[:0]
	for _, share := range shares {
		b.want = append(b.want, max(fair*share, 1))
	}
}

// excess is how much more than its share the heaviest territory has, as a part of
// the share.
func (b *borders) excess(shares []float64) float64 {
	b.desire(shares)
	worst := 0.0
	for t, load := range b.g.Load(b.d) {
		worst = max(worst, load/b.want[t]-1)
	}
	return worst
}

// pass draws borders anew, those first over which most work is to flow.
func (b *borders) pass(shares []float64) {
	flows := b.g.flows(b.d, shares)
	pairs := make([]pair, 0, len(flows))
	for p := range flows {
		pairs = append(pairs, p)
	}
	slices.SortFunc(pairs, func(p, q pair) int {
		return cmp.Or(cmp.Compare(math.Abs(flows[q]), math.Abs(flows[p])), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
	})
	for _, p := range pairs {
		if b.shift(p.a, p.b, flows[p]) {
			b.settle(p.a)
			b.settle(p.b)
		}
	}
}

// repair redraws the surroundings of territories that are far off their share, where
// borders alone do not help because the streets are trees there, and of those with
// places too far for a day.
func (b *borders) repair() {
	wrong := func(t int32) bool { return b.off(t) > odd || b.far(t) > 0 }
	var list []int32
	for t := range b.want {
		if wrong(int32(t)) {
			list = append(list, int32(t))
		}
	}
	slices.SortStableFunc(list, func(s, t int32) int { return cmp.Compare(b.off(t), b.off(s)) })
	for _, t := range list {
		for k := 0; k < redraws/patience && b.vain[t] < redraws && b.redrawn < min(mostRedraws, redrawsEach*len(b.want)) && wrong(t) && !b.g.enough(); k++ {
			b.vain[t]++
			b.redrawn++
			if region := b.around(t, 2+b.random.IntN(widest-1)); b.redraw(region) {
				for _, u := range region {
					b.vain[u] = 0
				}
			}
		}
	}
}

// off is how far a territory is off its share, as a part of it.
func (b *borders) off(t int32) float64 { return math.Abs(b.load(t)/b.want[t] - 1) }

// load of a territory, in seconds.
func (b *borders) load(t int32) float64 {
	load := 0.0
	for _, i := range b.parts[t] {
		load += b.g.load(i, b.d.seconds[i])
	}
	return load
}

// far counts the places of a territory that are too far for a day.
func (b *borders) far(t int32) (count float64) {
	for _, i := range b.parts[t] {
		if b.g.tooFar(i, b.d.seconds[i]) {
			count++
		}
	}
	return count
}

// settle puts the middle of a territory where its places are, and measures from there.
func (b *borders) settle(t int32) {
	b.d.Centre[t] = b.g.middle(b.parts[t])
	for _, i := range b.parts[t] {
		b.d.seconds[i] = math.Inf(1)
	}
	b.d.seconds[b.d.Centre[t]] = 0
	b.queue = b.queue[:0]
	b.queue.push(entry{0, b.d.Centre[t]})
	b.queue = b.g.walk(b.d, b.queue)
}

// shift moves the border between s and t so that flow leaves s, or as near to that as
// the streets allow, and both are compact. It is false when the border is best where
// it is, or there is none.
func (b *borders) shift(s, t int32, flow float64) bool {
	places := slices.Concat(b.parts[s], b.parts[t])
	all := b.weigh(b.d, places, s)
	var mine sums
	for k := range b.parts[s] {
		mine.add(&b.own[k])
	}
	rest := all.without(mine)
	share, scale := min(b.want[s], b.want[t]), max(mine.inertia()+rest.inertia(), 1)
	off := func(side sums) float64 {
		return max(math.Abs(side.load/b.want[s]-1), math.Abs((all.load-side.load)/b.want[t]-1))
	}
	limit := max(off(mine), odd)
	judge := func(side sums, _ float64) float64 {
		if off(side) > limit {
			return math.Inf(1)
		}
		rest := all.without(side)
		// What changes hands: what the side has not from s, and what s has beyond it.
		change := (side.load - side.mine + mine.load - side.mine) / max(all.load, 1)
		return b.price*math.Abs(side.load-mine.load+flow)/share + (side.inertia()+rest.inertia())/scale + changePrice*change
	}
	side := b.cut(places, all, judge, judge(mine, math.Inf(1))-1e-9)
	if side == nil {
		return false
	}
	b.parts[s], b.parts[t] = nil, nil
	for k, i := range places {
		to := t
		if side[k] {
			to = s
		}
		b.d.Of[i] = to
		b.parts[to] = append(b.parts[to], i)
	}
	return true
}

// changePrice is what it costs that all of the work of two territories changes hands.
const changePrice = 0.05
