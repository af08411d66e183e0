package network

import (
	"math"
	"testing"
)

// Each row is the tags of a way and what a mode makes of it: speeds along and
// against in km/h, 0 for closed, and "private".
var ruleTests = []struct {
	mode           Mode
	tags           string
	along, against float64
	private        bool
}{
	{Foot, "highway=residential", 5, 5, false},
	{Foot, "highway=footway", 5, 5, false},
	{Foot, "highway=residential oneway=yes", 5, 5, false},
	{Foot, "highway=footway oneway:foot=yes", 5, 0, false},
	{Foot, "highway=footway oneway:foot=-1", 0, 5, false},
	{Foot, "highway=steps", 2.5, 2.5, false},
	{Foot, "highway=steps conveying=forward", 2.5, 0, false},
	{Foot, "highway=steps conveying=backward", 0, 2.5, false},
	{Foot, "highway=path surface=sand", 3.5, 3.5, false},
	{Foot, "highway=path sac_scale=demanding_mountain_hiking surface=ground", 2.5, 2.5, false},
	{Foot, "highway=cycleway", 5, 5, false},
	{Foot, "highway=cycleway foot=no", 0, 0, false},
	{Foot, "highway=track", 5, 5, false},
	{Foot, "highway=corridor", 5, 5, false},
	{Foot, "highway=trunk", 5, 5, false},
	{Foot, "highway=trunk motorroad=yes", 0, 0, false},
	{Foot, "highway=trunk motorroad=yes foot=yes", 5, 5, false},
	{Foot, "highway=motorway", 0, 0, false},
	{Foot, "highway=bridleway", 0, 0, false},
	{Foot, "highway=bridleway foot=yes", 5, 5, false},
	{Foot, "highway=construction", 0, 0, false},
	{Foot, "highway=proposed foot=yes", 0, 0, false},
	{Foot, "highway=via_ferrata", 0, 0, false},
	{Foot, "railway=platform", 5, 5, false},
	{Foot, "man_made=pier", 5, 5, false},
	{Foot, "highway=service access=private", 5, 5, true},
	{Foot, "highway=service access=private foot=yes", 5, 5, false},
	{Foot, "highway=service access=customers", 5, 5, true},
	{Foot, "highway=service access=destination", 5, 5, false},
	{Foot, "highway=service access=no", 0, 0, false},
	{Foot, "highway=service access=no foot=designated", 5, 5, false},
	{Foot, "highway=service access=yes foot=no", 0, 0, false},
	{Foot, "highway=service foot=private", 5, 5, true},
	{Foot, "highway=service motor_vehicle=private", 5, 5, false},
	{Foot, "route=ferry", 0, 0, false},

	{Bike, "highway=residential", 15, 15, false},
	{Bike, "highway=residential oneway=yes", 15, 0, false},
	{Bike, "highway=residential oneway=yes oneway:bicycle=no", 15, 15, false},
	{Bike, "highway=residential oneway=yes cycleway=opposite_lane", 15, 15, false},
	{Bike, "highway=residential oneway=yes cycleway:left=opposite", 15, 15, false},
	{Bike, "highway=residential oneway=yes cycleway:left:oneway=-1", 15, 15, false},
	{Bike, "highway=residential oneway=-1", 0, 15, false},
	{Bike, "highway=residential junction=roundabout", 15, 0, false},
	{Bike, "highway=footway", 4, 4, false},
	{Bike, "highway=footway bicycle=yes", 12, 12, false},
	{Bike, "highway=footway bicycle=no", 0, 0, false},
	{Bike, "highway=steps", 1.5, 1.5, false},
	{Bike, "highway=steps bicycle=yes", 1.5, 1.5, false},
	{Bike, "highway=path surface=sand", 4.8, 4.8, false},
	{Bike, "highway=residential bicycle=dismount oneway=yes", 4, 4, false},
	{Bike, "highway=secondary bicycle=use_sidepath", 0, 0, false},
	{Foot, "highway=primary foot=use_sidepath", 0, 0, false},
	{Bike, "highway=motorway", 0, 0, false},
	{Bike, "highway=trunk motorroad=yes", 0, 0, false},
	{Bike, "highway=service vehicle=destination", 14, 14, true},

	{Car, "highway=residential", 25, 25, false},
	{Car, "highway=residential maxspeed=50", 40, 40, false},
	{Car, "highway=residential maxspeed=30_mph", 25, 25, false},
	{Car, "highway=residential maxspeed=30mph", 38.62, 38.62, false},
	{Car, "highway=primary maxspeed:backward=50", 65, 40, false},
	{Car, "highway=service maxspeed=50", 15, 15, false},
	{Car, "highway=motorway maxspeed=200", 104, 0, false},
	{Car, "highway=motorway", 90, 0, false},
	{Car, "highway=motorway oneway=no", 90, 90, false},
	{Car, "highway=residential oneway=yes", 25, 0, false},
	{Car, "highway=residential oneway=reversible", 0, 0, false},
	{Car, "highway=tertiary junction=roundabout", 40, 0, false},
	{Car, "highway=footway", 0, 0, false},
	{Car, "highway=pedestrian", 0, 0, false},
	{Car, "highway=pedestrian motor_vehicle=yes", 10, 10, false},
	{Car, "highway=residential motor_vehicle=destination", 25, 25, true},
	{Car, "highway=residential access=destination", 25, 25, true},
	{Car, "highway=residential motor_vehicle=no motorcar=yes", 25, 25, false},
	{Car, "highway=residential vehicle=no", 0, 0, false},
	{Car, "route=ferry", 0, 0, false},
}

