// Package clustertest gives each test a real, migrated database of its own.
package clustertest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations"
	"github.com/rounds-project/rounds/migrations/cluster"
)

// One cluster serves all tests of a binary; it stops when the binary ends. A
// template is migrated once; a test's database is a copy of it.
var (
	once    sync.Once
	shared  Template
	failure error
	number  atomic.Int64
)

// Template is where tests copy their databases from.
type Template struct {
	// OwnerURL and AppURL are of any database of the server.
	OwnerURL, AppURL string
	Name             string
}

// Variables of the environment that name a template of somebody else's: the run of
// mutations has the tests of a binary use a changed one.
const (
	ownerVariable    = "ROUNDS_TEST_OWNER_URL"
	appVariable      = "ROUNDS_TEST_APP_URL"
	templateVariable = "ROUNDS_TEST_TEMPLATE"
)

// calledVariable names a file that gets a line for each database of a test, when it
// ends: the test, and the functions of the schema rounds that were called there. The
// server has to count them (track_functions).
const calledVariable = "ROUNDS_TEST_CALLED"

// NoteCalls has a test binary write to a file which functions its tests call.
func NoteCalls(file string) string { return calledVariable + "=" + file }

// Environment has a test binary use the template.
func (t Template) Environment() []string {
	return []string{ownerVariable + "=" + t.OwnerURL, appVariable + "=" + t.AppURL, templateVariable + "=" + t.Name}
}

// Database makes a database for one test and drops it afterwards. The first URL
// is the owner's, the second the application's login.
func Database(t testing.TB) (ownerURL, appURL string) {
	t.Helper()
	once.Do(start)
	if failure != nil {
		t.Fatal(failure)
	}
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), number.Add(1))
	execute(t, "CREATE DATABASE "+name+" TEMPLATE "+shared.Name+" STRATEGY FILE_COPY") // writes no log: half the time
	t.Cleanup(func() {
		if file := os.Getenv(calledVariable); file != "" {
			if err := noteCalls(t.Name(), In(shared.OwnerURL, name), file); err != nil {
				t.Error(err)
			}
		}
		execute(t, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return In(shared.OwnerURL, name), In(shared.AppURL, name)
}

func start() {
	if name, named := os.LookupEnv(templateVariable); named {
		shared = Template{os.Getenv(ownerVariable), os.Getenv(appVariable), name}
		return
	}
	folder := filepath.Join(home(), fmt.Sprintf("rounds-test-%d", os.Getpid()))
	removeOld(folder)
	shared, _, failure = Start(context.Background(), folder)
}

// home is where clusters are put: a file system in memory where there is one with
// room, since a database is a thousand small files. TMPDIR overrules that.
func home() string {
	const memory, room = "/dev/shm", 4 << 30 // bytes: two clusters of a million rows
	var free syscall.Statfs_t
	if os.Getenv("TMPDIR") == "" && syscall.Statfs(memory, &free) == nil && free.Bavail*uint64(free.Bsize) >= room { // #nosec G115 -- the size of a block
		return memory
	}
	return os.TempDir()
}

// Start starts a cluster of its own in a folder and migrates a template.
func Start(ctx context.Context, folder string) (template Template, stop func(), err error) {
	own, err := cluster.Start(ctx, folder, cluster.Options{Throwaway: true})
	if err != nil {
		return template, nil, err
	}
	template = Template{own.OwnerURL(), own.AppURL(), "rounds_template"}
	if err := Run(ctx, In(template.OwnerURL, "postgres"), "CREATE DATABASE "+template.Name); err != nil {
		own.Stop()
		return template, nil, err
	}
	if err := migrations.Apply(ctx, In(template.OwnerURL, template.Name)); err != nil {
		own.Stop()
		return template, nil, err
	}
	return template, own.Stop, nil
}

// removeOld removes the clusters of test binaries that have ended.
func removeOld(own string) {
	folders, _ := filepath.Glob(filepath.Join(filepath.Dir(own), "rounds-test-*"))
	for _, folder := range folders {
		pid := filepath.Base(folder)[len("rounds-test-"):]
		if _, err := os.Stat(filepath.Join("/proc", pid)); os.IsNotExist(err) || folder == own {
			_ = os.RemoveAll(folder)
		}
	}
}

// noteCalls adds the line of a test that is over.
func noteCalls(test, address, file string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("clustertest: %w", err)
	}
	defer conn.Close(ctx)
	// What a connection counted is there when it has ended; the function waits for that.
	const end = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
	if _, err := conn.Exec(ctx, end); err != nil {
		return fmt.Errorf("clustertest: %w", err)
	}
	var called string
	const functions = "SELECT coalesce(string_agg(DISTINCT funcname, ' '), '') FROM pg_stat_user_functions WHERE schemaname = 'rounds'"
	if err := conn.QueryRow(ctx, functions).Scan(&called); err != nil {
		return fmt.Errorf("clustertest: %w", err)
	}
	out, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) // #nosec G703 -- who runs the tests names the file
	if err != nil {
		return fmt.Errorf("clustertest: %w", err)
	}
	defer out.Close()
	name, _, _ := strings.Cut(test, "/")
	_, err = fmt.Fprintln(out, name, called)
	return err
}

func execute(t testing.TB, statement string) {
	t.Helper()
	creating.Lock()
	defer creating.Unlock()
	if err := Run(context.Background(), In(shared.OwnerURL, "postgres"), statement); err != nil {
		t.Fatal(err)
	}
}

// creating holds back one CREATE DATABASE while another copies the template.
var creating sync.Mutex

// Run runs statements on a connection of their own.
func Run(ctx context.Context, address, statements string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("clustertest: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statements); err != nil {
		return fmt.Errorf("clustertest: %s: %w", statements, err)
	}
	return nil
}

// In is the URL with another database.
func In(address, name string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		panic(err) // the cluster made it
	}
	parsed.Path = "/" + name
	return parsed.String()
}
