package search

import (
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// A far village: no stop of it pays for the way, all of them together do.
func TestProbe_FindsARouteThatPaysOnlyAsAWhole(t *testing.T) {
	t.Parallel()
	const stops = 30
	x, y := make([]float64, stops+1), make([]float64, stops+1)
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: 1}}}
	for i := range stops {
		x[i+1] = float64(1000 + i)
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Prize: 100})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	e := newEngine(wholeModel(p), random{1})
	e.start(false)
	if len(e.s.pool) != stops {
		t.Fatalf("greed alone serves %d stops, so this shows nothing", stops-len(e.s.pool))
	}
	e.s.begin()
	e.rebuild.explore(5)
	checkState(t, e.s)
	if want := int64(2 * (1000 + stops - 1)); e.s.cost != want {
		t.Errorf("cost %d, want %d with all served", e.s.cost, want)
	}
}
