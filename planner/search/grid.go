package search

import "math"

// grid sorts points into square cells of about two points each, to find the nearest of
// a point without looking at all of them.
type grid struct {
	x, y       []float64
	left, low  float64
	side       float64
	cols, rows int
	first      []int32 // of each cell in points
	points     []int32
}

func newGrid(x, y []float64) *grid {
	g := &grid{x: x, y: y}
	right, high := math.Inf(-1), math.Inf(-1)
	g.left, g.low = math.Inf(1), math.Inf(1)
	for i := range x {
		g.left, right = min(g.left, x[i]), max(right, x[i])
		g.low, high = min(g.low, y[i]), max(high, y[i])
	}
	area := max(right-g.left, 1e-9) * max(high-g.low, 1e-9)
	longest := max(right-g.left, high-g.low, 1e-9)
	// A line of points has next to no area: no more cells along a side than points.
	g.side = max(math.Sqrt(2*area/float64(len(x))), longest/float64(len(x)+1))
	g.cols, g.rows = int((right-g.left)/g.side)+1, int((high-g.low)/g.side)+1
	g.fill()
	return g
}

func (g *grid) fill() {
	g.first = make([]int32, g.cols*g.rows+1)
	for i := range g.x {
		g.first[g.cell(g.x[i], g.y[i])+1]++
	}
	for c := range g.cols * g.rows {
		g.first[c+1] += g.first[c]
	}
	next := append([]int32(nil), g.first...)
	g.points = make([]int32, len(g.x))
	for i := range g.x {
		c := g.cell(g.x[i], g.y[i])
		g.points[next[c]] = int32(i)
		next[c]++
	}
}

func (g *grid) cell(x, y float64) int {
	return int((y-g.low)/g.side)*g.cols + int((x-g.left)/g.side)
}

// nearest offers to keep all points that may be among the closest to point i, ring by
// ring of cells, until nothing farther out can be closer.
func (g *grid) nearest(i int32, keep *nearest) {
	keep.reset()
	if keep.width == 0 {
		return
	}
	cx, cy := int((g.x[i]-g.left)/g.side), int((g.y[i]-g.low)/g.side)
	for ring := 0; ring <= max(g.cols, g.rows); ring++ {
		reach := float64(ring-1) * g.side
		if ring > 1 && keep.full() && keep.heap[0].distance <= reach*reach {
			return
		}
		for y := max(cy-ring, 0); y <= min(cy+ring, g.rows-1); y++ {
			step := 2 * ring
			if y == cy-ring || y == cy+ring || ring == 0 {
				step = 1
			}
			for x := cx - ring; x <= cx+ring; x += step {
				if x >= 0 && x < g.cols {
					g.offer(i, y*g.cols+x, keep)
				}
			}
		}
	}
}

func (g *grid) offer(i int32, cell int, keep *nearest) {
	for _, j := range g.points[g.first[cell]:g.first[cell+1]] {
		if j != i {
			dx, dy := g.x[i]-g.x[j], g.y[i]-g.y[j]
			keep.offer(dx*dx+dy*dy, j)
		}
	}
}
