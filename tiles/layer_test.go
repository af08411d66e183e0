package tiles_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
)

// The closed list: which role may ask for which layer, and what its features say.
var closedList = map[string]struct {
	roles      []string
	properties []string
}{
	"basemap": {
		[]string{"worker", "supervisor", "case_handler", "analyst", "dpo", "administrator"},
		[]string{"class", "kind", "name", "name_zh"},
	},
	"heights": {[]string{"worker", "supervisor", "case_handler", "analyst", "dpo", "administrator"}, nil}, // no features
	"areas": {
		[]string{"worker", "supervisor", "case_handler", "analyst", "dpo"},
		[]string{"id", "level", "name", "name_zh", "dwellings"},
	},
	"territories": {[]string{"supervisor"}, []string{"worker", "code", "name", "stops", "minutes"}},
	"work": {
		[]string{"worker", "supervisor", "analyst"},
		[]string{"to_visit", "finished", "late", "minutes", "dwellings", "name", "name_zh"},
	},
	"hazards": {[]string{"worker", "supervisor", "case_handler", "analyst"}, []string{"id", "kind", "matter", "due", "late", "open", "overdue", "soon"}},
	"releases": {
		[]string{"worker", "supervisor", "case_handler", "analyst", "dpo"},
		[]string{"bin", "dwellings", "shown", "count"},
	},
	"routes": {[]string{"worker", "supervisor"}, []string{"id", "worker", "code", "date"}},
	"stops":  {[]string{"worker", "supervisor"}, []string{"household", "seq", "code", "date", "start", "doors", "state"}},
}

func TestLayers_AreTheClosedList(t *testing.T) {
	if len(tiles.Layers) != len(closedList) {
		t.Errorf("%d layers, want %d", len(tiles.Layers), len(closedList))
	}
	everybody := []string{"worker", "supervisor", "case_handler", "analyst", "dpo", "administrator", "service:tiles", ""}
	for _, layer := range tiles.Layers {
		want, listed := closedList[layer.Name]
		if !listed {
			t.Errorf("layer %s is not in the list", layer.Name)
		}
		for _, role := range everybody {
			if layer.Allows(role) != slices.Contains(want.roles, role) {
				t.Errorf("%s to %q: %v", layer.Name, role, layer.Allows(role))
			}
		}
		for _, vector := range layer.Vectors {
			fields := slices.Sorted(maps.Keys(vector.Fields))
			if listed := slices.Sorted(slices.Values(want.properties)); !slices.Equal(fields, listed) {
				t.Errorf("%s has the fields %v, want %v", layer.Name, fields, listed)
			}
		}
	}
}

func TestLayers_ShowEachAccountItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	grids := func(place string) int {
		return s.Count(`SELECT count(*) FROM rounds.areas a JOIN rounds.area_paths p ON p.area_id = a.id
			JOIN rounds.areas b ON b.id = p.ancestor_id WHERE b.name = $1 AND a.level = 'grid'`, place)
	}
	west, county := grids("West"), grids("County")
	type counts struct{ areas, territories, hazards, routes, stops int }
	expected := map[string]counts{
		// West's worker has eight days, Middle's five.
		WestWorker:       {areas: west + 1, hazards: 1, routes: 8, stops: 150},
		MiddleWorker:     {areas: grids("Middle") + 1, hazards: 1, routes: 5, stops: 90},
		GridSupervisor:   {areas: 1},
		WestSupervisor:   {areas: west + 1, territories: 1, hazards: 1, routes: 8, stops: 150},
		CountySupervisor: {areas: county + 4, territories: 2, hazards: 2, routes: 13, stops: 240},
		PastSupervisor:   {},
		CountyAnalyst:    {areas: county + 4, hazards: 2},
		CountyHandler:    {areas: county + 4, hazards: 2},
		CountyDPO:        {areas: county + 4},
		Administrator:    {},
	}
	for account, want := range expected {
		for layer, n := range map[string]int{"basemap": 4, "areas": want.areas, "territories": want.territories,
			"hazards": want.hazards, "routes": want.routes, "work": -1} {
			t.Run(account+"/"+layer, func(t *testing.T) {
				s.see(t, account, layer, "", n)
			})
		}
		t.Run(account+"/stops", func(t *testing.T) {
			total := 0
			for _, worker := range s.Workers {
				total += s.see(t, account, "stops", "?worker="+worker.String(), -1)
			}
			if total != want.stops {
				t.Errorf("%d stops, want %d", total, want.stops)
			}
		})
	}
	if answer := s.ask("", path("basemap", at(1.04, 42.05, 12))); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("nobody gets %s", answer.Status)
	}
}

// see counts what an account sees of a layer in a tile with all of the town (z 9)
// or, for what is drawn at larger zooms only, in those that make it up. It checks
// the closed list; n below 0 is any number.
func (s *site) see(t *testing.T, account, layer, query string, n int) int {
	t.Helper()
	role := s.As(account).Role
	list := closedList[layer]
	seen := map[string]bool{}
	for _, tile := range everywhere(14) {
		answer := s.ask(account, path(layer, tile)+query)
		if !slices.Contains(list.roles, role) {
			if answer.StatusCode != http.StatusForbidden {
				t.Fatalf("%s gets %s", role, answer.Status)
			}
			return 0
		}
		for _, in := range features(t, body(t, answer)) {
			for _, properties := range in {
				for name := range properties {
					if !slices.Contains(list.properties, name) {
						t.Errorf("property %s is not in the list", name)
					}
				}
				seen[name(properties)] = true
			}
		}
	}
	if n >= 0 && len(seen) != n {
		t.Errorf("%d features, want %d", len(seen), n)
	}
	return len(seen)
}

