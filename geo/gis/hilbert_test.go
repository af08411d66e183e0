package gis

import "testing"

// TestHilbert_VisitsNeighbours walks the curve of a corner of the plane: each step is
// one to the side.
func TestHilbert_VisitsNeighbours(t *testing.T) {
	const side = 64
	at := map[uint32][2]int{}
	for x := range uint32(side) {
		for y := range uint32(side) {
			d := hilbert(x, y)
			if other, taken := at[d]; taken {
				t.Fatalf("%d,%d and %v are both at %d", x, y, other, d)
			}
			at[d] = [2]int{int(x), int(y)}
		}
	}
	for d := range uint32(side*side - 1) {
		a, found := at[d]
		b, next := at[d+1]
		dx, dy := a[0]-b[0], a[1]-b[1]
		if !found || !next || dx*dx+dy*dy != 1 {
			t.Fatalf("from %v to %v at %d", a, b, d)
		}
	}
}
