package planner

import (
	"slices"
	"time"
)

// MostDays is how many calendar days a round may have, also one without an end: a
// worker with nothing but days off ends somewhere.
const MostDays = 100 * 366

// workdays are the first want days of the round on which the worker works, as
// dates; fewer when the round, or MostDays, ends before.
func (p *proposal) workdays(c *crew, want int) []string {
	last := MostDays
	if p.Round.Days > 0 {
		last = p.Round.Days
	}
	var dates []string
	first := p.from()
	for day := 0; day < last && len(dates) < want; day++ {
		date := first.AddDate(0, 0, day).Format(time.DateOnly)
		if !p.off(c, date) {
			dates = append(dates, date)
		}
	}
	return dates
}

// off reports whether a worker has no day on a date: a new plan leaves those free on
// which the worker is there for other hours than usual.
func (p *proposal) off(c *crew, date string) bool {
	_, other := p.Hours[c.ID][date]
	return other && p.Former == nil || slices.Contains(c.DaysOff, date)
}

// dayNumber counts calendar days from the first of the round, which is 1.
func (p *proposal) dayNumber(date string) int {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return int(day.Sub(p.from()).Hours()/24) + 1
}
