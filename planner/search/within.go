package search

import "github.com/rounds-project/rounds/planner/vrp"

// journey is a route as it is timed stop by stop, in the problem's terms.
type journey struct {
	p     *vrp.Problem
	v     *vrp.Vehicle
	stops []int32
	legs  []int64
	home  int64
}

// within reports whether there is a departure with which the stops of a route, driven by
// a vehicle of kind k, keep its limit. One that reaches a window, or the break's, just when it opens
// or closes does if any does; see vrp.Problem.Timetable.
func (s *state) within(k *kind, rows []int32) bool {
	j := s.journey(k, rows)
	hours, limit := j.v.Hours(), j.v.Limit()
	// Most that seem too long are, whenever they leave.
	if j.work() > limit {
		return false
	}
	if j.takes(hours.Open) <= limit {
		return true
	}
	ahead, found := int64(0), false
	try := func(bound int64) {
		for _, leave := range [2]int64{bound - ahead, bound - ahead - j.v.Break.Length} {
			found = found || leave > hours.Open && leave <= hours.Close && j.takes(leave) <= limit
		}
	}
	for n, i := range j.stops {
		ahead += j.legs[n]
		if j.v.Break.Length > 0 {
			try(j.v.Break.Open)
		}
		for _, w := range j.p.Stops[i].Windows {
			try(w.Open)
			try(w.Close)
		}
		if found {
			return true
		}
		ahead += j.p.Stops[i].Service
	}
	after := j.v.Break.Open + j.v.Break.Length
	return j.v.Break.Length > 0 && after > hours.Open && after <= hours.Close && j.takes(after) <= limit
}

func (s *state) journey(k *kind, rows []int32) *journey {
	p := s.m.problem
	j := &s.trip
	j.p, j.v, j.stops, j.legs, j.home = p, &p.Vehicles[k.vehicle], j.stops[:0], j.legs[:0], 0
	j.stops = append(j.stops, k.frozen...)
	for _, i := range rows {
		j.stops = append(j.stops, s.m.stops[i])
	}
	at := j.v.Start
	for _, i := range j.stops {
		to := p.Stops[i].Location
		j.legs = append(j.legs, int64(p.Travel().At(at, to)))
		at = to
	}
	if j.v.End != vrp.Open {
		j.home = int64(p.Travel().At(at, j.v.End))
	}
	return j
}

// work is how long the journey takes without waiting and break.
func (j *journey) work() int64 {
	sum := j.home
	for n, i := range j.stops {
		sum += j.legs[n] + j.p.Stops[i].Service
	}
	return sum
}

// takes is how long the journey takes from a departure, nowhere when it is late. Of the
// ways to have the break, the one that gets done soonest is kept at each stop.
func (j *journey) takes(leave int64) int64 {
	b, hours := &j.v.Break, j.v.Hours()
	plain, rested := leave, nowhere
	if b.Length == 0 || leave >= b.Open+b.Length {
		rested = leave
	}
	for n, i := range j.stops {
		s := &j.p.Stops[i]
		next := done(s, rested+j.legs[n])
		if b.Length > 0 && plain <= b.Close {
			next = min(next, done(s, max(plain+j.legs[n], b.Open)+b.Length))
		}
		plain, rested = done(s, plain+j.legs[n]), next
	}
	back := rested + j.home
	if plain += j.home; b.Length > 0 && plain <= b.Close {
		back = min(back, plain)
	}
	if back > hours.Close {
		return nowhere
	}
	return back - leave
}

// done is when a stop is done that is reached at a time, nowhere when it is too late.
func done(s *vrp.Stop, arrive int64) int64 {
	if len(s.Windows) == 0 {
		return arrive + s.Service
	}
	for _, w := range s.Windows {
		if arrive <= w.Close {
			return max(arrive, w.Open) + s.Service
		}
	}
	return nowhere
}
