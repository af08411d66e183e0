package planner

import (
	"cmp"
	"context"
	"slices"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/territory"
	"github.com/rounds-project/rounds/planner/vrp"
)

// blockSize is how many households one search takes at the most. Its tables of
// seconds and metres have the square of that many entries: 70 MB, for as long as
// the search takes. A larger territory is walked block by block.
const blockSize = 3000

// dayPrice is what a day out costs beside its walks, in seconds: a worker walks
// that much farther rather than go out once more.
const dayPrice = 1800

// block is a connected part of a territory, with the days on which it is walked.
type block struct {
	crew       *crew
	households []int32
	// most is how many days it may have.
	most int
	// seconds are between the households, then the start, then the end.
	seconds []int32
	// days are the households of each day in order; dates when it must be, "" for any,
	// of those booked, ascending.
	days          [][]int32
	dates, booked []string
	// had, when not nil, is a block with most of the households whose days to begin with.
	had *block
	// unfit are the households that do not fit any day of this worker, left those
	// for which the days do not suffice.
	unfit, left []int32
	// work is the sum over the days, in seconds; bound is what their walks and days cost
	// at least, however they are put in order.
	work, bound int
}

// cut makes the blocks of a crew's territory, one for a small one, none for an
// empty one.
func (p *proposal) cut(c *crew) ([]*block, error) {
	count := (len(c.territory) + blockSize - 1) / blockSize
	blocks := make([]*block, count)
	for k := range blocks {
		blocks[k] = &block{crew: c, most: len(c.territory)}
	}
	if count == 1 {
		blocks[0].households = c.territory
	}
	if count < 2 {
		return blocks, nil
	}
	g, err := p.graph(c.territory, p.estimates())
	if err != nil {
		return nil, err
	}
	for i, k := range territory.Split(g, slices.Repeat([]float64{1}, count)).Of {
		if p.booked(c.territory[i : i+1]) {
			k = 0 // a date is a day of one block
		}
		blocks[k].households = append(blocks[k].households, c.territory[i])
	}
	return blocks, nil
}

// trim drops the days with the fewest visits when the blocks of a worker have more
// than the round has. Days with fewer hours are none that others can take.
func (p *proposal) trim(c *crew, most int) {
	type place struct{ block, day int }
	var days []place
	short := p.shortDays(c)
	for k, b := range c.blocks {
		for d := range b.days {
			if !slices.Contains(short, b.dates[d]) {
				days = append(days, place{k, d})
			}
		}
	}
	most = max(0, most-len(short))
	if len(days) <= most {
		return
	}
	visits := func(at place) int { return len(c.blocks[at.block].days[at.day]) }
	slices.SortStableFunc(days, func(a, b place) int { return cmp.Compare(visits(b), visits(a)) })
	for _, at := range days[most:] {
		b := c.blocks[at.block]
		b.left = append(b.left, b.days[at.day]...)
		b.days[at.day], b.bound = nil, 0 // what is left could cost less
	}
	for _, b := range c.blocks {
		kept := 0
		for k, day := range b.days {
			if day != nil {
				b.days[kept], b.dates[kept] = day, b.dates[k]
				kept++
			}
		}
		b.days, b.dates = b.days[:kept], b.dates[:kept]
	}
}

// solve measures the walks of a block and searches for its days; for the final ones it
// also finds out what they cost at least.
func (p *proposal) solve(ctx context.Context, b *block, params search.Params, final bool) error {
	if err := p.measure(ctx, b, params.Threads); err != nil {
		return err
	}
	problem, stops, err := p.problem(b)
	if err != nil {
		return err
	}
	b.days, b.dates, b.left, b.work, b.bound = nil, nil, nil, 0, 0
	if len(stops) == 0 {
		return nil
	}
	if b.most == 0 {
		b.left = stops
		return nil
	}
	if b.had != nil {
		params.Start, b.had = b.resume(problem, stops), nil
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
		b.days, b.dates = append(b.days, day), append(b.dates, p.dateOf(b, r.Vehicle, day))
	}
	for _, stop := range solution.Unserved {
		b.left = append(b.left, stops[stop])
	}
	if final {
		b.bound = p.least(b)
	}
	b.seconds = nil
	return nil
}

// resume is the days of the block before, without those who are no longer in it; nil when
// they do not hold.
func (b *block) resume(problem *vrp.Problem, stops []int32) *vrp.Solution {
	at := make(map[int32]int32, len(stops))
	for i, h := range stops {
		at[h] = int32(i)
	}
	solution, used := &vrp.Solution{}, make([]int, len(problem.Vehicles))
	for k, day := range b.had.days {
		route := vrp.Route{}
		for _, h := range day {
			if i, still := at[h]; still {
				route.Stops = append(route.Stops, i)
				delete(at, h)
			}
		}
		if len(route.Stops) == 0 {
			continue
		}
		v, dated := slices.BinarySearch(b.booked, b.had.dates[k])
		if !dated {
			v = len(used) - 1 // those for any day come last
		}
		for v > 0 && used[v] >= problem.Vehicles[v].Count {
			v--
		}
		route.Vehicle = int32(v)
		used[v]++
		solution.Routes = append(solution.Routes, route)
	}
	for i, h := range stops {
		if _, loose := at[h]; loose {
			solution.Unserved = append(solution.Unserved, int32(i))
		}
	}
	if _, err := vrp.CheckPartial(problem, *solution); err != nil {
		return nil
	}
	return solution
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
	b.seconds, _, err = p.walks().Matrix(ctx, places, places, threads)
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
	day := c.vehicle(int32(n), end)
	day.Count, day.FixedCost = max(1, b.most), dayPrice
	problem = &vrp.Problem{Costs: metric, Vehicles: []vrp.Vehicle{day}}
	b.unfit = nil
	for i, h := range b.households {
		back := 0
		if c.End != nil {
			back = int(metric.At(int32(i), end))
		}
		if !p.willing(c, h) {
			p.reasons[h] = p.elsewhere(h)
			b.unfit = append(b.unfit, h)
			continue
		}
		if reason := p.fits(h, &c.workday, int(metric.At(int32(n), int32(i))), back); reason != "" {
			p.reasons[h] = reason
			b.unfit = append(b.unfit, h)
			continue
		}
		p.reasons[h] = "" // what another worker could not do, this one can
		problem.Stops = append(problem.Stops, p.stop(int32(i), h))
		stops = append(stops, h)
	}
	p.book(b, problem, stops)
	return problem, stops, nil
}

// elsewhere is why a household is on no day that asks for another worker than the one in
// whose territory it lies: no way leads there from where that one starts, or there is no
// such day.
func (p *proposal) elsewhere(household int32) Reason {
	only := p.Terms[p.Households[household].ID].Worker
	for _, c := range p.crews {
		if c.ID == only && c.share > 0 && c.start.Reachable() && c.start.Piece != p.doors[household].Piece {
			return Unreachable
		}
	}
	return BeyondHorizon
}

// stop is a household for the search, at a location of its metric.
func (p *proposal) stop(location, household int32) vrp.Stop {
	stop := vrp.Stop{Location: location, Service: int64(p.service(household))}
	if p.Terms[p.Households[household].ID].promised() {
		stop.Prize = vrp.PromisedPrice
	}
	for _, w := range p.windows(household) {
		stop.Windows = append(stop.Windows, spanOf(w).wait())
	}
	return stop
}
