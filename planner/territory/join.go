package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// strolling turns metres as the crow flies into seconds of an edge that only says
// that two parts are near each other.
const strolling = 1.0

// Join adds edges until the graph is connected: each part but the largest is
// joined to the nearest place outside, as the crow flies, smallest parts first.
// The edges are those given, with new ones at the end.
func Join(places []Place, edges []Edge) []Edge {
	for {
		g, err := NewGraph(places, edges)
		if err != nil {
			return edges // NewGraph will tell the caller
		}
		piece, count := g.Pieces()
		if count < 2 {
			return edges
		}
		parts := make([][]int32, count)
		for i, k := range piece {
			parts[k] = append(parts[k], int32(i))
		}
		largest := 0
		for k := range parts {
			if len(parts[k]) > len(parts[largest]) {
				largest = k
			}
		}
		grid := newNearest(places)
		for k, part := range parts {
			if k != largest {
				edges = append(edges, grid.bridge(part, piece))
			}
		}
	}
}

// nearest finds places near a point: all of them, sorted by longitude.
type nearest struct {
	places []Place
	order  []int32
}

func newNearest(places []Place) nearest {
	n := nearest{places: places, order: make([]int32, len(places))}
	for i := range n.order {
		n.order[i] = int32(i)
	}
	slices.SortFunc(n.order, func(a, b int32) int {
		if c := compare(places[a].At[0], places[b].At[0]); c != 0 {
			return c
		}
		return int(a) - int(b)
	})
	return n
}

// bridge is the shortest edge from a part to a place of another piece.
func (n nearest) bridge(part []int32, piece []int32) Edge {
	best, least := Edge{}, math.Inf(1)
	for _, i := range part {
		at := n.places[i].At
		middle, _ := slices.BinarySearchFunc(n.order, at[0], func(k int32, lon float64) int { return compare(n.places[k].At[0], lon) })
		for _, step := range [2]int{1, -1} {
			for k := middle - (1-step)/2; k >= 0 && k < len(n.order); k += step {
				other := n.order[k]
				if geo.Metres(at, orb.Point{n.places[other].At[0], at[1]}) >= least {
					break
				}
				if piece[other] == piece[i] {
					continue
				}
				if d := geo.Metres(at, n.places[other].At); d < least {
					best, least = Edge{i, other, d / strolling}, d
				}
			}
		}
	}
	return best
}
