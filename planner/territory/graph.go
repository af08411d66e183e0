package territory

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Place is a household as the split sees it.
type Place struct {
	At orb.Point
	// Work is the visit and the walk from the neighbour before, in seconds.
	Work float64
}

// Edge joins two places that are neighbours along the streets, Seconds apart.
type Edge struct {
	A, B    int32
	Seconds float64
}

// Graph is places and who is next to whom. It does not change but for the work.
type Graph struct {
	// Day is how long a worker is out on a day, in seconds. Who walks far to a place
	// has that much less of the day for it, there and back; with 0 that is not
	// counted.
	Day float64
	// Enough, when not nil, says that time is up: what there is then is not mended
	// further. It may be called by several goroutines.
	Enough func() bool

	places []Place
	// The neighbours of place i are next[first[i]:first[i+1]].
	first []int32
	next  []arc
}

type arc struct {
	to      int32
	seconds float64
}

// NewGraph makes a graph of edges between places. Edges that occur twice count
// once, the shorter; an edge from a place to itself is dropped.
func NewGraph(places []Place, edges []Edge) (*Graph, error) {
	for i, p := range places {
		if !(p.Work >= 0) || math.IsInf(p.Work, 0) {
			return nil, fmt.Errorf("territory: place %d has work of %v s", i, p.Work)
		}
	}
	g := &Graph{places: places, first: make([]int32, len(places)+1)}
	for k, e := range edges {
		if e.A < 0 || e.B < 0 || int(max(e.A, e.B)) >= len(places) || !(e.Seconds >= 0) {
			return nil, fmt.Errorf("territory: edge %d from %d to %d of %v s among %d places", k, e.A, e.B, e.Seconds, len(places))
		}
		if e.A != e.B {
			g.first[e.A+1]++
			g.first[e.B+1]++
		}
	}
	for i := range places {
		g.first[i+1] += g.first[i]
	}
	g.next = make([]arc, g.first[len(places)])
	at := slices.Clone(g.first[:len(places)])
	for _, e := range edges {
		if e.A != e.B {
			g.next[at[e.A]], g.next[at[e.B]] = arc{e.B, e.Seconds}, arc{e.A, e.Seconds}
			at[e.A]++
			at[e.B]++
		}
	}
	g.dropDoubles()
	return g, nil
}

// dropDoubles sorts the neighbours of each place and keeps the nearest of equals.
func (g *Graph) dropDoubles() {
	kept := int32(0)
	for i := range g.places {
		arcs := g.next[g.first[i]:g.first[i+1]]
		slices.SortFunc(arcs, func(a, b arc) int {
			if a.to != b.to {
				return int(a.to) - int(b.to)
			}
			return compare(a.seconds, b.seconds)
		})
		g.first[i] = kept
		for k, a := range arcs {
			if k == 0 || a.to != arcs[k-1].to {
				g.next[kept] = a
				kept++
			}
		}
	}
	g.first[len(g.places)] = kept
	g.next = g.next[:kept]
}

func (g *Graph) enough() bool { return g.Enough != nil && g.Enough() }

// Len is the number of places.
func (g *Graph) Len() int { return len(g.places) }

// SetWork says anew how much work place i is, in seconds.
func (g *Graph) SetWork(i int32, seconds float64) { g.places[i].Work = seconds }

// Work of place i, in seconds.
func (g *Graph) Work(i int32) float64 { return g.places[i].Work }

// mostTrips bounds how many times its work a far place counts.
const mostTrips = 6

// tooFar says whether the day is over before one has got to the place, done the
// work and got back.
func (g *Graph) tooFar(i int32, away float64) bool {
	return g.Day > 0 && 2*away+g.places[i].Work > g.Day
}

// load is the work of a place for who starts so many seconds away from it: the
// days that it takes are longer by the walks there and back. A place too far away
// counts nothing: nobody will go there.
func (g *Graph) load(i int32, away float64) float64 {
	work := g.places[i].Work
	switch {
	case g.Day <= 0:
		return work
	case g.tooFar(i, away):
		return 0
	}
	return work * min(g.Day/(g.Day-2*away), mostTrips)
}

func (g *Graph) arcs(i int32) []arc { return g.next[g.first[i]:g.first[i+1]] }

// Pieces numbers the connected pieces of the graph from 0, in the order of their
// first place.
func (g *Graph) Pieces() (piece []int32, count int) {
	piece = make([]int32, len(g.places))
	for i := range piece {
		piece[i] = -1
	}
	var queue []int32
	for i := range piece {
		if piece[i] >= 0 {
			continue
		}
		piece[i] = int32(count)
		for queue = append(queue[:0], int32(i)); len(queue) > 0; {
			last := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, a := range g.arcs(last) {
				if piece[a.to] < 0 {
					piece[a.to] = int32(count)
					queue = append(queue, a.to)
				}
			}
		}
		count++
	}
	return piece, count
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
