package search

import (
	"context"

	"github.com/rounds-project/rounds/planner/vrp"
)

// nearestStops calls visit with each stop of the problem and its nearest others, by
// coordinates where there are any, else by comparing all pairs; it ends with ctx. The
// list is valid during the call only.
func nearestStops(ctx context.Context, p *vrp.Problem, width int, visit func(i int32, near []int32)) {
	n := len(p.Stops)
	width = max(min(width, n-1), 0)
	keep, list := newNearest(width), make([]int32, width)
	find := func(i int32) { allPairs(p, i, &keep) }
	if x, y := p.Costs.Coordinates(); x != nil && n > 0 {
		px, py := make([]float64, n), make([]float64, n)
		for i := range p.Stops {
			px[i], py[i] = x[p.Stops[i].Location], y[p.Stops[i].Location]
		}
		g := newGrid(px, py)
		find = func(i int32) { g.nearest(i, &keep) }
	}
	for i := range int32(n) {
		if i%32 == 0 && ctx.Err() != nil {
			return
		}
		find(i)
		keep.sorted(list)
		visit(i, list)
	}
}

// allPairs looks at the way there only: reading a table along its rows is what makes
// this fast, and ways back are hardly ever much longer.
func allPairs(p *vrp.Problem, i int32, keep *nearest) {
	keep.reset()
	from := p.Stops[i].Location
	for j := range int32(len(p.Stops)) {
		if i != j {
			keep.offer(float64(p.Costs.At(from, p.Stops[j].Location)), j)
		}
	}
}
