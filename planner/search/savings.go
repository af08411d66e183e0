package search

import (
	"cmp"
	"context"
	"slices"

	"github.com/rounds-project/rounds/planner/vrp"
)

// savings builds a first solution (Clarke, Wright 1964): every stop begins on a route
// of its own, by the vehicle that serves it cheapest, and routes of one kind of
// vehicle are joined end to end where that saves most, over pairs of near stops only.
type savings struct {
	p     *vrp.Problem
	kinds []kind
	// like is the first kind on the same terms as each, whose routes it shares.
	like []int32
	// kind of each stop, none where no vehicle can serve it.
	kind   []int32
	visit  []segment
	routes []chain
	// chain of each stop.
	chain    []int32
	windowed bool
	timed    bool
}

// chain is a route under construction, without its start and end.
type chain struct {
	stops []int32
	load  int64
	time  segment
	// rested is time with the vehicle's break on the way.
	rested segment
}

// saving is what joining a route that ends with stop from and one that begins with
// stop to is worth.
type saving struct {
	worth    int64
	from, to int32
}

// construct returns a feasible solution; when ctx ends it early, with more routes than
// need be, and those beyond the fleet unserved.
func construct(ctx context.Context, p *vrp.Problem) vrp.Solution {
	w := &savings{p: p, timed: p.Timed()}
	w.alone()
	ranks := w.rank(ctx)
	for k := 0; k%1024 != 0 || ctx.Err() == nil; k++ {
		s, ok := ranks.next()
		if !ok {
			break
		}
		w.join(s.from, s.to)
	}
	return w.solution()
}

// alone puts each stop on its own route.
func (w *savings) alone() {
	p := w.p
	m := &model{problem: p, n: len(p.Stops)}
	free, counts := everything(p)
	places := m.addKinds(counts, nil)
	w.kinds = m.kinds
	for k := range w.kinds {
		w.kinds[k].start, w.kinds[k].end = places[w.kinds[k].start], places[w.kinds[k].end]
	}
	n := len(p.Stops)
	w.kind, w.chain, w.visit = make([]int32, n), make([]int32, n), make([]segment, n)
	w.routes = make([]chain, n)
	lone := make([]int32, n)
	w.pool()
	for i := range w.kind {
		w.kind[i] = none
	}
	for _, i := range free {
		lone[i] = i
		w.windowed = w.windowed || len(p.Stops[i].Windows) > 0
		w.chain[i], w.kind[i] = i, w.cheapest(i)
		w.routes[i] = chain{stops: lone[i : i+1 : i+1], load: p.Stops[i].Demand, time: w.visit[i], rested: segment{warp: 1}}
	}
}

// pool finds the kinds of vehicles that are on the same terms: a worker's days.
func (w *savings) pool() {
	type terms struct {
		start, end             int32
		capacity, limit, fixed int64
		skills                 uint64
		head, tail             segment
		rested, homeward       segment
		begin, pause           segment
	}
	first := map[terms]int32{}
	for k := range w.kinds {
		o := &w.kinds[k]
		t := terms{o.start, o.end, o.capacity, o.limit, o.fixed, o.skills, o.head, o.tail, o.rested, o.homeward, o.begin, o.pause}
		like, ok := first[t]
		if !ok || len(o.frozen) > 0 {
			like, first[t] = int32(k), int32(k)
		}
		w.like = append(w.like, like)
	}
}

// cheapest is the kind of vehicle that serves stop i alone at the least cost, and sets
// the window it does it in. Stops that name vehicles are left to the search.
func (w *savings) cheapest(i int32) int32 {
	p, s := w.p, &w.p.Stops[i]
	best, least := none, int64(0)
	for k := range w.kinds {
		kind := &w.kinds[k]
		if w.like[k] != int32(k) || s.Demand > kind.capacity || !kind.carries(s.Skills) || len(s.Only) > 0 {
			continue
		}
		cost := kind.fixed + w.leg(&p.Costs, kind.start, s.Location) + w.leg(&p.Costs, s.Location, kind.end)
		if best != none && cost >= least {
			continue
		}
		if visit, ok := w.window(s, kind); ok {
			best, least, w.visit[i] = int32(k), cost, visit
		}
	}
	return best
}

