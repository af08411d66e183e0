package search

import "github.com/rounds-project/rounds/planner/vrp"

// kind is a vehicle of the problem, as rows and segments. Where its route begins with
// frozen stops, it starts at the last of them, and head is all that comes before.
type kind struct {
	vehicle, index int32
	count          int32
	start, end     int32
	capacity       int64
	limit          int64
	// fixed is what opening a route costs beside its legs: for one with frozen stops,
	// which drives anyway, the way straight home is saved, and as much of idle work.
	fixed, idle int64
	skills      uint64
	head, tail  segment
	frozen      []int32
	// breaks: the route must have a break, begun until the end of begin, over after
	// pause; rested is the head with the break had, homeward the tail when it is to be
	// had at home.
	breaks           bool
	begin, pause     segment
	rested, homeward segment
}

// carries reports whether the vehicle has the skills.
func (k *kind) carries(skills uint64) bool { return skills&^k.skills == 0 }

// fits reports whether the segment of a whole route keeps windows, shift and limit.
func (k *kind) fits(s *segment) bool { return s.warp == 0 && s.duration <= k.limit }

// startsLike and endsLike report whether heads, or tails, of routes of both kinds mean
// the same for time.
func (k *kind) startsLike(o *kind) bool {
	return k == o || k.start == o.start && k.head == o.head && k.restsLike(o)
}

func (k *kind) endsLike(o *kind) bool {
	return k == o || k.end == o.end && k.tail == o.tail && k.restsLike(o)
}

func (k *kind) restsLike(o *kind) bool {
	return k.breaks == o.breaks && (!k.breaks || k.begin == o.begin && k.pause == o.pause &&
		k.rested == o.rested && k.homeward == o.homeward)
}

// newKind lays out count vehicles v; place gives rows to locations.
func newKind(p *vrp.Problem, v int32, count int, place func(location int32) int32) kind {
	w := &p.Vehicles[v]
	hours := w.Hours()
	k := kind{
		vehicle: v, count: int32(count), limit: w.Limit(), fixed: w.FixedCost, skills: w.Skills,
		capacity: w.Capacity,
		head:     segment{early: hours.Open, late: hours.Close},
		tail:     segment{early: hours.Open, late: hours.Close},
	}
	if k.capacity == 0 {
		k.capacity = int64(1) << 62
	}
	if b := w.Break; b.Length > 0 {
		k.breaks = true
		k.begin, k.pause = segment{late: b.Close}, segment{duration: b.Length, early: b.Open, late: vrp.Forever}
		k.rested, k.homeward = k.head, k.tail
		k.rested.early = max(hours.Open, b.Open+b.Length)
		k.homeward.late = min(hours.Close, b.Close)
		// A break that cannot be had at home is as good as one that is late.
		k.rested.warp = max(k.rested.early-k.rested.late, 0)
		k.homeward.warp = max(k.homeward.early-k.homeward.late, 0)
	}
	at := k.freeze(p, w)
	k.start, k.end = place(at), place(w.End)
	return k
}

// freeze puts the frozen stops into the head, and returns where the last one is.
func (k *kind) freeze(p *vrp.Problem, w *vrp.Vehicle) int32 {
	at := w.Start
	k.frozen = w.Frozen
	if len(w.Frozen) == 0 {
		return at
	}
	c := course{k.head, k.rested}
	for _, i := range w.Frozen {
		s := &p.Stops[i]
		visit := visitOf(s)
		c = k.advance(&c, &visit, s.Windows, int64(p.Travel().At(at, s.Location)), vrp.Forever)
		at = s.Location
		k.capacity -= s.Demand
	}
	k.head, k.rested = c.plain, c.rested
	k.fixed = 0
	if w.End != vrp.Open {
		k.fixed, k.idle = -int64(p.Costs.At(at, w.End)), -int64(p.Travel().At(at, w.End))
	}
	return at
}
