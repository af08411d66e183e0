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
	// visit is each stop as a segment, in its first window; windows holds all of them.
	visit   []segment
	windows [][]vrp.Window
	kinds   []kind
	// cost and travel are from a row to another; costBack and travelBack the other way
	// round.
	cost, costBack     table
	travel, travelBack table
	// timed: windows, shifts, limits or breaks matter; otherwise segments are not kept.
	timed bool
	// elastic: some stop has several windows, or some vehicle a break, so that there may
	// be several ways to time a route; optional: some stop may be left out for its prize.
	elastic, optional bool
	// priced: some of terms matter.
	priced bool
	tuning tuning
	rights rights
	terms  terms
	near   neighbours
	// lone is what a new route for each stop costs at least.
	lone []int64
	// detour is 1 where distances are as good as a metric: a stop beside a leg that is
	// shorter than the way to it costs twice the difference at least; else 0.
	detour uint
}

// newModel lays out the given stops of the problem and count vehicles of each kind;
// kinds with none are dropped. Ended by ctx, it is good for nothing.
func newModel(ctx context.Context, p *vrp.Problem, stops []int32, counts []int, lists int) *model {
	m := &model{problem: p, n: len(stops), stops: stops, timed: p.Timed()}
	m.demand = make([]int64, m.n)
	m.price = make([]int64, m.n)
	m.visit = make([]segment, m.n)
	m.windows = make([][]vrp.Window, m.n)
	rows := make([]int32, m.n, m.n+2*len(counts))
	for i, stop := range stops {
		s := &p.Stops[stop]
		rows[i], m.demand[i], m.price[i] = s.Location, s.Demand, p.Price(stop)
		m.visit[i], m.windows[i] = visitOf(s), s.Windows
		m.elastic = m.elastic || len(s.Windows) > 1
		m.optional = m.optional || p.Price(stop) < vrp.MissingPrice
	}
	rows = m.addKinds(counts, rows)
	m.rights, m.terms = newRights(m), newTerms(m)
	m.priced = m.terms.any()
	m.cost = newTable(&p.Costs, rows)
	m.costBack = m.cost.turn()
	m.travel, m.travelBack = m.cost, m.costBack
	if (m.timed || m.terms.worker != nil) && !p.Travel().Same(&p.Costs) {
		m.travel = newTable(p.Travel(), rows)
		m.travelBack = m.travel.turn()
	}
	m.near = m.neighbours(ctx, lists)
	m.tuning = usual
	m.lone = m.loneCosts()
	if m.cost.direct() {
		m.detour = 1
	}
	return m
}

// loneCosts of new routes, but for prices that depend on the vehicle.
func (m *model) loneCosts() []int64 {
	lone := make([]int64, m.n)
	for i := range lone {
		lone[i] = nowhere
		for k := range m.kinds {
			kind := &m.kinds[k]
			lone[i] = min(lone[i], kind.fixed+m.cost.at(kind.start, int32(i))+m.cost.at(int32(i), kind.end))
		}
	}
	return lone
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
		k := newKind(m.problem, int32(v), min(count, m.n+1), place)
		k.index = int32(len(m.kinds))
		m.elastic = m.elastic || k.breaks
		m.kinds = append(m.kinds, k)
	}
	return rows
}
