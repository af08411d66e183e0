package vrp

import "sort"

// Timetable is when a route happens, in the unit of Problem.Durations.
type Timetable struct {
	// Leave is the departure from the start, Back the arrival at the end (for an
	// open route, the end of the last service).
	Leave, Back int64
	// Arrive and Begin of each stop: Begin is the arrival, or the opening of the
	// first window that is not yet over.
	Arrive, Begin []int64
}

// Timetable of the route that gets back as early as it can and, for that, leaves as
// late as it can. Late is the first position that closes before it is reached,
// len(r.Stops) when only the end of the shift is missed, and -1 when all is well; the
// times then hold up to that position. A route beyond its MaxDuration is not late:
// compare Back - Leave.
//
// Of the departures, one of those that reach some stop exactly when one of its
// windows opens or closes gives the shortest duration, because between them the
// return either moves with the departure or stands still.
func (p *Problem) Timetable(r Route) (t Timetable, late int) {
	hours := p.Vehicles[r.Vehicle].Hours()
	best, late := p.depart(r, hours.Open)
	if late >= 0 || p.Vehicles[r.Vehicle].Shift == (Window{}) && !p.windowed(r) {
		return best, late
	}
	limit := p.Vehicles[r.Vehicle].Limit()
	earliest := best.Back
	for _, leave := range p.departures(r, hours) {
		next, late := p.depart(r, leave)
		if late >= 0 {
			break
		}
		shorter := next.Back-next.Leave < best.Back-best.Leave
		if next.Back == earliest || shorter && best.Back-best.Leave > limit {
			best = next
		}
	}
	return best, -1
}

// windowed reports whether any stop of the route has a window.
func (p *Problem) windowed(r Route) bool {
	for _, i := range r.Stops {
		if len(p.Stops[i].Windows) > 0 {
			return true
		}
	}
	return false
}

// departures are the times of leaving at which, without waiting before, a stop is
// reached just when a window opens or closes; ascending.
func (p *Problem) departures(r Route, hours Window) []int64 {
	v, travel := &p.Vehicles[r.Vehicle], p.Travel()
	var times []int64
	at, ahead := v.Start, int64(0)
	for _, i := range r.Stops {
		s := &p.Stops[i]
		ahead += int64(travel.At(at, s.Location))
		for _, w := range s.Windows {
			for _, bound := range [2]int64{w.Open, w.Close} {
				if leave := bound - ahead; leave > hours.Open && leave <= hours.Close {
					times = append(times, leave)
				}
			}
		}
		ahead += s.Service
		at = s.Location
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	return times
}

// depart simulates the route stop by stop from a departure.
func (p *Problem) depart(r Route, leave int64) (t Timetable, late int) {
	v, travel := &p.Vehicles[r.Vehicle], p.Travel()
	t = Timetable{Leave: leave, Arrive: make([]int64, len(r.Stops)), Begin: make([]int64, len(r.Stops))}
	at, now := v.Start, leave
	for k, i := range r.Stops {
		s := &p.Stops[i]
		now += int64(travel.At(at, s.Location))
		t.Arrive[k] = now
		begin, ok := s.begin(now)
		if !ok {
			return t, k
		}
		t.Begin[k] = begin
		now, at = begin+s.Service, s.Location
	}
	if v.End != Open {
		now += int64(travel.At(at, v.End))
	}
	if t.Back = now; now > v.Hours().Close {
		return t, len(r.Stops)
	}
	return t, -1
}

// begin is when service starts for an arrival, if a window is still to come.
func (s *Stop) begin(arrive int64) (int64, bool) {
	if len(s.Windows) == 0 {
		return arrive, true
	}
	for _, w := range s.Windows {
		if arrive <= w.Close {
			return max(arrive, w.Open), true
		}
	}
	return 0, false
}
