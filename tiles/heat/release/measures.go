package release

import (
	"fmt"
	"slices"
	"time"
)

// Measure is what is counted, of the closed list.
type Measure struct {
	Name string
	// Dwellings is the least number in a bin.
	Dwellings int
	// Length of its periods: there is one for each measure, and none is rolling.
	Length Length
	// Stock is what stands on the period's last day; other measures count what
	// happened within the period.
	Stock bool
}

// Length is that of a period.
type Length string

// The lengths of periods. An outcome is known until 30 days after its round ends; what
// is counted from outcomes has halves of months, which are published before that.
const (
	HalfMonth Length = "half_month"
	Month     Length = "month"
	Quarter   Length = "quarter"
)

// Reached is the measure that is counted from outcomes.
const Reached = "reached"

// Measures are all there are. The three groups of support wanted are disjoint, and so
// there is no "all" of them.
var Measures = []Measure{
	{Name: "hazards", Dwellings: 200, Length: Month},
	{Name: "services", Dwellings: 200, Length: Month},
	{Name: Reached, Dwellings: 200, Length: HalfMonth},
	{Name: "support_safety", Dwellings: 500, Length: Quarter, Stock: true},
	{Name: "support_contact", Dwellings: 500, Length: Quarter, Stock: true},
	{Name: "support_help", Dwellings: 500, Length: Quarter, Stock: true},
}

// MeasureNamed finds a measure of the closed list.
func MeasureNamed(name string) (Measure, bool) {
	i := slices.IndexFunc(Measures, func(m Measure) bool { return m.Name == name })
	if i < 0 {
		return Measure{}, false
	}
	return Measures[i], true
}

// Wait is how many days after its period a release is frozen.
const Wait = 14

// Period is from the first to the last day, both within it; days are at midnight UTC.
type Period struct{ From, To time.Time }

// FrozenOn is the day from which the release of the period does not change.
func (p Period) FrozenOn() time.Time { return p.To.AddDate(0, 0, Wait) }

// Containing is the period of a length that a day lies in.
func (l Length) Containing(day time.Time) Period {
	year, month, d := day.Date()
	first := func(month time.Month, d int) time.Time { return time.Date(year, month, d, 0, 0, 0, 0, time.UTC) }
	switch l {
	case HalfMonth:
		if d <= 15 {
			return Period{first(month, 1), first(month, 15)}
		}
		return Period{first(month, 16), first(month+1, 0)}
	case Month:
		return Period{first(month, 1), first(month+1, 0)}
	case Quarter:
		begins := (month-1)/3*3 + 1
		return Period{first(begins, 1), first(begins+3, 0)}
	}
	panic(fmt.Sprintf("release: length %q", l))
}

// Due are the periods whose release is frozen on a day, the earliest first: those that
// ended since a day, but not before it.
func (l Length) Due(since, today time.Time) []Period {
	var due []Period
	for p := l.Containing(today); !p.To.Before(since); p = l.Containing(p.From.AddDate(0, 0, -1)) {
		if !p.FrozenOn().After(today) {
			due = append(due, p)
		}
	}
	slices.Reverse(due)
	return due
}
