package network

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync/atomic"
)

// NearestDoors are the nearest doors of each door.
type NearestDoors struct {
	k       int
	count   []int32
	targets []int32
	seconds []int32
}

// Of are the indexes of the doors nearest to door i, the nearest first, and the
// seconds there; fewer than k where no more can be reached.
func (x *NearestDoors) Of(i int) (targets, seconds []int32) {
	first, end := i*x.k, i*x.k+int(x.count[i])
	return x.targets[first:end], x.seconds[first:end]
}

// near is a target and what it costs to get there.
type near struct {
	cost   cost
	target int32
}

func (a near) before(b near) bool { return a.cost < b.cost || a.cost == b.cost && a.target < b.target }

// Nearest finds for every door the k others that one reaches from it the
// soonest; ties go to the shorter way, then to the smaller index. It fails only
// when ctx ends.
//
// Two sweeps over the hierarchy give the nearest doors of every vertex, without
// a search for each door: upwards, what lies below a vertex; downwards, what its
// superiors know. It is the bucket idea of Knopp et al. (ALENEX 2007) with
// buckets that keep the k best.
func (n *Network) Nearest(ctx context.Context, at []Access, k int) (*NearestDoors, error) {
	x := &NearestDoors{k: k, count: make([]int32, len(at)), targets: make([]int32, len(at)*k), seconds: make([]int32, len(at)*k)}
	// One more, as a door finds itself.
	lists := newNearLists(len(n.rank.position), k+1, len(at))
	n.enter(at, lists)
	blocks := n.byBlock(at)
	if err := lists.sweep(ctx, &n.rank); err != nil {
		return nil, err
	}
	var stopped atomic.Bool
	inParallel(runtime.GOMAXPROCS(0), len(at), 512, func() func(first, end int) {
		w := &nearestWorker{n: n, at: at, lists: lists, blocks: blocks, inside: newPocketSearch(n), merge: newMerger(len(at), k+1)}
		return func(first, end int) {
			if ctx.Err() != nil {
				stopped.Store(true)
				return
			}
			for i := first; i < end; i++ {
				w.find(i, x)
			}
		}
	})
	if stopped.Load() {
		return nil, ctx.Err()
	}
	return x, nil
}

// enter puts every door into the lists of the vertices from which it is entered.
func (n *Network) enter(at []Access, lists *nearLists) {
	inside := newPocketSearch(n)
	var entries []entry
	for j := range at {
		if !at[j].Reachable() {
			continue
		}
		entries = inside.entries(&at[j], true, entries[:0])
		for _, e := range entries {
			lists.insert(n.rank.position[e.vertex], near{e.cost, int32(j)})
		}
	}
}

// nearLists are the k nearest targets of every position, in order.
type nearLists struct {
	k     int
	count []int32
	all   []near
	merge *merger
}

func newNearLists(positions, k, targets int) *nearLists {
	return &nearLists{k, make([]int32, positions), make([]near, positions*k), newMerger(targets, k)}
}

func (l *nearLists) of(p int32) []near {
	first := int(p) * l.k
	return l.all[first : first+int(l.count[p])]
}

// insert keeps the list of a position sorted, each target once.
func (l *nearLists) insert(p int32, x near) {
	list := l.of(p)
	for i := range list {
		if list[i].target == x.target {
			if !x.before(list[i]) {
				return
			}
			list = slices.Delete(list, i, i+1)
			break
		}
	}
	at, _ := slices.BinarySearchFunc(list, x, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.target, b.target))
	})
	if at == l.k {
		return
	}
	if len(list) < l.k {
		list = append(list, near{})
	}
	copy(list[at+1:], list[at:])
	list[at] = x
	l.count[p] = int32(len(list))
}

// sweep makes the lists complete: first with what lies below each position, then
// with what is reached over those above.
func (l *nearLists) sweep(ctx context.Context, h *hierarchy) error {
	for p := int32(len(l.count)) - 1; p >= 0; p-- {
		if p%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, hop := range h.down.of(p) {
			l.take(hop.to, p, hop.cost)
		}
	}
	for p := range int32(len(l.count)) {
		if p%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, hop := range h.up.of(p) {
			l.take(p, hop.to, hop.cost)
		}
	}
	return nil
}

// take merges into the list of p what is reached over q.
func (l *nearLists) take(p, q int32, over cost) {
	mine, theirs := l.of(p), l.of(q)
	if len(theirs) == 0 || len(mine) == l.k && mine[l.k-1].cost < theirs[0].cost+over {
		return
	}
	merged := l.merge.two(mine, theirs, over)
	l.count[p] = int32(len(merged))
	copy(l.of(p), merged)
}

// merger merges sorted lists to k targets, each once.
type merger struct {
	k    int
	seen []uint32
	turn uint32
	out  []near
}

func newMerger(targets, k int) *merger {
	return &merger{k: k, seen: make([]uint32, targets), out: make([]near, 0, k)}
}

// two merges a with b, whose targets cost over more. The result holds until the
// next call.
func (m *merger) two(a, b []near, over cost) []near {
	m.turn++
	if m.turn == 0 {
		clear(m.seen)
		m.turn = 1
	}
	m.out = m.out[:0]
	for len(m.out) < m.k && len(a)+len(b) > 0 {
		var next near
		if len(b) == 0 || len(a) > 0 && !(near{b[0].cost + over, b[0].target}).before(a[0]) {
			next, a = a[0], a[1:]
		} else {
			next, b = near{b[0].cost + over, b[0].target}, b[1:]
		}
		if m.seen[next.target] != m.turn {
			m.seen[next.target] = m.turn
			m.out = append(m.out, next)
		}
	}
	return m.out
}

// nearestWorker answers for single doors; each thread has its own.
type nearestWorker struct {
	n       *Network
	at      []Access
	lists   *nearLists
	blocks  map[int32][]placeOf
	inside  pocketSearch
	merge   *merger
	entries []entry
	best    []near
	local   []near
}

func (w *nearestWorker) find(i int, x *NearestDoors) {
	a := &w.at[i]
	if !a.Reachable() {
		return
	}
	w.best = w.best[:0]
	w.entries = w.inside.entries(a, false, w.entries[:0])
	for _, e := range w.entries {
		w.best = append(w.best[:0], w.merge.two(w.best, w.lists.of(w.n.rank.position[e.vertex]), e.cost)...)
	}
	w.lookAround(i)
	w.best = append(w.best[:0], w.merge.two(w.best, w.local, 0)...)
	count := 0
	for _, t := range w.best {
		if int(t.target) == i || count == x.k {
			continue
		}
		x.targets[i*x.k+count], x.seconds[i*x.k+count] = t.target, t.cost.seconds()
		count++
	}
	x.count[i] = int32(count)
}

// lookAround lists the doors of the same edges or pockets.
func (w *nearestWorker) lookAround(i int) {
	w.local = w.local[:0]
	w.inside.around(&w.at[i], w.blocks, w.at, func(j int32, c cost) { w.local = append(w.local, near{c, j}) })
	slices.SortFunc(w.local, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.target, b.target))
	})
}
