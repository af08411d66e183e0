package planner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/quadtree"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// Slot is where a plan has a household: whose route of which day, and its place on it.
type Slot struct {
	Worker string
	// Date is YYYY-MM-DD.
	Date string
	Seq  int
}

// Prices of a household that changes against the former plan, in seconds of walking
// saved: another worker at the door must save a quarter of an hour, another day half
// of that.
const (
	pricePerWorker = 900
	pricePerDay    = 450
)

// revisedAtOnce bounds the households among which a revision searches. Those who are
// farther from what has happened keep their days as they are.
const revisedAtOnce = 1200

// revision changes a former plan as little as what has happened since asks for: it
// keeps every route, gives the households that have none a place on the routes around
// them, and changes those routes where that pays for the price of a change.
type revision struct {
	*proposal
	// tours are the worker-days, first those of the first crew.
	tours []*tour
	// loose are the households without a tour.
	loose []int32
	// tourOf is the former tour of a household, -1 for none.
	tourOf []int32
}

// tour is a worker's day with its households in order.
type tour struct {
	workday
	crew       *crew
	date       string
	households []int32
	// underway is set for who is out already.
	underway *underway
}

// revise gives every worker days that keep to Request.Former.
func (p *proposal) revise(ctx context.Context) error {
	r := &revision{proposal: p, tourOf: slices.Repeat([]int32{-1}, len(p.Households))}
	p.tell(Routing, 0, 1)
	p.bind()
	p.exclude()
	if err := r.muster(); err != nil {
		return err
	}
	r.restore()
	if err := r.goOn(ctx); err != nil {
		return err
	}
	if err := r.settle(ctx); err != nil {
		return err
	}
	if err := r.reorder(ctx); err != nil {
		return err
	}
	if err := r.improve(ctx); err != nil {
		return err
	}
	for _, t := range r.tours {
		if len(t.households) > 0 {
			t.crew.tours = append(t.crew.tours, t)
		}
	}
	pieces := map[int32]bool{}
	for _, c := range p.crews {
		pieces[c.start.Piece] = true
	}
	for _, h := range r.loose {
		p.reasons[h] = BeyondHorizon
		if !pieces[p.doors[h].Piece] {
			p.reasons[h] = Unreachable
		}
	}
	p.tell(Routing, 1, 1)
	return nil
}

// muster makes the crews and a tour for each of their days. Who roams and was given no
// start stands where the first household without a tour is.
func (r *revision) muster() error {
	for i := range r.Workers {
		w := r.Workers[i]
		shift, _ := shiftOf(&w) // validated
		c := &crew{Worker: w, workday: workday{shift, w.Break}}
		if c.Roams {
			c.Start = r.Households[r.firstLoose()].At
			c.End = &c.Start
		}
		if err := r.station(c); err != nil {
			return err
		}
		r.crews = append(r.crews, c)
		for _, date := range r.workdays(c, MostDays) {
			t := &tour{workday: c.workday, crew: c, date: date}
			if hours, other := r.Hours[c.ID][date]; other {
				t.shift = t.shift.within(spanOf(hours))
			}
			if date == r.Round.From {
				t.shift.opens = max(t.shift.opens, int(r.NotBefore.Seconds()))
				t.underway = r.stands(c)
			}
			if t.shift.opens < t.shift.closes {
				r.tours = append(r.tours, t)
			}
		}
	}
	return nil
}

func (r *revision) firstLoose() int {
	for i := range r.Households {
		if _, placed := r.Former[r.Households[i].ID]; !placed {
			return i
		}
	}
	return 0
}

// restore puts the households on their former tours, as many of each as its hours
// still suffice for; the rest is loose.
func (r *revision) restore() {
	type key struct{ worker, date string }
	at := map[key]int32{}
	for k, t := range r.tours {
		at[key{t.crew.ID, t.date}] = int32(k)
	}
	for i := range r.Households {
		if r.reasons[i] != "" {
			continue
		}
		slot, placed := r.Former[r.Households[i].ID]
		k, there := at[key{slot.Worker, slot.Date}]
		if !placed || !there || !r.allows(r.tours[k], int32(i)) {
			r.loose = append(r.loose, int32(i))
			continue
		}
		r.tourOf[i] = k
		r.tours[k].households = append(r.tours[k].households, int32(i))
	}
	for _, t := range r.tours {
		slices.SortStableFunc(t.households, func(a, b int32) int {
			return r.Former[r.Households[a].ID].Seq - r.Former[r.Households[b].ID].Seq
		})
	}
}

