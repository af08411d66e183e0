package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/planner"
)

// village is a .osm file: six streets by six, about 100 m apart, from 1.500,42.500
// to 1.505,42.505, with 60 houses, and a street 5 km away that nothing leads to.
func village() string {
	var text strings.Builder
	text.WriteString(`<?xml version="1.0"?><osm version="0.6">` + "\n")
	for x := range 6 {
		for y := range 6 {
			fmt.Fprintf(&text, `<node id="%d" lon="%.4f" lat="%.4f"/>`, 100+10*x+y, 1.5+0.001*float64(x), 42.5+0.001*float64(y))
		}
	}
	text.WriteString(`<node id="1" lon="1.56" lat="42.5"/><node id="2" lon="1.562" lat="42.5"/>`)
	for k := range 60 {
		x, y := k%10/2, k/10
		fmt.Fprintf(&text, `<node id="%d" lon="%.5f" lat="%.5f"><tag k="addr:housenumber" v="%d"/><tag k="addr:street" v="Row %d"/></node>`+"\n",
			1000+k, 1.5003+0.001*float64(x)+0.0004*float64(k%2), 42.5001+0.001*float64(y), k%10+1, y+1)
	}
	for line := range 6 {
		fmt.Fprintf(&text, `<way id="%d">`, 10+line)
		for k := range 6 {
			fmt.Fprintf(&text, `<nd ref="%d"/>`, 100+10*k+line)
		}
		fmt.Fprintf(&text, `<tag k="highway" v="residential"/><tag k="name" v="Row %d"/></way><way id="%d">`, line+1, 20+line)
		for k := range 6 {
			fmt.Fprintf(&text, `<nd ref="%d"/>`, 100+10*line+k)
		}
		text.WriteString(`<tag k="highway" v="residential"/></way>` + "\n")
	}
	text.WriteString(`<way id="30"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>` + "\n")
	return text.String()
}

// planned runs rounds plan with further arguments and gives the plan that it wrote.
func planned(t *testing.T, args ...string) planner.Plan {
	t.Helper()
	out := filepath.Join(t.TempDir(), "plan")
	code, _, errors := commandLine(append([]string{"plan", "--out", out}, args...)...)
	if code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, errors)
	}
	return readPlan(t, out)
}

func readPlan(t *testing.T, folder string) planner.Plan {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "plan.json"))
	if err != nil {
		t.Fatal(err)
	}
	var plan planner.Plan
	if err := json.Unmarshal(text, &plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// whyNot is the reason of each household that is on no route.
func whyNot(plan planner.Plan) map[string]string {
	why := map[string]string{}
	for _, u := range plan.Unplanned {
		why[u.Household] = string(u.Reason)
	}
	return why
}

// filesOf are the files below a folder with their content.
func filesOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, _ := filepath.Rel(folder, path)
		text, err := os.ReadFile(path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestPlan_WritesTheFolderAndSaysWhatIsInIt(t *testing.T) {
	t.Parallel()
	extract, out := fileOf(t, "village.osm", village()), filepath.Join(t.TempDir(), "deep", "plan")
	code, stdout, errors := commandLine("plan", extract, "--workers", "2", "--shift", "3h", "--visit", "10m", "--from", "2027-03-01",
		"--timezone", "Europe/Andorra", "--iterations", "300", "--out", out)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errors)
	}
	plan := readPlan(t, out)
	want := []string{"map.html", "plan.json", "routes.geojson", "stops.csv", "unplanned.csv"}
	for _, r := range plan.Routes {
		want = append(want, "gpx/"+r.Worker+"-"+r.Date+".gpx")
	}
	slices.Sort(want)
	if got := slices.Sorted(maps.Keys(filesOf(t, out))); !slices.Equal(got, want) {
		t.Errorf("files %v, want %v", got, want)
	}
	if plan.Households != 60 || plan.Totals.Planned != 60 || len(plan.Workers) != 2 || plan.Workers[0].Shift != [2]string{"08:30", "11:30"} {
		t.Errorf("%d households, %+v, %+v", plan.Households, plan.Totals, plan.Workers)
	}
	about := planner.Round{Name: "village", From: "2027-03-01", Days: plan.Round.Days, Timezone: "Europe/Andorra", Mode: "foot", Seed: 1, VisitS: 600}
	if plan.Round != about {
		t.Errorf("round %+v, want %+v", plan.Round, about)
	}
	if !strings.Contains(stdout, "60 households: 60 planned, 0 not") || !strings.Contains(stdout, "open "+out+"/map.html") {
		t.Errorf("printed %q", stdout)
	}
}

func TestPlan_PrintsTotalsAsJSON(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "plan")
	code, stdout, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--workers", "1", "--iterations", "50", "--days", "1", "--json", "--out", out)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errors)
	}
	var told struct {
		planner.Totals
		Households int
		Why        map[string]int `json:"unplanned_why"`
	}
	if err := json.Unmarshal([]byte(stdout), &told); err != nil {
		t.Fatalf("%v: %s", err, stdout)
	}
	if told.Totals != readPlan(t, out).Totals || told.Households != 60 || told.Why["beyond_horizon"] != told.Unplanned || told.Unplanned == 0 {
		t.Errorf("%+v", told)
	}
}

