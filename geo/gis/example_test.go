package gis_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
)

func ExampleCreate() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	layer := gis.Layer{Name: "incidents", Geometry: "Point", Columns: []gis.Column{{Name: "matter", Kind: gis.Text}}}
	path := filepath.Join(folder, "incidents.csv")
	w, err := gis.Create(path, layer, gis.Manifest{Layer: "incidents", Format: gis.CSV, Rows: 1})
	if err != nil {
		panic(err)
	}
	if err := w.Write(orb.Point{1.5218, 42.5075}, []any{"fallen_tree"}); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	fmt.Print(string(content))
	// Output:
	// matter,lon,lat
	// fallen_tree,1.5218,42.5075
}
