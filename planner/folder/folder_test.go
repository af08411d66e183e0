package folder

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
)

// hostile is a text that a spreadsheet, a page or an XML reader might take for more.
const hostile = `=HYPERLINK("x") </script><b>&"'` + "\u0001]]>"

// small is a plan with a route, an open one, and what is left out; its texts are
// hostile.
func small() *planner.Plan {
	start, window := [2]float64{1.5, 42.5}, [2]string{"09:00", "10:00"}
	return &planner.Plan{
		Version: 1,
		Round:   planner.Round{Name: hostile, From: "2027-03-01", Days: 2, Timezone: "Europe/Andorra", Mode: "foot", Seed: 1, VisitS: 900},
		Workers: []planner.Worker{
			{ID: "w01", Name: hostile, Start: start, End: &start, Shift: [2]string{"08:30", "14:30"}},
			{ID: "王", Name: "王", Start: start, Shift: [2]string{"08:30", "14:30"}},
		},
		Households: 3,
		Routes: []planner.Route{
			{Worker: "w01", Date: "2027-03-01", Leave: "08:30:00", Back: "09:18:20", TravelS: 200, ServiceS: 900, WaitS: 1800, DistanceM: 220,
				Stops: []planner.Stop{{Seq: 1, Household: hostile, Address: hostile, Lon: 1.501, Lat: 42.5, Doors: 1, Window: &window,
					TravelS: 100, DistanceM: 110, Arrive: "08:31:40", Start: "09:00:00", Depart: "09:15:00"}},
				LastLeg: &planner.Leg{TravelS: 200, DistanceM: 110},
				Line:    orb.LineString{{1.5, 42.5}, {1.501, 42.5}, {1.5, 42.5}}},
			{Worker: "王", Date: "2027-03-02", Leave: "08:30:00", Back: "08:46:40", TravelS: 100, ServiceS: 900, DistanceM: 110,
				Stops: []planner.Stop{{Seq: 1, Household: "way/2", Lon: 1.501, Lat: 42.5, Doors: 1,
					TravelS: 100, DistanceM: 110, Arrive: "08:31:40", Start: "08:31:40", Depart: "08:46:40"}},
				Line: orb.LineString{{1.5, 42.5}, {1.501, 42.5}}},
		},
		Unplanned: []planner.Unplanned{{Household: "@island", Reason: planner.Unreachable, Lon: 2, Lat: 43}},
		Totals:    planner.Totals{Planned: 2, Unplanned: 1, Routes: 2, TravelS: 300, DistanceM: 330, WorkloadMinS: 1000, WorkloadMaxS: 2900},
	}
}

func background() []osm.Feature {
	return []osm.Feature{
		{Class: "street", Kind: "residential", Name: hostile, Geometry: orb.LineString{{1.5, 42.5}, {1.502, 42.5}}},
		{Class: "street", Kind: "residential", Name: "Far Road", Geometry: orb.LineString{{9, 9}, {9.1, 9}}},
	}
}

// written is the folder of a plan.
func written(t *testing.T, plan *planner.Plan) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "plan")
	if err := Write(dir, plan, background()); err != nil {
		t.Fatal(err)
	}
	return dir
}

