package gis

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// A Shapefile holds one type: a layer of several becomes several.
func TestWriteShapefile_HasAFileForEachTypeOfShape(t *testing.T) {
	t.Parallel()
	hole := square(1.2, 42.2, 0.1)
	hole.Reverse()
	shapes := []orb.Geometry{
		orb.MultiPolygon{{square(1, 42, 0.5), hole}, {square(2, 42, 0.5)}}, orb.Point{1, 2}, orb.LineString{{1, 42}, {1.5, 42.25}},
		orb.Polygon{square(1, 42, 0.5)}, orb.MultiPoint{{1, 2}, {3, 4}}, orb.MultiLineString{{{1, 42}, {1.5, 42.25}}, {{5, 5}, {6, 6}}},
	}
	layer := Layer{Name: "shapes", Geometry: "Geometry", Columns: []Column{{"n", Integer}, {"name", Text}}}
	var rows [][]any
	for i := range shapes {
		rows = append(rows, []any{int64(i), strings.Repeat("街", i)})
	}
	path := write(t, Shapefile, layer, shapes, rows)
	for name, want := range map[string][]int{"points": {1}, "multipoints": {4}, "lines": {2, 5}, "polygons": {0, 3}} {
		read := throughGDAL(t, path, "shapes-"+name, "-lco", "RFC7946=YES")
		if len(read.Features) != len(want) {
			t.Fatalf("%d %s, want %d", len(read.Features), name, len(want))
		}
		for k, feature := range read.Features {
			i := want[k]
			if feature.Properties["n"] != float64(i) || fmt.Sprint(feature.Properties["name"]) != strings.Repeat("街", i) && i > 0 {
				t.Errorf("%s: %v, want row %d", name, feature.Properties, i)
			}
			if !orb.Equal(rounded(feature.Geometry), rounded(shapes[i])) {
				t.Errorf("%v, want %v", feature.Geometry, shapes[i])
			}
		}
	}
	about, err := exec.Command("ogrinfo", "-so", "/vsizip/{"+path+"}", "shapes-lines").Output()
	if err != nil || !strings.Contains(string(about), `ID["EPSG",4326]`) {
		t.Errorf("%v: %s", err, about)
	}
}

func TestWriteShapefile_SaysWhichFieldIsWhich(t *testing.T) {
	t.Parallel()
	layer := Layer{Name: "places", Geometry: "Point", Columns: []Column{{"house_number", Text}, {"house_numbers", Text}, {"house_numb", Integer}, {"due", Date}}}
	long := strings.Repeat("路", 100)
	path := write(t, Shapefile, layer, []orb.Geometry{orb.Point{1, 2}}, [][]any{{long, "b", int64(1 << 40), "2027-03-01"}})
	const want = "field,name,kind\nhouse_num2,house_number,text\nhouse_num3,house_numbers,text\nhouse_numb,house_numb,integer\ndue,due,date\n"
	if got := string(unpacked(t, path, "places-fields.csv")); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	read := throughGDAL(t, path, "places").Features[0].Properties
	if read["house_num2"] != long[:252] || read["house_num3"] != "b" || read["house_numb"] != float64(1<<40) || read["due"] != "2027/03/01" && read["due"] != "2027-03-01" {
		t.Errorf("%v", read)
	}
	if said := string(unpacked(t, path, "places-manifest.json")); !strings.Contains(said, "the end of 1 texts in house_num2: a Shapefile holds 254 bytes of each") {
		t.Error(said)
	}
}

func TestDBFFields_NamesAreShortAndDiffer(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.StringMatching(`[ab_]{1,14}`), rapid.ID[string]).Draw(r, "names")
		var columns []Column
		for _, name := range names {
			columns = append(columns, Column{name, Text})
		}
		var short []string
		for i, field := range dbfFields(columns) {
			if len(field.name) > mostName || len(names[i]) <= mostName && field.name != names[i] {
				r.Fatalf("%s becomes %s", names[i], field.name)
			}
			short = append(short, field.name)
		}
		slices.Sort(short)
		if len(slices.Compact(short)) != len(names) {
			r.Fatalf("%v become %v", names, short)
		}
	})
}

func TestWriteShapefile_SaysThatItIsFull(t *testing.T) {
	t.Parallel()
	w, err := createShapefile(nil, Layer{Name: "x", Geometry: "Point"}, Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.(*shpWriter).set(shpPoint)
	if err != nil {
		t.Fatal(err)
	}
	s.shapes.size = mostShapefile - 200
	for range 10 {
		err = w.Write(orb.Point{1, 2}, nil)
	}
	if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "2 GB; take gpkg") {
		t.Errorf("shapes: %v", err)
	}
	s.count, w.(*shpWriter).fields = 100_000_000, []dbfField{{name: "x", kind: 'C', width: 200}}
	if err := w.(*shpWriter).writeRows(nil, s); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "2 GB; take gpkg") {
		t.Errorf("rows: %v", err)
	}
}
