package network

import (
	"reflect"
	"sync"
	"testing"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

func TestBuild_PrivateWayIsNoShortCut(t *testing.T) {
	t.Parallel()
	n := block().node('m', 0, 50).
		way("ab", "highway=residential").way("bc", "highway=residential").way("cd", "highway=residential").
		way("amd", "highway=service access=private").build(t, Profile{})
	wantMetres(t, n, 10, 100, 10, 0, 280) // not 120 through the yard
	wantMetres(t, n, 0, 50, 50, 0, 100)   // from the yard, by the near exit
	wantMetres(t, n, 50, 100, 0, 50, 100) // into the yard
	wantMetres(t, n, 0, 70, 0, 30, 40)    // inside the yard
}

func TestBuild_PocketOfSeveralWays(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 300, 0).node('c', 100, 0).node('x', 100, 50).node('y', 50, 50).node('z', 150, 50).
		way("acb", "highway=residential").way("cx", "highway=service access=private").
		way("yx", "highway=service access=private").way("xz", "highway=service access=private").build(t, Profile{})
	wantMetres(t, n, 50, 50, 150, 50, 100)
	wantMetres(t, n, 50, 50, 300, 0, 300)
	wantMetres(t, n, 0, 0, 150, 50, 200)
	if len(n.Pieces()) != 1 {
		t.Errorf("%d pieces; a yard belongs to its street", len(n.Pieces()))
	}
}

func TestBuild_PrivateGate(t *testing.T) {
	t.Parallel()
	yard := func(gate string) *Network {
		return new(town).node('a', 0, 0).node('b', 600, 0).node('c', 100, 0).node('g', 100, 20, gate).node('x', 100, 420).
			way("acb", "highway=residential").way("cgx", "highway=service").build(t, Profile{})
	}
	wantMetres(t, yard("barrier=gate"), 0, 0, 100, 420, 520)
	n := yard("barrier=gate access=private")
	wantMetres(t, n, 0, 0, 100, 420, 520)
	wantMetres(t, n, 100, 60, 100, 110, 50)
	n = yard("barrier=gate access=no")
	wantMetres(t, n, 0, 0, 100, 420, 0)
	wantMetres(t, n, 0, 0, 100, 20, 120)
	if len(n.Pieces()) != 2 {
		t.Errorf("%d pieces, want 2: a shut gate parts the way", len(n.Pieces()))
	}
}

func TestBuild_PrivateGateOnAThroughStreetIsShut(t *testing.T) {
	t.Parallel()
	n := block().node('g', 0, 50, "barrier=lift_gate access=private").
		way("ab", "highway=residential").way("bc", "highway=residential").way("cd", "highway=residential").way("agd", "highway=residential").build(t, Profile{})
	wantMetres(t, n, 0, 60, 0, 40, 380)
}

func TestBuild_WallOnAWay(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('w', 100, 0, "barrier=wall").node('b', 200, 0).way("awb", "highway=footway").build(t, Profile{})
	wantMetres(t, n, 0, 0, 200, 0, 0)
}

func TestBuild_OnewayBindsVehiclesOnly(t *testing.T) {
	t.Parallel()
	streets := func() *town {
		return block().way("ab", "highway=residential oneway=yes").way("bc", "highway=residential").way("cd", "highway=residential").way("da", "highway=residential")
	}
	wantMetres(t, streets().build(t, Profile{}), 90, 100, 10, 100, 80)
	for _, mode := range []Mode{Bike, Car} {
		n := streets().build(t, Profile{Mode: mode})
		wantMetres(t, n, 10, 100, 90, 100, 80)
		wantMetres(t, n, 90, 100, 10, 100, 320)
	}
}

