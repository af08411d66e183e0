package network

import (
	"slices"

	"github.com/paulmach/orb"
)

// Stretch is a part of a street between two junctions.
type Stretch struct {
	Line orb.LineString
	// Name is the street's, "" where it has none; NameZH in Chinese.
	Name, NameZH string

	edge int32
}

// Stretch is the part of a street that is nearest to a point; false when none is near.
func (n *Network) Stretch(at orb.Point) (Stretch, bool) {
	found := n.Snap([]orb.Point{at})[0]
	if !found.Reachable() {
		return Stretch{}, false
	}
	return n.stretch(n.left(found.edge)), true
}

func (n *Network) stretch(edge int32) Stretch {
	s := Stretch{edge: edge}
	name := n.names[n.edges[edge].name]
	s.Name, s.NameZH = name.local, name.zh
	for _, p := range n.line(edge) {
		s.Line = append(s.Line, p.orb())
	}
	return s
}

// Along are the own stretches that have a part of the line of one in common, which may be
// that of a network for another mode of the same extract.
func (n *Network) Along(line orb.LineString) (own []Stretch) {
	type segment [2]point
	shared := map[segment]bool{}
	for k := 1; k < len(line); k++ {
		a, b := pointOf(line[k-1]), pointOf(line[k])
		shared[segment{a, b}], shared[segment{b, a}] = true, true
	}
	for e := range int32(n.Edges()) {
		points := n.line(e)
		for k := 1; k < len(points); k++ {
			if shared[segment{points[k-1], points[k]}] {
				if !n.edges[e].is(far) {
					own = append(own, n.stretch(e))
				}
				break
			}
		}
	}
	return own
}

// left is the edge that stands for both sides of its street.
func (n *Network) left(edge int32) int32 {
	if n.edges[edge].is(far) {
		return edge - 1
	}
	return edge
}

// On reports whether one enters the network from a door on one of some stretches.
func (n *Network) On(door Access, stretches []Stretch) bool {
	return door.Reachable() && slices.ContainsFunc(stretches, func(s Stretch) bool { return s.edge == n.left(door.edge) })
}

// Without is the network without some of its own stretches: no walk passes them, and no
// door is on them. It takes what [Build] takes after it has read the ways, about 20
// microseconds for each edge.
func (n *Network) Without(stretches []Stretch) *Network {
	m, arcs := n.shutting(stretches)
	m.rank = contract(int32(len(m.degree)), arcs)
	m.index = indexEdges(m)
	m.searches.New = func() any { return newSearch(m) }
	return m
}

// PiecesWithout numbers the piece on which each of some doors is left without some of the
// own stretches, at the street where it is now; what it says of doors on the stretches
// means nothing. It takes a small part of the time of [Network.Without].
func (n *Network) PiecesWithout(stretches []Stretch, doors []Access) []int32 {
	m, _ := n.shutting(stretches)
	pieces := make([]int32, len(doors))
	for i, door := range doors {
		if pieces[i] = door.Piece; door.Reachable() {
			pieces[i] = m.pieceOf[door.edge]
		}
	}
	return pieces
}

// shutting is a copy in which some stretches are shut, with its pieces and arcs alone.
func (n *Network) shutting(stretches []Stretch) (*Network, []arc) {
	m := &Network{
		profile: n.profile, edges: slices.Clone(n.edges), shape: n.shape, names: n.names, turns: n.turns, yards: n.yards,
		walls: n.walls, degree: n.degree, entrances: n.entrances, numbers: n.numbers, notes: n.notes,
	}
	for _, s := range stretches {
		m.shut(s.edge)
		if next := s.edge + 1; int(next) < m.Edges() && m.edges[next].is(far) {
			m.shut(next)
		}
	}
	arcs := m.arcs()
	m.findPieces(int32(len(m.degree)), arcs)
	return m, arcs
}

// shut closes an edge in both directions, and to doors.
func (n *Network) shut(edge int32) {
	e := &n.edges[edge]
	e.forward, e.backward = closed, closed
	e.flags |= aloof
}
