package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// testRegister is an empty one, which the commands of a test use.
type testRegister struct {
	*testing.T
	owner *pgx.Conn
	app   string // the application's login
	data  string
}

func newRegister(t *testing.T) *testRegister {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	t.Setenv("DATABASE_URL", appURL)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { owner.Close(context.Background()) })
	return &testRegister{t, owner, appURL, t.TempDir()}
}

func (r *testRegister) count(query string) (n int) {
	r.Helper()
	if err := r.owner.QueryRow(r.Context(), query).Scan(&n); err != nil {
		r.Fatal(err)
	}
	return n
}

// rounds import with a file of the content; the code has to be as said.
func (r *testRegister) imports(code int, kind, name, content string, more ...string) (stdout, stderr string) {
	r.Helper()
	arguments := append([]string{"import", kind, fileOf(r.T, name, content), "--data", r.data}, more...)
	got, stdout, stderr := commandLine(arguments...)
	if got != code || code == 0 && progressLine.ReplaceAllString(stderr, "") != "" {
		r.Fatalf("import %s %s %v: exit %d\n%s%s", kind, name, more, got, stdout, stderr)
	}
	return stdout, progressLine.ReplaceAllString(stderr, "")
}

var progressLine = regexp.MustCompile(`(?m)^[a-z ]+: [0-9.]+ s\n`)

const (
	importedAreas = `{"type":"FeatureCollection","features":[
		{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[-1,-1],[1,-1],[1,1],[-1,1],[-1,-1]]]},"properties":{"id":"c","name":"County","level":"county","remark":"x"}},
		{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[-1,-1],[0,-1],[0,1],[-1,1],[-1,-1]]]},"properties":{"id":"t","name":"Town","level":"town","parent":"c"}}]}`
	importedHouseholds = "编号,经度,纬度,街道,户数,备注\na,-0.5,0.5,解放路,2,好\nb,-0.501,0.5,解放路,1,\n"
	importedHouses     = `<node id="7" lon="0.002" lat="0.0001"><tag k="addr:housenumber" v="1"/><tag k="addr:street" v="East"/></node>`
	importedIncidents  = "lon,lat,matter,reported_on\n-0.5,0.5,Unlit path,2026-03-01\n-0.5,0.5,sewer,2026-03-02\n0.5,0.5,sewer,2026-03-02\n"
)

func TestImport_TakesFilesOfEveryKind(t *testing.T) {
	r := newRegister(t)
	for _, test := range []struct {
		kind, file, content, table string
		says                       []string
		rows                       int
	}{
		{"areas", "areas.geojson", importedAreas, "areas", []string{"2 areas: 2 new, 0 changed, 0 unchanged.", "1 column that Rounds does not keep was left out."}, 2},
		{"households", "households.csv", importedHouseholds, "households", []string{"2 households: 2 new", "1 column"}, 2},
		{"incidents", "incidents.csv", importedIncidents, "incidents", []string{"3 incidents: 3 new"}, 3},
		{"osm", "corner.osm", twoStreets, "extracts", []string{"household", "0 areas (0 new)", "on the base map"}, 1},
	} {
		if test.kind == "osm" {
			test.content = strings.Replace(twoStreets, " <way id=\"10\"", importedHouses+" <way id=\"10\"", 1)
		}
		before := r.count("SELECT count(*) FROM rounds." + test.table)
		stdout, _ := r.imports(0, test.kind, test.file, test.content, "--dry-run")
		if !strings.Contains(stdout, "dry run: nothing was kept") || r.count("SELECT count(*) FROM rounds."+test.table) != before {
			t.Errorf("a dry run of %s kept something or does not say that it did not: %s", test.kind, stdout)
		}
		stdout, _ = r.imports(0, test.kind, test.file, test.content)
		for _, word := range test.says {
			if !strings.Contains(stdout, word) {
				t.Errorf("%s: %q does not say %q", test.kind, stdout, word)
			}
		}
		if n := r.count("SELECT count(*) FROM rounds." + test.table); n-before != test.rows {
			t.Errorf("%s: %d rows, then %d", test.kind, before, n)
		}
		stdout, _ = r.imports(0, test.kind, test.file, test.content, "--json")
		var report importResult
		if err := json.Unmarshal([]byte(stdout), &report); err != nil || report.Kind != test.kind || report.Added != 0 || report.Changed != 0 ||
			report.Unchanged == 0 || report.Refused != 0 || !strings.Contains(stdout, `"complaints": []`) {
			t.Errorf("%s again: %v: %s", test.kind, err, stdout)
		}
	}
}

