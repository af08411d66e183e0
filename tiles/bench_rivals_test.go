//go:build bench

package tiles

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// benchPlaces are strewn over a box of some 30 km.
const benchPlaces = 200_000

// bench is a round of many places: in memory, and in tables of PostGIS.
type bench struct {
	*registertest.Town
	server *Server
	who    register.Principal
	round  *round
	leaves []heat.Leaf
	sums   map[heat.Leaf]heat.Sums
}

// TestBenchTiles measures the work layer beside plain ST_AsMVT on the same sums, for
// docs/benchmarks.md: processor time of both processes for each request.
func TestBenchTiles(t *testing.T) {
	b := newBench(t)
	fmt.Println("| zoom | bytes, gzip | ours cold | ours warm | ours, 100 visits/s | ST_AsMVT of sums by cell | ST_AsMVT, GROUP BY of places |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, zoom := range []uint32{10, 12, 13, 14, 15} {
		tile := centre(zoom)
		size := len(b.get(tile))
		cold := b.ours(300, func() { b.server.dropRound(b.round); b.get(tile) })
		warm := b.ours(3000, func() { b.get(tile) })
		visited := b.visited(tile)
		sums := b.rival("bench_sums", tile)
		places := b.rival("bench_places", tile)
		fmt.Printf("| %d | %d | %.2f | %.2f | %.2f | %.2f | %.2f |\n", zoom, size, cold, warm, visited, sums, places)
	}
	for _, clients := range []int{8, 64} {
		times := b.crowd(clients, 4000)
		fmt.Printf("\n%d connections, warm: p50 %.2f ms, p99 %.2f ms\n", clients, times[len(times)/2], times[len(times)*99/100])
	}
}

func centre(zoom uint32) mvt.Tile {
	at := mvt.World(orb.Point{1.15, 42.05})
	side := float64(uint64(1) << zoom)
	return mvt.Tile{Z: zoom, X: uint32(at[0] * side), Y: uint32(at[1] * side)}
}

