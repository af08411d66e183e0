package migrations_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations"
	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

var update = flag.Bool("update", false, "rewrite schema.sql")

// volatile are the lines of a dump that differ between servers and runs.
var volatile = regexp.MustCompile(`(?m)^(-- Dumped .*|\\(un)?restrict .*)\n`)

func TestSchemaFile_IsTheDumpOfAFreshDatabase(t *testing.T) {
	t.Parallel()
	ownerURL, _ := clustertest.Database(t)
	dump := exec.Command("pg_dump", "--schema-only", "--schema=rounds", "--schema=sealed", "--no-owner", ownerURL)
	var complaint bytes.Buffer
	dump.Stderr = &complaint
	got, err := dump.Output()
	if err != nil {
		t.Fatalf("pg_dump: %v: %s", err, complaint.Bytes())
	}
	got = volatile.ReplaceAll(got, nil)
	if *update {
		if err := os.WriteFile("schema.sql", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("schema.sql is not what the migrations make; run: go test ./migrations -update")
	}
}

func TestApply_IsIdempotentAndTakesTurns(t *testing.T) {
	t.Parallel()
	ownerURL := freshDatabase(t)
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			if err := migrations.Apply(t.Context(), ownerURL); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	conn := connect(t, ownerURL)
	var applied, files int
	if err := conn.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT file) FROM public.rounds_migrations").Scan(&applied, &files); err != nil {
		t.Fatal(err)
	}
	if applied == 0 || applied != files {
		t.Errorf("%d rows for %d files", applied, files)
	}
}

func TestApply_RefusesAFileThatChanged(t *testing.T) {
	t.Parallel()
	ownerURL, appURL := clustertest.Database(t)
	execute(t, ownerURL, "UPDATE public.rounds_migrations SET sha256 = 'another' WHERE file LIKE '0003%'")
	err := migrations.Apply(t.Context(), ownerURL)
	if !errors.Is(err, migrations.ErrChanged) || !strings.Contains(err.Error(), "0003_") {
		t.Errorf("Apply: %v", err)
	}
	if err := migrations.Check(t.Context(), connect(t, appURL)); !errors.Is(err, migrations.ErrChanged) {
		t.Errorf("Check: %v", err)
	}
}

func TestApply_RefusesADatabaseOfANewerRelease(t *testing.T) {
	t.Parallel()
	ownerURL, _ := clustertest.Database(t)
	execute(t, ownerURL, "INSERT INTO public.rounds_migrations (file, sha256) VALUES ('9999_do_more.sql', '')")
	if err := migrations.Apply(t.Context(), ownerURL); !errors.Is(err, migrations.ErrNewer) {
		t.Errorf("Apply: %v", err)
	}
}

func TestApply_RefusesTheApplicationsLogin(t *testing.T) {
	t.Parallel()
	_, appURL := clustertest.Database(t)
	if err := migrations.Apply(t.Context(), appURL); !errors.Is(err, migrations.ErrOwner) {
		t.Errorf("Apply: %v", err)
	}
}

func TestCheck_KnowsAFreshAndAnOlderDatabase(t *testing.T) {
	t.Parallel()
	ownerURL, appURL := clustertest.Database(t)
	if err := migrations.Check(t.Context(), connect(t, appURL)); err != nil {
		t.Errorf("a migrated database: %v", err)
	}
	execute(t, ownerURL, "DELETE FROM public.rounds_migrations WHERE file LIKE '0005%'")
	if err := migrations.Check(t.Context(), connect(t, appURL)); !errors.Is(err, migrations.ErrPending) {
		t.Errorf("an older database: %v", err)
	}
	if err := migrations.Check(t.Context(), connect(t, freshDatabase(t))); !errors.Is(err, migrations.ErrPending) {
		t.Errorf("an empty database: %v", err)
	}
}

// freshDatabase is an empty database beside a test's own.
func freshDatabase(t *testing.T) string {
	t.Helper()
	ownerURL, _ := clustertest.Database(t)
	address, err := url.Parse(ownerURL)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.TrimPrefix(address.Path, "/") + "_fresh"
	execute(t, ownerURL, "CREATE DATABASE "+name)
	t.Cleanup(func() { execute(t, ownerURL, "DROP DATABASE "+name+" WITH (FORCE)") })
	address.Path = "/" + name
	return address.String()
}

func execute(t *testing.T, address, statement string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(context.Background(), statement); err != nil {
		t.Fatal(err)
	}
}

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}
