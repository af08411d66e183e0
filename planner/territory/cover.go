package territory

import "math"

const (
	// lookouts is how many places are tried as the middles of cells.
	lookouts = 200
	// unserved is an owner of places that no walk has reached yet.
	unserved = int32(-1)
)

// cover begins a division where days are too short for one that only the work draws:
// around places that reach most others within a day between them (greedily, as for
// maximal coverage: Church, ReVelle, "The maximal covering location problem", 1974) lie
// cells, and those with more work than their share are parted. It is false where the
// cells do not hang together.
func (b *borders) cover(count, cells int) bool {
	middles := b.g.lookout(cells)
	owner := b.g.nearestOf(middles)
	parts, work := make([][]int32, len(middles)), make([]float64, len(middles))
	for i, k := range owner {
		if k == unserved {
			return false
		}
		parts[k] = append(parts[k], int32(i))
		work[k] += b.g.places[i].Work
	}
	workers := make([]int, len(parts))
	for k := range workers {
		workers[k] = 1
	}
	for range count - len(parts) {
		most := -1
		for k := range parts {
			if workers[k] < len(parts[k]) && (most < 0 || work[k]*float64(workers[most]) > work[most]*float64(workers[k])) {
				most = k
			}
		}
		workers[most]++
	}
	var drawn [][]int32
	for k, part := range parts {
		if drawn = b.bisect(part, workers[k], drawn); drawn == nil {
			return false
		}
	}
	b.parts = drawn
	for t, part := range drawn {
		for _, i := range part {
			b.d.Of[i] = int32(t)
		}
		b.settle(int32(t))
	}
	return true
}

// lookout chooses so many places, or fewer, each of which reaches most places that
// those before do not.
func (g *Graph) lookout(most int) (chosen []int32) {
	count := min(lookouts, g.Len())
	reach := make([][]int32, count)
	seconds := make([]float64, g.Len())
	for i := range seconds {
		seconds[i] = math.Inf(1)
	}
	var queue heap
	for k := range reach {
		reach[k], queue = g.within(int32(k*g.Len()/count), seconds, queue)
	}
	covered := make([]bool, g.Len())
	for len(chosen) < most {
		best, gain := -1, 0
		for k, places := range reach {
			fresh := 0
			for _, i := range places {
				if !covered[i] {
					fresh++
				}
			}
			if fresh > gain {
				best, gain = k, fresh
			}
		}
		if best < 0 {
			break
		}
		for _, i := range reach[best] {
			covered[i] = true
		}
		chosen = append(chosen, int32(best*g.Len()/count))
	}
	return chosen
}

// within are the places that are not too far from one; seconds are infinite before and
// after.
func (g *Graph) within(from int32, seconds []float64, queue heap) ([]int32, heap) {
	var seen, near []int32
	seconds[from] = 0
	seen = append(seen, from)
	queue = queue[:0]
	for queue.push(entry{0, from}); len(queue) > 0; {
		e := queue.pop()
		if e.key > seconds[e.index] || 2*e.key > g.Day {
			continue
		}
		if !g.tooFar(e.index, e.key) {
			near = append(near, e.index)
		}
		for _, a := range g.arcs(e.index) {
			if far := e.key + a.seconds; far < seconds[a.to] {
				if math.IsInf(seconds[a.to], 1) {
					seen = append(seen, a.to)
				}
				seconds[a.to] = far
				queue.push(entry{far, a.to})
			}
		}
	}
	for _, i := range seen {
		seconds[i] = math.Inf(1)
	}
	return near, queue
}

// nearestOf gives each place to the nearest of some places along the streets.
func (g *Graph) nearestOf(middles []int32) []int32 {
	owner, seconds := make([]int32, g.Len()), make([]float64, g.Len())
	for i := range owner {
		owner[i], seconds[i] = unserved, math.Inf(1)
	}
	var queue heap
	for k, i := range middles {
		owner[i], seconds[i] = int32(k), 0
		queue.push(entry{0, i})
	}
	for len(queue) > 0 {
		e := queue.pop()
		if e.key > seconds[e.index] {
			continue
		}
		for _, a := range g.arcs(e.index) {
			if far := e.key + a.seconds; far < seconds[a.to] {
				seconds[a.to], owner[a.to] = far, owner[e.index]
				queue.push(entry{far, a.to})
			}
		}
	}
	return owner
}
