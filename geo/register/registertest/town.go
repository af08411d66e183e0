// Package registertest gives tests a small county with everything in it: areas,
// households, accounts of every role, a round with a published plan, incidents and
// a base map.
package registertest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// Town is a county of a test's own: County > West, Middle, East. West has 150
// households and Middle 90, each in grids; East is empty.
type Town struct {
	testing.TB
	DB *register.DB
	// Owner looks past row-level security.
	Owner *pgx.Conn
	// AppURL is the address for the application's login.
	AppURL string
	Today  time.Time
	// Round is open since a week; Plan is its published plan.
	Round, Plan uuid.UUID
	// Workers are of West and of Middle, Grid is a grid of West.
	Workers [2]uuid.UUID
	Grid    uuid.UUID

	accounts map[string]register.Principal
}

// Names of the accounts, as [Town.As] takes them: a role and the area of its grant.
const (
	WestWorker       = "worker West"
	MiddleWorker     = "worker Middle"
	GridSupervisor   = "supervisor grid"
	WestSupervisor   = "supervisor West"
	CountySupervisor = "supervisor County"
	PastSupervisor   = "supervisor past"
	CountyAnalyst    = "analyst County"
	CountyHandler    = "case_handler County"
	CountyDPO        = "dpo County"
	Administrator    = "administrator"
)

// Purpose is that of the round and of every grant that has one.
const Purpose = "fire_safety"

// NewTown makes a town.
func NewTown(t testing.TB) *Town {
	t.Helper()
	return newTown(t, nil)
}

// NewTownWithRefusers makes the same town out of a file that has twenty places more:
// those there asked never to be visited. Nothing may tell it from [NewTown]'s.
func NewTownWithRefusers(t testing.TB) *Town {
	t.Helper()
	return newTown(t, refusers())
}

func newTown(t testing.TB, refusers []geo.Household) *Town {
	t.Helper()
	ownerURL, appURL := clustertest.Database(t)
	db, err := register.Open(t.Context(), appURL)
	must(t, err)
	t.Cleanup(db.Close)
	owner, err := pgx.Connect(t.Context(), ownerURL)
	must(t, err)
	t.Cleanup(func() { owner.Close(context.Background()) })
	town := &Town{
		TB: t, DB: db, Owner: owner, AppURL: appURL, Today: time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC),
		accounts: map[string]register.Principal{},
	}
	db.Now = func() time.Time { return town.Today.Add(10 * time.Hour) }
	if len(refusers) > 0 {
		town.refuse(refusers)
	}
	town.settle(refusers)
	town.hire()
	town.plan()
	town.report()
	town.draw()
	return town
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Exec runs a statement as the owner.
func (town *Town) Exec(statement string, arguments ...any) {
	town.Helper()
	_, err := town.Owner.Exec(context.Background(), statement, arguments...)
	must(town, err)
}

// Count asks as the owner.
func (town *Town) Count(query string, arguments ...any) int {
	town.Helper()
	var n int
	must(town, town.Owner.QueryRow(context.Background(), query, arguments...).Scan(&n))
	return n
}

// ID asks for an id as the owner.
func (town *Town) ID(query string, arguments ...any) uuid.UUID {
	town.Helper()
	var id uuid.UUID
	must(town, town.Owner.QueryRow(context.Background(), query, arguments...).Scan(&id))
	return id
}

// Area is the id of the county or a town.
func (town *Town) Area(name string) uuid.UUID {
	town.Helper()
	return town.ID("SELECT id FROM rounds.areas WHERE name = $1", name)
}

// As is one of the accounts.
func (town *Town) As(account string) register.Principal {
	town.Helper()
	principal, ok := town.accounts[account]
	if !ok {
		town.Fatalf("no account %q", account)
	}
	return principal
}

func square(west, south, east, north float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}
}

// settle imports areas and households, those of the refusers among them.
func (town *Town) settle(refusers []geo.Household) {
	town.importAreas(town.DB)
	places := households()
	for i, refuser := range refusers {
		places = slices.Insert(places, i*11+3, refuser)
	}
	town.importHouseholds(town.DB, places)
	town.Grid = town.ID(`SELECT a.id FROM rounds.areas a JOIN rounds.areas p ON p.id = a.parent_id
		WHERE a.level = 'grid' AND p.name = 'West' AND a.dwellings > 0 ORDER BY a.id LIMIT 1`)
}

