package network

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
)

func TestSlopePace_IsToblers(t *testing.T) {
	t.Parallel()
	for slope, want := range map[float64]float64{0: 1, -0.05: 1.191, 0.05: 0.839, 0.1: 0.705, -0.1: 1, 0.3: 0.35, 0.9: 0.122, -0.9: 0.174} {
		if got := slopePace(slope); math.Abs(got-want) > 0.001 {
			t.Errorf("slope %v: %.3f of the speed, want %v", slope, got, want)
		}
	}
}

func TestInclineOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{"10%": 0.1, "-8%": -0.08, "45": math.NaN(), "up": math.NaN(), "": math.NaN(), "10°": 0.1763, "NaN%": math.NaN(), "900%": math.NaN(), "89°": math.NaN()} {
		got, known := inclineOf(tags("incline=" + text))
		if known == math.IsNaN(want) || known && math.Abs(got-want) > 0.0001 {
			t.Errorf("incline %q: %v, %v; want %v", text, got, known, want)
		}
	}
}

func TestBuild_UphillTakesLonger(t *testing.T) {
	t.Parallel()
	hill := func(way string, nodes ...string) *Network {
		streets := new(town).node('a', 0, 0, nodes[0]).node('b', 500, 0, nodes[1]).way("ab", way)
		return streets.build(t, Profile{})
	}
	level := func(pace float64) int { return int(math.Round(500 / walking / pace)) }
	for _, n := range []*Network{
		hill("highway=path incline=10%", "x=y", "x=y"),
		hill("highway=path", "ele=1000", "ele=1050"),
	} {
		wantSeconds(t, n, 0, 0, 500, 0, level(0.705))
		wantSeconds(t, n, 500, 0, 0, 0, level(1))
	}
	wantSeconds(t, hill("highway=steps incline=10%", "x=y", "x=y"), 0, 0, 500, 0, level(onSteps))
	wantSeconds(t, hill("highway=path incline=90%", "x=y", "x=y"), 0, 0, 500, 0, int(math.Round(500/slowest)))
	wantSeconds(t, hill("highway=path", "ele=1000", "x=y"), 0, 0, 500, 0, level(1))
}

func TestBuild_ElevationOfAGrid(t *testing.T) {
	t.Parallel()
	valley := new(town).node('a', 0, 0).node('b', 500, 0).node('c', 1000, 0).way("abc", "highway=path")
	bridge := new(town).node('a', 0, 0).node('b', 500, 0).node('c', 1000, 0).way("abc", "highway=path bridge=yes").node('d', 1100, 0).node('z', -100, 0).
		way("cd", "highway=path").way("za", "highway=path")
	for _, streets := range []*town{valley, bridge} {
		streets.streets.Elevation = func(at orb.Point) float64 { return math.Abs(at[0]/metre-500) / 10 }
	}
	wantSeconds(t, valley.build(t, Profile{}), 0, 0, 1000, 0, 871)
	leg, _ := walk(bridge.build(t, Profile{}), 0, 0, 1000, 0)
	if leg.Seconds != 720 {
		t.Errorf("%d s over the bridge, want 720 on the level", leg.Seconds)
	}
	unknown := new(town).node('a', 0, 0).node('b', 500, 0).way("ab", "highway=path")
	unknown.streets.Elevation = func(orb.Point) float64 { return math.NaN() }
	wantSeconds(t, unknown.build(t, Profile{}), 0, 0, 500, 0, 360)
}
