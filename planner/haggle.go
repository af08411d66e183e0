package planner

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

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
	mostTrials = 500
	// hagglingShare is the part of the search that is left for it.
	hagglingShare = 0.5
	// haggleMost is how much of that it may take, if the rest can be of use.
	haggleMost = 0.8
	// deviation is how much more than the best so far others may cost that lead on from
	// there, as a part of it (record-to-record travel: Dueck, "New optimization heuristics",
	// 1993).
	deviation = 0.3
	// fairEnough is the load above the mean, as a part of it, at which it ends.
	fairEnough = 0.03
	// mostVain is how many times in a row, for each worker, territories are drawn anew to no
	// avail.
	mostVain = 20
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
	// best is what was best so far.
	best *standing
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
	until = until.Add(-time.Duration((1 - haggleMost) * float64(time.Until(until)))) // the rest is for shorter walks
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
	h.best = h.stand(real)
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
		beside := territory.Beside(g.graph, g.division)
		for _, k := range changed {
			for _, next := range append(beside[k], k) {
				h.stuck[next] = false
			}
		}
		real, worst = p.loads(g)
		if now := h.stand(real); now.better(h.best) {
			h.best, vain = now, 0
		}
	}
	h.restore()
	return nil
}

// standing is what the crews of a group have, what that costs, and how many households are
// on no day, as [proposal.without] counts them.
type standing struct {
	division *territory.Division
	crews    []crew
	reasons  []Reason
	cost     float64
	without  int
}

func (s *standing) better(other *standing) bool {
	return s.without < other.without || s.without == other.without && s.cost < other.cost
}

// stand is what there is now.
func (h *haggling) stand(real []float64) *standing {
	s := &standing{division: h.g.division.Clone()}
	for k, c := range h.g.crews {
		s.crews, s.cost, s.without = append(s.crews, *c), s.cost+h.cost(int32(k), real[k]), s.without+h.without(c)
	}
	for _, household := range h.g.households {
		s.reasons = append(s.reasons, h.reasons[household])
	}
	return s
}

// restore goes back to the best that there was.
func (h *haggling) restore() {
	h.g.division = h.best.division
	for k, c := range h.g.crews {
		*c = h.best.crews[k]
	}
	for i, household := range h.g.households {
		h.reasons[household] = h.best.reasons[i]
	}
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
