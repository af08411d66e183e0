package planner

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/territory"
)

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
			took, err := h.try(ctx, two, real, 0)
			if err != nil || took {
				return two, err
			}
			h.back(&c)
			h.failed[c.deal()] = [2]int{h.changed[c.from], h.changed[c.to]}
		}
	}
	return nil, nil
}

// recombine tries other territories for a crew and some around it, which may cost a little
// more than the best so far, and names whose it has changed.
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
		now := 0.0
		for k := range real {
			now += h.cost(int32(k), real[k])
		}
		took, err = h.try(ctx, region, real, (1+deviation)*h.best.cost-now)
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
// leaves them as they were unless that costs less, or no more than so much more, and leaves
// out no more households, nor more of those to whom a place is promised.
func (h *haggling) try(ctx context.Context, crews []int32, real []float64, more float64) (bool, error) {
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
		out, still = out+h.without(h.g.crews[k]), still+h.without(c)
	}
	if still > out || still == out && after >= before+more {
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

// without counts a crew's households that are on no day: one to whom a place is promised
// as more than all others together.
func (p *proposal) without(c *crew) (count int) {
	for _, b := range c.blocks {
		for _, left := range [2][]int32{b.left, b.unfit} {
			for _, household := range left {
				if count++; p.promised(household) {
					count += len(p.Households)
				}
			}
		}
	}
	return count
}
