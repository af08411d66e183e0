package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// kMeans gives each household to the nearest of so many means (Lloyd's algorithm,
// seeded as by Arthur and Vassilvitskii).
func kMeans(t *town) ([]int, error) {
	households := t.request.Households
	shrink := math.Cos(households[0].At[1] * math.Pi / 180)
	at := make([][2]float64, len(households))
	for i := range households {
		at[i] = [2]float64{households[i].At[0] * shrink, households[i].At[1]}
	}
	square := func(a, b [2]float64) float64 { return (a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) }
	random := rand.New(rand.NewPCG(1, 1))
	means := [][2]float64{at[random.IntN(len(at))]}
	apart := make([]float64, len(at))
	for len(means) < t.workers {
		all := 0.0
		for i := range at {
			if d := square(at[i], means[len(means)-1]); len(means) == 1 || d < apart[i] {
				apart[i] = d
			}
			all += apart[i]
		}
		target, next := random.Float64()*all, 0
		for ; next < len(at)-1 && target > apart[next]; next++ {
			target -= apart[next]
		}
		means = append(means, at[next])
	}
	of := make([]int, len(at))
	for range 50 {
		sums, counts := make([][2]float64, len(means)), make([]float64, len(means))
		for i := range at {
			for k := range means {
				if square(at[i], means[k]) < square(at[i], means[of[i]]) {
					of[i] = k
				}
			}
			sums[of[i]][0] += at[i][0]
			sums[of[i]][1] += at[i][1]
			counts[of[i]]++
		}
		for k := range means {
			if counts[k] > 0 {
				means[k] = [2]float64{sums[k][0] / counts[k], sums[k][1] / counts[k]}
			}
		}
	}
	return of, nil
}

// cellResolution is that of the cells that are dealt, about 0.1 km² each.
const cellResolution = 9

// cells deals whole cells of H3 in the order of their indexes, which is one of
// neighbours mostly, so that each worker has about as many households.
func cells(t *town) ([]int, error) {
	households := t.request.Households
	order, cell := make([]int, len(households)), make([]geo.Cell, len(households))
	for i := range households {
		order[i] = i
		leaf, err := geo.LeafCell(households[i].At)
		if err != nil {
			return nil, err
		}
		if cell[i], err = leaf.Parent(cellResolution); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cell[a], cell[b]) })
	of := make([]int, len(households))
	for k, i := range order {
		of[i] = k * t.workers / len(order)
		if k > 0 && cell[i] == cell[order[k-1]] {
			of[i] = of[order[k-1]]
		}
	}
	return of, nil
}

// planEach plans each worker's households by themselves.
func (t *town) planEach(ctx context.Context, of []int) (*planner.Plan, error) {
	plans := make([]planner.Plan, t.workers)
	group, ctx := errgroup.WithContext(ctx)
	threads := runtime.GOMAXPROCS(0)
	group.SetLimit(threads)
	for k := range plans {
		q := t.request
		q.WorkerCount, q.Threads, q.Households = 1, 1, nil
		for i := range of {
			if of[i] == k {
				q.Households = append(q.Households, t.request.Households[i])
			}
		}
		if len(q.Households) == 0 {
			continue
		}
		q.Iterations = t.iterations * int64(len(q.Households)) / int64(len(of))
		q.Time = max(time.Millisecond, time.Duration(float64(t.time)*float64(threads)*float64(len(q.Households))/float64(len(of))))
		group.Go(func() (err error) {
			plans[k], err = planner.Propose(ctx, q)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := &planner.Plan{}
	for k := range plans {
		id := fmt.Sprint(k)
		all.Workers = append(all.Workers, planner.Worker{ID: id, Start: startOf(&plans[k])})
		for _, r := range plans[k].Routes {
			r.Worker = id
			all.Routes = append(all.Routes, r)
		}
		all.Totals.Planned += plans[k].Totals.Planned
		all.Totals.TravelS += plans[k].Totals.TravelS
	}
	return all, nil
}

// startOf is where the only worker of a plan starts; nowhere in a plan of nothing.
func startOf(plan *planner.Plan) (start [2]float64) {
	for _, w := range plan.Workers {
		start = w.Start
	}
	return start
}

// moreDays is how many days a worker has when there are no territories, over those of
// the plan.
const moreDays = 2

// What is above so much of the mean work of the plan costs unevenRate times as much as
// walking where work is to be even.
const (
	mostUneven = 1.03
	unevenRate = 20
)

// withoutTerritories searches for the days of all workers of a plan at once; even asks for
// work that is so.
func (t *town) withoutTerritories(ctx context.Context, plan *planner.Plan, even bool) (result, error) {
	n := t.request.Network
	places := n.SnapHouseholds(t.request.Households)
	problem := &vrp.Problem{}
	for i := range places {
		problem.Stops = append(problem.Stops, vrp.Stop{Location: int32(i), Service: int64(t.request.Round.VisitS * t.request.Households[i].Doors)})
	}
	days := map[string]int32{}
	for _, r := range plan.Routes {
		days[r.Worker]++
	}
	starts := make([]geo.Household, len(plan.Workers))
	for k, w := range plan.Workers {
		starts[k].At = w.Start
	}
	for k, door := range n.SnapHouseholds(starts) {
		at := int32(len(places))
		places = append(places, door)
		problem.Vehicles = append(problem.Vehicles, vrp.Vehicle{
			Count: int(days[plan.Workers[k].ID]) + moreDays, Start: at, End: at, FixedCost: 1800,
			Shift: vrp.Window{Open: int64(planner.DefaultShift.Opens.Seconds()), Close: int64(planner.DefaultShift.Closes.Seconds())},
		})
	}
	if even {
		all := 0.0
		for _, r := range plan.Routes {
			all += seconds(r.Back) - seconds(r.Leave)
		}
		above := int64(mostUneven * all / float64(len(plan.Workers)))
		for k := range problem.Vehicles {
			problem.Workers = append(problem.Workers, vrp.Worker{Vehicles: []int32{int32(k)}, Steps: []vrp.Step{{Above: above, Rate: unevenRate}}})
		}
	}
	table, _, err := n.Matrix(ctx, places, places, 0)
	if err != nil {
		return result{}, err
	}
	if problem.Costs, err = vrp.Dense(len(places), table); err != nil {
		return result{}, err
	}
	params := search.Params{Iterations: t.iterations, Seed: 1}
	if t.iterations == 0 {
		params.Time = t.time
	}
	solution, _, err := search.Solve(ctx, problem, params)
	if err != nil {
		return result{}, err
	}
	r := result{}
	work, travel := make([]float64, len(plan.Workers)), 0.0
	for _, route := range solution.Routes {
		times, _ := problem.Timetable(route)
		work[route.Vehicle] += float64(times.Back - times.Leave)
		travel += float64(times.Back - times.Leave)
		for _, s := range route.Stops {
			travel -= float64(problem.Stops[s].Service)
		}
		r.planned += len(route.Stops)
	}
	r.spread(work)
	r.bound = t.leastUneven(plan.Workers, r.planned, work)
	r.travel = travel / float64(max(1, r.planned))
	return r, nil
}
