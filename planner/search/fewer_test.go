package search

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// nearlyFull is a far village of stops of demand 1 to 3, on more routes than it takes.
func nearlyFull(t *testing.T, r *rand.Rand, stops int, capacity int64) *engine {
	t.Helper()
	x, y := make([]float64, stops+1), make([]float64, stops+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: stops, Capacity: capacity}}}
	for i := range stops {
		x[i+1], y[i+1] = 20_000+float64(r.IntN(1000)), float64(r.IntN(1000))
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Demand: 1 + r.Int64N(3)})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	e := newEngine(wholeModel(p), random{r.Uint64()})
	e.s.begin()
	// As they are numbered, with a stop's room left on each route.
	var routes [][]int32
	load := capacity
	for i := range int32(stops) {
		if load+p.Stops[i].Demand > capacity-3 {
			routes, load = append(routes, nil), 0
		}
		routes[len(routes)-1] = append(routes[len(routes)-1], i)
		load += p.Stops[i].Demand
	}
	for _, route := range routes {
		e.s.drive(0, route)
	}
	e.start(true)
	e.anneal = newAnneal(50, usual)
	return e
}

func TestFewer_MakesNoMoreRoutesThanTheDemandFills(t *testing.T) {
	t.Parallel()
	reduced := int64(0)
	for seed := range uint64(20) {
		e := nearlyFull(t, rand.New(rand.NewPCG(seed, 7)), 200, 25)
		before, spare := e.best.cost, e.m.spareRoutes(e.s)
		e.fewer(context.Background(), func(n int64) float64 { return float64(n) / 40_000 }, 1)
		checkState(t, e.s)
		left := e.m.spareRoutes(e.s)
		if e.best.cost > before || len(e.s.pool) > 0 || left > 0 {
			t.Errorf("seed %d: %d routes too many, %d before; %d stops left out; cost %d, was %d", seed, left, spare, len(e.s.pool), e.best.cost, before)
		}
		reduced += spare - left
	}
	if reduced == 0 {
		t.Error("no start had a route too many, so this shows nothing")
	}
}

// Where the stops find no room, all is as it was.
func TestFewer_GivesUpCleanly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		e := nearlyFull(t, rand.New(rand.NewPCG(seed, 8)), 100, 25)
		before, routes := e.best.cost, len(e.s.routes)-len(e.s.free)
		if e.m.spareRoutes(e.s) == 0 {
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		e.fewer(ctx, func(n int64) float64 {
			if n > 0 {
				cancel()
			}
			return 0
		}, 1)
		checkState(t, e.s)
		if now := len(e.s.routes) - len(e.s.free); e.best.cost > before || len(e.s.pool) > 0 || e.best.cost == before && now != routes {
			t.Errorf("seed %d: cost %d and %d routes, was %d and %d; %d stops left out", seed, e.best.cost, now, before, routes, len(e.s.pool))
		}
	}
}
