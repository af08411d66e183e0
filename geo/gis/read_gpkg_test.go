package gis

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/paulmach/orb"
)

// A process that is killed leaves no copy of somebody's file behind, as its name is gone
// while it is read.
func TestOpen_LeavesNoCopyOfAGeoPackageBehind(t *testing.T) {
	content, err := os.ReadFile(write(t, GPKG, Layer{Name: "points", Geometry: "Point"}, []orb.Geometry{orb.Point{1, 42}, orb.Point{1, 43}}, [][]any{{}, {}}))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	r, err := Open(bytes.NewReader(content), Wanted{Names: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%v lie there: %v", left, err)
	}
	n := 0
	for ; ; n++ {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	if err != io.EOF || n != 2 {
		t.Errorf("%d features: %v", n, err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