// households are 150 places of West and 90 of Middle.
func households() []geo.Household {
	random := rand.New(rand.NewPCG(1, 2)) // #nosec G404 -- made up, and the same for the same seed
	places := make([]geo.Household, 240)
	for i := range places {
		name, west := "West", 1.0
		if i >= 150 {
			name, west = "Middle", 1.1
		}
		street := random.IntN(8)
		places[i] = geo.Household{
			ID:      fmt.Sprintf("%s-%d", name, i),
			At:      orb.Point{west + 0.03 + random.Float64()*0.02, 42.04 + float64(street)*0.002},
			Address: geo.Address{Street: fmt.Sprintf("%s Street %d", name, street+1), Number: fmt.Sprint(i), Place: name},
			Doors:   1 + i%3/2,
		}
	}
	return places
}

// refusers are twenty places among those of West.
func refusers() []geo.Household {
	random := rand.New(rand.NewPCG(3, 4)) // #nosec G404 -- made up, and the same for the same seed
	places := make([]geo.Household, 20)
	for i := range places {
		places[i] = geo.Household{
			ID:      fmt.Sprintf("Quiet-%d", i),
			At:      orb.Point{1.03 + random.Float64()*0.02, 42.04 + random.Float64()*0.014},
			Address: geo.Address{Street: "Quiet Lane", Number: fmt.Sprint(i + 1), Place: "West"},
			Doors:   1,
		}
	}
	return places
}

// refuse makes places refuse in a register of the same keys, and takes over what
// stays of that.
func (town *Town) refuse(refusers []geo.Household) {
	ownerURL, appURL := clustertest.Database(town.TB.(*testing.T))
	other, err := register.Open(town.Context(), appURL)
	must(town, err)
	defer other.Close()
	town.importAreas(other)
	town.importHouseholds(other, refusers)
	for _, place := range refusers {
		must(town, other.Refuse(town.Context(), register.Service("operator"), town.Keys(), town.Keys().ID("household", place.ID)))
	}
	owner, err := pgx.Connect(town.Context(), ownerURL)
	must(town, err)
	defer owner.Close(context.Background())
	rows, err := owner.Query(town.Context(), "SELECT address_hmac FROM rounds.refusals")
	must(town, err)
	kept, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	must(town, err)
	town.Exec("INSERT INTO rounds.refusals SELECT unnest($1::bytea[])", kept)
}

func (town *Town) importAreas(db *register.DB) {
	areas := []geo.Area{{ID: "county", Level: geo.County, Name: "County", NameZH: "县", Outline: square(1, 42, 1.3, 42.1)}}
	for i, name := range []string{"West", "Middle", "East"} {
		west := 1 + float64(i)/10
		areas = append(areas, geo.Area{ID: name, ParentID: "county", Level: geo.Town, Name: name, Outline: square(west, 42, west+0.1, 42.1)})
	}
	_, err := db.ImportAreas(town.Context(), areas, town.importOptions())
	must(town, err)
}

func (town *Town) importHouseholds(db *register.DB, places []geo.Household) {
	_, err := db.ImportHouseholds(town.Context(), func(keep func(int64, geo.Household, *register.Complaint) error) error {
		for i, place := range places {
			if err := keep(int64(i+1), place, nil); err != nil {
				return err
			}
		}
		return nil
	}, town.importOptions())
	must(town, err)
}

func (town *Town) importOptions() register.ImportOptions {
	return register.ImportOptions{Keys: town.Keys(), Digest: make([]byte, 32)}
}

