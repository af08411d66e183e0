//go:build bench

package round_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
	"github.com/rounds-project/rounds/planner/round"
)

// TestBenchParts plans the households of ROUNDS_BENCH_POINTS (id,lon,lat), on the streets
// of ROUNDS_BENCH_EXTRACT, by ROUNDS_BENCH_WORKERS: by one job, in parts of
// ROUNDS_BENCH_PART one after the other, and by as many processes that share the parts as
// each number of ROUNDS_BENCH_PROCESSES says; the first two are left out where
// ROUNDS_BENCH_WHOLE and ROUNDS_BENCH_STEPS are empty. It prints rows of docs/scale.md. Each search has ROUNDS_BENCH_ITERATIONS, so that the work
// does not depend on how busy the machine is.
func TestBenchParts(t *testing.T) {
	b := newBenchOffice(t)
	size, workers := number(t, "ROUNDS_BENCH_PART"), number(t, "ROUNDS_BENCH_WORKERS")
	fmt.Printf("%d households, %d workers, parts of %d\n\n", b.households, workers, size)
	fmt.Printf("| step | jobs | processor s | longest job s | PostgreSQL s | peak MB |\n|---|---|---|---|---|---|\n")
	if os.Getenv("ROUNDS_BENCH_WHOLE") != "" {
		whole := b.order()
		b.step("all at once", 1, func(int) { b.must(b.bench(1<<30).Work(t.Context(), whole)) })
		defer b.judge("all at once", whole)
	}
	if os.Getenv("ROUNDS_BENCH_STEPS") != "" {
		parted := b.order()
		planner := b.bench(size)
		b.step("division", 1, func(int) { b.must(planner.Work(t.Context(), parted)) })
		for _, step := range []string{"territories", "seams", "lines"} {
			parts := b.parts(step)
			b.step(step, len(parts), func(k int) { b.must(planner.WorkPart(t.Context(), parts[k])) })
		}
		defer b.judge("in parts", parted)
	}
	fmt.Printf("\n| processes | wall s | processor s of each | PostgreSQL s | peak MB of each |\n|---|---|---|---|---|\n")
	for _, count := range strings.Fields(os.Getenv("ROUNDS_BENCH_PROCESSES")) {
		processes, err := strconv.Atoi(count)
		b.must(err)
		defer b.judge("by "+count, b.race(processes, size))
	}
	fmt.Printf("\n| plan | planned | travel a stop s | work, max / mean | routes |\n|---|---|---|---|---|\n")
}

func number(t *testing.T, name string) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		t.Fatal(name, ": ", err)
	}
	return n
}

type benchOffice struct {
	office
	households int
}

// newBenchOffice is a county of one grid, whose workers may go anywhere in it.
func newBenchOffice(t *testing.T) *benchOffice {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { owner.Close(context.Background()) })
	town := &registertest.Town{TB: t, DB: db, Owner: owner, AppURL: appURL, Today: time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC), Round: uuid.New()}
	db.Now = func() time.Time { return town.Today.Add(10 * time.Hour) }
	b := &benchOffice{office: office{town, round.NewBook(db), t.TempDir(), register.Principal{Account: uuid.New(), Role: register.Supervisor}}}
	kept, err := register.KeepExtract(b.folder, os.Getenv("ROUNDS_BENCH_EXTRACT"))
	b.must(err)
	file, err := os.Open(os.Getenv("ROUNDS_BENCH_POINTS"))
	b.must(err)
	rows, err := csv.NewReader(file).ReadAll()
	b.must(err)
	var at orb.MultiPoint
	var cells []int64
	for _, row := range rows[1:] {
		lon, _ := strconv.ParseFloat(row[1], 64)
		lat, _ := strconv.ParseFloat(row[2], 64)
		cell, err := geo.LeafCell(orb.Point{lon, lat})
		b.must(err)
		at, cells = append(at, orb.Point{lon, lat}), append(cells, int64(cell))
	}
	b.households = len(at)
	bound := at.Bound().Pad(0.01)
	county, grid := uuid.New(), uuid.New()
	const area = `INSERT INTO rounds.areas (id, parent_id, level, source_key, name, outline) VALUES ($1, $2, $3::text::rounds.area_level, $3::text, initcap($3::text), ST_Multi(ST_MakeEnvelope($4, $5, $6, $7, 4326)))`
	b.Exec(area, county, nil, "county", bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
	b.Exec(area, grid, county, "grid", bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
	lons, lats := make([]float64, len(at)), make([]float64, len(at))
	for i, point := range at {
		lons[i], lats[i] = point[0], point[1]
	}
	b.Exec(`INSERT INTO rounds.households (id, source_key, area_id, street, house_number, doors, cell, at)
		SELECT gen_random_uuid(), 'p' || n, $1, 'Street', n::text, 1, cell, ST_SetSRID(ST_Point(lon, lat), 4326)
		FROM unnest($2::bigint[], $3::float8[], $4::float8[]) WITH ORDINALITY AS u (cell, lon, lat, n)`, grid, cells, lons, lats)
	b.Exec("UPDATE rounds.areas SET dwellings = $1", len(at))
	b.Exec(`INSERT INTO rounds.workers (id, area_id, code, name) SELECT gen_random_uuid(), $1, 'w' || n, 'Worker ' || n FROM generate_series(1, $2) n`,
		county, number(t, "ROUNDS_BENCH_WORKERS"))
	b.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, 'lead', 'Lead')", b.supervisor.Account)
	b.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at)
		VALUES (gen_random_uuid(), $1, 'supervisor', $2, $3, now() - interval '1 day', now() + interval '29 days')`, b.supervisor.Account, county, registertest.Purpose)
	b.Exec("INSERT INTO rounds.extracts (sha256, file_name, bounds, imported_at) VALUES ($1, $2, ST_MakeEnvelope($3, $4, $5, $6, 4326), now())",
		kept.SHA256, kept.FileName, bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1])
	begin := b.Today.AddDate(0, 0, 1)
	b.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($1, $2, $3, 'Bench', $4, $5, $6, 900)`, b.Round, county, registertest.Purpose, b.Today.AddDate(0, 0, -14), begin, begin.AddDate(0, 0, 30))
	b.Exec("ANALYZE")
	return b
}

