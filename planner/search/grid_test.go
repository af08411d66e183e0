package search

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestGrid_FindsWhatComparingAllFinds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 6))
		n := 1 + r.IntN(200)
		x, y := make([]float64, n), make([]float64, n)
		wide, high := 1+r.IntN(1000), 1+r.IntN(1000)*r.IntN(2)
		for i := range x {
			x[i], y[i] = float64(r.IntN(wide)-500), float64(r.IntN(high))
		}
		width := min(r.IntN(20), n-1)
		g, got, want := newGrid(x, y), newNearest(width), newNearest(width)
		a, b := make([]int32, width), make([]int32, width)
		for i := range int32(n) {
			g.nearest(i, &got)
			got.sorted(a)
			want.reset()
			for j := range int32(n) {
				if j != i {
					dx, dy := x[i]-x[j], y[i]-y[j]
					want.offer(dx*dx+dy*dy, j)
				}
			}
			want.sorted(b)
			if !slices.Equal(a, b) {
				t.Fatalf("seed %d, point %d: %v, want %v", seed, i, a, b)
			}
		}
	}
}