// window is the first in which a vehicle that serves nothing else can serve s.
func (w *savings) window(s *vrp.Stop, k *kind) (segment, bool) {
	visit := segment{duration: s.Service, late: vrp.Forever}
	for n := 0; n == 0 || n < len(s.Windows); n++ {
		if len(s.Windows) > 0 {
			visit.early, visit.late = s.Windows[n].Open, s.Windows[n].Close
		}
		if w.fits(k, &chain{time: visit, rested: segment{warp: 1}}, s.Location, s.Location) {
			return visit, true
		}
	}
	return visit, false
}

func (w *savings) leg(m *vrp.Metric, from, to int32) int64 {
	if to == vrp.Open {
		return 0
	}
	return int64(m.At(from, to))
}

// fits reports whether a vehicle can drive a chain from its first to its last place.
func (w *savings) fits(k *kind, c *chain, first, last int32) bool {
	if !w.timed {
		return true
	}
	travel := w.p.Travel()
	out, home := w.leg(travel, k.start, first), w.leg(travel, last, k.end)
	whole := k.head.join(&c.time, out)
	whole = whole.join(&k.tail, home)
	if !k.breaks {
		return k.fits(&whole)
	}
	done, paused := course{plain: k.head.join(&c.time, out)}, k.pauseAfter(&k.head, out)
	before, during := k.rested.join(&c.time, out), k.head.join(&c.rested, out)
	done.rested = sooner(sooner(before, during), paused.join(&c.time, 0))
	return k.meet(&done, &course{k.tail, k.homeward}, home, false) == inTime
}

// rank finds the joins worth making.
func (w *savings) rank(ctx context.Context) *ranking {
	p, ranks := w.p, &ranking{}
	width := savingsWidth(len(p.Stops))
	nearestStops(ctx, p, width, func(i int32, near []int32) {
		if w.kind[i] == none {
			return
		}
		k := &w.kinds[w.kind[i]]
		from := p.Stops[i].Location
		home := w.leg(&p.Costs, from, k.end)
		for _, j := range near {
			to := p.Stops[j].Location
			if w.kind[i] != w.kind[j] {
				continue
			}
			if worth := home + w.leg(&p.Costs, k.start, to) + k.fixed - w.leg(&p.Costs, from, to); worth > 0 {
				ranks.add(saving{worth, i, j})
			}
		}
	})
	ranks.ready()
	return ranks
}

// savingsWidth is how many neighbours a stop has: fewer where memory counts.
func savingsWidth(n int) int {
	switch {
	case n <= 10_000:
		return 100
	case n <= 200_000:
		return 50
	default:
		return 20
	}
}

// join puts the route of stop to behind that of stop from, turning either over where
// no windows speak against it.
func (w *savings) join(from, to int32) {
	a, b := w.chain[from], w.chain[to]
	if a == b || w.routes[a].load+w.routes[b].load > w.kinds[w.kind[from]].capacity {
		return
	}
	first, second := w.routes[a], w.routes[b]
	turnFirst, turnSecond := first.stops[len(first.stops)-1] != from, second.stops[0] != to
	if turnFirst && (first.stops[0] != from || w.windowed) || turnSecond && (second.stops[len(second.stops)-1] != to || w.windowed) {
		return
	}
	if turnFirst {
		w.turn(&first)
	}
	if turnSecond {
		w.turn(&second)
	}
	ok := w.link(a, b, first, second, from, to)
	if !ok && turnFirst {
		w.turn(&first)
	}
	if !ok && turnSecond {
		w.turn(&second)
	}
}

