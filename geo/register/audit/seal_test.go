package audit_test

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// sealed is a town with a log of seals that cover a few rows each, of several people,
// with numbers left out between them, and some rows that no seal covers.
func sealed(t *testing.T, seals int) (town *registertest.Town, root []byte) {
	t.Helper()
	town = registertest.NewTown(t)
	someone := []string{registertest.WestWorker, registertest.MiddleWorker, registertest.CountySupervisor, registertest.CountyDPO}
	for n := range seals {
		for i := range 1 + n%5 {
			entry := audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}
			if i%2 == 1 {
				entry.Place = town.Keys().Place(uuid.New(), town.Today)
			}
			read(town, someone[(n+i)%len(someone)], entry)
			town.Count("SELECT nextval('rounds.read_numbers')")
		}
		if n%4 == 0 {
			_, err := town.DB.HouseholdsOf(t.Context(), register.Service("operator"), town.Area("East"))
			if err != nil {
				t.Fatal(err)
			}
		}
		made, err := town.DB.SealReads(t.Context())
		if err != nil || len(made) != 1 {
			t.Fatal(len(made), err)
		}
		root = append([]byte{}, made[0].Root[:]...)
	}
	read(town, registertest.WestWorker, someRead)
	return town, root
}

func TestVerify_FindsAnUntouchedLogRight(t *testing.T) {
	t.Parallel()
	town, root := sealed(t, 9)
	report, err := town.DB.VerifyReads(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(town.Count("SELECT count(*) FROM rounds.reads"))
	if report.Seals != 9 || report.Reads != rows-1 || report.Unsealed != 1 || report.Expired != 0 || report.Noted != 9 || report.Root != hex.EncodeToString(root) {
		t.Errorf("%+v of %d rows", report, rows)
	}
	if again, err := town.DB.SealReads(t.Context()); err != nil || len(again) != 1 || again[0].Reads != 1 {
		t.Errorf("the next seal: %+v, %v", again, err)
	}
	if again, err := town.DB.SealReads(t.Context()); err != nil || len(again) != 0 {
		t.Errorf("a seal of nothing: %+v, %v", again, err)
	}
	// A root that was noted before is in the chain still.
	if report, err := town.DB.VerifyReads(t.Context(), root); err != nil || report.Noted != 9 || report.Seals != 10 {
		t.Errorf("%+v, %v", report, err)
	}
}

// edit is something that who owns the database might do to the log.
type edit struct {
	name string
	do   func(random *rand.Rand) (statement string, arguments []any)
}

// edits are of rows with these numbers and of seals 1 to last.
func edits(numbers []int64, last int) []edit {
	any1 := func(random *rand.Rand) int64 { return numbers[random.IntN(len(numbers))] }
	seal := func(random *rand.Rand) int { return 1 + random.IntN(last) }
	two := func(random *rand.Rand) (a, b int64) {
		for a == b {
			a, b = any1(random), any1(random)
		}
		return a, b
	}
	return []edit{
		{"a column of a row", func(random *rand.Rand) (string, []any) {
			change := []string{
				"read_at = read_at + interval '1 microsecond'", "account_id = gen_random_uuid()", "account_id = CASE WHEN account_id IS NULL THEN '00000000-0000-0000-0000-000000000000'::uuid END",
				"reader = CASE reader WHEN 'analyst' THEN 'worker' ELSE 'analyst' END::rounds.reader", "purpose = 'oversight'", "kind = 'day'",
				"area_id = gen_random_uuid()", "area_id = CASE WHEN area_id IS NULL THEN gen_random_uuid() END",
				"place = CASE WHEN place IS NULL THEN sha256('') END", "place = sha256('x')", "request_id = gen_random_uuid()", "id = id + 1",
			}
			return "UPDATE rounds.reads SET " + change[random.IntN(len(change))] + " WHERE id = $1", []any{any1(random)}
		}},
		{"a row that goes", func(random *rand.Rand) (string, []any) {
			return "DELETE FROM rounds.reads WHERE id = $1", []any{any1(random)}
		}},
		{"rows that go", func(random *rand.Rand) (string, []any) {
			from, to := two(random)
			return "DELETE FROM rounds.reads WHERE id BETWEEN $1 AND $2", []any{min(from, to), max(from, to)}
		}},
		{"a row that comes", func(random *rand.Rand) (string, []any) {
			return "INSERT INTO rounds.reads SELECT id - 1, read_at, account_id, reader, purpose, kind, area_id, place, request_id FROM rounds.reads WHERE id = $1", []any{any1(random)}
		}},
		{"a row that comes before all", func(random *rand.Rand) (string, []any) {
			return "INSERT INTO rounds.reads SELECT -id, read_at, account_id, reader, purpose, kind, area_id, place, request_id FROM rounds.reads WHERE id = $1", []any{any1(random)}
		}},
		{"two rows that change places", func(random *rand.Rand) (string, []any) {
			a, b := two(random)
			return `UPDATE rounds.reads r SET (read_at, account_id, reader, purpose, kind, area_id, place, request_id) = (
				SELECT o.read_at, o.account_id, o.reader, o.purpose, o.kind, o.area_id, o.place, o.request_id FROM rounds.reads o WHERE o.id = $1 + $2 - r.id)
				WHERE r.id IN ($1, $2)`, []any{a, b}
		}},
		{"a column of a seal", func(random *rand.Rand) (string, []any) {
			change := []string{"last_id = last_id + 1", "reads = reads + 1", "sealed_at = sealed_at - interval '3 years'", "sealed_at = sealed_at + interval '1 microsecond'",
				"tree = sha256('x')", "root = sha256('x')", "number = number + 1000"}
			return "UPDATE rounds.read_seals SET " + change[random.IntN(len(change))] + " WHERE number = $1", []any{seal(random)}
		}},
		{"a seal that goes", func(random *rand.Rand) (string, []any) {
			return "DELETE FROM rounds.read_seals WHERE number = $1", []any{seal(random)}
		}},
		{"the newest seals with their rows", func(random *rand.Rand) (string, []any) {
			return `WITH gone AS (DELETE FROM rounds.read_seals WHERE number >= $1 RETURNING last_id)
				DELETE FROM rounds.reads WHERE id > (SELECT coalesce(max(last_id), 0) FROM rounds.read_seals WHERE number < $1)`, []any{seal(random)}
		}},
		{"a seal that comes", func(random *rand.Rand) (string, []any) {
			return "INSERT INTO rounds.read_seals SELECT max(number) + 1, max(last_id) + 1, 1, now(), sha256('x'), sha256('y') FROM rounds.read_seals", nil
		}},
	}
}

func TestVerify_FindsAThousandEdits(t *testing.T) {
	t.Parallel()
	const seals, thousand = 12, 1000
	town, root := sealed(t, seals)
	var numbers []int64
	if err := town.Owner.QueryRow(t.Context(), "SELECT array_agg(id ORDER BY id) FROM rounds.reads WHERE id <= (SELECT max(last_id) FROM rounds.read_seals)").Scan(&numbers); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 11))
	kinds := edits(numbers, seals)
	found, done := map[string]int{}, 0
	for done < thousand {
		edit := kinds[random.IntN(len(kinds))]
		statement, arguments := edit.do(random)
		changed, err := tamper(town, root, statement, arguments)
		if errors.Is(err, errNoEdit) {
			continue // another row has the number already
		}
		done++
		var broken *audit.BrokenError
		if changed == 0 || !errors.As(err, &broken) {
			t.Errorf("%s: %s %v changes %d rows and gives %v", edit.name, statement, arguments, changed, err)
			continue
		}
		found[edit.name]++
	}
	for _, edit := range kinds {
		if found[edit.name] < thousand/len(kinds)/3 {
			t.Errorf("%s: only %d edits", edit.name, found[edit.name])
		}
	}
	if report, err := town.DB.VerifyReads(t.Context(), root); err != nil || report.Seals != seals {
		t.Errorf("after all edits were taken back: %+v, %v", report, err)
	}
}

