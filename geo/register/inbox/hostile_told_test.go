package inbox

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

var update = flag.Bool("update", false, "write what is told of hostile files to testdata/told.txt, to be read line by line")

const wholeHead = "id,lon,lat,street,house_number,doors,window_start,window_end\n"

// row is a table with one place, of which one field is changed.
func row(field, value string) string {
	values := map[string]string{"id": "b-1", "lon": "1.05", "lat": "42.05", "street": "Mill Lane", "house_number": "1", "doors": "1"}
	values[field] = value
	var cells []string
	for name := range strings.SplitSeq(strings.TrimSpace(wholeHead), ",") {
		cells = append(cells, `"`+strings.ReplaceAll(values[name], `"`, `""`)+`"`)
	}
	return wholeHead + strings.Join(cells, ",") + "\n"
}

func featured(geometry, properties string) string {
	return `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":` + geometry + `,"properties":` + properties + `}]}`
}

func at(coordinates string) string {
	return featured(`{"type":"Point","coordinates":`+coordinates+`}`, `{"id":"b-1"}`)
}

func area(wkt string) string { return "id,name,level,wkt\na,Town,county,\"" + wkt + "\"\n" }

// twoBytes is a text in two bytes a letter, the lower one first.
func twoBytes(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// nested is a shape in a shape in a shape, as a GeoPackage and GeoParquet hold it.
func nested(kind byte, depth int) string {
	return strings.Repeat("\x01"+string(kind)+"\x00\x00\x00\x01\x00\x00\x00", depth)
}

// brokenTables are tables that broke on their way or that somebody made to do harm.
func brokenTables(t *testing.T) map[string]string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte(wholeHead))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	good := row("id", "b-1")
	tables := map[string]string{
		"empty": "", "mark alone": "\xef\xbb\xbf", "no rows": wholeHead, "blank lines": strings.Repeat("\n", 5<<20), "separators": strings.Repeat(",", 1<<20),
		"no columns": "\n" + good, "nul bytes": strings.Repeat("\x00", 1<<16), "nul in a cell": row("street", "a\x00b"), "open quote": wholeHead + "\"b-1,1.05,42.05\n", "quote inside": wholeHead + "b\"1,1.05,42.05,,,,,\n",
		"long row": row("street", strings.Repeat("x", 2<<20)), "long header": strings.Repeat("x", 2<<20) + "," + good, "many columns": strings.Repeat("x,", 1<<17) + good,
		"column twice": "id,ID,lon,lat\na,b,1.05,42.05\n", "short row": wholeHead + "b-1,1.05\n", "far row": strings.TrimSpace(good) + strings.Repeat(",x", 50_000) + "\n",
		"utf-16 cut off": twoBytes(good)[:151], "utf-16 without an end": twoBytes(wholeHead) + "b\x00", "gb18030 cut off": "编号,lon,lat\n"[:3] + "id,lon,lat,street\nb-1,1.05,42.05,\xbd\xe2\xb7",
		"encodings mixed": row("street", "Café") + "b-2,1.05,42.05,Caf\xe9,,,,\n", "other encodings mixed": row("street", "解放路") + "b-2,1.05,42.05,\xbd\xe2\xb7\xc5\xc2\xb7,,,,\n",
		"utf-32": "\xff\xfe\x00\x00i\x00\x00\x00d\x00\x00\x00", "overlong letter": row("street", "a\xc0\xafb"), "surrogate": row("street", "a\xed\xa0\x80b"),
		"gzip": packed.String(), "pdf": "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "png": "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "old workbook": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600),
		"web page": "<!doctype html><title>Sign in</title>", "program": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 100), "json list": `[{"id":"a"}]`, "json number": "7",
		"direction turned": row("street", "Mill\u202eenaL"), "no width": row("id", "b\u200b1"), "line in an id": row("id", "b\n1"), "tab in an id": row("id", "b\t1"),
		"identity": row("id", "11010519491231002X"), "phone": row("id", "13906280000"), "long id": row("id", strings.Repeat("x", 65)), "long street": row("street", strings.Repeat("x", 201)), "no id": row("id", ""),
		"id twice in a column": "id,编号,lon,lat\na,b,1.05,42.05\n",
	}
	for _, formula := range []string{"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1+1", "=HYPERLINK(\"http://x\")"} {
		tables["formula in an id "+formula] = row("id", formula)
		tables["formula in doors "+formula] = row("doors", formula)
	}
	for _, number := range []string{"NaN", "Inf", "-Infinity", "1e400", "1e-400", "0x1p3", "1_0", "--1", "1.0.5", "１.０５", "1,05", "181", "-180.0001", "431000.5", "north"} {
		tables["lon "+number] = row("lon", number)
	}
	for _, number := range []string{"91", "-90.5", "117", "4654321.9", "NaN"} {
		tables["lat "+number] = row("lat", number)
	}
	for _, doors := range []string{"0", "-1", "1.5", "2001", "99999999999999999999", "NaN", "two"} {
		tables["doors "+doors] = row("doors", doors)
	}
	for name, window := range map[string][2]string{"reversed": {"12:00", "09:00"}, "no end": {"09:00", ""}, "no clock": {"25:00", "26:00"}, "over midnight": {"22:00", "02:00"}, "words": {"morning", "noon"}} {
		tables["window "+name] = wholeHead + "b-1,1.05,42.05,,,," + window[0] + "," + window[1] + "\n"
	}
	return tables
}

