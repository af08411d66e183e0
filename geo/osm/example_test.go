package osm_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/rounds-project/rounds/geo/osm"
)

func Example() {
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "village.osm")
	village := `<osm><node id="1" lon="1.52" lat="42.5"><tag k="addr:housenumber" v="12"/><tag k="addr:street" v="Carrer Major"/></node></osm>`
	if err := os.WriteFile(file, []byte(village), 0o600); err != nil {
		panic(err)
	}
	extract, err := osm.Read(context.Background(), file, osm.Options{Households: true})
	if err != nil {
		panic(err)
	}
	for _, household := range extract.Households {
		fmt.Println(household.ID, household.Address.Line(), household.Doors)
	}
	// Output: node/1 Carrer Major 12 1
}
