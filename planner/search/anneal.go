package search

import (
	"math"

	"github.com/rounds-project/rounds/planner/vrp"
)

// meanLeg is the mean cost of a leg between two stops, at least 1, and how many times that
// its quadratic mean is: about 1.3 where stops are strewn evenly, more in clusters. Legs
// from and to the ends of routes do not count: how far away depots lie says nothing about
// what a move costs. A solution without such legs tells nothing: then it is the mean
// between stops as they are numbered.
func meanLeg(p *vrp.Problem, s vrp.Solution) (mean, unevenness float64) {
	var sum, squares float64
	legs := 1.0
	add := func(i, j int32) {
		leg := float64(p.Costs.At(p.Stops[i].Location, p.Stops[j].Location))
		sum, squares, legs = sum+leg, squares+leg*leg, legs+1
	}
	for _, r := range s.Routes {
		for k := 1; k < len(r.Stops); k++ {
			add(r.Stops[k-1], r.Stops[k])
		}
	}
	if sum == 0 {
		for i := 1; i < len(p.Stops); i++ {
			add(int32(i-1), int32(i))
		}
	}
	mean = max(sum/legs, 1)
	return mean, math.Sqrt(squares/legs) / mean
}

// anneal is the acceptance of simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983),
// cooling exponentially with the share of the search that is done.
type anneal struct {
	hot, ratio  float64
	temperature float64
}

func newAnneal(leg float64, t tuning) anneal {
	a := anneal{hot: t.hot * leg, ratio: t.cold / t.hot}
	a.cool(0)
	return a
}

// cool sets the temperature for a share 0..1 of the search.
func (a *anneal) cool(share float64) {
	a.temperature = a.hot * math.Pow(a.ratio, min(max(share, 0), 1))
}

// limit is the cost below which a candidate replaces a solution of cost current.
func (a *anneal) limit(current int64, rng *random) int64 {
	return current + int64(math.Ceil(-a.temperature*math.Log(rng.unit())))
}