// brokenFeatures are such files of GeoJSON.
func brokenFeatures() map[string]string {
	good := at("[1.05,42.05]")
	features := map[string]string{
		"no list": `{"type":"FeatureCollection","features":{}}`, "no features": `{"type":"FeatureCollection"}`, "a geometry": `{"type":"Point","coordinates":[1,42]}`, "a topology": `{"type":"Topology","objects":{}}`,
		"null feature": `{"type":"FeatureCollection","features":[null]}`, "a feature of text": `{"type":"FeatureCollection","features":["x"]}`, "no number": at("[NaN,42]"), "too large a number": at("[1e999,42]"), "text": at(`["1","42"]`),
		"one coordinate": at("[1]"), "none": at("[]"), "lists": at("[[1,42]]"), "deep": at(strings.Repeat("[", 200_000)), "deep properties": featured("null", strings.Repeat(`{"a":`, 200_000)), "swapped": at("[42.05,117]"),
		"a polygon": featured(`{"type":"Polygon","coordinates":[[[1,42],[1.1,42],[1.1,42.1],[1,42]]]}`, `{"id":"a"}`), "a collection": featured(`{"type":"GeometryCollection","geometries":[]}`, `{"id":"a"}`), "unknown shape": featured(`{"type":"Circle","coordinates":[1,42]}`, `{"id":"a"}`),
		"id that is an object": featured(`{"type":"Point","coordinates":[1.05,42.05]}`, `{"id":{"a":1}}`), "id twice": featured(`{"type":"Point","coordinates":[1.05,42.05]}`, `{"id":"a","编号":"b"}`), "more behind": good + good, "comment": "{/* x */" + good[1:],
		"other system": strings.Replace(good, `"features"`, `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::25831"}},"features"`, 1), "no system": strings.Replace(good, `"features"`, `"crs":7,"features"`, 1),
		"long feature": featured("null", `{"id":"`+strings.Repeat("x", 2<<20)+`"}`), "other letters": twoBytes(good), "not letters": strings.Replace(good, "b-1", "b\xff1", 1),
	}
	for i := 1; i < 12; i++ {
		features[fmt.Sprintf("cut off at %02d", i)] = good[:len(good)*i/12]
	}
	return features
}

// tornFiles are files of each format, cut off and overwritten along their length.
func tornFiles(t *testing.T) map[string]string {
	torn := map[string]string{}
	for _, format := range []gis.Format{gis.Shapefile, gis.GPKG, gis.FGB, gis.Parquet, gis.XLSX, gis.KML, gis.GPX, gis.GeoJSONSeq} {
		whole := `<gpx><wpt lat="42.05" lon="1.05"><name>b-1</name><desc>zqmark</desc></wpt><wpt lat="42.06" lon="1.06"><name>b-2</name></wpt></gpx>`
		if format != gis.GPX { // which is written of routes alone
			whole = string(written(t, format))
		}
		for i := 1; i < 8; i++ {
			place := len(whole) * i / 8
			torn[fmt.Sprintf("%s/cut off at %d", format, i)] = whole[:place]
			torn[fmt.Sprintf("%s/overwritten at %d", format, i)] = patched(whole, place, bytes.Repeat([]byte{0xff}, min(24, len(whole)-place))...)
		}
	}
	point := "0101000000" + hexPoint(1.05, 42.05)
	for name, kind := range map[string]byte{"points": 4, "polygons": 6, "collections": 7} {
		torn["gpkg/nested "+name] = string(changedGPKG(t, fmt.Sprintf("UPDATE file SET geom = x'4750000100000000%X%s'", nested(kind, 20_000), point)))
	}
	return torn
}

