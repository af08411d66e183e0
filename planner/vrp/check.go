package vrp

import (
	"errors"
	"fmt"
	"slices"
)

// Check recomputes a solution from nothing but the problem: its cost, and, as one
// joined error, everything that makes it infeasible. A required stop left out is
// counted in Cost.Missing and is an error too. It shares no code with any search but
// what cost.go says a single stop, or a worker's work, costs.
func Check(p *Problem, s Solution) (Cost, error) {
	cost, err := CheckPartial(p, s)
	if cost.Missing > 0 {
		err = errors.Join(err, fmt.Errorf("vrp: %d required stops are not served", cost.Missing))
	}
	return cost, err
}

// CheckPartial is [Check] for a solution in the making, which may leave required stops
// out.
func CheckPartial(p *Problem, s Solution) (Cost, error) {
	c := checker{problem: p, seen: make([]bool, len(p.Stops)), used: make([]int, len(p.Vehicles))}
	for k, r := range s.Routes {
		if err := c.route(r); err != nil {
			c.wrong = append(c.wrong, fmt.Errorf("vrp: route %d: %w", k+1, err))
		}
	}
	for t, used := range c.used {
		if used > p.Vehicles[t].Count {
			c.wrong = append(c.wrong, fmt.Errorf("vrp: %d routes of vehicle %d, which counts %d", used, t, p.Vehicles[t].Count))
		}
	}
	c.frozen(s)
	for _, i := range s.Unserved {
		if err := c.mark(i); err != nil {
			c.wrong = append(c.wrong, fmt.Errorf("vrp: unserved: %w", err))
		}
	}
	for i, seen := range c.seen {
		if !seen {
			c.wrong = append(c.wrong, fmt.Errorf("vrp: stop %d is neither served nor listed as unserved", i))
		}
	}
	if c.broken {
		return Cost{}, errors.Join(c.wrong...)
	}
	return p.Cost(s), errors.Join(c.wrong...)
}

type checker struct {
	problem *Problem
	seen    []bool
	used    []int
	wrong   []error
	// broken: an index out of range, so that no cost can be computed.
	broken bool
}

func (c *checker) mark(i int32) error {
	if i < 0 || int(i) >= len(c.seen) {
		c.broken = true
		return fmt.Errorf("there is no stop %d", i)
	}
	if c.seen[i] {
		return fmt.Errorf("stop %d appears twice", i)
	}
	c.seen[i] = true
	return nil
}

func (c *checker) route(r Route) error {
	p := c.problem
	if r.Vehicle < 0 || int(r.Vehicle) >= len(p.Vehicles) {
		c.broken = true
		return fmt.Errorf("there is no vehicle %d", r.Vehicle)
	}
	var wrong []error
	for _, i := range r.Stops {
		if err := c.mark(i); err != nil {
			wrong = append(wrong, err)
		}
	}
	if c.broken || len(r.Stops) == 0 {
		return errors.Join(wrong...)
	}
	c.used[r.Vehicle]++
	v, load := &p.Vehicles[r.Vehicle], int64(0)
	for _, i := range r.Stops {
		load += p.Stops[i].Demand
		if lacks := p.Stops[i].Skills &^ v.Skills; lacks != 0 {
			wrong = append(wrong, fmt.Errorf("stop %d needs skills %#x that vehicle %d lacks", i, lacks, r.Vehicle))
		}
		if only := p.Stops[i].Only; len(only) > 0 && !slices.Contains(only, r.Vehicle) {
			wrong = append(wrong, fmt.Errorf("stop %d may be on vehicles %v, not on %d", i, only, r.Vehicle))
		}
	}
	if v.Capacity > 0 && load > v.Capacity {
		wrong = append(wrong, fmt.Errorf("load %d above the capacity %d", load, v.Capacity))
	}
	return errors.Join(append(wrong, c.times(r))...)
}

// frozen checks that the routes of vehicles with frozen stops begin with them.
func (c *checker) frozen(s Solution) {
	for v := range c.problem.Vehicles {
		want := c.problem.Vehicles[v].Frozen
		kept := func(r Route) bool {
			return int(r.Vehicle) == v && len(r.Stops) >= len(want) && slices.Equal(r.Stops[:len(want)], want)
		}
		if len(want) > 0 && !slices.ContainsFunc(s.Routes, kept) {
			c.wrong = append(c.wrong, fmt.Errorf("vrp: no route of vehicle %d begins with its frozen stops %v", v, want))
		}
	}
}

func (c *checker) times(r Route) error {
	t, late := c.problem.Timetable(r)
	v := &c.problem.Vehicles[r.Vehicle]
	if late >= 0 && v.Break.Length > 0 {
		hours := v.Hours()
		if _, without := c.problem.sweep(r, hours, hours.Close, -1); without < 0 {
			return fmt.Errorf("no time for the break of %d that begins within %d-%d", v.Break.Length, v.Break.Open, v.Break.Close)
		}
	}
	switch {
	case late == len(r.Stops):
		return fmt.Errorf("back at %d, the shift ends at %d", t.Back, v.Hours().Close)
	case late >= 0:
		return fmt.Errorf("stop %d is reached at %d, after its last window", r.Stops[late], t.Arrive[late])
	case t.Back-t.Leave > v.Limit():
		return fmt.Errorf("takes %d, the limit is %d", t.Back-t.Leave, v.Limit())
	}
	return nil
}
