package planner

import (
	"math"
	"slices"
)

// Explanation says what a plan costs, as the search counts, and how much less any other
// plan could.
type Explanation struct {
	// TravelS is all walks, Days how many times somebody goes out, each of which counts
	// as DayPriceS of walking; CostS is their sum. Who is left out counts beyond that,
	// above all; waiting and breaks do not.
	TravelS   int `json:"travel_s"`
	Days      int `json:"days"`
	DayPriceS int `json:"day_price_s"`
	CostS     int `json:"cost_s"`
	// BoundS is what any plan costs that visits the same households with the same
	// territories: the days that the visits fill, and the longer of two walks, see
	// [proposal.least]. Gap is the part of the cost above it, 0 to 1: what could be
	// gained at the most. Both are 0 for a revised plan.
	BoundS int     `json:"bound_s"`
	Gap    float64 `json:"gap"`
}

// explain sums the blocks.
func (p *proposal) explain(plan *Plan) Explanation {
	e := Explanation{TravelS: plan.Totals.TravelS, Days: plan.Totals.Routes, DayPriceS: dayPrice}
	e.CostS = e.TravelS + e.Days*e.DayPriceS
	for _, c := range p.crews {
		for _, b := range c.blocks {
			e.BoundS += b.bound
		}
	}
	if e.BoundS > 0 {
		e.Gap = float64(e.CostS-e.BoundS) / float64(e.CostS)
	}
	return e
}

// least bounds the cost of a block whose table of seconds is there. A day on which a
// door is visited that lies d seconds from the start and back has no more than shift - d
// for visits, so that a visit of s seconds takes at least s / (shift - d) of a day, and of
// the walks there and back (Haimovich, Rinnooy Kan, "Bounds and heuristics for capacitated
// routing problems", 1985). And the walks join all doors to the start: they are no less
// than the shortest net that does (a minimum spanning tree), and a way home each day.
func (p *proposal) least(b *block) int {
	n := len(b.households)
	places := n + 1
	if b.crew.End != nil {
		places++
	}
	on := b.served()
	if len(on) == 0 {
		return 0
	}
	shift := float64(b.crew.shift.closes - b.crew.shift.opens)
	days, radial, home := 0.0, 0.0, math.MaxInt
	for _, i := range on {
		back := 0
		if b.crew.End != nil {
			back = int(b.seconds[i*places+n+1])
		}
		home = min(home, back)
		far := float64(int(b.seconds[n*places+i]) + back)
		day := float64(p.service(b.households[i])) / (shift - far)
		days += day
		radial += day * far
	}
	net := spanning(n, on, func(i, j int) int {
		return int(min(b.seconds[i*places+j], b.seconds[j*places+i]))
	})
	out := int(math.Ceil(days - 1e-6))
	return max(int(radial), net+out*home) + out*dayPrice
}

// served are the places in the table of the households that are on some day.
func (b *block) served() (places []int) {
	on := map[int32]bool{}
	for _, day := range b.days {
		for _, h := range day {
			on[h] = true
		}
	}
	for i, h := range b.households {
		if on[h] {
			places = append(places, i)
		}
	}
	return places
}

// spanning is the length of the minimum spanning tree of a root and places (Prim 1957).
func spanning(root int, places []int, length func(i, j int) int) (sum int) {
	left := slices.Clone(places)
	nearest := make([]int, len(left))
	for k, i := range left {
		nearest[k] = length(root, i)
	}
	for len(left) > 0 {
		best := 0
		for k := range left {
			if nearest[k] < nearest[best] {
				best = k
			}
		}
		sum += nearest[best]
		joined, last := left[best], len(left)-1
		left[best], nearest[best] = left[last], nearest[last]
		left, nearest = left[:last], nearest[:last]
		for k, i := range left {
			nearest[k] = min(nearest[k], length(joined, i))
		}
	}
	return sum
}
