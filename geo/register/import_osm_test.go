package register_test

import (
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
