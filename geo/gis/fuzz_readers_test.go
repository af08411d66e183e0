package gis

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// A target for each reader. A file in a ZIP is put together from mutated parts: mutated
// whole it hardly ever gets past its checksums.

// fuzzWanted are columns of places, as an import reads them.
func fuzzWanted() Wanted {
	names := map[string]string{"编号": "id"}
	for _, name := range []string{"id", "lon", "lat", "street", "doors", "wkt", "reported_on", "window_start"} {
		names[name] = name
	}
	return Wanted{Names: names, Dates: []string{"reported_on"}, Clocks: []string{"window_start"}}
}

// seedFile is a small file of a format.
func seedFile(tb testing.TB, format Format, shapes ...orb.Geometry) []byte {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "file")
	columns := []Column{{"id", Text}, {"doors", Integer}, {"remark", Text}, {"reported_on", Date}, {"window_start", Time}}
	w, err := Create(path, Layer{Name: "file", Geometry: shapes[0].GeoJSONType(), Columns: columns}, Manifest{Format: format, Created: time.Unix(1_800_000_000, 0)})
	if err != nil {
		tb.Fatal(err)
	}
	for _, shape := range shapes {
		if err := w.Write(shape, []any{"a", int64(2), "x", "2027-03-01", "08:30:00"}); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	return content
}

var fuzzShapes = [][]orb.Geometry{
	{orb.Point{1.5, 42.5}, orb.Point{1.6, 42.6}},
	{orb.MultiPolygon{{{{1, 42}, {2, 42}, {2, 43}, {1, 42}}, {{1.5, 42.1}, {1.6, 42.1}, {1.6, 42.2}, {1.5, 42.1}}}}},
}

// asPacked is a ZIP of names and contents.
func asPacked(tb testing.TB, parts ...string) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := archive.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// partsOf has the contents of a ZIP by the endings of their names.
func partsOf(tb testing.TB, file []byte) map[string]string {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		tb.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range archive.File {
		in, err := part.Open()
		if err != nil {
			tb.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			tb.Fatal(err)
		}
		parts[part.Name] = string(content)
	}
	return parts
}

// checkSaid checks what is said about a file: one line, in letters.
func checkSaid(t *testing.T, err error) {
	text := err.Error()
	if strings.ContainsAny(text, "\n\r") || len(text) > 1000 || !utf8.ValidString(text) {
		t.Errorf("says %q", text)
	}
}

// readFile reads a file to its end: each row is a shape of finite numbers and texts, or a
// complaint, and the end is that of the file or says what is wrong with it.
func readFile(t *testing.T, content []byte) {
	r, err := Open(bytes.NewReader(content), fuzzWanted())
	if err != nil {
		if Ends(err) == nil {
			t.Errorf("open: %v is no fault of the file", err)
		}
		checkSaid(t, err)
		return
	}
	defer r.Close()
	last := int64(0)
	for {
		record, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			checkSaid(t, err)
			if Ends(err) != nil {
				break
			}
			if wrong := (*RowError)(nil); !errors.As(err, &wrong) || wrong.Row < 1 {
				t.Fatalf("%v is about no row", err)
			}
		} else if !finite(record.Shape) || vertices(record.Shape) > mostVertices {
			t.Errorf("row %d: %v", record.Number(), record.Shape)
		}
		if record.Number() <= last {
			t.Fatalf("row %d after row %d", record.Number(), last)
		}
		last = record.Number()
		for _, column := range []string{"id", "street", "wkt"} {
			if text, err := record.Text(column); err != nil || !utf8.ValidString(text) || len(text) > mostRecord {
				t.Errorf("row %d: %s: %q: %v", last, column, text, err)
			}
		}
		if v, found, err := record.Float("doors"); err == nil && found && (v != v || v-v != 0) {
			t.Errorf("row %d: %v doors", last, v)
		}
	}
	if r.Dropped() > mostColumns {
		t.Errorf("%d columns were told apart", r.Dropped())
	}
}

// fuzzWhole mutates files of a format as they lie.
func fuzzWhole(f *testing.F, start string, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		// What begins otherwise is another reader's.
		if !bytes.HasPrefix(content, []byte(start)) {
			content = append([]byte(start), content...)
		}
		readFile(t, content)
	})
}

func FuzzFlatGeobuf(f *testing.F) {
	fuzzWhole(f, fgbMagic[:3], seedFile(f, FGB, fuzzShapes[0]...), seedFile(f, FGB, fuzzShapes[1]...))
}

func FuzzParquet(f *testing.F) {
	fuzzWhole(f, "PAR1", seedFile(f, Parquet, fuzzShapes[0]...), seedFile(f, Parquet, fuzzShapes[1]...))
}

func FuzzSequence(f *testing.F) {
	fuzzWhole(f, "\x1e", seedFile(f, GeoJSONSeq, fuzzShapes[0]...), seedFile(f, GeoJSONSeq, fuzzShapes[1]...))
}

