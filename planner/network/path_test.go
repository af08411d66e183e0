package network

import (
	"testing"
)

func TestPath_AlongOneEdge(t *testing.T) {
	t.Parallel()
	n := new(town).node('a', 0, 0).node('b', 500, 0).way("ab", "highway=residential").build(t, Profile{})
	leg, ok := walk(n, 100, 20, 300, -30)
	if !ok || leg.Metres != 250 {
		t.Fatalf("%d m, %v; want 20 + 200 + 30", leg.Metres, ok)
	}
	// 200 m at 5 km/h and 50 m that take 1.4 times as long.
	if leg.Seconds != 144+50 {
		t.Errorf("%d s, want 194", leg.Seconds)
	}
	if len(leg.Line) != 4 {
		t.Errorf("line %v: want door, street, street, door", leg.Line)
	}
}

func TestPath_RoundTheBlock(t *testing.T) {
	t.Parallel()
	n := block().way("ab", "highway=residential").way("bc", "highway=residential").way("cd", "highway=residential").build(t, Profile{})
	wantMetres(t, n, 0, 100, 0, 0, 300)
	wantMetres(t, n, 0, 0, 0, 100, 300)
	wantMetres(t, n, 50, 100, 50, 0, 200)
	wantMetres(t, n, 50, 100, 50, 100, 0)
}
