package registertest

import (
	"bufio"
	"context"
	"crypto/md5" // #nosec G501 -- PostgreSQL makes the same ids of the same names
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// City is a dense county with a published plan: streets of 400 m from west to east
// with a house each 20 m on both sides, rows of streets 90 m apart, grids of five
// streets (200 households), towns of twenty grids, and a hazard at every tenth house.
// Its accounts are those of a [Town]: a worker in the middle, the supervisor of the
// worker's town as [WestSupervisor], and those of the county.
type City struct {
	*Town
	// Middle is where the worker is on the first day, which is today.
	Middle     orb.Point
	households int
	workers    int
}

const (
	cityStreet, cityGrid, cityTown = 40, 200, 20 // households, households, grids
	cityColumns                    = 40          // grids in a row
	cityDay                        = 20          // households that a worker visits in a day
)

// cityPlace is where the i-th household is.
func cityPlace(i int) orb.Point {
	grid, street, house := i/cityGrid, i%cityGrid/cityStreet, i%cityStreet
	return orb.Point{
		1 + 0.005*float64(grid%cityColumns) + 0.00024*float64(house/2),
		42 + 0.004*float64(grid/cityColumns) + 0.0008*float64(street) + 0.0002*float64(house%2),
	}
}

// CityID is the id of something of a city, as md5(name)::uuid is in SQL.
func CityID(kind string, n int) uuid.UUID {
	return md5.Sum(fmt.Appendf(nil, "%s %d", kind, n)) // #nosec G401 -- as above
}

// NewCity makes a city of some households, a multiple of those of a town, each grid
// with a worker, and has the database count what it holds.
func NewCity(t testing.TB, households int) *City {
	t.Helper()
	c, middle := cityOf(t, households, households/cityGrid)
	c.fill(middle, c.Today)
	c.finish()
	return c
}

// cityOf is an empty one, and the number of the grid in its middle.
func cityOf(t testing.TB, households, workers int) (c *City, middle int) {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	must(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	must(t, err)
	t.Cleanup(func() { owner.Close(context.Background()) })
	middle = households/cityGrid/2/cityColumns*cityColumns + min(households/cityGrid, cityColumns)/2 // a grid
	c = &City{Middle: cityPlace(middle*cityGrid + cityStreet/4), households: households, workers: workers, Town: &Town{
		TB: t, DB: db, Owner: owner, AppURL: appURL, Today: time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC),
		Round: CityID("round", 0), Plan: CityID("plan", 0), Grid: CityID("grid", middle),
		Workers: [2]uuid.UUID{CityID("worker", middle*cityGrid*workers/households), CityID("worker", 0)}, accounts: map[string]register.Principal{},
	}}
	db.Now = func() time.Time { return c.Today.Add(10 * time.Hour) }
	c.people()
	return c, middle
}

// fill makes everything of the city; its round begins on a day.
func (c *City) fill(middle int, begins time.Time) {
	c.Helper()
	// The rows are right by themselves; checking each would take most of the time.
	c.Exec("SET session_replication_role = replica")
	c.Exec(`CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT md5(kind || ' ' || n)::uuid $$`)
	c.settle()
	c.hire(middle)
	c.open(0, begins)
	c.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		SELECT pg_temp.id('incident', i), 'hazard', 'unlit_path', area_id, cell, at, 'desk', $1, $1::date + 14
		FROM (SELECT *, substr(source_key, 7)::integer AS i FROM rounds.households) h WHERE i % 10 = 0`, c.Today)
}

// finish has the database count what it holds, and check again what comes.
func (c *City) finish() {
	c.Helper()
	c.Exec("VACUUM ANALYZE")
	c.Exec("SET session_replication_role = origin")
}

// people are the accounts by their names.
func (c *City) people() {
	for i, role := range []struct{ name, role string }{
		{WestWorker, register.Worker}, {WestSupervisor, register.Supervisor}, {CountySupervisor, register.Supervisor}, {CountyAnalyst, register.Analyst},
		{MiddleWorker, register.Worker}, {GridSupervisor, register.Supervisor}, {PastSupervisor, register.Supervisor},
		{CountyHandler, register.CaseHandler}, {CountyDPO, register.DPO}, {Administrator, register.Administrator},
	} {
		c.accounts[role.name] = register.Principal{Account: CityID("account", i+1), Role: role.role}
	}
}

// settle makes areas and households, with their groups of 20 dwellings or more.
func (c *City) settle() {
	c.Helper()
	c.Exec(`INSERT INTO rounds.areas (id, parent_id, level, source_key, name, dwellings, outline)
		SELECT pg_temp.id('county', 0), NULL, 'county'::rounds.area_level, 'county', 'County', $1::integer, ST_Multi(ST_MakeEnvelope(1, 42, 1.2, 43, 4326))
		UNION ALL
		SELECT pg_temp.id('town', n), pg_temp.id('county', 0), 'town', 'town ' || n, 'Town ' || n, $2::integer, ST_Multi(ST_MakeEnvelope(x, y, x + 0.1, y + 0.004, 4326))
		FROM generate_series(0, $3::integer / $4::integer - 1) n, LATERAL (SELECT 1 + 0.1 * (n % 2) AS x, 42 + 0.004 * (n / 2) AS y) at
		UNION ALL
		SELECT pg_temp.id('grid', n), pg_temp.id('town', n / $4::integer), 'grid', 'grid ' || n, 'Grid ' || n, $5::integer, ST_Multi(ST_MakeEnvelope(x, y, x + 0.005, y + 0.004, 4326))
		FROM generate_series(0, $3::integer - 1) n, LATERAL (SELECT 1 + 0.005 * (n % $6::integer) AS x, 42 + 0.004 * (n / $6::integer) AS y) at`,
		c.households, cityTown*cityGrid, c.households/cityGrid, cityTown, cityGrid, cityColumns)
	c.Exec("SET session_replication_role = origin")
	c.Exec("UPDATE rounds.areas SET parent_id = parent_id WHERE false") // fills area_paths
	c.Exec("SET session_replication_role = replica")
	must(c, c.copyHouseholds())
	// Neighbouring cells of a grid are a group when they have 20 dwellings together, and
	// what is left at its end goes with the last one.
	c.Exec(`CREATE TEMP TABLE gathered AS
		SELECT cell, area_id, doors, least((sum(doors) OVER (PARTITION BY area_id ORDER BY cell) - doors) / 40, sum(doors) OVER (PARTITION BY area_id) / 40 - 1) AS n
		FROM (SELECT cell, area_id, sum(doors)::integer AS doors FROM rounds.households GROUP BY 1, 2) h`)
	c.Exec(`INSERT INTO rounds.dwelling_groups (id, area_id, dwellings) SELECT pg_temp.id(area_id::text, n), area_id, sum(doors) FROM gathered GROUP BY area_id, n`)
	c.Exec(`INSERT INTO rounds.dwelling_group_cells (cell, area_id, group_id) SELECT cell, area_id, pg_temp.id(area_id::text, n) FROM gathered`)
	c.Exec("DROP TABLE gathered")
}

// hire makes workers, accounts and grants.
func (c *City) hire(middle int) {
	c.Helper()
	c.Exec(`INSERT INTO rounds.workers (id, account_id, area_id, code, name)
		SELECT pg_temp.id('worker', n), CASE pg_temp.id('worker', n) WHEN $3 THEN pg_temp.id('account', 1) WHEN $4 THEN pg_temp.id('account', 5) END,
			pg_temp.id('grid', n * ($1::bigint / $5) / $2::bigint), 'w' || n, 'Worker ' || n
		FROM generate_series(0, $2::integer - 1) n`, c.households, c.workers, c.Workers[0], c.Workers[1], cityGrid)
	c.Exec(`INSERT INTO rounds.accounts (id, login, name) SELECT pg_temp.id('account', n), 'login' || n, 'Somebody ' || n FROM generate_series(1, 10) n`)
	c.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at, confirmed_at)
		SELECT pg_temp.id('grant', n), pg_temp.id('account', n), role::rounds.role, area, CASE WHEN role NOT IN ('dpo', 'administrator') THEN 'fire_safety'::rounds.purpose END,
			now() - make_interval(days => days), now() - make_interval(days => days) + interval '31 days', now()
		FROM (VALUES (1, 'worker', pg_temp.id('grid', $1::integer), 1), (2, 'supervisor', pg_temp.id('town', $1::integer / $2::integer), 1),
			(3, 'supervisor', pg_temp.id('county', 0), 1), (4, 'analyst', pg_temp.id('county', 0), 1), (5, 'worker', pg_temp.id('grid', 0), 1),
			(6, 'supervisor', pg_temp.id('grid', $1::integer), 1), (7, 'supervisor', pg_temp.id('county', 0), 60), (8, 'case_handler', pg_temp.id('county', 0), 1),
			(9, 'dpo', pg_temp.id('county', 0), 1), (10, 'administrator', NULL, 1)) g (n, role, area, days)`, middle, cityTown)
}

