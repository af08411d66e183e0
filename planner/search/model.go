package search

import (
	"context"

	"github.com/rounds-project/rounds/planner/vrp"
)

// model is a problem, or a part of one, laid out for the search: stops, then the
// places where vehicles start and end, share one numbering, that of the tables'
// rows. It does not change.
type model struct {
	problem *vrp.Problem
	n       int
	// stops names the problem's stop of each row below n.
	stops  []int32
	demand []int64
	price  []int64
	skills []uint64
	// visit is each stop as a segment, with its first window; windows holds all of
	// them for the stops that have several.
	visit   []segment
	windows [][]vrp.Window
	kinds   []kind
	// cost and travel are from a row to another; costBack and travelBack the other way
	// round.
	cost, costBack     table
	travel, travelBack table
	// timed: windows, shifts or limits matter; otherwise segments are not kept.
	timed bool
	// flexible: some stop has several windows; skilled: some stop needs skills;
	// optional: some stop may be left out for its prize.
	flexible, skilled, optional bool
	near                        neighbours
}

// kind is a vehicle of the problem, as rows and segments.
type kind struct {
	vehicle    int32
	count      int32
	start, end int32
	capacity   int64
	limit      int64
	fixed      int64
	skills     uint64
	head, tail segment
}

// carries reports whether the vehicle has the skills.
func (k *kind) carries(skills uint64) bool { return skills&^k.skills == 0 }

// fits reports whether the segment of a whole route keeps windows, shift and limit.
func (k *kind) fits(s *segment) bool { return s.warp == 0 && s.duration <= k.limit }

// newModel lays out the given stops of the problem and count vehicles of each kind;
// kinds with none are dropped. Ended by ctx, it is good for nothing.
func newModel(ctx context.Context, p *vrp.Problem, stops []int32, counts []int, lists int) *model {
	m := &model{problem: p, n: len(stops), stops: stops, timed: p.Timed()}
	m.demand = make([]int64, m.n)
	m.price = make([]int64, m.n)
	m.skills = make([]uint64, m.n)
	m.visit = make([]segment, m.n)
	rows := make([]int32, m.n, m.n+2*len(counts))
	for i, stop := range stops {
		s := &p.Stops[stop]
		rows[i], m.demand[i], m.price[i], m.skills[i] = s.Location, s.Demand, p.Price(stop), s.Skills
		m.visit[i] = segment{duration: s.Service, late: vrp.Forever}
		if len(s.Windows) > 0 {
			m.visit[i].early, m.visit[i].late = s.Windows[0].Open, s.Windows[0].Close
		}
		m.flexible = m.flexible || len(s.Windows) > 1
		m.skilled = m.skilled || s.Skills != 0
		m.optional = m.optional || s.Prize != 0
	}
	if m.flexible {
		m.windows = make([][]vrp.Window, m.n)
		for i, stop := range stops {
			m.windows[i] = p.Stops[stop].Windows
		}
	}
	rows = m.addKinds(counts, rows)
	m.cost = newTable(&p.Costs, rows)
	m.costBack = m.cost.turn()
	m.travel, m.travelBack = m.cost, m.costBack
	if m.timed && !p.Travel().Same(&p.Costs) {
		m.travel = newTable(p.Travel(), rows)
		m.travelBack = m.travel.turn()
	}
	m.near = m.neighbours(ctx, lists)
	return m
}

// addKinds gives a row to every place where vehicles start or end.
func (m *model) addKinds(counts []int, rows []int32) []int32 {
	row := map[int32]int32{}
	place := func(location int32) int32 {
		r, ok := row[location]
		if !ok {
			r = int32(len(rows))
			row[location], rows = r, append(rows, location)
		}
		return r
	}
	for v, count := range counts {
		if count == 0 {
			continue
		}
		w := &m.problem.Vehicles[v]
		hours := w.Hours()
		k := kind{
			vehicle: int32(v), count: int32(min(count, m.n+1)), start: place(w.Start), end: place(w.End),
			capacity: w.Capacity, limit: w.Limit(), fixed: w.FixedCost, skills: w.Skills,
			head: segment{early: hours.Open, late: hours.Close},
			tail: segment{early: hours.Open, late: hours.Close},
		}
		if k.capacity == 0 {
			k.capacity = int64(1) << 62
		}
		m.kinds = append(m.kinds, k)
	}
	return rows
}
