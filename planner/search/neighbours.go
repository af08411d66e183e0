package search

import "context"

// neighbours lists for each stop the nearest others, nearest first (granular
// neighbourhoods, Toth and Vigo 2003).
type neighbours struct {
	lists []int32
	// reach is the cost of the leg to each neighbour or from it, whichever is less.
	reach []int32
	width int
}

// of stop i.
func (l *neighbours) of(i int32) []int32 {
	return l.lists[int(i)*l.width : (int(i)+1)*l.width]
}

// reaches of stop i to its neighbours.
func (l *neighbours) reaches(i int32) []int32 {
	return l.reach[int(i)*l.width : (int(i)+1)*l.width]
}

// Weights of waiting and lateness in proximity, after Vidal et al. 2013.
const (
	waitWeight = 0.2
	lateWeight = 1.0
)

// proximity is how well j goes right after i, or i after j: the cost of the leg and,
// with windows, the waiting and lateness it forces.
func (m *model) proximity(i, j int32) float64 {
	return min(m.follow(i, j), m.follow(j, i))
}

func (m *model) follow(i, j int32) float64 {
	d := float64(m.cost.at(i, j))
	if !m.timed {
		return d
	}
	a, b := &m.visit[i], &m.visit[j]
	leg := a.duration + m.travel.at(i, j)
	wait := max(b.early-leg-a.late, 0)
	late := max(a.early+leg-b.late, 0)
	return d + waitWeight*float64(wait) + lateWeight*float64(late)
}

// neighbours of all stops, from a grid where only the distance counts and else by
// comparing all pairs; ties go to the lower row, so that lists are the same on every
// machine.
func (m *model) neighbours(ctx context.Context, width int) neighbours {
	width = max(min(width, m.n-1), 0)
	l := neighbours{lists: make([]int32, m.n*width), reach: make([]int32, m.n*width), width: width}
	keep := newNearest(width)
	find := m.allProximities
	if g := m.grid(); g != nil {
		find = g.nearest
	}
	for i := range int32(m.n) {
		if i%32 == 0 && ctx.Err() != nil {
			return l
		}
		find(i, &keep)
		keep.sorted(l.of(i))
		for k, j := range l.of(i) {
			l.reach[int(i)*width+k] = int32(min(m.cost.at(i, j), m.costBack.at(i, j)))
		}
	}
	return l
}

// allProximities offers all other stops.
func (m *model) allProximities(i int32, keep *nearest) {
	keep.reset()
	for j := range int32(m.n) {
		if i != j {
			keep.offer(m.proximity(i, j), j)
		}
	}
}

// grid is the stops by their coordinates, nil where proximity is more than distance.
func (m *model) grid() *grid {
	x, y := m.problem.Costs.Coordinates()
	if m.timed || x == nil || m.n == 0 {
		return nil
	}
	px, py := make([]float64, m.n), make([]float64, m.n)
	for i, stop := range m.stops {
		at := m.problem.Stops[stop].Location
		px[i], py[i] = x[at], y[at]
	}
	return newGrid(px, py)
}
