package territory

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMatch_IsTheBestOfAllPermutations(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 6).Draw(t, "n")
		cost := make([][]float64, n)
		for i := range cost {
			cost[i] = rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 50), func(v int) float64 { return float64(v) }), n, n).Draw(t, "row")
		}
		total := func(columns []int) float64 {
			all := 0.0
			for i, j := range columns {
				all += cost[i][j]
			}
			return all
		}
		got := Match(cost)
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		sorted := slices.Sorted(slices.Values(got))
		if !slices.Equal(sorted, order) {
			t.Fatalf("%v is no permutation", got)
		}
		permute(order, 0, func(p []int) {
			if total(p) < total(got)-1e-9 {
				t.Fatalf("%v costs %v, %v costs %v", got, total(got), p, total(p))
			}
		})
	})
}

func permute(p []int, k int, visit func([]int)) {
	if k == len(p) {
		visit(p)
		return
	}
	for i := k; i < len(p); i++ {
		p[k], p[i] = p[i], p[k]
		permute(p, k+1, visit)
		p[k], p[i] = p[i], p[k]
	}
}
