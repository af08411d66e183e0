package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// twoStreets is a corner at 0,0: 1 km to the east, 1 km to the north, and an
// island far away.
const twoStreets = `<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lon="0.0089932" lat="0"/><node id="2" lon="0" lat="0"/><node id="3" lon="0" lat="0.0089932"/>
 <node id="4" lon="1" lat="1"/><node id="5" lon="1.01" lat="1"/>
 <way id="10"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="East"/><tag k="oneway" v="yes"/></way>
 <way id="11"><nd ref="2"/><nd ref="3"/><tag k="highway" v="residential"/><tag k="name" v="North"/></way>
 <way id="12"><nd ref="4"/><nd ref="5"/><tag k="highway" v="residential"/></way>
</osm>`

// fileOf is a file with a text, gone when the test ends.
func fileOf(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// commandLine runs a command line and gives its exit code and output.
func commandLine(args ...string) (code int, stdout, stderr string) {
	var out, errors bytes.Buffer
	code = run(context.Background(), args, &out, &errors)
	return code, out.String(), errors.String()
}

func TestRoute_IsAFeatureWithDirections(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "corner.osm", twoStreets)
	code, out, errors := commandLine("route", "--osm", extract, "0.005,0", "0,0.005", "0,0")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errors)
	}
	feature, err := geojson.UnmarshalFeature([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	if line := feature.Geometry.(orb.LineString); len(line) != 4 || line[0] != (orb.Point{0.005, 0}) || line[3] != (orb.Point{0, 0}) {
		t.Errorf("line %v, want it over the corner and back", line)
	}
	var walk struct {
		Properties struct {
			Seconds, Metres int
			Legs            []routeLeg
		}
	}
	if err := json.Unmarshal([]byte(out), &walk); err != nil {
		t.Fatal(err)
	}
	p := walk.Properties
	if p.Metres != 1668 || len(p.Legs) != 2 || p.Legs[0].Metres != 1112 || p.Legs[0].Seconds != 801 {
		t.Errorf("%+v, want 1112 m and 556 m", p)
	}
	if text := p.Legs[0].Steps[1].Text.EN; text != "Right into North, 556 m" {
		t.Errorf("second step %q", text)
	}
}

func TestRoute_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "corner.osm", twoStreets)
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{2, "--osm is missing", []string{"0,0", "0,0"}},
		{2, `--mode "horse"`, []string{"--osm", extract, "--mode", "horse", "0,0", "0,0"}},
		{2, `point 2 "0;0" is not LON,LAT`, []string{"--osm", extract, "0,0", "0;0"}},
		{2, "longitude comes first", []string{"--osm", extract, "0,0", "42,91"}},
		{2, "outside the world", []string{"--osm", extract, "0,0", "NaN,0"}},
		{2, "put -- before points west of Greenwich", []string{"--osm", extract, "-1,0", "0,0"}},
		{2, "want: rounds route", []string{"--osm", extract, "0,0"}},
		{1, "point 2 (0.5,0.5) lies more than 250 m from any way open on foot", []string{"--osm", extract, "0,0", "0.5,0.5"}},
		{1, "no way leads from point 1 to point 2 on foot", []string{"--osm", extract, "0,0", "1,1"}},
		{1, "no way leads from point 1 to point 2 by car", []string{"--osm", extract, "--mode", "car", "0,0", "0.005,0"}},
		{1, "nowhere.osm", []string{"--osm", "nowhere.osm", "0,0", "1,1"}},
	} {
		code, out, errors := commandLine(append([]string{"route"}, c.args...)...)
		if code != c.code || !strings.Contains(errors, c.want) || out != "" {
			t.Errorf("%v: exit %d, %q, printed %q; want %d, %q", c.args, code, errors, out, c.code, c.want)
		}
	}
	if code, _, errors := commandLine("route", "--osm", extract, "--", "-0.001,0", "0,0"); code != 0 {
		t.Errorf("west of Greenwich: exit %d, %s", code, errors)
	}
}
