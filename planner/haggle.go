package planner

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/rounds-project/rounds/planner/territory"
)

// Where territories are small, the work that a household is expected to be is too rough
// to make them even: at last the busiest worker of a group offers single households to
// those beside, and what the routes show decides.
const (
	// mostOffers is how many offers are tried in a row to no avail, mostTrials how many
	// for each worker in all.
	mostOffers = 12
	mostTrials = 6
	// hagglingShare is how much of the time is gone when it ends.
	hagglingShare = 0.5
)

// haggle evens out what single households can.
func (p *proposal) haggle(ctx context.Context, g *group) error {
	for trials := mostTrials * len(g.crews); trials > 0; {
		real, worst := p.loads(g)
		if worst < 1+uneven || math.IsNaN(worst) {
			return nil
		}
		busiest := 0
		for k, c := range g.crews {
			if real[k]/c.share > real[busiest]/g.crews[busiest].share {
				busiest = k
			}
		}
		took := false
		for _, o := range p.offers(g, real, busiest) {
			if trials--; trials < 0 || p.Iterations == 0 && time.Since(p.begun) > time.Duration(hagglingShare*float64(p.Time)) {
				return nil
			}
			var err error
			if took, err = p.try(ctx, g, o, busiest, real[busiest]); err != nil {
				return err
			}
			if took {
				break
			}
		}
		if !took {
			return nil
		}
	}
	return nil
}

// loads is the work of each crew, and that of the busiest as a part of the fair one.
func (p *proposal) loads(g *group) (real []float64, worst float64) {
	all, share := 0.0, 0.0
	for _, c := range g.crews {
		real = append(real, p.whole(c))
		all += real[len(real)-1]
		share += c.share
	}
	for k, c := range g.crews {
		worst = max(worst, real[k]/c.share*share/all)
	}
	return real, worst
}

// offers are those of a crew that promise to help, those first that would leave both
// with the same.
func (p *proposal) offers(g *group, real []float64, from int) []territory.Offer {
	offers := territory.Offers(g.graph, g.division, int32(from))
	off := func(o territory.Offer) float64 {
		work := 0.0
		for _, i := range o.Places {
			work += g.graph.Work(i)
		}
		a, b := g.crews[from].share, g.crews[o.To].share
		return max((real[from]-work)/a, (real[o.To]+work)/b) / (real[from] / a)
	}
	offers = slices.DeleteFunc(offers, func(o territory.Offer) bool { return off(o) >= 1 })
	slices.SortStableFunc(offers, func(o, q territory.Offer) int { return cmp.Compare(off(o), off(q)) })
	return offers[:min(mostOffers, len(offers))]
}

// try makes the routes that an offer leads to, and goes back unless both workers have
// less then than one had.
func (p *proposal) try(ctx context.Context, g *group, o territory.Offer, from int, had float64) (bool, error) {
	two := [2]*crew{g.crews[from], g.crews[o.To]}
	// What neither of them may visit can change hands among the others, too.
	before := make([]crew, len(g.crews))
	for k, c := range g.crews {
		before[k] = *c
	}
	division := g.division.Clone()
	territory.Accept(g.graph, g.division, o)
	p.take(g)
	if err := p.solveAll(ctx, p.probe, false); err != nil {
		return false, err
	}
	if now := max(p.whole(two[0])/two[0].share, p.whole(two[1])/two[1].share); now < had/two[0].share {
		return true, nil
	}
	g.division = division
	for k, c := range g.crews {
		*c = before[k]
	}
	return false, nil
}
