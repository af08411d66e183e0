package planner

import (
	"fmt"
	"slices"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/vrp"
)

// Terms are what a household asks for beyond its own window.
type Terms struct {
	// Dates, YYYY-MM-DD, are those on which it may be visited; none means any.
	Dates []string
	// Windows are when a visit may begin, in order and apart, in place of the
	// household's own; none means that.
	Windows []geo.Window
	// Worker is the id of the only one who may visit it; "" means anybody.
	Worker string
	// Appointment says that the household was told the date and the window, and waits.
	Appointment bool
}

// promised reports whether others stay out for this household where there is no room for
// all: it was given to a worker by hand, or is an appointment.
func (t Terms) promised() bool {
	return t.Worker != "" || t.Appointment
}

// validateTerms says what is wrong with the households' terms.
func (q *Request) validateTerms() error {
	for id, t := range q.Terms {
		for _, date := range t.Dates {
			if _, err := time.Parse(time.DateOnly, date); err != nil {
				return fmt.Errorf("planner: household %q: %q is no date; want it like 2027-03-01", id, date)
			}
		}
		for k, w := range t.Windows {
			if w.Closes < w.Opens || k > 0 && w.Opens <= t.Windows[k-1].Closes {
				return fmt.Errorf("planner: household %q: windows %v do not run forward, apart", id, t.Windows)
			}
		}
		if known := func(w Worker) bool { return w.ID == t.Worker }; t.Worker != "" && !slices.ContainsFunc(q.Workers, known) {
			return fmt.Errorf("planner: household %q: there is no worker %q", id, t.Worker)
		}
	}
	return nil
}

// windows are when the visit of a household may begin; none for any time.
func (p *proposal) windows(household int32) []geo.Window {
	h := &p.Households[household]
	if t := p.Terms[h.ID]; len(t.Windows) > 0 {
		return t.Windows
	}
	if h.Window == nil {
		return nil
	}
	return []geo.Window{*h.Window}
}

// windowOf is the window in which a visit begins; nil when there is none.
func (p *proposal) windowOf(household int32, start int) *[2]string {
	at := time.Duration(start) * time.Second
	for _, w := range p.windows(household) {
		if w.Opens <= at && at <= w.Closes {
			return &[2]string{geo.Clock(w.Opens), geo.Clock(w.Closes)}
		}
	}
	return nil
}

// willing reports whether a worker may visit a household, on some day of the round.
func (p *proposal) willing(c *crew, household int32) bool {
	t := p.Terms[p.Households[household].ID]
	if t.Worker != "" && t.Worker != c.ID || !p.admits(&c.Worker, household) {
		return false
	}
	return len(t.Dates) == 0 || len(p.on(c, t.Dates)) > 0
}

// on are those of some dates on which a worker works, ascending.
func (p *proposal) on(c *crew, dates []string) (on []string) {
	for _, date := range dates {
		day := p.dayNumber(date)
		if day >= 1 && (p.Round.Days == 0 || day <= p.Round.Days) && day <= MostDays && !p.off(c, date) {
			on = append(on, date)
		}
	}
	slices.Sort(on)
	return slices.Compact(on)
}

// booked reports whether some of the households ask for dates.
func (p *proposal) booked(households []int32) bool {
	return len(p.Terms) > 0 && slices.ContainsFunc(households, func(h int32) bool {
		return len(p.Terms[p.Households[h].ID].Dates) > 0
	})
}

// book gives a problem of one kind of day a vehicle for each date that is not like others,
// before those for any day: those on which a household wants to be visited, to which it
// ties them, and those with other hours.
func (p *proposal) book(b *block, problem *vrp.Problem, stops []int32) {
	var dates []string
	if b == b.crew.blocks[0] { // a date is a day of one block
		dates = p.shortDays(b.crew)
	}
	for _, h := range stops {
		dates = append(dates, p.on(b.crew, p.Terms[p.Households[h].ID].Dates)...)
	}
	slices.Sort(dates)
	b.booked = slices.Compact(dates)
	if len(b.booked) == 0 {
		return
	}
	day := problem.Vehicles[0]
	problem.Vehicles = problem.Vehicles[:0]
	for _, date := range b.booked {
		one := day
		one.Count, one.Shift = 1, p.hours(b.crew, date).wait()
		if one.Shift != day.Shift {
			one.FixedCost = 0 // who is there for a part of a day goes out anyway
		}
		problem.Vehicles = append(problem.Vehicles, one)
	}
	if day.Count -= len(b.booked); day.Count > 0 {
		problem.Vehicles = append(problem.Vehicles, day)
	}
	for i, h := range stops {
		for _, date := range p.on(b.crew, p.Terms[p.Households[h].ID].Dates) {
			v, _ := slices.BinarySearch(b.booked, date)
			problem.Stops[i].Only = append(problem.Stops[i].Only, int32(v))
		}
	}
}

// dateOf is the date of a day by a vehicle if one of its households asked for it, or its
// hours are others, else "" for any.
func (p *proposal) dateOf(b *block, vehicle int32, day []int32) string {
	if int(vehicle) < len(b.booked) && (p.booked(day) || p.hours(b.crew, b.booked[vehicle]) != b.crew.shift) {
		return b.booked[vehicle]
	}
	return ""
}

// allows reports whether a household may be on a tour.
func (p *proposal) allows(t *tour, household int32) bool {
	terms := p.Terms[p.Households[household].ID]
	return p.admits(&t.crew.Worker, household) && (terms.Worker == "" || terms.Worker == t.crew.ID) && (len(terms.Dates) == 0 || slices.Contains(terms.Dates, t.date))
}

// nobody is a skill that no vehicle has.
const nobody = 1

// tie names the tours on which a stop may be, if its household does not take any.
func (p *proposal) tie(stop *vrp.Stop, household int32, tours []*tour) {
	for k, t := range tours {
		if p.allows(t, household) {
			stop.Only = append(stop.Only, int32(k))
		}
	}
	switch len(stop.Only) {
	case len(tours):
		stop.Only = nil
	case 0:
		stop.Skills = nobody
	}
}