// brokenAreas are such files of areas.
func brokenAreas(t *testing.T) map[string]string {
	var many strings.Builder
	for range 10_000_000 {
		many.WriteString("1,42 ")
	}
	deep := strings.Repeat("GEOMETRYCOLLECTION(", 50_000)
	return map[string]string{
		"10 million points of KML":    placemark("<Polygon><outerBoundaryIs><LinearRing><coordinates>" + many.String() + "</coordinates></LinearRing></outerBoundaryIs></Polygon>"),
		"10 million points of a text": area("POLYGON((" + strings.ReplaceAll(strings.ReplaceAll(many.String(), " ", "|"), ",", " ")[:40<<20] + "))"),
		"10 million points said":      string(part(t, written(t, gis.Shapefile, orb.MultiPolygon{{manyVertices(20)}}), ".shp", func(s string) string { return patched(s, 148, 0x80, 0x96, 0x98, 0) })),
		"deep text":                   area(deep), "no text": area(""), "words": area("here"), "a point": area("POINT(1 42)"), "a line": area("LINESTRING(1 42,1.1 42)"), "open ring": area("POLYGON((1 42,1.1 42,1.1 42.1,1 42.1))"),
		"two points": area("POLYGON((1 42,1 42))"), "no number": area("POLYGON((NaN 42,1.1 42,1.1 42.1,NaN 42))"), "infinite": area("POLYGON((1e400 42,1.1 42,1.1 42.1,1e400 42))"), "cut off": area("POLYGON((1 42,1.1 42"), "more behind": area("POLYGON((1 42,1.1 42,1.1 42.1,1 42)) x"),
		"empty polygon": area("POLYGON EMPTY"), "swapped": area("POLYGON((42 117,42.1 117,42.1 117.1,42 117))"), "metres": area("POLYGON((431000 4654321,431100 4654321,431100 4654421,431000 4654321))"),
		"no level": "id,name,level,wkt\na,Town,planet,\"POLYGON((1 42,1.1 42,1.1 42.1,1 42))\"\n", "control in a name": "id,name,level,wkt\na,\"To\x07wn\",county,\"POLYGON((1 42,1.1 42,1.1 42.1,1 42))\"\n",
		"json deep": featured(`{"type":"Polygon","coordinates":`+strings.Repeat("[", 200_000), "{}"), "json open": featured(`{"type":"Polygon","coordinates":[[[1,42],[1.1,42],[1.1,42.1]]]}`, `{"id":"a","name":"A","level":"county"}`),
		"json no list": featured(`{"type":"Polygon","coordinates":7}`, `{"id":"a","name":"A","level":"county"}`), "json no type": featured(`{"coordinates":[]}`, `{"id":"a","name":"A","level":"county"}`),
	}
}

// What is told of each hostile file is a line of testdata/told.txt, reviewed; none takes
// more memory than a file of its size may.
func TestHostileFiles_AreToldAsReviewed(t *testing.T) {
	const reviewed = "testdata/told.txt"
	var lines []string
	for _, group := range []struct {
		kind, name string
		files      map[string]string
	}{{"households", "csv/", brokenTables(t)}, {"households", "geojson/", brokenFeatures()}, {"households", "", tornFiles(t)}, {"areas", "areas/", brokenAreas(t)}} {
		for name, file := range group.files {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got := told(t, group.kind, []byte(file))
			runtime.ReadMemStats(&after)
			if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 400+uint64(len(file))*20>>20 {
				t.Errorf("%s%s: %d MB", group.name, name, grown)
			}
			checkTold(t, &register.Complaint{Problem: got + "."})
			lines = append(lines, fmt.Sprintf("%s%q: %s", group.name, name, got))
		}
	}
	slices.Sort(lines)
	text := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(reviewed, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(reviewed)
	if err != nil {
		t.Fatal(err)
	}
	known := strings.Split(string(want), "\n")
	for _, line := range lines {
		if !slices.Contains(known, line) {
			t.Errorf("not as reviewed: %s", line)
		}
	}
	if len(known) != len(lines)+1 {
		t.Errorf("%d files, %d reviewed", len(lines), len(known)-1)
	}
}

// Of a file that is refused, and of one that is cut off or torn, nothing is in the register.
func TestHostileFiles_LeaveNothingInTheRegister(t *testing.T) {
	t.Parallel()
	f := open(t)
	files := brokenTables(t)
	for name, file := range brokenFeatures() {
		files["geojson/"+name] = file
	}
	for name, file := range tornFiles(t) {
		files[name] = file
	}
	for name, test := range hostileFiles(t) {
		files[name] = string(test.file)
	}
	// A good row before and behind each table, so that there is something to keep.
	for name, file := range brokenTables(t) {
		if strings.HasPrefix(file, wholeHead) && len(file) < 1<<20 {
			files["between good rows "+name] = wholeHead + "good-1,1.02,42.02,,,,,\n" + strings.TrimPrefix(file, wholeHead) + "good-2,1.03,42.03,,,,,\n"
		}
	}
	kept := func() int {
		return f.count("SELECT (SELECT count(*) FROM rounds.households) + (SELECT count(*) FROM rounds.imports) + (SELECT count(*) FROM rounds.areas)")
	}
	refused, before := 0, kept()
	for name, file := range files {
		_, _, err := f.take("households", file, "")
		if err == nil {
			f.must(f.empty())
			before = kept()
			continue
		}
		refused++
		if wrong := (*register.RefusedError)(nil); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
		if kept() != before {
			t.Errorf("%s: something of it was kept", name)
		}
	}
	if refused < 200 {
		t.Errorf("%d files were refused", refused)
	}
}

// empty takes the households out again.
func (f *fixture) empty() error {
	_, err := f.owner.Exec(f.Context(), "DELETE FROM rounds.households")
	return err
}
