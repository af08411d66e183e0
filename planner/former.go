package planner

import (
	"fmt"
	"time"
)

// Former is where a plan has its households, for [Request.Former] of a round that
// begins on another day: the dates move by as many days.
func (plan *Plan) Former(from string) (map[string]Slot, error) {
	shift, err := plan.daysUntil(from)
	if err != nil {
		return nil, err
	}
	former := map[string]Slot{}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		day, err := time.Parse(time.DateOnly, r.Date)
		if err != nil {
			return nil, fmt.Errorf("planner: route of %s: %q is no date", r.Worker, r.Date)
		}
		date := day.AddDate(0, 0, shift).Format(time.DateOnly)
		for k := range r.Stops {
			former[r.Stops[k].Household] = Slot{Worker: r.Worker, Date: date, Seq: r.Stops[k].Seq}
		}
	}
	return former, nil
}

// daysUntil is how many days after the plan's first a day is.
func (plan *Plan) daysUntil(from string) (int, error) {
	before, err := time.Parse(time.DateOnly, plan.Round.From)
	if err != nil {
		return 0, fmt.Errorf("planner: the plan begins on %q, which is no date", plan.Round.From)
	}
	after, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return 0, fmt.Errorf("planner: %q is no date", from)
	}
	return int(after.Sub(before).Hours() / 24), nil
}

// Kept counts the households that a plan has with the worker and on the day of
// former, of those that both have.
func (plan *Plan) Kept(former map[string]Slot) (kept, both int) {
	for i := range plan.Routes {
		r := &plan.Routes[i]
		for k := range r.Stops {
			slot, was := former[r.Stops[k].Household]
			if !was {
				continue
			}
			both++
			if slot.Worker == r.Worker && slot.Date == r.Date {
				kept++
			}
		}
	}
	return kept, both
}
