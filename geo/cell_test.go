package geo_test

import (
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

func TestLeavesOver_HaveTheCellOfEveryPoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		west, south := rapid.Float64Range(-179, 178).Draw(t, "west"), rapid.Float64Range(-80, 79).Draw(t, "south")
		size := rapid.SampledFrom([]float64{0, 0.0001, 0.003, 0.02, 0.1}).Draw(t, "size")
		bound := orb.Bound{Min: orb.Point{west, south}, Max: orb.Point{west + size, south + size*0.7}}
		cells, err := geo.LeavesOver(bound)
		if err != nil {
			t.Fatal(err)
		}
		for range 50 {
			at := orb.Point{west + rapid.Float64Range(0, 1).Draw(t, "x")*size, south + rapid.Float64Range(0, 0.7).Draw(t, "y")*size}
			cell, err := geo.LeafCell(at)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(cells, cell) {
				t.Fatalf("the cell %v of %v is not among those over %v", cell, at, bound)
			}
		}
	})
}

func TestLeavesOver_HaveLittleElse(t *testing.T) {
	t.Parallel()
	bound := orb.Bound{Min: orb.Point{1.5, 42.5}, Max: orb.Point{1.505, 42.504}}
	cells, err := geo.LeavesOver(bound)
	if err != nil {
		t.Fatal(err)
	}
	// 0.18 square kilometres are 12 cells, and as many touch their edge.
	if len(cells) < 12 || len(cells) > 40 {
		t.Errorf("%d cells", len(cells))
	}
	for _, cell := range cells {
		ring, err := cell.Boundary()
		if err != nil {
			t.Fatal(err)
		}
		if !ring.Bound().Intersects(bound.Pad(1e-4)) {
			t.Errorf("the cell %v lies apart from the bound", cell)
		}
	}
}

func TestLeavesOver_RefuseACountry(t *testing.T) {
	t.Parallel()
	for _, bound := range []orb.Bound{{Min: orb.Point{0, 0}, Max: orb.Point{2, 0.5}}, {Min: orb.Point{1, 1}, Max: orb.Point{0, 0}}} {
		if _, err := geo.LeavesOver(bound); err == nil {
			t.Errorf("cells over %v", bound)
		}
	}
}
