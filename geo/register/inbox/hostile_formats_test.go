package inbox

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// written is a file of ours with one place, or with shapes of their own.
func written(t testing.TB, format gis.Format, shapes ...orb.Geometry) []byte {
	t.Helper()
	if len(shapes) == 0 {
		shapes = []orb.Geometry{orb.Point{1.05, 42.05}}
	}
	geometry := shapes[0].GeoJSONType()
	path := filepath.Join(t.TempDir(), "file")
	columns := []gis.Column{{Name: "id", Kind: gis.Text}, {Name: "street", Kind: gis.Text}, {Name: "doors", Kind: gis.Integer}, {Name: "remark", Kind: gis.Text},
		{Name: "name", Kind: gis.Text}, {Name: "level", Kind: gis.Text}}
	w, err := gis.Create(path, gis.Layer{Name: "file", Geometry: geometry, Columns: columns}, gis.Manifest{Format: format, Created: time.Unix(1_800_000_000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	for i, shape := range shapes {
		if err := w.Write(shape, []any{fmt.Sprint("b-", i), "Mill Lane", int64(1), "zqmark", "Town", "county"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// zipped packs pairs of names and contents.
func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := archive.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, parts[i+1])
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// repacked is a ZIP with its parts changed; a part that becomes empty is left out.
func repacked(t testing.TB, file []byte, change func(name, content string) (string, string)) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, part := range archive.File {
		in, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		if name, changed := change(part.Name, string(content)); changed != "" {
			parts = append(parts, name, changed)
		}
	}
	return zipped(t, parts...)
}

// part changes one part of a ZIP.
func part(t testing.TB, file []byte, ending string, change func(string) string) []byte {
	return repacked(t, file, func(name, content string) (string, string) {
		if strings.HasSuffix(name, ending) {
			content = change(content)
		}
		return name, content
	})
}

// patched overwrites bytes.
func patched(content string, at int, with ...byte) string {
	return content[:at] + string(with) + content[at+len(with):]
}

// changedGPKG runs statements on a GeoPackage.
func changedGPKG(t testing.TB, statements string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.gpkg")
	if err := os.WriteFile(path, written(t, gis.GPKG), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	drop := ""
	for _, trigger := range []string{"insert", "update1", "update2", "update3", "update4", "delete"} {
		drop += "DROP TRIGGER rtree_file_geom_" + trigger + ";" // they call functions of a GIS
	}
	if _, err := db.Exec(drop + statements); err != nil {
		t.Fatal(err)
	}
	db.Close()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

const kmlHead = `<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>`

func placemark(inside string) string {
	return kmlHead + `<Placemark id="a"><name>b</name>` + inside + `</Placemark></Document></kml>`
}

func float(v float64) string {
	return string(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v)))
}

// manyVertices is a circle of more points than are read.
func manyVertices(n int) orb.Ring {
	ring := make(orb.Ring, n)
	for i := range ring {
		angle := 2 * math.Pi * float64(i) / float64(n-1)
		ring[i] = orb.Point{1.05 + 0.01*math.Cos(angle), 42.05 + 0.01*math.Sin(angle)}
	}
	ring[n-1] = ring[0]
	return ring
}

// told is the first complaint about a file, "" when it is taken.
func told(t *testing.T, kind string, file []byte) string {
	t.Helper()
	var first string
	var left Left
	keep := func(c *register.Complaint) error {
		if c != nil && first == "" {
			first = c.Error()
		}
		return nil
	}
	var err error
	if kind == "areas" {
		var rows AreaRows
		rows, err = Areas(t.Context(), bytes.NewReader(file), nil, nil, &left)
		for _, row := range slices.Sorted(maps.Keys(rows.Wrong)) {
			c := rows.Wrong[row]
			if keep(&c) != nil {
				t.Fatal("a complaint stops nothing")
			}
		}
	} else {
		err = Households(t.Context(), bytes.NewReader(file), nil, &left)(func(_ int64, h geo.Household, c *register.Complaint) error {
			if c == nil {
				c = register.CheckHousehold(h)
			}
			return keep(c)
		})
	}
	var refused *register.RefusedError
	switch {
	case errors.As(err, &refused):
		if first == "" {
			first = refused.Complaints[0].Error()
		}
	case err != nil:
		return "NO REFUSAL: " + err.Error()
	}
	return first
}

// hostileFiles are files that somebody made to do harm, or that broke on their way, with
// what is told about each.
func hostileFiles(t *testing.T) map[string]struct {
	file []byte
	says string
} {
	type files = map[string]struct {
		file []byte
		says string
	}
	shp, gpkg, fgb, parquet, xlsx := written(t, gis.Shapefile), written(t, gis.GPKG), written(t, gis.FGB), written(t, gis.Parquet), written(t, gis.XLSX)
	const cut, noShape = "file: the file was cut off; write it again", "row 1: geometry: is no Point; want the point of the door or the middle of the building"
	all := files{
		// ZIP
		"zip/empty":            {zipped(t), "file: the ZIP holds no Shapefile, KML or workbook"},
		"zip/slip":             {zipped(t, "../../etc/cron.d/x", "evil", "/etc/passwd", "evil"), "file: the ZIP holds no Shapefile, KML or workbook"},
		"zip/cut off":          {shp[:len(shp)-30], "file: the ZIP is damaged; pack it again"},
		"zip/many parts":       {zipped(t, manyNames(10_001)...), "file: the ZIP holds more than ten thousand files; pack one Shapefile alone"},
		"zip/two shapefiles":   {zipped(t, "a.shp", "x", "b.shp", "y"), "file: the ZIP holds 2 Shapefiles; pack one alone"},
		"zip/no dbf":           {zipped(t, "a.shp", "x", "b.dbf", "y"), "file: the ZIP holds no .dbf beside the .shp; pack all files of the Shapefile"},
		"zip/bomb in dbf":      {part(t, shp, ".dbf", func(s string) string { return patched(s, 4, 255, 255, 255, 127) + strings.Repeat(" ", 80<<20) }), ""},
		"zip/bomb in shp":      {part(t, shp, ".shp", func(s string) string { return s + strings.Repeat("\x00", 80<<20) }), "file: shape 2 is said to have more than 1 MB, or nothing; write the file again"},
		"zip/bomb in kmz":      {zipped(t, "doc.kml", kmlHead+strings.Repeat(" ", 80<<20)), "file: a place is longer than it may be; split the file"},
		"zip/bomb of comments": {zipped(t, "doc.kml", kmlHead+strings.Repeat("<!---->", 12<<20)), "file: a part of the ZIP unpacks to more than 400 times its size; pack it again without empty data"},
		"zip/bomb in workbook": {repacked(t, xlsx, func(name, content string) (string, string) {
			if strings.HasSuffix(name, "sheet2.xml") {
				content += strings.Repeat(" ", 80<<20)
			}
			return name, content
		}), "file: a cell of the workbook is longer than a row may be; save it as CSV UTF-8"},
		"zip/lone shp": {[]byte("\x00\x00\x27\x0a" + strings.Repeat("\x00", 100)), "file: a Shapefile is several files: pack .shp, .dbf, .prj and .cpg into one ZIP"},
		// Shapefile
		"shp/shapes cut off":   {part(t, shp, ".shp", func(s string) string { return s[:110] }), "file: the .shp was cut off; pack it again"},
		"shp/header cut off":   {part(t, shp, ".shp", func(s string) string { return s[:50] }), "file: the .shp was cut off; pack it again"},
		"shp/rows cut off":     {part(t, shp, ".dbf", func(s string) string { return s[:len(s)-20] }), "file: the .dbf was cut off after row 0"},
		"shp/dbf header":       {part(t, shp, ".dbf", func(s string) string { return s[:20] }), "file: the .dbf was cut off; pack it again"},
		"shp/dbf head size":    {part(t, shp, ".dbf", func(s string) string { return patched(s, 8, 1, 0) }), "file: the .dbf is damaged; write it again"},
		"shp/dbf row size":     {part(t, shp, ".dbf", func(s string) string { return patched(s, 10, 2, 0) }), "file: the .dbf is damaged: its columns are longer than its rows"},
		"shp/dbf huge head":    {part(t, shp, ".dbf", func(s string) string { return patched(s, 8, 255, 255) }), "file: the .dbf was cut off; pack it again"},
		"shp/fewer rows":       {part(t, shp, ".dbf", func(s string) string { return patched(s, 4, 0, 0, 0, 0) }), "file: the .dbf has 0 rows and the .shp more shapes; they belong to different files"},
		"shp/huge record":      {part(t, shp, ".shp", func(s string) string { return patched(s, 104, 127, 255, 255, 255) }), "file: shape 1 is said to have more than 1 MB, or nothing; write the file again"},
		"shp/no record":        {part(t, shp, ".shp", func(s string) string { return patched(s, 104, 0, 0, 0, 0) }), "file: shape 1 is said to have more than 1 MB, or nothing; write the file again"},
		"shp/unknown type":     {part(t, shp, ".shp", func(s string) string { return patched(s, 108, 31) }), "row 1: geometry: is of a type that is not read; want points or polygons"},
		"shp/no shape":         {part(t, shp, ".shp", func(s string) string { return patched(s, 108, 0) }), noShape},
		"shp/claims a polygon": {part(t, shp, ".shp", func(s string) string { return patched(s, 108, 5) }), "row 1: geometry: is a damaged shape"},
		"shp/not a number":     {part(t, shp, ".shp", func(s string) string { return patched(s, 112, []byte(float(math.NaN()))...) }), "row 1: geometry: has a coordinate that is no finite number"},
		"shp/infinite":         {part(t, shp, ".shp", func(s string) string { return patched(s, 120, []byte(float(math.Inf(1)))...) }), "row 1: geometry: has a coordinate that is no finite number"},
		"shp/other system":     {part(t, shp, ".prj", func(string) string { return `PROJCS["x"]` }), "crs: is not WGS 84; save the file with coordinates in degrees (EPSG:4326)"},
		"shp/columns":          {part(t, shp, ".dbf", func(s string) string { return strings.Replace(s, "id\x00", "di\x00", 1) }), "row 1: id: is missing; the columns are named id"},
		"shp/deleted row":      {part(t, shp, ".dbf", func(s string) string { return patched(s, 32+6*32+1, '*') }), ""},
		"shp/multipoint claim": {part(t, written(t, gis.Shapefile, orb.MultiPoint{{1, 2}, {3, 4}}), ".shp", func(s string) string { return patched(s, 144, 255, 255, 255, 127) }), "row 1: geometry: is a damaged shape"},
		// GeoPackage
		"gpkg/cut off":         {gpkg[:len(gpkg)/2], "file: the GeoPackage cannot be read: it is damaged, or none; write it again"},
		"gpkg/head alone":      {gpkg[:100], "file: the GeoPackage cannot be read: it is damaged, or none; write it again"},
		"gpkg/no catalogue":    {changedGPKG(t, "DROP TABLE gpkg_contents"), "file: the GeoPackage cannot be read: it is damaged, or none; write it again"},
		"gpkg/no layer":        {changedGPKG(t, "DELETE FROM gpkg_contents"), "file: the GeoPackage holds no table of features"},
		"gpkg/two layers":      {changedGPKG(t, "CREATE TABLE b (geom BLOB); INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('b', 'features', 4326); INSERT INTO gpkg_geometry_columns VALUES ('b', 'geom', 'POINT', 4326, 0, 0)"), "file: the GeoPackage holds 2 layers; export the one to import to a file of its own"},
		"gpkg/endless view":    {changedGPKG(t, "DROP TABLE file; CREATE VIEW file AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS id, NULL AS geom FROM r"), "file: the GeoPackage holds no table of features"},
		"gpkg/endless list":    {changedGPKG(t, "DROP TABLE gpkg_contents; CREATE VIEW gpkg_contents AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT 'x' AS table_name, 'features' AS data_type FROM r"), "file: the GeoPackage cannot be read: it is damaged, or none; write it again"},
		"gpkg/virtual table":   {changedGPKG(t, "DROP TABLE file; CREATE VIRTUAL TABLE file USING fts5(id, geom)"), "file: the GeoPackage holds no table of features"},
		"gpkg/no id":           {changedGPKG(t, "ALTER TABLE file RENAME COLUMN id TO di"), "row 1: id: is missing; the columns are named id"},
		"gpkg/no geometry":     {changedGPKG(t, "UPDATE file SET geom = NULL"), noShape},
		"gpkg/text geometry":   {changedGPKG(t, "UPDATE file SET geom = 'POINT(1 2)'"), noShape},
		"gpkg/no head":         {changedGPKG(t, "UPDATE file SET geom = x'00'"), "row 1: geometry: is no shape of a GeoPackage"},
		"gpkg/short head":      {changedGPKG(t, "UPDATE file SET geom = x'475000080000000001'"), "row 1: geometry: is no shape of a GeoPackage"},
		"gpkg/empty":           {changedGPKG(t, "UPDATE file SET geom = x'4750001100000000'"), noShape},
		"gpkg/cut shape":       {changedGPKG(t, "UPDATE file SET geom = substr(geom, 1, 20)"), "row 1: geometry: is no shape of well-known binary"},
		"gpkg/claimed points":  {changedGPKG(t, "UPDATE file SET geom = x'475000010000000001020000FFFFFF7F'"), "row 1: geometry: is no shape of well-known binary"},
		"gpkg/a line":          {changedGPKG(t, "UPDATE file SET geom = x'4750000100000000010200000000000000'"), noShape},
		"gpkg/not a number":    {changedGPKG(t, "UPDATE file SET geom = x'47500001000000000101000000"+hexPoint(math.NaN(), 42)+"'"), "row 1: geometry: has a coordinate that is no finite number"},
		"gpkg/infinite":        {changedGPKG(t, "UPDATE file SET geom = x'47500001000000000101000000"+hexPoint(1, math.Inf(-1))+"'"), "row 1: geometry: has a coordinate that is no finite number"},
		"gpkg/huge value":      {changedGPKG(t, "UPDATE file SET street = hex(zeroblob(2000000))"), "file: the GeoPackage cannot be read: it is damaged, or none; write it again"},
		"gpkg/binary text":     {changedGPKG(t, "UPDATE file SET street = x'FF00FE'"), "street: holds a control character, such as a line break; remove it"},
		"gpkg/formula":         {changedGPKG(t, "UPDATE file SET doors = '=1+1'"), "row 1: doors: is no whole number from 1 to 2000"},
		"gpkg/other system":    {changedGPKG(t, "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 25831 WHERE srs_id = 4326"), "crs: is not WGS 84; save the file with coordinates in degrees (EPSG:4326)"},
		"gpkg/names that bite": {changedGPKG(t, `ALTER TABLE file ADD COLUMN "x"" FROM file; DROP TABLE file; --" TEXT`), ""},
		"gpkg/swapped":         {changedGPKG(t, "UPDATE file SET geom = x'47500001000000000101000000"+hexPoint(42.05, 117)+"'"), "lat: is more than 90 degrees; are lon and lat swapped?"},
		// FlatGeobuf
		"fgb/magic alone":     {fgb[:8], "file: the file was cut off; write it again"},
		"fgb/other version":   {append([]byte("fgb\x02"), fgb[4:]...), "file: is no FlatGeobuf of version 3; write it again"},
		"fgb/header cut off":  {fgb[:40], cut},
		"fgb/huge header":     {[]byte(patched(string(fgb), 8, 255, 255, 255, 127)), "file: a feature is said to have more than 1 MB, or nothing; write the file again"},
		"fgb/feature cut off": {fgb[:len(fgb)-10], cut},
		"fgb/index cut off":   {fgb[:8+4+int(binary.LittleEndian.Uint32(fgb[8:]))+20], "file: the file ends inside its index; it was cut off"},
		"fgb/wild offsets":    {[]byte(patched(string(fgb), 12, 255, 255, 255, 127)), "file: the file is damaged; write it again"},
		// GeoParquet
		"parquet/start alone":  {parquet[:4], "file: the Parquet file is damaged or was cut off; write it again"},
		"parquet/cut off":      {parquet[:len(parquet)-20], "file: the Parquet file is damaged or was cut off; write it again"},
		"parquet/no shapes":    {bytes.Replace(parquet, []byte(`"geo"`), []byte(`"oeg"`), 1), ""},
		"parquet/no metadata":  {bytes.Replace(parquet, []byte("\x03geo"), []byte("\x03goe"), 1), `file: the Parquet file has no shapes: there is no metadata (value left out); write GeoParquet`},
		"parquet/other coding": {bytes.Replace(parquet, []byte(`"WKB"`), []byte(`"XYZ"`), 1), "file: the shapes of the Parquet file are not well-known binary; write GeoParquet 1.1 with WKB"},
		"parquet/no column":    {bytes.Replace(parquet, []byte(`"primary_column":"geometry"`), []byte(`"primary_column":"geom_try"`), 1), "file: the shapes of the Parquet file are not well-known binary; write GeoParquet 1.1 with WKB"},
		"parquet/page":         {overwritten(parquet, 4, 60), "file: the Parquet file is damaged; write it again"},
		// KML and GPX
		"kml/cut off":        {[]byte(placemark("")[:120]), cut},
		"kml/laughs":         {[]byte(`<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><kml><Placemark id="&b;"/></kml>`), "file: no valid XML in line 1; write the file again"},
		"kml/laughs in text": {[]byte(`<!DOCTYPE kml [<!ENTITY a "x">]><kml><Placemark><name>&a;</name></Placemark></kml>`), "file: no valid XML in line 1; write the file again"},
		"kml/outside file":   {[]byte(`<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&a;</name></Placemark></kml>`), "file: no valid XML in line 1; write the file again"},
		"kml/other markup":   {[]byte("<html><body>not found</body></html>"), "file: is XML but neither KML nor GPX; convert it to GeoPackage"},
		"kml/no shape":       {[]byte(placemark("")), noShape},
		"kml/nested":         {[]byte(kmlHead + strings.Repeat("<Folder>", 2000)), "file: elements of the file lie in more than 1000 others; write it again"},
		"gpx/long track":     {[]byte(`<gpx><trk><trkseg>` + strings.Repeat(`<trkpt lat="42" lon="1"/>`, 100_000) + `</trkseg></trk><wpt lat="42" lon="1"><name>a</name></wpt></gpx>`), ""},
		"kml/words":          {[]byte(placemark("<Point><coordinates>here,there</coordinates></Point>")), "row 1: coordinates: are no longitude and latitude; want them like 1.5218,42.5063"},
		"kml/not a number":   {[]byte(placemark("<Point><coordinates>NaN,42</coordinates></Point>")), "row 1: geometry: has a coordinate that is no finite number"},
		"kml/infinite":       {[]byte(placemark("<Point><coordinates>1,-Inf</coordinates></Point>")), "row 1: geometry: has a coordinate that is no finite number"},
		"kml/swapped":        {[]byte(placemark("<Point><coordinates>42,117</coordinates></Point>")), "lat: is more than 90 degrees; are lon and lat swapped?"},
		"kml/a line":         {[]byte(placemark("<LineString><coordinates>1,42 2,43</coordinates></LineString>")), noShape},
		"kml/two points":     {[]byte(placemark("<MultiGeometry><Point><coordinates>1,42</coordinates></Point><Point><coordinates>1,43</coordinates></Point></MultiGeometry>")), noShape},
		"kml/deep":           {[]byte(placemark(strings.Repeat("<MultiGeometry>", 20) + strings.Repeat("</MultiGeometry>", 20))), "row 1: geometry: lies in too many geometries"},
		"kml/very deep":      {[]byte(placemark(strings.Repeat("<MultiGeometry>", 50_000))), "file: no valid XML; write the file again"},
		"kml/long place":     {[]byte(placemark("<description>" + strings.Repeat("x", 2<<20) + "</description>")), "file: a place is longer than it may be; split the file"},
		"kml/id twice":       {[]byte(placemark(`<ExtendedData><Data name="id"><value>x</value></Data><Data name="ID"><value>y</value></Data></ExtendedData>`)), "row 1: id: is there twice; remove a column"},
		"kml/an identity":    {[]byte(placemark(`<ExtendedData><Data name="id"><value>440306198509231702</value></Data></ExtendedData><Point><coordinates>1,42</coordinates></Point>`)), "id: looks like the number of a person (identity, phone, household register), which Rounds does not keep; use the id of a building or an address"},
		"kml/other encoding": {[]byte(`<?xml version="1.0" encoding="EBCDIC-nonsense"?><kml></kml>`), "file: no valid XML; write the file again"},
		"gpx/words":          {[]byte(`<gpx><wpt lat="here" lon="1"><name>a</name></wpt></gpx>`), "row 1: lat: (value left out) is no number; want it like 1.5218"},
		"gpx/not a number":   {[]byte(`<gpx><wpt lat="42" lon="NaN"><name>a</name></wpt></gpx>`), "row 1: lon: (value left out) is no finite number"},
		"gpx/no name":        {[]byte(`<gpx><wpt lat="42" lon="1"/></gpx>`), "id: is empty; give each row the id of its building or address"},
		"gpx/cut off":        {[]byte(`<gpx><wpt lat="42" lon="1"><name>a`), cut},
		// Sequences
		"seq/not JSON":     {[]byte("\x1e{\n"), "row 1: feature: is no GeoJSON; want a feature a line"},
		"seq/long line":    {[]byte(`{"type":"Feature","x":"` + strings.Repeat("x", 2<<20) + `"}`), "file: line 1 is longer than 1 MB; write a feature a line"},
		"seq/bad geometry": {[]byte(`{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":["x"]},"properties":{}}`), "row 1: geometry: is no GeoJSON geometry"},
		"seq/no geometry":  {[]byte(`{"type":"Feature","id":"a","geometry":null,"properties":{}}`), noShape},
		"seq/twice":        {[]byte(`{"type":"Feature","geometry":null,"properties":{"id":"a","编号":"b"}}`), "row 1: id: is there twice; remove a column"},
		"seq/deep":         {[]byte(`{"type":"Feature","geometry":` + strings.Repeat("[", 500_000)), "row 1: feature: is no GeoJSON; want a feature a line"},
		// Workbooks
		"xlsx/cut off": {xlsx[:len(xlsx)-40], "file: the ZIP is damaged; pack it again"},
		"xlsx/no sheet": {repacked(t, xlsx, func(name, s string) (string, string) {
			return name, strings.NewReplacer("<row", "<wor", "</row", "</wor").Replace(s)
		}), "file: the first row of the workbook names no columns"},
		"xlsx/no workbook":  {part(t, xlsx, "workbook.xml", func(string) string { return "<" }), "file: the workbook cannot be opened: it is damaged, or locked with a password; save it as CSV UTF-8"},
		"xlsx/missing":      {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, ">id<", ">di<", 1) }), "row 1: id: is missing; the columns are named id"},
		"xlsx/twice":        {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, ">remark<", ">ID<", 1) }), "row 1: id: is there twice; remove a column"},
		"xlsx/laughs":       {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, ">Mill Lane<", ">&lol;<", 1) }), "file: a sheet of the workbook is damaged; save it again"},
		"xlsx/broken rows":  {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, "</sheetData>", "<row r=\"3\"><c<</sheetData>", 1) }), "file: a sheet of the workbook is damaged; save it again"},
		"xlsx/cut in rows":  {part(t, xlsx, "sheet1.xml", func(s string) string { return s[:strings.LastIndex(s, "</row>")+6] }), "file: a sheet of the workbook is damaged; save it again"},
		"xlsx/nested":       {part(t, xlsx, "sheet1.xml", func(s string) string { return s + strings.Repeat("<a>", 2000) }), "file: elements of the file lie in more than 1000 others; write it again"},
		"xlsx/long cell":    {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, "Mill Lane", strings.Repeat("x", 3<<20), 1) }), "file: a cell of the workbook is longer than a row may be; save it as CSV UTF-8"},
		"xlsx/error":        {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, "<v>1</v>", "<v>#REF!</v>", 1) }), "row 2: doors: is no whole number from 1 to 2000"},
		"xlsx/formula":      {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, "<v>1</v>", "<f>WEBSERVICE(A1)</f><v>1</v>", 1) }), ""},
		"xlsx/not a number": {part(t, xlsx, "sheet1.xml", func(s string) string { return strings.Replace(s, "<v>1.05</v>", "<v>NaN</v>", 1) }), "row 2: lon: is no number; want it like 1.5218"},
	}
	return all
}

