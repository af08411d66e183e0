package planner

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/territory"
)

// probes is how often routes are made to see how much work the territories really
// are, as long as that helps. Each household gets probeIterations of a search then:
// with Iterations set, the territories do not depend on the clock. There are
// fewestProbes however short the time is, as nothing else makes the work even, and
// vainProbes in a row that are of no use are the last.
const (
	probes          = 20
	fewestProbes    = 4
	vainProbes      = 8
	probeIterations = 5
	// probingShare is how much of the time probes may take.
	probingShare = 0.4
)

// uneven is the load above the mean, as a part of it, from which territories are
// mended, veryUneven that from which they are drawn anew.
const (
	uneven     = 0.01
	veryUneven = 0.06
)

// route gives every worker days. As long as routes show that the work is not even,
// households change to a neighbour; those that fit no day of their worker go to
// somebody else.
func (p *proposal) route(ctx context.Context) error {
	if err := p.even(ctx); err != nil {
		return err
	}
	if err := p.rehome(ctx); err != nil {
		return err
	}
	left, share := max(p.Time-time.Since(p.begun), p.Time/4), 1.0
	if p.shared() {
		share -= hagglingShare
	}
	begun := time.Now()
	if err := p.solveAll(ctx, p.final(time.Duration(share*float64(left)), share*float64(p.Iterations)), true); err != nil {
		return err
	}
	// Many territories take longer than their share; a part of it is left in any case.
	until := later(begun.Add(left), time.Now().Add(time.Duration((1-share)/2*float64(left))))
	if err := p.haggleAll(ctx, until); err != nil {
		return err
	}
	if left = time.Until(until); left > 0 && p.Iterations == 0 && share < 1 {
		if err := p.solveAll(ctx, p.final(left, 0), true); err != nil {
			return err
		}
	}
	for _, c := range p.crews {
		p.trim(c, p.mostDays(c))
	}
	return nil
}

// even mends the territories until routes show that they are even, and keeps the most
// even ones.
func (p *proposal) even(ctx context.Context) error {
	vain := 0
	for probe := 0; probe < probes && vain < vainProbes && p.shared(); probe++ {
		begun := time.Now()
		if err := p.solveAll(ctx, p.probe, false); err != nil {
			return err
		}
		mended, better := false, false
		for _, g := range p.groups {
			had := g.cost
			mended = p.mend(g, probe) || mended
			better = better || g.cost != had // it changes for the better alone
		}
		if vain++; better {
			vain = 0
		}
		took := time.Since(begun)
		if !mended || p.Iterations == 0 && probe+1 >= fewestProbes && time.Since(p.begun)+took > time.Duration(probingShare*float64(p.Time)) {
			break
		}
	}
	for _, g := range p.groups {
		if g.best != nil {
			g.division = g.best
			p.take(g)
		}
	}
	if !p.shared() {
		return nil
	}
	return p.solveAll(ctx, p.probe, false)
}

// probe bounds the search of a block that shows how much work it is, with as many
// days as that takes.
func (p *proposal) probe(b *block, share float64) search.Params {
	b.most = len(b.households)
	params := search.Params{Iterations: int64(probeIterations*len(b.households) + 1)}
	if p.Iterations == 0 {
		params.Time = max(1, time.Duration(probingShare/2*share*float64(p.Time)*float64(p.threads())))
	}
	return params
}

// final bounds the search of a block that has a share of some time, or of some iterations
// when these were asked for.
func (p *proposal) final(bound time.Duration, iterations float64) func(b *block, share float64) search.Params {
	return func(b *block, share float64) search.Params {
		if len(b.crew.blocks) == 1 && p.Round.Days > 0 {
			b.most = p.mostDays(b.crew)
		}
		if p.Iterations > 0 {
			return search.Params{Iterations: max(1, int64(iterations*share))}
		}
		// Shares are of the time of all threads; a single block has them all at once.
		threads := p.threads()
		if share == 1 {
			threads = 1
		}
		return search.Params{Time: max(1, time.Duration(float64(bound)*share*float64(threads)))}
	}
}

