package vrp

import "errors"

// Bounds that keep every sum of a problem inside int64.
const (
	// MaxLocations is also the most stops a problem may have, about what 16 GB hold
	// while it is searched; larger ones are to be cut into areas.
	MaxLocations = 4_000_000
	// MissingPrice is what leaving out a required stop costs. It is above any
	// detour, fixed cost or prize, so a required stop stays out only for want of a
	// feasible place.
	MissingPrice = int64(1) << 36
	// MaxPrice bounds prizes and fixed costs.
	MaxPrice = MissingPrice / 4
	// PromisedPrice is the one prize above it: of a stop for which others that are
	// required stay out where there is no room for all: a far one takes the time of some.
	PromisedPrice = 8 * MissingPrice
	// Forever closes a window that never closes.
	Forever = int64(1) << 38
)

const (
	// Open is the End of a vehicle whose route ends at its last stop.
	Open = int32(-1)
	// Nobody is the former vehicle of a stop that no former plan had.
	Nobody = int32(-1)
)

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
	// Workers are those whose work is to be even; a vehicle has one at most.
	Workers []Worker
	// Former is the vehicle that each stop had in a former plan, [Nobody] for a stop
	// that is new; nil when there was no plan. Moved are the prices of changes.
	Former []int32
	Moved  Moved
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
	// Prize is the price of leaving the stop out; 0 means that it is required,
	// [PromisedPrice] that it is before all others.
	Prize int64
	// Skills are bits that the vehicle must have, all of them.
	Skills uint64
	// Only lists the vehicles that may serve it, ascending (the days on which it may
	// be visited, or the one to which it is pinned); empty means any.
	Only []int32
}

// Window is a span of time, both ends included.
type Window struct{ Open, Close int64 }

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
		if v := &p.Vehicles[i]; v.Shift != (Window{}) || v.MaxDuration > 0 || v.Break.Length > 0 {
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
