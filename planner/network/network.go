// Package network is the street network: built from an extract for somebody on
// foot, by bike or by car, and asked for shortest walks.
//
// [Build] reads tags and makes edges between junctions; [Network.Snap] finds
// where a door meets them; [Network.Path], [Network.Matrix] and
// [Network.Nearest] are exact shortest paths over a contraction hierarchy
// (Geisberger et al. 2008). A path takes the least time and, among those, the
// least length; both are added up as whole milliseconds and centimetres, so that
// every query gives the same numbers for the same pair.
//
// Private ways serve only the doors along them: they form pockets, which a leg
// may begin or end in but never crosses.
package network

import (
	"math"
	"sync"

	"github.com/paulmach/orb"
)

// Unreachable stands in a matrix, for seconds and metres, where no path leads.
const Unreachable = math.MaxInt32

// MaxOffRoad is how far a door may lie from its way, in metres: half of the
// 500 m that a leg may go off-road, as a leg has two doors.
const MaxOffRoad = 250

// Network is an immutable street network for one mode. It is safe for use from
// many goroutines.
type Network struct {
	profile Profile
	// edges has one more than there are, whose shape is the end of the last.
	edges []edge
	// shape are the points of all edges, one edge after the other.
	shape []point
	// names of edges; 0 is no name.
	names []streetName
	turns turns
	yards yards
	// pieces are the connected pieces, the longest first; pieceOf an edge.
	pieces  []Piece
	pieceOf []int32
	index   lineIndex
	walls   lineIndex
	// degree is the number of edges that end at a vertex, at most 255.
	degree []uint8
	// entrances of the building of a household, by its id.
	entrances map[string][]orb.Point
	numbers   numbered
	notes     Notes
	rank      hierarchy

	searches sync.Pool
}

// edge is a piece of way between two junctions.
type edge struct {
	tail, head int32
	// forward and backward are milliseconds, closed when there is no way.
	forward, backward uint32
	// length is in centimetres.
	length uint32
	shape  int32
	name   int32
	kind   kind
	flags  flags
	// crossing is the seconds that it takes to get to the other side of a two-sided
	// street between junctions; 0 for other ways.
	crossing uint8
}

const closed = math.MaxUint32

type flags uint8

const (
	// private ways serve only the doors along them.
	private flags = 1 << iota
	// aloof ways (bridges, tunnels, ferries, motorways) have no doors.
	aloof
	entranceTail
	entranceHead
	// climbs and falls are the slope of stairs from tail to head.
	climbs
	falls
	// far is the right side of a two-sided street, whose left side is the edge before.
	far
)

func (e *edge) is(f flags) bool { return e.flags&f != 0 }

// streetName is a name as written there and in Chinese.
type streetName struct{ local, zh string }

// EN and ZH are the name as an English and a Chinese sentence has it: the one on the
// sign where there is no other.
func (s streetName) EN() string { return s.local }
func (s streetName) ZH() string { return or(s.zh, s.local) }

// cost is time in milliseconds in the upper half and length in centimetres in
// the lower: sums and comparisons of both at once, time first.
type cost uint64

// never is more than any cost; two of it do not overflow.
const never cost = math.MaxUint64 >> 1

func costOf(ms, cm uint32) cost { return cost(ms)<<32 | cost(cm) }

func (c cost) ms() uint32 { return uint32(c >> 32) }
func (c cost) cm() uint32 { return uint32(c) }

// seconds and metres are rounded to the nearest.
func (c cost) seconds() int32 {
	if c >= never {
		return Unreachable
	}
	return int32((uint64(c.ms()) + 500) / 1000)
}

func (c cost) metres() int32 {
	if c >= never {
		return Unreachable
	}
	return int32((uint64(c.cm()) + 50) / 100)
}

// point is a position in units of 1e-7 degrees, as OpenStreetMap has them.
type point struct{ lon, lat int32 }

const unit = 1e7

func pointOf(p orb.Point) point {
	return point{int32(math.Round(p[0] * unit)), int32(math.Round(p[1] * unit))}
}

func (p point) orb() orb.Point { return orb.Point{float64(p.lon) / unit, float64(p.lat) / unit} }

// line is the points of an edge, from tail to head.
func (n *Network) line(e int32) []point { return n.shape[n.edges[e].shape:n.edges[e+1].shape] }

// Edges is the number of pieces of way between junctions.
func (n *Network) Edges() int { return len(n.edges) - 1 }

// Profile is what the network was built for.
func (n *Network) Profile() Profile { return n.profile }

// traverse is the cost of walking an edge along (dir 0) or against it (dir 1).
func (e *edge) traverse(dir int) cost {
	ms := e.forward
	if dir == 1 {
		ms = e.backward
	}
	if ms == closed {
		return never
	}
	return costOf(ms, e.length)
}

// part is the cost from the tail to an offset in centimetres at the pace of a
// direction; the rest of the edge costs the difference to the whole, so that the
// parts of an edge always add up.
func (e *edge) part(offset uint32, dir int) cost {
	whole := e.traverse(dir)
	if whole == never || e.length == 0 {
		return whole
	}
	return costOf(uint32(uint64(whole.ms())*uint64(offset)/uint64(e.length)), offset)
}
