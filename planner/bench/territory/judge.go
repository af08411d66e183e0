package main

import (
	"syscall"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// result is what a way to share households comes to.
type result struct {
	planned int
	// uneven is the work of the busiest worker over the mean.
	uneven float64
	// connected counts the territories that hang together, of so many.
	connected, territories int
	// travel is the walk for each stop, in seconds.
	travel float64
	// bound is what pieces of the network, the starts and the households make of
	// uneven at the least.
	bound float64
}

// judge measures a plan by what plan.json holds.
func judge(t *town, plan *planner.Plan) result {
	worker := map[string]int{}
	of := make([]int, len(t.request.Households))
	at := map[string]int{}
	for i := range t.request.Households {
		at[t.request.Households[i].ID] = i
		of[i] = -1
	}
	work := make([]float64, len(plan.Workers))
	for k, w := range plan.Workers {
		worker[w.ID] = k
	}
	for _, r := range plan.Routes {
		k := worker[r.Worker]
		work[k] += seconds(r.Back) - seconds(r.Leave)
		for _, s := range r.Stops {
			of[at[s.Household]] = k
		}
	}
	result := result{planned: plan.Totals.Planned, travel: float64(plan.Totals.TravelS) / float64(max(1, plan.Totals.Planned))}
	result.spread(work)
	result.bound = max(t.leastUneven(plan.Workers, result.planned, work), t.forced(plan.Workers, of, work))
	result.connected, result.territories = connected(t, of, len(work))
	return result
}

// leastUneven bounds the work of the busiest worker over the mean from below, by what
// cannot be shared: n workers have all work W, so that on a piece of the network where
// n_p of them start, and work W_p lies, one has W_p / n_p at least; and one has
// ceil(H / n) of H households, and so many visits. Work is what the plan has.
func (t *town) leastUneven(workers []planner.Worker, planned int, work []float64) float64 {
	places := make([]geo.Household, len(workers))
	for k := range workers {
		places[k].At = workers[k].Start
	}
	pieces, starts, all := map[int32]float64{}, map[int32]int{}, 0.0
	for k, door := range t.request.Network.SnapHouseholds(places) {
		pieces[door.Piece] += work[k]
		starts[door.Piece]++
		all += work[k]
	}
	n := len(workers)
	mean := all / float64(n)
	bound := max(1, float64((planned+n-1)/n*t.request.Round.VisitS)/mean)
	for piece, w := range pieces {
		bound = max(bound, w/float64(starts[piece])/mean)
	}
	return bound
}

// spread sets how uneven work is.
func (r *result) spread(work []float64) {
	most, all := 0.0, 0.0
	for _, w := range work {
		most, all = max(most, w), all+w
	}
	r.uneven = most / (all / float64(len(work)))
}

// connected counts territories whose households hang together by the neighbours of
// the street network: of the households that are on a route, as nobody has the others.
func connected(t *town, ofAll []int, territories int) (whole, all int) {
	n := t.request.Network
	var doors []network.Access
	var of []int
	for i, door := range n.SnapHouseholds(t.request.Households) {
		if ofAll[i] >= 0 {
			doors, of = append(doors, door), append(of, ofAll[i])
		}
	}
	root := make([]int, len(doors))
	for i := range root {
		root[i] = i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	for _, l := range n.Neighbours(doors) {
		if a, b := int(l.A), int(l.B); of[a] == of[b] {
			root[find(a)] = find(b)
		}
	}
	parts := make([]int, territories)
	for i := range root {
		if find(i) == i {
			parts[of[i]]++
		}
	}
	for _, n := range parts {
		if n > 0 {
			all++
		}
		if n == 1 {
			whole++
		}
	}
	return whole, all
}

// seconds of HH:MM:SS after midnight.
func seconds(clock string) float64 {
	at, err := time.Parse(time.TimeOnly, clock)
	if err != nil {
		return 0
	}
	return at.Sub(at.Truncate(24 * time.Hour)).Seconds()
}

// peakMB is the largest resident set so far.
func peakMB() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return float64(usage.Maxrss) / 1024
}
