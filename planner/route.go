package planner

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/territory"
)

// firstShare of the search goes into the first routes, which show how much work
// the territories really are; the rest into the final ones.
const firstShare = 0.35

// uneven is the load above the mean, as a part of it, from which territories are
// mended after the first routes.
const uneven = 0.005

// route gives every worker days, for the time being.
func (p *proposal) route(ctx context.Context) error {
	return p.solveAll(ctx, p.crews, firstShare)
}

// even moves households between neighbours where the routes have shown that the
// work is not even, finds somebody else for those that do not fit the days of their
// own worker, and routes anew.
func (p *proposal) even(ctx context.Context) error {
	for _, g := range p.groups {
		p.mend(g)
	}
	if err := p.rehome(ctx); err != nil {
		return err
	}
	return p.solveAll(ctx, p.crews, 1-firstShare)
}

// mend scales the expected work of each territory to what its routes are, and lets
// it flow.
func (p *proposal) mend(g *group) {
	if len(g.crews) < 2 {
		return
	}
	worst, all, share := 0.0, 0.0, 0.0
	for _, c := range g.crews {
		if len(c.left()) > 0 {
			return // the days are full in any case
		}
		all += float64(c.work())
		share += c.share
	}
	if all == 0 {
		return
	}
	for _, c := range g.crews {
		worst = max(worst, float64(c.work())/c.share*share/all)
	}
	if worst < 1+uneven {
		return
	}
	expected := make([]float64, len(g.crews))
	for i, k := range g.division.Of {
		expected[k] += g.graph.Work(int32(i))
	}
	for i, k := range g.division.Of {
		if expected[k] > 0 {
			g.graph.SetWork(int32(i), g.graph.Work(int32(i))*float64(g.crews[k].work())/expected[k])
		}
	}
	territory.Rebalance(g.graph, g.division, shares(g.crews))
	p.take(g)
}

// rehome gives households that fit no day of their worker to the one of the same
// piece who is nearest, if they fit there.
func (p *proposal) rehome(ctx context.Context) error {
	for _, g := range p.groups {
		if len(g.crews) < 2 {
			continue
		}
		for _, c := range g.crews {
			for _, b := range c.blocks {
				for _, h := range b.unfit {
					if err := p.tryOthers(ctx, g, h); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (p *proposal) tryOthers(ctx context.Context, g *group, household int32) error {
	var best *crew
	least := 0
	for _, c := range g.crews {
		there, back, err := p.thereAndBack(ctx, c, household)
		if err != nil {
			return err
		}
		if p.fits(household, c.shift, there, back) == "" && (best == nil || there+back < least) {
			best, least = c, there+back
		}
	}
	if best == nil || slices.Contains(best.territory, household) {
		return nil
	}
	for _, c := range g.crews {
		c.territory = slices.DeleteFunc(c.territory, func(h int32) bool { return h == household })
	}
	best.territory = append(best.territory, household)
	return nil
}

// thereAndBack is how long a worker walks to a household and, unless the route may
// end anywhere, back, in seconds.
func (p *proposal) thereAndBack(ctx context.Context, c *crew, household int32) (there, back int, err error) {
	door := []network.Access{p.doors[household]}
	out, _, err := p.Network.Matrix(ctx, []network.Access{c.start}, door, 1)
	if err != nil {
		return 0, 0, err
	}
	if c.End == nil {
		return int(out[0]), 0, nil
	}
	home, _, err := p.Network.Matrix(ctx, door, []network.Access{c.end}, 1)
	if err != nil {
		return 0, 0, err
	}
	return int(out[0]), int(home[0]), nil
}

// solveAll routes all territories, some side by side, with a part of the effort
// that was asked for.
func (p *proposal) solveAll(ctx context.Context, crews []*crew, part float64) error {
	var all []*block
	total := 0
	for _, c := range crews {
		blocks, err := p.blocks(c)
		if err != nil {
			return err
		}
		c.blocks = blocks
		for _, b := range blocks {
			total += len(b.households)
		}
		all = append(all, blocks...)
	}
	all = slices.DeleteFunc(all, func(b *block) bool { return len(b.households) == 0 })
	slices.SortStableFunc(all, func(a, b *block) int { return cmp.Compare(len(b.households), len(a.households)) })
	side := max(1, min(p.threads(), len(all)))
	done := make(chan struct{}, len(all))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(side)
	p.tell(Routing, 0, len(all))
	for k, b := range all {
		share := part * float64(len(b.households)) / float64(total)
		params := search.Params{
			Threads: max(1, p.threads()/side), Seed: uint64(p.Round.Seed) + uint64(k),
			Time:       time.Duration(float64(p.Time) * share * float64(side)),
			Iterations: int64(float64(p.Iterations) * share),
		}
		if p.Iterations > 0 {
			params.Time, params.Iterations = 0, max(params.Iterations, 1)
		}
		group.Go(func() error {
			if err := p.solve(ctx, b, params); err != nil {
				return err
			}
			done <- struct{}{}
			p.tell(Routing, len(done), len(all))
			return ctx.Err()
		})
	}
	return group.Wait()
}
