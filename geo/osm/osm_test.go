package osm

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// shipped is a file of the module paulmach/osm, which the product needs anyway.
func shipped(t testing.TB, name string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "testdata", name)
}

// written is a file with the content.
func written(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// town builds a small .osm file; coordinates are in units of 1e-5 degrees from a
// point in the middle of a cell of resolution 8.
type town struct {
	text strings.Builder
	next int
}

const originLon, originLat = 1.4963197, 42.4985108

func TestTown_BeginsInTheMiddleOfACell(t *testing.T) {
	leaf, err := geo.LeafCell(orb.Point{originLon, originLat})
	if err != nil {
		t.Fatal(err)
	}
	cell, err := leaf.Parent(8)
	if err != nil {
		t.Fatal(err)
	}
	if centre, err := cell.Centre(); err != nil || geo.Metres(centre, orb.Point{originLon, originLat}) > 50 {
		t.Errorf("the middle is %v", centre)
	}
}

func (w *town) node(id, x, y int, tags ...string) {
	fmt.Fprintf(&w.text, `<node id="%d" lon="%.7f" lat="%.7f">%s</node>`+"\n", id, originLon+float64(x)*1e-5, originLat+float64(y)*1e-5, xmlTags(tags))
}

func (w *town) way(id int, refs []int, tags ...string) {
	fmt.Fprintf(&w.text, `<way id="%d">`, id)
	for _, ref := range refs {
		fmt.Fprintf(&w.text, `<nd ref="%d"/>`, ref)
	}
	fmt.Fprintf(&w.text, "%s</way>\n", xmlTags(tags))
}

// building is a square of 10 units.
func (w *town) building(id, x, y int, tags ...string) {
	first := 100000 + 10*w.next
	w.next++
	for i, corner := range [][2]int{{0, 0}, {10, 0}, {10, 10}, {0, 10}} {
		w.node(first+i, x+corner[0], y+corner[1])
	}
	w.way(id, []int{first, first + 1, first + 2, first + 3, first}, append([]string{"building=yes"}, tags...)...)
}

func (w *town) relation(id int, members string, tags ...string) {
	fmt.Fprintf(&w.text, `<relation id="%d">`, id)
	for _, m := range strings.Fields(members) {
		role, way, _ := strings.Cut(m, ":")
		fmt.Fprintf(&w.text, `<member type="way" ref="%s" role="%s"/>`, way, role)
	}
	fmt.Fprintf(&w.text, "%s</relation>\n", xmlTags(tags))
}

func xmlTags(tags []string) string {
	var text strings.Builder
	for _, tag := range tags {
		key, value, _ := strings.Cut(tag, "=")
		fmt.Fprintf(&text, `<tag k="%s" v="%s"/>`, key, value)
	}
	return text.String()
}

func (w *town) bytes() []byte {
	return []byte(`<?xml version="1.0"?><osm version="0.6">` + w.text.String() + "</osm>")
}

func (w *town) read(t *testing.T, options Options) *Extract {
	t.Helper()
	extract, err := Read(context.Background(), written(t, "town.osm", w.bytes()), options)
	if err != nil {
		t.Fatal(err)
	}
	return extract
}
