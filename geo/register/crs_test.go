package register

import (
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

func TestShiftedSystems_AgreeWithPublishedPairs(t *testing.T) {
	t.Parallel()
	// Pairs that the tests of several published implementations share.
	for _, pair := range []struct{ wgs, gcj orb.Point }{
		{orb.Point{121.4737, 31.2304}, orb.Point{121.478177, 31.228450}},
		{orb.Point{116.404, 39.915}, orb.Point{116.410244, 39.916404}},
	} {
		if got := toGCJ02(pair.wgs); geo.Metres(got, pair.gcj) > 10 {
			t.Errorf("%v became %v, %.1f m from %v", pair.wgs, got, geo.Metres(got, pair.gcj), pair.gcj)
		}
	}
	gcj, bd := toGCJ02(orb.Point{116.404, 39.915}), toBD09(orb.Point{116.404, 39.915})
	if d := geo.Metres(gcj, bd); d < 500 || d > 1500 {
		t.Errorf("BD-09 lies %.0f m from GCJ-02", d)
	}
}

func TestShiftedSystems_RoundTripWithinAMetre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := orb.Point{rapid.Float64Range(73.5, 134.7).Draw(t, "lon"), rapid.Float64Range(18.2, 53.5).Draw(t, "lat")}
		shifted := toGCJ02(p)
		if d := geo.Metres(p, shifted); d < 1 || d > 1500 {
			t.Fatalf("GCJ-02 shifts %v by %.0f m", p, d)
		}
		if back := fromGCJ02(shifted); geo.Metres(p, back) > 0.01 {
			t.Fatalf("GCJ-02: %v came back %.2f m off", p, geo.Metres(p, back))
		}
		if back := fromBD09(toBD09(p)); geo.Metres(p, back) > 1 {
			t.Fatalf("BD-09: %v came back %.2f m off", p, geo.Metres(p, back))
		}
	})
}

func TestShiftedSystems_LeaveOtherCountriesAlone(t *testing.T) {
	t.Parallel()
	andorra := orb.Point{1.52, 42.51}
	if fromGCJ02(andorra) != andorra || fromBD09(andorra) != andorra {
		t.Error("a point outside China was shifted")
	}
}

func TestParseCRS(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"", "4326", "25831", "EPSG:25831", "gcj02", "BD09"} {
		if _, err := ParseCRS(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"utm", "-1", "wgs84x"} {
		if _, err := ParseCRS(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
