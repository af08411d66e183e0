package gis

import (
	"database/sql"
	"encoding/xml"
	"errors"
	"io"
	"math/rand/v2"
	"os/exec"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

var styled = &Style{Rules: []Rule{
	{Label: `few & "quoted"`, Fill: "#d3e99c", Line: "#15191e", Opacity: 0.5, Width: 1, Where: []Condition{{"number", "<", int64(3)}, {"name", "not null", nil}}},
	{Label: "many", Line: "#15191e", Width: 1, Where: []Condition{{"number", ">=", int64(3)}}},
	{Label: "d'Arc", Fill: "#227dab", Line: "#15191e", Opacity: 1, Width: 1, Where: []Condition{{"name", "=", "d'Arc <1>"}}},
	{Label: "none", Line: "#15191e", Width: 1, Where: []Condition{{"name", "null", nil}}},
}}

// The validator of GDAL knows the tests of the standard.
func TestWriteGPKG_IsValid(t *testing.T) {
	t.Parallel()
	withStyle := points
	withStyle.Style = styled
	shape := Layer{Name: "shapes", Geometry: "Geometry", Columns: []Column{{"n", Integer}}}
	row := []any{"a", "b", int64(1), true, "2027-03-01", "08:30:00"}
	for _, path := range []string{
		write(t, GPKG, points, []orb.Geometry{orb.Point{1, 2}}, [][]any{row}), write(t, GPKG, points, nil, nil),
		write(t, GPKG, withStyle, []orb.Geometry{orb.Point{1, 2}}, [][]any{row}),
		write(t, GPKG, shape, []orb.Geometry{orb.LineString{{1, 42}, {1.5, 42.25}}, orb.MultiPolygon{{square(1, 42, 0.5)}}}, [][]any{{int64(1)}, {int64(2)}}),
	} {
		if out, err := exec.Command("/usr/bin/python3", "-m", "osgeo_utils.samples.validate_gpkg", "-k", path).CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// Each row is found through the index, and SQLite's own check of it finds nothing: of no
// row, of one node, and of one, two and three levels.
func TestWriteGPKG_HasASoundIndex(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, rows := range []int{0, 1, rtreeCells, rtreeCells + 1, 2000, rtreeCells*rtreeCells + 1} {
		shapes, values := make([]orb.Geometry, rows), make([][]any, rows)
		for i := range shapes {
			shapes[i], values[i] = orb.Polygon{square(-180+359*random.Float64(), -90+179*random.Float64(), random.Float64())}, []any{}
		}
		db, err := sql.Open("sqlite", write(t, GPKG, Layer{Name: "squares", Geometry: "Polygon"}, shapes, values))
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var said string
		if err := db.QueryRow("SELECT rtreecheck('rtree_squares_geom')").Scan(&said); err != nil || said != "ok" {
			t.Fatalf("%d rows: %s %v", rows, said, err)
		}
		for range 50 {
			box, want := orb.Bound{Min: orb.Point{-180 + 300*random.Float64(), -90 + 150*random.Float64()}}, 0
			box.Max = orb.Point{box.Min[0] + 40*random.Float64(), box.Min[1] + 20*random.Float64()}
			for _, shape := range shapes {
				if shape.Bound().Intersects(box) {
					want++
				}
			}
			var found int
			err := db.QueryRow("SELECT count(*) FROM rtree_squares_geom WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?", box.Max[0], box.Min[0], box.Max[1], box.Min[1]).Scan(&found)
			// Bounds of 32 bits may reach a little further.
			if err != nil || found < want || found > want+1 {
				t.Errorf("%d rows: %d in %v, want %d: %v", rows, found, box, want, err)
			}
		}
		// As GIS do that edit the file: the index goes on from here.
		if rows > 0 {
			if _, err := db.Exec("DELETE FROM rtree_squares_geom WHERE id = 1; INSERT INTO rtree_squares_geom VALUES (1, 0, 1, 0, 1), (1000000, 0, 1, 0, 1)"); err != nil {
				t.Error(err)
			}
			if err := db.QueryRow("SELECT rtreecheck('rtree_squares_geom')").Scan(&said); err != nil || said != "ok" {
				t.Errorf("%d rows, changed: %s %v", rows, said, err)
			}
		}
	}
}

func TestWriteGPKG_HasTheStyleForQGIS(t *testing.T) {
	t.Parallel()
	withStyle := points
	withStyle.Style = styled
	path := write(t, GPKG, withStyle, nil, nil)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var qml, sld string
	if err := db.QueryRow("SELECT styleQML, styleSLD FROM layer_styles WHERE f_table_name = 'places' AND f_geometry_column = 'geom' AND useAsDefault").Scan(&qml, &sld); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{qml, sld} {
		in := xml.NewDecoder(strings.NewReader(text))
		for {
			_, err := in.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%v: %s", err, text)
			}
		}
	}
	for _, part := range []string{
		`filter="&#34;number&#34; &lt; 3 AND &#34;name&#34; IS NOT NULL"`, `filter="&#34;name&#34; = &#39;d&#39;&#39;Arc &lt;1&gt;&#39;"`, `name="color" value="211,233,156,128"`,
	} {
		if !strings.Contains(qml, part) {
			t.Errorf("no %s in %s", part, qml)
		}
	}
	for _, part := range []string{
		`<ogc:Filter><ogc:PropertyIsNull><ogc:PropertyName>name</ogc:PropertyName></ogc:PropertyIsNull></ogc:Filter>`,
		`<ogc:And><ogc:PropertyIsLessThan><ogc:PropertyName>number</ogc:PropertyName><ogc:Literal>3</ogc:Literal></ogc:PropertyIsLessThan><ogc:Not>`,
		`<CssParameter name="fill">#d3e99c</CssParameter>`,
	} {
		if !strings.Contains(sld, part) {
			t.Errorf("no %s in %s", part, sld)
		}
	}
}
