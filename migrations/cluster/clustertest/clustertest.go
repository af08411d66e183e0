// Package clustertest gives each test a real, migrated database of its own.
package clustertest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations"
	"github.com/rounds-project/rounds/migrations/cluster"
)

// One cluster serves all tests of a binary; it stops when the binary ends.
var (
	once    sync.Once
	shared  *cluster.Cluster
	failure error
	number  atomic.Int64
)

// template is migrated once; a test's database is a copy of it.
const template = "rounds_template"

// Database makes a database for one test and drops it afterwards. The first URL
// is the owner's, the second the application's login.
func Database(t testing.TB) (ownerURL, appURL string) {
	t.Helper()
	once.Do(start)
	if failure != nil {
		t.Fatal(failure)
	}
	name := fmt.Sprintf("test_%d", number.Add(1))
	execute(t, "CREATE DATABASE "+name+" TEMPLATE "+template)
	t.Cleanup(func() { execute(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return in(shared.OwnerURL(), name), in(shared.AppURL(), name)
}

func start() {
	ctx := context.Background()
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("rounds-test-%d", os.Getpid()))
	removeOld(folder)
	if shared, failure = cluster.Start(ctx, folder, cluster.Options{Throwaway: true}); failure != nil {
		return
	}
	if _, failure = run(ctx, "CREATE DATABASE "+template); failure != nil {
		return
	}
	failure = migrations.Apply(ctx, in(shared.OwnerURL(), template))
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

func execute(t testing.TB, statement string) {
	t.Helper()
	if _, err := run(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

// creating holds back one CREATE DATABASE while another copies the template.
var creating sync.Mutex

func run(ctx context.Context, statement string) (int64, error) {
	creating.Lock()
	defer creating.Unlock()
	conn, err := pgx.Connect(ctx, in(shared.OwnerURL(), "postgres"))
	if err != nil {
		return 0, fmt.Errorf("clustertest: %w", err)
	}
	defer conn.Close(ctx)
	tag, err := conn.Exec(ctx, statement)
	if err != nil {
		return 0, fmt.Errorf("clustertest: %s: %w", statement, err)
	}
	return tag.RowsAffected(), nil
}

// in is the URL with another database.
func in(address, name string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		panic(err) // the cluster made it
	}
	parsed.Path = "/" + name
	return parsed.String()
}
