package planner

import (
	"cmp"
	"runtime"
	"slices"
)

// planVersion is the version of plan.json that this release writes.
const planVersion = 1

// plan puts together what the steps have found.
func (p *proposal) plan() Plan {
	plan := Plan{
		Version: planVersion, Round: p.Round, Households: len(p.Households) + len(p.Duplicates),
		Workers: []Worker{}, Routes: p.routes, Unplanned: []Unplanned{},
	}
	if plan.Routes == nil {
		plan.Routes = []Route{}
	}
	slices.SortStableFunc(plan.Routes, func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.Worker, b.Worker), cmp.Compare(a.Date, b.Date))
	})
	for _, c := range p.crews {
		plan.Workers = append(plan.Workers, c.Worker)
	}
	for i, reason := range p.reasons {
		if reason != "" {
			h := &p.Households[i]
			plan.Unplanned = append(plan.Unplanned, Unplanned{Household: h.ID, Reason: reason, Lon: h.At[0], Lat: h.At[1]})
		}
	}
	plan.Unplanned = append(plan.Unplanned, p.Duplicates...)
	if plan.Round.Days == 0 {
		plan.Round.Days = 1
		for i := range plan.Routes {
			plan.Round.Days = max(plan.Round.Days, p.dayNumber(plan.Routes[i].Date))
		}
	}
	plan.Totals, plan.Needs = plan.total(), p.needs()
	plan.Explanation = p.explain(&plan)
	return plan
}

// total sums the routes.
func (plan *Plan) total() Totals {
	t := Totals{Unplanned: len(plan.Unplanned), Routes: len(plan.Routes)}
	work := map[string]int{}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		t.Planned += len(r.Stops)
		t.TravelS += r.TravelS
		t.DistanceM += r.DistanceM
		work[r.Worker] += r.work
	}
	for i, w := range plan.Workers {
		if i == 0 {
			t.WorkloadMinS = work[w.ID]
		}
		t.WorkloadMinS = min(t.WorkloadMinS, work[w.ID])
		t.WorkloadMaxS = max(t.WorkloadMaxS, work[w.ID])
	}
	return t
}

func (p *proposal) threads() int {
	if p.Threads > 0 {
		return p.Threads
	}
	return runtime.GOMAXPROCS(0)
}