func (b *benchOffice) order() uuid.UUID {
	return b.office.order(int64(number(b.TB.(*testing.T), "ROUNDS_BENCH_ITERATIONS")))
}

func (b *benchOffice) bench(size int) *round.Planner {
	return round.NewPlanner(context.Background(), b.DB, b.folder, round.Options{Threads: 1, PartSize: size})
}

func (b *benchOffice) parts(step string) []uuid.UUID {
	rows, err := b.Owner.Query(b.Context(), "SELECT id FROM rounds.plan_parts WHERE step = $1::rounds.part_step AND NOT finished ORDER BY number", step)
	b.must(err)
	parts, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	b.must(err)
	return parts
}

// step measures jobs of this process one by one.
func (b *benchOffice) step(name string, jobs int, do func(k int)) {
	database, total, longest := b.database(), 0.0, 0.0
	for k := range jobs {
		before, _ := used()
		do(k)
		after, _ := used()
		total, longest = total+after-before, max(longest, after-before)
	}
	_, peak := used()
	fmt.Printf("| %s | %d | %.1f | %.1f | %.1f | %d |\n", name, jobs, total, longest, b.database()-database, peak)
}

// race lets so many processes make a plan.
func (b *benchOffice) race(count, size int) uuid.UUID {
	database := b.database()
	processes := make([]*exec.Cmd, count)
	for k := range processes {
		processes[k] = b.process(size)
	}
	begun := time.Now()
	id := b.order()
	for b.plan(id).State == round.Planning {
		time.Sleep(time.Second)
	}
	wall := time.Since(begun)
	if plan := b.plan(id); plan.State != round.Proposed {
		b.Fatalf("the plan is %s %s", plan.State, plan.Failure)
	}
	var seconds, peaks []string
	for _, process := range processes {
		b.must(process.Process.Kill())
		_ = process.Wait()
		usage := process.ProcessState.SysUsage().(*syscall.Rusage)
		seconds = append(seconds, fmt.Sprintf("%.1f", (process.ProcessState.UserTime()+process.ProcessState.SystemTime()).Seconds()))
		peaks = append(peaks, strconv.Itoa(int(usage.Maxrss>>10)))
	}
	fmt.Printf("| %d | %.0f | %s | %.1f | %s |\n", count, wall.Seconds(), strings.Join(seconds, ", "), b.database()-database, strings.Join(peaks, ", "))
	return id
}

// judge prints what a plan is worth.
func (b *benchOffice) judge(name string, id uuid.UUID) {
	var planned, routes int
	var travel, uneven float64
	b.must(b.Owner.QueryRow(context.Background(), `
		SELECT max(p.planned), sum(w.routes), sum(w.travel) / max(p.planned)::float8, max(w.work) / avg(w.work)
		FROM rounds.plans p, (SELECT count(r.id) AS routes, coalesce(sum(r.travel_s), 0)::float8 AS travel, coalesce(sum(extract(epoch FROM r.back_at - r.leave_at)), 0)::float8 AS work
			FROM rounds.workers k LEFT JOIN rounds.routes r ON r.worker_id = k.id AND r.plan_id = $1 GROUP BY k.id) w WHERE p.id = $1`, id).
		Scan(&planned, &routes, &travel, &uneven))
	fmt.Printf("| %s | %d | %.1f | %.3f | %d |\n", name, planned, travel, uneven, routes)
}

// used is the processor seconds and the peak memory, in MB, of this process.
func used() (seconds float64, peak int) {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0, 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds(), int(usage.Maxrss >> 10)
}

// database is the processor seconds of the server with all its processes, those that have
// ended too.
func (b *benchOffice) database() (seconds float64) {
	var folder string
	b.must(b.Owner.QueryRow(context.Background(), "SHOW data_directory").Scan(&folder))
	text, err := os.ReadFile(filepath.Join(folder, "postmaster.pid"))
	b.must(err)
	server := strings.Fields(string(text))[0]
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	b.must(err)
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		const parent, own, ended, perSecond = 1, 11, 13, 100
		of := func(k int) float64 {
			a, _ := strconv.ParseFloat(fields[k], 64)
			b, _ := strconv.ParseFloat(fields[k+1], 64)
			return (a + b) / perSecond
		}
		switch {
		case filepath.Base(filepath.Dir(path)) == server:
			seconds += of(own) + of(ended)
		case fields[parent] == server:
			seconds += of(own)
		}
	}
	return seconds
}