func newBench(t *testing.T) *bench {
	town := registertest.NewTown(t)
	server, err := New(town.DB, Options{Today: func() time.Time { return town.Today }})
	ok(t, err)
	b := &bench{Town: town, server: server, who: town.As(registertest.WestSupervisor), sums: map[heat.Leaf]heat.Sums{}}
	ctx := t.Context()
	b.round, err = server.loaded(ctx, town.Round)
	ok(t, err)
	granted, err := town.DB.GrantedTo(ctx, b.who)
	ok(t, err)
	seen, err := server.tree.sight(ctx, town.DB, b.who, granted)
	ok(t, err)
	var grids []uuid.UUID
	for id := range seen.areas {
		grids = append(grids, id)
	}
	slices.SortFunc(grids, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	dice := rand.New(rand.NewPCG(1, 1))
	var places [][]any
	for range benchPlaces {
		at := orb.Point{1 + 0.36*dice.Float64(), 41.92 + 0.27*dice.Float64()}
		cell, err := geo.LeafCell(at)
		ok(t, err)
		leaf := heat.Leaf{Area: grids[int(uint64(cell)>>20)%len(grids)], Cell: cell}
		finished := dice.IntN(3) == 0
		sum := b.sums[leaf]
		if finished {
			sum.Finished++
		} else {
			sum.ToVisit++
			sum.Seconds += 900
		}
		sum.Dwellings++
		if b.sums[leaf].Dwellings == 0 {
			b.leaves = append(b.leaves, leaf)
		}
		b.sums[leaf] = sum
		places = append(places, []any{at, parents(t, cell)[0], parents(t, cell)[1], parents(t, cell)[2], finished})
	}
	board, err := heat.NewBoard(nil, nil)
	ok(t, err)
	_, err = board.Load(b.sums)
	ok(t, err)
	b.round.board = board
	b.fill(places)
	return b
}

// parents are the cells of the resolutions 8, 9 and 10.
func parents(t *testing.T, leaf geo.Cell) [3]int64 {
	var all [3]int64
	for i := range all {
		cell, err := leaf.Parent(8 + i)
		ok(t, err)
		all[i] = int64(cell)
	}
	return all
}

// fill makes the tables of the rival: places, cells with their shapes, and sums by cell.
func (b *bench) fill(places [][]any) {
	ctx := context.Background()
	b.Exec("CREATE UNLOGGED TABLE bench_raw (lon float8, lat float8, r8 bigint, r9 bigint, r10 bigint, finished boolean)")
	rows := make([][]any, len(places))
	shapes := map[int64]bool{}
	for i, p := range places {
		at := p[0].(orb.Point)
		rows[i] = append([]any{at[0], at[1]}, p[1:]...)
		for _, cell := range p[1:4] {
			shapes[cell.(int64)] = true
		}
	}
	_, err := b.Owner.CopyFrom(ctx, pgx.Identifier{"bench_raw"}, []string{"lon", "lat", "r8", "r9", "r10", "finished"}, pgx.CopyFromRows(rows))
	ok(b, err)
	b.Exec("CREATE UNLOGGED TABLE bench_cells (cell bigint PRIMARY KEY, wkt text)")
	var outlines [][]any
	for cell := range shapes {
		ring, err := geo.Cell(cell).Boundary()
		ok(b, err)
		var corners []string
		for _, p := range ring {
			corners = append(corners, fmt.Sprintf("%.9f %.9f", p[0], p[1]))
		}
		outlines = append(outlines, []any{cell, "POLYGON((" + strings.Join(corners, ",") + "))"})
	}
	_, err = b.Owner.CopyFrom(ctx, pgx.Identifier{"bench_cells"}, []string{"cell", "wkt"}, pgx.CopyFromRows(outlines))
	ok(b, err)
	b.Exec("ALTER TABLE bench_cells ADD shape geometry(Polygon, 3857)")
	b.Exec("UPDATE bench_cells SET shape = ST_Transform(ST_GeomFromText(wkt, 4326), 3857)")
	b.Exec("CREATE INDEX ON bench_cells USING gist (shape)")
	for _, r := range []string{"r8", "r9", "r10"} {
		b.Exec("CREATE UNLOGGED TABLE bench_sums_" + r + " AS SELECT " + r + " AS cell, count(*) FILTER (WHERE NOT finished) AS to_visit, count(*) FILTER (WHERE finished) AS finished FROM bench_raw GROUP BY 1")
		b.Exec("ALTER TABLE bench_sums_" + r + " ADD PRIMARY KEY (cell)")
		b.Exec("CREATE INDEX ON bench_raw (" + r + ")")
	}
	b.Exec("ANALYZE")
}

// enough milliseconds of processor for hundredths of a second to be small beside them.
const enough = 600

// rival draws a tile in SQL and gives milliseconds of the server's processor.
func (b *bench) rival(from string, tile mvt.Tile) float64 {
	b.Helper()
	r := fmt.Sprintf("r%d", heat.Resolution(tile.Z))
	source := "SELECT c.shape, s.to_visit, s.finished FROM bench_cells c JOIN bench_sums_" + r + " s ON s.cell = c.cell, bounds b WHERE c.shape && b.reach"
	if from == "bench_places" {
		source = "SELECT c.shape, count(*) FILTER (WHERE NOT p.finished) AS to_visit, count(*) FILTER (WHERE p.finished) AS finished FROM bench_cells c JOIN bench_raw p ON p." + r + " = c.cell, bounds b WHERE c.shape && b.reach GROUP BY c.cell, c.shape"
	}
	query := `WITH bounds AS (SELECT ST_TileEnvelope($1, $2, $3) AS tile, ST_TileEnvelope($1, $2, $3, margin => 64.0/4096) AS reach)
		SELECT ST_AsMVT(f, 'work', 4096, 'shape') FROM (SELECT ST_AsMVTGeom(d.shape, b.tile, 4096, 64) AS shape, d.to_visit, d.finished FROM (` + source + `) d, bounds b) f`
	var data []byte
	ask := func() { ok(b, b.Owner.QueryRow(context.Background(), query, tile.Z, tile.X, tile.Y).Scan(&data)) }
	ask()
	var pid int
	ok(b, b.Owner.QueryRow(context.Background(), "SELECT pg_backend_pid()").Scan(&pid))
	before, times := processor(b, pid), 0.0
	for processor(b, pid)-before < enough {
		ask()
		times++
	}
	return (processor(b, pid) - before) / times
}

// processor is the time that a process has had, in milliseconds; Linux counts hundredths.
func processor(t testing.TB, pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	ok(t, err)
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var user, system float64
	_, err = fmt.Sscan(fields[11]+" "+fields[12], &user, &system)
	ok(t, err)
	return (user + system) * 10
}

// get asks for a tile of the work layer as the supervisor, over the handler.
func (b *bench) get(tile mvt.Tile) []byte {
	handler := b.server.Handler(func(*http.Request) (register.Principal, bool) { return b.who, true })
	r := httptest.NewRequest(http.MethodGet, "/tiles/work/"+tile.String()+".mvt?round="+b.Round.String(), nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		b.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.Bytes()
}

// ours is milliseconds of processor for each run, with those of the database's backends.
func (b *bench) ours(times int, do func()) float64 {
	do()
	before := b.spent()
	for range times {
		do()
	}
	return (b.spent() - before) / float64(times)
}

// spent is what this process and the backends of the application's login have had.
func (b *bench) spent() float64 {
	var own syscall.Rusage
	ok(b, syscall.Getrusage(syscall.RUSAGE_SELF, &own))
	all := float64(own.Utime.Nano()+own.Stime.Nano()) / 1e6
	rows, err := b.Owner.Query(context.Background(), "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = 'rounds_app'")
	ok(b, err)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	ok(b, err)
	for _, pid := range pids {
		all += processor(b, pid)
	}
	return all
}

// visited is for a request while a hundred visits a second change cells of the tile, ten
// requests a second: a visit is a hundredth, a tile is drawn again when it is asked for.
func (b *bench) visited(tile mvt.Tile) float64 {
	dice := rand.New(rand.NewPCG(2, 2))
	visit := func() {
		leaf := b.leaves[dice.IntN(len(b.leaves))]
		sum := b.sums[leaf]
		sum.Finished++
		b.sums[leaf] = sum
		b.round.mu.Lock()
		changed, err := b.round.board.Set(map[heat.Leaf]heat.Sums{leaf: sum})
		b.round.mu.Unlock()
		ok(b, err)
		b.server.changed(b.round, changed)
	}
	return b.ours(200, func() {
		for range 10 {
			visit()
		}
		for range 10 {
			b.get(tile)
		}
	}) / 10
}

// crowd asks with many clients at once and gives the times in milliseconds, in order.
func (b *bench) crowd(clients, requests int) []float64 {
	var mu sync.Mutex
	var times []float64
	var working sync.WaitGroup
	for range clients {
		working.Go(func() {
			for range requests / clients {
				begun := time.Now()
				b.get(centre(13))
				took := float64(time.Since(begun).Microseconds()) / 1000
				mu.Lock()
				times = append(times, took)
				mu.Unlock()
			}
		})
	}
	working.Wait()
	slices.Sort(times)
	return times
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
