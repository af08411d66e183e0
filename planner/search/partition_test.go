package search

import (
	"context"
	"math/rand/v2"
	"testing"
)

func TestPartition_LosesNothing(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 9))
		p := randomProblem(r, 20+r.IntN(100))
		s := construct(context.Background(), p)
		rng, size := random{seed}, 5+r.IntN(40)
		parts := partition(p, s, newChart(p), size, &rng)
		seen, counts := make([]int, len(p.Stops)), make([]int, len(p.Vehicles))
		for _, q := range parts {
			if len(q.stops()) > size && len(q.routes)+len(q.unserved) > 1 {
				t.Fatalf("seed %d: a part of %d stops and %d routes, %d were asked for", seed, len(q.stops()), len(q.routes), size)
			}
			for _, i := range q.stops() {
				seen[i]++
			}
			for v, count := range q.counts {
				counts[v] += count
			}
		}
		for i, n := range seen {
			if n != 1 {
				t.Fatalf("seed %d: stop %d is in %d parts", seed, i, n)
			}
		}
		for v, n := range counts {
			if n != p.Vehicles[v].Count {
				t.Fatalf("seed %d: the parts have %d of %d vehicles %d", seed, n, p.Vehicles[v].Count, v)
			}
		}
	}
}
