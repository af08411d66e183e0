package search

import (
	"math"

	"github.com/rounds-project/rounds/planner/vrp"
)

// Temperatures at the start and at the end of a search, as shares of the mean cost of
// a leg between stops.
const (
	hot  = 1.5
	cold = 0.015
)

// meanLeg is the mean cost of a leg between two stops, at least 1. Legs from and to the
// ends of routes do not count: how far away depots lie says nothing about what a
// move costs. A solution without such legs tells nothing: then it is the mean between
// stops as they are numbered.
func meanLeg(p *vrp.Problem, s vrp.Solution) float64 {
	var sum int64
	legs := 1
	for _, r := range s.Routes {
		for k := 1; k < len(r.Stops); k++ {
			sum += int64(p.Costs.At(p.Stops[r.Stops[k-1]].Location, p.Stops[r.Stops[k]].Location))
			legs++
		}
	}
	if sum == 0 {
		for i := 1; i < len(p.Stops); i++ {
			sum += int64(p.Costs.At(p.Stops[i-1].Location, p.Stops[i].Location))
			legs++
		}
	}
	return max(float64(sum)/float64(legs), 1)
}

// anneal is the acceptance of simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983),
// cooling exponentially with the share of the search that is done.
type anneal struct {
	hot, ratio  float64
	temperature float64
}

func newAnneal(leg float64) anneal {
	a := anneal{hot: hot * leg, ratio: cold / hot}
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
