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
		make  func(town *registertest.Town)
		count string
		// last is the last moment at which it is there.
		last time.Time
	}{
		{"visit_times", func(town *registertest.Town) {
			town.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part, attempt)
				SELECT gen_random_uuid(), $1, $2, $3, 'done', $4, 'morning', 1`, town.Round, town.Household(town.Workers[0], town.Today, 0), town.Workers[0], begin)
		}, "SELECT count(*) FROM rounds.visits WHERE part IS NOT NULL", begin.Add(72*time.Hour - time.Second)},
		{"photos", func(town *registertest.Town) {
			town.Exec("UPDATE rounds.incidents SET reported_on = $1, due_on = $1, state = 'closed', closed_on = $1", begin)
			town.Exec("INSERT INTO rounds.photos SELECT id, gen_random_uuid(), 1 FROM rounds.incidents LIMIT 1")
		}, "SELECT count(*) FROM rounds.photos", begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"outcomes", func(town *registertest.Town) {
			town.Exec("UPDATE rounds.rounds SET announced_on = $1, starts_on = $1::date + 3, ends_on = $2", begin.AddDate(0, 0, -30), begin)
		}, "SELECT count(*) FROM rounds.rounds WHERE closed_at IS NULL", begin.AddDate(0, 0, 31).Add(-time.Second)},
		{"rounds", func(town *registertest.Town) {
			town.Exec("UPDATE rounds.rounds SET closed_at = $1", begin)
		}, "SELECT (SELECT count(*) FROM rounds.rounds) + (SELECT count(*) FROM rounds.doors) + (SELECT count(*) FROM rounds.stops) + (SELECT count(*) FROM rounds.routes)",
			begin.AddDate(0, 24, 0)},
		{"incidents", func(town *registertest.Town) {
			town.Exec("UPDATE rounds.incidents SET reported_on = $1, due_on = $1, closed_on = $1 WHERE state = 'closed'", begin)
		}, "SELECT count(*) FROM rounds.incidents WHERE state = 'closed'", begin.AddDate(0, 12, 1).Add(-time.Second)},
		{"sessions", func(town *registertest.Town) {
			town.Exec("INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at) VALUES (sha256('x'), $1, 'worker', $2)",
				town.As(registertest.WestWorker).Account, begin)
		}, "SELECT count(*) FROM rounds.sessions", begin.AddDate(0, 0, 1)},
		{"exports", func(town *registertest.Town) {
			town.Exec(`INSERT INTO rounds.exports (id, account_id, layer, format, purpose, requested_at, expires_at, token_hash, file_name)
				VALUES (gen_random_uuid(), $1, 'areas', 'csv', 'fire_safety', $2, $2::timestamptz + interval '24 hours', sha256('x'), 'areas.csv')`,
				town.As(registertest.CountySupervisor).Account, begin)
		}, "SELECT count(*) FROM rounds.exports", begin.Add(24 * time.Hour)},
		{"imports", func(town *registertest.Town) {
			town.Exec("UPDATE rounds.imports SET imported_at = $1", begin)
		}, "SELECT count(*) FROM rounds.imports", begin.AddDate(0, 24, 0)},
		{"requests", func(town *registertest.Town) {
			town.Exec("INSERT INTO rounds.resident_requests SELECT gen_random_uuid(), area_id, 'access', 'in_person', $1, sha256('x') FROM rounds.households LIMIT 1", begin)
		}, "SELECT count(*) FROM rounds.resident_requests", begin.AddDate(0, 24, 1).Add(-time.Second)},
		{"erasures", func(town *registertest.Town) {
			town.Exec("INSERT INTO rounds.refusals VALUES (sha256('kept'))")
			town.Exec("INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('consent', sha256('x'), $1)", begin)
		}, "SELECT count(*) FROM rounds.erasures WHERE NOT (class = 'place' AND erased_on IS NULL)", begin.AddDate(0, 24, 1).Add(-time.Second)},
		{"reads", func(town *registertest.Town) {
			town.Exec("SET session_replication_role = replica")
			town.Exec(`INSERT INTO rounds.reads (id, read_at, account_id, reader, purpose, kind, request_id)
				SELECT n, $1, gen_random_uuid(), 'worker', 'planning', 'day', gen_random_uuid() FROM generate_series(1, 7) n`, begin.Add(-time.Minute))
			town.Exec("SET session_replication_role = origin")
			town.Exec(`INSERT INTO rounds.read_seals VALUES (1, 3, 3, $1, sha256(''), sha256('')), (2, 5, 2, $1::timestamptz + interval '1 year', sha256(''), sha256(''))`, begin)
		}, "SELECT count(*) FROM rounds.reads WHERE id <= 3", begin.AddDate(0, 24, 0)},
	} {
		t.Run(clock.class, func(t *testing.T) {
			t.Parallel()
			town := registertest.NewTown(t)
			clock.make(town)
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
		})
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

// The application cannot set the clocks, nor make what is fresh look old.
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
		for _, class := range []string{"visit_times", "outcomes", "rounds", "incidents", "sessions", "exports", "imports", "reads"} {
			refused(principal, "SELECT rounds.sweep_"+class+"($1, 10)", far)
		}
	}
	for _, principal := range []register.Principal{register.Service("retention"), register.Service("operator"), town.As(registertest.CountyDPO)} {
		refused(principal, "UPDATE rounds.retention SET age = '0'")
		refused(principal, "DELETE FROM rounds.retention")
		refused(principal, "INSERT INTO rounds.retention VALUES ('more', '0', 'delete')")
	}
	town.Exec("INSERT INTO rounds.sessions (token_hash, account_id, role, expires_at) VALUES (sha256('x'), $1, 'worker', now() + interval '1 hour')",
		town.As(registertest.WestWorker).Account)
	town.Exec("UPDATE rounds.rounds SET closed_at = now()")
	rounds := town.Count("SELECT count(*) FROM rounds.stops")
	sweep(town, far)
	if town.Count("SELECT count(*) FROM rounds.sessions") != 1 || town.Count("SELECT count(*) FROM rounds.stops") != rounds {
		t.Error("a sweep at a far moment deleted what is fresh")
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
