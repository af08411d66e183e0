package vrp

// Cost is what a solution is judged by; every term is in the units of
// Problem.Costs.
type Cost struct {
	// Travel is the sum of all legs.
	Travel int64
	// Fixed is the fixed cost of every route with a stop.
	Fixed int64
	// Prizes are those of the optional stops left out.
	Prizes int64
	// Missing counts required stops left out; each weighs [MissingPrice].
	Missing int
}

// Objective is what a search minimises: Travel + Fixed + Prizes once no required
// stop is missing, and as few missing stops as can be before that.
func (c Cost) Objective() int64 {
	return c.Travel + c.Fixed + c.Prizes + int64(c.Missing)*MissingPrice
}

// Cost of the solution. Stops and vehicles must exist; [Check] finds out.
func (p *Problem) Cost(s Solution) Cost {
	var c Cost
	for _, r := range s.Routes {
		if len(r.Stops) > 0 {
			c.Travel += p.RouteTravel(r)
			c.Fixed += p.Vehicles[r.Vehicle].FixedCost
		}
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
func (p *Problem) RouteTravel(r Route) int64 {
	if len(r.Stops) == 0 {
		return 0
	}
	v := &p.Vehicles[r.Vehicle]
	at, sum := v.Start, int64(0)
	for _, i := range r.Stops {
		to := p.Stops[i].Location
		sum += int64(p.Costs.At(at, to))
		at = to
	}
	if v.End != Open {
		sum += int64(p.Costs.At(at, v.End))
	}
	return sum
}
