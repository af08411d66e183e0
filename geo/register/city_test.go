package register_test

import (
	"bufio"
	"context"
	"crypto/md5"
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

// city is a dense county with a published plan: streets of 400 m from west to east
// with a house each 20 m on both sides, rows of streets 90 m apart, grids of five
// streets (200 households), towns of twenty grids. Each grid has a worker, who visits
// twenty households a day in ten days, and a hazard at every tenth house.
type city struct {
	db    *register.DB
	owner *pgx.Conn
	plan  uuid.UUID
	day   time.Time // the first
	// worker and supervisor are of the grid in the middle and of its town; the chief
	// supervises the county, which the analyst counts.
	worker, supervisor, chief, analyst register.Principal
	// middle is where the worker is on the first day.
	middle orb.Point
}

const (
	cityStreet, cityGrid, cityTown = 40, 200, 20 // households, households, grids
	cityColumns                    = 40          // grids in a row
)

// cityPlace is where the i-th household is.
func cityPlace(i int) orb.Point {
	grid, street, house := i/cityGrid, i%cityGrid/cityStreet, i%cityStreet
	return orb.Point{
		1 + 0.005*float64(grid%cityColumns) + 0.00024*float64(house/2),
		42 + 0.004*float64(grid/cityColumns) + 0.0008*float64(street) + 0.0002*float64(house%2),
	}
}

// cityID is the id of something of a city, as md5(name)::uuid is in SQL.
func cityID(kind string, n int) uuid.UUID { return md5.Sum(fmt.Appendf(nil, "%s %d", kind, n)) }

// newCity makes a city of some households, a multiple of those of a town, and has the
// database count what it holds.
func newCity(t testing.TB, households int) *city {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	must(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	must(t, err)
	t.Cleanup(func() { owner.Close(context.Background()) })
	grids := households / cityGrid
	at := grids/2/cityColumns*cityColumns + min(grids, cityColumns)/2
	c := &city{
		db: db, owner: owner, plan: cityID("plan", 0), day: time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC), middle: cityPlace(at*cityGrid + cityStreet/4),
		worker:     register.Principal{Account: cityID("account", 1), Role: register.Worker},
		supervisor: register.Principal{Account: cityID("account", 2), Role: register.Supervisor},
		chief:      register.Principal{Account: cityID("account", 3), Role: register.Supervisor},
		analyst:    register.Principal{Account: cityID("account", 4), Role: register.Analyst},
	}
	db.Now = func() time.Time { return c.day.Add(10 * time.Hour) }
	// The rows are right by themselves; checking each would take most of the time.
	exec := func(statement string, arguments ...any) {
		t.Helper()
		_, err := owner.Exec(t.Context(), statement, arguments...)
		must(t, err)
	}
	exec("SET session_replication_role = replica")
	exec(`CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT md5(kind || ' ' || n)::uuid $$`)
	exec(`INSERT INTO rounds.areas (id, parent_id, level, source_key, name, dwellings, outline)
		SELECT pg_temp.id('county', 0), NULL, 'county'::rounds.area_level, 'county', 'County', $1::integer, ST_Multi(ST_MakeEnvelope(1, 42, 1.2, 43, 4326))
		UNION ALL
		SELECT pg_temp.id('town', n), pg_temp.id('county', 0), 'town', 'town ' || n, 'Town ' || n, $2::integer, ST_Multi(ST_MakeEnvelope(x, y, x + 0.1, y + 0.004, 4326))
		FROM generate_series(0, $3::integer / $4::integer - 1) n, LATERAL (SELECT 1 + 0.1 * (n % 2) AS x, 42 + 0.004 * (n / 2) AS y) at
		UNION ALL
		SELECT pg_temp.id('grid', n), pg_temp.id('town', n / $4::integer), 'grid', 'grid ' || n, 'Grid ' || n, $5::integer, ST_Multi(ST_MakeEnvelope(x, y, x + 0.005, y + 0.004, 4326))
		FROM generate_series(0, $3::integer - 1) n, LATERAL (SELECT 1 + 0.005 * (n % $6::integer) AS x, 42 + 0.004 * (n / $6::integer) AS y) at`,
		households, cityTown*cityGrid, grids, cityTown, cityGrid, cityColumns)
	exec("SET session_replication_role = origin")
	exec("UPDATE rounds.areas SET parent_id = parent_id WHERE false") // fills area_paths
	exec("SET session_replication_role = replica")
	must(t, c.copyHouseholds(t.Context(), households))
	exec(`INSERT INTO rounds.rounds (id, area_id, purpose, name, announced_on, starts_on, ends_on, visit_s)
		VALUES (pg_temp.id('round', 0), pg_temp.id('county', 0), 'fire_safety', 'Spring', $1::date - 9, $1, $1::date + 30, 900)`, c.day)
	exec(`INSERT INTO rounds.round_areas SELECT pg_temp.id('round', 0), id, true, daterange($1, $1::date + 60) FROM rounds.areas WHERE level = 'grid'`, c.day)
	exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, published_at, households, planned)
		VALUES ($1, pg_temp.id('round', 0), 1, 'published', 1, now(), $2, $2)`, c.plan, households)
	exec(`INSERT INTO rounds.workers (id, account_id, area_id, code, name)
		SELECT pg_temp.id('worker', n), CASE WHEN n = $2::integer THEN pg_temp.id('account', 1) END, pg_temp.id('grid', n), 'w' || n, 'Worker ' || n
		FROM generate_series(0, $1::integer - 1) n`, grids, at)
	exec(`INSERT INTO rounds.accounts (id, login, name) SELECT pg_temp.id('account', n), 'login' || n, 'Somebody ' || n FROM generate_series(1, 4) n`)
	exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at, confirmed_at)
		SELECT pg_temp.id('grant', n), pg_temp.id('account', n), role::rounds.role, area, 'fire_safety', now() - interval '1 day', now() + interval '30 days', now()
		FROM (VALUES (1, 'worker', pg_temp.id('grid', $1::integer)), (2, 'supervisor', pg_temp.id('town', $1::integer / $2::integer)), (3, 'supervisor', pg_temp.id('county', 0)),
			(4, 'analyst', pg_temp.id('county', 0))) g (n, role, area)`, at, cityTown)
	exec(`CREATE TEMP TABLE walk AS SELECT *, (i / 200)::integer AS grid, (i % 200 / 20)::integer AS day, (i % 20 + 1)::smallint AS seq
		FROM (SELECT *, substr(source_key, 7)::integer AS i FROM rounds.households) h`)
	exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
		SELECT pg_temp.id('route ' || grid, day), $1, pg_temp.id('worker', grid), area_id, $2::date + day, '08:30', '14:30', 0, 0, 0, 0, 0, 0, ST_MakeLine(at ORDER BY seq)
		FROM walk GROUP BY grid, day, area_id`, c.plan, c.day)
	exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT pg_temp.id('route ' || grid, day), $1, seq, id, area_id, 1, '08:30'::time + seq * interval '15 minutes', '08:30'::time + seq * interval '15 minutes',
			'08:45'::time + seq * interval '15 minutes', 60, 100 FROM walk`, c.plan)
	exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		SELECT pg_temp.id('incident', i), 'hazard', 'unlit_path', area_id, cell, at, 'desk', $1, $1::date + 14 FROM walk WHERE i % 10 = 0`, c.day)
	exec("DROP TABLE walk")
	exec("VACUUM ANALYZE")
	return c
}

// copyHouseholds makes the households, as fast as the database takes them.
func (c *city) copyHouseholds(ctx context.Context, households int) error {
	read, write := io.Pipe()
	go func() {
		out := bufio.NewWriterSize(write, 1<<16)
		for i := range households {
			at := cityPlace(i)
			cell, err := geo.LeafCell(at)
			if err != nil {
				write.CloseWithError(err)
				return
			}
			fmt.Fprintf(out, "%s\t%s\thouse %d\tStreet %d\t%d\t1\t%d\tSRID=4326;POINT(%v %v)\n",
				cityID("household", i), cityID("grid", i/cityGrid), i, i/cityStreet, i%cityStreet+1, int64(cell), at[0], at[1])
		}
		write.CloseWithError(out.Flush())
	}()
	_, err := c.owner.PgConn().CopyFrom(ctx, read, "COPY rounds.households (id, area_id, source_key, street, house_number, doors, cell, at) FROM STDIN")
	return err
}
