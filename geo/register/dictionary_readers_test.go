package register_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// readers are the roles that see a row of a table in a town where every table has
// rows, of everybody where a row has an owner; as the dictionary writes them.
func readers(town *registertest.Town, table string) string {
	town.Helper()
	sees := func(principal register.Principal) bool {
		var found bool
		err := town.DB.As(town.Context(), principal, func(tx pgx.Tx) error {
			return tx.QueryRow(town.Context(), "SELECT EXISTS (SELECT FROM "+table+")").Scan(&found)
		})
		if err != nil {
			town.Fatalf("%s reads %s: %v", principal.Role, table, err)
		}
		return found
	}
	if sees(register.Principal{}) {
		return "everybody"
	}
	var names []string
	for _, account := range everybodyOfTheTown {
		if sees(town.As(account)) {
			role, _, _ := strings.Cut(account, " ")
			names = append(names, role)
		}
	}
	if len(names) == len(everybodyOfTheTown) {
		names = []string{"everybody signed in"}
	}
	for _, service := range []string{"login", "import", "planning", "tiles", "operator", "sealer", "retention", "statistics", "notice"} {
		if sees(register.Service(service)) {
			names = append(names, service)
		}
	}
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, " ")
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// everybodyOfTheTown is an account of each role.
var everybodyOfTheTown = []string{registertest.WestWorker, registertest.CountySupervisor, registertest.CountyHandler,
	registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator}

