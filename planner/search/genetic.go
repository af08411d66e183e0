package search

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync/atomic"
)

// genetic is a hybrid genetic search (Vidal 2022) for small problems of one depot: order
// crossover of two tours, Split into routes, education, and two populations, one of
// solutions that break bounds at a price which adapts.
type genetic struct {
	e        *education
	split    split
	rng      *random
	feasible subpopulation
	broken   subpopulation
	// kept and fits are whether the last individuals kept capacity and duration.
	kept, fits [adaptEvery]bool
	born       int
	// best feasible of this population, which is begun anew when it has not improved for
	// long; champion is the best of all, as rows.
	best, champion int64
	routes         [][]int32
	stale          int
	tour           []int32
	taken          []bool
}

const (
	// adaptEvery is how many births pass between changes of prices, patience how many
	// without a better solution begin a new population.
	adaptEvery = 100
	patience   = 20_000
	// pioneers are made from random tours.
	pioneers = 4 * smallest
	// feasibleShare is the share of individuals that should keep a bound.
	feasibleShare = 0.2
)

// breeds reports whether the genetic search knows all that the problem has: one
// depot, symmetric costs, capacity, and a bound on durations that are costs but for
// rounding.
func (m *model) breeds() bool {
	if m.n < fewestBred || m.n > mostBred || len(m.kinds) != 1 || m.optional || m.elastic || m.priced || m.rights.may != nil || !m.cost.symmetric || m.cost.cells == nil {
		return false
	}
	k := &m.kinds[0]
	if k.start != k.end || k.fixed != 0 || len(k.frozen) > 0 {
		return false
	}
	if !m.timed {
		return true
	}
	for i := range m.visit {
		if m.visit[i].early > 0 || m.visit[i].late < k.tail.late {
			return false
		}
	}
	return m.slack() >= 0
}

// Sizes of problems for the genetic search: below, ruin and recreate finds the optimum
// anyway; above, its education takes too long.
const (
	fewestBred = 12
	mostBred   = 400
)

// annealedShare is the share of the work that annealing has before the genetic search
// takes over: it finds good routes sooner, and one more parent.
const annealedShare = 0.2

// slack is by how much a duration exceeds its cost at most, -1 when that is more than
// rounding.
func (m *model) slack() int64 {
	slack := int64(0)
	for i := range int32(m.n + 1) {
		for j := range int32(m.n + 1) {
			more := m.travel.at(i, j) - m.cost.at(i, j)
			if more < -1 || more > 1 {
				return -1
			}
			slack = max(slack, more)
		}
	}
	return slack
}

func newGenetic(m *model, rng *random) *genetic {
	var demand, longest, dearest int64
	for i := range int32(m.n) {
		demand += m.demand[i]
		longest = max(longest, m.demand[i], 1)
		for j := range int32(m.n + 1) {
			dearest = max(dearest, m.cost.at(i, j))
		}
	}
	k := &m.kinds[0]
	routes := m.n
	if !m.timed {
		routes = int(math.Ceil(1.3*float64(demand)/float64(k.capacity))) + 3
	}
	g := &genetic{rng: rng, e: newEducation(m, rng, min(routes, int(k.count))), taken: make([]bool, m.n), best: nowhere}
	g.e.overload, g.e.late = math.Min(math.Max(float64(dearest)/float64(longest), 0.1), 1000), 1
	for i := range g.kept {
		g.kept[i], g.fits[i] = true, true
	}
	return g
}

// evolve breeds until the work is done; the engine's best is the champion to beat, and
// is what improves.
func (e *engine) evolve(ctx context.Context, share func(iterations int64) float64, done int64, iterations, gain *atomic.Int64) {
	g := newGenetic(e.m, &e.rng)
	g.champion = e.best.cost
	work := int64(e.m.n) * birthWork
	for g.born = 0; share(done) < 1 && ctx.Err() == nil; g.born++ {
		if len(g.feasible)+len(g.broken) == 0 && g.born == 0 && e.best.whole() {
			g.join(ctx, e.best.routes)
		} else {
			g.breed(ctx)
		}
		if g.champion < e.best.cost {
			gain.Add(e.best.cost - g.champion)
			e.adoptBest(g.routes)
		}
		done += work
		iterations.Add(work)
	}
}

