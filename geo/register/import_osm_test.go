package register_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/register"
)

// andorra is the extract that the module paulmach/osm ships.
func andorra(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "testdata", "andorra-latest.osm.bz2")
}

func TestImportExtract_MakesTheTreeOfAndorra(t *testing.T) {
	t.Parallel()
	f := open(t)
	folder := t.TempDir()
	report, err := f.db.ImportExtract(t.Context(), folder, andorra(t), f.options())
	f.must(err)
	t.Logf("%+v", report)
	if report.Added < 2500 || report.Added > 3100 {
		t.Errorf("%d households", report.Added)
	}
	if n := f.count("SELECT count(*) FROM rounds.areas WHERE level = 'town' AND dwellings > 0"); n != 7 {
		t.Errorf("%d parishes with dwellings", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.areas WHERE level = 'grid' AND name ~ '^Encamp [0-9]+$'"); n < 1 {
		t.Error("Encamp has no grid")
	}
	if n := f.count("SELECT count(*) FROM rounds.areas g JOIN rounds.areas p ON p.id = g.parent_id WHERE g.level = 'grid' AND g.dwellings NOT BETWEEN 20 AND 400"); n != 0 {
		t.Errorf("%d grids are of a wrong size", n)
	}
	if n := f.count("SELECT count(DISTINCT class) FROM rounds.basemap_features"); n < 6 {
		t.Errorf("%d classes on the base map", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.basemap_features WHERE class = 'building' AND name IS NOT NULL"); n != 0 {
		t.Errorf("%d buildings have a name", n)
	}
	extract, err := f.db.LatestExtract(t.Context(), register.Service("planning"))
	f.must(err)
	kept, err := os.ReadFile(extract.Path(folder))
	f.must(err)
	original, err := os.ReadFile(andorra(t))
	f.must(err)
	if string(kept) != string(original) {
		t.Error("the kept file is another")
	}
	before := f.state()
	dry := f.options()
	dry.DryRun = true
	again, err := f.db.ImportExtract(t.Context(), folder, andorra(t), dry)
	f.must(err)
	if again.Added != 0 || again.Changed != 0 || again.Gone != 0 || again.Unchanged != report.Added || again.Areas.Added != 0 || again.Areas.Changed != 0 {
		t.Errorf("the same extract again: %+v", again)
	}
	if f.state() != before {
		t.Error("the dry run changed something")
	}
}

// hamlet is an extract of a street with houses of these numbers, and of a piece of land.
func hamlet(t *testing.T, name, street, land string, numbers ...int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<osm version="0.6"><node id="1" lat="42.500" lon="1.500" version="1"/><node id="2" lat="42.500" lon="1.510" version="1"/>
		<node id="3" lat="42.501" lon="1.510" version="1"/>`)
	for _, n := range numbers {
		fmt.Fprintf(&b, `<node id="%d" lat="42.5002" lon="%.4f" version="1"><tag k="addr:street" v="%s"/><tag k="addr:housenumber" v="%d"/></node>`,
			100+n, 1.5+float64(n)/5000, street, n)
	}
	fmt.Fprintf(&b, `<way id="10" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="%s"/></way>
		<way id="11" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="landuse" v="%s"/></way></osm>`, street, land)
	path := filepath.Join(t.TempDir(), name+".osm")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImportExtract_OfAChangedExtractUpdatesInPlace(t *testing.T) {
	t.Parallel()
	f := open(t)
	folder := t.TempDir()
	numbers := make([]int, 30)
	for i := range numbers {
		numbers[i] = i + 1
	}
	_, err := f.db.ImportExtract(t.Context(), folder, hamlet(t, "first", "Mill Lane", "forest", numbers...), f.options())
	f.must(err)
	const drawn = `SELECT string_agg(class || ' ' || kind || coalesce(' ' || name, ''), ', ' ORDER BY class) FROM rounds.basemap_features`
	var before, after string
	f.must(f.owner.QueryRow(t.Context(), drawn).Scan(&before))

	report, err := f.db.ImportExtract(t.Context(), folder, hamlet(t, "second", "Mill Lane", "residential", append(numbers[1:], 31)...), f.options())
	f.must(err)
	if report.Added != 1 || report.Gone != 1 || report.Unchanged != 29 || report.Areas.Added != 0 {
		t.Errorf("one house more and one less: %+v", report)
	}
	f.must(f.owner.QueryRow(t.Context(), drawn).Scan(&after))
	if want := "street residential Mill Lane, green forest"; before != want {
		t.Errorf("first the base map has %q", before)
	}
	if want := "street residential Mill Lane, land residential"; after != want {
		t.Errorf("then the base map has %q", after)
	}
	if n := f.count("SELECT count(*) FROM rounds.extracts"); n != 2 {
		t.Errorf("%d extracts are known", n)
	}
}