func TestPlan_RepeatsASeedByteForByteWhateverTheThreads(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	made := map[string]map[string]string{}
	for _, c := range []struct{ name, threads, seed string }{{"one", "1", "7"}, {"two", "2", "7"}, {"default", "0", "7"}, {"other", "1", "8"}} {
		out := filepath.Join(t.TempDir(), "plan")
		code, _, errors := commandLine("plan", extract, "--workers", "3", "--visit", "9m", "--from", "2027-03-01", "--timezone", "UTC",
			"--iterations", "800", "--threads", c.threads, "--seed", c.seed, "--out", out)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, errors)
		}
		made[c.name] = filesOf(t, out)
	}
	for _, name := range []string{"two", "default"} {
		for file, text := range made["one"] {
			if made[name][file] != text {
				t.Errorf("%s differs with %s threads", file, name)
			}
		}
		if len(made[name]) != len(made["one"]) {
			t.Errorf("%d files with %s threads, %d with one", len(made[name]), name, len(made["one"]))
		}
	}
	if made["other"]["plan.json"] == made["one"]["plan.json"] {
		t.Error("another seed gives the same plan")
	}
}

func TestPlan_CountsDaysAcrossAChangeOfTheClock(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	// Berlin skips 02:00 to 03:00 on 28 March 2027; the shift lies in the afternoon.
	plan := planned(t, extract, "--workers", "1", "--shift", "13:00-16:00", "--from", "2027-03-26", "--timezone", "Europe/Berlin", "--iterations", "50", "--visit", "10m")
	for k, r := range plan.Routes {
		if want := fmt.Sprintf("2027-03-%d", 26+k); r.Date != want {
			t.Errorf("route %d on %s, want %s", k, r.Date, want)
		}
		if r.Leave < "13:00:00" || r.Back > "16:00:00" {
			t.Errorf("%s: %s to %s, outside the shift", r.Date, r.Leave, r.Back)
		}
	}
	if plan.Round.Days != len(plan.Routes) || plan.Round.Days < 4 || plan.Round.Timezone != "Europe/Berlin" {
		t.Errorf("%+v with %d routes, want a day each, past the change", plan.Round, len(plan.Routes))
	}
}

func TestPlan_KeepsToTheDaysAsked(t *testing.T) {
	t.Parallel()
	plan := planned(t, fileOf(t, "village.osm", village()), "--workers", "1", "--days", "2", "--from", "2028-02-28", "--iterations", "50")
	var dates []string
	for _, r := range plan.Routes {
		dates = append(dates, r.Date)
	}
	if !slices.Equal(dates, []string{"2028-02-28", "2028-02-29"}) || plan.Round.Days != 2 {
		t.Errorf("dates %v in %d days", dates, plan.Round.Days)
	}
	if plan.Totals.Unplanned == 0 {
		t.Error("60 visits of 15 min fit two shifts of 6 h")
	}
	for id, why := range whyNot(plan) {
		if why != "beyond_horizon" {
			t.Errorf("%s: %s", id, why)
		}
	}
}

func TestPlan_TravelsAsAsked(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	travel := map[string]int{}
	for _, mode := range []string{"foot", "bike", "car"} {
		plan := planned(t, extract, "--workers", "1", "--mode", mode, "--iterations", "300")
		if plan.Round.Mode != mode || plan.Totals.Planned != 60 {
			t.Errorf("%s: %+v, %+v", mode, plan.Round, plan.Totals)
		}
		travel[mode] = plan.Totals.TravelS
	}
	if travel["bike"] >= travel["foot"] || travel["car"] >= travel["foot"] {
		t.Errorf("seconds of travel: %v; wheels are faster", travel)
	}
}

func TestPlan_JoinsSeveralExtracts(t *testing.T) {
	t.Parallel()
	whole := village()
	// Two files with the same nodes; one has the streets that run east, the other
	// those that run north.
	var east, north strings.Builder
	for line := range strings.Lines(whole) {
		row, column, both := strings.Cut(line, `<way id="2`)
		if strings.HasPrefix(line, `<way id="1`) && both {
			east.WriteString(row + "\n")
			north.WriteString(`<way id="2` + column)
			continue
		}
		east.WriteString(line)
		north.WriteString(line)
	}
	args := []string{"--workers", "2", "--iterations", "200", "--name", "both", "--from", "2027-03-01", "--timezone", "UTC"}
	once := planned(t, append(args, fileOf(t, "whole.osm", whole))...)
	twice := planned(t, append(args, fileOf(t, "east.osm", east.String()), fileOf(t, "north.osm", north.String()))...)
	if once.Households != 60 || twice.Households != 60 || once.Totals != twice.Totals {
		t.Errorf("%d households %+v from one file, %d households %+v from two", once.Households, once.Totals, twice.Households, twice.Totals)
	}
}
