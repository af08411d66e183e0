package vrp

import (
	"fmt"
	"math"
)

// Rounding turns a scaled distance into an integer.
type Rounding uint8

// The rounding rules of the benchmark sets.
const (
	Nearest Rounding = iota // half away from zero
	Down                    // truncated
	Up                      // the next integer, unless within 1e-6 of the lower one
)

// Metric is what it costs, or takes, to go from one location to another: a dense
// table, or computed from coordinates so that memory stays linear in the number of
// locations. It need not be symmetric nor keep the triangle inequality.
type Metric struct {
	n     int
	cells []int32
	x, y  []float64
	scale float64
	round Rounding
}

// Dense is the metric of a square table, row = from, column = to, in row-major
// order. It keeps cells, which must not change afterwards.
func Dense(n int, cells []int32) (Metric, error) {
	if n < 1 || len(cells) != n*n {
		return Metric{}, fmt.Errorf("vrp: %d values are no square table of %d locations", len(cells), n)
	}
	for k, v := range cells {
		if v < 0 {
			return Metric{}, fmt.Errorf("vrp: from location %d to %d: %d is negative", k/n, k%n, v)
		}
	}
	return Metric{n: n, cells: cells}, nil
}

// Planar is the Euclidean metric of coordinates, times scale, rounded. It keeps x
// and y, which must not change afterwards.
func Planar(x, y []float64, scale float64, round Rounding) (Metric, error) {
	if len(x) < 1 || len(x) != len(y) {
		return Metric{}, fmt.Errorf("vrp: %d x and %d y coordinates", len(x), len(y))
	}
	minX, maxX, minY, maxY := x[0], x[0], y[0], y[0]
	for i := range x {
		if math.IsNaN(x[i]+y[i]) || math.IsInf(x[i]+y[i], 0) {
			return Metric{}, fmt.Errorf("vrp: location %d: %v %v is no coordinate", i, x[i], y[i])
		}
		minX, maxX = min(minX, x[i]), max(maxX, x[i])
		minY, maxY = min(minY, y[i]), max(maxY, y[i])
	}
	if d := math.Hypot(maxX-minX, maxY-minY) * scale; !(d < math.MaxInt32-1) {
		return Metric{}, fmt.Errorf("vrp: the longest distance, about %.3g, is beyond 2^31: scale the coordinates down", d)
	}
	return Metric{n: len(x), x: x, y: y, scale: scale, round: round}, nil
}

// Len is the number of locations.
func (m *Metric) Len() int { return m.n }

// Coordinates of the locations; nil for a table. They must not be changed.
func (m *Metric) Coordinates() (x, y []float64) { return m.x, m.y }

// Same reports whether both metrics are one and the same table or rule.
func (m *Metric) Same(o *Metric) bool {
	if m.n != o.n || m.n == 0 {
		return m.n == o.n
	}
	if m.cells != nil || o.cells != nil {
		return m.cells != nil && o.cells != nil && &m.cells[0] == &o.cells[0]
	}
	return &m.x[0] == &o.x[0] && &m.y[0] == &o.y[0] && m.scale == o.scale && m.round == o.round
}

// At is the value from location i to location j, which must exist.
func (m *Metric) At(i, j int32) int32 {
	if m.cells != nil {
		return m.cells[int(i)*m.n+int(j)]
	}
	return m.planar(i, j)
}

// planar uses a square root of a sum because it is exact for integer coordinates
// where math.Hypot is not, and truncation shows the difference.
func (m *Metric) planar(i, j int32) int32 {
	dx, dy := m.x[i]-m.x[j], m.y[i]-m.y[j]
	d := math.Sqrt(dx*dx+dy*dy) * m.scale
	switch m.round {
	case Down:
		return int32(d)
	case Up:
		return int32(math.Ceil(d - 1e-6))
	default:
		return int32(d + 0.5)
	}
}
