package territory

import (
	"math"

	"github.com/paulmach/orb"
)

// candidates is how many places of a territory are tried as its middle, steps how
// often the best of them moves on to a neighbour.
const (
	candidates = 24
	steps      = 20
)

// settle puts each middle where the load of its territory is least: the best of the
// place nearest the mean and others strewn over the territory, then of their
// neighbours as long as one is better (the 1-median by local search).
func (g *Graph) settle(d *Division) {
	m := median{g: g, d: d, seconds: make([]float64, g.Len())}
	for t, part := range d.parts() {
		if len(part) == 0 {
			continue
		}
		best := g.middle(part)
		least := m.load(best, part)
		for k := range min(candidates, len(part)) {
			c := part[k*len(part)/min(candidates, len(part))]
			if load := m.load(c, part); load < least {
				best, least = c, load
			}
		}
		d.Centre[t] = m.descend(best, least, part)
	}
}

// median measures territories from places in them.
type median struct {
	g       *Graph
	d       *Division
	seconds []float64
	queue   heap
}

// descend moves from neighbour to neighbour while the load gets less.
func (m *median) descend(at int32, least float64, part []int32) int32 {
	for range steps {
		next := at
		for _, a := range m.g.arcs(at) {
			if m.d.Of[a.to] != m.d.Of[at] {
				continue
			}
			if load := m.load(a.to, part); load < least {
				next, least = a.to, load
			}
		}
		if next == at {
			break
		}
		at = next
	}
	return at
}

// load of the part for who starts at a place of it, and the walks from there: with
// work alone every place would be as good as the other. A place too far for a day
// counts as a whole one, so that as few as can be are.
func (m *median) load(from int32, part []int32) float64 {
	for _, i := range part {
		m.seconds[i] = math.Inf(1)
	}
	m.seconds[from] = 0
	m.queue.push(entry{0, from})
	for len(m.queue) > 0 {
		e := m.queue.pop()
		if e.key > m.seconds[e.index] {
			continue
		}
		for _, a := range m.g.arcs(e.index) {
			if far := e.key + a.seconds; m.d.Of[a.to] == m.d.Of[from] && far < m.seconds[a.to] {
				m.seconds[a.to] = far
				m.queue.push(entry{far, a.to})
			}
		}
	}
	sum := 0.0
	for _, i := range part {
		sum += m.g.load(i, m.seconds[i]) + m.seconds[i]*1e-3
		if m.g.tooFar(i, m.seconds[i]) {
			sum += m.g.Day
		}
	}
	return sum
}

// middle is the place nearest the mean of the part, by work.
func (g *Graph) middle(part []int32) int32 {
	var mean orb.Point
	weight := 0.0
	for _, i := range part {
		// A place without work counts a little, so that there always is a mean.
		w := g.places[i].Work + 1e-9
		mean[0] += w * g.places[i].At[0]
		mean[1] += w * g.places[i].At[1]
		weight += w
	}
	mean[0], mean[1] = mean[0]/weight, mean[1]/weight
	shrink := math.Cos(mean[1] * math.Pi / 180)
	best, least := part[0], math.Inf(1)
	for _, i := range part {
		dx, dy := (g.places[i].At[0]-mean[0])*shrink, g.places[i].At[1]-mean[1]
		if d := dx*dx + dy*dy; d < least {
			best, least = i, d
		}
	}
	return best
}
