package planner

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/rounds-project/rounds/planner/network"
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
	if err := r.explain(ctx); err != nil {
		return err
	}
	p.tell(Routing, 1, 1)
	return nil
}

// explain gives those who are still loose the reason.
func (r *revision) explain(ctx context.Context) error {
	pieces, crews := map[int32]bool{}, map[string]*crew{}
	for _, c := range r.crews {
		pieces[c.start.Piece] = true
		crews[c.ID] = c
	}
	for _, h := range r.loose {
		r.reasons[h] = BeyondHorizon
		c := crews[r.Terms[r.Households[h].ID].Worker]
		if !pieces[r.doors[h].Piece] || c != nil && c.start.Piece != r.doors[h].Piece {
			r.reasons[h] = Unreachable
			continue
		}
		if c != nil {
			reason, err := r.tooFar(ctx, c, h)
			if err != nil {
				return err
			}
			r.reasons[h] = cmp.Or(reason, BeyondHorizon)
		}
	}
	return nil
}

// tooFar is the reason why a worker could not visit a household on a day of its own, ""
// when that worker could.
func (r *revision) tooFar(ctx context.Context, c *crew, h int32) (Reason, error) {
	places := []network.Access{c.start, r.doors[h]}
	if c.End != nil {
		places = append(places, c.end)
	}
	seconds, _, err := r.walks().Matrix(ctx, places, places, 1)
	if err != nil {
		return "", err
	}
	walks, err := vrp.Dense(len(places), seconds)
	if err != nil {
		return "", fmt.Errorf("planner: %w", err)
	}
	back := 0
	if c.End != nil {
		back = int(walks.At(1, 2))
	}
	return r.fits(h, &c.workday, int(walks.At(0, 1)), back), nil
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
			t := &tour{workday: workday{r.hours(c, date), c.pause}, crew: c, date: date}
			if date == r.Round.From {
				t.underway = r.stands(c)
			}
			r.tours = append(r.tours, t)
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
		if t.shift == t.crew.shift {
			day.FixedCost = dayPrice // who is there for a part of a day goes out anyway
		}
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
		if _, placed := r.Former[r.Households[h].ID]; !placed && stop.Prize == 0 {
			stop.Prize = vrp.MaxPrice // nobody who had a place gives it up for one who had none and was not given by hand
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
