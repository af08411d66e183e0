package search

import "github.com/rounds-project/rounds/planner/vrp"

// terms are the prices that depend on who serves a stop (Spread and Changes of
// vrp.Cost) and on how much work a worker has (Uneven).
type terms struct {
	// assign is by stop and kind; nil when it is nothing everywhere.
	assign []int64
	kinds  int
	// worker is by kind, none for one without; nil without workers.
	worker []int32
}

func newTerms(m *model) terms {
	p := m.problem
	t := terms{kinds: len(m.kinds)}
	worker := p.WorkerOf()
	pulls := false
	for k := range m.kinds {
		pulls = pulls || p.Vehicles[m.kinds[k].vehicle].Pull > 0
		if worker != nil {
			t.worker = append(t.worker, worker[m.kinds[k].vehicle])
		}
	}
	if !pulls && (p.Former == nil || p.Moved == (vrp.Moved{})) {
		return t
	}
	t.assign = make([]int64, 0, m.n*t.kinds)
	for _, i := range m.stops {
		for k := range m.kinds {
			v := m.kinds[k].vehicle
			t.assign = append(t.assign, p.Spread(i, v)+p.Change(i, v, worker))
		}
	}
	return t
}

// any reports whether there are such prices.
func (t *terms) any() bool { return t.assign != nil || t.worker != nil }

// assigned is what stop i costs on a vehicle of kind k beside its detour.
func (t *terms) assigned(i int32, k *kind) int64 {
	if t.assign == nil {
		return 0
	}
	return t.assign[int(i)*t.kinds+int(k.index)]
}

// workerOf is who drives vehicles of kind k, or none.
func (t *terms) workerOf(k *kind) int32 {
	if t.worker == nil {
		return none
	}
	return t.worker[k.index]
}

// ledger adds up how the work of a few workers changes.
type ledger struct {
	worker [4]int32
	by     [4]int64
	size   int
}

func (l *ledger) add(worker int32, by int64) {
	if worker == none {
		return
	}
	for k := range l.size {
		if l.worker[k] == worker {
			l.by[k] += by
			return
		}
	}
	l.worker[l.size], l.by[l.size] = worker, by
	l.size++
}

// draft is what a move would make of a route: pieces, driven by a vehicle of a kind.
type draft struct {
	route  int32
	kind   *kind
	pieces []piece
}

// termsDelta is what making the drafts adds to these prices.
func (s *state) termsDelta(drafts ...draft) (delta int64) {
	var l ledger
	for _, d := range drafts {
		if s.m.terms.assign != nil {
			delta += s.attached(d.kind, d.pieces) - s.attach[d.route]
		}
		if s.m.terms.worker != nil {
			l.add(s.m.terms.workerOf(s.kindOf(d.route)), -s.work[d.route])
			l.add(s.m.terms.workerOf(d.kind), s.toilOf(d.kind, d.pieces))
		}
	}
	return delta + s.priceOf(&l)
}

// priceOf is what changes of work add to its price.
func (s *state) priceOf(l *ledger) (delta int64) {
	for k := range l.size {
		w := l.worker[k]
		delta += s.m.problem.Workers[w].Price(s.worked[w]+l.by[k]) - s.m.problem.Workers[w].Price(s.worked[w])
	}
	return delta
}

// attached sums what the stops of pieces cost on a vehicle of kind k.
func (s *state) attached(k *kind, pieces []piece) (sum int64) {
	for _, p := range pieces {
		stops := s.routes[p.route]
		switch {
		case p.from == p.to:
		case s.kindOf(p.route) == k:
			sum += s.pinned[stops[p.to-1]]
			if p.from > 0 {
				sum -= s.pinned[stops[p.from-1]]
			}
		default:
			for _, i := range stops[p.from:p.to] {
				sum += s.m.terms.assigned(i, k)
			}
		}
	}
	return sum
}

// toilOf is the work of a route of pieces: legs and services; nothing without a stop.
func (s *state) toilOf(k *kind, pieces []piece) int64 {
	m := s.m
	at, sum, empty := k.start, k.idle, true
	for _, p := range pieces {
		if p.from == p.to {
			continue
		}
		first, last := s.routes[p.route][p.from], s.routes[p.route][p.to-1]
		inside := s.toil[last] - s.toil[first]
		if p.back {
			inside = s.liot[last] - s.liot[first]
		}
		inside += m.visit[first].duration
		if p.back {
			first, last = last, first
		}
		sum += m.travel.at(at, first) + inside
		at, empty = last, false
	}
	if empty {
		return 0
	}
	return sum + m.travel.at(at, k.end)
}

// settling is what stop i adds to these prices between two rows of a route that a
// vehicle of kind k drives, the leg between which took gap.
func (s *state) settling(i int32, k *kind, before, after int32, gap int64) int64 {
	m := s.m
	delta := m.terms.assigned(i, k)
	if w := m.terms.workerOf(k); w != none {
		work := m.visit[i].duration + m.travel.at(before, i) + m.travel.at(i, after) - gap
		delta += m.problem.Workers[w].Price(s.worked[w]+work) - m.problem.Workers[w].Price(s.worked[w])
	}
	return delta
}

// refreshTerms recomputes these prices for route r, whose vehicle may be another than
// before or, for a route that is closed, none; from and to are as for refresh. It returns
// what the stops cost here.
func (s *state) refreshTerms(r int32, stops []int32, from, to int32) int64 {
	m := s.m
	k := s.kindOf(r)
	var attach, toil, liot int64
	at := k.start
	if from > 0 {
		at = stops[from-1]
		attach, toil, liot = s.pinned[at], s.toil[at], s.liot[at]
	}
	for p := from; int(p) < len(stops); p++ {
		i := stops[p]
		attach += m.terms.assigned(i, k)
		toil += m.travel.at(at, i) + m.visit[i].duration
		if p > 0 {
			liot += m.travel.at(i, at) + m.visit[i].duration
		}
		at = i
		if p == to {
			moreAttach, moreToil, moreLiot := attach-s.pinned[i], toil-s.toil[i], liot-s.liot[i]
			for _, j := range stops[p:] {
				s.pinned[j] += moreAttach
				s.toil[j] += moreToil
				s.liot[j] += moreLiot
			}
			at = stops[len(stops)-1]
			attach, toil = s.pinned[at], s.toil[at]
			break
		}
		s.pinned[i], s.toil[i], s.liot[i] = attach, toil, liot
	}
	s.attach[r] = attach
	if len(stops) > 0 {
		toil += m.travel.at(at, k.end) + k.idle
	}
	s.credit(s.payee[r], -s.work[r])
	s.payee[r], s.work[r] = m.terms.workerOf(k), toil
	s.credit(s.payee[r], toil)
	return attach
}

// credit adds work to a worker's and its price to the cost.
func (s *state) credit(worker int32, work int64) {
	if worker == none || work == 0 {
		return
	}
	w := &s.m.problem.Workers[worker]
	s.cost -= w.Price(s.worked[worker])
	s.worked[worker] += work
	s.cost += w.Price(s.worked[worker])
}
