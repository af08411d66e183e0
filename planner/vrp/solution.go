package vrp

import "slices"

// Solution is routes and the stops on none of them.
type Solution struct {
	Routes   []Route
	Unserved []int32
}

// Route is the stops of one vehicle, in order; Vehicle indexes Problem.Vehicles.
// A route without stops is not written down.
type Route struct {
	Vehicle int32
	Stops   []int32
}

// Clone shares nothing with s.
func (s Solution) Clone() Solution {
	c := Solution{Routes: slices.Clone(s.Routes), Unserved: slices.Clone(s.Unserved)}
	for i := range c.Routes {
		c.Routes[i].Stops = slices.Clone(c.Routes[i].Stops)
	}
	return c
}
