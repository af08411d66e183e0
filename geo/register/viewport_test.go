package register_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// city is one that tiles are drawn of.
type city struct{ *registertest.City }

func newCity(t testing.TB, households int) *city { return &city{registertest.NewCity(t, households)} }

// tileAt is the tile of a zoom around a place.
func tileAt(at orb.Point, zoom maptile.Zoom) register.MapTile {
	tile := maptile.At(at, zoom)
	return register.MapTile{Z: uint32(tile.Z), X: tile.X, Y: tile.Y}
}

// viewers are who looks at a map of a city: a worker at the own stops, a supervisor of a
// town and one of the county at those of a day, an analyst at none.
func (c *city) viewers() []viewer {
	day := register.RouteFilter{Date: c.Today}
	return []viewer{
		{"worker", c.As(registertest.WestWorker), register.RouteFilter{}}, {"supervisor", c.As(registertest.WestSupervisor), day}, {"county", c.As(registertest.CountySupervisor), day}, {"analyst", c.As(registertest.CountyAnalyst), day},
	}
}

type viewer struct {
	name      string
	principal register.Principal
	stops     register.RouteFilter
}

// layersOf are the layers of a tile that ask the tables.
func (c *city) layersOf(b testing.TB, v viewer, tile register.MapTile) map[string]func() ([]byte, error) {
	ctx := b.Context()
	layers := map[string]func() ([]byte, error){
		"areas":   func() ([]byte, error) { return c.DB.AreasTile(ctx, v.principal, tile) },
		"hazards": func() ([]byte, error) { return c.DB.HazardsTile(ctx, v.principal, tile, c.Today) },
	}
	if v.principal.Role != register.Analyst {
		layers["stops"] = func() ([]byte, error) { return c.DB.StopsTile(ctx, v.principal, tile, v.stops, c.Today) }
		layers["routes"] = func() ([]byte, error) { return c.DB.RoutesTile(ctx, v.principal, tile, v.stops, c.Today) }
	}
	return layers
}

// Row-level security turns spatial indexes off: cells and edges have to lead to what a
// tile shows, and the whole table is read for nobody.
func TestTiles_AreLedByNumbersUnderRowLevelSecurity(t *testing.T) {
	t.Parallel()
	c := newCity(t, 20_000)
	tile := tileAt(c.Middle, 16)
	for _, v := range c.viewers() {
		hazards, arguments, err := register.HazardsQuery(tile, c.Today)
		must(t, err)
		plan := c.explain(t, v.principal, "(COSTS OFF) "+hazards, register.With(tile, arguments))
		if !strings.Contains(plan, "incidents_cell") || strings.Contains(plan, "Seq Scan on incidents") {
			t.Errorf("hazards for the %s:\n%s", v.name, plan)
		}
		if v.principal.Role == register.Analyst {
			continue
		}
		lead := map[string]string{register.Worker: "routes_worker_day", register.Supervisor: "routes_bounds"}[v.principal.Role]
		stops, arguments := register.StopsQuery(v.principal, tile, v.stops, c.Today)
		plan = c.explain(t, v.principal, "(COSTS OFF) "+stops, register.With(tile, arguments))
		for _, index := range []string{lead, "stops_pkey", "households_pkey"} {
			if !strings.Contains(plan, index) {
				t.Errorf("stops for the %s, without %s:\n%s", v.name, index, plan)
			}
		}
	}
}

// Who was granted a county has thousands of areas: the policies of what a tile shows look
// the one area of a row up, or gather them by the index, and no function gives them all.
func TestTiles_GatherNoAreasOfAGrant(t *testing.T) {
	t.Parallel()
	c := newCity(t, 20_000)
	tile := tileAt(c.Middle, 16)
	stops, ofStops := register.StopsQuery(c.As(registertest.CountySupervisor), tile, register.RouteFilter{Date: c.Today}, c.Today)
	routes, ofRoutes := register.RoutesQuery(c.As(registertest.CountySupervisor), tile, register.RouteFilter{Date: c.Today}, c.Today)
	areas, ofAreas := register.AreasQuery(tile)
	for query, arguments := range map[string]pgx.NamedArgs{stops: ofStops, routes: ofRoutes, areas: ofAreas} {
		plan := c.explain(t, c.As(registertest.CountySupervisor), "(ANALYZE, VERBOSE, TIMING OFF, COSTS OFF) "+query, register.With(tile, arguments))
		asked := regexp.MustCompile(`ProjectSet \((never executed|actual [^)]*)\)\n *Output: rounds\.(\w+)`).FindAllStringSubmatch(plan, -1)
		if !slices.ContainsFunc(asked, func(node []string) bool { return node[1] != "never executed" && node[2] == "granted_roots" }) {
			t.Errorf("the areas of the grants are not asked for:\n%s", plan)
		}
		for _, node := range asked {
			if node[1] != "never executed" && strings.HasSuffix(node[2], "_areas") {
				t.Errorf("%s() gathers:\n%s", node[2], plan)
			}
		}
	}
}

// explain is how the database answers a principal.
func (c *city) explain(t *testing.T, principal register.Principal, query string, arguments pgx.NamedArgs) (plan string) {
	t.Helper()
	must(t, c.DB.As(t.Context(), principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "EXPLAIN "+query, arguments)
		if err != nil {
			return err
		}
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		plan = strings.Join(lines, "\n")
		return err
	}))
	return plan
}

