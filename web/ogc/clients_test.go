package ogc_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
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
		if err != nil || len(read.Features) != want {
			t.Errorf("GDAL reads %d %s, %v, want %d", len(read.Features), layer, err, want)
		}
	}
	want := s.Count("SELECT count(*) " + ofWest + " AND h.doors = 2")
	if out := s.gdal("ogrinfo", "-so", "-where", "doors = 2", root, "households"); !strings.Contains(out, fmt.Sprintf("Feature Count: %d\n", want)) {
		t.Errorf("want %d: %s", want, out)
	}
}
