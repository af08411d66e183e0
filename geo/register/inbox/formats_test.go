package inbox

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
)

// converted is a GeoJSON text as another program writes it in another format.
func converted(t *testing.T, name, text string, options ...string) string {
	t.Helper()
	folder := t.TempDir()
	source, made := filepath.Join(folder, "source.geojson"), filepath.Join(folder, name)
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("ogr2ogr", append([]string{made, source}, options...)...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("ogr2ogr %s: %v: %s", name, err, out)
	}
	if filepath.Ext(name) != ".shp" {
		return content(t, made)
	}
	packed := filepath.Join(folder, "packed.zip")
	file, err := os.Create(packed)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	parts, _ := filepath.Glob(strings.TrimSuffix(made, ".shp") + ".*")
	for _, part := range parts {
		out, err := archive.Create("folder/" + filepath.Base(part))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(out, content(t, part))
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	file.Close()
	return content(t, packed)
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// asParquet is a file of our own writer: no other program here writes GeoParquet.
func asParquet(t *testing.T, geometry string, columns []gis.Column, shapes []orb.Geometry, rows [][]any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.parquet")
	w, err := gis.Create(path, gis.Layer{Name: "file", Geometry: geometry, Columns: columns}, gis.Manifest{Format: gis.Parquet, Created: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := w.Write(shapes[i], row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return content(t, path)
}

// The same households in each format come in alike: points in degrees and in metres,
// names in Chinese of any encoding, columns that are not kept left out.
func TestHouseholds_ComeInAlikeInEveryFormat(t *testing.T) {
	t.Parallel()
	f := open(t)
	const text = `{"type":"FeatureCollection","features":[
		{"type":"Feature","geometry":{"type":"Point","coordinates":[1.051,42.052]},"properties":{"id":"%[1]s-1","lon":1.051,"lat":42.052,"street":"解放路","unit":"3B","doors":7,"owner":"zqmark"}},
		{"type":"Feature","geometry":{"type":"Point","coordinates":[1.052,42.052]},"properties":{"id":"%[1]s-2","lon":1.052,"lat":42.052,"street":"Carrer d'Amunt","unit":null,"doors":1,"owner":null}}]}`
	columns := []gis.Column{{Name: "id", Kind: gis.Text}, {Name: "street", Kind: gis.Text}, {Name: "unit", Kind: gis.Text}, {Name: "doors", Kind: gis.Integer}, {Name: "owner", Kind: gis.Text}}
	files := map[string]string{}
	for name, test := range map[string][]string{
		"gpkg": nil, "fgb": nil, "kml": {"-f", "LIBKML"}, "geojsonl": {"-f", "GeoJSONSeq"}, "shp": {"-lco", "ENCODING=UTF-8"}, "xlsx": nil,
		"metres.gpkg": {"-t_srs", "EPSG:25831"}, "metres.fgb": {"-t_srs", "EPSG:25831"}, "metres.shp": {"-t_srs", "EPSG:25831", "-lco", "ENCODING=CP936"},
		"z.gpkg": {"-dim", "XYZ"}, "z.shp": {"-dim", "XYZ", "-lco", "ENCODING=GB18030"},
	} {
		files[name] = converted(t, "file."+name, fmt.Sprintf(text, name), test...)
	}
	files["parquet"] = asParquet(t, "Point", columns, []orb.Geometry{orb.Point{1.051, 42.052}, orb.Point{1.052, 42.052}},
		[][]any{{"parquet-1", "解放路", "3B", int64(7), "zqmark"}, {"parquet-2", "Carrer d'Amunt", nil, int64(1), nil}})
	files["rs"] = strings.ReplaceAll("\x1e"+files["geojsonl"], "geojsonl-", "rs-")
	for name, file := range files {
		report, left, err := f.take("households", file, "")
		// A GeoPackage has a column fid, our GeoParquet one of bounds.
		if err != nil || report.Added != 2 || left.Columns != 1 && left.Columns != 2 {
			t.Errorf("%s: %+v, %d columns left out: %v", name, report.Counts, left.Columns, err)
			continue
		}
		rows := f.count(`SELECT count(*) FROM rounds.households WHERE (source_key = $1 || '-1' AND street = '解放路' AND unit = '3B' AND doors = 7 AND ST_DistanceSphere(at, ST_SetSRID(ST_Point(1.051, 42.052), 4326)) < 0.1)
			OR (source_key = $1 || '-2' AND street = 'Carrer d''Amunt' AND unit IS NULL AND doors = 1 AND ST_DistanceSphere(at, ST_SetSRID(ST_Point(1.052, 42.052), 4326)) < 0.1)`, name)
		if rows != 2 {
			t.Errorf("%s: %d of 2 rows are as they were", name, rows)
		}
		if metres := strings.HasPrefix(name, "metres"); metres != (left.System != "") {
			t.Errorf("%s names %q", name, left.System)
		}
	}
	f.mustLack("the database", f.dump(), []string{"zqmark"})
	gpx := `<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="42.052" lon="1.053"><name>gpx-1</name></wpt><trk><name>x</name></trk></gpx>`
	if report, _, err := f.take("households", gpx, ""); err != nil || report.Added != 1 {
		t.Errorf("gpx: %+v, %v", report, err)
	}
}

func TestAreas_ComeInAlikeInEveryFormat(t *testing.T) {
	t.Parallel()
	f := open(t)
	outline := `[[[1,42],[1.05,42],[1.05,42.1],[1,42.1],[1,42]],[[1.01,42.01],[1.01,42.02],[1.02,42.02],[1.02,42.01],[1.01,42.01]]]`
	text := `{"type":"FeatureCollection","features":[
		{"type":"Feature","geometry":{"type":"Polygon","coordinates":` + outline + `},"properties":{"id":"%[1]s-1","level":"town","name":"West","name_zh":"西镇","parent":"county","mayor":"zqmark"}},
		{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[1.06,42],[1.07,42],[1.07,42.1],[1.06,42.1],[1.06,42]]],[[[1.08,42],[1.09,42],[1.09,42.1],[1.08,42.1],[1.08,42]]]]},"properties":{"id":"%[1]s-2","level":"town","name":"East","parent":"county"}}]}`
	files := map[string]string{}
	for name, options := range map[string][]string{
		"gpkg": {"-nlt", "PROMOTE_TO_MULTI"}, "fgb": {"-nlt", "PROMOTE_TO_MULTI"}, "kml": {"-f", "LIBKML"}, "geojsonl": {"-f", "GeoJSONSeq"},
		"shp": {"-lco", "ENCODING=UTF-8"}, "metres.gpkg": {"-t_srs", "EPSG:25831", "-nlt", "PROMOTE_TO_MULTI"}, "metres.shp": {"-t_srs", "EPSG:3857", "-lco", "ENCODING=UTF-8"},
	} {
		files[name] = converted(t, "file."+name, fmt.Sprintf(text, name), options...)
	}
	files["2008"] = strings.Replace(converted(t, "file.geojson", fmt.Sprintf(text, "2008"), "-t_srs", "EPSG:25831", "-lco", "RFC7946=NO"), "x", "x", 1)
	for name, file := range files {
		report, left, err := f.take("areas", file, "")
		if err != nil || report.Added != 2 || left.Columns < 1 {
			t.Errorf("%s: %+v, %d columns left out: %v", name, report.Counts, left.Columns, err)
			continue
		}
		rows := f.count(`SELECT count(*) FROM rounds.areas WHERE (source_key = $1 || '-1' AND name = 'West' AND name_zh = '西镇' AND level = 'town' AND abs(ST_Area(outline) - 0.0049) < 1e-5)
			OR (source_key = $1 || '-2' AND name = 'East' AND ST_NumGeometries(outline) = 2 AND abs(ST_Area(outline) - 0.002) < 1e-5)`, name)
		if rows != 2 {
			t.Errorf("%s: %d of 2 areas are as they were", name, rows)
		}
	}
	f.mustLack("the database", f.dump(), []string{"zqmark"})
}

// Days of a workbook are numbers.
func TestIncidents_ComeInFromAWorkbook(t *testing.T) {
	t.Parallel()
	f := open(t)
	file := converted(t, "file.xlsx", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":
		{"编号":"7/2026","经度":1.05,"纬度":42.05,"事项":"道路无照明","上报日期":"2026/03/01","状态":"已办结","办结日期":"2026/03/09","备注":"zqmark"}}]}`)
	report, left, err := f.take("incidents", file, "")
	if err != nil || report.Added != 1 || left.Columns != 1 {
		t.Fatalf("%+v, %d columns left out, %v", report, left.Columns, err)
	}
	if f.count("SELECT count(*) FROM rounds.incidents WHERE matter = 'unlit_path' AND reported_on = '2026-03-01' AND closed_on = '2026-03-09'") != 1 {
		t.Error(f.dump())
	}
}

func TestRefusals_ComeInFromAWorkbook(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("households", "id,lon,lat,street,house_number,place\na,1.05,42.05,Mill Lane,7,County\nb,1.06,42.05,Mill Lane,9,County\n", "")
	f.must(err)
	file := converted(t, "file.xlsx", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"street":"Mill Lane","house_number":7,"place":"County"}}]}`)
	report, _, err := f.take("refusals", file, "")
	if err != nil || report.Addresses != 1 || f.count("SELECT count(*) FROM rounds.households") != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}
