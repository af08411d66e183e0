package planner

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/quadtree"

	"github.com/rounds-project/rounds/planner/search"
	"github.com/rounds-project/rounds/planner/vrp"
)

// revisedAtOnce bounds the households among which a revision searches. Those who are
// farther from what has happened keep their days as they are.
const revisedAtOnce = 1200

// promisedShare is the part of the search for those who come before all others.
const promisedShare = 0.25

// improve searches among the tours around the loose households, starting with what is
// there: first for those to whom a place is promised, with whom others would only be in
// the search's way, then for those who had a place and lost it, so that nobody who had
// none takes what they left. There is no search for whom no tour may visit.
func (r *revision) improve(ctx context.Context) error {
	if len(r.loose) == 0 || len(r.tours) == 0 {
		return nil
	}
	open, nowhere := parted(r.loose, func(h int32) bool {
		return slices.ContainsFunc(r.tours, func(t *tour) bool { return r.allows(t, h) && r.doors[h].Piece == t.crew.start.Piece })
	})
	share := 1.0
	promised, rest := parted(open, func(h int32) bool { return r.Terms[r.Households[h].ID].promised() })
	if len(promised) > 0 && len(rest) > 0 {
		left, err := r.place(ctx, promised, promisedShare)
		if err != nil {
			return err
		}
		open, share = append(rest, left...), share-promisedShare
	}
	had, never := parted(open, func(h int32) bool { _, placed := r.Former[r.Households[h].ID]; return placed })
	if len(had) > 0 && len(never) > 0 {
		share /= 2
	}
	left, err := r.place(ctx, had, share)
	if err == nil && len(never) > 0 {
		left, err = r.place(ctx, append(left, never...), share)
	}
	r.loose = append(left, nowhere...)
	return err
}

// parted are the households that are so, and the others.
func parted(households []int32, are func(int32) bool) (so, others []int32) {
	for _, h := range households {
		if are(h) {
			so = append(so, h)
		} else {
			others = append(others, h)
		}
	}
	return so, others
}

// place searches for places for some loose households with a share of the search, and
// says who found none. A new round has some everywhere: then each goes to the worker who
// has the nearest other one first.
func (r *revision) place(ctx context.Context, loose []int32, share float64) (left []int32, err error) {
	if loose, err = r.placeOwn(ctx, loose, ownShare*share); err != nil || len(loose) == 0 {
		return nil, err
	}
	near := r.around(loose)
	if len(near) < len(r.tours) && len(loose) > localLoose {
		share /= 2
		if loose, err = r.placeEach(ctx, loose, share); err != nil || len(loose) == 0 {
			return nil, err
		}
		near = r.around(loose)
	}
	return r.insert(ctx, near, loose, share)
}

// A visit that took an hour, or a late start, costs one worker ownLoose households at the
// most: they are put on other days of the same worker in a short search when there is
// room, and nobody else has another plan.
const (
	ownLoose = 8
	ownShare = 0.1
)

// placeOwn searches for places for few households of one worker among that worker's days.
func (r *revision) placeOwn(ctx context.Context, loose []int32, share float64) (left []int32, err error) {
	if len(loose) == 0 || len(loose) > ownLoose {
		return loose, nil
	}
	worker := r.Former[r.Households[loose[0]].ID].Worker
	for _, h := range loose {
		if id := r.Households[h].ID; r.Former[id].Worker != worker || r.Terms[id].Worker != "" && r.Terms[id].Worker != worker {
			return loose, nil
		}
	}
	var own []*tour
	there := map[string]bool{}
	for _, t := range r.tours {
		if t.crew.ID == worker {
			own = append(own, t)
			there[t.date] = true
		}
	}
	for _, h := range loose {
		if !there[r.Former[r.Households[h].ID].Date] {
			return loose, nil // who is away has more to give up than a part of a day
		}
	}
	return r.insert(ctx, own, loose, share)
}

// localLoose is how many loose households may come of one event.
const localLoose = 60

// placeEach searches worker by worker.
func (r *revision) placeEach(ctx context.Context, loose []int32, share float64) (left []int32, err error) {
	tours, of := map[*crew][]*tour{}, map[*crew][]int32{}
	placed := quadtree.New(r.bound())
	for _, t := range r.tours {
		tours[t.crew] = append(tours[t.crew], t)
		for _, h := range t.households {
			_ = placed.Add(resident{r.Households[h].At, t.crew}) // within the bound
		}
	}
	for _, h := range loose {
		takes := func(next orb.Pointer) bool { return r.willing(next.(resident).crew, h) }
		if next, found := placed.Matching(r.Households[h].At, takes).(resident); found {
			of[next.crew] = append(of[next.crew], h)
		} else {
			left = append(left, h)
		}
	}
	for _, c := range r.crews {
		if len(of[c]) == 0 {
			continue
		}
		unserved, err := r.insert(ctx, tours[c], of[c], share*float64(len(of[c]))/float64(len(loose)))
		if err != nil {
			return nil, err
		}
		left = append(left, unserved...)
	}
	return left, nil
}

// resident is where a household is and who has it.
type resident struct {
	at   orb.Point
	crew *crew
}

func (h resident) Point() orb.Point { return h.at }

// searchEach is how long a search goes on for each household in it, at the most: a day of
// one worker is as good after a fraction of a second as it gets.
const searchEach = 2 * time.Millisecond

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
		params.Time = max(time.Millisecond, min(time.Duration(share*float64(r.Time)), time.Duration(len(stops))*searchEach))
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

// around are the tours nearest to some loose households, each at the distance of the
// household on it that is nearest to one of them, an empty one at that of the worker's
// start: as many as the search can take. The worker to whom a household is bound makes
// room for it, and those around that worker take what has to go.
func (r *revision) around(loose []int32) []*tour {
	seeds, bound := quadtree.New(r.bound()), map[string]bool{}
	for _, h := range loose {
		_ = seeds.Add(r.Households[h].At) // within the bound
		bound[r.Terms[r.Households[h].ID].Worker] = true
	}
	for _, t := range r.tours {
		if bound[t.crew.ID] {
			for _, h := range t.households {
				_ = seeds.Add(r.Households[h].At)
			}
		}
	}
	distance := make([]float64, len(r.tours))
	away := func(at orb.Point) float64 { return orbgeo.Distance(at, seeds.Find(at).Point()) }
	for k, t := range r.tours {
		if bound[t.crew.ID] {
			continue
		}
		distance[k] = away(t.crew.Start)
		for _, h := range t.households {
			distance[k] = min(distance[k], away(r.Households[h].At))
		}
	}
	order := ascending(len(r.tours))
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(distance[a], distance[b]) })
	var near []*tour
	size := len(loose)
	for _, k := range order {
		if size += len(r.tours[k].households); size > max(revisedAtOnce, len(loose)+revisedAtOnce/2) {
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
