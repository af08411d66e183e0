package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const team = `id,name,start_lon,start_lat,end_lon,end_lat,shift_start,shift_end,skills,days_off
anna,Anna,1.5000,42.5000,1.5000,42.5000,08:00,12:00,ladder; sign,2027-03-02
bo,,1.5050,42.5050,,,13:00,18:30,,
`

func TestPlan_KeepsToAFileOfWorkers(t *testing.T) {
	t.Parallel()
	plan := planned(t, fileOf(t, "village.osm", village()), "--workers", fileOf(t, "team.csv", team), "--from", "2027-03-01", "--visit", "20m", "--iterations", "300")
	if len(plan.Workers) != 2 || plan.Totals.Planned != 60 {
		t.Fatalf("%+v, %+v", plan.Workers, plan.Totals)
	}
	anna, bo := plan.Workers[0], plan.Workers[1]
	if anna.Name != "Anna" || anna.Start != [2]float64{1.5, 42.5} || anna.End == nil || anna.Shift != [2]string{"08:00", "12:00"} || strings.Join(anna.Skills, " ") != "ladder sign" {
		t.Errorf("%+v", anna)
	}
	if bo.Name != "bo" || bo.End != nil || bo.Shift != [2]string{"13:00", "18:30"} {
		t.Errorf("%+v", bo)
	}
	for _, r := range plan.Routes {
		opens, closes := "08:00:00", "12:00:00"
		if r.Worker == "bo" {
			opens, closes = "13:00:00", "18:30:00"
		}
		if r.Leave < opens || r.Back > closes || (r.LastLeg == nil) != (r.Worker == "bo") {
			t.Errorf("%s %s: %s to %s, last leg %+v", r.Worker, r.Date, r.Leave, r.Back, r.LastLeg)
		}
		if r.Worker == "anna" && r.Date == "2027-03-02" {
			t.Error("anna works on a day off")
		}
	}
}

func TestPlan_GivesBreaksAsTheFileOrTheFlagSays(t *testing.T) {
	t.Parallel()
	own := strings.Replace(strings.Replace(team, "days_off", "days_off,break", 1), "2027-03-02", "2027-03-02,20m@09:00-09:30", 1)
	plan := planned(t, fileOf(t, "village.osm", village()), "--workers", fileOf(t, "team.csv", strings.Replace(own, "18:30,,", "18:30,,,", 1)),
		"--from", "2027-03-01", "--visit", "20m", "--iterations", "300", "--shift", "13:00-18:30", "--break", "45m@15:00-16:00")
	paused := map[string]int{}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			if s.BreakS > 0 {
				paused[r.Worker]++
				if want := map[string]int{"anna": 20 * 60, "bo": 45 * 60}[r.Worker]; s.BreakS < want || r.BreakS != s.BreakS {
					t.Errorf("%s pauses for %d s, %d s in all, want %d", r.Worker, s.BreakS, r.BreakS, want)
				}
			}
		}
	}
	if paused["anna"] == 0 || paused["bo"] == 0 {
		t.Errorf("breaks: %v", paused)
	}
}

func TestPlan_SaysWhatIsWrongWithAFileOfWorkers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, old, new, want string }{
		{"no column", "shift_end,", "until,", "row 1: shift_end: is missing"},
		{"no id", "bo,,", ",,", "row 3: id: must be 1 to 40 letters"},
		{"path as an id", "bo,,", "../bo,,", "row 3: id: must be 1 to 40 letters"},
		{"id twice", "bo,,", "ANNA,,", "row 3: id: comes twice"},
		{"no start", "1.5050,42.5050", ",", "row 3: start_lon, start_lat: are empty"},
		{"half a start", "1.5050,42.5050", "1.5050,", "row 3: start_lon, start_lat: has one of the two empty"},
		{"no number", "1.5050,", "east,", `row 3: start_lon: "east" is no number`},
		{"swapped beyond degrees", "1.5050,42.5050", "1.5050,142.5", "row 3: start_lon, start_lat: are no degrees; are they swapped?"},
		{"no shift", "13:00", "", "row 3: shift_start: is no time of day; want it like 08:30"},
		{"odd shift", "13:00", "1 pm", "row 3: shift_start: is no time of day"},
		{"night shift", "18:30", "02:00", "row 3: shift_end: is not after shift_start; no shift crosses midnight"},
		{"no date", "2027-03-02", "2.3.2027", "row 2: days_off: holds something that is no date"},
		{"far from any way", "1.5050,42.5050", "1.6,42.6", `worker "bo": the start [1.6 42.6] is more than 250 m from any way; move it`},
		{"swapped", "1.5050,42.5050", "42.5050,1.5050", `worker "bo": the start [42.505 1.505] is more than 250 m from any way; move it`},
		{"no way to the end", "1.5050,42.5050,,", "1.5050,42.5050,1.561,42.5", `worker "bo": there is no way from the start to the end`},
	} {
		workers, out := fileOf(t, "team.csv", strings.Replace(team, c.old, c.new, 1)), filepath.Join(t.TempDir(), "plan")
		code, _, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--workers", workers, "--iterations", "1", "--out", out)
		if last := lastLine(errors); code != exitFailure || !strings.Contains(last, c.want) {
			t.Errorf("%s: exit %d, %q; want %q", c.name, code, last, c.want)
		}
	}
	header, _, _ := strings.Cut(team, "\n")
	for text, want := range map[string]string{header + "\n": "the file has no worker", "": "the file is empty", "\xff\xfei": "UTF-16"} {
		out := filepath.Join(t.TempDir(), "plan")
		code, _, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--workers", fileOf(t, "team.csv", text), "--out", out)
		if code != exitFailure || !strings.Contains(errors, want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("%q: exit %d, %q; want %q", text, code, errors, want)
		}
	}
	code, _, errors := commandLine("plan", "x.osm", "--workers", "nobody.csv", "--out", "x")
	if code != exitFailure || !strings.Contains(errors, "neither a number nor a file") || strings.Count(errors, "\n") != 1 {
		t.Errorf("no file: exit %d, %q", code, errors)
	}
}
