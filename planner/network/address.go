package network

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// mostMoved is how far, in metres, a numbered place of a street may lie from the point
// of a household that has the number: farther, it is another street of that name.
const mostMoved = 150

// numbered are the lines along which houses are numbered, by plain name of the street.
type numbered map[string][]osm.Interpolation

func numberedOf(lines []osm.Interpolation) numbered {
	by := numbered{}
	for _, line := range lines {
		by[plainName(line.Street)] = append(by[plainName(line.Street)], line)
	}
	return by
}

// lines are all of them in a fixed order.
func (n numbered) lines() (all []osm.Interpolation) {
	for _, lines := range n {
		all = append(all, lines...)
	}
	slices.SortFunc(all, func(a, b osm.Interpolation) int {
		return cmp.Or(cmp.Compare(a.Street, b.Street), cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last),
			cmp.Compare(a.Line[0][0], b.Line[0][0]), cmp.Compare(a.Line[0][1], b.Line[0][1]))
	})
	return all
}

// place is where the number of an address lies on a line; false when none has it
// near the point of the household.
func (n numbered) place(h *geo.Household) (best orb.Point, found bool) {
	if len(n) == 0 {
		return best, false
	}
	digits := strings.TrimRight(strings.TrimSpace(h.Address.Number), "abcdefghABCDEFGH ")
	number, err := strconv.Atoi(digits)
	if err != nil {
		return best, false
	}
	nearest := float64(mostMoved)
	for _, line := range n[plainName(h.Address.Street)] {
		low, high := min(line.First, line.Last), max(line.First, line.Last)
		if number < low || number > high || line.Step < 1 || (number-line.First)%line.Step != 0 || len(line.Line) < 2 {
			continue
		}
		at := partWay(line.Line, float64(number-line.First)/float64(line.Last-line.First))
		if d := geo.Metres(at, h.At); d <= nearest {
			best, found, nearest = at, true, d
		}
	}
	return best, found
}

// partWay is the point at a share of a line's length.
func partWay(line orb.LineString, share float64) orb.Point {
	rest := share * geo.Length(line)
	for i := range line[1:] {
		a, b := line[i], line[i+1]
		d := geo.Metres(a, b)
		if d > 0 && rest <= d {
			return orb.Point{a[0] + rest/d*(b[0]-a[0]), a[1] + rest/d*(b[1]-a[1])}
		}
		rest -= d
	}
	return line[len(line)-1]
}
