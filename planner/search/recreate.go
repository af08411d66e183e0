package search

import (
	"math"

	"github.com/rounds-project/rounds/planner/vrp"
)

// blinkRate is how often a place is passed over, so that greed does not always fall
// for the same one (Christiaens, Vanden Berghe 2020: Slack Induction by String
// Removals).
const blinkRate = 0.01

// enoughPlaces is how many neighbours on routes with room for a stop are looked at:
// where room is scarce that takes a long list, where it is not the nearest will do.
const enoughPlaces = 40

// rebuild is the recreate step: greedy insertion with blinks, beside the stops'
// neighbours, in the order of one of several keys.
type rebuild struct {
	s     *state
	rng   *random
	blink int
	queue []queued
	probe probe
	halt  halt
	// opens: the first stop of the queue opens a route.
	opens bool
	// former is the stops of a route on an expedition.
	former []int32
}

type queued struct {
	key  int64
	stop int32
}

// recreate tries to serve the stops given, all of them left out, in an order drawn at
// random. Those that find no place, or none below their price, stay out. Where the cost
// would reach limit it gives up and reports false: an insertion never saves anything, as
// far as a detour is no shortcut.
func (b *rebuild) recreate(stops []int32, limit int64) bool {
	b.arrange(stops)
	s := b.s
	waiting := int64(0)
	for _, q := range b.queue {
		waiting += s.m.price[q.stop]
	}
	opens := b.opens
	b.opens = false
	for k, q := range b.queue {
		if b.halt.called() {
			return true
		}
		price, left := s.m.price[q.stop], limit-(s.cost-waiting)
		if k == 0 && opens {
			if !b.setOut(q.stop, left) {
				return false
			}
		} else {
			b.serveBelow(q.stop, min(price, left))
		}
		if price >= left && s.route[q.stop] == none {
			return false
		}
		waiting -= price
	}
	return true
}

// setOut puts stop i on a vehicle of its own, if that costs less than so much.
func (b *rebuild) setOut(i int32, below int64) bool {
	found := place{route: none, kind: none, delta: below}
	if b.tryNew(i, &found); found.kind == none {
		return false
	}
	b.s.settle(i, found)
	return true
}

// serve inserts one stop at the best place found, if that costs less than its price.
func (b *rebuild) serve(i int32) { b.serveBelow(i, b.s.m.price[i]) }

func (b *rebuild) serveBelow(i int32, price int64) {
	s := b.s
	found := place{route: none, kind: none, delta: price}
	left := enoughPlaces
	demand, detour, spots := s.m.demand[i], s.m.detour, s.spots
	reaches := s.m.near.reaches(i)
	back, ahead := s.m.costBack.row(i), s.m.cost.row(i)
	for k, v := range s.m.near.of(i) {
		at := &spots[v]
		if (int64(reaches[k])-at.longest)<<detour >= found.delta || demand > s.room[at.route] {
			continue
		}
		if s.m.rights.may != nil && !s.m.rights.allow(s.kindOf(at.route), i) {
			continue
		}
		if left--; left < 0 {
			break
		}
		if at.first {
			b.tryBefore(i, v, &found)
		}
		if back == nil {
			b.tryAfter(i, v, &found)
		} else if delta := int64(back[v]) + int64(ahead[at.next]) - at.behind; delta < found.delta {
			b.consider(place{route: at.route, pos: s.pos[v] + 1, delta: delta}, i, v, at.next, &found)
		}
	}
	b.tryNew(i, &found)
	if found.route == none && found.kind == none && b.far(i) {
		b.everywhere(i, &found)
	}
	if found.route != none || found.kind != none {
		s.settle(i, found)
	}
}

// farRate is one over how often a stop that fits nowhere near is offered to all routes,
// which takes time in proportion to their number.
const farRate = 8

// far reports whether stop i, for which no place near was found, is to be tried
// everywhere: a required one, now and then.
func (b *rebuild) far(i int32) bool {
	m := b.s.m
	return m.near.width < m.n-1 && m.price[i] >= vrp.MissingPrice && b.rng.below(farRate) == 0
}

// everywhere tries all positions of all routes, for a required stop that fits nowhere
// near.
func (b *rebuild) everywhere(i int32, found *place) {
	s := b.s
	for r := range int32(len(s.routes)) {
		if s.kinds[r] == none || !s.admits(r, i) {
			continue
		}
		for _, v := range s.routes[r] {
			b.tryBefore(i, v, found)
		}
		b.tryAfter(i, s.routes[r][len(s.routes[r])-1], found)
	}
}

// The orders of insertion and how often each is drawn, as published: random, most
// demand first, farthest first, nearest first, by what a route for each alone costs from
// the depot nearest to it; with windows also narrowest first, earliest opening first,
// latest closing first.
var orderWeights = [7]int{4, 4, 2, 1, 2, 2, 2}

func (b *rebuild) arrange(stops []int32) {
	kinds, total := 4, 11
	if b.s.m.timed {
		kinds, total = 7, 17
	}
	drawn, order := b.rng.below(total), 0
	for order < kinds-1 && drawn >= orderWeights[order] {
		drawn -= orderWeights[order]
		order++
	}
	b.queue = b.queue[:0]
	for _, i := range stops {
		b.queue = append(b.queue, queued{b.key(order, i), i})
	}
	sortQueue(b.queue)
	if b.s.m.rights.may != nil && b.rng.below(2) == 0 {
		b.boundFirst()
	}
}

// boundFirst moves the stops that fewest vehicles may serve to the front.
func (b *rebuild) boundFirst() {
	for n := range b.queue {
		b.queue[n].key = int64(b.s.m.rights.choice(b.queue[n].stop))<<32 | int64(n)
	}
	sortQueue(b.queue)
}

// key orders stops ascending.
func (b *rebuild) key(order int, i int32) int64 {
	m := b.s.m
	switch order {
	case 0:
		return int64(b.rng.next() >> 1)
	case 1:
		return -m.demand[i]
	case 2:
		return -m.lone[i]
	case 3:
		return m.lone[i]
	case 4:
		return m.visit[i].late - m.visit[i].early
	case 5:
		return m.visit[i].early
	default:
		return math.MaxInt64 - m.visit[i].late
	}
}

// sortQueue is Shell's sort: queues are short, mostly, and nothing is allocated.
func sortQueue(q []queued) {
	gap := 1
	for gap < len(q)/3 {
		gap = 3*gap + 1
	}
	for ; gap > 0; gap /= 3 {
		for a := gap; a < len(q); a++ {
			item, c := q[a], a
			for ; c >= gap && item.ahead(q[c-gap]); c -= gap {
				q[c] = q[c-gap]
			}
			q[c] = item
		}
	}
}

func (a queued) ahead(b queued) bool {
	return a.key < b.key || a.key == b.key && a.stop < b.stop
}
