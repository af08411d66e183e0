package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// asCommand makes this test binary the program, so that a test can kill it.
const asCommand = "ROUNDS_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// standing is an installation on a cluster of its own, with an area of a name.
type standing struct {
	testing.TB
	folder string
	// identity opens the backups, which take no second each as with a passphrase.
	identity string
}

func newStanding(t *testing.T) standing {
	t.Helper()
	folder, err := os.MkdirTemp("", "rounds-standing")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	s := standing{t, folder, filepath.Join(t.TempDir(), "identity")}
	s.must(os.WriteFile(s.identity, []byte(identity.String()), 0o600))
	s.must(os.WriteFile(s.identity+".pub", []byte(identity.Recipient().String()), 0o600))
	s.within(func(conn *pgx.Conn) {
		_, err := conn.Exec(t.Context(), `INSERT INTO rounds.areas (id, level, source_key, name, outline)
			VALUES (gen_random_uuid(), 'county', 'a', 'Before', 'SRID=4326;MULTIPOLYGON(((0 0,1 0,1 1,0 1,0 0)))')`)
		s.must(err)
	})
	return s
}

func (s standing) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// within runs the installation, as the service would, for as long as do takes.
func (s standing) within(do func(conn *pgx.Conn)) {
	s.Helper()
	database, err := ownDatabase(s.Context(), s.folder)
	s.must(err)
	defer database.close()
	db, err := register.Open(s.Context(), database.appURL)
	s.must(err)
	_, err = db.LoadKeys(s.Context(), s.folder)
	db.Close()
	s.must(err)
	conn, err := pgx.Connect(s.Context(), database.ownerURL)
	s.must(err)
	defer conn.Close(context.WithoutCancel(s.Context()))
	do(conn)
}

func (s standing) areaName() (name string) {
	s.Helper()
	s.within(func(conn *pgx.Conn) { s.must(conn.QueryRow(s.Context(), "SELECT name FROM rounds.areas").Scan(&name)) })
	return name
}

func (s standing) rename(name string) {
	s.Helper()
	s.within(func(conn *pgx.Conn) {
		_, err := conn.Exec(s.Context(), "UPDATE rounds.areas SET name = $1", name)
		s.must(err)
	})
}

func (s standing) backUp() string {
	s.Helper()
	path := filepath.Join(s.TempDir(), "rounds.age")
	if code, _, stderr := commandLine("backup", path, "--data", s.folder, "--recipients-file", s.identity+".pub"); code != 0 {
		s.Fatalf("exit %d: %s", code, stderr)
	}
	return path
}

func TestBackup_AndRestoreByCommand(t *testing.T) {
	t.Parallel()
	s := newStanding(t)
	path := s.backUp()
	s.rename("After")
	if code, _, stderr := commandLine("backup", path, "--data", s.folder, "--recipients-file", s.identity+".pub"); code != exitFailure || !strings.Contains(stderr, "already") {
		t.Errorf("over a file: %d %s", code, stderr)
	}
	if code, _, stderr := commandLine("restore", path, "--identity", s.identity, "--data", s.folder); code != exitFailure || !strings.Contains(stderr, "--replace") {
		t.Errorf("over an installation: %d %s", code, stderr)
	}
	if code, _, stderr := commandLine("restore", path, "--identity", s.identity, "--data", s.folder, "--replace"); code != exitFailure || !strings.Contains(stderr, "nothing was changed") {
		t.Errorf("without a yes: %d %s", code, stderr)
	}
	if name := s.areaName(); name != "After" {
		t.Errorf("after the refusals the area is %s", name)
	}
	if code, stdout, stderr := commandLine("restore", path, "--identity", s.identity, "--data", s.folder, "--replace", "--yes"); code != 0 || !strings.Contains(stdout, "Everybody signs in anew") {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if name := s.areaName(); name != "Before" {
		t.Errorf("after the restore the area is %s", name)
	}
}

func TestBackup_RefusesWrongUse(t *testing.T) {
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("short\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args []string
		say  string
	}{
		{[]string{"backup", "x.age"}, "no passphrase"},
		{[]string{"backup", "x.age", "--passphrase-file", short}, "fewer than 15"},
		{[]string{"backup", "x.age", "--recipient", "age1nothing"}, "age1"},
		{[]string{"backup", "x.age", "--recipient", "age1nothing", "--passphrase-file", short}, "one or the other"},
		{[]string{"restore", "x.age"}, "no passphrase"},
		{[]string{"restore", "x.age", "--identity", short}, "AGE-SECRET-KEY"},
		{[]string{"backup"}, "arg"},
	} {
		if code, _, stderr := commandLine(append(test.args, "--data", t.TempDir())...); code != exitUsage || !strings.Contains(stderr, test.say) {
			t.Errorf("%v: %d %s", test.args, code, stderr)
		}
	}
}

// Whoever kills a restore finds the old installation working, until the exchange;
// from then on the new one.
func TestRestore_SurvivesBeingKilled(t *testing.T) {
	t.Parallel()
	s := newStanding(t)
	path := s.backUp()
	s.rename("After")
	command := []string{"restore", path, "--data", s.folder, "--replace", "--yes", "--identity", s.identity}
	for _, step := range []string{"reading the file", "database", "key and files"} {
		restore := exec.Command(os.Args[0], command...)
		restore.Env = append(os.Environ(), asCommand+"=1")
		progress, err := restore.StderrPipe()
		s.must(err)
		s.must(restore.Start())
		reached := false
		var said []string
		for lines := bufio.NewScanner(progress); lines.Scan(); {
			said = append(said, lines.Text())
			if strings.HasPrefix(lines.Text(), step) {
				reached = true
				s.must(restore.Process.Kill())
			}
		}
		// After the last step it may have come to its end before the kill.
		last := step == "key and files"
		if err := restore.Wait(); err == nil && !last || !reached {
			t.Fatalf("the restore was not killed after %q: %v\n%s", step, err, strings.Join(said, "\n"))
		}
		if name := s.areaName(); name != "After" && !(last && name == "Before") {
			t.Errorf("killed after %q the area is %q", step, name)
		}
		s.rename("After")
	}
	if code, _, stderr := commandLine(command...); code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	if name := s.areaName(); name != "Before" {
		t.Errorf("the restore after that leaves %q", name)
	}
	s.within(func(conn *pgx.Conn) {
		var databases int
		s.must(conn.QueryRow(t.Context(), "SELECT count(*) FROM pg_database WHERE NOT datistemplate").Scan(&databases))
		if databases != 2 {
			t.Errorf("%d databases, want rounds and postgres", databases)
		}
	})
	if _, err := os.Stat(register.RestoringKeyPath(s.folder)); !os.IsNotExist(err) {
		t.Errorf("a key was left beside the key: %v", err)
	}
}
