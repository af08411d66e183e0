package register_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
)

// sees counts the rows of a table that each of the cast sees.
func (c *cast) sees(table string) map[string]int {
	c.Helper()
	seen := map[string]int{}
	for name, principal := range c.everybody() {
		n, err := c.as(principal, "SELECT 1 FROM "+inSchema(table))
		if err != nil {
			c.Fatalf("%s reads %s: %v", name, table, err)
		}
		seen[name] = n
	}
	return seen
}

func (c *cast) everybody() map[string]register.Principal {
	return map[string]register.Principal{
		"supervisor": c.supervisor, "sibling": c.sibling, "worker": c.worker, "colleague": c.colleague, "analyst": c.analyst,
		"administrator": c.administrator, "stranger": c.stranger, "nobody": {},
		"case_handler":  {Account: c.supervisor.Account, Role: register.CaseHandler}, // a role that the account was not granted
		"service:login": register.Service("login"),
	}
}

func TestRowLevelSecurity_ShowsEachRoleItsOwnRows(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	plan, households := c.publish(round)
	_, err := c.visit(round, households[0], "not_home")
	c.must(err)
	_, err = c.visit(round, households[1], "declined")
	c.must(err)
	_, err = c.as(register.Service("operator"), "INSERT INTO rounds.worker_days_off VALUES ($1, '2027-03-04')", c.workerID)
	c.must(err)
	_, err = c.as(c.worker, `INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		SELECT $1, 'hazard', 'unlit_path', area_id, cell, at, 'doorstep', '2027-03-01', '2027-03-15' FROM rounds.households WHERE id = $2`, uuid.New(), households[0])
	c.must(err)
	_, err = c.as(c.supervisor, `INSERT INTO rounds.exports (id, account_id, layer, format, purpose, expires_at, token_hash, file_name)
		VALUES ($1, $2, 'areas', 'csv', 'fire_safety', now() + interval '1 day', sha256('x'), 'areas.csv')`, uuid.New(), c.supervisor.Account)
	c.must(err)
	_, err = c.as(register.Service("login"), "INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at) VALUES (sha256('x'), $1, 'worker', now())", c.worker.Account)
	c.must(err)
	_, err = c.as(c.worker, `INSERT INTO rounds.notice_targets (id, account_id, channel, target)
		VALUES (gen_random_uuid(), rounds.principal_account(), 'push', decode(repeat('00', 1052), 'hex'))`)
	c.must(err)
	_, err = c.as(c.worker, `INSERT INTO rounds.passkeys (id, account_id, kind, credential_id, public_key, sign_count, backup_eligible, backed_up)
		VALUES ($1, $2, 'phone', sha256('x'), sha256('y'), 0, false, false)`, uuid.New(), c.worker.Account)
	c.must(err)
	_, err = c.as(c.worker, "INSERT INTO rounds.operations (id, digest) VALUES ($1, sha256('x'))", uuid.New())
	c.must(err)
	_, err = c.as(register.Service("login"), "INSERT INTO rounds.spent_ceremonies VALUES (sha256('x'), now())")
	c.must(err)
	_, err = c.as(register.Service("login"), "INSERT INTO rounds.devices VALUES ($1, sha256('x'), 'chrome', 'android', now())", c.worker.Account)
	c.must(err)
	_, err = c.as(register.Service("login"), "INSERT INTO rounds.device_pins (device_id, account_id, pin_hash) VALUES ($1, $1, '$argon2id$x')", c.worker.Account)
	c.must(err)
	_, err = c.as(c.worker, "INSERT INTO rounds.identities (account_id, identity_hmac) VALUES ($1, sha256('x'))", c.worker.Account)
	c.must(err)
	_, err = c.as(register.Service("operator"), "SELECT rounds.issue_link($1, 'recovery', sha256('x'))", c.worker.Account)
	c.must(err)
	_, err = c.as(register.Service("import"), "INSERT INTO rounds.extracts (sha256, file_name, bounds) VALUES (sha256('x'), repeat('0', 64) || '.osm', ST_MakeEnvelope(1, 42, 2, 43, 4326))")
	c.must(err)
	_, err = c.as(register.Service("import"), "INSERT INTO rounds.basemap_features (class, kind, min_zoom, shape) VALUES ('place', 'town', 1, ST_Point(1, 1, 3857))")
	c.must(err)
	_, err = c.as(register.Service("import"), "INSERT INTO rounds.height_tiles VALUES (6, 32, 23, 'x')")
	c.must(err)
	_, err = c.as(register.Service("import"), "INSERT INTO rounds.refusals VALUES (sha256('x'))")
	c.must(err)
	c.db.Now = func() time.Time { return day.Add(10 * time.Hour) }
	_, err = c.db.RecordConsent(t.Context(), c.worker, c.keys, register.Consent{ID: uuid.New(), Household: households[0], Purpose: "provide_services",
		Services: []string{"smoke_alarm", "transport"}, NoticeVersion: 1, Language: "en", Method: "signed", GivenOn: day, ExpiresOn: day.AddDate(0, 6, 0)}, receipt, uuid.Nil)
	c.must(err)
	_, err = c.as(c.worker, "INSERT INTO rounds.reads (kind, purpose, request_id) VALUES ('day', 'fire_safety', gen_random_uuid())")
	c.must(err)
	c.must(c.db.NoteDoor(t.Context(), c.worker, register.DoorNote{Household: households[0], Note: "loose_dog", SeenOn: day}, true))
	c.must(c.db.ProposePair(t.Context(), c.supervisor, households[0]))
	_, err = c.owner.Exec(t.Context(), "INSERT INTO rounds.dwelling_claims SELECT id, doors + 1 FROM rounds.households WHERE id = $1", households[0])
	c.must(err)
	c.must(c.db.StartLoneTimer(t.Context(), c.worker, day.Add(11*time.Hour)))
	c.must(c.db.SendMessage(t.Context(), c.supervisor, register.Message{ID: uuid.New(), Text: "Vests are in"}, c.workerID, day))
	opened := uuid.New()
	_, err = c.db.ProposeEmergency(t.Context(), c.supervisor, opened, c.west, "flood")
	c.must(err)
	second := c.account("second", register.Supervisor, &c.west)
	c.must(c.db.OpenEmergency(t.Context(), second, opened))
	_, err = c.db.PrintEmergency(t.Context(), second, opened)
	c.must(err)
	_, err = c.as(c.worker, "INSERT INTO rounds.photos SELECT id, gen_random_uuid(), 1 FROM rounds.incidents")
	c.must(err)
	_, err = c.as(c.worker, "INSERT INTO rounds.incident_texts SELECT id, 'Dark behind the gate' FROM rounds.incidents")
	c.must(err)
	_, err = c.db.AskMediation(t.Context(), c.worker, c.keys, register.Dispute{ID: uuid.New(), Matter: "noise", At: orb.Point{1.05, 42.05}, Source: "doorstep",
		Method: "spoken", AskedOn: day, Receipt: register.Receipt{9}, Contact: "+376010203"})
	c.must(err)
	c.must(c.db.ChooseMatter(t.Context(), c.administrator, register.MatterChoice{Matter: "public_bench", Hidden: true}))
	grids := func(town string) int {
		return c.count("SELECT count(*) FROM rounds.areas g JOIN rounds.areas p ON p.id = g.parent_id WHERE p.name = $1", town)
	}
	groups := c.count("SELECT count(*) FROM rounds.dwelling_groups g JOIN rounds.area_paths p ON p.area_id = g.area_id AND p.ancestor_id = $1", c.west)
	cells := c.count("SELECT count(*) FROM rounds.dwelling_group_cells g JOIN rounds.area_paths p ON p.area_id = g.area_id AND p.ancestor_id = $1", c.west)
	middleGroups := c.count("SELECT count(*) FROM rounds.dwelling_groups g JOIN rounds.area_paths p ON p.area_id = g.area_id AND p.ancestor_id = $1", c.middle)
	middleCells := c.count("SELECT count(*) FROM rounds.dwelling_group_cells g JOIN rounds.area_paths p ON p.area_id = g.area_id AND p.ancestor_id = $1", c.middle)
	west, middle := grids("West")+2, grids("Middle")+2 // with the town and the county
	all := c.count("SELECT count(*) FROM rounds.areas")
	paths := func(areas int) int { return 3*(areas-2) + 3 }

	type rows = map[string]int
	everybody := func(n int) rows {
		all := rows{}
		for name := range c.everybody() {
			all[name] = n
		}
		delete(all, "nobody")
		return all
	}
	matters := everybody(c.count("SELECT count(*) FROM rounds.matters"))
	matters["nobody"] = matters["worker"]
	choices := everybody(1)
	choices["nobody"] = 1
	moves := everybody(c.count("SELECT count(*) FROM rounds.case_moves"))
	moves["nobody"] = moves["worker"]
	clocks := everybody(c.count("SELECT count(*) FROM rounds.retention"))
	clocks["nobody"] = clocks["worker"]
	installation := everybody(1)
	installation["nobody"] = 1
	expected := map[string]rows{
		"matters":              matters,
		"matter_choices":       choices,
		"basemap_features":     everybody(1),
		"height_tiles":         everybody(1),
		"extracts":             everybody(1),
		"plan_workers":         {"supervisor": 2},
		"plan_parts":           {},
		"plan_part_workers":    {},
		"plan_part_households": {},
		"plan_drafts":          {},
		"plan_bases":           {},
		"areas":                {"supervisor": west, "worker": west, "colleague": west, "analyst": west, "sibling": middle, "administrator": all},
		"area_paths":           {"supervisor": paths(west), "worker": paths(west), "colleague": paths(west), "analyst": paths(west), "sibling": paths(middle), "administrator": c.count("SELECT count(*) FROM rounds.area_paths")},
		"households":           {"supervisor": 500, "sibling": 312, "worker": 2, "colleague": 1},
		"refusals":             {},
		"dwelling_groups":      {"supervisor": groups, "worker": groups, "colleague": groups, "analyst": groups, "sibling": middleGroups},
		"dwelling_group_cells": {"supervisor": cells, "worker": cells, "colleague": cells, "analyst": cells, "sibling": middleCells},
		"imports":              {},
		"uploads":              {}, // an import of the operator's; TestReaders has those of the desk
		"import_changes":       {},
		"import_area_changes":  {},

		"devices":          {"service:login": 1, "worker": 1},
		"device_pins":      {"service:login": 1, "worker": 1},
		"identities":       {"service:login": 1, "worker": 1},
		"links":            {"service:login": 1},
		"passkeys":         {"service:login": 1, "worker": 1},
		"notice_targets":   {"worker": 1},
		"sessions":         {"service:login": 1, "worker": 1},
		"spent_ceremonies": {"service:login": 1},

		"accounts": {"supervisor": 1, "sibling": 1, "worker": 1, "colleague": 1, "analyst": 1, "stranger": 1, "administrator": 8, "case_handler": 1, "service:login": 8},
		"grants": {"supervisor": 3, // its workers' too
			"sibling": 1, "worker": 1, "colleague": 1, "analyst": 1, "administrator": 7, "case_handler": 1, "service:login": 7},
		"workers":         {"supervisor": 2, "worker": 1, "colleague": 1, "administrator": 2},
		"worker_days_off": {"supervisor": 1, "worker": 1},
		"holidays":        {},
		"bookings":        {},
		"closures":        {},
		"rounds":          {"supervisor": 1, "worker": 1, "colleague": 1, "analyst": 1},
		"round_areas":     {"supervisor": west - 2, "worker": west - 2, "colleague": west - 2, "analyst": west - 2},
		"plans":           {"supervisor": 1, "worker": 1, "colleague": 1, "analyst": 1},
		"routes":          {"supervisor": 2, "worker": 1, "colleague": 1},
		"stops":           {"supervisor": 3, "worker": 2, "colleague": 1},
		"unplanned":       {"supervisor": 497}, // all of West but the three stops
		// The outcome is its worker's alone, and so is that somebody was not home.
		"visits":            {"worker": 2},
		"visit_retractions": {},
		"doors":             {"supervisor": 1, "worker": 2},
		"incidents":         {"supervisor": 1, "worker": 1, "colleague": 1, "analyst": 1},
		"incident_texts":    {"supervisor": 1},
		"satisfaction":      {}, // sums alone, by a function
		"dispute_contacts":  {}, // TestDisputes has the handler who is named
		"dispute_handlers":  {},
		"case_visits":       {}, // TestAskVisit has who deals with it
		// TestMediation has who is named.
		"sealed.case_keys": {}, "sealed.parties": {}, "sealed.meetings": {}, "sealed.meeting_presence": {}, "sealed.meeting_notes": {},
		"sealed.agreements": {}, "sealed.agreement_terms": {}, "sealed.signatures": {},
		"photos":        {"supervisor": 1, "worker": 1, "colleague": 1},
		"exports":       {"supervisor": 1, "case_handler": 1},
		"cases":         {"supervisor": 2, "worker": 1, "colleague": 1}, // that of the dispute without its matter
		"case_steps":    {"supervisor": 2},
		"case_moves":    moves,
		"case_counters": {},
		"case_bookings": {},
		// Nobody has set up units here; TestReaders has.
		"case_rules": {}, "case_units": {}, "units": {}, "unit_members": {}, "unit_member_skills": {}, "unit_member_languages": {},
		"duty_shifts": {}, "staff_leave": {},
		// What is wanted is for who visits; TestConsents has the service's owner too.
		// Of what was opened the supervisor sees transport.
		"consents":           {"worker": 1, "supervisor": 1},
		"consent_services":   {"worker": 2},
		"support_wanted":     {"worker": 2, "supervisor": 1},
		"consent_stubs":      {},
		"consent_tombstones": {},
		"reads":              {"worker": 1},
		"read_seals":         {},
		"retention":          clocks,
		"rights":             installation,
		"sweeps":             {},
		"installation":       installation,
		"backups":            {},
		"door_notes":         {"worker": 1},
		"operations":         {"worker": 1, "colleague": 1}, // neither what nor whose
		"pair_visits":        {"supervisor": 1},             // not confirmed
		"dwelling_claims":    {"supervisor": 1},
		"lone_timers":        {"worker": 1}, // not lapsed
		"messages":           {"supervisor": 1, "worker": 1},
		"message_receipts":   {"supervisor": 1, "worker": 1},
		"emergency_openings": {"supervisor": 1},
		"opening_households": {"supervisor": 1},
		"opening_prints":     {"supervisor": 1},
		"erasures":           {},
		"resident_requests":  {},
		"disclosures":        {},
		"receivers":          {},
		"tokens":             {},
		"hooks":              {},
		"unit_changes":       {},
		// What is published is read as rounds_stats, which the statistics' own test does.
		"partitions": {},
		"bins":       {},
		"bin_cells":  {},
		"releases":   {},
		// Nobody asks what was told to whom: TestReaders has who sends it.
		"notices":              {},
		"notice_deliveries":    {},
		"release_values":       {},
		"release_stock":        {},
		"release_stock_counts": {},
	}
	tables, err := c.owner.Query(t.Context(), `SELECT regexp_replace(schemaname || '.' || tablename, '^rounds\.', '') FROM pg_tables WHERE schemaname IN ('rounds', 'sealed')`)
	c.must(err)
	names, err := pgx.CollectRows(tables, pgx.RowTo[string])
	c.must(err)
	for _, table := range names {
		want, known := expected[table]
		if !known {
			t.Errorf("this test does not say who sees rounds.%s", table)
		}
		for name, got := range c.sees(table) {
			if got != want[name] {
				t.Errorf("%s sees %d rows of %s, want %d", name, got, table, want[name])
			}
		}
	}
	_, err = c.as(c.sibling, "UPDATE rounds.rounds SET closed_at = now() WHERE id = $1", round)
	c.must(err)
	if n := c.count("SELECT count(*) FROM rounds.rounds WHERE closed_at IS NOT NULL"); n != 0 {
		t.Error("a sibling's supervisor closed the round")
	}
	for _, principal := range []register.Principal{c.sibling, c.worker, c.analyst} {
		if n, _ := c.as(principal, "UPDATE rounds.plans SET stage_done = 9 WHERE id = $1", plan); n != 0 {
			t.Errorf("%s changed the plan", principal.Role)
		}
	}
}

