package planner_test

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// A street of 1 km with a house every 50 m and one across the sea, walked by one
// worker who starts and ends at its west end.
func Example() {
	street := osm.Way{ID: 1, Nodes: []paulmach.NodeID{1, 2}, Tags: paulmach.Tags{{Key: "highway", Value: "residential"}}}
	walks, err := network.Build(osm.Streets{
		Nodes: osm.NewNodes([]paulmach.NodeID{1, 2}, []orb.Point{{0, 0}, {0.009, 0}}), Ways: []osm.Way{street},
	}, network.Profile{Mode: network.Foot})
	if err != nil {
		fmt.Println(err)
		return
	}
	households := []geo.Household{{ID: "island", At: orb.Point{1, 1}, Doors: 1}}
	for k := range 20 {
		households = append(households, geo.Household{ID: fmt.Sprintf("house/%d", k+1), At: orb.Point{0.00045 * float64(k), 0.0001}, Doors: 1})
	}
	west := [2]float64{0, 0}
	plan, err := planner.Propose(context.Background(), planner.Request{
		Round:      planner.Round{Name: "Spring", From: "2027-03-01", Mode: "foot", Timezone: "UTC", Seed: 1, VisitS: 900},
		Network:    walks,
		Households: households,
		Workers:    []planner.Worker{{ID: "w01", Name: "Ana", Start: west, End: &west, Shift: [2]string{"08:30", "14:30"}}},
		Iterations: 1000,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range plan.Routes {
		fmt.Printf("%s %s: %d stops from %s, about %d h\n", r.Worker, r.Date, len(r.Stops), r.Leave, (r.ServiceS+r.TravelS+1800)/3600)
	}
	for _, u := range plan.Unplanned {
		fmt.Println(u.Household, u.Reason)
	}
	// Output:
	// w01 2027-03-01: 20 stops from 08:30:00, about 6 h
	// island unreachable
}
