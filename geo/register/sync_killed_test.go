package register_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// Variables of the environment for processes of these tests' own: what one takes in, as
// JSON, and that the database is its own to kill.
const (
	takesIn     = "ROUNDS_TEST_SYNC"
	mayBeKilled = "ROUNDS_TEST_KILL"
)

func TestMain(m *testing.M) {
	text := os.Getenv(takesIn)
	if text == "" {
		os.Exit(m.Run())
	}
	var day phoneDay
	err := json.Unmarshal([]byte(text), &day)
	if err == nil {
		err = day.sync(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// phoneDay is what one phone sends: a visit at each door.
type phoneDay struct {
	URL       string
	Principal register.Principal
	Round     uuid.UUID
	Doors     []uuid.UUID
	Today     time.Time
}

func dayOf(town *registertest.Town) phoneDay {
	day := phoneDay{URL: town.AppURL, Principal: town.As(registertest.WestWorker), Round: town.Round, Today: town.Today}
	for n := range shared {
		day.Doors = append(day.Doors, town.Household(town.Workers[0], town.Today, n))
	}
	return day
}

// sync sends the day on a connection of its own; it is acknowledged when there is no error.
func (d phoneDay) sync(ctx context.Context) error {
	db, err := register.Open(ctx, d.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	keys := (&registertest.Town{}).Keys()
	var operations []register.Operation
	for _, door := range d.Doors {
		id := uuid.NewSHA1(d.Round, door[:])
		operations = append(operations, register.Operation{ID: id, MadeOn: d.Today, Digest: keys.OperationDigest(id[:]), Deed: register.Visit{
			ID: id, Round: d.Round, Household: door, VisitedOn: d.Today, Outcome: "not_home", Part: "morning",
		}})
	}
	results, err := db.Sync(ctx, d.Principal, keys, operations, d.Today)
	for _, result := range results {
		err = errors.Join(err, result.Refused, result.Failed)
	}
	return err
}

// holdDoors stops whoever settles doors, until the end of the transaction, and tells when
// there is one: everything else of that sync is written.
func holdDoors(t testing.TB, owner *pgx.Conn) (lock pgx.Tx, waiter func() int) {
	t.Helper()
	lock, err := owner.Begin(t.Context())
	must(t, err)
	_, err = lock.Exec(t.Context(), "LOCK TABLE rounds.doors IN SHARE ROW EXCLUSIVE MODE")
	must(t, err)
	return lock, func() (pid int) {
		const waiting = "SELECT coalesce(min(pid), 0) FROM pg_locks WHERE relation = 'rounds.doors'::regclass AND NOT granted"
		must(t, eventually(func() error {
			must(t, lock.QueryRow(t.Context(), waiting).Scan(&pid))
			if pid == 0 {
				return errors.New("nobody settles doors")
			}
			return nil
		}))
		return pid
	}
}

// eventually tries again until it comes to that, two minutes at most.
func eventually(try func() error) error {
	for begin := time.Now(); ; {
		err := try()
		if err == nil || time.Since(begin) > 2*time.Minute {
			return err
		}
	}
}

// wholeOrNot fails unless the day is there n times: 0 or 1.
func wholeOrNot(t testing.TB, owner *pgx.Conn, day phoneDay, n int) {
	t.Helper()
	for _, table := range []string{"operations", "visits", "doors"} {
		var rows int
		must(t, owner.QueryRow(t.Context(), "SELECT count(*) FROM rounds."+table).Scan(&rows))
		if rows != n*len(day.Doors) {
			t.Errorf("%d rows of %s, want %d", rows, table, n*len(day.Doors))
		}
	}
}

// A service that is killed (kill -9) in the middle of a sync leaves nothing of it; the
// phone sends again, and all of it is there once.
func TestSync_SurvivesAKilledService(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	day := dayOf(town)
	text, err := json.Marshal(day)
	must(t, err)
	service := func() *exec.Cmd {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), takesIn+"="+string(text))
		process.Stderr = t.Output()
		return process
	}
	lock, waiter := holdDoors(t, town.Owner)
	killed := service()
	must(t, killed.Start())
	backend := waiter()
	must(t, killed.Process.Kill())
	_ = killed.Wait()
	must(t, lock.Rollback(t.Context()))
	must(t, eventually(func() error {
		if town.Count("SELECT count(*) FROM pg_stat_activity WHERE pid = $1", backend) > 0 {
			return errors.New("its connection stays")
		}
		return nil
	}))
	wholeOrNot(t, town.Owner, day, 0)
	for range 2 {
		must(t, service().Run())
		wholeOrNot(t, town.Owner, day, 1)
	}
}

// A database that is killed (kill -9) in the middle of a sync, one of its processes or the
// first of them, has nothing of it when it is back, and all that was acknowledged before.
func TestSync_SurvivesAKilledDatabase(t *testing.T) {
	t.Parallel()
	if os.Getenv(mayBeKilled) == "" {
		onItsOwnDatabase(t)
		return
	}
	town := registertest.NewTown(t)
	// The clusters of tests promise less than a durable one.
	town.Exec("SET synchronous_commit = on")
	town.Exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$")
	day := dayOf(town)
	first, second := day, day
	first.Doors, second.Doors = day.Doors[:5], day.Doors[5:]
	owner := town.Owner
	for n, part := range []phoneDay{first, second} {
		lock, waiter := holdDoors(t, owner)
		answer := make(chan error, 1)
		go func() { answer <- part.sync(context.Background()) }()
		pid := waiter()
		if n > 0 {
			pid = firstProcess(t, lock)
		}
		must(t, syscall.Kill(pid, syscall.SIGKILL))
		if err := <-answer; err == nil {
			t.Error("acknowledged by a database that was killed")
		}
		must(t, eventually(func() (err error) {
			owner, err = pgx.Connect(t.Context(), town.Owner.Config().ConnString())
			return err
		}))
		defer owner.Close(context.WithoutCancel(t.Context()))
		wholeOrNot(t, owner, first, n) // of the second nothing
		for range 2 {
			must(t, eventually(func() error { return part.sync(t.Context()) }))
		}
	}
	wholeOrNot(t, owner, day, 1)
}

// firstProcess is the postmaster.
func firstProcess(t testing.TB, tx pgx.Tx) int {
	t.Helper()
	var folder string
	must(t, tx.QueryRow(t.Context(), "SHOW data_directory").Scan(&folder))
	text, err := os.ReadFile(filepath.Join(folder, "postmaster.pid"))
	must(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	must(t, err)
	return pid
}

// onItsOwnDatabase runs the test in a process with a cluster that nobody else uses.
func onItsOwnDatabase(t *testing.T) {
	t.Helper()
	folder, err := os.MkdirTemp("", "rounds-killed")
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(folder) })
	must(t, os.Chmod(folder, 0o755)) // #nosec G302 -- the user who runs the database enters it
	template, stop, err := clustertest.Start(t.Context(), folder)
	must(t, err)
	t.Cleanup(stop)
	process := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	process.Env = append(append(os.Environ(), template.Environment()...), mayBeKilled+"=yes")
	process.Stdout, process.Stderr = t.Output(), t.Output()
	must(t, process.Run())
}
