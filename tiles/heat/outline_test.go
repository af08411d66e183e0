package heat

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"github.com/rounds-project/rounds/geo"
)

// block is a cell with all cells up to some steps away.
func block(t testing.TB, at orb.Point, steps int) []geo.Cell {
	t.Helper()
	first, err := geo.LeafCell(at)
	if err != nil {
		t.Fatal(err)
	}
	cells := []geo.Cell{first}
	seen := map[geo.Cell]bool{first: true}
	edge := cells
	for range steps {
		var next []geo.Cell
		for _, cell := range edge {
			neighbours, err := cell.Neighbours()
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range neighbours {
				if !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		cells = append(cells, next...)
		edge = next
	}
	return cells
}

var andorra = orb.Point{1.5218, 42.5075}

func TestOutline_IsTheUnion(t *testing.T) {
	seven := block(t, andorra, 1)
	ring := block(t, andorra, 3)[7:] // two rings of cells around the seven: 12 + 18
	far := block(t, orb.Point{1.6, 42.6}, 0)
	for _, test := range []struct {
		name         string
		cells        []geo.Cell
		parts, holes int
		corners      int // of the first outer ring
	}{
		{"nothing", nil, 0, 0, 0},
		{"one cell", seven[:1], 1, 0, 6},
		{"two neighbours", seven[:2], 1, 0, 10},
		{"a flower", seven, 1, 0, 18},
		{"a flower with a hole", seven[1:], 1, 1, 18},
		{"apart", append(far, seven...), 2, 0, 6},
		{"an island in a lake", append([]geo.Cell{seven[0]}, ring...), 2, 1, 6},
	} {
		t.Run(test.name, func(t *testing.T) {
			shape, err := Outline(test.cells)
			if err != nil {
				t.Fatal(err)
			}
			holes, area, want := 0, 0.0, 0.0
			for _, polygon := range shape {
				holes += len(polygon) - 1
				area += planar.Area(polygon)
				for i, r := range polygon {
					if wants := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; r.Orientation() != wants {
						t.Errorf("ring %d runs the wrong way", i)
					}
				}
			}
			if len(shape) != test.parts || holes != test.holes {
				t.Fatalf("%d parts, %d holes; want %d, %d", len(shape), holes, test.parts, test.holes)
			}
			if test.parts > 0 && len(shape[0][0]) != test.corners+1 {
				t.Errorf("%d corners, want %d", len(shape[0][0])-1, test.corners)
			}
			for _, cell := range test.cells {
				one, err := Outline([]geo.Cell{cell})
				if err != nil {
					t.Fatal(err)
				}
				want += planar.Area(one)
			}
			if math.Abs(area-want) > 1e-6*want {
				t.Errorf("area %g, the cells have %g", area, want)
			}
		})
	}
}
