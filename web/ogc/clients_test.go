package ogc_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"
)

// gdal runs a program of GDAL with the token as the password of Basic.
func (s *service) gdal(name string, arguments ...string) string {
	s.Helper()
	command := exec.Command(name, arguments...)
	command.Env = append(os.Environ(), "GDAL_HTTP_AUTH=BASIC", "GDAL_HTTP_USERPWD=gis:"+s.token)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		s.Fatalf("%s %v: %v: %s", name, arguments, err, complaints.String())
	}
	return string(out)
}

// wholeBinsOfWest are the bins of the newest releases with no cell whose middle lies
// outside of West.
const wholeBinsOfWest = `SELECT count(*) FROM (SELECT DISTINCT ON (measure) * FROM rounds.releases ORDER BY measure, from_day DESC) r
	JOIN rounds.bins b ON b.partition_id = r.partition_id
	WHERE NOT EXISTS (SELECT FROM rounds.bin_cells c WHERE c.partition_id = b.partition_id AND c.bin = b.bin
		AND NOT EXISTS (SELECT FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id JOIN rounds.areas a ON a.id = p.ancestor_id
			WHERE a.name = 'West' AND h.cell = c.cell))`

// counted is how many features of each collection the token of West has, asked of the
// database.
func (s *service) counted() map[string]int {
	worker := fmt.Sprintf("worker_id = '%s'", s.Workers[0])
	counts := map[string]int{}
	for name, query := range map[string]string{
		"areas":      "SELECT count(*) FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id WHERE a.name = 'West'",
		"households": "SELECT count(*) " + ofWest,
		"routes":     "SELECT count(*) FROM rounds.routes WHERE " + worker,
		"stops":      "SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE " + worker,
		"incidents":  "SELECT count(*) FROM rounds.incidents i JOIN rounds.area_paths p ON p.area_id = i.area_id JOIN rounds.areas a ON a.id = p.ancestor_id WHERE a.name = 'West'",
		"cells":      "SELECT count(DISTINCT (h.cell, h.area_id)) " + ofWest,
		"releases":   wholeBinsOfWest,
		"basemap":    "SELECT count(*) FROM rounds.basemap_features b JOIN rounds.areas a ON a.name = 'West' WHERE ST_Intersects(b.shape, ST_Transform(a.outline, 3857))",
	} {
		counts[name] = s.Count(query)
	}
	return counts
}

// testGDAL reads every collection with GDAL, in pages of ten: as many features as the
// database has.
func testGDAL(t *testing.T, s *service) {
	root := "OAPIF:" + s.url + "/ogc"
	listed := s.gdal("ogrinfo", root)
	for layer, want := range s.counted() {
		if !strings.Contains(listed, layer) {
			t.Errorf("GDAL does not list %s: %s", layer, listed)
		}
		read, err := geojson.UnmarshalFeatureCollection([]byte(s.gdal("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", root, layer)))
		if err != nil || len(read.Features) != want || want == 0 && layer != "releases" { // no bin is West's alone
			t.Errorf("GDAL reads %d %s, %v, want %d", len(read.Features), layer, err, want)
		}
	}
	want := s.Count("SELECT count(*) " + ofWest + " AND h.doors = 2")
	if out := s.gdal("ogrinfo", "-so", "-where", "doors = 2", root, "households"); !strings.Contains(out, fmt.Sprintf("Feature Count: %d\n", want)) {
		t.Errorf("want %d: %s", want, out)
	}
}

// grow adds households to West, so that a client has many pages to go through.
func (s *service) grow(households int) {
	s.Exec(`INSERT INTO rounds.households (id, area_id, source_key, street, house_number, doors, cell, at)
		SELECT gen_random_uuid(), h.area_id, 'more-' || gen_random_uuid(), 'More Street', 'M' || n, 1, h.cell, h.at
		FROM (SELECT * FROM rounds.households WHERE source_key LIKE 'West-%' ORDER BY id LIMIT 1) h, generate_series(1, $1) n`, households)
}

// BenchmarkGDAL is how long GDAL takes for 200,000 households, by the size of its pages.
func BenchmarkGDAL(b *testing.B) {
	s := newService(b)
	s.grow(200_000 - s.Count("SELECT count(*) "+ofWest))
	s.Exec("ANALYZE rounds.households")
	for _, size := range []int{100, 1000, 10_000} {
		b.Run(fmt.Sprintf("page=%d", size), func(b *testing.B) {
			for b.Loop() {
				s.Exec("UPDATE rounds.receivers SET sent_on = NULL")
				before := s.Count("SELECT count(*) FROM rounds.reads")
				path := b.TempDir() + "/households.csv"
				s.gdal("ogr2ogr", "-f", "CSV", path, "OAPIF:"+s.url+"/ogc", "households", "-oo", fmt.Sprintf("PAGE_SIZE=%d", size))
				text, err := os.ReadFile(path)
				if err != nil || bytes.Count(text, []byte("\n")) != 200_001 {
					b.Fatalf("%d lines, %v", bytes.Count(text, []byte("\n")), err)
				}
				b.ReportMetric(float64(s.Count("SELECT count(*) FROM rounds.reads")-before), "pages")
			}
		})
	}
}

// testTenLines runs the lines of docs/gis.md.
func testTenLines(t *testing.T, s *service) {
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(s.token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	folder := tenLines(t, s.url+"/ogc", token)
	counts := s.counted()
	for file, layer := range map[string]string{"households.gpkg": "households", "routes.fgb": "routes", "work.gpkg": "cells", "map.gpkg": "basemap", "stops.csv": "stops"} {
		if out := s.gdal("ogrinfo", "-so", "-al", filepath.Join(folder, file)); !strings.Contains(out, fmt.Sprintf("Feature Count: %d\n", counts[layer])) {
			t.Errorf("%s: want %d: %s", file, counts[layer], out)
		}
	}
}

// tenLines runs the lines of docs/gis.md in a folder of its own.
func tenLines(t *testing.T, root, tokenFile string) (folder string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/gis.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), "```sh\n")
	lines, _, found := strings.Cut(after, "```")
	if !found || strings.Count(lines, "\n") != 10 {
		t.Fatalf("these are no ten lines: %s", lines)
	}
	folder = t.TempDir()
	command := exec.Command("bash", "-e", "-c", lines)
	command.Dir = folder
	command.Env = append(os.Environ(), "URL="+root, "TOKEN="+tokenFile)
	if out, err := command.CombinedOutput(); err != nil || bytes.Contains(out, []byte("ERROR")) {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}
