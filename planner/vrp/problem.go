package vrp

import (
	"errors"
	"fmt"
)

// Bounds that keep every sum of a problem inside int64.
const (
	// MaxLocations is also the most stops a problem may have.
	MaxLocations = 20_000_000
	// MissingPrice is what leaving out a required stop costs. It is above any
	// detour, fixed cost or prize, so a required stop stays out only for want of a
	// feasible place.
	MissingPrice = int64(1) << 36
	// MaxPrice bounds prizes and fixed costs.
	MaxPrice = MissingPrice / 4
	// Forever closes a window that never closes.
	Forever = int64(1) << 40
)

// Open is the End of a vehicle whose route ends at its last stop.
const Open = int32(-1)

// Problem is stops to be served by vehicles. Costs and durations have units of
// their own; a problem without time (no service, window, shift or duration limit)
// needs no Durations.
type Problem struct {
	Name     string
	Stops    []Stop
	Vehicles []Vehicle
	// Costs of travel between locations, which add up to the cost of a route.
	Costs Metric
	// Durations of travel in the unit of services, windows and shifts; the zero
	// value stands for Costs.
	Durations Metric
}

// Stop is a place to be served once, by one vehicle.
type Stop struct {
	Location int32
	// Demand is what it takes of a vehicle's capacity.
	Demand int64
	// Service is how long it takes once begun.
	Service int64
	// Windows are when service may begin, in order, apart; none means any time.
	Windows []Window
	// Prize is the price of leaving the stop out; 0 means that it is required.
	Prize int64
	// Skills are bits that the vehicle must have, all of them.
	Skills uint64
}

// Window is a span of time, both ends included.
type Window struct{ Open, Close int64 }

// Vehicle is a kind of vehicle, or a worker's days: Count routes with the same
// terms.
type Vehicle struct {
	Count int
	Start int32
	// End is a location, or [Open].
	End int32
	// Capacity bounds the sum of demands; 0 means no bound.
	Capacity int64
	// Shift is the earliest departure and the latest return; the zero value means
	// any time.
	Shift Window
	// MaxDuration bounds return minus departure; 0 means no bound but the shift.
	MaxDuration int64
	// FixedCost is paid by each route with a stop.
	FixedCost int64
	Skills    uint64
}

// ErrNoVehicles is a problem that nobody can serve.
var ErrNoVehicles = errors.New("vrp: no vehicles: name at least one with a count above 0")

// Travel is the metric of durations: Durations, or Costs where it is not set.
func (p *Problem) Travel() *Metric {
	if p.Durations.n == 0 {
		return &p.Costs
	}
	return &p.Durations
}

// Timed reports whether anything in the problem depends on time.
func (p *Problem) Timed() bool {
	for i := range p.Vehicles {
		if v := &p.Vehicles[i]; v.Shift != (Window{}) || v.MaxDuration > 0 {
			return true
		}
	}
	for i := range p.Stops {
		if len(p.Stops[i].Windows) > 0 {
			return true
		}
	}
	return false
}

// Price of leaving stop i out.
func (p *Problem) Price(i int32) int64 {
	if prize := p.Stops[i].Prize; prize > 0 {
		return prize
	}
	return MissingPrice
}

// Hours are the shift of the vehicle, with a zero shift spelled out.
func (v *Vehicle) Hours() Window {
	if v.Shift == (Window{}) {
		return Window{0, Forever}
	}
	return v.Shift
}

// Limit is the longest duration of a route, never more than its shift.
func (v *Vehicle) Limit() int64 {
	hours := v.Hours()
	if v.MaxDuration > 0 {
		return min(v.MaxDuration, hours.Close-hours.Open)
	}
	return hours.Close - hours.Open
}

// Validate says what is wrong with the problem, naming the stop or vehicle and its
// field. A stop that no vehicle can serve is not wrong: it is left out.
func (p *Problem) Validate() error {
	n := p.Costs.Len()
	if n == 0 {
		return errors.New("vrp: no costs: make them with Dense or Planar")
	}
	if n > MaxLocations || len(p.Stops) > MaxLocations {
		return fmt.Errorf("vrp: %d locations and %d stops, at most %d are taken", n, len(p.Stops), MaxLocations)
	}
	if d := p.Durations.Len(); d != 0 && d != n {
		return fmt.Errorf("vrp: durations of %d locations beside costs of %d", d, n)
	}
	vehicles := 0
	for i := range p.Vehicles {
		if err := p.Vehicles[i].validate(n); err != nil {
			return fmt.Errorf("vrp: vehicle %d: %w", i, err)
		}
		vehicles += p.Vehicles[i].Count
	}
	if vehicles == 0 {
		return ErrNoVehicles
	}
	for i := range p.Stops {
		if err := p.Stops[i].validate(n); err != nil {
			return fmt.Errorf("vrp: stop %d: %w", i, err)
		}
	}
	return nil
}

func (v *Vehicle) validate(locations int) error {
	switch {
	case v.Count < 0 || v.Count > MaxLocations:
		return fmt.Errorf("count %d is not in 0..%d", v.Count, MaxLocations)
	case v.Start < 0 || int(v.Start) >= locations:
		return fmt.Errorf("start %d is not in 0..%d", v.Start, locations-1)
	case v.End != Open && (v.End < 0 || int(v.End) >= locations):
		return fmt.Errorf("end %d is not in 0..%d, nor Open", v.End, locations-1)
	case v.Capacity < 0 || v.Capacity > Forever:
		return fmt.Errorf("capacity %d is not in 0..%d", v.Capacity, Forever)
	case v.MaxDuration < 0:
		return fmt.Errorf("max duration %d is negative", v.MaxDuration)
	case v.FixedCost < 0 || v.FixedCost > MaxPrice:
		return fmt.Errorf("fixed cost %d is not in 0..%d", v.FixedCost, MaxPrice)
	}
	return v.Hours().validate("shift")
}

func (s *Stop) validate(locations int) error {
	switch {
	case s.Location < 0 || int(s.Location) >= locations:
		return fmt.Errorf("location %d is not in 0..%d", s.Location, locations-1)
	case s.Demand < 0 || s.Demand > Forever:
		return fmt.Errorf("demand %d is not in 0..%d", s.Demand, Forever)
	case s.Service < 0 || s.Service > Forever:
		return fmt.Errorf("service %d is not in 0..%d", s.Service, Forever)
	case s.Prize < 0 || s.Prize > MaxPrice:
		return fmt.Errorf("prize %d is not in 0..%d", s.Prize, MaxPrice)
	}
	for k, w := range s.Windows {
		if err := w.validate("window"); err != nil {
			return err
		}
		if k > 0 && w.Open <= s.Windows[k-1].Close {
			return fmt.Errorf("window %d opens at %d, before the one before it closes", k, w.Open)
		}
	}
	return nil
}

func (w Window) validate(what string) error {
	if w.Open < 0 || w.Close < w.Open || w.Close > Forever {
		return fmt.Errorf("%s %d-%d does not run forward within 0..%d", what, w.Open, w.Close, Forever)
	}
	return nil
}
