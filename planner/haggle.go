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

// The work that a household is expected to be is too rough to make territories even, and
// a long search shortens some workers' days more than others'. So at last, when all days
// are in order, workers offer households at their borders to those beside who have less to
// do, or exchange some: both put their days in order again, and what these take decides.
const (
	// mostOffers is how many offers of a worker are tried in a row to no avail, mostTrials
	// how many for each worker in all.
	mostOffers = 8
	mostTrials = 200
	// hagglingShare is the part of the search that is left for it.
	hagglingShare = 0.5
	// fairEnough is the load above the mean, as a part of it, at which it ends.
	fairEnough = 0.03
	// mostVain is how many times in a row, for each worker, territories are drawn anew to no
	// avail.
	mostVain = 8
	// mostRegion is one less than how many territories are drawn anew together at the most.
	mostRegion = 4
	// haggleIterations of a search for each household of the two show what a change is worth.
	haggleIterations = 3
	// steepness makes a worker with more than the fair work count: with 32, two with 105 and
	// 95 % of it cost 2.5 times what two with 100 % do.
	steepness = 32
)

// haggling is the crews of a group that change hands with households.
type haggling struct {
	*proposal
	g *group
	// fair is the work that a share of one should have, in seconds.
	fair float64
	// changed counts the changes of each crew; failed are those of both when an offer
	// between them was tried to no avail, stuck is a crew of whom none is left.
	changed []int
	failed  map[deal][2]int
	stuck   []bool
	trials  int
	// left is how many iterations there are, until is when it ends without them.
	left  int64
	until time.Time
}

// haggleAll does so in all groups, each with a share of what is left of the search, until
// when.
func (p *proposal) haggleAll(ctx context.Context, until time.Time) error {
	households := 0
	for _, g := range p.groups {
		households += len(g.households)
	}
	iterations := hagglingShare * float64(p.Iterations)
	for _, g := range p.groups {
		share := float64(len(g.households)) / float64(households)
		end := time.Now().Add(time.Duration(share * float64(time.Until(until))))
		if err := p.haggle(ctx, g, end, int64(share*iterations)); err != nil {
			return err
		}
		households, iterations = households-len(g.households), iterations*(1-share)
	}
	return nil
}

// haggle evens out what households at the borders can.
func (p *proposal) haggle(ctx context.Context, g *group, until time.Time, iterations int64) error {
	if len(g.crews) < 2 || slices.ContainsFunc(g.crews, func(c *crew) bool { return len(c.blocks) > 1 }) {
		return nil // a territory of several blocks has thousands of households, and is as even as they are
	}
	h := &haggling{
		proposal: p, g: g, until: until, left: iterations,
		changed: make([]int, len(g.crews)), stuck: make([]bool, len(g.crews)), failed: map[deal][2]int{},
	}
	h.own()
	real, worst := p.loads(g)
	if math.IsNaN(worst) {
		return nil
	}
	p.calibrate(g, real, 1)
	share := 0.0
	for k, c := range g.crews {
		h.fair, share = h.fair+real[k], share+c.share
	}
	h.fair /= share
	for vain := 0; !h.over() && worst >= 1+fairEnough && vain < mostVain*len(g.crews); {
		var changed []int32
		var err error
		if from := h.steepest(real); from >= 0 {
			changed, err = h.settle(ctx, from, real)
			h.stuck[from] = changed == nil
		} else {
			changed, err = h.recombine(ctx, h.farthest(real, vain), 2+vain%mostRegion, real)
			vain++
		}
		if err != nil {
			return err
		}
		if changed == nil {
			continue
		}
		vain = 0
		beside := territory.Beside(g.graph, g.division)
		for _, k := range changed {
			for _, next := range append(beside[k], k) {
				h.stuck[next] = false
			}
		}
		real, worst = p.loads(g)
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

// own makes the division what the crews have: some households are with others than the
// streets would say.
func (h *haggling) own() {
	at := make(map[int32]int, len(h.g.households))
	for i, household := range h.g.households {
		at[household] = i
	}
	for k, c := range h.g.crews {
		for _, household := range c.territory {
			h.g.division.Of[at[household]] = int32(k)
		}
	}
}

func (h *haggling) over() bool {
	if h.trials >= mostTrials*len(h.g.crews) {
		return true
	}
	if h.Iterations > 0 {
		return h.left <= 0
	}
	return time.Now().After(h.until)
}

// steepest is the crew, of those that are not stuck, that has most to do beside one with
// little, -1 for none.
func (h *haggling) steepest(real []float64) int32 {
	steepest, most := int32(-1), 0.0
	for k, beside := range territory.Beside(h.g.graph, h.g.division) {
		for _, next := range beside {
			if gap := real[k]/h.g.crews[k].share - real[next]/h.g.crews[next].share; !h.stuck[k] && gap > most {
				steepest, most = int32(k), gap
			}
		}
	}
	return steepest
}

// farthest is the crew that is farthest from its fair work or, counted on from there, comes
// so many after it.
func (h *haggling) farthest(real []float64, after int) int32 {
	off := func(k int32) float64 { return math.Abs(real[k]/h.g.crews[k].share/h.fair - 1) }
	order := ascending(len(real))
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(off(b), off(a)) })
	return order[after%len(order)]
}

