package vrp

// Cost is what a solution is judged by; every term is in the units of
// Problem.Costs. This is the objective, stated once; docs/plan.md says it in words.
type Cost struct {
	// Travel is the sum of all legs.
	Travel int64
	// Fixed is the fixed cost of every route with a stop.
	Fixed int64
	// Prizes are those of the optional stops left out.
	Prizes int64
	// Uneven is the price of the workers' work ([Worker.Price] of [Problem.RouteWork]).
	Uneven int64
	// Spread is the price of the ways between stops and the centres of the vehicles
	// that serve them ([Vehicle.Pull]).
	Spread int64
	// Changes are the prices of stops that moved against the former plan ([Moved]).
	Changes int64
	// Missing counts required stops left out; each weighs [MissingPrice].
	Missing int
}

// Objective is what a search minimises: the sum of all terms once no required stop is
// missing, and as few missing stops as can be before that.
func (c Cost) Objective() int64 {
	return c.Travel + c.Fixed + c.Prizes + c.Uneven + c.Spread + c.Changes + int64(c.Missing)*MissingPrice
}

// Cost of the solution. Stops and vehicles must exist; [Check] finds out.
func (p *Problem) Cost(s Solution) Cost {
	var c Cost
	worker, work := p.WorkerOf(), make([]int64, len(p.Workers))
	for _, r := range s.Routes {
		if len(r.Stops) == 0 {
			continue
		}
		c.Travel += p.RouteTravel(r)
		c.Fixed += p.Vehicles[r.Vehicle].FixedCost
		for _, i := range r.Stops {
			c.Spread += p.Spread(i, r.Vehicle)
			c.Changes += p.Change(i, r.Vehicle, worker)
		}
		if worker != nil && worker[r.Vehicle] >= 0 {
			work[worker[r.Vehicle]] += p.RouteWork(r)
		}
	}
	for w := range p.Workers {
		c.Uneven += p.Workers[w].Price(work[w])
	}
	for _, i := range s.Unserved {
		if prize := p.Stops[i].Prize; prize > 0 {
			c.Prizes += prize
		} else {
			c.Missing++
		}
	}
	return c
}

// RouteTravel is the cost of the legs of a route: from the vehicle's start through
// the stops to its end.
func (p *Problem) RouteTravel(r Route) int64 { return p.legs(r, &p.Costs) }

// RouteWork is how long a route keeps its vehicle busy: all its legs and services,
// without waiting and breaks.
func (p *Problem) RouteWork(r Route) int64 {
	sum := p.legs(r, p.Travel())
	for _, i := range r.Stops {
		sum += p.Stops[i].Service
	}
	return sum
}

func (p *Problem) legs(r Route, m *Metric) int64 {
	if len(r.Stops) == 0 {
		return 0
	}
	v := &p.Vehicles[r.Vehicle]
	at, sum := v.Start, int64(0)
	for _, i := range r.Stops {
		to := p.Stops[i].Location
		sum += int64(m.At(at, to))
		at = to
	}
	if v.End != Open {
		sum += int64(m.At(at, v.End))
	}
	return sum
}

// Spread is what stop i costs on vehicle v for its way from the vehicle's centre.
func (p *Problem) Spread(i, v int32) int64 {
	w := &p.Vehicles[v]
	if w.Pull == 0 {
		return 0
	}
	return w.Pull * int64(p.Costs.At(w.Centre, p.Stops[i].Location)) / 1000
}

// Change is what stop i costs on vehicle v if the former plan had it elsewhere; worker
// is [Problem.WorkerOf].
func (p *Problem) Change(i, v int32, worker []int32) int64 {
	if p.Former == nil || p.Former[i] == Nobody || p.Former[i] == v {
		return 0
	}
	if worker != nil && worker[v] >= 0 && worker[v] == worker[p.Former[i]] {
		return p.Moved.Vehicle
	}
	return p.Moved.Worker
}