// link makes one chain of two if it can be driven.
func (w *savings) link(a, b int32, first, second chain, from, to int32) bool {
	p := w.p
	both := chain{load: first.load + second.load}
	k := &w.kinds[w.kind[from]]
	if w.timed {
		both.time, both.rested = k.link(&first, &second, int64(p.Travel().At(p.Stops[from].Location, p.Stops[to].Location)))
	}
	last := second.stops[len(second.stops)-1]
	if !w.fits(k, &both, p.Stops[first.stops[0]].Location, p.Stops[last].Location) {
		return false
	}
	if len(first.stops) < len(second.stops) {
		a, b = b, a
	}
	both.stops = append(first.stops, second.stops...)
	for _, i := range w.routes[b].stops {
		w.chain[i] = a
	}
	w.routes[a] = both
	w.routes[b] = chain{}
	return true
}

// link is the time of two chains in a row, without the break and with it.
func (k *kind) link(first, second *chain, leg int64) (time, rested segment) {
	time = first.time.join(&second.time, leg)
	if !k.breaks {
		return time, rested
	}
	paused := k.pauseAfter(&first.time, leg)
	rested = sooner(first.rested.join(&second.time, leg), first.time.join(&second.rested, leg))
	return time, sooner(rested, paused.join(&second.time, 0))
}

// turn walks a chain backwards, in place.
func (w *savings) turn(c *chain) {
	slices.Reverse(c.stops)
	if !w.timed {
		return
	}
	travel, kind := w.p.Travel(), &w.kinds[w.kind[c.stops[0]]]
	c.time, c.rested = w.visit[c.stops[0]], segment{warp: 1}
	for k, i := range c.stops[1:] {
		next := chain{time: w.visit[i], rested: segment{warp: 1}}
		c.time, c.rested = kind.link(c, &next, int64(travel.At(w.p.Stops[c.stops[k]].Location, w.p.Stops[i].Location)))
	}
}

// solution keeps, of the kinds on the same terms, the routes worth most if there are
// more than vehicles.
func (w *savings) solution() vrp.Solution {
	var s vrp.Solution
	// A search that is called off early has nearly as many routes as stops: chains are
	// named by number, and their stops are not copied.
	byKind, used := make([][]int32, len(w.kinds)), 0
	for i := range w.routes {
		c := &w.routes[i]
		switch {
		case len(c.stops) == 0:
		case w.kind[c.stops[0]] == none:
			s.Unserved = append(s.Unserved, c.stops...)
		default:
			k := w.kind[c.stops[0]]
			byKind[k] = append(byKind[k], int32(i))
			used++
		}
	}
	count := make([]int, len(w.kinds))
	for k := range w.kinds {
		count[w.like[k]] += int(w.kinds[k].count)
	}
	for k, chains := range byKind {
		if len(chains) > count[k] {
			slices.SortStableFunc(chains, func(a, b int32) int { return cmp.Compare(w.price(b), w.price(a)) })
			for _, c := range chains[count[k]:] {
				s.Unserved = append(s.Unserved, w.routes[c].stops...)
			}
			chains = chains[:count[k]]
		}
		byKind[k] = chains
	}
	s.Routes = make([]vrp.Route, 0, used)
	for k := range w.kinds {
		kind, share := &w.kinds[k], &byKind[w.like[k]]
		n := min(int(kind.count), len(*share))
		for _, c := range (*share)[:n] {
			stops := w.routes[c].stops
			if len(kind.frozen) > 0 {
				stops = slices.Concat(kind.frozen, stops)
			}
			s.Routes = append(s.Routes, vrp.Route{Vehicle: kind.vehicle, Stops: stops})
		}
		if *share = (*share)[n:]; n == 0 && len(kind.frozen) > 0 {
			s.Routes = append(s.Routes, vrp.Route{Vehicle: kind.vehicle, Stops: slices.Clone(kind.frozen)})
		}
	}
	return s
}

// price of not driving a chain.
func (w *savings) price(c int32) (sum int64) {
	for _, i := range w.routes[c].stops {
		sum += w.p.Price(i)
	}
	return sum
}
