package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
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
			// Workers and stops tied to vehicles are kept together even so.
			if len(p.Workers) == 0 && !tied(p) && len(q.stops(p)) > size && len(q.routes)+len(q.unserved) > 1 {
				t.Fatalf("seed %d: a part of %d stops and %d routes, %d were asked for", seed, len(q.stops(p)), len(q.routes), size)
			}
			for _, i := range q.stops(p) {
				seen[i]++
			}
			for v, count := range q.counts {
				counts[v] += count
			}
		}
		for v := range p.Vehicles {
			for _, i := range p.Vehicles[v].Frozen {
				seen[i]++ // on a route of a part, and no stop to move
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

func tied(p *vrp.Problem) bool {
	return slices.ContainsFunc(p.Stops, func(s vrp.Stop) bool { return len(s.Only) > 0 })
}
