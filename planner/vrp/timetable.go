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
	// Pause is the position of the stop on the way to which the vehicle's break is
	// had, whose arrival has the pause and any waiting for it in it; -1 for none, or
	// one at home.
	Pause int
}

// Timetable of the route that gets back as early as it can and, for that, leaves as
// late as it can. Late is the first position that closes before it is reached,
// len(r.Stops) when only the end of the shift is missed, and -1 when all is well; the
// times then hold up to that position. A route beyond its MaxDuration is not late:
// compare Back - Leave. A break is put where that is best; where it fits nowhere, Late
// is the farthest position that any place for it lets the route get to.
func (p *Problem) Timetable(r Route) (t Timetable, late int) {
	v := &p.Vehicles[r.Vehicle]
	hours := v.Hours()
	if v.Break.Length == 0 {
		return p.sweep(r, hours, hours.Close, -1)
	}
	limit, first := v.Limit(), true
	try := func(hours Window, back int64, pause int) {
		next, stopped := p.sweep(r, hours, back, pause)
		if first || better(&next, stopped, &t, late, limit) {
			t, late = next, stopped
		}
		first = false
	}
	for pause := range r.Stops {
		try(hours, hours.Close, pause)
	}
	if after := v.Break.Open + v.Break.Length; after <= hours.Close {
		try(Window{max(hours.Open, after), hours.Close}, hours.Close, -1)
	}
	try(hours, min(hours.Close, v.Break.Close), -1)
	return t, late
}

// better compares timetables of one route: those that are not late first, then those
// within the limit, back earlier, leaving later.
func better(a *Timetable, lateA int, b *Timetable, lateB int, limit int64) bool {
	if lateA >= 0 || lateB >= 0 {
		return lateB >= 0 && (lateA < 0 || lateA > lateB)
	}
	if over := a.Back-a.Leave > limit; over != (b.Back-b.Leave > limit) {
		return !over
	}
	return a.Back < b.Back || a.Back == b.Back && a.Leave > b.Leave
}

// sweep finds the best departure for a route that has its break on the way to position
// pause, or at home, and must be back by a time.
//
// Of the departures, one of those that reach some stop exactly when one of its
// windows opens or closes gives the shortest duration, because between them the
// return either moves with the departure or stands still.
func (p *Problem) sweep(r Route, hours Window, back int64, pause int) (t Timetable, late int) {
	best, late := p.depart(r, hours.Open, back, pause)
	v := &p.Vehicles[r.Vehicle]
	if late >= 0 || v.Shift == (Window{}) && v.Break.Length == 0 && !p.windowed(r) {
		return best, late
	}
	limit := v.Limit()
	earliest := best.Back
	for _, leave := range p.departures(r, hours, pause) {
		next, late := p.depart(r, leave, back, pause)
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
// reached just when a window opens or closes, or the break may just begin; ascending.
func (p *Problem) departures(r Route, hours Window, pause int) []int64 {
	v, travel := &p.Vehicles[r.Vehicle], p.Travel()
	var times []int64
	at, ahead := v.Start, int64(0)
	meet := func(bound int64) {
		if leave := bound - ahead; leave > hours.Open && leave <= hours.Close {
			times = append(times, leave)
		}
	}
	for k, i := range r.Stops {
		s := &p.Stops[i]
		ahead += int64(travel.At(at, s.Location))
		if k == pause {
			meet(v.Break.Open)
			ahead += v.Break.Length
		}
		for _, w := range s.Windows {
			meet(w.Open)
			meet(w.Close)
		}
		ahead += s.Service
		at = s.Location
	}
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	return times
}

// depart simulates the route stop by stop from a departure.
func (p *Problem) depart(r Route, leave, back int64, pause int) (t Timetable, late int) {
	v, travel := &p.Vehicles[r.Vehicle], p.Travel()
	t = Timetable{Leave: leave, Arrive: make([]int64, len(r.Stops)), Begin: make([]int64, len(r.Stops)), Pause: pause}
	at, now := v.Start, leave
	for k, i := range r.Stops {
		s := &p.Stops[i]
		left := now
		now += int64(travel.At(at, s.Location))
		if k == pause {
			if left > v.Break.Close {
				return t, k
			}
			now = max(now, v.Break.Open) + v.Break.Length
		}
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
	if t.Back = now; now > back {
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