// birthWork is how many iterations of ruin and recreate a birth counts for each stop.
const birthWork = 3

// whole reports whether nothing is left out.
func (b *best) whole() bool { return len(b.pool) == 0 }

// adoptBest makes routes the engine's solution.
func (e *engine) adoptBest(routes [][]int32) {
	s := e.s
	s.begin()
	for r := range s.routes {
		if s.kinds[r] != none {
			s.cut(int32(r), 0, int32(len(s.routes[r])))
		}
	}
	for _, stops := range routes {
		if len(stops) > 0 {
			s.drive(0, stops)
		}
	}
	e.best.keep(s)
}

// join adds known routes as they are.
func (g *genetic) join(ctx context.Context, routes [][]int32) {
	var tours [][]int32
	for _, stops := range routes {
		if len(stops) > 0 {
			tours = append(tours, stops)
		}
	}
	if len(tours) > int(g.e.max) {
		return
	}
	g.e.take(tours)
	g.learn(ctx, 1)
}

// breed makes one individual: a pioneer or a child, educated, and repaired half the time
// where it breaks a bound.
func (g *genetic) breed(ctx context.Context) {
	if g.stale >= patience {
		g.feasible, g.broken, g.stale, g.best, g.born = nil, nil, 0, nowhere, 0
	}
	if g.born < pioneers {
		g.tour = g.tour[:0]
		for i := range g.e.n {
			g.tour = append(g.tour, i)
		}
		for k := len(g.tour) - 1; k > 0; k-- {
			o := g.rng.below(k + 1)
			g.tour[k], g.tour[o] = g.tour[o], g.tour[k]
		}
	} else {
		g.cross(g.parent(), g.parent())
	}
	g.e.take(g.split.cut(g.e, g.tour))
	one := g.learn(ctx, 1)
	if !one.feasible() && g.rng.below(2) == 0 {
		g.learn(ctx, 10)
	}
	if g.born%adaptEvery == adaptEvery-1 {
		g.adapt()
	}
}

// learn educates what was taken, with prices times dearer, and adds the result.
func (g *genetic) learn(ctx context.Context, dearer float64) *individual {
	e := g.e
	overload, late := e.overload, e.late
	e.overload, e.late = overload*dearer, late*dearer
	if dearer > 1 {
		for r := range e.max {
			e.penalty[r] = e.tooMuch(e.loads[r]) + e.tooLong(e.times[r])
			e.modified[r], e.exchanged[r] = 0, -1
		}
		e.moves = 0
		for i := range e.tried {
			e.tried[i] = -1
		}
		e.star.reset()
	}
	e.educate(ctx)
	e.overload, e.late = overload, late
	one := e.individual()
	if dearer == 1 {
		g.kept[g.born%adaptEvery], g.fits[g.born%adaptEvery] = one.overload == 0, one.late == 0
	}
	if one.feasible() {
		g.feasible.add(one)
	} else {
		g.broken.add(one)
	}
	g.stale++
	if one.feasible() && one.cost < g.best {
		g.best, g.stale = one.cost, 0
	}
	if one.feasible() && one.cost < g.champion {
		g.champion, g.routes = one.cost, one.routes
	}
	return one
}

