package network

import (
	"slices"

	"github.com/paulmach/orb"
)

// Leg is the way from one door to another.
type Leg struct {
	Seconds, Metres int
	// FerryMetres is how much of Metres is on a boat.
	FerryMetres int
	// Line runs from door to door along the ways.
	Line orb.LineString
	// OffRoad are the parts of Line where there is no way, or none on the map: between
	// a door and its street, from [WorthSaying] metres on.
	OffRoad []orb.LineString

	// ways are what it takes, in order; the first and last may be parts.
	ways []traversal
	// from and to have the one place that the leg takes.
	from, to Access
}

// Path is the shortest way between two doors: the least time, then the least
// length, with the same figures as [Network.Matrix]. It is false when no way
// leads there.
func (n *Network) Path(from, to Access) (Leg, bool) {
	if !from.Reachable() || !to.Reachable() {
		return Leg{}, false
	}
	s := n.searches.Get().(*search)
	defer n.searches.Put(s)
	best := never
	leg := Leg{}
	for i := range from.places() {
		for j := range to.places() {
			a, b := from.at(i), to.at(j)
			if c := s.shortest(&a, &b); c < best {
				best = c
				leg.ways, leg.from, leg.to = append(leg.ways[:0], s.path...), a, b
			}
		}
	}
	if best >= never {
		return Leg{}, false
	}
	leg.Seconds, leg.Metres = int(best.seconds()), int(best.metres())
	leg.Line = n.draw(&leg)
	leg.OffRoad = offRoadParts(&leg.from, &leg.to)
	leg.FerryMetres = n.ferryMetres(&leg)
	return leg, true
}

// shortest is the cost from door to door by their nearest places; s.path is the way
// then.
func (s *search) shortest(a, b *Access) cost {
	n := s.n
	best, by := n.direct(a, b)
	s.path = append(s.path[:0], by)
	s.starts = s.first.entries(a, false, s.starts[:0])
	if n.edges[a.edge].is(private) && n.block(a) == n.block(b) {
		if c, by := s.first.within(b); c < best {
			best = c
			s.pathWithin(b, by)
		}
	}
	s.finish = s.last.entries(b, true, s.finish[:0])
	s.ahead.run(&n.rank, &n.rank.up, s.starts)
	s.behind.run(&n.rank, &n.rank.down, s.finish)
	meet := int32(missing)
	for _, p := range s.ahead.touched {
		if c := s.ahead.cost[p] + s.behind.cost[p]; c < best {
			best, meet = c, p
		}
	}
	if meet != missing {
		s.pathOver(a, b, meet)
	}
	return best
}

// pathWithin is the path inside the pocket of the first search.
func (s *search) pathWithin(b *Access, last traversal) {
	begin := s.n.edges[last.edge()].to(1 - last.dir())
	path, first := s.first.trace(begin, false, s.path[:0])
	s.path = append(slices.Insert(path, 0, first), last)
}

// pathOver is the path over the position at which the two climbs meet.
func (s *search) pathOver(a, b *Access, meet int32) {
	s.arcs = s.arcs[:0]
	start := meet
	for s.ahead.from[start] != missing {
		s.arcs = append(s.arcs, s.ahead.arc[start])
		start = s.ahead.from[start]
	}
	slices.Reverse(s.arcs)
	finish := meet
	for s.behind.from[finish] != missing {
		s.arcs = append(s.arcs, s.behind.arc[finish])
		finish = s.behind.from[finish]
	}
	s.path = s.begin(a, start, s.path[:0])
	for _, arc := range s.arcs {
		s.path = s.n.rank.unpack(arc, s.path)
	}
	s.path = s.end(b, finish, s.path)
}

// begin appends the traversals from an access to the position at which the climb
// began.
func (s *search) begin(a *Access, position int32, path []traversal) []traversal {
	h, n := &s.n.rank, s.n
	if n.edges[a.edge].is(private) {
		for _, e := range s.starts {
			if h.position[e.vertex] == position {
				path, first := s.first.trace(e.vertex, false, path)
				return slices.Insert(path, 0, first)
			}
		}
	}
	return append(path, cheaper(n, a, false, func(t traversal) bool { return h.position[n.arrival(t)] == position }))
}

