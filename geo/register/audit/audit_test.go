package audit_test

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestKinds_AreThoseOfTheDictionary(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	file, err := os.Open("../../../docs/dictionary/reads.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, row := range rows[1:] {
		if slices.Contains(row, "") {
			t.Errorf("%s lacks something", row[0])
		}
		listed = append(listed, row[0])
	}
	var kinds []string
	if err := town.Owner.QueryRow(t.Context(), "SELECT enum_range(NULL::rounds.read_kind)::text[]").Scan(&kinds); err != nil {
		t.Fatal(err)
	}
	slices.Sort(listed)
	slices.Sort(kinds)
	if !slices.Equal(listed, kinds) {
		t.Errorf("docs/dictionary/reads.csv has %v, the database %v", listed, kinds)
	}
}

// read logs a read as one of the accounts would.
func read(town *registertest.Town, account string, entry audit.Entry) {
	town.Helper()
	err := town.DB.As(town.Context(), town.As(account), func(tx pgx.Tx) error { return audit.Read(town.Context(), tx, entry) })
	if err != nil {
		town.Fatal(err)
	}
}

var someRead = audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}

func TestRead_IsOfWhoAsksWhereverTheyWereGranted(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	supervisor := town.As(registertest.WestSupervisor)
	town.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at) VALUES
		(gen_random_uuid(), $1, 'supervisor', $2, 'fire_safety', now() + interval '1 day'), (gen_random_uuid(), $1, 'worker', $3, 'fire_safety', now() + interval '1 day')`,
		supervisor.Account, town.Area("East"), town.Area("Middle"))
	request := uuid.New()
	ctx := audit.WithRequest(t.Context(), request)
	err := town.DB.As(ctx, supervisor, func(tx pgx.Tx) error { return audit.Read(ctx, tx, someRead) })
	if err != nil {
		t.Fatal(err)
	}
	const query = `SELECT count(*) FROM rounds.reads WHERE account_id = $1 AND reader = 'supervisor' AND kind = 'places'
		AND purpose = 'planning' AND request_id = $2 AND area_id = ANY ($3) AND place IS NULL AND read_at BETWEEN now() - interval '1 minute' AND clock_timestamp()`
	if n := town.Count(query, supervisor.Account, request, []uuid.UUID{town.Area("West"), town.Area("East")}); n != 2 {
		t.Errorf("%d rows, want one for each grant of the role", n)
	}
	if n := town.Count("SELECT count(*) FROM rounds.reads"); n != 2 {
		t.Errorf("%d rows in all", n)
	}
}

func TestRead_OfServicesLeavesNoRowButTheOperators(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	for _, service := range []string{"planning", "tiles", "operator"} {
		if _, err := town.DB.HouseholdsOf(t.Context(), register.Service(service), town.Area("West")); err != nil {
			t.Fatal(err)
		}
	}
	if n := town.Count("SELECT count(*) FROM rounds.reads WHERE reader = 'operator' AND account_id IS NULL AND area_id = $1", town.Area("West")); n != 1 {
		t.Errorf("%d rows of the operator", n)
	}
	if n := town.Count("SELECT count(*) FROM rounds.reads"); n != 1 {
		t.Errorf("%d rows", n)
	}
	if _, err := town.DB.HouseholdsOf(t.Context(), register.Principal{}, town.Area("West")); err == nil {
		t.Error("nobody reads without a row")
	}
}

func TestLog_IsInsertOnlyForTheApplication(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	read(town, registertest.WestWorker, someRead)
	for _, principal := range []register.Principal{
		town.As(registertest.WestWorker), town.As(registertest.CountyDPO), town.As(registertest.Administrator),
		register.Service("operator"), register.Service("sealer"), register.Service("import"),
	} {
		for _, statement := range []string{
			"UPDATE rounds.reads SET kind = 'day'", "DELETE FROM rounds.reads", "TRUNCATE rounds.reads", "ALTER TABLE rounds.reads DISABLE TRIGGER reads_sign",
			"UPDATE rounds.read_seals SET reads = 1", "DELETE FROM rounds.read_seals", "TRUNCATE rounds.read_seals", "SELECT setval('rounds.read_numbers', 1)",
			"INSERT INTO rounds.reads (id, kind, purpose, request_id) VALUES (1, 'day', 'planning', gen_random_uuid())",
			"INSERT INTO rounds.reads (account_id, kind, purpose, request_id) VALUES (gen_random_uuid(), 'day', 'planning', gen_random_uuid())",
			"INSERT INTO rounds.reads (read_at, kind, purpose, request_id) VALUES (now() - interval '1 day', 'day', 'planning', gen_random_uuid())",
			"INSERT INTO rounds.reads (reader, kind, purpose, request_id) VALUES ('dpo', 'day', 'planning', gen_random_uuid())",
		} {
			err := town.DB.As(t.Context(), principal, func(tx pgx.Tx) error {
				_, err := tx.Exec(t.Context(), statement)
				return err
			})
			var refused *pgconn.PgError
			if !errors.As(err, &refused) || refused.Code != "42501" {
				t.Errorf("%s: %s: %v, want 42501", principal.Role, statement, err)
			}
		}
	}
}

func TestReads_AreSeenByTheirReaderAndTheOfficerOfTheArea(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	officer := register.Principal{Account: uuid.New(), Role: register.DPO}
	town.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, 'officer.west', 'Officer')", officer.Account)
	town.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, ends_at)
		VALUES (gen_random_uuid(), $1, 'dpo', $2, now() + interval '1 day')`, officer.Account, town.Area("West"))
	for _, account := range []string{registertest.WestWorker, registertest.MiddleWorker, registertest.CountySupervisor} {
		read(town, account, someRead)
	}
	for who, want := range map[register.Principal]int{
		town.As(registertest.CountyDPO): 3, officer: 2, // West and, as it includes West, the county
		town.As(registertest.WestWorker): 1, town.As(registertest.CountySupervisor): 1, town.As(registertest.WestSupervisor): 0,
		town.As(registertest.Administrator): 0, register.Service("tiles"): 0, register.Service("sealer"): 3,
	} {
		var n int
		err := town.DB.As(t.Context(), who, func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), "SELECT count(*) FROM rounds.reads").Scan(&n)
		})
		if err != nil || n != want {
			t.Errorf("%s sees %d rows, %v, want %d", who.Role, n, err, want)
		}
	}
}

func TestPlace_HasANewPseudonymEachQuarter(t *testing.T) {
	t.Parallel()
	keys := register.NewKeys([]byte("the secret of a test, 32 bytes.."))
	one, other := uuid.New(), uuid.New()
	day := func(month time.Month, day int) time.Time { return time.Date(2027, month, day, 0, 0, 0, 0, time.UTC) }
	of := func(id uuid.UUID, at time.Time) string { return string(keys.Place(id, at)) }
	if of(one, day(1, 1)) != of(one, day(3, 31)) {
		t.Error("two pseudonyms in one quarter")
	}
	if of(one, day(3, 31)) == of(one, day(4, 1)) || of(one, day(1, 1)) == of(one, day(1, 1).AddDate(1, 0, 0)) || of(one, day(1, 1)) == of(other, day(1, 1)) {
		t.Error("the same pseudonym for two quarters or two places")
	}
	if len(keys.Place(one, day(1, 1))) != 32 {
		t.Error("a pseudonym has 32 bytes")
	}
}