func TestImport_RefusesInOneLine(t *testing.T) {
	r := newRegister(t)
	r.imports(0, "areas", "areas.geojson", importedAreas)
	for _, test := range []struct {
		code                          int
		kind, content, option, stderr string
		stdout                        string
	}{
		{exitFailure, "households", "id,lon,lat\na,0.5,91\n", "", "file: register: row 2: lat", "row 2: lat: is more than 90"},
		{exitFailure, "households", "id,lon,lat\na,x,0.5\nb,0.5,y\n", "", "2 rows cannot be taken, so nothing was imported; mend them and import again", "row 3: lat: is no number"},
		{exitFailure, "households", "id,lon,lat\n" + strings.Repeat("a,5,0.5\n", 3) + "b,0.5,x\nc,5,0.5\n", "", "rows cannot be taken",
			"rows 2-4, 6: lon, lat: lies outside every area"},
		{exitFailure, "households", "", "", "the file is empty", ""},
		{exitFailure, "areas", "{", "", "no GeoJSON FeatureCollection", ""},
		{exitFailure, "incidents", "lon,lat,matter,reported_on\n0.5,0.5,quarrel,2026-03-01\n", "", "matter: is not on the closed list", ""},
		{exitFailure, "osm", "<osm><node", "", "geo/osm: file.osm: the file is cut off", ""},
		{exitFailure, "households", "id,lon,lat\na,1,2\n", "--crs=99999", "EPSG:99999", ""},
		{exitUsage, "households", "id,lon,lat\n", "--crs=moon", "no coordinate system", ""},
		{exitUsage, "osm", "<osm/>", "--crs=4326", "unknown flag", ""},
		{exitUsage, "areas", "{}", "--delete-gone", "unknown flag", ""},
	} {
		more := []string{}
		if test.option != "" {
			more = append(more, test.option)
		}
		name := "file"
		if test.kind == "osm" {
			name = "file.osm"
		}
		stdout, stderr := r.imports(test.code, test.kind, name, test.content, more...)
		if strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, test.stderr) || !strings.Contains(stdout, test.stdout) {
			t.Errorf("%s %q: %s%s", test.kind, test.content, stdout, stderr)
		}
	}
	for _, arguments := range [][]string{{"import"}, {"import", "persons", "x"}, {"import", "areas"}, {"import", "areas", "a", "b"}} {
		if code, _, stderr := commandLine(arguments...); code != exitUsage || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit %d: %s", arguments, code, stderr)
		}
	}
	if code, _, stderr := commandLine("import", "areas", filepath.Join(t.TempDir(), "none"), "--data", r.data); code != exitFailure || strings.Count(stderr, "\n") != 1 {
		t.Errorf("no such file: exit %d: %s", code, stderr)
	}
	if n := r.count("SELECT count(*) FROM rounds.imports"); n != 1 {
		t.Errorf("%d imports are recorded, want 1", n)
	}
}