// mostDays is how many days a worker may have.
func (p *proposal) mostDays(c *crew) int {
	if p.Round.Days == 0 {
		return len(c.territory)
	}
	return len(p.workdays(c, p.Round.Days))
}

// shared says whether there is a piece of the network with several workers.
func (p *proposal) shared() bool {
	return slices.ContainsFunc(p.groups, func(g *group) bool { return len(g.crews) > 1 })
}

// mend keeps the division of a group when its routes are the most even so far, scales
// the expected work of each territory to what its routes are, and lets it flow. It
// is false when the work was even already.
func (p *proposal) mend(g *group, probe int) bool {
	if len(g.crews) < 2 {
		return false
	}
	real, worst := p.loads(g)
	cost := worst + territory.FarPrice(len(g.households), len(g.crews))*float64(g.unfit())
	if g.best == nil || cost < g.cost {
		g.best, g.cost = g.division.Clone(), cost
	}
	if math.IsNaN(worst) || worst < 1+uneven {
		return false
	}
	p.calibrate(g, real, 0.5) // half of the way there: what lies at a border is not as what lies behind
	if worst > 1+veryUneven {
		territory.Redraw(g.graph, g.division, shares(g.crews), uint64(probe))
	} else {
		territory.Adjust(g.graph, g.division, shares(g.crews))
	}
	p.take(g)
	return true
}

// calibrate brings the work that households are expected to be nearer to what that of their
// territories is: all the way with 1.
func (p *proposal) calibrate(g *group, real []float64, way float64) {
	expected := g.graph.Load(g.division)
	for i, k := range g.division.Of {
		if expected[k] > 0 && real[k] > 0 {
			g.graph.SetWork(int32(i), g.graph.Work(int32(i))*math.Pow(real[k]/expected[k], way))
		}
	}
}

// whole is the work of a territory in seconds, with what is on no day yet: what is
// left at the rate of what is done. What fits no day is nobody's work.
func (p *proposal) whole(c *crew) float64 {
	work, done, left := float64(c.work()), 0, 0
	for _, b := range c.blocks {
		for _, day := range b.days {
			done += p.services(day)
		}
		left += p.services(b.left)
	}
	if done > 0 {
		work += work / float64(done) * float64(left)
	} else {
		work += float64(left)
	}
	return work
}

// unfit counts the households of a group that fit no day of their worker.
func (g *group) unfit() (count int) {
	for _, c := range g.crews {
		for _, b := range c.blocks {
			count += len(b.unfit)
		}
	}
	return count
}

func (p *proposal) services(households []int32) (seconds int) {
	for _, h := range households {
		seconds += p.service(h)
	}
	return seconds
}

// solveAll routes all territories, before a final search those alone that have changed, some
// side by side; a final one goes on from the days that there are. bound says how far a search goes, given the share that a block has of all
// households.
func (p *proposal) solveAll(ctx context.Context, bound func(b *block, share float64) search.Params, final bool) error {
	var all []*block
	total := 0
	for _, c := range p.crews {
		total += len(c.territory)
		if c.blocks != nil && !final {
			continue
		}
		blocks, err := p.cut(c)
		if err != nil {
			return err
		}
		if len(c.blocks) == 1 && len(blocks) == 1 {
			blocks[0].had = c.blocks[0]
		}
		c.blocks = blocks
		all = append(all, blocks...)
	}
	slices.SortStableFunc(all, func(a, b *block) int { return cmp.Compare(len(b.households), len(a.households)) })
	side := max(1, min(p.threads(), len(all)))
	done := make(chan struct{}, len(all))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(side)
	p.tell(Routing, 0, len(all))
	for k, b := range all {
		params := bound(b, float64(len(b.households))/float64(total))
		params.Threads, params.Seed = max(1, p.threads()/side), uint64(p.Round.Seed)+uint64(k)
		group.Go(func() error {
			if err := p.solve(ctx, b, params, final); err != nil {
				return err
			}
			done <- struct{}{}
			p.tell(Routing, len(done), len(all))
			return ctx.Err()
		})
	}
	return group.Wait()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