var errNoEdit = errors.New("the edit was refused")

// tamper verifies the log with an edit, and takes the edit back.
func tamper(town *registertest.Town, root []byte, statement string, arguments []any) (changed int64, err error) {
	town.Helper()
	tx, err := town.Owner.Begin(town.Context())
	if err != nil {
		town.Fatal(err)
	}
	defer tx.Rollback(town.Context()) //nolint:errcheck // it is to be taken back
	if _, err := tx.Exec(town.Context(), "SET LOCAL session_replication_role = replica"); err != nil {
		town.Fatal(err)
	}
	tag, err := tx.Exec(town.Context(), statement, arguments...)
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errNoEdit, err)
	}
	_, err = audit.Verify(town.Context(), tx, root)
	return tag.RowsAffected(), err
}

// Rows that come while others are sealed fall behind no seal.
func TestSealReads_MissesNoRowOfReadersAtWork(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	const readers, each = 8, 60
	var reading, sealing sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		sealing.Go(func() {
			for {
				if _, err := town.DB.SealReads(t.Context()); err != nil {
					t.Error(err)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for range readers {
		reading.Go(func() {
			for range each {
				read(town, registertest.WestWorker, someRead)
			}
		})
	}
	reading.Wait()
	close(stop)
	sealing.Wait()
	if _, err := town.DB.SealReads(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := town.DB.VerifyReads(t.Context(), nil)
	if err != nil || report.Reads != readers*each || report.Unsealed != 0 || report.Seals < 2 {
		t.Errorf("%+v, %v, want %d rows in several seals", report, err, readers*each)
	}
}

// Whole seals whose time is over may lack their rows, the oldest first; anything else
// that is missing is found.
func TestVerify_KnowsWhatWasKeptLongEnough(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	for range 4 {
		read(town, registertest.WestWorker, someRead)
		read(town, registertest.MiddleWorker, someRead)
		if _, err := town.DB.SealReads(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	old := time.Now().AddDate(0, -audit.KeptMonths, -1).Truncate(time.Microsecond)
	err := pgx.BeginFunc(t.Context(), town.Owner, func(tx pgx.Tx) error {
		return audit.Reseal(t.Context(), tx, func(seal *audit.Seal) {
			if seal.Number <= 2 {
				seal.SealedAt = old
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := town.DB.VerifyReads(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	first := town.Count("SELECT last_id FROM rounds.read_seals WHERE number = 1")
	town.Exec("DELETE FROM rounds.reads WHERE id <= $1", first)
	if report, err := town.DB.VerifyReads(t.Context(), nil); err != nil || report.Expired != 1 || report.Seals != 4 || report.Reads != 6 {
		t.Errorf("%+v, %v", report, err)
	}
	for _, part := range []struct {
		what, statement string
	}{
		{"one row of an old seal", "DELETE FROM rounds.reads WHERE id = (SELECT last_id FROM rounds.read_seals WHERE number = 2)"},
		{"a seal that is not old", "DELETE FROM rounds.reads WHERE id > (SELECT last_id FROM rounds.read_seals WHERE number = 2)"},
		{"an old seal behind a younger one", "DELETE FROM rounds.reads WHERE id <= (SELECT last_id FROM rounds.read_seals WHERE number = 3)"},
	} {
		var broken *audit.BrokenError
		if _, err := tamper(town, nil, part.statement, nil); !errors.As(err, &broken) {
			t.Errorf("%s: %v", part.what, err)
		}
	}
}
