package osm

import (
	"context"
	"reflect"
	"strings"
	"testing"
)

// seam builds one half of a town whose street 50 crosses the border: each half has
// the house at the border, and the part of the street within it.
func seam(west, east bool) []byte {
	var w town
	w.node(1, 0, 0, "addr:housenumber=9", "addr:street=Border")
	w.node(2, 500, 0)
	if west {
		w.node(3, -500, 0)
		w.building(20, -300, 20, "addr:housenumber=1", "addr:street=Long")
	}
	w.next = 5
	w.building(21, 0, 20, "addr:housenumber=2", "addr:street=Long")
	w.next = 10
	if east {
		w.node(4, 900, 0)
		w.building(22, 300, 20, "addr:housenumber=3", "addr:street=Long")
	}
	switch {
	case west && east:
		w.way(50, []int{3, 1, 2, 4}, "highway=residential")
	case west: // the tool that cut this half kept the whole list of nodes
		w.way(50, []int{3, 1, 2, 4}, "highway=residential")
	default: // and this one clipped it
		w.way(50, []int{1, 2, 4}, "highway=residential")
	}
	return w.bytes()
}

func TestReadAll_JoinsExtractsThatOverlap(t *testing.T) {
	t.Parallel()
	options := Options{Households: true, Streets: true, Areas: true}
	whole, err := Read(context.Background(), written(t, "whole.osm", seam(true, true)), options)
	if err != nil {
		t.Fatal(err)
	}
	west, east := written(t, "west.osm", seam(true, false)), written(t, "east.osm", seam(false, true))
	for _, order := range [][]string{{west, east}, {east, west}, {west, east, west}} {
		joined, err := ReadAll(context.Background(), order, options)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(joined, whole) {
			t.Errorf("%v: %+v\nwant %+v", order, joined, whole)
		}
	}
}

func TestReadAll_NamesTheFileThatIsWrong(t *testing.T) {
	t.Parallel()
	good, bad := written(t, "good.osm", seam(true, true)), written(t, "bad.osm", seam(true, true)[:300])
	if _, err := ReadAll(context.Background(), []string{good, bad}, Options{Streets: true}); err == nil || !strings.Contains(err.Error(), "bad.osm: the file is cut off") {
		t.Errorf("got %v", err)
	}
}

func TestReadAll_TellsProgressOverAllFiles(t *testing.T) {
	t.Parallel()
	content := seam(true, true)
	path := written(t, "whole.osm", content)
	last, total := int64(0), int64(0)
	options := Options{Streets: true, Progress: func(done, all int64) { last, total = done, all }}
	if _, err := ReadAll(context.Background(), []string{path, path}, options); err != nil {
		t.Fatal(err)
	}
	if want := int64(2 * len(content)); last != want || total != want {
		t.Errorf("%d of %d bytes, want %d", last, total, want)
	}
}
