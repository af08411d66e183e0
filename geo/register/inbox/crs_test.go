package inbox

import (
	"fmt"
	"testing"

	"github.com/paulmach/orb"
)

// The door is at 116.39, 39.90; the shifted coordinates are those that the published
// formulas of GCJ-02 and BD-09 give, worked out apart from this code.
func TestImport_TurnsTheCoordinatesOfAFile(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("areas", "id,name,level,wkt\ncity,City,county,\"POLYGON((116.2 39.7,116.6 39.7,116.6 40.1,116.2 40.1,116.2 39.7))\"\n", "")
	f.must(err)
	var x, y float64
	f.must(f.owner.QueryRow(t.Context(), "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_SetSRID(ST_Point(116.39, 39.90), 4326), 32650) p").Scan(&x, &y))
	for option, at := range map[string][2]float64{
		"": {116.39, 39.90}, "4326": {116.39, 39.90}, "gcj02": {116.3962395, 39.9014003}, "bd09": {116.4026207, 39.9077423}, "EPSG:32650": {x, y}, "32650": {x, y},
	} {
		table := fmt.Sprintf("编号,经度,纬度,门牌号\nbad,,1,\nb%s,%.7f,%.7f,1\n", option, at[0], at[1])
		_, _, err := f.take("households", table, option)
		if complaints := f.refused(err); len(complaints) != 1 || complaints[0].Row != 2 || complaints[0].Field != "lon" {
			t.Errorf("%s: %v", option, err)
		}
		table = fmt.Sprintf(`{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:32650"}},"features":[{"type":"Feature","id":"b%s","geometry":{"type":"Point","coordinates":[%.7f,%.7f]},"properties":{}}]}`, option, at[0], at[1])
		if option == "" || option == "4326" {
			table = fmt.Sprintf("id,lon,lat\nb%s,%.7f,%.7f\n", option, at[0], at[1])
		}
		_, _, err = f.take("households", table, option)
		f.must(err)
		far := f.count("SELECT (10 * ST_DistanceSphere(at, ST_SetSRID(ST_Point(116.39, 39.90), 4326)))::int FROM rounds.households WHERE source_key = 'b' || $1", option)
		if far > 10 {
			t.Errorf("--crs %s: %d dm off", option, far)
		}
	}
	_, _, err = f.take("households", head+"a,500000,4000000,x\n", "999999")
	if err == nil {
		t.Error("a system that is none was taken")
	}
}

// Digits of coordinates are no identity number, though they may look like one.
func TestIncidents_WithoutANumberAreKnownByPlaceMatterAndDay(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("areas", "id,name,level,wkt\ncoast,Coast,county,\"POLYGON((1.1 41,1.6 41,1.6 41.5,1.1 41.5,1.1 41))\"\n", "")
	f.must(err)
	file := "lon,lat,matter,reported_on\n1.246190,41.118800,sewer,2026-03-01\n1.246190,41.118800,unlit_path,2026-03-01\n1.246190,41.118800,sewer,2026-03-02\n"
	for _, added := range []int{3, 0} {
		report, _, err := f.take("incidents", file, "")
		if err != nil || report.Added != added {
			t.Errorf("%+v, %v", report, err)
		}
	}
	_, _, err = f.take("incidents", file+"1.246190,41.118800,Sewer,2026-03-02\n", "")
	if complaints := f.refused(err); len(complaints) != 1 || complaints[0].Row != 5 || complaints[0].Field != "id" {
		t.Errorf("%v", err)
	}
}

// The doors lie along streets two kilometres apart; as a Chinese map has them they lie half
// a kilometre beside.
func TestHouseholds_BesideTheStreetsAreSaidToBeShifted(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("areas", "id,name,level,wkt\ncity,City,county,\"POLYGON((116.2 39.7,116.6 39.7,116.6 40.1,116.2 40.1,116.2 39.7))\"\n", "")
	f.must(err)
	_, err = f.owner.Exec(t.Context(), `INSERT INTO rounds.basemap_features (class, kind, min_zoom, shape)
		SELECT 'street', 'residential', 12, ST_Transform(ST_SetSRID(ST_MakeLine(ST_Point(116.30 + n * 0.0234, 39.8), ST_Point(116.30 + n * 0.0234, 40.0)), 4326), 3857) FROM generate_series(0, 5) n`)
	f.must(err)
	for system, shift := range map[string]orb.Point{"": {0, 0}, "gcj02": {0.0062395, 0.0014003}, "bd09": {0.0126207, 0.0077423}} {
		file := head
		for n := range 12 {
			file += fmt.Sprintf("%s-%d,%.7f,%.7f,x\n", system, n, 116.30+float64(n%6)*0.0234+0.0001+shift[0], 39.85+float64(n)/100+shift[1])
		}
		if report, _, err := f.take("households", file, "dry"); err != nil || report.Shifted != system {
			t.Errorf("%q is told as %q: %v", system, report.Shifted, err)
		}
		if system != "" {
			if report, _, err := f.take("households", file, system); err != nil || report.Shifted != "" {
				t.Errorf("turned from %q, and told as %q: %v", system, report.Shifted, err)
			}
		}
	}
	far := head + "a,1.05,42.05,x\n"
	if report, _, err := f.take("households", far, ""); err != nil || report.Shifted != "" {
		t.Errorf("far from China, and told as %q: %v", report.Shifted, err)
	}
}