// hire makes accounts and workers.
func (town *Town) hire() {
	for _, a := range []struct {
		name, role string
		area       uuid.UUID
		days       int // that the grant began before now
	}{
		{WestWorker, register.Worker, town.Area("West"), 1},
		{MiddleWorker, register.Worker, town.Area("Middle"), 1},
		{GridSupervisor, register.Supervisor, town.Grid, 1},
		{WestSupervisor, register.Supervisor, town.Area("West"), 1},
		{CountySupervisor, register.Supervisor, town.Area("County"), 1},
		{PastSupervisor, register.Supervisor, town.Area("County"), 60},
		{CountyAnalyst, register.Analyst, town.Area("County"), 1},
		{CountyHandler, register.CaseHandler, town.Area("County"), 1},
		{CountyDPO, register.DPO, town.Area("County"), 1},
		{Administrator, register.Administrator, uuid.Nil, 1},
	} {
		principal := register.Principal{Account: town.Keys().ID("account", a.name), Role: a.role}
		town.accounts[a.name] = principal
		town.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, $2, $3)", principal.Account, fmt.Sprintf("login%d", len(town.accounts)), a.name)
		var area *uuid.UUID
		if a.area != uuid.Nil {
			area = &a.area
		}
		town.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at)
			VALUES ($1, $2, $3::rounds.role, $4, CASE WHEN $3 IN ('administrator', 'dpo') THEN NULL ELSE $6 END::rounds.purpose,
				now() - make_interval(days => $5), now() + make_interval(days => 30 - $5))`,
			town.Keys().ID("grant", a.name), principal.Account, a.role, area, a.days, Purpose)
	}
	for i, name := range []string{WestWorker, MiddleWorker} {
		town.Workers[i] = town.Keys().ID("worker", name)
		town.Exec("INSERT INTO rounds.workers (id, account_id, area_id, code, name) VALUES ($1, $2, $3, $4, $5)",
			town.Workers[i], town.As(name).Account, town.Area([]string{"West", "Middle"}[i]), fmt.Sprintf("w%02d", i+1), fmt.Sprintf("Worker %d", i+1))
	}
}

// plan opens a round that began a week before today and publishes a plan: each
// worker has 20 households a day, one after the other, from its first day on.
func (town *Town) plan() {
	town.Round, town.Plan = town.Keys().ID("round", "Spring"), town.Keys().ID("plan", "Spring")
	begin := town.Today.AddDate(0, 0, -7)
	town.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($1, $2, $6, 'Spring', $3, $4, $5, 900)`,
		town.Round, town.Area("County"), begin.AddDate(0, 0, -5), begin, begin.AddDate(0, 0, 30), Purpose)
	town.Exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed, created_at, published_at, households, planned)
		VALUES ($1, $2, 1, 'published', 1, $3, $3, 240, 240)`, town.Plan, town.Round, begin.AddDate(0, 0, -4))
	town.Exec(`CREATE TEMP TABLE walk AS
		SELECT h.*, w.id AS worker, w.area_id AS home, (n - 1) / 20 AS day, (n - 1) % 20 + 1 AS seq
		FROM (SELECT h.*, p.ancestor_id AS town, row_number() OVER (PARTITION BY p.ancestor_id ORDER BY h.source_key) AS n
			FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id) h
		JOIN rounds.workers w ON w.area_id = h.town`)
	town.Exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s,
			distance_m, last_travel_s, last_distance_m, line)
		SELECT md5(worker::text || day)::uuid, $1, worker, home, $2::date + day::integer, '08:30', '14:30', 60 * count(*), 900 * sum(doors), 0,
			100 * count(*), 60, 100, ST_MakeLine(array_agg(at ORDER BY seq) || ST_SetSRID(ST_Point(1.05, 42.05), 4326))
		FROM walk GROUP BY worker, home, day`, town.Plan, begin)
	town.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT r.id, $1, w.seq, w.id, w.area_id, w.doors, '08:30'::time + w.seq * interval '10 minutes', '08:30'::time + w.seq * interval '10 minutes',
			'08:30'::time + w.seq * interval '10 minutes' + w.doors * interval '900 seconds', 60, 100
		FROM walk w JOIN rounds.routes r ON r.worker_id = w.worker AND r.day = $2::date + w.day::integer`, town.Plan, begin)
	town.Exec("DROP TABLE walk")
}

// report adds three incidents: two open ones, in West and Middle, and a closed one.
func (town *Town) report() {
	for i, at := range []orb.Point{{1.035, 42.045}, {1.135, 42.045}, {1.036, 42.046}} {
		cell, err := geo.LeafCell(at)
		must(town, err)
		town.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, state, source, reported_on, due_on, closed_on)
			VALUES ($1, 'hazard', 'damaged_stairs', $2, $3, ST_SetSRID(ST_Point($4, $5), 4326), CASE WHEN $6 THEN 'closed' ELSE 'open' END::rounds.incident_state,
				'desk', $7, $8, CASE WHEN $6 THEN $8::date END)`,
			town.Keys().ID("incident", fmt.Sprint(i)), town.Area([]string{"West", "Middle", "West"}[i]), int64(cell), at[0], at[1], i == 2,
			town.Today.AddDate(0, 0, -20), town.Today.AddDate(0, 0, -6+10*i))
	}
}