// open announces the n-th round with a published plan, in which every worker visits
// twenty households a day from a day on, until all of them have been visited.
func (c *City) open(n int, from time.Time) {
	c.Helper()
	round, plan := CityID("round", n), CityID("plan", n)
	c.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($2, pg_temp.id('county', 0), 'fire_safety', 'Spring ' || extract(year FROM $1::date), $1::date - 9, $1, $1::date + 30, 900)`, from, round)
	c.Exec(`INSERT INTO rounds.round_areas SELECT $2, id, true, daterange($1, $1::date + 60) FROM rounds.areas WHERE level = 'grid'`, from, round)
	c.Exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, created_at, published_at, households, planned)
		VALUES ($1, $2, 1, 'published', 1, $4::date, $4::date, $3, $3)`, plan, round, c.households, from)
	c.Exec(`CREATE TEMP TABLE walk AS SELECT *, nth / $1::integer AS day, (nth % $1::integer + 1)::smallint AS seq FROM (
			SELECT id, area_id, cell, at, worker, (row_number() OVER (PARTITION BY worker ORDER BY i))::integer - 1 AS nth
			FROM (SELECT *, substr(source_key, 7)::integer AS i, substr(source_key, 7)::bigint * $2::bigint / $3::bigint AS worker FROM rounds.households) h) h`,
		cityDay, c.workers, c.households)
	c.Exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
		SELECT pg_temp.id('route ' || $3::integer || ' ' || worker, day), $1, pg_temp.id('worker', worker), (array_agg(area_id ORDER BY seq))[1], $2::date + day,
			'08:30', '14:30', 0, 0, 0, 0, 0, 0, ST_MakeLine(at ORDER BY seq) FROM walk GROUP BY worker, day HAVING count(*) > 1`, plan, from, n)
	c.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT pg_temp.id('route ' || $2::integer || ' ' || worker, day), $1, seq, id, area_id, 1, '08:30'::time + seq * interval '15 minutes',
			'08:30'::time + seq * interval '15 minutes', '08:45'::time + seq * interval '15 minutes', 60, 100
		FROM walk WHERE pg_temp.id('route ' || $2::integer || ' ' || worker, day) IN (SELECT id FROM rounds.routes WHERE plan_id = $1)`, plan, n)
	c.Exec("DROP TABLE walk")
}

// copyHouseholds makes the households, as fast as the database takes them.
func (c *City) copyHouseholds() error {
	read, write := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(write, 1<<16)
		for i := range c.households {
			at := cityPlace(i)
			cell, err := geo.LeafCell(at)
			if err != nil {
				write.CloseWithError(err)
				return
			}
			fmt.Fprintf(out, "%s\t%s\thouse %d\tStreet %d\t%d\t1\t%d\tSRID=4326;POINT(%v %v)\n",
				CityID("household", i), CityID("grid", i/cityGrid), i, i/cityStreet, i%cityStreet+1, int64(cell), at[0], at[1])
		}
		write.CloseWithError(out.Flush())
	}()
	_, err := c.Owner.PgConn().CopyFrom(c.Context(), read, "COPY rounds.households (id, area_id, source_key, street, house_number, doors, cell, at) FROM STDIN")
	return err
}
