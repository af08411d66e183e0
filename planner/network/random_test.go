package network

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo/osm"
)

// randomTown is a grid of streets with gaps, one-ways, private ways and gates,
// loops, parallel ways and turn restrictions.
func randomTown(random *rand.Rand) *town {
	const side = 6
	t := new(town)
	name := func(x, y int) byte { return byte('0' + y*side + x) }
	for y := range side {
		for x := range side {
			at := []float64{float64(x)*100 + random.Float64()*40, float64(y)*100 + random.Float64()*40}
			if random.IntN(9) == 0 {
				t.node(name(x, y), at[0], at[1], []string{"barrier=gate access=private", "barrier=wall", "barrier=gate", "highway=crossing crossing=zebra", "highway=traffic_signals"}[random.IntN(5)])
			} else {
				t.node(name(x, y), at[0], at[1])
			}
		}
	}
	kinds := []string{
		"highway=residential", "highway=residential", "highway=residential", "highway=service access=private", "highway=service access=private",
		"highway=residential oneway=yes oneway:foot=yes", "highway=residential oneway=-1", "highway=track", "highway=tertiary maxspeed=70",
		"highway=primary", "highway=primary", "highway=trunk name=A", "highway=primary access=private", "highway=residential name=B",
	}
	connect := func(a, b byte) {
		if random.IntN(5) > 0 {
			t.way(string([]byte{a, b}), kinds[random.IntN(len(kinds))])
		}
		if random.IntN(15) == 0 {
			t.way(string([]byte{b, a}), kinds[random.IntN(len(kinds))])
		}
	}
	for y := range side {
		for x := range side {
			if x+1 < side {
				connect(name(x, y), name(x+1, y))
			}
			if y+1 < side {
				connect(name(x, y), name(x, y+1))
			}
			if x+1 < side && y+1 < side && random.IntN(20) == 0 {
				t.way(string([]byte{name(x, y), name(x+1, y), name(x+1, y+1), name(x, y)}), "highway=service")
			}
		}
	}
	for range 12 {
		from, to := &t.streets.Ways[random.IntN(len(t.streets.Ways))], &t.streets.Ways[random.IntN(len(t.streets.Ways))]
		for _, v := range []paulmach.NodeID{from.Nodes[0], from.Nodes[len(from.Nodes)-1]} {
			if v == to.Nodes[0] || v == to.Nodes[len(to.Nodes)-1] {
				kind := []string{"no_left_turn", "only_straight_on", "no_u_turn"}[random.IntN(3)]
				t.streets.Restrictions = append(t.streets.Restrictions, osm.Restriction{From: from.ID, Via: v, To: to.ID, Kind: kind})
			}
		}
	}
	return t
}

func TestQueries_EqualDijkstraInRandomTowns(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		mode := modes[seed%3]
		t.Run(fmt.Sprintf("%s-%d", mode, seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 2))
			n := randomTown(random).build(t, Profile{Mode: mode})
			var points []orb.Point
			for range 40 {
				points = append(points, place(random.Float64()*560, random.Float64()*560))
			}
			equalsDijkstra(t, n, points)
			// So it does with some of its streets closed.
			var stretches []Stretch
			for _, at := range points[:4] {
				if s, found := n.Stretch(at); found {
					stretches = append(stretches, s)
				}
			}
			equalsDijkstra(t, n.Without(stretches), points)
		})
	}
}

// equalsDijkstra fails unless the walks between some points are the shortest.
func equalsDijkstra(t *testing.T, n *Network, points []orb.Point) {
	t.Helper()
	doors := n.Snap(points)
	seconds, metres, err := n.Matrix(t.Context(), doors, doors, 1)
	if err != nil {
		t.Fatal(err)
	}
	few, _, err := n.Matrix(t.Context(), doors[:3], doors[:4], 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := range few {
		if want := seconds[k/4*len(doors)+k%4]; few[k] != want {
			t.Fatalf("a small matrix has %d s for %d to %d, a large one %d s", few[k], k/4, k%4, want)
		}
	}
	o, s := newOracle(n), newSearch(n)
	for i := range doors {
		o.tree(&doors[i])
		for j := range doors {
			want := o.to(&doors[i], &doors[j])
			if got := min(never, s.best(&doors[i], &doors[j])); got != want {
				t.Fatalf("%d to %d: %d ms %d cm, Dijkstra %d ms %d cm", i, j, got.ms(), got.cm(), want.ms(), want.cm())
			}
			if k := i*len(doors) + j; seconds[k] != want.seconds() || metres[k] != want.metres() {
				t.Fatalf("matrix %d to %d: %d s %d m, Dijkstra %d s %d m", i, j, seconds[k], metres[k], want.seconds(), want.metres())
			}
			if want < never {
				leg, _ := n.Path(doors[i], doors[j])
				checkPath(t, n, o, leg.ways, leg.from, leg.to, want)
			}
		}
	}
}

// checkPath adds up a path as it stands: it hangs together, keeps to what may be
// used, and costs what it says.
func checkPath(t *testing.T, n *Network, o *oracle, path []traversal, a, b Access, want cost) {
	t.Helper()
	if path[0].edge() != a.edge || path[len(path)-1].edge() != b.edge {
		t.Fatalf("the path %v leads from edge %d to %d, want %d to %d", path, path[0].edge(), path[len(path)-1].edge(), a.edge, b.edge)
	}
	if len(path) == 1 {
		if c, _ := n.direct(&a, &b); c != want {
			t.Fatalf("along one edge: %d ms, want %d", c.ms(), want.ms())
		}
		return
	}
	sum := a.toDoor() + n.partial(&a, path[0].dir(), false) + n.partial(&b, path[len(path)-1].dir(), true) + b.toDoor()
	phase := onStreet
	if n.edges[a.edge].is(private) {
		phase = inFirstPocket
	}
	for i := 1; i < len(path); i++ {
		t1, t2 := &n.edges[path[i-1].edge()], &n.edges[path[i].edge()]
		if t1.to(path[i-1].dir()) != t2.to(1-path[i].dir()) {
			t.Fatalf("the path %v breaks at %d", path, i)
		}
		allowed := false
		if phase, allowed = o.next(path[i-1], phase, path[i]); !allowed {
			t.Fatalf("the path %v turns at %d where it may not", path, i)
		}
		if i < len(path)-1 {
			sum += t2.traverse(path[i].dir())
		}
	}
	if sum != want {
		t.Fatalf("the path %v costs %d ms %d cm, it says %d ms %d cm", path, sum.ms(), sum.cm(), want.ms(), want.cm())
	}
}