// cost of so much work of a crew.
func (h *haggling) cost(k int32, seconds float64) float64 {
	return math.Pow(seconds/(h.fair*h.g.crews[k].share), steepness)
}

// change is what a crew gives another and what it takes back, that promises to help: the
// less the promise, the more.
type change struct {
	from, to     int32
	gives, takes []int32
	promise      float64
}

// deal names a change.
type deal struct {
	from, to, gives, takes int32
	given, taken           int
}

func (c *change) deal() deal {
	d := deal{from: c.from, to: c.to, gives: c.gives[0], given: len(c.gives), taken: len(c.takes)}
	if d.taken > 0 {
		d.takes = c.takes[0]
	}
	return d
}

// hand makes a change in the division.
func (h *haggling) hand(c *change) {
	territory.Accept(h.g.division, territory.Offer{Places: c.gives, To: c.to})
	territory.Accept(h.g.division, territory.Offer{Places: c.takes, To: c.from})
}

// back takes a change back.
func (h *haggling) back(c *change) {
	h.hand(&change{from: c.to, to: c.from, gives: c.gives, takes: c.takes})
}

// settle makes the first change that helps of those that a crew can offer: what it could
// give away, then what it could exchange. It names whose territories that changes.
func (h *haggling) settle(ctx context.Context, from int32, real []float64) (changed []int32, err error) {
	for _, list := range []func(int32, []float64) []change{h.gifts, h.exchanges} {
		changes := slices.DeleteFunc(list(from, real), func(c change) bool {
			at, tried := h.failed[c.deal()]
			return tried && at == [2]int{h.changed[c.from], h.changed[c.to]}
		})
		slices.SortStableFunc(changes, func(a, b change) int { return cmp.Compare(a.promise, b.promise) })
		for _, c := range changes[:min(mostOffers, len(changes))] {
			if h.over() {
				return nil, nil
			}
			h.hand(&c)
			two := []int32{c.from, c.to}
			took, err := h.try(ctx, two, real)
			if err != nil || took {
				return two, err
			}
			h.back(&c)
			h.failed[c.deal()] = [2]int{h.changed[c.from], h.changed[c.to]}
		}
	}
	return nil, nil
}

// recombine tries other territories for a crew and some around it, and names whose it has
// changed.
func (h *haggling) recombine(ctx context.Context, around int32, most int, real []float64) (changed []int32, err error) {
	division := h.g.division
	h.g.division = division.Clone()
	h.trials++ // also where nothing comes of it, or the next would be the same
	region, took := territory.Recombine(h.g.graph, h.g.division, shares(h.g.crews), around, most, uint64(h.trials)), false
	for i, of := range h.g.division.Of {
		if of != division.Of[i] && !h.willing(h.g.crews[of], h.g.households[i]) {
			region = nil
		}
	}
	if region != nil {
		took, err = h.try(ctx, region, real)
	}
	if !took {
		h.g.division, region = division, nil
	}
	return region, err
}

// gain is what it would be worth that so much work goes from a crew to another: below
// nothing when it helps.
func (h *haggling) gain(from, to int32, work float64, real []float64) float64 {
	return h.cost(from, real[from]-work) + h.cost(to, real[to]+work) - h.cost(from, real[from]) - h.cost(to, real[to])
}

func (h *haggling) work(places []int32) (seconds float64) {
	for _, i := range places {
		seconds += h.g.graph.Work(i)
	}
	return seconds
}