// Every table is secured, and every table that holds something is in the test above.
func TestRowLevelSecurity_IsOnForEveryTable(t *testing.T) {
	t.Parallel()
	f := open(t)
	if n := f.count("SELECT count(*) FROM pg_class WHERE relnamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"); n != 0 {
		t.Errorf("%d tables without forced row-level security", n)
	}
	// A trigger's function cannot be called.
	if n := f.count(`SELECT count(*) FROM pg_proc WHERE pronamespace = 'rounds'::regnamespace AND prorettype <> 'trigger'::regtype
		AND has_function_privilege('rounds_stats', oid, 'EXECUTE')`); n != 0 {
		t.Errorf("rounds_stats may call %d functions", n)
	}
	if n := f.count(`SELECT count(*) FROM pg_class WHERE relnamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND relkind = 'r'
		AND relname NOT IN ('partitions', 'bins', 'bin_cells', 'releases', 'release_values') AND has_table_privilege('rounds_stats', oid, 'SELECT')`); n != 0 {
		t.Errorf("rounds_stats may read %d tables that are not published", n)
	}
	if n := f.count(`SELECT count(*) FROM pg_class WHERE relnamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND relkind = 'r'
		AND (has_table_privilege('rounds_stats', oid, 'INSERT, UPDATE, DELETE') OR has_table_privilege('rounds_app', oid, 'UPDATE, DELETE')
			AND relname IN ('partitions', 'bins', 'bin_cells', 'releases', 'release_values'))`); n != 0 {
		t.Errorf("%d tables of what is published can be changed", n)
	}
	for _, table := range []string{"matters", "refusals", "dwelling_groups"} {
		for _, principal := range []register.Principal{register.Service("operator"), register.Service("import")} {
			err := f.db.As(t.Context(), principal, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), fmt.Sprintf("TRUNCATE rounds.%s", table))
				return err
			})
			if constraint(err) != "privilege" {
				t.Errorf("%s emptied %s: %v", principal.Role, table, err)
			}
		}
	}
}

