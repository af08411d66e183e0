package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// villageRows is a CSV file of the first n houses of the village.
func villageRows(n int) string {
	var rows strings.Builder
	rows.WriteString("id,lon,lat,address\n")
	for k := range n {
		fmt.Fprintf(&rows, "h%02d,%.5f,%.5f,\"Row %d, %d\"\n", k, 1.5003+0.001*float64(k%10/2)+0.0004*float64(k%2), 42.5001+0.001*float64(k/10), k/10+1, k%10+1)
	}
	return rows.String()
}

func TestPlan_VisitsTheHouseholdsOfAFile(t *testing.T) {
	t.Parallel()
	csv := strings.Replace(villageRows(30), "address\n", "address,doors,window_start,window_end\n", 1)
	csv = strings.ReplaceAll(csv, "\"\n", "\",,,\n")
	csv = strings.Replace(csv, "\",,,\n", "\",2,10:00,11:30\n", 1)
	geojson := `{"type":"FeatureCollection","features":[` + "\n"
	for line := range strings.Lines(villageRows(30)) {
		var id string
		var lon, lat float64
		if n, _ := fmt.Sscanf(strings.ReplaceAll(line, ",", " "), "%s %f %f", &id, &lon, &lat); n < 3 {
			continue
		}
		window := ""
		if id == "h00" {
			window = `,"doors":2,"window_start":"10:00","window_end":"11:30"`
		}
		geojson += fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%v,%v]},"properties":{"id":%q,"address":"x %s"%s}},`+"\n", lon, lat, id, id, window)
	}
	geojson = strings.TrimSuffix(geojson, ",\n") + "]}"
	for name, text := range map[string]string{"doors.csv": csv, "doors.geojson": geojson, "excel.csv": "\xef\xbb\xbf" + strings.ReplaceAll(csv, "\n", "\r\n")} {
		plan := planned(t, fileOf(t, "village.osm", village()), "--households", fileOf(t, name, text), "--workers", "1", "--iterations", "200")
		if plan.Households != 30 || plan.Totals.Planned != 30 {
			t.Fatalf("%s: %d households, %+v, %v", name, plan.Households, plan.Totals, whyNot(plan))
		}
		found := false
		for _, r := range plan.Routes {
			for _, s := range r.Stops {
				switch {
				case s.Household != "h00" && (s.Window != nil || s.Doors != 1 || !strings.HasPrefix(s.Household, "h")):
					t.Errorf("%s: %+v", name, s)
				case s.Household == "h00":
					found = true
					if s.Doors != 2 || s.Window == nil || *s.Window != [2]string{"10:00", "11:30"} || s.Start < "10:00:00" || s.Start > "11:30:00" || s.Address == "" {
						t.Errorf("%s: %+v", name, s)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s: nobody visits h00", name)
		}
	}
}

func TestPlan_SaysWhyAHouseholdIsOnNoRoute(t *testing.T) {
	t.Parallel()
	rows := strings.Replace(villageRows(40), "address\n", "address,doors,window_start,window_end\n", 1)
	rows = strings.ReplaceAll(rows, "\"\n", "\",,,\n")
	rows += "twin,1.50031,42.50011,\"row 1,  1\",1,,\n" +
		"island,1.5601,42.50005,,,,\n" +
		"sea,1.7,42.3,,,,\n" +
		"night,1.5013,42.5001,,,20:00,22:00\n" +
		"tower,1.5013,42.5011,,25,,\n"
	households := fileOf(t, "doors.csv", rows)
	plan := planned(t, fileOf(t, "village.osm", village()), "--households", households, "--workers", "1", "--days", "1", "--iterations", "100")
	why := whyNot(plan)
	for id, want := range map[string]string{
		"twin": "duplicate_of:h00", "island": "unreachable", "sea": "unreachable", "night": "no_feasible_window", "tower": "too_long",
	} {
		if why[id] != want {
			t.Errorf("%s: %q, want %q", id, why[id], want)
		}
		delete(why, id)
	}
	for id, reason := range why {
		if reason != "beyond_horizon" {
			t.Errorf("%s: %s", id, reason)
		}
	}
	if len(why) == 0 || plan.Households != 45 || plan.Totals.Planned+plan.Totals.Unplanned != 45 {
		t.Errorf("%d beyond the day, %d households, %+v", len(why), plan.Households, plan.Totals)
	}
}

func TestPlan_SaysWhatIsWrongWithAFileOfHouseholds(t *testing.T) {
	t.Parallel()
	rows := villageRows(25)
	row := func(text string) string {
		return strings.Replace(rows, "address\n", "address,doors,window_start,window_end\n", 1) + text
	}
	for _, c := range []struct{ name, text, want string }{
		{"swapped columns", strings.Replace(rows, "lon,lat", "lat,lon", 1), "lon and lat are swapped"},
		{"swapped row", rows + "z,42.5,119.5,\n", "row 27: lat: is 119.5, beyond 90 degrees; are lon and lat swapped?"},
		{"no number", rows + "z,1.5,north,\n", `row 27: lat: "north" is no number; want it like 1.5218`},
		{"no finite number", rows + "z,NaN,42.5,\n", "row 27: lon: \"NaN\" is no finite number"},
		{"empty", "", "the file is empty"},
		{"no id", strings.Replace(rows, "id,", "key,", 1), "row 1: id: is missing; the first row names the columns"},
		{"no position", "id,address\n1,x\n", "row 1: lon, lat: is missing"},
		{"short row", rows + "z,1.5\n", "row 27: has 2 fields, the header has 4"},
		{"empty id", rows + ",1.5,42.5,\n", "row 27: id: is empty"},
		{"empty lon", rows + "z,,42.5,\n", "row 27: lon: is empty"},
		{"id twice", rows + "h03,1.5,42.5,\n", `row 27: id: "h03" is already that of row 5`},
		{"UTF-16", "\xff\xfei\x00d\x00", "the file is UTF-16; save it as UTF-8"},
		{"Latin-1", rows + "z,1.5,42.5,Avinguda Meritxell n\xfam 3\n", "row 27: address: is not UTF-8 but, it seems, Windows-1252"},
		{"GBK", rows + "z,1.5,42.5,\xc8\xcb\xc3\xf1\xc2\xb7\xd2\xbb\xba\xc5\n", "row 27: address: is not UTF-8 but, it seems, GB18030"},
		{"workbook", "PK\x03\x04 and more", "save it as CSV UTF-8"},
		{"window backwards", row("z,1.5,42.5,,,12:00,09:00\n"), "window_end: 09:00 is not after window_start 12:00"},
		{"half a window", row("z,1.5,42.5,,,12:00,\n"), "window_end: is empty beside the other end"},
		{"no time", row("z,1.5,42.5,,,9am,noon\n"), `window_start: "9am" is no time of day; want it like 09:00`},
		{"no doors", row("z,1.5,42.5,,0,,\n"), "doors: is 0; want 1 to 2000"},
		{"half a door", row("z,1.5,42.5,,1.5,,\n"), "doors: is 1.5; want 1 to 2000"},
		{"number of a person", rows + "11010519491231002X,1.5,42.5,\n", "row 27: id: looks like the number of a person"},
		{"note about a person", rows + "z,1.5,42.5,released prisoner\n", "row 27: address: holds a note about people"},
		{"no collection", `{"type":"Feature"}`, "want a GeoJSON FeatureCollection of points"},
		{"no point", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[3,4]]},"properties":{"id":"a"}}]}`, "row 1: geometry: is no Point"},
		{"cut off", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":`, "row 1: the file ends inside the features; it was cut off"},
		{"other grid", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:25831"}},"features":[]}`, "crs: is not WGS 84"},
	} {
		if strings.HasPrefix(c.name, "window") || strings.HasPrefix(c.name, "half") || c.name == "no time" || c.name == "no doors" {
			c.text = padded(c.text)
			c.want = "row 27: " + c.want
		}
		households, out := fileOf(t, "doors.csv", c.text), filepath.Join(t.TempDir(), "plan")
		code, _, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--households", households, "--workers", "1", "--iterations", "1", "--out", out)
		last := lastLine(errors)
		if code != exitFailure || !strings.Contains(last, c.want) || !strings.Contains(last, households) {
			t.Errorf("%s: exit %d, %q; want %q", c.name, code, last, c.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a folder was written", c.name)
		}
	}
	code, _, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--households", "nowhere.csv", "--workers", "1", "--out", filepath.Join(t.TempDir(), "plan"))
	if code != exitFailure || !strings.Contains(lastLine(errors), "nowhere.csv: no such file") {
		t.Errorf("no file: exit %d, %q", code, errors)
	}
}

// padded gives rows of four fields the three that the header names beside them.
func padded(rows string) string {
	return strings.ReplaceAll(rows, "\"\n", "\",,,\n")
}

// lastLine is what went wrong: before it stand the steps that went well.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	return lines[len(lines)-1]
}
