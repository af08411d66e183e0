package network

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo/osm"
)

// town makes streets by hand on a grid of 100 m: a node is a letter.
type town struct {
	streets osm.Streets
	ids     []paulmach.NodeID
	at      []orb.Point
}

// metre is a metre in degrees of latitude, and of longitude at the equator,
// where the town lies.
const metre = 1 / 111195.08

func place(x, y float64) orb.Point { return orb.Point{x * metre, y * metre} }

func tags(s string) paulmach.Tags {
	var all paulmach.Tags
	for _, part := range strings.Fields(s) {
		key, value, _ := strings.Cut(part, "=")
		all = append(all, paulmach.Tag{Key: key, Value: value})
	}
	return all
}

// node puts a node at metres east and north.
func (t *town) node(name byte, x, y float64, nodeTags ...string) *town {
	t.ids, t.at = append(t.ids, paulmach.NodeID(name)), append(t.at, place(x, y))
	if len(nodeTags) > 0 {
		if t.streets.NodeTags == nil {
			t.streets.NodeTags = map[paulmach.NodeID]paulmach.Tags{}
		}
		t.streets.NodeTags[paulmach.NodeID(name)] = tags(nodeTags[0])
	}
	return t
}

// way connects the letters of nodes; its id is its number, from 1.
func (t *town) way(nodes, wayTags string) *town {
	way := osm.Way{ID: paulmach.WayID(len(t.streets.Ways) + 1), Tags: tags(wayTags)}
	for _, name := range []byte(nodes) {
		way.Nodes = append(way.Nodes, paulmach.NodeID(name))
	}
	t.streets.Ways = append(t.streets.Ways, way)
	return t
}

func (t *town) build(tb testing.TB, p Profile) *Network {
	tb.Helper()
	t.streets.Nodes = osm.NewNodes(append([]paulmach.NodeID(nil), t.ids...), append([]orb.Point(nil), t.at...))
	n, err := Build(t.streets, p)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// walk is the leg between two points given in metres; ok is false when there is
// none.
func walk(n *Network, x1, y1, x2, y2 float64) (Leg, bool) {
	at := n.Snap([]orb.Point{place(x1, y1), place(x2, y2)})
	return n.Path(at[0], at[1])
}

// wantMetres fails unless the walk has about these metres; 0 is no walk.
func wantMetres(tb testing.TB, n *Network, x1, y1, x2, y2 float64, want int) {
	tb.Helper()
	leg, ok := walk(n, x1, y1, x2, y2)
	got := leg.Metres
	if !ok {
		got = 0
	}
	if got < want-2 || got > want+2 {
		tb.Errorf("from %v,%v to %v,%v: %d m, want %d", x1, y1, x2, y2, got, want)
	}
}

// block is a square of streets of 100 m: a b / d c.
func block() *town {
	return new(town).node('a', 0, 100).node('b', 100, 100).node('c', 100, 0).node('d', 0, 0)
}
