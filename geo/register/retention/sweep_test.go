package retention_test

import (
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
)

func TestClasses_AreThoseOfTheDatabase(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	for _, class := range retention.Classes {
		n := town.Count("SELECT count(*) FROM rounds.retention WHERE class = $1 AND age = $2::interval AND action::text = $3", class.Name, class.Age, class.Action)
		if n != 1 {
			t.Errorf("rounds.retention has no %+v", class)
		}
		if town.Count(`SELECT count(*) FROM pg_proc WHERE pronamespace = 'rounds'::regnamespace AND proname = 'sweep_' || $1
			AND pg_get_function_identity_arguments(oid) = 'now timestamp with time zone, batch integer' AND prosecdef AND proconfig IS NOT NULL`, class.Name) != 1 {
			t.Errorf("there is no function that sweeps %s", class.Name)
		}
	}
	if n := town.Count("SELECT count(*) FROM rounds.retention"); n != len(retention.Classes) {
		t.Errorf("the database has %d classes, the release %d", n, len(retention.Classes))
	}
	if n := town.Count(`SELECT count(*) FROM pg_proc WHERE pronamespace = 'rounds'::regnamespace AND proname LIKE 'sweep\_%'`); n != len(retention.Classes) {
		t.Errorf("there are %d functions that sweep", n)
	}
}

