package search

import (
	"math/rand/v2"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Two far villages on the way to each other, of which the near stops fill the vehicle
// with little: greed from any stop of the poor village does not pay, and no single stop
// does.
func TestExpedition_TradesStopsUntilTheRoutePays(t *testing.T) {
	t.Parallel()
	const stops = 40
	x, y := make([]float64, stops+1), make([]float64, stops+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: 1, Capacity: 10}}}
	for i := range stops {
		x[i+1] = float64(1000 + i)
		prize := int64(30)
		if i%4 == 0 {
			prize = 260
		}
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Demand: 1, Prize: prize})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	e := newEngine(wholeModel(p), random{1})
	e.start(false)
	nothing := e.s.cost
	if len(e.s.pool) != stops {
		t.Fatalf("greed alone serves %d stops, so this shows nothing", stops-len(e.s.pool))
	}
	e.s.begin()
	e.rebuild.expedition(5)
	checkState(t, e.s)
	// The ten dear stops, all but 30 of a prize each of the others left.
	if want := int64(2*(1000+36) + 30*30); e.s.cost != want || nothing <= want {
		t.Errorf("cost %d, want %d; %d with none served", e.s.cost, want, nothing)
	}
}

func TestExpedition_KeepsEveryConstraint(t *testing.T) {
	t.Parallel()
	set := 0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 6))
		s := randomState(r, 5+r.IntN(30))
		if len(s.pool) == 0 {
			continue
		}
		before, rng := s.cost, fork(seed, 1)
		b := rebuild{s: s, rng: &rng}
		if b.expedition(s.pool[r.IntN(len(s.pool))]) != nil {
			set++
		}
		if !s.timely() {
			t.Fatalf("seed %d: late", seed)
		}
		checkState(t, s)
		s.rollback()
		checkState(t, s)
		if s.cost != before {
			t.Fatalf("seed %d: undone to %d, it was %d", seed, s.cost, before)
		}
	}
	if set < 50 {
		t.Errorf("only %d expeditions set out", set)
	}
}
