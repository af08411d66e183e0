package planner

import (
	"context"
	"slices"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/territory"
	"github.com/rounds-project/rounds/planner/vrp"
)

// blockSize is how many households one search takes at the most. Its table of
// seconds has the square of that many entries, 25 MB. A larger territory is walked
// block by block.
const blockSize = 2500

// dayPrice is what a day out costs beside its walks, in seconds: a worker walks
// that much farther rather than go out once more.
const dayPrice = 1800

// block is a connected part of a territory, with the days on which it is walked.
type block struct {
	crew       *crew
	households []int32
	// most is how many days there are for it.
	most int
	// seconds are between the households, then the start, then the end.
	seconds []int32
	days    [][]int32
	// unfit are the households that do not fit any day of this worker, left those
	// for which the days do not suffice.
	unfit, left []int32
	// work is the sum over the days, in seconds.
	work int
}

// blocks cuts the territory of a crew into blocks, each of which has its share of
// the days.
func (p *proposal) blocks(c *crew) ([]*block, error) {
	days := len(c.territory)
	if p.Round.Days > 0 {
		days = len(p.workdays(c, p.Round.Days))
	}
	count := (len(c.territory) + blockSize - 1) / blockSize
	if count <= 1 {
		return []*block{{crew: c, households: c.territory, most: days}}, nil
	}
	work := p.estimates()
	g, err := p.graph(c.territory, work)
	if err != nil {
		return nil, err
	}
	blocks := make([]*block, count)
	for k := range blocks {
		blocks[k] = &block{crew: c}
	}
	load := make([]float64, count)
	for i, k := range territory.Split(g, slices.Repeat([]float64{1}, count)).Of {
		blocks[k].households = append(blocks[k].households, c.territory[i])
		load[k] += work[c.territory[i]]
	}
	for k, most := range territory.Deal(load, days) {
		blocks[k].most = most
	}
	return blocks, nil
}

// solve measures and searches; start, when not nil, is a block of the same
// households that was solved before.
func (p *proposal) solve(ctx context.Context, b *block, params search.Params) error {
	if err := p.measure(ctx, b, params.Threads); err != nil {
		return err
	}
	problem, stops, err := p.problem(b)
	if err != nil {
		return err
	}
	b.days, b.left, b.work = nil, nil, 0
	if len(stops) == 0 {
		return nil
	}
	if b.most == 0 {
		b.left = stops
		return nil
	}
	solution, _, err := search.Solve(ctx, problem, params)
	if err != nil {
		return err
	}
	for _, r := range solution.Routes {
		times, _ := problem.Timetable(r)
		b.work += int(times.Back - times.Leave)
		day := make([]int32, len(r.Stops))
		for k, stop := range r.Stops {
			day[k] = stops[stop]
		}
		b.days = append(b.days, day)
	}
	for _, stop := range solution.Unserved {
		b.left = append(b.left, stops[stop])
	}
	b.seconds = nil
	return nil
}

// measure fills the table of walking times.
func (p *proposal) measure(ctx context.Context, b *block, threads int) (err error) {
	places := make([]network.Access, 0, len(b.households)+2)
	for _, h := range b.households {
		places = append(places, p.doors[h])
	}
	places = append(places, b.crew.start)
	if b.crew.End != nil {
		places = append(places, b.crew.end)
	}
	b.seconds, _, err = p.Network.Matrix(ctx, places, places, threads)
	return err
}

// problem is the block for the search: a stop for each household that fits a day,
// and a vehicle for each day. stops names the household of each stop.
func (p *proposal) problem(b *block) (problem *vrp.Problem, stops []int32, err error) {
	c, n := b.crew, len(b.households)
	places := n + 1
	end := vrp.Open
	if c.End != nil {
		end = int32(n + 1)
		places++
	}
	metric, err := vrp.Dense(places, b.seconds)
	if err != nil {
		return nil, nil, err
	}
	problem = &vrp.Problem{Costs: metric, Vehicles: []vrp.Vehicle{{
		Count: max(1, b.most), Start: int32(n), End: end, FixedCost: dayPrice,
		Shift: vrp.Window{Open: int64(c.shift.opens), Close: int64(c.shift.closes)},
	}}}
	b.unfit = nil
	for i, h := range b.households {
		back := 0
		if c.End != nil {
			back = int(metric.At(int32(i), end))
		}
		if reason := p.fits(h, c.shift, int(metric.At(int32(n), int32(i))), back); reason != "" {
			p.reasons[h] = reason
			b.unfit = append(b.unfit, h)
			continue
		}
		p.reasons[h] = "" // what another worker could not do, this one can
		stop := vrp.Stop{Location: int32(i), Service: int64(p.service(h))}
		if w := p.Households[h].Window; w != nil {
			window := spanOf(*w)
			stop.Windows = []vrp.Window{{Open: int64(window.opens), Close: int64(window.closes)}}
		}
		problem.Stops = append(problem.Stops, stop)
		stops = append(stops, h)
	}
	return problem, stops, nil
}