func TestBuild_TurnRestrictions(t *testing.T) {
	t.Parallel()
	// A crossing at x: from the west one may not turn right to the south; the way
	// round leads over the block in the east.
	crossing := func(r osm.Restriction) *Network {
		streets := new(town).node('w', -200, 0).node('x', 0, 0).node('s', 0, -200).node('n', 0, 200).node('e', 100, 0).node('f', 100, -100).node('k', 0, -100).
			way("wx", "highway=residential").way("xk", "highway=residential").way("ks", "highway=residential").way("xn", "highway=residential").
			way("xe", "highway=residential oneway=yes").way("ef", "highway=residential oneway=yes").way("fk", "highway=residential oneway=yes")
		r.Via = paulmach.NodeID('x')
		streets.streets.Restrictions = []osm.Restriction{r}
		return streets.build(t, Profile{Mode: Car})
	}
	n := crossing(osm.Restriction{From: 1, To: 2, Kind: "no_right_turn"})
	wantMetres(t, n, -100, 0, 0, -150, 450)
	wantMetres(t, n, 0, 100, 0, -150, 250) // from elsewhere the turn is free
	wantMetres(t, n, -100, 0, 0, 100, 200)
	wantMetres(t, n, -100, 0, 0, -50, 450) // the last way is the forbidden one
	n = crossing(osm.Restriction{From: 1, To: 2, Kind: "no_right_turn", Except: "psv;motorcar"})
	wantMetres(t, n, -100, 0, 0, -150, 250)
	n = crossing(osm.Restriction{From: 1, To: 5, Kind: "only_straight_on"})
	wantMetres(t, n, -100, 0, 0, -150, 450)
	wantMetres(t, n, -100, 0, 0, 100, 600)
	on := n.Snap([]orb.Point{place(-100, 0), place(0, -150)})
	leg, _ := n.Path(on[0], on[1])
	if len(leg.Line) != 6 {
		t.Errorf("line %v: want 6 points, round the block", leg.Line)
	}
}

func TestBuild_LoopsAndParallelWays(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 200, 0).node('p', 150, 80).node('l', 0, 100).node('m', -100, 100).
		way("ab", "highway=residential").way("bc", "highway=residential").way("bpc", "highway=residential").
		way("alma", "highway=residential").build(t, Profile{})
	wantMetres(t, n, 0, 0, 200, 0, 200)
	wantMetres(t, n, 150, 80, 200, 0, 94)
	wantMetres(t, n, 0, 90, 100, 0, 190)      // out of the loop by the near end
	wantMetres(t, n, -90, 90, 0, 90, 124)     // round the loop's shorter side
	wantMetres(t, n, 0, 10, -20, 20, 10+28+0) // over the loop's own vertex
}

func TestBuild_SquareIsWalkedAcross(t *testing.T) {
	t.Parallel()
	square := func(area string) *Network {
		return block().node('w', -100, 0).node('e', 200, 100).
			way("abcda", "highway=pedestrian"+area).way("wd", "highway=footway").way("be", "highway=footway").build(t, Profile{})
	}
	wantMetres(t, square(""), -50, 0, 150, 100, 300)
	wantMetres(t, square(" area=yes"), -50, 0, 150, 100, 241)
}

func TestBuild_SquareIsNotLeftOnTheWayAcross(t *testing.T) {
	t.Parallel()
	// An L: the straight line between its ends runs outside.
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 100, 20).node('d', 20, 20).node('e', 20, 100).node('f', 0, 100).
		node('x', 200, 0).node('y', 0, 200).
		way("abcdefa", "highway=pedestrian area=yes").way("bx", "highway=footway").way("fy", "highway=footway").build(t, Profile{})
	wantMetres(t, n, 150, 0, 0, 150, 300)
}

func TestBuild_FerriesAreBoardedOnRequest(t *testing.T) {
	t.Parallel()
	coast := func() *town {
		return new(town).node('a', -300, 0).node('b', 0, 0).node('c', 1000, 0).node('d', 1300, 0).
			way("ab", "highway=residential").way("bc", "route=ferry duration=00:20 motor_vehicle=yes").way("cd", "highway=residential")
	}
	wantMetres(t, coast().build(t, Profile{}), -300, 0, 1300, 0, 0)
	for _, p := range []Profile{{Ferries: true}, {Mode: Bike, Ferries: true}, {Mode: Car}} {
		n := coast().build(t, p)
		leg, ok := walk(n, -300, 0, 1300, 0)
		if !ok || leg.Metres != 1600 || leg.FerryMetres != 1000 {
			t.Errorf("%s: %d m, %d by ferry; want 1600, 1000", p.Mode, leg.Metres, leg.FerryMetres)
		}
		if p.Mode == Foot && leg.Seconds != 1200+432 {
			t.Errorf("%d s, want 20 minutes on the boat and 432 s on foot", leg.Seconds)
		}
		if n.Snap([]orb.Point{place(500, 10)})[0].Reachable() {
			t.Errorf("%s: a door in the middle of a ferry line", p.Mode)
		}
	}
}

