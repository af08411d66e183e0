package planner

import (
	"context"
	"sync"
	"time"

	"github.com/rounds-project/rounds/planner/network"
)

// Propose makes a plan: it snaps the households to the network, gives every worker
// a territory, puts each worker's days in order, evens the work out where the real
// walks differ from what was expected, and draws the lines. It fails with ctx.Err()
// when ctx ends.
func Propose(ctx context.Context, q Request) (Plan, error) {
	p, err := newProposal(q)
	if err != nil {
		return Plan{}, err
	}
	steps := []step{p.snap, p.deal, p.route, p.date, p.draw}
	if q.Former != nil {
		steps = []step{p.snap, p.revise, p.draw}
	}
	if err := p.run(ctx, steps...); err != nil {
		return Plan{}, err
	}
	return p.plan(), nil
}

// newProposal begins a plan for a request that is in order.
func newProposal(q Request) (*proposal, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	return &proposal{Request: q, reasons: make([]Reason, len(q.Households)), begun: time.Now()}, nil
}

// step is a part of the work on a plan.
type step func(context.Context) error

// run takes steps one after the other.
func (p *proposal) run(ctx context.Context, steps ...step) error {
	for _, next := range steps {
		if err := next(ctx); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// proposal is a plan in the making.
type proposal struct {
	Request
	// doors are where the households meet the network, reasons why one of them is
	// on no route; "" while it may be on one.
	doors   []network.Access
	reasons []Reason
	reach   *reach // nil when nobody is bound to areas
	links   []network.Link
	crews   []*crew
	// groups are the crews that share a connected piece of the network, with its
	// households.
	groups []*group
	routes []Route

	// begun is when the work on the plan began.
	begun   time.Time
	telling sync.Mutex
}

// crew is a worker with a territory.
type crew struct {
	Worker
	workday
	start network.Access
	end   network.Access // not used when Worker.End is nil
	// base is the household on whose street a worker who roams starts and ends.
	base int32
	// share of the group's work that is fair, in proportion to working time.
	share float64
	// territory are the households, blocks how they are walked.
	territory []int32
	blocks    []*block
	// tours are the days of a revised plan, instead of blocks.
	tours []*tour
}

// left are the households for which the days do not suffice.
func (c *crew) left() (left []int32) {
	for _, b := range c.blocks {
		left = append(left, b.left...)
	}
	return left
}

// work is the sum of the days from leaving to being back, in seconds.
func (c *crew) work() (seconds int) {
	for _, b := range c.blocks {
		seconds += b.work
	}
	return seconds
}

func (p *proposal) tell(stage Stage, done, total int) {
	if p.Progress == nil {
		return
	}
	p.telling.Lock()
	defer p.telling.Unlock()
	p.Progress(Progress{stage, done, total})
}

// service is how long the visit of a household takes, in seconds.
func (p *proposal) service(household int32) int {
	return p.Round.VisitS * p.Households[household].Doors
}

// snap finds where each household meets the network.
func (p *proposal) snap(context.Context) error {
	p.tell(Snapping, 0, len(p.Households))
	p.doors = p.Network.SnapHouseholds(p.Households)
	for i := range p.doors {
		if !p.doors[i].Reachable() {
			p.reasons[i] = Unreachable
		}
	}
	p.tell(Snapping, len(p.Households), len(p.Households))
	return nil
}

// from is the first day of the round.
func (p *proposal) from() time.Time {
	day, _ := time.Parse(time.DateOnly, p.Round.From) // validated
	return day
}