// crowded is a town where no table is empty.
func crowded(t *testing.T) *registertest.Town {
	t.Helper()
	town := registertest.NewTown(t)
	for i, outcome := range []string{"declined", "not_home", "done"} {
		town.Visit(registertest.WestWorker, town.Household(town.Workers[0], town.Today, i), outcome)
	}
	town.Exec("INSERT INTO rounds.dwelling_claims SELECT id, doors + 1 FROM rounds.households")
	town.Exec("INSERT INTO rounds.visit_retractions SELECT id FROM rounds.visits WHERE outcome = 'done'")
	town.Exec("INSERT INTO rounds.worker_days_off SELECT id, '2027-03-09' FROM rounds.workers")
	town.Exec("INSERT INTO rounds.holidays SELECT id, '2027-03-19' FROM rounds.areas")
	town.Exec("INSERT INTO rounds.closures SELECT gen_random_uuid(), id, ST_PointOnSurface(outline), '2027-03-08', '2027-03-09' FROM rounds.areas")
	town.Exec("INSERT INTO rounds.bookings (round_id, household_id, area_id, last_day) SELECT $1, id, area_id, '2027-03-19' FROM rounds.households", town.Round)
	must(t, town.DB.SendMessage(t.Context(), town.As(registertest.CountySupervisor), register.Message{ID: uuid.New(), Area: town.Area("West"), Text: "Vests are in"}, uuid.Nil, town.Today))
	town.Exec("INSERT INTO rounds.height_tiles VALUES (6, 32, 23, 'x')")
	town.Exec("INSERT INTO rounds.plan_workers SELECT $1, id FROM rounds.workers", town.Plan)
	town.Exec("INSERT INTO rounds.plan_parts (id, plan_id, step, number, divided_at) VALUES (gen_random_uuid(), $1, 'territories', 1, now())", town.Plan)
	town.Exec("INSERT INTO rounds.plan_part_workers SELECT p.id, w.id FROM rounds.plan_parts p, rounds.workers w")
	town.Exec("INSERT INTO rounds.plan_part_households SELECT p.id, h.id FROM rounds.plan_parts p, rounds.households h")
	town.Exec("INSERT INTO rounds.plan_drafts SELECT $1, id, $2, '2027-03-08', 1 FROM rounds.households", town.Plan, town.Workers[0])
	town.Exec("INSERT INTO rounds.plan_bases SELECT $1, $2, id FROM rounds.households LIMIT 1", town.Plan, town.Workers[0])
	town.Exec("INSERT INTO rounds.unplanned SELECT $1, id, area_id, 'unreachable' FROM rounds.households", town.Plan)
	town.Exec("INSERT INTO rounds.refusals VALUES (sha256('x'))")
	lead := town.As(registertest.CountySupervisor).Account
	town.Exec("INSERT INTO rounds.uploads (id, account_id, bytes) VALUES (gen_random_uuid(), $1, 9)", lead)
	town.Exec("INSERT INTO rounds.uploads (id, account_id, bytes, state, import_id) SELECT gen_random_uuid(), $1, 9, 'imported', id FROM rounds.imports", lead)
	town.Exec("INSERT INTO rounds.import_changes (import_id, household_id, made) SELECT i.id, h.id, sha256('x') FROM rounds.imports i, (SELECT id FROM rounds.households LIMIT 1) h")
	town.Exec("INSERT INTO rounds.import_area_changes (import_id, area_id, made) SELECT i.id, a.id, sha256('x') FROM rounds.imports i, (SELECT id FROM rounds.areas LIMIT 1) a")
	town.Exec("INSERT INTO rounds.photos SELECT id, gen_random_uuid(), 1 FROM rounds.incidents")
	mediate(town)
	town.Exec("INSERT INTO rounds.case_visits SELECT gen_random_uuid(), id, 1, '2027-03-10', true FROM rounds.cases")
	town.Exec("INSERT INTO rounds.case_bookings SELECT v.id, b.round_id, b.household_id FROM (SELECT id FROM rounds.case_visits LIMIT 1) v, (SELECT * FROM rounds.bookings LIMIT 1) b")
	town.Exec("INSERT INTO rounds.incident_texts SELECT id, 'The third step is loose' FROM rounds.incidents WHERE kind <> 'dispute'")
	town.Exec("INSERT INTO rounds.matter_choices VALUES ('unlit_path', true, 7)")
	unit, handler := uuid.New(), town.As(registertest.CountyHandler).Account
	town.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'county', 'one_stop_office', 'Office', $3)", unit, town.Area("County"), handler)
	town.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", unit, handler)
	town.Exec("INSERT INTO rounds.satisfaction VALUES ($1, '2027-01-01', 'heard', 'yes', 3)", unit)
	town.Exec("INSERT INTO rounds.unit_member_skills VALUES ($1, $2, 'roads')", unit, handler)
	town.Exec("INSERT INTO rounds.unit_member_languages VALUES ($1, $2, 'english')", unit, handler)
	town.Exec("INSERT INTO rounds.duty_shifts VALUES ($1, '2027-03-08', '2027-03-12', $2), ($1, '2027-03-15', '2027-03-19', $2)", unit, handler)
	town.Exec("INSERT INTO rounds.staff_leave VALUES ($1, '2027-03-08', '2027-03-12'), ($1, '2027-03-15', '2027-03-19')", handler)
	town.Exec("INSERT INTO rounds.case_rules (area_id, matter, due_days, working) SELECT id, 'road_damage', 9, true FROM rounds.areas")
	town.Exec("INSERT INTO rounds.case_units SELECT id, $1 FROM rounds.cases", unit)
	town.Exec("INSERT INTO rounds.operations (id, digest) VALUES (gen_random_uuid(), sha256('x'))")
	town.Exec("INSERT INTO rounds.backups (made_at, bytes, sha256) VALUES (now(), 1, sha256('x'))")
	officer := town.As(registertest.CountyDPO)
	must(t, town.DB.RecordDisclosure(t.Context(), officer, register.Disclosure{
		ID: uuid.New(), Area: town.Area("West"), MadeOn: town.Today, Recipient: "court", Basis: "court_order", Content: "sums", Places: 40}))
	must(t, town.DB.ApproveReceiver(t.Context(), officer, register.Receiver{
		ID: uuid.New(), Kind: "token", Host: "maps.example.org", Purpose: registertest.Purpose, Area: town.Area("West"), DailyRows: 1000, EndsOn: town.Today.AddDate(0, 0, 30)}))
	for i, account := range []string{registertest.CountySupervisor, registertest.CountyAnalyst} {
		must(t, town.DB.MakeToken(t.Context(), town.As(account), uuid.New(), town.ID("SELECT id FROM rounds.receivers WHERE kind = 'token'"), [32]byte{byte(i)}))
	}
	for _, hooked := range []struct{ who, area, feed string }{{registertest.CountySupervisor, "County", register.CasesFeed}, {registertest.WestSupervisor, "West", register.RoutesFeed}} {
		receiver := register.Receiver{ID: uuid.New(), Kind: "webhook", Host: "unit.example.org", Purpose: registertest.Purpose, Area: town.Area(hooked.area), DailyRows: 1000, EndsOn: town.Today.AddDate(0, 0, 30)}
		must(t, town.DB.ApproveReceiver(t.Context(), officer, receiver))
		of := &unit
		if hooked.feed == register.RoutesFeed {
			of = nil
		}
		must(t, town.DB.MakeHook(t.Context(), town.As(hooked.who), uuid.New(), receiver.ID, hooked.feed, of, "/rounds"))
	}
	town.Support(0)
	town.Support(1)
	must(t, town.DB.WithdrawConsent(t.Context(), town.As(registertest.WestWorker), town.ID("SELECT id FROM rounds.consents ORDER BY id LIMIT 1")))
	town.Exec(`INSERT INTO river.river_job (args, kind) VALUES ('{}', 'test')`)
	town.Exec("INSERT INTO river.river_leader VALUES (now(), now(), 'test')")
	town.Exec("INSERT INTO river.river_notification (payload, topic) VALUES ('', 'test')")
	town.Exec("INSERT INTO river.river_queue (name) VALUES ('test')")
	town.Exec(`INSERT INTO rounds.resident_requests SELECT gen_random_uuid(), area_id, 'access', 'in_person', now(), sha256('x') FROM rounds.households LIMIT 1`)
	town.Exec("INSERT INTO rounds.sweeps SELECT class, now(), 0 FROM rounds.retention")
	town.Exec("INSERT INTO rounds.read_seals VALUES (1, 1, 1, now(), sha256('tree'), sha256('root'))")
	// Doors that are not visited alone, of which one waits for a second supervisor; a
	// timer that has lapsed; an opening, printed.
	west, county := town.As(registertest.WestSupervisor), town.As(registertest.CountySupervisor)
	first, second := town.Household(town.Workers[0], town.Today, 0), town.Household(town.Workers[0], town.Today, 1)
	must(t, town.DB.NoteDoor(t.Context(), town.As(registertest.WestWorker), register.DoorNote{Household: first, Note: "loose_dog", SeenOn: town.Today}, true))
	must(t, town.DB.ProposePair(t.Context(), west, first))
	must(t, town.DB.ConfirmPair(t.Context(), county, first))
	must(t, town.DB.ProposePair(t.Context(), west, second))
	must(t, town.DB.StartLoneTimer(t.Context(), town.As(registertest.WestWorker), town.DB.Now()))
	opening := uuid.New()
	_, err := town.DB.ProposeEmergency(t.Context(), west, opening, town.Area("West"), "flood")
	must(t, err)
	must(t, town.DB.OpenEmergency(t.Context(), county, opening))
	_, err = town.DB.PrintEmergency(t.Context(), west, opening)
	must(t, err)
	publish(town)
	town.Exec("INSERT INTO rounds.spent_ceremonies VALUES (sha256('x'), now())")
	town.Exec(`INSERT INTO rounds.passkeys (id, account_id, kind, credential_id, public_key, sign_count, backup_eligible, backed_up)
		SELECT gen_random_uuid(), id, 'phone', sha256(id::text::bytea), sha256('key'), 0, false, false FROM rounds.accounts`)
	town.Exec("INSERT INTO rounds.devices SELECT id, sha256(id::text::bytea), 'chrome', 'android', now() FROM rounds.accounts")
	town.Exec("INSERT INTO rounds.device_pins (device_id, account_id, pin_hash) SELECT id, id, '$argon2id$x' FROM rounds.accounts")
	town.Exec("INSERT INTO rounds.identities (account_id, identity_hmac) SELECT id, sha256(id::text::bytea) FROM rounds.accounts")
	for _, channel := range []string{"email", "push"} {
		town.Exec(`INSERT INTO rounds.notice_targets (id, account_id, channel, target)
			SELECT gen_random_uuid(), id, $1, decode(repeat('00', 1052), 'hex') FROM rounds.accounts`, channel)
	}
	town.Exec(`INSERT INTO rounds.notices (id, account_id, kind, day, visits, today, soon, breached)
		SELECT gen_random_uuid(), id, 'digest', $1, 1, 2, 3, 4 FROM rounds.accounts`, town.Today)
	town.Exec(`INSERT INTO rounds.notice_deliveries (id, notice_id, target_id)
		SELECT gen_random_uuid(), n.id, t.id FROM rounds.notices n JOIN rounds.notice_targets t ON t.account_id = n.account_id`)
	town.Exec("INSERT INTO rounds.links (token_hash, account_id, kind) SELECT sha256(id::text::bytea), id, 'invitation' FROM rounds.accounts")
	for _, account := range everybodyOfTheTown {
		id := uuid.New()
		town.Exec(`INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at)
			VALUES (sha256($1::text::bytea), $2, $3, now() + interval '1 hour')`, id.String(), town.As(account).Account, town.As(account).Role)
		err := town.DB.As(town.Context(), town.As(account), func(tx pgx.Tx) error {
			return audit.Read(town.Context(), tx, audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning, Place: make([]byte, 32)})
		})
		if err != nil {
			t.Fatal(err)
		}
		town.Exec(`INSERT INTO rounds.exports (id, account_id, layer, format, purpose, expires_at, token_hash, file_name)
			VALUES (gen_random_uuid(), $2, 'areas', 'csv', 'fire_safety', now() + interval '1 day', sha256($1::text::bytea), 'areas.csv')`, id.String(), town.As(account).Account)
	}
	// A file from before a grant of its requester ended.
	town.Exec(`INSERT INTO rounds.exports (id, account_id, layer, format, purpose, requested_at, expires_at, token_hash, file_name)
		VALUES (gen_random_uuid(), $1, 'areas', 'csv', 'fire_safety', now() - interval '45 days', now() + interval '1 day', sha256('past'), 'areas.csv')`,
		town.As(registertest.PastSupervisor).Account)
	return town
}

