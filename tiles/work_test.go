package tiles_test

import (
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"testing"

	"github.com/google/uuid"

	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles/mvt"
)

type sums struct{ toVisit, finished, late, minutes, dwellings float64 }

// work sums the layer over the town at a zoom, each feature once.
func (s *site) work(account string, zoom uint32) (total sums, n int) {
	s.Helper()
	seen := map[float64]bool{}
	for _, tile := range everywhere(zoom) {
		for id, p := range s.numbered(account, tile) {
			if seen[id] {
				continue
			}
			seen[id] = true
			total.toVisit += p["to_visit"].(float64)
			total.finished += p["finished"].(float64)
			total.late += p["late"].(float64)
			total.minutes += p["minutes"].(float64)
			total.dwellings += p["dwellings"].(float64)
		}
	}
	return total, len(seen)
}

func TestWork_EqualsTheDatabase(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	yesterday := s.Today.AddDate(0, 0, -1)
	s.Visit(WestWorker, s.Household(s.Workers[0], yesterday, 0), "done")
	s.Visit(WestWorker, s.Household(s.Workers[0], yesterday, 1), "not_home")
	s.Visit(MiddleWorker, s.Household(s.Workers[1], s.Today.AddDate(0, 0, -7), 0), "vacant")
	want := func(place string) (all sums) {
		err := s.Owner.QueryRow(t.Context(), `
			SELECT count(*) FILTER (WHERE d.state IS DISTINCT FROM 'finished'), count(*) FILTER (WHERE d.state = 'finished'),
				count(*) FILTER (WHERE d.state IS DISTINCT FROM 'finished' AND r.day < $2),
				sum(15 * h.doors + 1) FILTER (WHERE d.state IS DISTINCT FROM 'finished'), sum(h.doors)
			FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id JOIN rounds.areas a ON a.id = p.ancestor_id
				JOIN rounds.stops s ON s.household_id = h.id JOIN rounds.routes r ON r.id = s.route_id
				LEFT JOIN rounds.doors d ON d.household_id = h.id WHERE a.name = $1`, place, s.Today).
			Scan(&all.toVisit, &all.finished, &all.late, &all.minutes, &all.dwellings)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for account, place := range map[string]string{
		WestWorker: "West", WestSupervisor: "West", MiddleWorker: "Middle", CountySupervisor: "County", CountyAnalyst: "County",
	} {
		for _, zoom := range []uint32{8, 10, 12, 14} {
			if got, _ := s.work(account, zoom); got != want(place) {
				t.Errorf("%s at zoom %d sees %+v, want %+v", account, zoom, got, want(place))
			}
		}
	}
	for _, account := range []string{PastSupervisor} {
		if got, n := s.work(account, 12); n != 0 {
			t.Errorf("%s sees %+v", account, got)
		}
	}
}

func TestWork_CellsForTheOwnGroupsAbove(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	cells := s.Count(`SELECT count(DISTINCT h.cell) FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id
		JOIN rounds.areas a ON a.id = p.ancestor_id WHERE a.name = 'West'`)
	if _, n := s.work(WestSupervisor, 14); n != cells {
		t.Errorf("the own supervisor sees %d cells, want %d", n, cells)
	}
	grid := s.Count("SELECT count(DISTINCT cell) FROM rounds.households WHERE area_id = $1", s.Grid)
	if _, n := s.work(GridSupervisor, 14); n != grid {
		t.Errorf("the grid's supervisor sees %d cells, want %d", n, grid)
	}
	for _, account := range []string{CountySupervisor, CountyAnalyst} {
		groups := s.Count("SELECT count(*) FROM rounds.dwelling_groups")
		if _, n := s.work(account, 14); n != groups {
			t.Errorf("%s sees %d places, want %d groups", account, n, groups)
		}
		for _, tile := range everywhere(14) {
			for _, place := range s.numbered(account, tile) {
				if place["dwellings"].(float64) < 20 {
					t.Errorf("%s sees a place of %v dwellings", account, place["dwellings"])
				}
			}
		}
	}
}

// TestWork_AVisitChangesTheTouchedTilesAlone walks every tile before and after, for
// one who sees cells and one who sees groups.
func TestWork_AVisitChangesTheTouchedTilesAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	accounts := []string{WestSupervisor, CountyAnalyst, MiddleWorker}
	heard := map[string]chan []string{}
	for _, account := range accounts {
		heard[account] = make(chan []string, 100)
		cancel, err := s.server.Subscribe(t.Context(), s.As(account), func(layer string, tiles []string) {
			if layer == "work" {
				heard[account] <- tiles
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		defer cancel()
	}
	before := s.tags(accounts)
	s.Visit(WestWorker, s.Household(s.Workers[0], s.Today, 5), "done")
	told := map[string][]string{WestSupervisor: <-heard[WestSupervisor], CountyAnalyst: <-heard[CountyAnalyst]}
	after := s.tags(accounts)
	for _, account := range accounts {
		changed := 0
		for tile, tag := range before[account] {
			differs := after[account][tile] != tag
			if differs {
				changed++
			}
			// A group is cut at the tile and its bound is larger than itself: a tile too
			// many may be named.
			named := slices.Contains(told[account], tile)
			if differs && !named || (!differs && named && account == WestSupervisor) {
				t.Errorf("%s: tile %s changed: %v, told: %v", account, tile, differs, named)
			}
		}
		if (changed > 0) != (account != MiddleWorker) {
			t.Errorf("%s: %d tiles changed", account, changed)
		}
	}
	select {
	case tiles := <-heard[MiddleWorker]:
		t.Errorf("Middle's worker hears of West: %v", tiles)
	default:
	}
}

// tags are the ETags of all tiles of the town.
func (s *site) tags(accounts []string) map[string]map[string]string {
	tags := map[string]map[string]string{}
	for _, account := range accounts {
		tags[account] = map[string]string{}
		for zoom := uint32(5); zoom <= 15; zoom++ {
			for _, tile := range everywhere(zoom) {
				tags[account][tile.String()] = s.ask(account, path("work", tile)).Header.Get("ETag")
			}
		}
	}
	return tags
}

func TestWork_ARefusalLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	heard := make(chan []string, 100)
	cancel, err := s.server.Subscribe(t.Context(), s.As(WestSupervisor), func(_ string, tiles []string) { heard <- tiles })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	before, places := s.work(WestSupervisor, 14)
	alone := s.ID(`SELECT h.id FROM rounds.households h WHERE doors = 1 AND h.area_id = $1
		AND NOT EXISTS (SELECT FROM rounds.households o WHERE o.cell = h.cell AND o.id <> h.id) LIMIT 1`, s.Grid)
	s.Exec("SELECT set_config('rounds.role', 'service:operator', false)")
	s.Exec("SELECT rounds.refuse_visits($1, ARRAY[sha256('a')])", alone)
	<-heard
	after, left := s.work(WestSupervisor, 14)
	if after.dwellings != before.dwellings-1 || left != places-1 {
		t.Errorf("%v dwellings in %d cells, want %v in %d", after.dwellings, left, before.dwellings-1, places-1)
	}
}

func TestWork_OfAnotherRound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tile := at(1.04, 42.05, 12)
	if answer := s.ask(WestWorker, path("work", tile)+"?round="+s.Round.String()); answer.StatusCode != http.StatusOK {
		t.Errorf("the open round: %s", answer.Status)
	}
	if answer := s.ask(WestWorker, path("work", tile)+"?round="+uuid.NewString()); answer.StatusCode != http.StatusNotFound {
		t.Errorf("no round: %s", answer.Status)
	}
	// Middle's own round is none of West's business.
	other := uuid.New()
	s.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, emergency, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($1, $2, 'fire_safety', 'flood', 'Flood', $3, $3, $3, 900)`, other, s.Area("Middle"), s.Today)
	for account, want := range map[string]int{WestWorker: http.StatusNotFound, MiddleWorker: http.StatusOK, CountyAnalyst: http.StatusOK} {
		answer := s.ask(account, path("work", at(1.14, 42.05, 9))+"?round="+other.String())
		if answer.StatusCode != want {
			t.Errorf("%s: %s, want %d", account, answer.Status, want)
		}
	}
	s.Exec("UPDATE rounds.rounds SET closed_at = now()")
	if answer := s.ask(WestWorker, path("work", tile)+"?round="+s.Round.String()); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a closed round: %s", answer.Status)
	}
	if answer := s.ask(WestWorker, path("work", tile)); answer.StatusCode != http.StatusNoContent {
		t.Errorf("no open round: %s", answer.Status)
	}
}

func TestWork_APublishedPlanIsReadAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	heard := make(chan []string, 100)
	cancel, err := s.server.Subscribe(t.Context(), s.As(WestSupervisor), func(_ string, tiles []string) { heard <- tiles })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	before, _ := s.work(WestSupervisor, 12)
	s.Exec("UPDATE rounds.routes SET day = day + 40") // as if there were another plan
	s.server.Reload(s.Round)
	<-heard
	if after, _ := s.work(WestSupervisor, 12); before.late == 0 || after.late != 0 {
		t.Errorf("late: %v before, %v after", before.late, after.late)
	}
}

// What comes in with an import, or goes when one is taken back, is told as a whole.
func TestWork_FollowsAnImport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	for known := false; !known; { // it listens
		_, known = s.server.Counted(t.Context(), s.Round)
	}
	heard := make(chan []string, 100)
	cancel, err := s.server.Subscribe(t.Context(), s.As(WestSupervisor), func(_ string, tiles []string) { heard <- tiles })
	if err != nil {
		t.Fatal(err)
	}
	defer cancel()
	before, _ := s.work(WestSupervisor, 12)
	s.Exec("SET session_replication_role = replica")
	s.Exec("UPDATE rounds.households SET doors = doors + 1 WHERE area_id = $1", s.Grid)
	s.Exec("SELECT pg_notify('rounds_import', 'households')")
	<-heard
	want := before.dwellings + float64(s.Count("SELECT count(*) FROM rounds.households WHERE area_id = $1", s.Grid))
	if after, _ := s.work(WestSupervisor, 12); after.dwellings != want {
		t.Errorf("%v dwellings after an import, want %v", after.dwellings, want)
	}
}

func (s *site) numbered(account string, tile mvt.Tile) map[float64]map[string]any {
	s.Helper()
	answer := s.ask(account, path("work", tile))
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNoContent {
		s.Fatalf("%s: %s", tile, answer.Status)
	}
	return maps.Collect(ids(s, body(s, answer)))
}

func TestHazards_AreToldToThoseWhoMaySeeThem(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(t)
	heard := map[string]chan []string{}
	for _, account := range []string{GridSupervisor, MiddleWorker} {
		heard[account] = make(chan []string, 100)
		cancel, err := s.server.Subscribe(t.Context(), s.As(account), func(layer string, tiles []string) {
			if layer == "hazards" {
				heard[account] <- tiles
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		defer cancel()
	}
	s.work(GridSupervisor, 12) // answers, so the server is up
	// The server may not listen yet: report until it is heard.
	report := func() {
		s.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
			SELECT gen_random_uuid(), 'hazard', 'fallen_tree', area_id, cell, at, 'desk', $2, $2 FROM rounds.households WHERE area_id = $1 LIMIT 1`, s.Grid, s.Today)
	}
	for {
		report()
		select {
		case tiles := <-heard[GridSupervisor]:
			for _, tile := range tiles {
				var z, x, y uint32
				if _, err := fmt.Sscanf(tile, "%d/%d/%d", &z, &x, &y); err != nil || z > 16 {
					t.Errorf("tile %q", tile)
				}
			}
			if len(tiles) < 17 {
				t.Errorf("%d tiles, want one of each zoom at least", len(tiles))
			}
			if n := len(heard[MiddleWorker]); n > 0 {
				t.Errorf("Middle's worker hears %d times of West", n)
			}
			return
		case <-t.Context().Done():
			t.Fatal("never told")
		default:
			runtime.Gosched()
		}
	}
}