// The trap: after a commit a local setting is ” and not NULL, and a connection
// goes back to the pool with it.
func TestAs_LeavesNoPrincipalBehind(t *testing.T) {
	t.Parallel()
	c := cities(t)
	for range 20 {
		if n, err := c.as(c.supervisor, "SELECT 1 FROM rounds.households"); n != 500 || err != nil {
			t.Fatalf("the supervisor sees %d households, %v", n, err)
		}
		if n, err := c.as(register.Principal{}, "SELECT 1 FROM rounds.households"); n != 0 || err != nil {
			t.Fatalf("nobody sees %d households, %v", n, err)
		}
	}
}

func TestReaders_AnswerByPrincipal(t *testing.T) {
	t.Parallel()
	c := cities(t)
	ctx := context.Background()
	areas, err := c.db.Areas(ctx, c.supervisor, register.AreaFilter{Parent: c.west})
	c.must(err)
	if len(areas) < 2 || areas[0].Level != "grid" || areas[0].Dwellings == 0 || areas[0].Bound.IsEmpty() {
		t.Fatalf("areas of West: %+v", areas)
	}
	page, err := c.db.Areas(ctx, c.supervisor, register.AreaFilter{Parent: c.west, After: areas[0].ID, Limit: 1})
	c.must(err)
	if len(page) != 1 || page[0].ID != areas[1].ID {
		t.Errorf("the second page is %+v", page)
	}
	households, err := c.db.HouseholdsOf(ctx, c.supervisor, c.west)
	c.must(err)
	if len(households) != 500 {
		t.Fatalf("%d households", len(households))
	}
	workers, err := c.db.Workers(ctx, c.supervisor, uuid.Nil)
	c.must(err)
	if len(workers) != 2 || workers[0].Code != "w01" || workers[0].ShiftStart != "08:30" || workers[0].StartsFrom == nil || workers[0].EndsAt != nil {
		t.Errorf("workers: %+v", workers)
	}
	account, err := c.db.AccountByLogin(ctx, "worker")
	c.must(err)
	grants, err := c.db.Grants(ctx, c.worker, account.ID)
	c.must(err)
	if len(grants) != 1 || grants[0].Role != register.Worker || *grants[0].AreaID != c.west {
		t.Errorf("grants: %+v", grants)
	}
	if _, err := c.db.AccountByLogin(ctx, "nobody"); err != register.ErrNoAccount {
		t.Errorf("an unknown login: %v", err)
	}
}
