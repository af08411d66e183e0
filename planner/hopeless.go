package planner

import (
	"fmt"
	"strings"
)

// Hopeless says why no household is on a route, and what to change; nil when one is.
func (plan *Plan) Hopeless() error {
	if len(plan.Routes) > 0 || len(plan.Unplanned) == 0 {
		return nil
	}
	count := map[Reason]int{}
	for _, u := range plan.Unplanned {
		count[u.Reason.Kind()]++
	}
	var why []string
	for _, r := range Reasons {
		if n := count[r]; n > 0 && advice[r] != "" {
			why = append(why, fmt.Sprintf("%d %s", n, advice[r]))
		}
	}
	return fmt.Errorf("planner: nobody can visit any household: %s", strings.Join(why, "; "))
}

// advice is what stands in the way, and what would help.
var advice = map[Reason]string{
	Unreachable:      "cannot be reached from where the workers start: move a start, or name an extract that holds the ways between",
	NoFeasibleWindow: "have a window that no shift meets: change shifts or windows",
	BeyondHorizon:    "have no day: name more days, or workers without days off",
	NoGrant:          "lie in areas that nobody has: give somebody these areas",
	TooLong:          "take longer than any shift: make shifts longer or visits shorter",
}

// Need is what would make it possible to visit households that are beyond the
// horizon.
type Need struct {
	// Worker is whose days do not suffice.
	Worker     string
	Households int
	// Days are worker-days more, at the pace of that worker's days in the plan.
	Days int
}

// needs are the worker-days that each worker lacks.
func (p *proposal) needs() (needs []Need) {
	for _, c := range p.crews {
		left := c.left()
		if len(left) == 0 {
			continue
		}
		visits := 0
		for _, t := range c.tours {
			visits += p.services(t.households)
		}
		day := float64(c.shift.closes - c.shift.opens)
		if visits > 0 {
			day = float64(visits) / float64(len(c.tours))
		}
		needs = append(needs, Need{Worker: c.ID, Households: len(left), Days: max(1, int(0.999+float64(p.services(left))/day))})
	}
	return needs
}
