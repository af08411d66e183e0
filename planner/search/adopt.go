package search

import "github.com/rounds-project/rounds/planner/vrp"

// adopt takes over a feasible solution of the model's stops; row translates the
// problem's stops to rows.
func (s *state) adopt(routes []vrp.Route, row []int32) {
	kindOf := make(map[int32]int32, len(s.m.kinds))
	for k := range s.m.kinds {
		kindOf[s.m.kinds[k].vehicle] = int32(k)
	}
	var stops []int32
	for _, route := range routes {
		stops = stops[:0]
		k := kindOf[route.Vehicle]
		for _, i := range route.Stops[len(s.m.kinds[k].frozen):] {
			stops = append(stops, row[i])
		}
		if len(stops) > 0 {
			s.drive(k, stops)
		}
	}
}

// drive opens a route of kind k with the stops given, all left out so far.
func (s *state) drive(k int32, stops []int32) {
	r := s.open(k)
	for _, i := range stops {
		s.enter(i)
	}
	s.assign(r, stops)
}
