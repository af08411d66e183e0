package heat

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// corner is a vertex of a cell in units of a billionth of a degree (0.1 mm), at
// which neighbouring cells agree in spite of rounding.
type corner [2]int64

type edge struct{ from, to corner }

// Outline is the union of cells of one resolution as a shape in world coordinates,
// outer rings clockwise on the screen.
func Outline(cells []geo.Cell) (orb.MultiPolygon, error) {
	shape, err := Union(cells)
	for _, polygon := range shape {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = mvt.World(p)
			}
			// What runs counter-clockwise on the ground keeps its look on the screen; tiles
			// want it turned.
			ring.Reverse()
		}
	}
	return shape, err
}

// Union is the union of cells of one resolution in longitude and latitude, outer
// rings counter-clockwise.
func Union(cells []geo.Cell) (orb.MultiPolygon, error) {
	// Cells run counter-clockwise, so an edge between two of them comes once in each
	// direction and goes. Three cells meet at a corner: the outline passes it once.
	edges := map[edge]bool{}
	var starts []corner
	for _, cell := range cells {
		boundary, err := cell.Boundary()
		if err != nil {
			return nil, err
		}
		for i := 1; i < len(boundary); i++ {
			e := edge{round(boundary[i-1]), round(boundary[i])}
			if back := (edge{e.to, e.from}); edges[back] {
				delete(edges, back)
			} else {
				edges[e] = true
			}
			starts = append(starts, e.from)
		}
	}
	next := make(map[corner]corner, len(edges))
	for e := range edges {
		next[e.from] = e.to
	}
	var rings []orb.Ring
	for _, start := range starts {
		if ring := follow(next, start); ring != nil {
			rings = append(rings, ring)
		}
	}
	return assemble(rings), nil
}

func round(p orb.Point) corner {
	return corner{int64(math.Round(p[0] * 1e9)), int64(math.Round(p[1] * 1e9))}
}

func (c corner) point() orb.Point {
	return orb.Point{float64(c[0]) / 1e9, float64(c[1]) / 1e9}
}

// follow takes the edges from a corner until they lead back to it; nil when none
// leaves it.
func follow(next map[corner]corner, start corner) orb.Ring {
	var ring orb.Ring
	at := start
	for {
		to, ok := next[at]
		if !ok {
			return nil
		}
		delete(next, at)
		ring = append(ring, at.point())
		if at = to; at == start {
			return append(ring, ring[0])
		}
	}
}

// assemble puts each hole into the smallest outer ring around it.
func assemble(rings []orb.Ring) orb.MultiPolygon {
	var shape orb.MultiPolygon
	var holes []orb.Ring
	for _, ring := range rings {
		if ring.Orientation() == orb.CCW {
			shape = append(shape, orb.Polygon{ring})
		} else {
			holes = append(holes, ring)
		}
	}
	for _, hole := range holes {
		home := -1
		for i, polygon := range shape {
			if planar.RingContains(polygon[0], hole[0]) &&
				(home < 0 || planar.Area(polygon[0]) < planar.Area(shape[home][0])) {
				home = i
			}
		}
		if home >= 0 {
			shape[home] = append(shape[home], hole)
		}
	}
	return shape
}