// end appends the traversals from the position at which the descent ends to an
// access.
func (s *search) end(b *Access, position int32, path []traversal) []traversal {
	h, n := &s.n.rank, s.n
	if n.edges[b.edge].is(private) {
		for _, v := range s.last.order {
			if s.last.leads(v, position) {
				path, last := s.last.trace(v, true, path)
				return append(path, last)
			}
		}
	}
	return append(path, cheaper(n, b, true, func(t traversal) bool {
		found := false
		n.departures(t, func(v int32) { found = found || h.position[v] == position })
		return found
	}))
}

// leads tells whether a position is that of a public vertex or of its copies.
func (p *pocketSearch) leads(v, position int32) bool {
	h := &p.n.rank
	if !p.n.yards.public[v] {
		return false
	}
	if h.position[v] == position {
		return true
	}
	return slices.ContainsFunc(p.n.turns.forks[v], func(f fork) bool { return h.position[f.vertex] == position })
}

// cheaper is the direction in which an access's edge is walked to one of its
// ends; a loop has the same vertex at both.
func cheaper(n *Network, a *Access, arriving bool, fits func(traversal) bool) traversal {
	best, by := never, traversal(missing)
	for dir := range 2 {
		t := traverse(a.edge, dir)
		if c := n.partial(a, dir, arriving); c < best && fits(t) {
			best, by = c, t
		}
	}
	return by
}

// appendWay appends the line of the i-th way of a leg; the first way begins and
// the last ends where the doors meet the street.
func (n *Network) appendWay(line orb.LineString, leg *Leg, i int) orb.LineString {
	t, last := leg.ways[i], len(leg.ways)-1
	first, end := n.edges[t.edge()].shape, n.edges[t.edge()+1].shape
	if i == 0 {
		first, end = clip(leg.from.segment, t.dir(), first, end)
		line = appendPoint(line, leg.from.Street)
	}
	if i == last {
		first, end = clip(leg.to.segment, 1-t.dir(), first, end)
	}
	points := n.shape[first:max(first, end)]
	for j := range points {
		if t.dir() == 1 {
			j = len(points) - 1 - j
		}
		line = appendPoint(line, points[j].orb())
	}
	if i == last {
		line = appendPoint(line, leg.to.Street)
	}
	return line
}

// appendPoint appends a point unless it is, to the unit of the map, the last one.
func appendPoint(line orb.LineString, p orb.Point) orb.LineString {
	if len(line) > 0 && pointOf(p) == pointOf(line[len(line)-1]) {
		return line
	}
	return append(line, p)
}

// clip keeps the points after a segment, or up to it.
func clip(segment int32, dir int, first, end int32) (int32, int32) {
	if dir == 0 {
		return segment + 1, end
	}
	return first, segment + 1
}

// draw is the line of a leg, from door to door.
func (n *Network) draw(leg *Leg) orb.LineString {
	from, to := &leg.from, &leg.to
	line := make(orb.LineString, 1, 8+4*len(leg.ways))
	line[0] = from.Door
	if from.Door == to.Door {
		return append(line, to.Door)
	}
	line = appendPoint(line, from.Entrance)
	for i := range leg.ways {
		line = n.appendWay(line, leg, i)
	}
	line = appendPoint(appendPoint(line, to.Entrance), to.Door)
	if len(line) == 1 {
		return append(line, to.Door)
	}
	line[len(line)-1] = to.Door
	return line
}

// ferryMetres adds up the boats, which nobody boards or leaves on the way.
func (n *Network) ferryMetres(leg *Leg) int {
	cm := uint64(0)
	for _, t := range leg.ways {
		if e := &n.edges[t.edge()]; e.kind == ferry {
			cm += uint64(e.length)
		}
	}
	return int((cm + 50) / 100)
}

// offRoadParts are the stretches to the doors that are worth a mark.
func offRoadParts(from, to *Access) (parts []orb.LineString) {
	if from.Door == to.Door {
		return nil
	}
	if from.OffRoad >= WorthSaying {
		parts = append(parts, appendPoint(appendPoint(orb.LineString{from.Door}, from.Entrance), from.Street))
	}
	if to.OffRoad >= WorthSaying {
		parts = append(parts, appendPoint(appendPoint(orb.LineString{to.Street}, to.Entrance), to.Door))
	}
	return slices.DeleteFunc(parts, func(line orb.LineString) bool { return len(line) < 2 })
}