func TestReaders_AreThoseOfTheDictionary(t *testing.T) {
	t.Parallel()
	town := crowded(t)
	known, wrong := map[string]string{}, map[string]string{}
	for _, e := range dictionary(t) {
		table := e.Table
		if !strings.Contains(table, ".") {
			table = "rounds." + table
		}
		if town.Count("SELECT count(*) FROM "+table) == 0 {
			t.Fatalf("%s is empty, so nobody could be seen to read it", table)
		}
		if _, done := known[table]; !done {
			known[table] = readers(town, table)
		}
		if e.Readers != known[table] {
			wrong[e.Table] = fmt.Sprintf("%s is read by %q, the dictionary says %q of %s", e.Table, known[table], e.Readers, e.Name)
		}
	}
	for _, problem := range wrong {
		t.Error(problem)
	}
}

// mediate makes a dispute with all that its mediator keeps.
func mediate(town *registertest.Town) {
	town.Helper()
	dispute, handler := town.Dispute(0, "noise", true), town.As(registertest.CountyHandler).Account
	town.Mediate(dispute)
	party, meeting, agreement := uuid.New(), uuid.New(), uuid.New()
	town.Exec("INSERT INTO sealed.parties VALUES ($1, $2, 'asked', decode(repeat('00', 476), 'hex'))", party, dispute)
	town.Exec("INSERT INTO sealed.meetings VALUES ($1, $2, $3, 'office', 'agreement')", meeting, dispute, town.Today)
	town.Exec("INSERT INTO sealed.meeting_presence VALUES ($1, 'mediator')", meeting)
	town.Exec("INSERT INTO sealed.meeting_notes VALUES ($1, decode(repeat('00', 2076), 'hex'))", meeting)
	town.Exec("INSERT INTO sealed.agreements VALUES ($1, $2, $3)", agreement, dispute, town.Today)
	town.Exec("INSERT INTO sealed.agreement_terms VALUES ($1, 1, decode(repeat('00', 2076), 'hex'))", agreement)
	town.Exec(`INSERT INTO sealed.signatures (id, agreement_id, case_id, party_id, account_id, strokes)
		SELECT gen_random_uuid(), $1, $2, p, CASE WHEN p IS NULL THEN $4::uuid END, decode(repeat('00', 8220), 'hex') FROM unnest(ARRAY[$3, NULL]::uuid[]) p`, agreement, dispute, party, handler)
}

// publish makes a release of two bins, of which a household of the stock is known.
func publish(town *registertest.Town) {
	town.Helper()
	partition, release := uuid.New(), uuid.New()
	town.Exec("INSERT INTO rounds.partitions VALUES ($1, 2027, 500, sha256('partition'))", partition)
	town.Exec("INSERT INTO rounds.bins VALUES ($1, 0, 500), ($1, 1, 600)", partition)
	town.Exec("INSERT INTO rounds.bin_cells SELECT $1, cell, 0 FROM rounds.households GROUP BY cell", partition)
	town.Exec("INSERT INTO rounds.releases VALUES ($1, 'support_help', '2027-01-01', '2027-03-31', '2027-04-14', $2, sha256('release'))", release, partition)
	town.Exec("INSERT INTO rounds.release_values VALUES ($1, $2, 0, 'number', 15), ($1, $2, 1, 'withheld', NULL)", release, partition)
	town.Exec("INSERT INTO rounds.release_stock_counts VALUES ('support_help', $1, 0, 13)", partition)
	town.Exec("INSERT INTO rounds.release_stock SELECT 'support_help', id, $1, 0 FROM rounds.households ORDER BY id LIMIT 1", partition)
}
