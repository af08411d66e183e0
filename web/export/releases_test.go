package export_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/export"
)

// newestValues are the values v of the newest release r of each measure.
const newestValues = ` FROM rounds.release_values v JOIN (SELECT DISTINCT ON (measure) * FROM rounds.releases ORDER BY measure, from_day DESC) r ON r.id = v.release_id`

// newPublishedShelf is of a town with doors enough for bins, and with what was published
// of its February.
func newPublishedShelf(t *testing.T) (*Town, *export.Shelf) {
	t.Helper()
	town, shelf := newShelf(t)
	town.Exec("UPDATE rounds.households SET doors = doors * 4")
	town.ReportHazards()
	publisher := &tiles.Publisher{
		DB: town.DB, Keys: town.Keys(), Since: town.Today.AddDate(0, -1, 0), Today: func() time.Time { return town.Today.AddDate(0, 0, 20) },
	}
	if n, err := publisher.Publish(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d releases: %v", n, err)
	}
	source, err := register.OpenStatistics(t.Context(), strings.Replace(town.AppURL, "rounds_app", "rounds_stats", 1))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	shelf.Statistics = tiles.NewStatistics(source)
	return town, shelf
}

func TestReleases_AreThePublishedNumbers(t *testing.T) {
	t.Parallel()
	town, shelf := newPublishedShelf(t)
	path := filepath.Join(t.TempDir(), "releases.geojson")
	about, err := shelf.Write(t.Context(), operator, export.Request{Layer: "releases", Format: gis.GeoJSON, Purpose: "fire_safety"}, path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := town.Owner.Query(t.Context(), "SELECT r.measure::text, v.bin, v.shown::text, v.count, r.from_day::text, r.to_day::text, b.dwellings, r.digest"+
		newestValues+" JOIN rounds.bins b ON b.partition_id = v.partition_id AND b.bin = v.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	want, shows := map[string]string{}, map[string]int{}
	for rows.Next() {
		var measure, shown, from, to string
		var bin, dwellings int
		var count *int
		var digest []byte
		if err := rows.Scan(&measure, &bin, &shown, &count, &from, &to, &dwellings, &digest); err != nil {
			t.Fatal(err)
		}
		number := "<nil>"
		if count != nil {
			number = fmt.Sprint(*count)
		}
		want[fmt.Sprintf("%s %d", measure, bin)] = fmt.Sprint(shown, " ", number, " ", from, " ", to, " ", dwellings, " ", hex.EncodeToString(digest))
		shows[shown]++
	}
	if err := rows.Err(); err != nil || shows["number"] == 0 || shows["withheld"] == 0 {
		t.Fatalf("the town shows %v: %v", shows, err)
	}
	for _, feature := range read(t, path, "releases", gis.GeoJSON) {
		p := feature.Properties
		row := fmt.Sprint(p["measure"], " ", p["bin"])
		if got := fmt.Sprint(p["shown"], " ", p["count"], " ", p["from"], " ", p["to"], " ", p["dwellings"], " ", p["sha256"]); got != want[row] {
			t.Errorf("%s: %s, published is %s", row, got, want[row])
		}
		delete(want, row)
		if in := feature.Geometry.Bound(); !(orb.Bound{Min: orb.Point{0.9, 41.9}, Max: orb.Point{1.5, 42.2}}).Contains(in.Center()) {
			t.Errorf("%s lies at %v", row, in)
		}
	}
	if len(want) > 0 {
		t.Errorf("not in the file: %v", want)
	}
	said := fmt.Sprintf("the numbers of %d of %d rows (shown: withheld)", shows["withheld"], about.Rows)
	if !slices.ContainsFunc(about.LeftOut, func(line string) bool { return strings.HasPrefix(line, said) }) {
		t.Errorf("the manifest says %q, not %q", about.LeftOut, said)
	}
}

func TestReleases_AreOfPartsThatLieWhollyInWhatOneHolds(t *testing.T) {
	t.Parallel()
	town, shelf := newPublishedShelf(t)
	rowsOf := func(who register.Principal, area string) (int64, error) {
		request := export.Request{Layer: "releases", Format: gis.GeoJSON, Purpose: "fire_safety"}
		if area != "" {
			request.Area = town.Area(area)
		}
		about, err := shelf.Write(t.Context(), who, request, filepath.Join(t.TempDir(), "file"))
		return about.Rows, err
	}
	all := int64(town.Count("SELECT count(*)" + newestValues))
	// No leaf of these lies in another town: its middle would be there too.
	west := int64(town.Count("SELECT count(*)" + newestValues + ` WHERE NOT EXISTS (SELECT FROM rounds.bin_cells c JOIN rounds.households h ON h.cell = c.cell
		WHERE c.partition_id = v.partition_id AND c.bin = v.bin AND h.source_key NOT LIKE 'West%')`))
	if west == 0 || west == all {
		t.Fatalf("%d of %d rows are of West", west, all)
	}
	for _, test := range []struct {
		account, area string
		want          int64
	}{{CountySupervisor, "", all}, {CountyAnalyst, "", all}, {CountyAnalyst, "West", west}, {WestSupervisor, "", west}, {WestSupervisor, "West", west}} {
		if got, err := rowsOf(town.As(test.account), test.area); err != nil || got != test.want {
			t.Errorf("%s gets %d rows of %q, want %d: %v", test.account, got, test.area, test.want, err)
		}
	}
	if _, err := rowsOf(town.As(WestSupervisor), "Middle"); !errors.Is(err, register.ErrNoArea) {
		t.Errorf("another's area: %v", err)
	}
	for _, account := range []string{WestWorker, CountyDPO, Administrator} {
		if _, err := rowsOf(town.As(account), ""); !errors.Is(err, register.ErrExportRefused) {
			t.Errorf("%s: %v", account, err)
		}
	}
}
