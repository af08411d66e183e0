package vrp

import (
	"errors"
	"fmt"
	"strings"
)

// Validate says what is wrong with the problem, naming the stop or vehicle and its
// field. A stop that no vehicle can serve is not wrong: it is left out.
func (p *Problem) Validate() error {
	n := p.Costs.Len()
	if n == 0 {
		return errors.New("vrp: no costs: make them with Dense or Planar")
	}
	if n > MaxLocations || len(p.Stops) > MaxLocations {
		return fmt.Errorf("vrp: %d locations and %d stops, at most %d are taken: cut the problem into areas", n, len(p.Stops), MaxLocations)
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
		if err := p.Stops[i].validate(n, len(p.Vehicles)); err != nil {
			return fmt.Errorf("vrp: stop %d: %w", i, err)
		}
	}
	for _, check := range []func() error{p.validateWorkers, p.validateFormer, p.validateFrozen} {
		if err := check(); err != nil {
			return err
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
	case v.Pull < 0 || v.Pull > MaxRate*1000:
		return fmt.Errorf("pull %d is not in 0..%d", v.Pull, MaxRate*1000)
	case v.Pull > 0 && (v.Centre < 0 || int(v.Centre) >= locations):
		return fmt.Errorf("centre %d is not in 0..%d", v.Centre, locations-1)
	case len(v.Frozen) > 0 && v.Count != 1:
		return fmt.Errorf("frozen stops are of one route, the count is %d", v.Count)
	case v.Break.Length < 0 || v.Break.Length > Forever:
		return fmt.Errorf("break of %d is not in 0..%d", v.Break.Length, Forever)
	case v.Break.Length > 0:
		if err := v.Break.validate("break"); err != nil {
			return err
		}
	}
	return v.Hours().validate("shift")
}

func (s *Stop) validate(locations, vehicles int) error {
	switch {
	case s.Location < 0 || int(s.Location) >= locations:
		return fmt.Errorf("location %d is not in 0..%d", s.Location, locations-1)
	case s.Demand < 0 || s.Demand > Forever:
		return fmt.Errorf("demand %d is not in 0..%d", s.Demand, Forever)
	case s.Service < 0 || s.Service > Forever:
		return fmt.Errorf("service %d is not in 0..%d", s.Service, Forever)
	case s.Prize < 0 || s.Prize > MaxPrice && s.Prize != PromisedPrice:
		return fmt.Errorf("prize %d is not in 0..%d", s.Prize, MaxPrice)
	}
	for k, v := range s.Only {
		if v < 0 || int(v) >= vehicles || k > 0 && v <= s.Only[k-1] {
			return fmt.Errorf("only %v does not name vehicles 0..%d in order", s.Only, vehicles-1)
		}
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

func (p *Problem) validateWorkers() error {
	has := make([]bool, len(p.Vehicles))
	for w := range p.Workers {
		for _, v := range p.Workers[w].Vehicles {
			if v < 0 || int(v) >= len(has) || has[v] {
				return fmt.Errorf("vrp: worker %d: vehicle %d does not exist or has a worker already", w, v)
			}
			has[v] = true
		}
		rate := int64(0)
		for _, s := range p.Workers[w].Steps {
			if s.Above < 0 || s.Above > Forever || s.Rate < 0 || s.Rate > MaxRate {
				return fmt.Errorf("vrp: worker %d: step %+v is not above 0..%d at 0..%d", w, s, Forever, MaxRate)
			}
			rate += s.Rate
		}
		if rate > MaxRate {
			return fmt.Errorf("vrp: worker %d: rates add up to %d, at most %d are taken", w, rate, MaxRate)
		}
	}
	return nil
}

func (p *Problem) validateFormer() error {
	switch m := p.Moved; {
	case p.Former == nil:
		return nil
	case len(p.Former) != len(p.Stops):
		return fmt.Errorf("vrp: a former vehicle of %d stops, there are %d", len(p.Former), len(p.Stops))
	case m.Worker < 0 || m.Worker > MaxPrice || m.Vehicle < 0 || m.Vehicle > MaxPrice:
		return fmt.Errorf("vrp: prices of changes %+v are not in 0..%d", m, MaxPrice)
	}
	for i, v := range p.Former {
		if v != Nobody && (v < 0 || int(v) >= len(p.Vehicles)) {
			return fmt.Errorf("vrp: stop %d: former vehicle %d is not in 0..%d", i, v, len(p.Vehicles)-1)
		}
	}
	return nil
}

// validateFrozen refuses frozen stops that nobody could drive: there would be no
// feasible solution at all.
func (p *Problem) validateFrozen() error {
	c := checker{problem: p, seen: make([]bool, len(p.Stops)), used: make([]int, len(p.Vehicles))}
	for v := range p.Vehicles {
		if err := c.route(Route{Vehicle: int32(v), Stops: p.Vehicles[v].Frozen}); err != nil {
			return fmt.Errorf("vrp: vehicle %d: frozen stops: %s", v, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	return nil
}
