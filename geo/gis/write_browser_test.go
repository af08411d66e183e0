package gis

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// inBrowser is a file as the readers of browsers see it.
type inBrowser struct {
	Metadata map[string]string
	Groups   int
	Codecs   []string
	Features []struct {
		Geometry   *geojson.Geometry
		Properties map[string]any
	}
}

func throughBrowser(t testing.TB, path string, bound ...string) (read inBrowser) {
	t.Helper()
	command := exec.Command("node", append([]string{"../../web/app/e2e/gis.mjs", path}, bound...)...)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestWriteParquet_BrowsersReadIt(t *testing.T) {
	t.Parallel()
	var shapes []orb.Geometry
	var rows [][]any
	for i := range groupRows + 100 {
		name := hostile[i%len(hostile)]
		shapes = append(shapes, orb.Point{1.5 + float64(i)/1e6, -42.5})
		rows = append(rows, []any{fmt.Sprint("p", i), name, int64(-i), i%2 == 0, "2027-03-01", "08:30:00"})
	}
	rows[7] = []any{"nothing", nil, nil, nil, nil, nil}
	read := throughBrowser(t, write(t, Parquet, points, shapes, rows))
	if len(read.Features) != len(rows) || read.Groups != 2 || !slices.Equal(read.Codecs, []string{"ZSTD"}) {
		t.Fatalf("%d rows of %d, %d row groups, %v", len(read.Features), len(rows), read.Groups, read.Codecs)
	}
	for i, feature := range read.Features {
		p := feature.Properties
		if i == 7 {
			if p["name"] != nil || p["number"] != nil || p["late"] != nil || p["due"] != nil || p["at_time"] != nil {
				t.Fatalf("nothing is %v", p)
			}
			continue
		}
		const halfPastEight = (8*60 + 30) * 60 * 1_000_000
		if p["id"] != rows[i][0] || p["name"] != rows[i][1] || p["number"] != float64(-i) || p["late"] != rows[i][3] ||
			p["due"] != "2027-03-01T00:00:00.000Z" || p["at_time"] != float64(halfPastEight) {
			t.Fatalf("row %d is %v, want %v", i, p, rows[i])
		}
		x := 1.5 + float64(i)/1e6
		if box := fmt.Sprint(p["bbox"]); feature.Geometry.Geometry() != shapes[i] || box != fmt.Sprintf("map[xmax:%v xmin:%v ymax:-42.5 ymin:-42.5]", x, x) {
			t.Fatalf("row %d lies at %v in %s, want %v", i, feature.Geometry.Geometry(), box, shapes[i])
		}
	}
	var geo struct {
		Version       string
		PrimaryColumn string `json:"primary_column"`
		Columns       map[string]struct {
			Encoding      string
			GeometryTypes []string `json:"geometry_types"`
			BBox          []float64
		}
	}
	if err := json.Unmarshal([]byte(read.Metadata["geo"]), &geo); err != nil {
		t.Fatal(err)
	}
	column := geo.Columns[geo.PrimaryColumn]
	want := []float64{1.5, -42.5, 1.5 + float64(len(rows)-1)/1e6, -42.5}
	if geo.Version != "1.1.0" || column.Encoding != "WKB" || !slices.Equal(column.GeometryTypes, []string{"Point"}) || !slices.Equal(column.BBox, want) {
		t.Errorf("%+v", geo)
	}
	var said Manifest
	if err := json.Unmarshal([]byte(read.Metadata["rounds"]), &said); err != nil || said.Purpose != "fire_safety" || said.Rows != int64(len(rows)) {
		t.Errorf("%+v, %v", said, err)
	}
}

func TestWriteParquet_HoldsAllShapes(t *testing.T) {
	t.Parallel()
	shapes := []orb.Geometry{
		orb.Point{1, 2}, orb.LineString{{1, 42}, {1.5, 42.25}}, orb.Polygon{square(1, 42, 0.5)}, orb.MultiPoint{{1, 2}, {3, 4}},
		orb.MultiLineString{{{1, 42}, {1.5, 42.25}}, {{5, 5}, {6, 6}}}, orb.MultiPolygon{{square(1, 42, 0.5)}, {square(2, 42, 0.5)}},
	}
	layer := Layer{Name: "shapes", Geometry: "Geometry", Columns: []Column{{"n", Integer}}}
	var rows [][]any
	for i := range shapes {
		rows = append(rows, []any{int64(i)})
	}
	for _, n := range []int{0, len(shapes)} {
		read := throughBrowser(t, write(t, Parquet, layer, shapes[:n], rows[:n]))
		if len(read.Features) != n {
			t.Fatalf("%d rows, want %d", len(read.Features), n)
		}
		for i, feature := range read.Features {
			if got := feature.Geometry.Geometry(); !orb.Equal(got, shapes[i]) {
				t.Errorf("%v, want %v", got, shapes[i])
			}
		}
	}
}

func TestWriteFGB_BrowsersReadIt(t *testing.T) {
	t.Parallel()
	var shapes []orb.Geometry
	var rows [][]any
	for i := range 3000 {
		shapes = append(shapes, orb.Point{float64(i) / 100, 1})
		rows = append(rows, []any{fmt.Sprint(i), hostile[i%len(hostile)], int64(i), nil, nil, nil})
	}
	path := write(t, FGB, points, shapes, rows)
	read := throughBrowser(t, path)
	if len(read.Features) != len(rows) {
		t.Fatalf("%d rows, want %d", len(read.Features), len(rows))
	}
	for _, feature := range read.Features {
		i := int(feature.Properties["number"].(float64))
		if feature.Properties["name"] != rows[i][1] || feature.Geometry.Geometry() != shapes[i] {
			t.Fatalf("%v at %v, want %v", feature.Properties, feature.Geometry.Geometry(), rows[i])
		}
	}
	if found := throughBrowser(t, path, "9.995", "0", "11.005", "2"); len(found.Features) != 101 {
		t.Errorf("%d in the window by the index, want 101", len(found.Features))
	}
}
