package network

import (
	"testing"

	"github.com/paulmach/orb"
)

// A closed stretch is walked around, both sides of a street with two; its doors are at
// other streets. The network that was asked stays as it is.
func TestWithout_WalksAroundWhatIsClosed(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"highway=residential", "highway=primary"} {
		whole := block().way("ab", kind+" name=North").way("bc", "highway=residential").way("cd", "highway=residential").way("da", "highway=residential").
			build(t, Profile{Mode: Foot})
		north, found := whole.Stretch(place(50, 101))
		if !found || north.Name != "North" || len(north.Line) != 2 {
			t.Fatalf("found %+v", north)
		}
		open := whole.Without([]Stretch{north})
		wantMetres(t, whole, 1, 90, 99, 90, 122)
		wantMetres(t, open, 1, 90, 99, 90, 282)
		at := []orb.Point{place(50, 98)}
		door, moved := whole.Snap(at)[0], open.Snap(at)[0]
		if !whole.On(door, []Stretch{north}) {
			t.Errorf("%s: a door of the stretch is not on it", kind)
		}
		if !moved.Reachable() || open.On(moved, []Stretch{north}) || whole.On(whole.Snap([]orb.Point{place(1, 50)})[0], []Stretch{north}) {
			t.Errorf("%s: a door of another street is on the stretch", kind)
		}
		wantMetres(t, whole, 1, 90, 99, 90, 122)
	}
	if _, found := block().way("ab", "highway=residential").build(t, Profile{Mode: Foot}).Stretch(place(50, 9000)); found {
		t.Error("a stretch is near a place without streets")
	}
}

// A stretch for who walks is a part of one for who drives, where no path parts it; nobody
// drives on the one beside it.
func TestAlong_IsTheSameStreetForOthers(t *testing.T) {
	t.Parallel()
	town := func(mode Mode) *Network {
		return block().way("ab", "highway=residential name=North").way("bc", "highway=residential").way("cd", "highway=footway").way("da", "highway=residential").
			build(t, Profile{Mode: mode})
	}
	walk, drive := town(Foot), town(Car)
	north, _ := walk.Stretch(place(50, 101))
	if own := drive.Along(north.Line); len(own) != 1 || own[0].Name != "North" || drive.Without(own) == nil {
		t.Errorf("north is %+v", own)
	}
	path, _ := walk.Stretch(place(50, -1))
	if near, found := drive.Stretch(place(50, -1)); !found || len(drive.Along(path.Line)) != 0 {
		t.Errorf("the path is %+v; near is %+v", drive.Along(path.Line), near)
	}
}
