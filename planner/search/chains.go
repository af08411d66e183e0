package search

import (
	"context"
	"sync/atomic"
)

// Where annealing has time enough, a longer chain gains less than chains differ in the
// end: some are run one after the other, and then bred with each other.
const (
	chainCount = 3
	// chainShare is the share of the work that chains have, in equal parts; children have
	// the rest.
	chainShare = 0.6
	childCount = 16
	// warm is the temperature at which a child begins, as a share of a chain's.
	warm = 1.0 / 3
	// enoughWork is the iterations for each stop above which there are several chains, and
	// mostChained how many stops a problem has at most.
	enoughWork  = 12_000
	mostChained = 450
	// glance is the share of the work after which its amount is known.
	glance = 0.01
)

// keepsake is a solution kept aside: its routes and the kinds that drive them.
type keepsake struct {
	cost   int64
	routes [][]int32
	kinds  []int32
}

// chains is a search of several chains, within a share of the work that tells, from the
// iterations done, how much that is.
type chains struct {
	e                *engine
	share            func(iterations int64) float64
	iterations, gain *atomic.Int64
	done             int64
	members          []keepsake
	// champion is the best of all, the engine's best that of the chain or child.
	champion keepsake
}

// runAll anneals one chain to the end, or several and their children.
func (e *engine) runAll(ctx context.Context, share func(iterations int64) float64, iterations, gain *atomic.Int64) {
	c := &chains{e: e, share: share, iterations: iterations, gain: gain, champion: e.keepsake()}
	start, a := c.champion, e.anneal
	now := c.slice(ctx, a, glance, 0, 1)
	if e.m.n > mostChained || float64(c.done) < enoughWork*now*float64(e.m.n) {
		c.slice(ctx, a, 1, 0, 1)
		return
	}
	for k := range chainCount {
		if k > 0 && ctx.Err() == nil {
			e.load(start)
		}
		c.slice(ctx, a, chainShare*float64(k+1)/chainCount, chainShare*float64(k)/chainCount, chainShare*float64(k+1)/chainCount)
		c.members = append(c.members, e.keepsake())
	}
	a.hot, a.ratio = a.hot*warm, a.ratio/warm
	from := chainShare
	for k := 1; k <= childCount && ctx.Err() == nil; k++ {
		to := 1 - (1-chainShare)*float64(childCount-k)/childCount
		c.child()
		c.slice(ctx, a, to, from, to)
		from = to
		c.replace(e.keepsake())
	}
	if e.best.cost > c.champion.cost {
		e.load(c.champion)
	}
}

// slice anneals until a share of the work is done, cooling between two shares, and returns
// how much is.
func (c *chains) slice(ctx context.Context, a anneal, until, from, to float64) (now float64) {
	e := c.e
	for now = c.share(c.done); now < until && ctx.Err() == nil; now = c.share(c.done) {
		a.cool((now - from) / (to - from))
		e.anneal = a
		for range checkEvery {
			e.iterate()
		}
		c.done += checkEvery
		c.iterations.Add(checkEvery)
		if e.best.cost < c.champion.cost {
			c.gain.Add(c.champion.cost - e.best.cost)
			c.champion = e.keepsake()
		}
	}
	return now
}

// keepsake copies the best.
func (e *engine) keepsake() keepsake {
	d := keepsake{cost: e.best.cost}
	for r, stops := range e.best.routes {
		if len(stops) > 0 {
			d.routes, d.kinds = append(d.routes, append([]int32(nil), stops...)), append(d.kinds, e.best.kinds[r])
		}
	}
	return d
}

// load makes routes the solution, as far as there are vehicles, and the best since; what
// is on none of them is served where it can be. It reports false, and is not done, where
// a route without some of its stops is late.
func (e *engine) load(d keepsake) bool {
	s := e.s
	s.begin()
	for r := range s.routes {
		if s.kinds[r] != none {
			s.cut(int32(r), 0, int32(len(s.routes[r])))
		}
	}
	for r, stops := range d.routes {
		if s.spare[d.kinds[r]] > 0 {
			s.drive(d.kinds[r], stops)
		}
	}
	if !s.timely() {
		e.best.note(s)
		return false
	}
	e.queue = append(e.queue[:0], s.pool...)
	e.rebuild.recreate(e.queue, nowhere)
	e.best.cost = s.cost + 1
	e.best.keep(s)
	return true
}

// replace puts a child in the place of the worst, or of its equal.
func (c *chains) replace(d keepsake) {
	worst := 0
	for k := range c.members {
		if c.members[k].cost == d.cost {
			return
		}
		if c.members[k].cost > c.members[worst].cost {
			worst = k
		}
	}
	if d.cost < c.members[worst].cost {
		c.members[worst] = d
	}
}

// child loads the routes of one member around a stop, and those of another without
// their stops.
func (c *chains) child() {
	rng := &c.e.rng
	a := rng.below(len(c.members))
	b := (a + 1 + rng.below(len(c.members)-1)) % len(c.members)
	if !c.e.load(c.cross(&c.members[a], &c.members[b])) {
		c.e.load(c.members[a])
	}
}

func (c *chains) cross(a, b *keepsake) (d keepsake) {
	e := c.e
	on := make([]int32, e.m.n)
	for i := range on {
		on[i] = none
	}
	for r, stops := range b.routes {
		for _, i := range stops {
			on[i] = int32(r)
		}
	}
	taken := make([]bool, e.m.n)
	want := 1 + e.rng.below(max(len(b.routes)/2, 1))
	take := func(i int32) {
		if r := on[i]; r != none && !taken[i] && len(d.routes) < want {
			d.routes, d.kinds = append(d.routes, b.routes[r]), append(d.kinds, b.kinds[r])
			for _, j := range b.routes[r] {
				taken[j] = true
			}
		}
	}
	seed := int32(e.rng.below(e.m.n))
	take(seed)
	for _, i := range e.m.near.of(seed) {
		take(i)
	}
	// Of the other's routes, as many as came in go: those that lost most to them.
	rest, lost := make([][]int32, len(a.routes)), make([]float64, len(a.routes))
	for r, stops := range a.routes {
		for _, i := range stops {
			if !taken[i] {
				rest[r] = append(rest[r], i)
			}
		}
		lost[r] = 1 - float64(len(rest[r]))/float64(len(stops))
	}
	for range min(len(d.routes), len(rest)) {
		most := 0
		for r := range lost {
			if lost[r] > lost[most] {
				most = r
			}
		}
		rest[most], lost[most] = nil, 0
	}
	for r, stops := range rest {
		if len(stops) > 0 {
			d.routes, d.kinds = append(d.routes, stops), append(d.kinds, a.kinds[r])
		}
	}
	return d
}
