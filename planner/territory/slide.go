package territory

import (
	"math"
	"slices"
)

// move is a border place that might change to a neighbouring territory.
type move struct {
	place    int32
	from, to int32
	// seconds from the middle of the territory to which it would go.
	seconds float64
}

// slide moves border places along the flows, with whatever they would cut off, those
// first that are nearer to their new middle than to the old one. A middle stays where
// it is, so that no territory vanishes. Nothing else changes hands.
func (g *Graph) slide(d *Division, flows map[pair]float64) {
	c := g.newSeverer()
	var moves []move
	var queue heap
	offer := func(place int32) {
		for _, m := range g.movesOf(d, place) {
			if flow(flows, m.from, m.to) > 0 {
				queue.push(entry{m.seconds - d.seconds[place], int32(len(moves))})
				moves = append(moves, m)
			}
		}
	}
	for i := range d.Of {
		offer(int32(i))
	}
	for len(queue) > 0 {
		m := moves[queue.pop().index]
		if d.Of[m.place] != m.from || !g.touches(d, m.place, m.to) {
			continue // something changed since the offer
		}
		group := c.group(d, m.place)
		work := g.loads(d, group)
		if slices.Contains(group, d.Centre[m.from]) || work/2 > flow(flows, m.from, m.to) {
			continue
		}
		pour(flows, m.from, m.to, work)
		from := d.seconds[m.place]
		for _, i := range group {
			d.Of[i] = m.to
			d.seconds[i] = m.seconds + math.Abs(d.seconds[i]-from)
		}
		for _, i := range group {
			for _, a := range g.arcs(i) {
				if d.Of[a.to] == m.from {
					offer(a.to)
				}
			}
		}
	}
}

// movesOf are the territories next to a place, each with the shortest way there.
func (g *Graph) movesOf(d *Division, place int32) []move {
	var moves []move
	from := d.Of[place]
	for _, a := range g.arcs(place) {
		to := d.Of[a.to]
		if to == from {
			continue
		}
		seconds := d.seconds[a.to] + a.seconds
		k := slices.IndexFunc(moves, func(m move) bool { return m.to == to })
		if k < 0 {
			moves = append(moves, move{place, from, to, seconds})
		} else {
			moves[k].seconds = min(moves[k].seconds, seconds)
		}
	}
	return moves
}

// loads is the load of places for who has them.
func (g *Graph) loads(d *Division, places []int32) float64 {
	sum := 0.0
	for _, i := range places {
		sum += g.load(i, d.seconds[i])
	}
	return sum
}

// touches says whether a neighbour of the place belongs to the territory.
func (g *Graph) touches(d *Division, place, territory int32) bool {
	return slices.ContainsFunc(g.arcs(place), func(a arc) bool { return d.Of[a.to] == territory })
}

// flow that is still to go from a territory to another.
func flow(flows map[pair]float64, from, to int32) float64 {
	if from < to {
		return flows[pair{from, to}]
	}
	return -flows[pair{to, from}]
}

func pour(flows map[pair]float64, from, to int32, work float64) {
	if from < to {
		flows[pair{from, to}] -= work
	} else {
		flows[pair{to, from}] += work
	}
}
