package keyarea

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// Owed is what areas are ranked by: one figure at a time, so that a rank is explained by it.
type Owed string

// What a service may owe. Nothing ranks workers, disputes, or what visits found.
const (
	// Late: matters past their day and doors whose planned day has passed, added up.
	Late Owed = "late"
	// Open hazards and service requests.
	Open Owed = "open"
	// ToVisit: households that the round has still to visit.
	ToVisit Owed = "to_visit"
	// Support asked for and not given yet, as published.
	Support Owed = "support"
)

// AllOwed is the closed list.
var AllOwed = []Owed{Late, Open, ToVisit, Support}

// Matters counts open hazards and service requests, of which some are past their day.
type Matters struct{ Open, Late int }

// Area is a key area: a bin with what is owed there.
type Area struct {
	Bin       int
	Dwellings int
	// Areas are the grids in it, as far as they may be named.
	Areas []uuid.UUID
	// Work of the round and Matters are nil for who does not hold all of the bin.
	Work    *heat.Sums
	Matters *Matters
	// Support and Reported (hazards and services of the last period) are published; nil
	// when nothing is.
	Support, Reported *Published
}

// Published is the sum of published values of a bin: of how many measures a number is
// shown, and whether one is "90 % or more".
type Published struct {
	Count, Shown, Of int
	Most             bool
}

// Add adds a published value.
func (p *Published) Add(v release.Value) {
	p.Of++
	switch v.Shown {
	case release.Number:
		p.Shown++
		p.Count += v.Count
	case release.Most:
		p.Most = true
	}
}

// Owes is the figure by which the area is ranked, and what decides between equals.
func (a Area) Owes(what Owed) [2]int {
	var owes [2]int
	switch what {
	case Late:
		if a.Matters != nil {
			owes = [2]int{a.Matters.Late, a.Matters.Late} // of equals, more matters
		}
		if a.Work != nil {
			owes[0] += a.Work.Late
		}
	case Open:
		if a.Matters != nil {
			owes[0], owes[1] = a.Matters.Open, a.Matters.Late
		} else if a.Reported != nil {
			owes[0] = a.Reported.Count
		}
	case ToVisit:
		if a.Work != nil {
			owes[0], owes[1] = a.Work.ToVisit, a.Work.Late
		}
	case Support:
		if a.Support != nil {
			owes[0] = a.Support.Count
			if a.Support.Most {
				owes[0] = max(owes[0], a.Dwellings*9/10)
			}
		}
	}
	return owes
}

// Rank puts areas in order: who is owed most comes first, equals by their bins.
func Rank(areas []Area, what Owed) {
	slices.SortFunc(areas, func(a, b Area) int {
		x, y := a.Owes(what), b.Owes(what)
		return cmp.Or(cmp.Compare(y[0], x[0]), cmp.Compare(y[1], x[1]), cmp.Compare(a.Bin, b.Bin))
	})
}
