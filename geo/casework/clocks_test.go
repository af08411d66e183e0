package casework_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// Killed anywhere before it commits, the clock leaves nothing; run again, also by several
// at once, it leaves each step once.
func TestClocks_LeaveEachStepOnceWhateverIsKilled(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Exec("DELETE FROM rounds.incidents")
	const cases = 30
	ids := make([]uuid.UUID, cases)
	for i := range ids {
		ids[i] = o.report("information_leaflet")
	}
	// Who has them in hand and who answers for them above asked to be told, by push.
	for _, who := range []uuid.UUID{o.mediator.Account, o.As(registertest.CountyHandler).Account} {
		o.Exec("INSERT INTO rounds.notice_targets (id, account_id, channel, target) VALUES (gen_random_uuid(), $1, 'push', $2)", who, make([]byte, 1052))
	}
	late := o.Today.AddDate(0, 0, 10) // it was due within seven working days
	o.on(late)
	for killed := range 3 {
		err := o.DB.As(t.Context(), register.Service("clock"), func(tx pgx.Tx) error {
			for range killed + 1 {
				if _, err := tx.Exec(t.Context(), "SELECT rounds.run_case_clocks($1, 7)", late); err != nil {
					return err
				}
			}
			o.Exec("SELECT pg_terminate_backend($1)", tx.Conn().PgConn().PID())
			return nil
		})
		if err == nil {
			t.Fatal("a killed transaction was committed")
		}
		if n := o.Count("SELECT count(*) FROM rounds.case_steps WHERE actor = 'clock'"); n != 0 {
			t.Fatalf("%d steps were left", n)
		}
		if n := o.Count("SELECT (SELECT count(*) FROM rounds.notices) + (SELECT count(*) FROM river.river_job)"); n != 0 {
			t.Fatalf("%d notices were left", n)
		}
	}
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if _, err := o.RunClocks(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	_, err := o.RunClocks(t.Context())
	must(t, err)
	for _, id := range ids {
		if got := o.commands(id); !slices.Equal(got, []string{"open", "warn", "breach", "escalate"}) {
			t.Fatalf("steps %v", got)
		}
	}
	if n, err := o.RunClocks(t.Context()); n != 0 || err != nil {
		t.Errorf("again %d steps: %v", n, err)
	}
	// Each is told once, in a job of the same transaction.
	for kind, account := range map[string]uuid.UUID{"case_due": o.mediator.Account, "case_late": o.mediator.Account, "case_escalated": o.As(registertest.CountyHandler).Account} {
		if n := o.Count("SELECT count(DISTINCT about) FROM rounds.notices WHERE kind::text = $1 AND account_id = $2", kind, account); n != cases {
			t.Errorf("%d cases were told of by %s", n, kind)
		}
	}
	if n := o.Count("SELECT count(*) FROM river.river_job WHERE kind = 'deliver_notice'"); n != 3*cases {
		t.Errorf("%d deliveries of %d", n, 3*cases)
	}
	// The county has it now, and there is nobody above.
	file, err := o.Case(t.Context(), o.As(registertest.CountyHandler), ids[0])
	must(t, err)
	if file.UnitName != "County Office" || file.LeadName != registertest.CountyHandler || len(file.Joined) != 1 || file.Joined[0].ID != o.west {
		t.Errorf("escalated to %+v", file)
	}
	o.on(late.AddDate(0, 0, 30))
	if n, err := o.RunClocks(t.Context()); n != 0 || err != nil {
		t.Errorf("above the county %d steps: %v", n, err)
	}
	// What is settled closes by itself.
	o.did(o.mediator, ids[1], casework.Command{Name: "assign", Unit: o.west})
	o.did(o.mediator, ids[1], casework.Command{Name: "settle", Outcome: "done"})
	o.on(o.Today.AddDate(0, 0, 14))
	if n, err := o.RunClocks(t.Context()); n != 0 || err != nil {
		t.Errorf("on the 14th day %d steps: %v", n, err)
	}
	o.on(o.Today.AddDate(0, 0, 1))
	if n, err := o.RunClocks(t.Context()); n != 1 || err != nil {
		t.Errorf("after 14 days %d steps: %v", n, err)
	}
}

// Numbers have no gap, however many report at once and whatever is rolled back.
func TestNumbers_HaveNoGap(t *testing.T) {
	t.Parallel()
	o := open(t)
	var together sync.WaitGroup
	insert := `INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on)
		SELECT gen_random_uuid(), kind, matter, area_id, cell, at, source, reported_on, due_on FROM rounds.incidents WHERE state = 'open' LIMIT $1`
	undone := errors.New("undone")
	for worker := range 6 {
		together.Go(func() {
			for n := range 5 {
				err := o.DB.As(t.Context(), register.Service("import"), func(tx pgx.Tx) error {
					if _, err := tx.Exec(t.Context(), insert, 1+n%2); err != nil {
						return err
					}
					if (worker+n)%3 == 0 {
						return undone
					}
					return nil
				})
				if err != nil && !errors.Is(err, undone) {
					t.Error(err)
				}
			}
		})
	}
	together.Wait()
	if n := o.Count("SELECT max(number) - count(*) FROM rounds.cases WHERE year = 2027"); n != 0 {
		t.Errorf("%d numbers are missing", n)
	}
	if n := o.Count("SELECT count(*) FROM rounds.cases"); n < 20 {
		t.Errorf("%d cases", n)
	}
}
