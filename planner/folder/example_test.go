package folder_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/folder"
)

// The folder of a plan that has no route yet.
func ExampleWrite() {
	parent, err := os.MkdirTemp("", "plans-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "spring")
	plan := planner.Plan{Version: 1, Round: planner.Round{Name: "Spring", From: "2027-03-01", Days: 1}}
	if err := folder.Write(dir, &plan, nil); err != nil {
		fmt.Println(err)
		return
	}
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		fmt.Println(entry.Name())
	}
	fmt.Println(err)
	// Output:
	// gpx
	// map.html
	// plan.json
	// routes.geojson
	// stops.csv
	// unplanned.csv
	// <nil>
}
