package search_test

import (
	"context"
	"fmt"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// Two workers' days of an hour each, four visits of 15 minutes on a street.
func ExampleSolve() {
	x := []float64{0, 100, 200, 300, 400}
	seconds, err := vrp.Planar(x, make([]float64, len(x)), 1, vrp.Nearest)
	if err != nil {
		fmt.Println(err)
		return
	}
	p := &vrp.Problem{
		Costs:    seconds,
		Vehicles: []vrp.Vehicle{{Count: 2, Start: 0, End: vrp.Open, Shift: vrp.Window{Open: 0, Close: 3600}}},
	}
	for i := range 4 {
		p.Stops = append(p.Stops, vrp.Stop{Location: int32(i + 1), Service: 900})
	}
	s, stats, err := search.Solve(context.Background(), p, search.Params{Iterations: 1000})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(s.Routes), "routes,", stats.Cost.Travel, "s on the way,", len(s.Unserved), "not served")
	// Output: 2 routes, 500 s on the way, 0 not served
}
