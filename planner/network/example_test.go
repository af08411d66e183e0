package network_test

import (
	"fmt"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
)

// A street of 1 km and stairs that lead off it, and the walk from a house at the
// one to a house at the top of the other.
func Example() {
	street := paulmach.Tags{{Key: "highway", Value: "residential"}, {Key: "name", Value: "Calle Mayor"}}
	stairs := paulmach.Tags{{Key: "highway", Value: "steps"}, {Key: "incline", Value: "up"}}
	streets := osm.Streets{
		Nodes: osm.NewNodes([]paulmach.NodeID{1, 2, 3, 4}, []orb.Point{{0, 0}, {0.004, 0}, {0.009, 0}, {0.004, 0.0009}}),
		Ways:  []osm.Way{{ID: 1, Nodes: []paulmach.NodeID{1, 2, 3}, Tags: street}, {ID: 2, Nodes: []paulmach.NodeID{2, 4}, Tags: stairs}},
	}
	n, err := network.Build(streets, network.Profile{Mode: network.Foot})
	if err != nil {
		fmt.Println(err)
		return
	}
	doors := n.Snap([]orb.Point{{0.001, 0.0002}, {0.004, 0.0009}})
	leg, _ := n.Path(doors[0], doors[1])
	fmt.Println(leg.Metres, "m in", leg.Seconds, "s")
	for _, step := range n.Directions(leg) {
		fmt.Println(step.Text.EN)
	}
	// Output:
	// 456 m in 407 s
	// Start off the road, 22 m
	// Left into Calle Mayor, 334 m
	// Left up the stairs, 100 m
	// Arrive at the door
}