// individual is the solution as it stands, its routes by their directions, so that tours
// of near solutions are alike.
func (e *education) individual() *individual {
	one := &individual{next: make([]int32, e.n), prev: make([]int32, e.n)}
	type directed struct {
		stops []int32
		angle float64
	}
	var routes []directed
	stops := make([]int32, 0, e.n)
	x, y := e.m.problem.Costs.Coordinates()
	for r := range e.max {
		first, sx, sy := len(stops), 0.0, 0.0
		for i := e.next[e.start(r)]; i < e.n; i = e.next[i] {
			stops = append(stops, i)
			one.next[i], one.prev[i] = e.next[i], e.prev[i]
			if e.next[i] >= e.n {
				one.next[i] = none
			}
			if e.prev[i] >= e.n {
				one.prev[i] = none
			}
			if x != nil {
				at := e.m.problem.Stops[e.m.stops[i]].Location
				sx, sy = sx+x[at], sy+y[at]
			}
		}
		if len(stops) == first {
			continue
		}
		route := directed{stops: stops[first:len(stops):len(stops)]}
		if x != nil {
			depot := e.m.problem.Vehicles[e.m.kinds[0].vehicle].Start
			size := float64(len(route.stops))
			route.angle = math.Atan2(sy/size-y[depot], sx/size-x[depot])
		}
		routes = append(routes, route)
		for i := e.next[e.start(r)]; ; i = e.next[i] {
			one.cost += e.dist(e.prev[i], i)
			if i >= e.n {
				break
			}
		}
		one.overload += max(e.loads[r]-e.capacity, 0)
		one.late += max(e.times[r]-e.limit, 0)
	}
	slices.SortStableFunc(routes, func(a, b directed) int { return cmp.Compare(a.angle, b.angle) })
	for _, r := range routes {
		one.routes = append(one.routes, r.stops)
	}
	one.price(e)
	return one
}

func (i *individual) price(e *education) {
	i.priced = i.cost + int64(e.overload*float64(i.overload)+e.late*float64(i.late))
}

// parent is the fitter of two drawn from both populations.
func (g *genetic) parent() *individual {
	g.feasible.rate()
	g.broken.rate()
	draw := func() *individual {
		k := g.rng.below(len(g.feasible) + len(g.broken))
		if k < len(g.feasible) {
			return g.feasible[k]
		}
		return g.broken[k-len(g.feasible)]
	}
	a, b := draw(), draw()
	if a.fitness < b.fitness {
		return a
	}
	return b
}

// cross is the order crossover (OX): a stretch of one tour, then the rest as in the
// other.
func (g *genetic) cross(a, b *individual) {
	n := int(g.e.n)
	first, second := slices.Concat(a.routes...), slices.Concat(b.routes...)
	from, to := g.rng.below(n), g.rng.below(n)
	for from == to {
		to = g.rng.below(n)
	}
	clear(g.taken)
	g.tour = append(g.tour[:0], first...)
	k := from
	for ; k%n != (to+1)%n; k++ {
		g.tour[k%n] = first[k%n]
		g.taken[first[k%n]] = true
	}
	for i := 1; i <= n; i++ {
		if stop := second[(to+i)%n]; !g.taken[stop] {
			g.tour[k%n] = stop
			k++
		}
	}
}

// adapt moves the prices towards the share of individuals that should keep the bounds,
// and sorts those that do not by the new prices.
func (g *genetic) adapt() {
	change := func(price float64, kept []bool) float64 {
		count := 0
		for _, ok := range kept {
			if ok {
				count++
			}
		}
		share := float64(count) / float64(len(kept))
		switch {
		case share < feasibleShare-0.05 && price < 100_000:
			return math.Min(price*1.2, 100_000)
		case share > feasibleShare+0.05 && price > 0.1:
			return math.Max(price*0.85, 0.1)
		}
		return price
	}
	g.e.overload, g.e.late = change(g.e.overload, g.kept[:]), change(g.e.late, g.fits[:])
	for _, one := range g.broken {
		one.price(g.e)
	}
	slices.SortStableFunc(g.broken, func(a, b *individual) int { return cmp.Compare(a.priced, b.priced) })
}