// settle takes off each tour what its hours no longer suffice for, from its end.
func (r *revision) settle(ctx context.Context) error {
	for _, t := range r.tours {
		if len(t.households) == 0 {
			continue
		}
		_, problem, err := r.between(ctx, []*tour{t}, nil)
		if err != nil {
			return err
		}
		free := t.free()
		keep := len(free)
		for ; keep > 0; keep-- {
			if _, late := problem.Timetable(vrp.Route{Stops: ascending(keep)}); late < 0 {
				break
			}
		}
		r.loose = append(r.loose, free[keep:]...)
		t.keep(free[:keep])
	}
	return nil
}

func ascending(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// improve searches among the tours around the loose households, starting with what is
// there. A new round has some everywhere: then each goes to the worker who has the
// nearest other one first.
func (r *revision) improve(ctx context.Context) error {
	if len(r.loose) == 0 || len(r.tours) == 0 {
		return nil
	}
	near, share := r.around(), 1.0
	if len(near) < len(r.tours) && len(r.loose) > localLoose {
		if err := r.improveEach(ctx); err != nil {
			return err
		}
		if len(r.loose) == 0 {
			return nil
		}
		near, share = r.around(), 0.5
	}
	left, err := r.insert(ctx, near, r.loose, share)
	r.loose = left
	return err
}

// localLoose is how many loose households may come of one event.
const localLoose = 60

// improveEach searches worker by worker.
func (r *revision) improveEach(ctx context.Context) error {
	tours, loose := map[*crew][]*tour{}, map[*crew][]int32{}
	placed := quadtree.New(r.bound())
	for _, t := range r.tours {
		tours[t.crew] = append(tours[t.crew], t)
		for _, h := range t.households {
			_ = placed.Add(resident{r.Households[h].At, t.crew}) // within the bound
		}
	}
	var left []int32
	for _, h := range r.loose {
		if next, found := placed.Find(r.Households[h].At).(resident); found {
			loose[next.crew] = append(loose[next.crew], h)
		} else {
			left = append(left, h)
		}
	}
	for _, c := range r.crews {
		if len(loose[c]) == 0 {
			continue
		}
		unserved, err := r.insert(ctx, tours[c], loose[c], 0.5*float64(len(loose[c]))/float64(len(r.loose)))
		if err != nil {
			return err
		}
		left = append(left, unserved...)
	}
	r.loose = left
	return nil
}

// resident is where a household is and who has it.
type resident struct {
	at   orb.Point
	crew *crew
}

func (h resident) Point() orb.Point { return h.at }

// insert searches among some tours and loose households with a share of the search,
// and says which of these found no place.
func (r *revision) insert(ctx context.Context, tours []*tour, loose []int32, share float64) (left []int32, err error) {
	stops, problem, err := r.between(ctx, tours, loose)
	if err != nil {
		return nil, err
	}
	params := search.Params{Threads: r.threads(), Seed: uint64(r.Round.Seed), Start: start(tours, len(loose))}
	if r.Iterations > 0 {
		params.Iterations = max(1, int64(share*float64(r.Iterations)))
	} else {
		params.Time = max(time.Millisecond, time.Duration(share*float64(r.Time)))
	}
	solution, _, err := search.Solve(ctx, problem, params)
	for dearer := 0; err == nil && dearer < mostDearer && unsettling(problem, solution); dearer++ {
		problem.Moved.Worker, problem.Moved.Vehicle = 2*problem.Moved.Worker, 2*problem.Moved.Vehicle
		solution, _, err = search.Solve(ctx, problem, params)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range tours {
		t.keep(nil)
	}
	for _, route := range solution.Routes {
		t := tours[route.Vehicle]
		for _, stop := range route.Stops {
			t.households = append(t.households, stops[stop])
		}
	}
	for _, stop := range solution.Unserved {
		left = append(left, stops[stop])
	}
	return left, nil
}

// Where more than one in mostChanged of the households would change, though nothing
// happened to themselves, changes become twice as dear, mostDearer times at most.
const (
	mostChanged = 10
	mostDearer  = 3
)

// unsettling reports whether a solution changes the worker or day of too many.
func unsettling(problem *vrp.Problem, solution vrp.Solution) bool {
	had, kept := 0, 0
	for _, former := range problem.Former {
		if former != vrp.Nobody {
			had++
		}
	}
	for _, route := range solution.Routes {
		for _, i := range route.Stops {
			if problem.Former[i] == route.Vehicle {
				kept++
			}
		}
	}
	return mostChanged*(had-kept) > had
}

// start is the tours as they are, with the loose households left out; stops are
// numbered tour by tour, the loose ones last.
func start(tours []*tour, loose int) *vrp.Solution {
	solution, next := &vrp.Solution{}, int32(0)
	for k, t := range tours {
		if len(t.free()) == 0 {
			continue
		}
		route := vrp.Route{Vehicle: int32(k)}
		for range t.free() {
			route.Stops = append(route.Stops, next)
			next++
		}
		solution.Routes = append(solution.Routes, route)
	}
	for range loose {
		solution.Unserved = append(solution.Unserved, next)
		next++
	}
	return solution
}

// around are the tours nearest to the loose households, each at the distance of the
// household on it that is nearest to one of them, an empty one at that of the worker's
// start: as many as the search can take.
func (r *revision) around() []*tour {
	distance := make([]float64, len(r.tours))
	loose := quadtree.New(r.bound())
	for _, h := range r.loose {
		_ = loose.Add(r.Households[h].At) // within the bound
	}
	away := func(at orb.Point) float64 { return orbgeo.Distance(at, loose.Find(at).Point()) }
	for k, t := range r.tours {
		distance[k] = away(t.crew.Start)
		for _, h := range t.households {
			distance[k] = min(distance[k], away(r.Households[h].At))
		}
	}
	order := ascending(len(r.tours))
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(distance[a], distance[b]) })
	var near []*tour
	size := len(r.loose)
	for _, k := range order {
		if size += len(r.tours[k].households); size > max(revisedAtOnce, len(r.loose)+revisedAtOnce/2) {
			break
		}
		near = append(near, r.tours[k])
	}
	return near
}

