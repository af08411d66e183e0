package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestExport_WritesAFile(t *testing.T) {
	town := registertest.NewTown(t)
	// The command knows no other day than today.
	town.Exec("UPDATE rounds.routes SET day = day + ($1::date - $2::date)", time.Now(), town.Today)
	t.Setenv("DATABASE_URL", town.AppURL)
	data := t.TempDir()
	out := filepath.Join(t.TempDir(), "west.geojson")
	code, stdout, stderr := commandLine("export", "households", "-o", out, "--area", "west", "--purpose", "fire_safety", "--data", data, "--json")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var said struct {
		File, Layer, Requester, Purpose, Area string
		Rows                                  int
	}
	if err := json.Unmarshal([]byte(stdout), &said); err != nil {
		t.Fatal(err)
	}
	if said.File != out || said.Rows != 150 || said.Area != "West" || said.Requester != "operator" || said.Purpose != "fire_safety" {
		t.Errorf("%+v", said)
	}
	content, err := os.ReadFile(out)
	if err != nil || strings.Count(string(content), `"type":"Feature",`) != 150 {
		t.Errorf("%v: %.200s", err, content)
	}
	if n := town.Count("SELECT count(*) FROM rounds.exports WHERE account_id IS NULL AND layer = 'households' AND area_id IS NOT NULL"); n != 1 {
		t.Errorf("%d records, want 1", n)
	}
	t.Chdir(t.TempDir())
	if code, stdout, stderr := commandLine("export", "routes", "--format", "gpx", "--data", data); code != 0 || !strings.HasPrefix(stdout, "routes.gpx: 13 routes, ") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	if _, err := os.Stat("routes.gpx"); err != nil {
		t.Error(err)
	}
	if code, _, stderr := commandLine("export", "releases", "--data", data); code != exitUsage || !strings.Contains(stderr, "DATABASE_STATS_URL") {
		t.Errorf("without the login of the statistics: exit %d: %s", code, stderr)
	}
	t.Setenv("DATABASE_STATS_URL", strings.Replace(town.AppURL, "rounds_app", "rounds_stats", 1))
	if code, stdout, stderr := commandLine("export", "releases", "--data", data); code != 0 || !strings.HasPrefix(stdout, "releases.gpkg: 0 releases, ") {
		t.Errorf("nothing is published yet: exit %d: %s%s", code, stdout, stderr)
	}
	if code, _, stderr := commandLine("export", "areas", "--area", "Nowhere", "--data", data); code != 1 || !strings.Contains(stderr, "no such area") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	town.Exec("UPDATE rounds.areas SET name = 'West' WHERE name = 'East'")
	if code, _, stderr := commandLine("export", "areas", "--area", "West", "--data", data); code != 1 || !strings.Contains(stderr, "take an id") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

func TestExport_RefusesBeforeTheDatabase(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing")
	for _, test := range []struct{ arguments, word string }{
		{"export", "want: rounds export LAYER"},
		{"export visits", "no layer"},
		{"export releases --format gpx", "routes"},
		{"export areas -o areas.docx", "no format"},
		{"export stops --format gpx", "routes"},
		{"export areas --purpose curiosity", "no purpose"},
		{"export cells --round first", "id of a round"},
	} {
		code, stdout, stderr := commandLine(strings.Fields(test.arguments)...)
		if code != exitUsage || !strings.Contains(stderr, test.word) || strings.Count(stderr, "\n") != 1 || stdout != "" {
			t.Errorf("%s: exit %d: %s", test.arguments, code, stderr)
		}
	}
}
