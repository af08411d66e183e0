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
		for _, i := range route.Stops {
			stops = append(stops, row[i])
		}
		if s.m.flexible {
			s.chooseWindows(route, stops)
		}
		s.drive(kindOf[route.Vehicle], stops)
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

// chooseWindows sets the window in which each stop of a feasible route is served.
func (s *state) chooseWindows(route vrp.Route, stops []int32) {
	times, late := s.m.problem.Timetable(route)
	if late >= 0 {
		return
	}
	for p, i := range stops {
		for _, w := range s.m.windows[i] {
			if w.Open <= times.Begin[p] && times.Begin[p] <= w.Close {
				s.visit[i].early, s.visit[i].late = w.Open, w.Close
			}
		}
	}
}