// What the command prints of a hostile file, and leaves in the data folder, has
// nothing of it either; geo/register/inbox tests the database.
func TestImport_PrintsNothingOfAHostileFile(t *testing.T) {
	r := newRegister(t)
	r.imports(0, "areas", "areas.csv", "id,name,level,wkt\nc,County,county,\"POLYGON((1 42,1.1 42,1.1 42.1,1 42.1,1 42))\"\n")
	for _, of := range [][2]string{{"hostile-en.csv", "households"}, {"hostile-zh.csv", "households"}, {"hostile.geojson", "households"}, {"hostile-areas.csv", "areas"},
		{"hostile-incidents.csv", "incidents"}, {"hostile-zh.csv", "refusals"}} {
		name, kind := of[0], of[1]
		content, err := os.ReadFile(filepath.Join("../../geo/register/inbox/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		// A file's name may be a person's too, and is told as it was typed.
		for _, more := range [][]string{nil, {"--json"}, {"--dry-run"}} {
			stdout, stderr := r.imports(exitFailure, kind, "file", string(content), more...)
			if !strings.Contains(stdout, "row") || strings.Count(stderr, "\n") != 1 {
				t.Errorf("%s: %s%s", name, stdout, stderr)
			}
			for _, mark := range []string{"zqmark", "1860771", "1390628", "376 612", "33010219", "48213907", "739164028"} {
				if strings.Contains(stdout+stderr, mark) {
					t.Errorf("%s %v: %s is told: %s%s", name, more, mark, stdout, stderr)
				}
			}
		}
	}
	err := filepath.WalkDir(r.data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if content, err := os.ReadFile(path); err != nil || strings.Contains(string(content), "zqmark") {
			t.Errorf("%s holds what was refused: %v", path, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImport_TakesRefusalsAndKeepsNoTraceOfTheFile(t *testing.T) {
	r := newRegister(t)
	r.imports(0, "areas", "areas.geojson", importedAreas)
	r.imports(0, "households", "households.csv", importedHouseholds)
	const wishes = "街道,门牌号,地名,备注\n解放路,18,Town,走了\n"
	imports := r.count("SELECT count(*) FROM rounds.imports")
	household := "id,lon,lat,street,house_number\nc,-0.5,0.5,解放路,18号\n"
	r.imports(0, "households", "more.csv", household)
	stdout, _ := r.imports(0, "refusals", "wishes.csv", wishes, "--dry-run")
	if stdout != "1 column that Rounds does not keep was left out.\n1 address: never to be visited.\nThis was a dry run: nothing was kept.\n" || r.count("SELECT count(*) FROM rounds.households") != 3 {
		t.Errorf("a dry run: %s", stdout)
	}
	made := []string{filepath.Join(r.data, "exports", "file.csv"), filepath.Join(r.data, "uploads", uuid.NewString(), "report")}
	for _, path := range made {
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("解放路 18"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	if stdout, _ = r.imports(0, "refusals", "wishes.csv", wishes); !strings.HasSuffix(stdout, "1 address: never to be visited.\n") {
		t.Error(stdout)
	}
	for _, gone := range made {
		if _, err := os.Stat(gone); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s may hold a place that refused: %v", gone, err)
		}
	}
	if n := r.count("SELECT count(*) FROM rounds.households"); n != 2 || r.count("SELECT count(*) FROM rounds.imports") != imports+1 {
		t.Errorf("%d households, want 2; or the file is recorded", n)
	}
	if stdout, _ = r.imports(0, "refusals", "wishes.csv", wishes+"Mill Lane,1,Town,\n"); !strings.Contains(stdout, "2 addresses: never to be visited.\nrows 2-3: no household has this address now.") {
		t.Error(stdout)
	}
	if stdout, _ = r.imports(0, "households", "more.csv", household+"d,-0.5,0.5,解放路,20\n"); !strings.Contains(stdout, "1 household: 1 new") {
		t.Errorf("the wish does not hold: %s", stdout)
	}
	stdout, stderr := r.imports(exitFailure, "refusals", "wishes.csv", "street,house_number,place\nMill Lane,,Town\nMill Lane,1,\n")
	if !strings.Contains(stdout, "row 2: house_number: ") || !strings.Contains(stdout, "row 3: place: ") || !strings.Contains(stderr, "nothing was imported") || strings.Contains(stdout+stderr, "Mill") {
		t.Errorf("%s%s", stdout, stderr)
	}
	if stdout, _ = r.imports(exitFailure, "refusals", "wishes.json", `{"type":"FeatureCollection","features":[]}`); !strings.Contains(stdout, "want a CSV file") {
		t.Error(stdout)
	}
}

func TestImport_CountsTheCountyOfAnExtractWithoutBoundaries(t *testing.T) {
	r := newRegister(t)
	extract := strings.Replace(twoStreets, " <way id=\"10\"", importedHouses+" <way id=\"10\"", 1)
	if stdout, _ := r.imports(0, "osm", "corner.osm", extract); !strings.Contains(stdout, "1 area (1 new)") {
		t.Error(stdout)
	}
}

func TestUserAdd_SaysHowAreasComeIn(t *testing.T) {
	r := newRegister(t)
	code, _, stderr := commandLine("user", "add", "mina", "--name", "Mina", "--role", "worker", "--area", "West", "--data", r.data)
	if code != exitFailure || !strings.Contains(stderr, "there are no areas yet; `rounds import osm EXTRACT` brings them in") {
		t.Errorf("exit %d: %s", code, stderr)
	}
}