func read(t *testing.T, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWrite_PlanIsReadBackAsItWas(t *testing.T) {
	t.Parallel()
	text := read(t, written(t, small()), "plan.json")
	var got planner.Plan
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := small()
	for i := range want.Routes {
		want.Routes[i].Line = nil // routes.geojson has it
	}
	want.Unplanned[0].Lon, want.Unplanned[0].Lat = 0, 0 // unplanned.csv has them
	if !reflect.DeepEqual(&got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if !strings.Contains(text, `"end":null`) || strings.HasPrefix(text, "\xef\xbb\xbf") {
		t.Error("an open end is not null, or a byte-order mark leads")
	}
}

func TestWrite_TablesHoldNoFormulas(t *testing.T) {
	t.Parallel()
	dir := written(t, small())
	for name, want := range map[string][][]string{
		"stops.csv": {
			{"worker", "date", "seq", "household", "address", "lon", "lat", "doors", "arrive", "start", "depart", "travel_s", "distance_m"},
			{"w01", "2027-03-01", "1", "'" + hostile, "'" + hostile, "1.501", "42.5", "1", "08:31:40", "09:00:00", "09:15:00", "100", "110"},
			{"王", "2027-03-02", "1", "way/2", "", "1.501", "42.5", "1", "08:31:40", "08:31:40", "08:46:40", "100", "110"},
		},
		"unplanned.csv": {{"household", "lon", "lat", "reason"}, {"'@island", "2", "43", "unreachable"}},
	} {
		rows, err := csv.NewReader(strings.NewReader(read(t, dir, name))).ReadAll()
		if err != nil || !reflect.DeepEqual(rows, want) {
			t.Errorf("%s: %v, %q, want %q", name, err, rows, want)
		}
	}
}

func TestWrite_RoutesAreLinesWithTheirFigures(t *testing.T) {
	t.Parallel()
	plan := small()
	text := read(t, written(t, plan), "routes.geojson")
	collection, err := geojson.UnmarshalFeatureCollection([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(collection.Features) != 2 || !strings.Contains(text, "OpenStreetMap contributors") {
		t.Fatalf("%d features, or no attribution", len(collection.Features))
	}
	for i, f := range collection.Features {
		r := &plan.Routes[i]
		if !orb.Equal(f.Geometry, r.Line) || f.Properties["worker"] != r.Worker || f.Properties["date"] != r.Date || f.Properties["distance_m"] != float64(r.DistanceM) {
			t.Errorf("route %d: %v %v", i, f.Geometry, f.Properties)
		}
	}
}

func TestWrite_TracksAreXMLWithoutTimes(t *testing.T) {
	t.Parallel()
	dir := written(t, small())
	for name, stop := range map[string]string{"w01-2027-03-01.gpx": "1 " + strings.ReplaceAll(hostile, "\u0001", "\ufffd"), "王-2027-03-02.gpx": "1 way/2"} {
		var gpx struct {
			XMLName xml.Name `xml:"http://www.topografix.com/GPX/1/1 gpx"`
			Points  []struct {
				Lon  float64 `xml:"lon,attr"`
				Name string  `xml:"name"`
				Time string  `xml:"time"`
			} `xml:"wpt"`
			Track []struct {
				Time string `xml:"time"`
			} `xml:"trk>trkseg>trkpt"`
		}
		if err := xml.Unmarshal([]byte(read(t, dir, "gpx", name)), &gpx); err != nil {
			t.Fatal(err)
		}
		if len(gpx.Points) != 1 || gpx.Points[0].Name != stop || gpx.Points[0].Lon != 1.501 || len(gpx.Track) < 2 || gpx.Track[0].Time+gpx.Points[0].Time != "" {
			t.Errorf("%s: %+v", name, gpx)
		}
	}
}

func TestWrite_PageHoldsEverythingAndNoTextOfTheInput(t *testing.T) {
	t.Parallel()
	page := read(t, written(t, small()), "map.html")
	if strings.Contains(page, "<b>") || strings.Contains(page, "HYPERLINK(\"") {
		t.Error("a text of the input is part of the page")
	}
	if !strings.Contains(page, "default-src 'none'") {
		t.Error("the page may load what it likes")
	}
	for _, never := range []string{"http://", "src=\"//", "@import"} {
		if strings.Contains(strings.ReplaceAll(page, "http://www.w3.org/", ""), never) {
			t.Errorf("the page holds %q", never)
		}
	}
	data := newPage(small(), background())
	if data.Attribution != Attribution || len(data.Routes) != 2 || len(data.Workers) != 2 || len(data.Unplanned) != 1 || len(data.Background["street"]) != 1 {
		t.Errorf("%d routes, %d workers, %d unplanned, background %v", len(data.Routes), len(data.Workers), len(data.Unplanned), data.Background)
	}
	// Lines are steps of about a metre from the start of the first worker.
	if want := []int{0, 0, 100, 0, -100, 0}; !slices.Equal(data.Routes[0].Line, want) {
		t.Errorf("line %v, want %v", data.Routes[0].Line, want)
	}
}

func TestWrite_LeavesAnEarlierPlanWhenItFails(t *testing.T) {
	t.Parallel()
	dir := written(t, small())
	before := read(t, dir, "plan.json")
	broken := small()
	broken.Routes[0].Worker = "no/such/folder" // its track cannot be written
	if err := Write(dir, broken, nil); err == nil {
		t.Fatal("no error")
	}
	if read(t, dir, "plan.json") != before {
		t.Error("the earlier plan has changed")
	}
	if entries, err := os.ReadDir(filepath.Dir(dir)); err != nil || len(entries) != 1 {
		t.Errorf("beside it lie %v, %v", entries, err)
	}
}

func TestWrite_FollowsALinkAndLeavesOthersFilesAlone(t *testing.T) {
	t.Parallel()
	dir := written(t, small())
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := Write(link, small(), nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode().Type() != fs.ModeSymlink {
		t.Error("the link has gone")
	}
	if err := os.WriteFile(filepath.Join(dir, "diary.txt"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir, small(), nil); err == nil || !strings.Contains(err.Error(), "diary.txt") || read(t, dir, "diary.txt") != "mine" {
		t.Errorf("a folder with a file of somebody else's: %v", err)
	}
}

func TestCheck_TakesNoFolderThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), Check(filepath.Join(filepath.Dir(file), "new", "deep"))); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if err := Check(dir); err == nil || !strings.Contains(err.Error(), "is a file") {
			t.Errorf("%s: %v", dir, err)
		}
	}
}