// Both sides of each clock: what is as old as its bound stays, a moment later it goes.
func TestSweep_KeepsUntilTheBoundAndNoLonger(t *testing.T) {
	t.Parallel()
	begin := time.Date(2020, 5, 10, 0, 0, 0, 0, time.UTC)
	for _, clock := range []struct {
		class string
		// make puts something into a town that begins to age at begin.
		make  func(town *registertest.Town, begin time.Time)
		count string
		// last is the last moment at which it is there.
		last time.Time
	}{
		{"visit_times", func(town *registertest.Town, begin time.Time) {
			town.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part, attempt)
				SELECT gen_random_uuid(), $1, $2, $3, 'done', $4, 'morning', 1`, town.Round, town.Household(town.Workers[0], town.Today, 0), town.Workers[0], begin)
		}, "SELECT count(*) FROM rounds.visits WHERE part IS NOT NULL", begin.Add(72*time.Hour - time.Second)},
		{"photos", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.incidents SET reported_on = $1, due_on = $1, state = 'closed', closed_on = $1", begin)
			town.Exec("INSERT INTO rounds.photos SELECT id, gen_random_uuid(), 1 FROM rounds.incidents LIMIT 1")
		}, "SELECT count(*) FROM rounds.photos", begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"incident_texts", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.incidents SET reported_on = $1, due_on = $1, state = 'closed', closed_on = $1", begin)
			town.Exec("INSERT INTO rounds.incident_texts SELECT id, 'The third step is loose' FROM rounds.incidents LIMIT 1")
		}, "SELECT count(*) FROM rounds.incident_texts", begin.AddDate(0, 0, 91).Add(-time.Second)},
		{"unconfirmed_disputes", func(town *registertest.Town, begin time.Time) {
			for n, confirmed := range []bool{false, true} {
				id := town.Dispute(n, "noise", !confirmed)
				town.Exec("UPDATE rounds.incidents SET asked_on = $2, confirmed_on = CASE WHEN $3 THEN $2::date END WHERE id = $1", id, begin, confirmed)
			}
		}, `SELECT (SELECT count(*) FROM rounds.dispute_contacts) + (SELECT count(*) FROM rounds.incidents WHERE kind = 'dispute' AND state = 'open' AND confirmed_on IS NULL)`,
			begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"cases", func(town *registertest.Town, begin time.Time) {
			town.Exec("SET session_replication_role = replica")
			town.Exec("UPDATE rounds.cases SET stage = 'closed', over_on = $1", begin)
			town.Exec("SET session_replication_role = origin")
		}, "SELECT (SELECT count(*) FROM rounds.cases) + (SELECT count(*) FROM rounds.case_steps)", begin.AddDate(0, 12, 1).Add(-time.Second)},
		{"case_texts", func(town *registertest.Town, begin time.Time) {
			town.Exec("SET session_replication_role = replica")
			town.Exec("UPDATE rounds.case_steps SET text = 'Asphalt ordered'")
			town.Exec("UPDATE rounds.cases SET stage = 'closed', over_on = $1", begin)
			town.Exec("SET session_replication_role = origin")
		}, "SELECT count(*) FROM rounds.case_steps WHERE text IS NOT NULL", begin.AddDate(0, 0, 91).Add(-time.Second)},
		{"duty_shifts", func(town *registertest.Town, begin time.Time) {
			unit, handler := uuid.New(), town.As(registertest.CountyHandler).Account
			town.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'county', 'emergencies', 'Desk', $3)", unit, town.Area("County"), handler)
			town.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", unit, handler)
			town.Exec("INSERT INTO rounds.duty_shifts VALUES ($1, $2::date - 1, $2, $3)", unit, begin, handler)
		}, "SELECT count(*) FROM rounds.duty_shifts", begin.AddDate(0, 0, 91).Add(-time.Second)},
		{"unit_changes", func(town *registertest.Town, begin time.Time) {
			unit := uuid.New()
			town.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', 'roads', 'Roads', $3)", unit, town.Area("East"), town.As(registertest.CountyHandler).Account)
			town.Exec("INSERT INTO rounds.unit_changes (unit_id, case_id, area_id, year, number, gone_on) VALUES ($1, gen_random_uuid(), $2, 2027, 900, $3)", unit, town.Area("East"), begin)
		}, "SELECT count(*) FROM rounds.unit_changes WHERE gone_on IS NOT NULL", begin.AddDate(0, 0, 61).Add(-time.Second)},
		{"staff_leave", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.staff_leave VALUES ($1, $2::date - 1, $2)", town.As(registertest.CountyHandler).Account, begin)
		}, "SELECT count(*) FROM rounds.staff_leave", begin.AddDate(0, 0, 91).Add(-time.Second)},
		{"outcomes", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.rounds SET announced_on = $1, starts_on = $1::date + 3, ends_on = $2", begin.AddDate(0, 0, -30), begin)
		}, "SELECT count(*) FROM rounds.rounds WHERE closed_at IS NULL", begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"rounds", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.rounds SET closed_at = $1", begin)
		}, "SELECT (SELECT count(*) FROM rounds.rounds) + (SELECT count(*) FROM rounds.doors) + (SELECT count(*) FROM rounds.stops) + (SELECT count(*) FROM rounds.routes)",
			begin.AddDate(0, 24, 0)},
		{"incidents", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.incidents SET reported_on = $1, due_on = $1, closed_on = $1 WHERE state = 'closed'", begin)
			// One that went with it and was opened again stays when it goes.
			town.Exec("UPDATE rounds.incidents SET merged_into = (SELECT id FROM rounds.incidents WHERE state = 'closed' LIMIT 1) WHERE state = 'open'")
		}, "SELECT count(*) FROM rounds.incidents WHERE state = 'closed'", begin.AddDate(0, 12, 1).Add(-time.Second)},
		{"sessions", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at) VALUES (sha256('x'), $1, 'worker', $2)",
				town.As(registertest.WestWorker).Account, begin)
		}, "SELECT count(*) FROM rounds.sessions", begin.AddDate(0, 0, 1)},
		{"exports", func(town *registertest.Town, begin time.Time) {
			town.Exec(`INSERT INTO rounds.exports (id, account_id, layer, format, purpose, requested_at, expires_at, token_hash, file_name)
				VALUES (gen_random_uuid(), $1, 'areas', 'csv', 'fire_safety', $2, $2::timestamptz + interval '24 hours', sha256('x'), 'areas.csv')`,
				town.As(registertest.CountySupervisor).Account, begin)
		}, "SELECT count(*) FROM rounds.exports", begin.Add(24 * time.Hour)},
		{"imports", func(town *registertest.Town, begin time.Time) {
			town.Exec("UPDATE rounds.imports SET imported_at = $1", begin)
		}, "SELECT count(*) FROM rounds.imports", begin.AddDate(0, 24, 0)},
		{"requests", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.resident_requests SELECT gen_random_uuid(), area_id, 'access', 'in_person', $1, sha256('x') FROM rounds.households LIMIT 1", begin)
		}, "SELECT count(*) FROM rounds.resident_requests", begin.AddDate(0, 24, 1).Add(-time.Second)},
		{"erasures", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.refusals VALUES (sha256('kept'))")
			town.Exec("INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('consent', sha256('x'), $1)", begin)
		}, "SELECT count(*) FROM rounds.erasures WHERE NOT (class = 'place' AND erased_on IS NULL)", begin.AddDate(0, 24, 1).Add(-time.Second)},
		{"reads", func(town *registertest.Town, begin time.Time) {
			town.Exec("SET session_replication_role = replica")
			town.Exec(`INSERT INTO rounds.reads (id, read_at, account_id, reader, purpose, kind, request_id)
				SELECT n, $1, gen_random_uuid(), 'worker', 'planning', 'day', gen_random_uuid() FROM generate_series(1, 7) n`, begin.Add(-time.Minute))
			town.Exec("SET session_replication_role = origin")
			town.Exec(`INSERT INTO rounds.read_seals VALUES (1, 3, 3, $1, sha256(''), sha256('')), (2, 5, 2, $1::timestamptz + interval '1 year', sha256(''), sha256(''))`, begin)
		}, "SELECT count(*) FROM rounds.reads WHERE id <= 3", begin.AddDate(0, 24, 0)},
		{"consents", func(town *registertest.Town, begin time.Time) {
			consent(town, begin.AddDate(0, -6, 0), begin)
		}, "SELECT (SELECT count(*) FROM rounds.consents) + (SELECT count(*) FROM rounds.consent_services) + (SELECT count(*) FROM rounds.support_wanted)",
			begin.AddDate(0, 0, 1).Add(-time.Second)},
		{"support", func(town *registertest.Town, begin time.Time) {
			consent(town, begin.AddDate(0, -6, 0), begin.AddDate(0, 6, 0))
			town.Exec("UPDATE rounds.support_wanted SET done_on = $1 WHERE service = 'smoke_alarm'", begin)
		}, "SELECT count(*) FROM rounds.support_wanted WHERE done_on IS NOT NULL", begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"consent_stubs", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.consent_stubs VALUES (sha256('x'), 'provide_services', $1, $1)", begin)
		}, "SELECT count(*) FROM rounds.consent_stubs", begin.AddDate(0, 24, 1).Add(-time.Second)},
		{"consent_tombstones", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.consent_tombstones VALUES ($1, gen_random_uuid(), $2)", town.Workers[0], begin)
		}, "SELECT count(*) FROM rounds.consent_tombstones", begin.AddDate(0, 0, 11).Add(-time.Second)},
		{"door_notes", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.door_notes VALUES ($1, 'loose_dog', $2)", town.Household(town.Workers[0], town.Today, 0), begin)
		}, "SELECT count(*) FROM rounds.door_notes", begin.AddDate(0, 6, 1).Add(-time.Second)},
		{"pair_visits", func(town *registertest.Town, begin time.Time) {
			// One that holds, and a proposal that nobody confirmed for 14 days.
			town.Exec(`INSERT INTO rounds.pair_visits SELECT id, area_id, $1, $3::date - 90, $2, $3 FROM rounds.households ORDER BY id LIMIT 1`,
				town.As(registertest.WestSupervisor).Account, town.As(registertest.CountySupervisor).Account, begin)
			town.Exec("INSERT INTO rounds.pair_visits SELECT id, area_id, $1, $2::date - 14 FROM rounds.households ORDER BY id OFFSET 1 LIMIT 1",
				town.As(registertest.WestSupervisor).Account, begin)
		}, "SELECT count(*) FROM rounds.pair_visits", begin.AddDate(0, 0, 1).Add(-time.Second)},
		{"lone_timers", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.lone_timers (account_id, worker_id, lapses_at) VALUES ($1, $2, $3)", town.As(registertest.WestWorker).Account, town.Workers[0], begin)
		}, "SELECT count(*) FROM rounds.lone_timers", begin.Add(12 * time.Hour)},
		{"messages", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.messages VALUES ($1, $2, $3, 'Vests are in', $4)", uuid.New(), town.Area("West"), town.As(registertest.WestSupervisor).Account, begin)
			town.Exec("INSERT INTO rounds.message_receipts SELECT id, $1 FROM rounds.messages", town.Workers[0])
		}, "SELECT (SELECT count(*) FROM rounds.messages) + (SELECT count(*) FROM rounds.message_receipts)", begin.AddDate(0, 0, 30)},
		{"emergency_openings", func(town *registertest.Town, begin time.Time) {
			opening(town, begin)
			town.Exec("INSERT INTO rounds.opening_prints SELECT id, 1, opened_by, closes_at FROM rounds.emergency_openings")
		}, "SELECT (SELECT count(*) FROM rounds.emergency_openings) + (SELECT count(*) FROM rounds.opening_prints)", begin.AddDate(0, 24, 0)},
		{"opening_households", func(town *registertest.Town, begin time.Time) {
			opening(town, begin)
			town.Exec("INSERT INTO rounds.opening_households SELECT o.id, h.id FROM rounds.emergency_openings o, (SELECT id FROM rounds.households LIMIT 1) h")
		}, "SELECT count(*) FROM rounds.opening_households", begin.AddDate(0, 0, 60)},
		{"links", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.links (token_hash, account_id, kind, expires_at) VALUES (sha256('x'), $1, 'invitation', $2)", town.As(registertest.WestWorker).Account, begin)
		}, "SELECT count(*) FROM rounds.links", begin},
		{"devices", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.devices VALUES ($1, sha256('x'), 'chrome', 'android', $2)", town.As(registertest.WestWorker).Account, begin)
			town.Exec("INSERT INTO rounds.device_pins (device_id, account_id, pin_hash) SELECT id, id, '$argon2id$x' FROM rounds.devices")
		}, "SELECT (SELECT count(*) FROM rounds.devices) + (SELECT count(*) FROM rounds.device_pins)", begin},
		{"ceremonies", func(town *registertest.Town, begin time.Time) {
			town.Exec("INSERT INTO rounds.spent_ceremonies VALUES (sha256('x'), $1)", begin)
		}, "SELECT count(*) FROM rounds.spent_ceremonies", begin},
	} {
		t.Run(clock.class, func(t *testing.T) {
			t.Parallel()
			town := registertest.NewTown(t)
			clock.make(town, begin)
			before := town.Count(clock.count)
			if before == 0 {
				t.Fatal("there is nothing to keep")
			}
			sweep(town, clock.last)
			if n := town.Count(clock.count); n != before {
				t.Errorf("%d of %d are left while they are to be kept", n, before)
			}
			sweep(town, clock.last.Add(time.Second))
			if n := town.Count(clock.count); n != 0 {
				t.Errorf("%d of %d are left when they are over", n, before)
			}
			if gone := town.Count("SELECT gone FROM rounds.sweeps WHERE class = $1", clock.class); gone < 1 {
				t.Errorf("the sweep says that %d went", gone)
			}
			if n := town.Count("SELECT count(*) FROM rounds.sweeps WHERE swept_at = $1", clock.last.Add(time.Second)); n != len(retention.Classes) {
				t.Errorf("%d classes were swept", n)
			}
			// A moment in the future, that a caller names, makes nothing old.
			fresh := registertest.NewTown(t)
			clock.make(fresh, time.Now().Add(time.Hour))
			before = fresh.Count(clock.count)
			sweep(fresh, time.Now().AddDate(1000, 0, 0))
			if n := fresh.Count(clock.count); n != before {
				t.Errorf("of %d fresh ones %d are left", before, n)
			}
		})
	}
}

// consent puts one of two services into a town.
func consent(town *registertest.Town, given, expires time.Time) {
	town.Exec(`INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder, given_on, expires_on, receipt_hmac)
		SELECT gen_random_uuid(), id, area_id, 'provide_services', 1, 'en', 'spoken', 'worker', $1, $2, sha256('x') FROM rounds.households LIMIT 1`, given, expires)
	town.Exec("SET session_replication_role = replica") // it is over already
	for _, service := range []string{"smoke_alarm", "transport"} {
		town.Exec("INSERT INTO rounds.consent_services SELECT id, $1 FROM rounds.consents", service)
		town.Exec("INSERT INTO rounds.support_wanted (consent_id, service, household_id, area_id, expires_on) SELECT id, $1, household_id, area_id, expires_on FROM rounds.consents", service)
	}
	town.Exec("SET session_replication_role = origin")
}

// opening puts an emergency opening into a town.
func opening(town *registertest.Town, closes time.Time) {
	town.Exec("SET session_replication_role = replica") // it was proposed in the past
	town.Exec(`INSERT INTO rounds.emergency_openings (id, area_id, emergency, proposed_by, proposed_at, opened_by, opened_at, closes_at)
		VALUES (gen_random_uuid(), $1, 'flood', $2, $4, $3, $4, $5)`,
		town.Area("West"), town.As(registertest.WestSupervisor).Account, town.As(registertest.CountySupervisor).Account, closes.Add(-72*time.Hour), closes)
	town.Exec("SET session_replication_role = origin")
}

// A proposal to open in an emergency that nobody confirms waits for 30 days.
func TestSweep_OfOpeningsTakesProposalsOf30Days(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	begin := time.Date(2020, 5, 10, 0, 0, 0, 0, time.UTC)
	opening(town, begin.Add(72*time.Hour))
	town.Exec("UPDATE rounds.emergency_openings SET opened_by = NULL, opened_at = NULL, closes_at = NULL")
	for _, moment := range []struct {
		at   time.Time
		left int
	}{{begin.AddDate(0, 0, 30), 1}, {begin.AddDate(0, 0, 30).Add(time.Second), 0}} {
		sweep(town, moment.at)
		if n := town.Count("SELECT count(*) FROM rounds.emergency_openings"); n != moment.left {
			t.Errorf("at %s %d are left, want %d", moment.at, n, moment.left)
		}
	}
}

func sweep(town *registertest.Town, now time.Time) {
	town.Helper()
	if err := retention.Sweep(town.Context(), town.DB, now, slog.New(slog.NewTextHandler(town.Output(), nil))); err != nil {
		town.Fatal(err)
	}
}

// Reads that no seal covers yet, and those of a seal that is not over, stay; so does
// every seal.
func TestSweep_OfReadsTakesWholeSealsAndKeepsTheSeals(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	begin := time.Date(2020, 5, 10, 0, 0, 0, 0, time.UTC)
	town.Exec("SET session_replication_role = replica")
	town.Exec(`INSERT INTO rounds.reads (id, read_at, account_id, reader, purpose, kind, request_id)
		SELECT n, $1, gen_random_uuid(), 'worker', 'planning', 'day', gen_random_uuid() FROM generate_series(1, 9) n`, begin)
	town.Exec("SET session_replication_role = origin")
	town.Exec(`INSERT INTO rounds.read_seals SELECT n, n * 2, 2, $1::timestamptz + n * interval '1 month', sha256(''), sha256('') FROM generate_series(1, 4) n`, begin)
	sweep(town, begin.AddDate(0, 26, 1))
	if n := town.Count("SELECT count(*) FROM rounds.reads WHERE id > 4"); n != 5 || town.Count("SELECT count(*) FROM rounds.reads") != 5 {
		t.Errorf("%d younger rows are left, want 5 and no others", n)
	}
	sweep(town, begin.AddDate(5, 0, 0))
	if town.Count("SELECT count(*) FROM rounds.reads WHERE id = 9") != 1 || town.Count("SELECT count(*) FROM rounds.reads") != 1 {
		t.Error("what no seal covers did not stay alone")
	}
	if n := town.Count("SELECT count(*) FROM rounds.read_seals"); n != 4 {
		t.Errorf("%d seals are left", n)
	}
}

// The application cannot set the clocks, and sweeps as nobody but who keeps them.
func TestClocks_CannotBeMovedByTheApplication(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	refused := func(principal register.Principal, statement string, arguments ...any) {
		t.Helper()
		err := town.DB.As(t.Context(), principal, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement, arguments...)
			return err
		})
		var of *pgconn.PgError
		if !errors.As(err, &of) || of.Code != "42501" {
			t.Errorf("%s: %s: %v, want 42501", principal.Role, statement, err)
		}
	}
	far := time.Now().AddDate(1000, 0, 0)
	for _, principal := range []register.Principal{town.As(registertest.CountyDPO), town.As(registertest.Administrator), register.Service("operator"), {}} {
		for _, class := range retention.Classes {
			refused(principal, "SELECT rounds.sweep_"+class.Name+"($1, 10)", far)
		}
	}
	for _, principal := range []register.Principal{register.Service("retention"), register.Service("operator"), town.As(registertest.CountyDPO)} {
		refused(principal, "UPDATE rounds.retention SET age = '0'")
		refused(principal, "DELETE FROM rounds.retention")
		refused(principal, "INSERT INTO rounds.retention VALUES ('more', '0', 'delete')")
	}
}

// More rows than a batch are gone through to the end.
func TestSweep_GoesThroughManyBatches(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	town.Exec(`INSERT INTO rounds.imports (id, kind, sha256, imported_at, added, changed, unchanged, gone)
		SELECT gen_random_uuid(), 'areas', sha256(''), '2020-01-01', 0, 0, 0, 0 FROM generate_series(1, 12345)`)
	fresh := town.Count("SELECT count(*) FROM rounds.imports WHERE imported_at > '2021-01-01'")
	sweep(town, time.Now())
	if n := town.Count("SELECT count(*) FROM rounds.imports"); n != fresh {
		t.Errorf("%d imports are left, want the %d fresh ones", n, fresh)
	}
	if n := town.Count("SELECT gone FROM rounds.sweeps WHERE class = 'imports'"); n != 12345 {
		t.Errorf("the sweep says that %d went", n)
	}
}

// The 72 hours begin with the day where the installation is, not in UTC: no time of day
// is older than them and a daily sweep.
func TestSweep_OfVisitTimesCountsFromTheLocalDay(t *testing.T) {
	t.Parallel()
	for _, offset := range []time.Duration{8 * time.Hour, -9 * time.Hour} {
		town := registertest.NewTown(t)
		town.DB.Location = time.FixedZone("here", int(offset/time.Second))
		begin := time.Date(2020, 5, 10, 0, 0, 0, 0, town.DB.Location)
		town.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part, attempt)
			SELECT gen_random_uuid(), $1, $2, $3, 'done', '2020-05-10', 'morning', 1`, town.Round, town.Household(town.Workers[0], town.Today, 0), town.Workers[0])
		sweep(town, begin.Add(72*time.Hour-time.Second))
		if town.Count("SELECT count(*) FROM rounds.visits WHERE part IS NOT NULL") != 1 {
			t.Errorf("%v: forgotten within 72 hours of the day's begin", offset)
		}
		sweep(town, begin.Add(72*time.Hour))
		if town.Count("SELECT count(*) FROM rounds.visits WHERE part IS NOT NULL") != 0 {
			t.Errorf("%v: not forgotten 72 hours after the day began", offset)
		}
	}
}

// A visit that is sent again after its part of the day was forgotten is the same one.
func TestSweep_OfVisitTimesLeavesTheVisitKnown(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	worker := town.As(registertest.WestWorker)
	visit := register.Visit{ID: uuid.New(), Round: town.Round, Household: town.Household(town.Workers[0], town.Today, 0), Outcome: "not_home", VisitedOn: town.Today, Part: "morning"}
	first, added, err := town.DB.RecordVisit(t.Context(), worker, visit, town.Today)
	if err != nil || !added {
		t.Fatal(added, err)
	}
	town.Exec("UPDATE rounds.visits SET part = NULL")
	again, added, err := town.DB.RecordVisit(t.Context(), worker, visit, town.Today)
	if err != nil || added || again.Part != first.Part || *again.DuePart != *first.DuePart {
		t.Errorf("%+v, then %+v, %t, %v", first, again, added, err)
	}
}