func (r *revision) bound() orb.Bound {
	all := make(orb.MultiPoint, len(r.Households))
	for i := range r.Households {
		all[i] = r.Households[i].At
	}
	return all.Bound()
}

// between is the problem of some tours with the loose households, and the household of
// each stop.
func (r *revision) between(ctx context.Context, tours []*tour, loose []int32) (households []int32, problem *vrp.Problem, err error) {
	for _, t := range tours {
		households = append(households, t.free()...)
	}
	households = append(households, loose...)
	places := make([]network.Access, 0, len(households)+2*len(r.crews))
	for _, h := range households {
		places = append(places, r.doors[h])
	}
	type ends struct{ start, end int32 }
	of, workers := map[*crew]ends{}, map[*crew]int{}
	problem = &vrp.Problem{Moved: vrp.Moved{Worker: pricePerWorker, Vehicle: pricePerDay}}
	for k, t := range tours {
		at, known := of[t.crew]
		if !known {
			at = ends{int32(len(places)), vrp.Open}
			places = append(places, t.crew.start)
			if t.crew.End != nil {
				at.end = int32(len(places))
				places = append(places, t.crew.end)
			}
			of[t.crew] = at
			workers[t.crew] = len(problem.Workers)
			problem.Workers = append(problem.Workers, vrp.Worker{})
		}
		rest := t.rest()
		if t.underway != nil {
			at.start = int32(len(places))
			places = append(places, t.from())
		}
		day := rest.vehicle(at.start, at.end)
		day.FixedCost = dayPrice
		problem.Vehicles = append(problem.Vehicles, day)
		w := &problem.Workers[workers[t.crew]]
		w.Vehicles = append(w.Vehicles, int32(k))
	}
	seconds, _, err := r.walks().Matrix(ctx, places, places, r.threads())
	if err != nil {
		return nil, nil, err
	}
	if problem.Costs, err = vrp.Dense(len(places), seconds); err != nil {
		return nil, nil, fmt.Errorf("planner: %w", err)
	}
	tourAt := map[*tour]int32{}
	for k, t := range tours {
		tourAt[t] = int32(k)
	}
	for i, h := range households {
		stop := r.stop(int32(i), h)
		if _, placed := r.Former[r.Households[h].ID]; !placed {
			stop.Prize = vrp.MaxPrice // nobody who had a place gives it up for one who had none
		}
		if len(r.Terms) > 0 || r.reach != nil {
			r.tie(&stop, h, tours)
		}
		problem.Stops = append(problem.Stops, stop)
		former := vrp.Nobody
		if k := r.tourOf[h]; k >= 0 {
			if at, there := tourAt[r.tours[k]]; there {
				former = at
			}
		}
		problem.Former = append(problem.Former, former)
	}
	return households, problem, nil
}
