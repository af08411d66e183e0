package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Lists from the grid are as near, stop for stop, as those of comparing all pairs, and the
// table that is computed by halves is the metric.
func TestNeighbours_FromTheGridAreTheNearest(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 2))
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: 9, Capacity: 50, End: vrp.Open}}}
	x, y := make([]float64, 301), make([]float64, 301)
	for i := range x {
		// Many lie on the same place.
		x[i], y[i] = float64(r.IntN(40)), 37.5*float64(r.IntN(30))
	}
	for i := range 300 {
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Demand: 1})
	}
	var err error
	if p.Costs, err = vrp.Planar(x, y, 10, vrp.Down); err != nil {
		t.Fatal(err)
	}
	m := wholeModel(p)
	if m.grid() == nil {
		t.Fatal("a problem of distances alone uses no grid")
	}
	lists := m.neighbours(context.Background(), 40)
	for i := range int32(m.n) {
		var want, got []int64
		for j := range int32(m.n) {
			if d := p.Costs.At(p.Stops[i].Location, p.Stops[j].Location); int64(d) != m.cost.at(i, j) {
				t.Fatalf("from %d to %d: %d in the table, %d by the metric", i, j, m.cost.at(i, j), d)
			}
			if i != j {
				want = append(want, m.cost.at(i, j))
			}
		}
		for k, j := range lists.of(i) {
			got = append(got, m.cost.at(i, j))
			if int64(lists.reaches(i)[k]) != m.cost.at(i, j) {
				t.Fatalf("stop %d: a reach of %d to %d", i, lists.reaches(i)[k], j)
			}
		}
		slices.Sort(want)
		if !slices.Equal(got, want[:40]) {
			t.Fatalf("stop %d: %v, want %v", i, got, want[:40])
		}
	}
	open := m.kinds[0].end
	if m.cost.at(3, open) != 0 || m.cost.at(open, 3) != 0 || !m.cost.symmetric {
		t.Error("the way to nowhere is not free")
	}
}

// Where windows count, near in time is near too.
func TestNeighbours_WithWindowsUseNoGrid(t *testing.T) {
	t.Parallel()
	if wholeModel(townProblem(t, 20, false)).grid() != nil {
		t.Error("shifts are passed over")
	}
}
