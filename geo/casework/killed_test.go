package casework_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// runClocks names, for a process of this test's own, the database and the moment at which
// it works the clocks of cases as the service does.
const runClocks = "ROUNDS_TEST_CLOCKS"

func TestMain(m *testing.M) {
	arguments := strings.Fields(os.Getenv(runClocks))
	if len(arguments) == 0 {
		os.Exit(m.Run())
	}
	fmt.Fprintln(os.Stderr, workClocks(arguments[0], arguments[1]))
	os.Exit(1)
}

func workClocks(url, moment string) error {
	now, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		return err
	}
	db, err := register.Open(context.Background(), url)
	if err != nil {
		return err
	}
	db.Now = func() time.Time { return now }
	workers, log := river.NewWorkers(), slog.New(slog.DiscardHandler)
	river.AddWorker(workers, &casework.ClockWorker{Office: casework.New(db), Log: log})
	return db.WorkJobs(context.Background(), register.Jobs{Workers: workers, AtOnce: map[string]int{river.QueueDefault: 1}, Log: log})
}

// kill9 starts a process that works the clocks, and kills it when its steps are written and
// not committed: what they tell waits for a lock.
func (o *office) kill9() {
	o.Helper()
	lock, err := o.Owner.Begin(o.Context())
	must(o, err)
	_, err = lock.Exec(o.Context(), "LOCK TABLE rounds.notices IN SHARE ROW EXCLUSIVE MODE")
	must(o, err)
	must(o, o.DB.EnqueueAll(o.Context(), []river.JobArgs{casework.ClockArgs{}}))
	process := exec.Command(os.Args[0])
	process.Env = append(os.Environ(), runClocks+"="+o.AppURL+" "+o.DB.Now().Format(time.RFC3339))
	process.Stderr = o.Output()
	must(o, process.Start())
	var backend int
	o.until(func() bool {
		const waiting = "SELECT pid FROM pg_locks WHERE relation = 'rounds.notices'::regclass AND NOT granted"
		err := lock.QueryRow(o.Context(), waiting).Scan(&backend)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			o.Fatal(err)
		}
		return err == nil
	})
	must(o, process.Process.Kill())
	_ = process.Wait()
	must(o, lock.Rollback(o.Context()))
	o.until(func() bool {
		return o.Count("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", backend) == 0
	})
}

// until asks again until something is so.
func (o *office) until(is func() bool) {
	o.Helper()
	for begin := time.Now(); !is(); {
		if time.Since(begin) > 2*time.Minute {
			o.Fatal("it has not come to that within two minutes")
		}
	}
}

// A process that works the clocks and is killed (kill -9) with its steps written leaves none
// of them; the next one takes each once, escalates each case once, and tells of it once.
func TestClocks_OfAKilledProcessAreThoseOfTheNext(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Exec("DELETE FROM rounds.incidents")
	ids := make([]uuid.UUID, 20)
	for i := range ids {
		ids[i] = o.report("information_leaflet")
	}
	for _, who := range []uuid.UUID{o.mediator.Account, o.As(registertest.CountyHandler).Account} {
		o.Exec("INSERT INTO rounds.notice_targets (id, account_id, channel, target) VALUES (gen_random_uuid(), $1, 'push', $2)", who, make([]byte, 1052))
	}
	o.on(o.Today.AddDate(0, 0, 10)) // it was due within seven working days
	for range 2 {
		o.kill9()
		if n := o.Count("SELECT (SELECT count(*) FROM rounds.case_steps WHERE actor = 'clock') + (SELECT count(*) FROM rounds.notices)"); n != 0 {
			t.Fatalf("%d steps and notices are left of a killed process", n)
		}
	}
	_, err := o.RunClocks(t.Context())
	must(t, err)
	for _, id := range ids {
		if got := o.commands(id); !slices.Equal(got, []string{"open", "warn", "breach", "escalate"}) {
			t.Fatalf("steps %v", got)
		}
	}
	for _, kind := range []string{"case_due", "case_late", "case_escalated"} {
		if n := o.Count("SELECT count(*) FROM rounds.notices WHERE kind::text = $1", kind); n != len(ids) {
			t.Errorf("%d of %d were told of by %s", n, len(ids), kind)
		}
	}
	if n := o.Count("SELECT count(*) FROM river.river_job WHERE kind = 'deliver_notice'"); n != 3*len(ids) {
		t.Errorf("%d deliveries of %d", n, 3*len(ids))
	}
}
