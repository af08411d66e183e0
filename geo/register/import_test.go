package register_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

func TestImportHouseholds_CutsGridsThatCoverTheTowns(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	if n := f.count("SELECT count(*) FROM rounds.households"); n != len(all) {
		t.Errorf("%d households", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.households h JOIN rounds.areas a ON a.id = h.area_id WHERE a.level <> 'grid'"); n != 0 {
		t.Errorf("%d households lie in no grid", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.households h JOIN rounds.areas a ON a.id = h.area_id WHERE NOT ST_Covers(a.outline, h.at)"); n != 0 {
		t.Errorf("%d households lie outside their grid", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.areas WHERE level = 'grid' AND dwellings NOT BETWEEN 120 AND 330"); n != 0 {
		t.Errorf("%d grids are of a wrong size", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.areas WHERE level = 'grid' AND name ~ '^(West|Middle) [0-9]+$'"); n < 4 {
		t.Errorf("%d grids", n)
	}
	// Grids tile the towns: nothing is missing and nothing lies in two.
	if n := f.count(`SELECT (1e6 * abs(sum(ST_Area(outline)) - 0.03))::int FROM rounds.areas WHERE level = 'grid'`); n != 0 {
		t.Errorf("grids cover %d millionths of a square degree more or less than the towns", n)
	}
	if n := f.count(`SELECT count(*) FROM rounds.areas a JOIN rounds.areas b ON a.id < b.id AND a.level = 'grid' AND b.level = 'grid'
		AND ST_Area(ST_Intersection(a.outline, b.outline)) > 1e-9`); n != 0 {
		t.Errorf("%d grids overlap", n)
	}
	if got, want := f.count("SELECT dwellings FROM rounds.areas WHERE name = 'County'"), f.count("SELECT sum(doors) FROM rounds.households"); got != want {
		t.Errorf("the county has %d dwellings, its households %d", got, want)
	}
}

func TestImportHouseholds_JoinsSmallTownsAndMakesGroupsOfTwenty(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	if n := f.count("SELECT count(*) FROM rounds.areas WHERE name LIKE 'East _%'"); n != 0 {
		t.Errorf("the 12 places of East have %d grids of their own", n)
	}
	n := f.count(`SELECT count(*) FROM (
		SELECT g.id, g.dwellings FROM rounds.dwelling_groups g JOIN rounds.dwelling_group_cells c ON c.group_id = g.id
		JOIN rounds.households h ON h.cell = c.cell AND h.area_id = c.area_id
		GROUP BY g.id HAVING count(*) < 20 OR sum(h.doors) <> g.dwellings) bad`)
	if n != 0 {
		t.Errorf("%d groups have fewer than 20 places or a wrong count", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.households h JOIN rounds.dwelling_group_cells c USING (cell, area_id)"); n != len(all) {
		t.Errorf("%d households are in a group", n)
	}
	// Another place in a new cell joins a group; groups stay as they were cut.
	before := f.count("SELECT count(*) FROM rounds.dwelling_groups")
	_, err := f.db.ImportHouseholds(t.Context(), rowsOf(geo.Household{ID: "new", At: orb.Point{1.001, 42.001}, Doors: 3}), f.options())
	f.must(err)
	if after := f.count("SELECT count(*) FROM rounds.dwelling_groups"); after != before {
		t.Errorf("%d groups became %d", before, after)
	}
	if n := f.count("SELECT count(*) FROM rounds.households h JOIN rounds.dwelling_group_cells c USING (cell, area_id)"); n != len(all)+1 {
		t.Errorf("%d households are in a group", n)
	}
	// The database refuses what the cut never gives.
	for dwellings, want := range map[int]string{19: "dwelling_groups_twenty", 20: ""} {
		err := f.db.As(t.Context(), register.Service("import"), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO rounds.dwelling_groups (id, area_id, dwellings) SELECT gen_random_uuid(), id, $1 FROM rounds.areas WHERE name = 'East'", dwellings)
			return err
		})
		if constraint(err) != want || want == "" && err != nil {
			t.Errorf("a group of %d dwellings: %v", dwellings, err)
		}
	}
}

func TestImportHouseholds_UpdatesInPlace(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	west := append([]geo.Household(nil), all[:499]...) // without the last of West
	west[0].Doors = 9
	west[1].At = orb.Point{1.05, 42.05}
	west = append(west, geo.Household{ID: "fresh", At: orb.Point{1.05, 42.06}, Doors: 1})
	ids := f.count("SELECT hashtext(string_agg(id::text, '' ORDER BY id)) FROM rounds.areas")

	dry := f.options()
	dry.DryRun = true
	before := f.state()
	report, err := f.db.ImportHouseholds(t.Context(), rowsOf(west...), dry)
	f.must(err)
	want := register.Counts{Added: 1, Changed: 2, Unchanged: 497, Gone: report.Gone}
	if report.Counts != want || report.Gone < 1 {
		t.Errorf("dry run: %+v, want %+v", report.Counts, want)
	}
	if f.state() != before {
		t.Error("the dry run changed something")
	}

	report, err = f.db.ImportHouseholds(t.Context(), rowsOf(west...), f.options())
	f.must(err)
	if report.Counts != want {
		t.Errorf("%+v, want %+v", report.Counts, want)
	}
	if n := f.count("SELECT doors FROM rounds.households WHERE source_key = 'West-1'"); n != 9 {
		t.Errorf("West-1 has %d doors", n)
	}
	if again := f.count("SELECT hashtext(string_agg(id::text, '' ORDER BY id)) FROM rounds.areas"); again != ids {
		t.Error("grids were cut again")
	}

	remove := f.options()
	remove.DeleteGone = true
	report, err = f.db.ImportHouseholds(t.Context(), rowsOf(append(west, all[500:]...)...), remove)
	f.must(err)
	if report.Gone != 1 || report.Deleted != 1 || f.count("SELECT count(*) FROM rounds.households WHERE source_key = 'West-500'") != 0 {
		t.Errorf("gone: %+v", report.Counts)
	}
}

// A file may have a cell for every row; they are staged a part at a time.
func TestImportHouseholds_FindsThePlaceOfEveryCell(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, err := f.db.ImportAreas(t.Context(), []geo.Area{
		{ID: "county", Level: geo.County, Name: "Wide", Outline: square(1, 42, 3, 44)},
		{ID: "grid", ParentID: "county", Level: geo.Grid, Name: "Wide 1", Outline: square(1, 42, 3, 44)},
	}, f.options())
	f.must(err)
	const side = 50
	far := make([]geo.Household, 0, side*side)
	for k := range side * side {
		at := orb.Point{1.005 + 0.039*float64(k%side), 42.005 + 0.039*float64(k/side)}
		far = append(far, geo.Household{ID: fmt.Sprint("far-", k), At: at, Doors: 1})
	}
	report, err := f.db.ImportHouseholds(t.Context(), rowsOf(far...), f.options())
	f.must(err)
	if report.Added != side*side {
		t.Errorf("%d of %d were added", report.Added, side*side)
	}
	if n := f.count("SELECT count(DISTINCT cell) FROM rounds.households"); n != side*side {
		t.Errorf("%d cells", n)
	}
}

func TestImportHouseholds_TakesAllOrNothing(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	before := f.state()
	for name, spoil := range map[string]struct {
		place geo.Household
		field string
		says  string
	}{
		"outside": {geo.Household{ID: "x", At: orb.Point{7, 50}, Doors: 1}, "lon, lat", "outside every area"},
		"swapped": {geo.Household{ID: "x", At: orb.Point{42.05, 1.05}, Doors: 1}, "lon, lat", "swap the two columns"},
		"double":  {geo.Household{ID: all[0].ID, At: all[0].At, Doors: 1}, "id", "row 1 too"},
		"person":  {geo.Household{ID: "11010519491231002X", At: all[0].At, Doors: 1}, "id", "number of a person"},
	} {
		rows := append(append([]geo.Household(nil), all...), geo.Household{ID: "good", At: orb.Point{1.05, 42.05}, Doors: 1}, spoil.place)
		_, err := f.db.ImportHouseholds(t.Context(), rowsOf(rows...), f.options())
		var refused *register.RefusedError
		if !errors.As(err, &refused) || refused.Total != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := refused.Complaints[0]
		if c.Row != int64(len(rows)) || c.Field != spoil.field || !strings.Contains(c.Problem, spoil.says) {
			t.Errorf("%s: %v", name, c)
		}
		if strings.Contains(c.Error(), "1101051949") {
			t.Errorf("%s: the report repeats the value", name)
		}
	}
	if f.state() != before {
		t.Error("something of a refused file was kept")
	}
}

func TestImportHouseholds_KeepsNothingWhenCancelled(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	before := f.state()
	stages := map[string]bool{}
	for _, at := range []string{"read", "locate", "save"} {
		ctx, cancel := context.WithCancel(t.Context())
		options := f.options()
		options.Progress = func(stage string, _, _ int) {
			stages[stage] = true
			if stage == at {
				cancel()
			}
		}
		more := append(append([]geo.Household(nil), all...), places("More", 400, 1, 9)...)
		if _, err := f.db.ImportHouseholds(ctx, rowsOf(more...), options); err == nil {
			t.Errorf("cancelled at %s: no error", at)
		}
		cancel()
		if !stages[at] {
			t.Errorf("there is no stage %s", at)
		}
	}
	if f.state() != before {
		t.Error("something of a cancelled import was kept")
	}
}

func TestImportAreas_RefusesATreeThatIsNone(t *testing.T) {
	t.Parallel()
	f := open(t)
	good := county()
	for name, spoil := range map[string]func([]geo.Area){
		"parent":  func(a []geo.Area) { a[1].ParentID = "nowhere" },
		"level":   func(a []geo.Area) { a[2].Level = "district" },
		"id":      func(a []geo.Area) { a[3].ID = a[1].ID },
		"name":    func(a []geo.Area) { a[1].Name = "Home of key persons" },
		"outline": func(a []geo.Area) { a[1].Outline = orb.MultiPolygon{{{{1, 42}, {1.1, 42}, {1, 42}, {1, 42}}}} },
	} {
		areas := append([]geo.Area(nil), good...)
		spoil(areas)
		_, err := f.db.ImportAreas(t.Context(), areas, f.options())
		var refused *register.RefusedError
		if !errors.As(err, &refused) || refused.Complaints[0].Field != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := f.count("SELECT count(*) FROM rounds.areas"); n != 0 {
		t.Errorf("%d areas were kept", n)
	}
	for _, want := range []register.Counts{{Added: 4}, {Unchanged: 4}} {
		report, err := f.db.ImportAreas(t.Context(), good, f.options())
		f.must(err)
		if report.Counts != want {
			t.Errorf("%+v, want %+v", report.Counts, want)
		}
	}
}

func TestImportIncidents_TakesMattersOfTheList(t *testing.T) {
	t.Parallel()
	f, _ := settled(t)
	day := f.db.Now().AddDate(0, 0, -10).Truncate(24 * 3600e9)
	incidents := []register.Incident{
		{ID: "1", At: orb.Point{1.05, 42.05}, Matter: "unlit_path", ReportedOn: day},
		{ID: "2", At: orb.Point{1.15, 42.05}, Matter: "gas_smell", ReportedOn: day, Closed: true, ClosedOn: day.AddDate(0, 0, 1)},
	}
	rows := func(keep func(int64, register.Incident, *register.Complaint) error) error {
		for i, incident := range incidents {
			if err := keep(int64(i+1), incident, nil); err != nil {
				return err
			}
		}
		return nil
	}
	for _, want := range []register.Counts{{Added: 2}, {Unchanged: 2}} {
		report, err := f.db.ImportIncidents(t.Context(), rows, f.options())
		f.must(err)
		if report.Counts != want {
			t.Errorf("%+v, want %+v", report.Counts, want)
		}
	}
	if n := f.count("SELECT count(*) FROM rounds.incidents i JOIN rounds.areas a ON a.id = i.area_id WHERE a.level = 'grid' AND i.source = 'import'"); n != 2 {
		t.Errorf("%d incidents", n)
	}
	for field, spoil := range map[string]register.Incident{
		"matter":      {ID: "3", At: orb.Point{1.05, 42.05}, Matter: "suspicious_person", ReportedOn: day},
		"reported_on": {ID: "3", At: orb.Point{1.05, 42.05}, Matter: "sewer", ReportedOn: day.AddDate(1, 0, 0)},
		"closed_on":   {ID: "3", At: orb.Point{1.05, 42.05}, Matter: "sewer", ReportedOn: day, Closed: true},
		"lon, lat":    {ID: "3", At: orb.Point{42.05, 1.05}, Matter: "sewer", ReportedOn: day},
		"id":          {ID: "1", At: orb.Point{1.05, 42.05}, Matter: "sewer", ReportedOn: day},
	} {
		incidents = append(incidents[:2], spoil)
		_, err := f.db.ImportIncidents(t.Context(), rows, f.options())
		var refused *register.RefusedError
		if !errors.As(err, &refused) || refused.Complaints[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestToWGS84_AgreesWithPostGIS(t *testing.T) {
	t.Parallel()
	f := open(t)
	crs, err := register.ParseCRS("25831")
	f.must(err)
	points := []orb.Point{{378000, 4707000}, {380000, 4710000}}
	f.must(f.db.ToWGS84(t.Context(), crs, points))
	for _, p := range points {
		if p.Lon() < 1.5 || p.Lon() > 1.55 || p.Lat() < 42.4 || p.Lat() > 42.6 {
			t.Errorf("%v is not in Andorra", p)
		}
	}
	unknown, err := register.ParseCRS("999999")
	f.must(err)
	if err := f.db.ToWGS84(t.Context(), unknown, points); err == nil || !strings.Contains(err.Error(), "EPSG:999999") {
		t.Errorf("an unknown system: %v", err)
	}
}

// state is everything of the register, for comparing.
func (f *fixture) state() string {
	f.Helper()
	state := ""
	for _, table := range []string{"areas", "area_paths", "households", "dwelling_groups", "dwelling_group_cells", "imports"} {
		var digest string
		query := fmt.Sprintf("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM rounds.%s t", table)
		f.must(f.owner.QueryRow(context.Background(), query).Scan(&digest))
		state += digest
	}
	return state
}

func TestOpen_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	f := open(t)
	if _, err := f.owner.Exec(t.Context(), "DELETE FROM public.rounds_migrations"); err != nil {
		t.Fatal(err)
	}
	_, err := register.Open(t.Context(), f.url)
	if err == nil || !strings.Contains(err.Error(), "rounds migrate") {
		t.Errorf("a database without migrations: %v", err)
	}
	if reflect.DeepEqual(f.keys.ID("a", "bc"), f.keys.ID("ab", "c")) {
		t.Error("two things share an id")
	}
}