func TestPassage_FollowsTheTags(t *testing.T) {
	t.Parallel()
	for _, c := range ruleTests {
		p := Profile{Mode: c.mode}.passage(tags(c.tags))
		if math.Abs(p.forward*3.6-c.along) > 0.01 || math.Abs(p.backward*3.6-c.against) > 0.01 || !p.closed() && (p.flags&private != 0) != c.private {
			t.Errorf("%s, %s: %.2f and %.2f km/h, private %v; want %v, %v, %v", c.mode, c.tags, p.forward*3.6, p.backward*3.6, p.flags&private != 0, c.along, c.against, c.private)
		}
	}
}

func TestPassage_IsNeverSlowerThanALegMayBe(t *testing.T) {
	t.Parallel()
	for surface := range footSurface {
		for trail := range footTrail {
			for _, highway := range []string{"steps", "path"} {
				p := Profile{}.passage(tags("highway=" + highway + " surface=" + surface + " sac_scale=" + trail))
				if p.forward < 0.25*offRoad || p.forward > 1.9 {
					t.Errorf("%s, %s, %s: %.2f m/s", highway, surface, trail, p.forward)
				}
			}
		}
	}
}

func TestGate_FollowsTheTags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		tags           string
		foot, bike, by gate
	}{
		{"barrier=gate", open, open, open},
		{"barrier=gate access=private", owned, owned, owned},
		{"barrier=gate access=private foot=yes", open, owned, owned},
		{"barrier=gate access=no", shut, shut, shut},
		{"barrier=gate locked=yes", owned, owned, owned},
		{"barrier=bollard", open, open, shut},
		{"barrier=bollard motor_vehicle=yes", open, open, open},
		{"barrier=kissing_gate", open, shut, shut},
		{"barrier=stile", open, shut, shut},
		{"barrier=wall", shut, shut, shut},
		{"barrier=fence foot=yes", open, shut, shut},
		{"barrier=lift_gate", open, open, open},
		{"highway=crossing", open, open, open},
		{"highway=crossing bicycle=no foot=no", open, open, open},
	} {
		got := [3]gate{}
		for i, mode := range modes {
			got[i] = Profile{Mode: mode}.gate(tags(c.tags))
		}
		if want := [3]gate{c.foot, c.bike, c.by}; got != want {
			t.Errorf("%s: foot, bike, car %v, want %v", c.tags, got, want)
		}
	}
}

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]float64{
		"45": 2700, "1:30": 5400, "00:12:30": 750, "PT1H30M": 5400, "PT40S": 40, "": 0, "long": 0, "1:2:3:4": 0, "-1": 0, "PTx": 0,
	} {
		if got := parseDuration(s); got != want {
			t.Errorf("duration %q: %v s, want %v", s, got, want)
		}
	}
}

func TestParseSpeed(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]float64{
		"50": 50, "30 mph": 48.28, "walk": 7, "none": 0, "DE:urban": 0, "": 0, "-5": 0, "1e9": 0, "NaN": 0,
	} {
		if got := parseSpeed(s); math.Abs(got-want) > 0.01 {
			t.Errorf("maxspeed %q: %v km/h, want %v", s, got, want)
		}
	}
}

func TestBuild_RefusesAnExtractWithoutWays(t *testing.T) {
	t.Parallel()
	streets := block().way("ab", "highway=motorway").streets
	if _, err := Build(streets, Profile{}); err == nil {
		t.Error("a network without a way to walk was built")
	}
}

func TestParseMode(t *testing.T) {
	t.Parallel()
	if _, err := ParseMode("horse"); err == nil {
		t.Error("horse is taken for a mode")
	}
	if m, err := ParseMode("bike"); err != nil || m != Bike {
		t.Errorf("bike: %v, %v", m, err)
	}
}
