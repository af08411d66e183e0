package search

import (
	"slices"
	"testing"

	"github.com/rounds-project/rounds/planner/vrp"
)

// With depots at both ends of a line, the stop in the middle is the farthest.
func TestRebuild_FarthestIsFarFromEveryDepot(t *testing.T) {
	t.Parallel()
	p := &vrp.Problem{Vehicles: []vrp.Vehicle{{Count: 3}, {Count: 3, Start: 4, End: 4}}}
	for i := range 3 {
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1)})
	}
	var err error
	if p.Costs, err = vrp.Planar([]float64{0, 10, 50, 95, 100}, make([]float64, 5), 1, vrp.Nearest); err != nil {
		t.Fatal(err)
	}
	rng := random{1}
	b := rebuild{s: newState(wholeModel(p)), rng: &rng}
	for order, want := range map[int][]int32{2: {1, 0, 2}, 3: {2, 0, 1}} {
		b.queue = b.queue[:0]
		for i := range int32(3) {
			b.queue = append(b.queue, queued{b.key(order, i), i})
		}
		sortQueue(b.queue)
		var got []int32
		for _, q := range b.queue {
			got = append(got, q.stop)
		}
		if !slices.Equal(got, want) {
			t.Errorf("order %d: %v, want %v", order, got, want)
		}
	}
}