func FuzzKML(f *testing.F) {
	fuzzWhole(f, "<", seedFile(f, KML, fuzzShapes[0]...), seedFile(f, KML, fuzzShapes[1]...),
		[]byte(`<?xml version="1.0" encoding="GB18030"?><kml><Placemark id="a"><MultiGeometry><Point><coordinates>1,42,3</coordinates></Point></MultiGeometry></Placemark></kml>`))
}

func FuzzGPX(f *testing.F) {
	fuzzWhole(f, "<gpx", []byte(`<gpx><trk><trkseg><trkpt lat="42" lon="1"/></trkseg></trk><wpt lat="42" lon="1"><ele>7</ele><name>a</name></wpt></gpx>`), []byte(`<gpx><wpt lat="42" lon="1"><name>a</name></wpt></gpx>`))
}

// FuzzGPKG mutates the first pages of a GeoPackage.
func FuzzGPKG(f *testing.F) {
	for _, shapes := range fuzzShapes {
		f.Add(seedFile(f, GPKG, shapes...)[:4096])
	}
	whole := seedFile(f, GPKG, fuzzShapes[0]...)
	f.Fuzz(func(t *testing.T, start []byte) {
		content := bytes.Clone(whole)
		copy(content[16:], start) // it stays a database
		readFile(t, content)
	})
}

// FuzzGPKGShape mutates the shape of a row of a GeoPackage: GeoParquet has the same within.
func FuzzGPKGShape(f *testing.F) {
	f.Add([]byte("GP\x00\x01\xe6\x10\x00\x00\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf8\x3f\x00\x00\x00\x00\x00\x40\x45\x40"))
	f.Add([]byte("GP\x00\x01\xe6\x10\x00\x00\x01\x06\x00\x00\x00\x01\x00\x00\x00\x01\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, blob []byte) {
		body, err := gpkgBody(blob)
		var shape orb.Geometry
		if err == nil && body != nil {
			shape, err = readWKB(body)
		}
		if err != nil {
			checkSaid(t, err)
		} else if vertices(shape) > mostVertices+1 || vertices(shape)*16 > len(blob) {
			t.Errorf("%d points of %d bytes", vertices(shape), len(blob))
		}
	})
}

func FuzzShapefile(f *testing.F) {
	for _, shapes := range fuzzShapes {
		parts := map[string]string{}
		for name, content := range partsOf(f, seedFile(f, Shapefile, shapes...)) {
			parts[filepath.Ext(name)] = content
		}
		f.Add(parts[".shp"], parts[".dbf"], parts[".prj"], "UTF-8")
	}
	f.Fuzz(func(t *testing.T, shp, dbf, prj, cpg string) {
		readFile(t, asPacked(t, "a.shp", shp, "a.dbf", dbf, "a.prj", prj, "a.cpg", cpg))
	})
}

func FuzzXLSX(f *testing.F) {
	parts := partsOf(f, seedFile(f, XLSX, fuzzShapes[0]...))
	const sheet, strs, styles = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
	f.Add(parts[sheet], parts[strs], parts[styles])
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="s"><v>0</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="XFD2" t="b"><v>1</v></c></row></sheetData></worksheet>`,
		`<sst><si><t>reported_on</t></si></sst>`, "")
	f.Fuzz(func(t *testing.T, rows, strings, look string) {
		var packed []string
		for name, content := range parts {
			switch name {
			case sheet:
				content = rows
			case strs:
				content = strings
			case styles:
				content = look
			}
			packed = append(packed, name, content)
		}
		if _, there := parts[strs]; !there {
			packed = append(packed, strs, strings)
		}
		readFile(t, asPacked(t, packed...))
	})
}

// FuzzTable reads tables in any encoding.
func FuzzTable(f *testing.F) {
	for _, seed := range []string{
		"id,lon,lat,doors\na,1.5,42.5,2\n", "\xef\xbb\xbfid;lon;lat\r\n\"a\"\"b\";1,5;42,5\r\n", "\xff\xfei\x00d\x00\n\x00a\x00\n\x00",
		"id\t\xbd\xd6\xb5\xc0\na\t\xbd\xe2\xb7\xc5\xc2\xb7\n", "id|street\na|Caf\xe9 na\xefve\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		text, from, err := TextOf(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if from == "" {
			t.Error("written in nothing")
		}
		table, err := NewNamedTable(text, fuzzWanted().Names, "id")
		if err != nil {
			checkSaid(t, err)
			return
		}
		for last := int64(1); ; last = table.Number() {
			more, err := table.Next()
			if err != nil {
				checkSaid(t, err)
				return
			}
			if !more {
				return
			}
			if table.Number() <= last {
				t.Fatalf("row %d after row %d", table.Number(), last)
			}
			if text, err := table.Text("id"); err == nil && !utf8.ValidString(text) {
				t.Errorf("row %d: %q", table.Number(), text)
			}
		}
	})
}