// What leads to stops leads to all that there are.
func TestTiles_ShowAllStopsThatLieInThem(t *testing.T) {
	t.Parallel()
	c := newCity(t, 4_000)
	for _, zoom := range []maptile.Zoom{12, 13, 14, 16, 18} {
		tile := tileAt(c.Middle, zoom)
		data, err := c.DB.StopsTile(t.Context(), c.As(registertest.CountySupervisor), tile, register.RouteFilter{Date: c.Today}, c.Today)
		must(t, err)
		layers, err := mvt.Unmarshal(data)
		must(t, err)
		var shown []string
		for _, feature := range layers[0].Features {
			shown = append(shown, feature.Properties["household"].(string))
		}
		slices.Sort(shown)
		rows, err := c.Owner.Query(t.Context(), `SELECT s.household_id::text FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.households h ON h.id = s.household_id
			WHERE r.day = $4 AND h.at && ST_Transform(ST_TileEnvelope($1, $2, $3, margin => 64.0 / 4096), 4326) ORDER BY 1`, tile.Z, tile.X, tile.Y, c.Today)
		must(t, err)
		there, err := pgx.CollectRows(rows, pgx.RowTo[string])
		must(t, err)
		if len(there) == 0 || !slices.Equal(shown, there) {
			t.Errorf("at zoom %d a tile shows %d stops of %d", zoom, len(shown), len(there))
		}
	}
}

// Numbers lead to the routes that their shapes would.
func TestTiles_ShowAllRoutesThatCrossThem(t *testing.T) {
	t.Parallel()
	c := newCity(t, 4_000)
	for _, zoom := range []maptile.Zoom{9, 12, 14, 16, 18} {
		tile := tileAt(c.Middle, zoom)
		for _, filter := range []register.RouteFilter{{}, {Date: c.Today}, {Date: c.Today, Worker: registertest.CityID("worker", 10)}} {
			data, err := c.DB.RoutesTile(t.Context(), c.As(registertest.CountySupervisor), tile, filter, c.Today)
			must(t, err)
			layers, err := mvt.Unmarshal(data)
			must(t, err)
			var shown []string
			for _, layer := range layers {
				for _, feature := range layer.Features {
					shown = append(shown, feature.Properties["id"].(string))
				}
			}
			rows, err := c.Owner.Query(t.Context(), `SELECT id::text FROM rounds.routes WHERE ($4::date = '0001-01-01' OR day = $4) AND ($5 = '00000000-0000-0000-0000-000000000000'::uuid OR worker_id = $5)
				AND ST_AsMVTGeom(ST_Transform(line, 3857), ST_TileEnvelope($1, $2, $3), 4096, 64) IS NOT NULL ORDER BY routes.id`, tile.Z, tile.X, tile.Y, filter.Date, filter.Worker)
			must(t, err)
			there, err := pgx.CollectRows(rows, pgx.RowTo[string])
			must(t, err)
			if !slices.Equal(shown, there) || zoom <= 14 && len(there) == 0 {
				t.Errorf("at zoom %d a tile for %v shows %d routes of %d", zoom, filter, len(shown), len(there))
			}
		}
	}
}

// BenchmarkViewport draws a tile of each layer in the middle of a city of 600,000
// households, with row-level security and the row of the audit log. What the server
// computes for it is told apart from the wall clock, since other work moves that alone.
// The same is asked as the owner, whom no policy holds back.
func BenchmarkViewport(b *testing.B) {
	c := newCity(b, 600_000)
	town := *c.Town
	free := &city{&registertest.City{Town: &town, Middle: c.Middle}}
	var err error
	free.DB, err = register.Open(b.Context(), c.Owner.Config().ConnString())
	must(b, err)
	b.Cleanup(free.DB.Close)
	free.DB.Now = c.DB.Now
	for _, v := range c.viewers() {
		c.benchmark(b, v, 16, "rounds_app")
		free.benchmark(b, v, 16, "rounds_owner")
	}
	c.benchmark(b, c.viewers()[2], 13, "rounds_app")
	free.benchmark(b, c.viewers()[2], 13, "rounds_owner")
}

func (c *city) benchmark(b *testing.B, v viewer, zoom maptile.Zoom, login string) {
	for name, draw := range c.layersOf(b, v, tileAt(c.Middle, zoom)) {
		b.Run(fmt.Sprintf("%s/%s/z%d/%s", v.name, name, zoom, login), func(b *testing.B) {
			for range 10 { // the connections plan once
				if _, err := draw(); err != nil {
					b.Fatal(err)
				}
			}
			var took []time.Duration
			before := c.computed(b, login)
			for b.Loop() {
				began := time.Now()
				if data, err := draw(); err != nil || len(data) == 0 {
					b.Fatalf("%d bytes, %v", len(data), err)
				}
				took = append(took, time.Since(began))
			}
			b.ReportMetric((c.computed(b, login)-before).Seconds()*1000/float64(len(took)), "server-cpu-ms")
			b.ReportMetric(slices.Min(took).Seconds()*1000, "fastest-ms")
		})
	}
}

// computed is the processor time that a login's connections have had.
func (c *city) computed(b *testing.B, login string) (sum time.Duration) {
	b.Helper()
	rows, err := c.Owner.Query(b.Context(), "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = $1", login)
	must(b, err)
	processes, err := pgx.CollectRows(rows, pgx.RowTo[int])
	must(b, err)
	for _, process := range processes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", process))
		must(b, err)
		var running time.Duration
		_, err = fmt.Sscan(string(text), &running)
		must(b, err)
		sum += running
	}
	return sum
}
