package network

import (
	"strings"
	"testing"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"
)

// wantSeconds fails unless the walk takes about these seconds.
func wantSeconds(t *testing.T, n *Network, x1, y1, x2, y2 float64, want int) {
	t.Helper()
	leg, ok := walk(n, x1, y1, x2, y2)
	if !ok || leg.Seconds < want-2 || leg.Seconds > want+2 {
		t.Errorf("from %v,%v to %v,%v: %d s, %v; want %d", x1, y1, x2, y2, leg.Seconds, ok, want)
	}
}

// avenue is a wide street from west to east with a side street to each side.
func avenue(wayTags, nodeTags string) *town {
	t := new(town).node('a', -500, 0).node('c', 500, 0).node('n', 0, 200).node('s', 0, -200)
	if nodeTags == "" {
		t.node('b', 0, 0)
	} else {
		t.node('b', 0, 0, nodeTags)
	}
	return t.way("abc", wayTags+" name=Avenue").way("nb", "highway=residential").way("bs", "highway=residential")
}

func TestCrossing_CostsWhatItCostsInLife(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		way, node string
		seconds   int
	}{
		{"highway=residential", "", 0},
		{"highway=secondary", "", 0},
		{"highway=secondary lanes=4", "", acrossStreet},
		{"highway=primary", "", acrossStreet},
		{"highway=trunk", "", acrossTrunk},
		{"highway=primary oneway=yes", "", 15},
		{"highway=primary", "highway=crossing crossing=zebra", atZebra},
		{"highway=primary", "highway=crossing crossing=unmarked", acrossStreet},
		{"highway=primary", "highway=crossing crossing=unmarked crossing:island=yes", 15},
		{"highway=primary", "highway=traffic_signals", atLights},
	} {
		n := avenue(c.way, c.node).build(t, Profile{})
		wantSeconds(t, n, 0, 100, 0, -100, 144+c.seconds)
		wantSeconds(t, n, 0, 100, -100, 0.5, 144) // round the corner, on the same side
	}
}

func TestCrossing_SameSideFirst(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary", "").build(t, Profile{})
	at := n.Snap([]orb.Point{place(100, 10), place(110, -10), place(130, 10)})
	seconds, _, err := n.Matrix(t.Context(), []Access{at[0]}, at, 1)
	if err != nil {
		t.Fatal(err)
	}
	if seconds[1] <= seconds[2] {
		t.Errorf("%d s over the street, %d s to the house 30 m on: want the same side first", seconds[1], seconds[2])
	}
	// Between junctions one crosses at the door: 10 m of street, two doors, the wait.
	wantSeconds(t, n, 100, 10, 110, -10, 7+20+acrossStreet)
	wantSeconds(t, n, 110, -10, 100, 10, 7+20+acrossStreet)
}

func TestCrossing_GoesRoundByTheZebra(t *testing.T) {
	t.Parallel()
	n := avenue("highway=trunk", "").node('z', 20, 0, "highway=crossing crossing=zebra")
	n.streets.Ways[0].Nodes = []paulmach.NodeID{'a', 'b', 'z', 'c'}
	built := n.build(t, Profile{})
	wantSeconds(t, built, 0, 100, 0, -100, 144+29+atZebra)
}

func TestCrossing_WhereOneMayNotWalkAlong(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary foot=no", "").build(t, Profile{})
	wantSeconds(t, n, 0, 100, 0, -100, 144+acrossStreet)
	n = avenue("highway=primary foot=no", "highway=crossing crossing=zebra").build(t, Profile{})
	wantSeconds(t, n, 0, 100, 0, -100, 144+atZebra)
}

func TestCrossing_OfTwoWideStreets(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary", "")
	n.streets.Ways[1].Tags, n.streets.Ways[2].Tags = tags("highway=primary name=Road"), tags("highway=primary name=Road")
	built := n.build(t, Profile{})
	wantSeconds(t, built, 5, 100, 100, 5, 144+10) // round the near corner
	leg, _ := walk(built, 5, 100, -100, -5)       // over both
	if leg.Seconds < 144+2*acrossStreet || leg.Seconds > 160+2*acrossStreet {
		t.Errorf("%d s to the far corner", leg.Seconds)
	}
}

func TestCrossing_IsSymmetricAndAMetric(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary", "highway=crossing crossing=zebra").build(t, Profile{})
	var points []orb.Point
	for x := -480.0; x <= 480; x += 37 {
		points = append(points, place(x, 12), place(x+9, -8))
	}
	doors := n.Snap(points)
	seconds, _, err := n.Matrix(t.Context(), doors, doors, 1)
	if err != nil {
		t.Fatal(err)
	}
	wantMetric(t, n, doors, seconds)
}

func TestCrossing_IsTold(t *testing.T) {
	t.Parallel()
	n := avenue("highway=primary name:zh=大道", "").build(t, Profile{})
	leg, _ := walk(n, 0, 100, 0, -100)
	var told []string
	for _, s := range n.Directions(leg) {
		told = append(told, s.Text.EN, s.Text.ZH)
	}
	text := strings.Join(told, "\n")
	if !strings.Contains(text, "Cross Avenue\n过大道") {
		t.Errorf("directions:\n%s", text)
	}
	leg, _ = walk(n, 100, 5, 120, -5)
	steps := n.Directions(leg)
	if steps[0].Kind != "crossing" && steps[1].Kind != "crossing" {
		t.Errorf("over the street: %+v", steps)
	}
	if last := steps[len(steps)-1].Text.EN; last != "Arrive: the door is on the right" {
		t.Errorf("%q", last)
	}
}

func TestSnap_HouseAtACorner(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', -300, 0).node('b', 0, 0).node('c', 0, 300).
		way("ab", "highway=residential name=West").way("bc", "highway=residential name=North").build(t, Profile{})
	// 10 m from both streets: each is entered from the nearer one.
	wantMetres(t, n, -10, 12, -100, 0, 12+90)
	wantMetres(t, n, -10, 12, 0, 100, 10+88)
}