// ReportHazards adds forty hazards of February at places of West, closed since.
func (town *Town) ReportHazards() {
	town.Helper()
	town.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, state, source, reported_on, due_on, closed_on)
		SELECT gen_random_uuid(), 'hazard', 'damaged_stairs', h.area_id, h.cell, ST_Translate(h.at, 0.00001, 0), 'closed', 'desk', '2027-02-10', '2027-02-12', '2027-02-12'
		FROM (SELECT * FROM rounds.households WHERE source_key LIKE 'West%' ORDER BY id LIMIT 40) h`)
}

// Dispute is one of West that a party asked to have mediated, under the code
// Receipt(100 + n); with a contact or without.
func (town *Town) Dispute(n int, matter string, contact bool) uuid.UUID {
	town.Helper()
	dispute := register.Dispute{ID: uuid.New(), Matter: matter, At: orb.Point{1.035, 42.045}, Source: "doorstep", Method: "spoken",
		AskedOn: town.Today, Receipt: Receipt(100 + n)}
	if contact {
		dispute.Contact = fmt.Sprintf("+3760100%02d", n)
	}
	_, err := town.DB.AskMediation(town.Context(), town.As(WestWorker), town.Keys(), dispute)
	must(town, err)
	return dispute.ID
}

// Mediate names the handler of the county for a dispute.
func (town *Town) Mediate(dispute uuid.UUID) {
	town.Helper()
	must(town, town.DB.As(town.Context(), town.As(CountySupervisor), func(tx pgx.Tx) error {
		handler := town.As(CountyHandler).Account
		key, err := register.NewCaseKey()
		if err != nil {
			return err
		}
		wrapped, err := town.Keys().WrapCaseKey(dispute, handler, key)
		if err != nil {
			return err
		}
		_, err = tx.Exec(town.Context(), "SELECT rounds.name_handler(gen_random_uuid(), $1, $2, NULL), rounds.hand_key($1, $2, $3)", dispute, handler, wrapped)
		return err
	}))
}

// draw puts a street, a building, a lake and a name on the base map.
func (town *Town) draw() {
	town.Exec(`INSERT INTO rounds.extracts (sha256, file_name, bounds)
		VALUES (sha256('extract'), encode(sha256('extract'), 'hex') || '.osm.pbf', ST_MakeEnvelope(1, 42, 1.3, 42.1, 4326))`)
	for _, feature := range []struct {
		class, kind, name, nameZH, shape string
		zoom                             int
	}{
		{"street", "residential", "Main <Street> & \"Sons\"", "大街 𠮷", "LINESTRING(1.03 42.04, 1.05 42.06)", 12},
		{"building", "yes", "", "", "POLYGON((1.04 42.05, 1.0402 42.05, 1.0402 42.0502, 1.04 42.0502, 1.04 42.05))", 14},
		{"water", "lake", "=Lake", "", "POLYGON((1.06 42.05, 1.07 42.05, 1.07 42.06, 1.06 42.05))", 8},
		{"place", "town", "West", "西", "POINT(1.04 42.05)", 6},
	} {
		town.Exec(`INSERT INTO rounds.basemap_features (class, kind, name, name_zh, min_zoom, shape)
			VALUES ($1, $2, nullif($3, ''), nullif($4, ''), $5, ST_Transform(ST_GeomFromText($6, 4326), 3857))`,
			feature.class, feature.kind, feature.name, feature.nameZH, feature.zoom, feature.shape)
	}
}

// Household is the n-th stop of a worker's day, counted from 0.
func (town *Town) Household(worker uuid.UUID, day time.Time, n int) uuid.UUID {
	town.Helper()
	return town.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
		WHERE r.worker_id = $1 AND r.day = $2 AND s.seq = $3`, worker, day, n+1)
}

// Visit records a visit as the worker would.
func (town *Town) Visit(account string, household uuid.UUID, outcome string) {
	town.Helper()
	must(town, town.DB.As(town.Context(), town.As(account), func(tx pgx.Tx) error {
		_, err := tx.Exec(town.Context(), `INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part)
			VALUES ($1, $2, $3, rounds.principal_worker(), $4, $5, 'morning')`, uuid.New(), town.Round, household, outcome, town.Today)
		return err
	}))
}

// Keys are those that the town's ids and contacts are made with.
func (town *Town) Keys() *register.Keys {
	return register.NewKeys([]byte("the secret of a test, 32 bytes.."))
}

// Support records a consent at the n-th stop of today of the worker of West: a smoke
// alarm and transport, with a telephone number. Its code is [Receipt] of n.
func (town *Town) Support(n int) register.Consent {
	town.Helper()
	consent := register.Consent{
		ID: uuid.New(), Household: town.Household(town.Workers[0], town.Today, n), Purpose: "provide_services", Services: []string{"smoke_alarm", "transport"},
		NoticeVersion: 1, Language: "en", Method: "spoken", GivenOn: town.Today, ExpiresOn: town.Today.AddDate(0, 6, 0), Contact: "+376808080",
	}
	_, err := town.DB.RecordConsent(town.Context(), town.As(WestWorker), town.Keys(), consent, Receipt(n), uuid.Nil)
	must(town, err)
	return consent
}

// Receipt is the code of the consent that [Town.Support] records.
func Receipt(n int) register.Receipt {
	return register.Receipt{'t', 'o', 'w', 'n' + byte(n>>8), byte(n)} // #nosec G115 -- a few thousand at the most
}