// name tells features apart that several tiles show.
func name(properties map[string]any) string {
	text := ""
	for _, key := range []string{"id", "worker", "household", "class"} {
		if value, ok := properties[key].(string); ok {
			text += value + " "
		}
	}
	return text
}

func TestAreas_GridsComeWithTheZoom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	levels := func(zoom uint32) map[any]int {
		found := map[any]int{}
		for _, area := range s.layer(CountySupervisor, "areas", at(1.04, 42.05, zoom), "") {
			found[area["level"]]++
		}
		return found
	}
	if far := levels(8); far["grid"] != 0 || far["town"] != 3 || far["county"] != 1 {
		t.Errorf("at zoom 8: %v", far)
	}
	if near := levels(11); near["grid"] == 0 {
		t.Errorf("at zoom 11: %v", near)
	}
}

func TestHazards_SayWhatIsLate(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for account, late := range map[string]bool{WestWorker: true, MiddleWorker: false} {
		found := s.layer(account, "hazards", at(1.04, 42.05, 8), "")
		if len(found) != 1 || found[0]["late"] != late || found[0]["matter"] != "damaged_stairs" {
			t.Errorf("%s: %v, want one, late: %v", account, found, late)
		}
	}
}

// From far away the hazards of a cell are one feature, which every tile that shows it tells
// alike: each is counted once, by when it is due.
func TestHazards_AreGatheredFarAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.Exec("DELETE FROM rounds.incidents")
	s.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		SELECT gen_random_uuid(), CASE WHEN n % 4 = 0 THEN 'service' ELSE 'hazard' END::rounds.incident_kind, CASE WHEN n % 4 = 0 THEN 'street_cleaning' ELSE 'fallen_tree' END,
			area_id, cell, at, 'desk', $1::date - 9, $1::date - 4 + (n % 10)::integer
		FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM rounds.households) h`, s.Today)
	type counts struct{ open, overdue, soon int }
	for _, account := range []string{WestWorker, CountySupervisor, CountyAnalyst} {
		place := map[string]string{WestWorker: "West"}[account]
		var want counts
		err := s.Owner.QueryRow(t.Context(), `SELECT count(*), count(*) FILTER (WHERE due_on < $1), count(*) FILTER (WHERE due_on BETWEEN $1 AND $1 + 2) FROM rounds.incidents i
			WHERE $2 = '' OR EXISTS (SELECT FROM rounds.area_paths p JOIN rounds.areas a ON a.id = p.ancestor_id WHERE p.area_id = i.area_id AND a.name = $2)`,
			s.Today, place).Scan(&want.open, &want.overdue, &want.soon)
		if err != nil || want.open == 0 {
			t.Fatal(want, err)
		}
		for zoom := uint32(5); zoom <= 13; zoom++ {
			var got counts
			seen := map[string]bool{}
			for _, tile := range everywhere(zoom) {
				for _, h := range s.layer(account, "hazards", tile, "") {
					// What lies on the margin of two tiles is in both.
					if text := fmt.Sprint(h); !seen[text] || zoom == 13 && h["id"] == nil {
						seen[text] = true
						one := func(name string) int { n, _ := h[name].(float64); return int(n) }
						if zoom == 13 {
							got.open++
							continue
						}
						got = counts{got.open + one("open"), got.overdue + one("overdue"), got.soon + one("soon")}
						if h["late"] != (one("overdue") > 0) || (h["id"] != nil) != (one("open") == 1) {
							t.Errorf("zoom %d: %v", zoom, h)
						}
					}
				}
			}
			if zoom == 13 {
				got.overdue, got.soon = want.overdue, want.soon // are told by the day of each
			}
			if got != want {
				t.Errorf("%s at zoom %d: %+v, want %+v", account, zoom, got, want)
			}
		}
	}
}

func TestStops_AreThoseOfTheQuery(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tile := at(1.04, 42.05, 9)
	day := s.Today.Format("2006-01-02")
	done := s.Household(s.Workers[0], s.Today, 3)
	s.Visit(WestWorker, done, "declined")
	s.Visit(WestWorker, s.Household(s.Workers[0], s.Today, 4), "not_home")
	for _, account := range []string{WestWorker, WestSupervisor} {
		stops := s.layer(account, "stops", tile, "?date="+day)
		if want := s.Count(`SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
			WHERE r.worker_id = $1 AND r.day = $2`, s.Workers[0], s.Today); len(stops) != want {
			t.Fatalf("%s sees %d stops, want %d", account, len(stops), want)
		}
		for _, stop := range stops {
			want := "open"
			if stop["household"] == done.String() {
				want = "finished"
			}
			if stop["state"] != want {
				t.Errorf("%s sees door %v as %v, want %s", account, stop["household"], stop["state"], want)
			}
		}
	}
	if answer := s.ask(WestSupervisor, path("stops", tile)); answer.StatusCode != http.StatusBadRequest {
		t.Errorf("all places to visit at once: %s", answer.Status)
	}
	s.Exec("UPDATE rounds.rounds SET closed_at = now()")
	if stops := s.layer(WestSupervisor, "stops", tile, "?date="+day+"&plan="+s.Plan.String()); len(stops) != 0 {
		t.Errorf("%d stops of a closed round", len(stops))
	}
}

func TestServices_GetNoTiles(t *testing.T) {
	for _, layer := range tiles.Layers {
		for _, service := range []string{"login", "import", "planning", "tiles", "operator"} {
			if layer.Allows(register.Service(service).Role) {
				t.Errorf("%s to service %s", layer.Name, service)
			}
		}
	}
}
