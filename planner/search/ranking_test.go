package search

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRanking_YieldsAllInOrder(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, runLength, 3*runLength + 17} {
		var ranks ranking
		want := make([]saving, n)
		for k := range want {
			want[k] = saving{r.Int64N(1000), int32(k), int32(r.IntN(9))}
			ranks.add(want[k])
		}
		slices.SortFunc(want, saving.compare)
		ranks.ready()
		for k := range want {
			if got, ok := ranks.next(); !ok || got != want[k] {
				t.Fatalf("%d of %d: %v, want %v", k, n, got, want[k])
			}
		}
		if _, ok := ranks.next(); ok {
			t.Fatal("more than was added")
		}
	}
}
