package network

import (
	"math"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// wantStreet fails unless the door is entered from a place in metres.
func wantStreet(t *testing.T, n *Network, x, y, wantX, wantY float64) {
	t.Helper()
	a := n.Snap([]orb.Point{place(x, y)})[0]
	if !a.Reachable() || geo.Metres(a.Street, place(wantX, wantY)) > 0.5 {
		t.Errorf("the door at %v,%v is entered from %.1f,%.1f (%v), want %v,%v", x, y, a.Street[0]/metre, a.Street[1]/metre, a.Reachable(), wantX, wantY)
	}
}

func TestSnap_NearestWay(t *testing.T) {
	t.Parallel()
	n := block().way("ab", "highway=residential").way("bc", "highway=residential").way("cd", "highway=residential").build(t, Profile{})
	wantStreet(t, n, 50, 80, 50, 100)
	wantStreet(t, n, 50, 30, 50, 0)
	wantStreet(t, n, 130, 130, 100, 100)
	wantStreet(t, n, 100, 40, 100, 40)
}

func TestSnap_NotFartherThanALegMayGoOffRoad(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 3000, 0).way("ab", "highway=residential").build(t, Profile{})
	at := n.Snap([]orb.Point{place(1500, 249), place(1500, 251), {math.NaN(), 0}, {0, 91}, {math.Inf(1), 0}})
	for i, want := range []bool{true, false, false, false, false} {
		if at[i].Reachable() != want {
			t.Errorf("point %d: reachable %v, want %v", i, at[i].Reachable(), want)
		}
	}
	if leg, ok := n.Path(at[0], at[1]); ok {
		t.Errorf("a leg to a door off the network: %v", leg)
	}
}

func TestSnap_NotAcrossARiver(t *testing.T) {
	t.Parallel()
	streets := func() *town {
		return new(town).node('a', 0, 0).node('b', 200, 0).node('c', 0, 100).node('d', 200, 100).
			way("ab", "highway=residential").way("cd", "highway=residential").way("ac", "highway=residential bridge=yes")
	}
	wantStreet(t, streets().build(t, Profile{}), 100, 30, 100, 0)
	river := streets()
	river.streets.Barriers = []orb.LineString{{place(20, 15), place(90, 16), place(300, 15)}}
	wantStreet(t, river.build(t, Profile{}), 100, 30, 100, 100)
	// Where nothing else is near, it is the way across.
	far := new(town).node('a', 0, 0).node('b', 200, 0).way("ab", "highway=residential")
	far.streets.Barriers = river.streets.Barriers
	wantStreet(t, far.build(t, Profile{}), 100, 30, 100, 0)
}

func TestSnap_NotToABridge(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 300, 0).node('d', 400, 0).
		way("ab", "highway=residential").way("bc", "highway=residential bridge=yes").way("cd", "highway=residential").build(t, Profile{})
	wantStreet(t, n, 190, 10, 100, 0)
}

func TestSnap_RatherTheMainNetworkThanAStrayPath(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 3000, 0).node('c', 100, 150).node('d', 200, 150).
		way("ab", "highway=residential").way("cd", "highway=path").build(t, Profile{})
	wantStreet(t, n, 150, 140, 150, 0)
	wantStreet(t, n, 150, 300, 150, 150) // from there the street is too far
}

func TestSnap_StaysOnAnIsland(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 9000, 0).node('c', 0, 150).node('d', 2500, 150).
		way("ab", "highway=residential").way("cd", "highway=residential").build(t, Profile{})
	wantStreet(t, n, 150, 140, 150, 150)
}

func TestSnap_PrefersThePathToAnEntrance(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 200, 0).node('j', 120, 0).node('e', 120, 30, "entrance=main").
		way("ajb", "highway=residential").way("je", "highway=footway").build(t, Profile{})
	wantStreet(t, n, 100, 40, 120, 30)
	wantStreet(t, n, 100, 15, 100, 0)
}

func TestSnap_SameAnswerHoweverManyAtOnce(t *testing.T) {
	t.Parallel()
	n, extract := andorraNetwork(t, Profile{})
	points := make([]orb.Point, len(extract.Households))
	for i := range points {
		points[i] = extract.Households[i].At
	}
	for i, a := range n.Snap(points) {
		if one := n.Snap(points[i : i+1])[0]; one != a {
			t.Fatalf("household %d: %+v alone, %+v among all", i, one, a)
		}
		if d := geo.Metres(a.Door, a.Street); a.Reachable() && (d > MaxOffRoad || math.Abs(d-a.OffRoad) > 0.01) {
			t.Fatalf("household %d: %v m off the road, it says %v", i, d, a.OffRoad)
		}
	}
}
