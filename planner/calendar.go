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

// off reports whether a worker has no day on a date.
func (p *proposal) off(c *crew, date string) bool {
	hours := p.hours(c, date)
	return hours.opens >= hours.closes || slices.Contains(c.DaysOff, date)
}

// hours are when a worker may be out on a date.
func (p *proposal) hours(c *crew, date string) span {
	hours := c.shift
	if other, some := p.Hours[c.ID][date]; some {
		hours = hours.within(spanOf(other))
	}
	if date == p.Round.From {
		hours.opens = max(hours.opens, int(p.NotBefore.Seconds()))
	}
	return hours
}

// shortDays are the worker's days with fewer hours than the shift has, ascending.
func (p *proposal) shortDays(c *crew) []string {
	dates := []string{p.Round.From}
	for date := range p.Hours[c.ID] {
		dates = append(dates, date)
	}
	return slices.DeleteFunc(p.on(c, dates), func(date string) bool { return p.hours(c, date) == c.shift })
}

// dayNumber counts calendar days from the first of the round, which is 1.
func (p *proposal) dayNumber(date string) int {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return 0
	}
	return int(day.Sub(p.from()).Hours()/24) + 1
}