// offers are those of a crew that the others may take.
func (h *haggling) offers(from int32) []territory.Offer {
	return slices.DeleteFunc(territory.Offers(h.g.graph, h.g.division, from), func(o territory.Offer) bool {
		return slices.ContainsFunc(o.Places, func(i int32) bool { return !h.willing(h.g.crews[o.To], h.g.households[i]) })
	})
}

// gifts are what a crew could give away.
func (h *haggling) gifts(from int32, real []float64) (changes []change) {
	for _, o := range h.offers(from) {
		if promise := h.gain(from, o.To, h.work(o.Places), real); promise < 0 {
			changes = append(changes, change{from, o.To, o.Places, nil, promise})
		}
	}
	return changes
}

// exchanges are what a crew could give away when it takes something back from the same
// one: the smallest gifts to each.
func (h *haggling) exchanges(from int32, real []float64) (changes []change) {
	offers, seen := h.offers(from), map[int32]int{}
	slices.SortStableFunc(offers, func(a, b territory.Offer) int { return cmp.Compare(h.work(a.Places), h.work(b.Places)) })
	for _, o := range offers {
		if seen[o.To]++; seen[o.To] > mostOffers || h.gain(from, o.To, 1, real) >= 0 {
			continue
		}
		gift := change{from: from, to: o.To, gives: o.Places}
		h.hand(&gift)
		for _, back := range h.offers(o.To) {
			if back.To != from || slices.ContainsFunc(back.Places, func(i int32) bool { return slices.Contains(o.Places, i) }) {
				continue
			}
			if promise := h.gain(from, o.To, h.work(o.Places)-h.work(back.Places), real); promise < 0 {
				changes = append(changes, change{from, o.To, o.Places, back.Places, promise})
			}
		}
		h.back(&gift)
	}
	return changes
}

// try puts the days of crews in order whose territories have changed in the division, and
// leaves them as they were unless that costs less, and leaves out nobody who was on a day.
func (h *haggling) try(ctx context.Context, crews []int32, real []float64) (bool, error) {
	h.trials++
	tried, was := map[int32]*crew{}, map[int32]Reason{}
	for _, k := range crews {
		c := *h.g.crews[k]
		for _, household := range c.territory {
			was[household] = h.reasons[household]
		}
		c.territory, c.blocks = nil, nil
		h.place(&c, h.g.households[h.g.division.Centre[k]])
		tried[k] = &c
	}
	for i, k := range h.g.division.Of {
		if c := tried[k]; c != nil {
			c.territory = append(c.territory, h.g.households[i])
		}
	}
	if err := h.reorder(ctx, crews, tried); err != nil {
		return false, err
	}
	before, after, out, still := 0.0, 0.0, 0, 0
	for _, k := range crews {
		c := tried[k]
		before, after = before+h.cost(k, real[k]), after+h.cost(k, h.whole(c))
		out, still = out+h.g.crews[k].without(), still+c.without()
	}
	if still > out || still == out && after >= before {
		for household, reason := range was {
			h.reasons[household] = reason
		}
		return false, nil
	}
	for k, c := range tried {
		*h.g.crews[k] = *c
		for _, b := range c.blocks {
			b.crew = h.g.crews[k]
		}
		h.changed[k]++
	}
	return true, nil
}

// reorder searches for the days of some crews, beginning with those that they had.
func (h *haggling) reorder(ctx context.Context, crews []int32, tried map[int32]*crew) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(h.threads())
	for _, k := range crews {
		c := tried[k]
		blocks, err := h.cut(c)
		if err != nil {
			return err
		}
		c.blocks = blocks
		for _, b := range blocks {
			b.most = len(b.households)
			if h.Round.Days > 0 {
				b.most = h.mostDays(c)
			}
			for _, former := range h.g.crews[k].blocks {
				b.had = former
			}
			params := search.Params{Iterations: int64(haggleIterations*len(b.households) + 1), Threads: 1, Seed: uint64(h.Round.Seed)}
			h.left -= params.Iterations
			group.Go(func() error { return h.solve(ctx, b, params, true) })
		}
	}
	return group.Wait()
}

// without is how many of a crew's households are on no day.
func (c *crew) without() (count int) {
	for _, b := range c.blocks {
		count += len(b.left) + len(b.unfit)
	}
	return count
}
