package territory

import (
	"cmp"
	"math"
	"slices"
)

// begin divides all places into so many territories.
func (b *borders) begin(count int) {
	all := slices.Concat(b.parts...)
	// The second time it is known how far places are from a middle.
	for range 2 {
		b.parts = b.bisect(all, count, nil)
		slices.SortFunc(b.parts, func(p, q []int32) int { return cmp.Compare(slices.Min(p), slices.Min(q)) })
		for t, part := range b.parts {
			for _, i := range part {
				b.d.Of[i] = int32(t)
			}
			b.settle(int32(t))
		}
	}
}

// Recombine divides a territory and some beside it, so many at the most, anew among them,
// whether that is better or not; another seed gives other borders. It names the territories
// that it has changed: none where the streets do not allow it.
func Recombine(g *Graph, d *Division, shares []float64, around int32, most int, seed uint64) []int32 {
	g.measure(d)
	b := newBorders(g, d, seed)
	b.desire(shares)
	region := b.around(around, most)
	if len(region) < 2 || !b.draw(region) {
		return nil
	}
	return region
}

// draw divides the places of some territories anew among them.
func (b *borders) draw(region []int32) bool {
	var places []int32
	for _, t := range region {
		places = append(places, b.parts[t]...)
	}
	drawn := b.bisect(places, len(region), nil)
	if drawn == nil {
		return false
	}
	b.name(region, drawn)
	for _, t := range region {
		b.settle(t)
	}
	return true
}

// redraw divides the places of some territories anew among them, and keeps that when
// the sum of their costs gets less.
func (b *borders) redraw(region []int32) bool {
	var places []int32
	var parts [][]int32
	before, centres := 0.0, make([]int32, len(region))
	for k, t := range region {
		places, parts = append(places, b.parts[t]...), append(parts, b.parts[t])
		before, centres[k] = before+b.cost(t), b.d.Centre[t]
	}
	seconds := make([]float64, len(places))
	for k, i := range places {
		seconds[k] = b.d.seconds[i]
	}
	if !b.draw(region) {
		return false
	}
	after := 0.0
	for _, t := range region {
		after += b.cost(t)
	}
	if after < before {
		return true
	}
	for k, t := range region {
		b.parts[t], b.d.Centre[t] = parts[k], centres[k]
		for _, i := range parts[k] {
			b.d.Of[i] = t
		}
	}
	for k, i := range places {
		b.d.seconds[i] = seconds[k]
	}
	return false
}

// FarPrice is what a place costs that is too far for a day, beside the excess of the
// heaviest territory as a part of its share: five times what a place is of such a share,
// so that none is given up for a little more even work, but for a lot.
func FarPrice(places, territories int) float64 {
	return 5 * float64(territories) / float64(max(1, places))
}

// cost of a territory: the square of what it has above or below its share, and a
// little for places that nobody can walk to.
func (b *borders) cost(t int32) float64 {
	off := b.off(t)
	return off*off + FarPrice(b.g.Len(), len(b.want))*b.far(t)
}

// bisect parts places into so many connected parts of about the same load, by cutting
// spanning trees in two again and again; nil when they do not hang together.
func (b *borders) bisect(places []int32, count int, parts [][]int32) [][]int32 {
	if count == 1 {
		return append(parts, places)
	}
	all := b.weigh(b.d, places, -1)
	unit, scale := max(all.load/float64(count), 1e-9), max(all.inertia(), 1)
	// How many parts a side is worth; no more than it has places.
	worth := func(side sums) float64 {
		least, most := max(1, float64(count)-(all.count-side.count)), min(float64(count-1), side.count)
		return min(max(least, math.Round(side.load/unit)), most)
	}
	side := b.cut(places, all, func(side sums, most float64) float64 {
		n := worth(side)
		cost := b.price * math.Abs(side.load/unit-n) / min(n, float64(count)-n)
		if cost < most {
			rest := all.without(side)
			cost += (side.inertia() + rest.inertia()) / scale
		}
		return cost
	}, math.Inf(1))
	if side == nil {
		return nil
	}
	var in, out []int32
	var marked sums
	for k, i := range places {
		if side[k] {
			in = append(in, i)
			marked.add(&b.own[k])
		} else {
			out = append(out, i)
		}
	}
	n := int(worth(marked))
	if parts = b.bisect(in, n, parts); parts == nil {
		return nil
	}
	return b.bisect(out, count-n, parts)
}

// name gives each territory of a region one of the parts: one of the right load, and
// rather one that it has most of.
func (b *borders) name(region []int32, parts [][]int32) {
	cost := make([][]float64, len(region))
	for k, t := range region {
		cost[k] = make([]float64, len(parts))
		for m, part := range parts {
			load, mine := 0.0, 0.0
			for _, i := range part {
				w := b.g.load(i, b.d.seconds[i])
				load += w
				if b.d.Of[i] == t {
					mine += w
				}
			}
			cost[k][m] = strict*math.Abs(load/b.want[t]-1) - mine/b.want[t]
		}
	}
	matched := Match(cost)
	for k, t := range region {
		b.parts[t] = parts[matched[k]]
		for _, i := range b.parts[t] {
			b.d.Of[i] = t
		}
	}
}

// around are t, territories next to it and, until there are so many, those next to
// them, in a random order.
func (b *borders) around(t int32, most int) []int32 {
	region := []int32{t}
	for at := 0; at < len(region) && len(region) < most; at++ {
		var next []int32
		for _, i := range b.parts[region[at]] {
			for _, a := range b.g.arcs(i) {
				if u := b.d.Of[a.to]; !slices.Contains(region, u) && !slices.Contains(next, u) {
					next = append(next, u)
				}
			}
		}
		b.random.Shuffle(len(next), func(i, j int) { next[i], next[j] = next[j], next[i] })
		region = append(region, next[:min(len(next), most-len(region))]...)
	}
	return region
}