func TestBuild_WayOfWhichTheExtractHoldsPart(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('d', 300, 0).node('e', 400, 0).
		way("abcde", "highway=residential").way("z", "highway=residential").build(t, Profile{})
	wantMetres(t, n, 0, 0, 100, 0, 100)
	wantMetres(t, n, 300, 0, 400, 0, 100)
	wantMetres(t, n, 0, 0, 400, 0, 0)
}

func TestPieces_LongestFirst(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 100, 0).node('c', 0, 500).node('d', 300, 500).
		way("ab", "highway=path").way("cd", "highway=path").build(t, Profile{})
	pieces := n.Pieces()
	if len(pieces) != 2 || int(pieces[0].Metres+0.5) != 300 || int(pieces[1].Metres+0.5) != 100 {
		t.Errorf("pieces %v, want 300 and 100 m", pieces)
	}
	for y, want := range map[float64]int32{0: 1, 500: 0} {
		if a := n.Snap([]orb.Point{place(50, y)})[0]; n.Component(a) != want {
			t.Errorf("the way at %v m is of piece %d, want %d", y, n.Component(a), want)
		}
	}
}

func TestPieces_AOneWayOutIsNoPartOfThePiece(t *testing.T) {
	t.Parallel()
	n := block().node('z', -500, 100).
		way("ab", "highway=residential").way("bc", "highway=residential").way("az", "highway=residential oneway=yes").build(t, Profile{Mode: Car})
	if len(n.Pieces()) != 2 {
		t.Fatalf("pieces %v, want 2", n.Pieces())
	}
	_, there := walk(n, 50, 100, -400, 100)
	_, back := walk(n, -400, 100, 50, 100)
	if !there || back {
		t.Errorf("into the one-way %v, out of it %v", there, back)
	}
}

func TestSnapHouseholds_EnterByTheEntrance(t *testing.T) {
	t.Parallel()
	streets := new(town).node('a', 0, 0).node('b', 200, 0).node('c', 0, 60).node('d', 200, 60).way("ab", "highway=residential").way("cd", "highway=residential").way("ac", "highway=residential")
	streets.streets.Entrances = []osm.Entrance{{At: place(100, 45), Kind: "main", Households: []string{"way/1"}}}
	n := streets.build(t, Profile{})
	at := n.SnapHouseholds([]geo.Household{{ID: "way/1", At: place(100, 25)}, {ID: "way/2", At: place(100, 25)}})
	leg, _ := n.Path(at[0], n.Snap([]orb.Point{place(0, 60)})[0])
	if leg.Metres != 135 || len(leg.Line) != 4 {
		t.Errorf("%d m over %v, want 20 to the entrance, 15 to the street and 100", leg.Metres, leg.Line)
	}
	if d := at[1].OffRoad; d < 24.9 || d > 25.1 {
		t.Errorf("the house without an entrance is %v m from its street, want 25", d)
	}
}

func TestBuild_RepeatsItself(t *testing.T) {
	t.Parallel()
	for _, mode := range modes {
		first, extract := andorraNetwork(t, Profile{Mode: mode})
		second, err := Build(extract.Streets, Profile{Mode: mode})
		if err != nil {
			t.Fatal(err)
		}
		first.searches, second.searches = sync.Pool{}, sync.Pool{}
		if !reflect.DeepEqual(first, second) {
			t.Errorf("%s: two builds of one extract differ", mode)
		}
	}
}