func hexPoint(x, y float64) string { return fmt.Sprintf("%X%X", float(x), float(y)) }

func manyNames(n int) (parts []string) {
	for i := range n {
		parts = append(parts, fmt.Sprint("part", i), "x")
	}
	return parts
}

func overwritten(b []byte, from, to int) []byte {
	b = bytes.Clone(b)
	for i := from; i < to; i++ {
		b[i] = 0xff
	}
	return b
}

func TestHostileFiles_AreRefusedInWordsAndInBoundedMemory(t *testing.T) {
	for name, test := range hostileFiles(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		got := told(t, "households", test.file)
		runtime.ReadMemStats(&after)
		if got != test.says {
			t.Errorf("%s: %q, want %q", name, got, test.says)
		}
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 256 {
			t.Errorf("%s: %d MB", name, grown)
		}
		checkTold(t, &register.Complaint{Problem: got + "."})
	}
}

func TestHostileAreas_AreRefusedInWordsAndInBoundedMemory(t *testing.T) {
	circle := orb.MultiPolygon{{manyVertices(1_000_100)}}
	const tooMany = "row 1: geometry: has more than a million points; simplify it"
	for name, test := range map[string]struct {
		file []byte
		says string
	}{
		"gpkg vertices":      {written(t, gis.GPKG, circle), tooMany},
		"fgb vertices":       {written(t, gis.FGB, circle), tooMany},
		"shp vertices":       {written(t, gis.Shapefile, circle), tooMany},
		"parquet vertices":   {written(t, gis.Parquet, circle), tooMany},
		"sequence vertices":  {written(t, gis.GeoJSONSeq, circle), tooMany},
		"kml of points":      {[]byte(placemark("<Point><coordinates>1,42</coordinates></Point>")), ""},
		"kml not a number":   {[]byte(placemark("<Polygon><outerBoundaryIs><LinearRing><coordinates>1,42 NaN,42 1,43 1,42</coordinates></LinearRing></outerBoundaryIs></Polygon>")), "row 1: geometry: has a coordinate that is no finite number"},
		"gpx has no outline": {[]byte(`<gpx><wpt lat="42" lon="1"><name>a</name></wpt></gpx>`), ""},
		"xlsx without wkt":   {written(t, gis.XLSX), "row 1: wkt: is missing; the columns are named id,name,level,wkt"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if got := told(t, "areas", test.file); got != test.says {
			t.Errorf("%s: %q, want %q", name, got, test.says)
		}
		runtime.ReadMemStats(&after)
		if grown := (after.TotalAlloc - before.TotalAlloc) >> 20; grown > 500 {
			t.Errorf("%s: %d MB", name, grown)
		}
	}
}
