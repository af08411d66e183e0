package cluster

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func startFor(t *testing.T, folder string) *Cluster {
	t.Helper()
	c, err := Start(t.Context(), folder, Options{Notice: func(line string) { t.Log(line) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	return c
}

// openFolder is a data folder that the server's user can enter.
func openFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "rounds-cluster-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}

func query(t *testing.T, c *Cluster, statement string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var answer string
	if err := conn.QueryRow(t.Context(), statement).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func serverProcess(t *testing.T, c *Cluster) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(c.files(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

const readNote = "SELECT word FROM note"

func TestStart_KeepsDataFromRunToRun(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	first := startFor(t, folder)
	write(t, first)
	first.Stop()
	if got := query(t, startFor(t, folder), readNote); got != "kept" {
		t.Errorf("the second run reads %q", got)
	}
}

func TestStart_IsDurableAndHasNoTCPPort(t *testing.T) {
	t.Parallel()
	c := startFor(t, openFolder(t))
	for setting, want := range map[string]string{"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "listen_addresses": ""} {
		if got := query(t, c, "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}
	if len(c.socket) > 90 {
		t.Errorf("the socket's folder %s leaves no room for its name", c.socket)
	}
	info, err := os.Stat(c.socket)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's folder: %v %v", info.Mode(), err)
	}
}

func TestStart_RefusesASecondInstance(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	startFor(t, folder)
	if _, err := Start(t.Context(), folder, Options{}); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), folder) {
		t.Errorf("the second start says %v", err)
	}
}

// A child that a killed program was about to start has its lock until it runs.
func TestLockFolder_WaitsForTheChildOfADeadProcessAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	held, err := lockFolder(folder)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lockFolder(folder); !errors.Is(err, ErrInUse) {
		t.Errorf("beside a process that lives: %v", err)
	}
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(held.Truncate(0), os.WriteFile(held.Name(), []byte(strconv.Itoa(dead.Process.Pid)), 0o600)); err != nil {
		t.Fatal(err)
	}
	taken := make(chan error)
	go func() {
		lock, err := lockFolder(folder)
		if err == nil {
			unlock(lock)
		}
		taken <- err
	}()
	select {
	case err := <-taken:
		t.Errorf("taken from the child: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	unlock(held)
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

func TestWatch_StartsAKilledServerAgain(t *testing.T) {
	t.Parallel()
	c := startFor(t, openFolder(t))
	write(t, c)
	killed := serverProcess(t, c)
	if err := syscall.Kill(killed, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(startWithin)
	for {
		conn, err := pgx.Connect(t.Context(), c.OwnerURL())
		if err == nil {
			conn.Close(t.Context())
			if serverProcess(t, c) != killed {
				break
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server did not come back: %v", err)
		}
	}
	if got := query(t, c, readNote); got != "kept" {
		t.Errorf("after the kill it reads %q", got)
	}
}

// When the program is killed, its end of the guardian's pipe closes; killing the
// guardian as well leaves an orphan, which the next start takes over.
func TestStart_RecoversAfterTheProgramAndItsGuardianWereKilled(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	c := startFor(t, folder)
	write(t, c)
	orphan := serverProcess(t, c)
	close(c.stopping) // no restart by this process: it is as if it were gone
	if err := c.server.guardian.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-c.watched
	unlock(c.lock)
	if err := syscall.Kill(orphan, 0); err != nil {
		t.Logf("the orphan is gone already: %v", err)
	}
	if got := query(t, startFor(t, folder), readNote); got != "kept" {
		t.Errorf("the next start reads %q", got)
	}
}

func TestInitialise_TakesNoHalfMadeCluster(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	half := filepath.Join(folder, "cluster.new", "base")
	if err := os.MkdirAll(half, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := query(t, startFor(t, folder), "SELECT 'up'"); got != "up" {
		t.Errorf("got %q", got)
	}
}

func TestStart_SaysWhatToDoAboutAFolder(t *testing.T) {
	t.Parallel()
	file := filepath.Join(openFolder(t), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	taken := openFolder(t)
	if err := os.MkdirAll(filepath.Join(taken, "cluster", "photos"), 0o755); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]string{
		file:      "not a directory; make room or mend its rights, or name another folder with --data",
		taken:     "holds files that are no database; move them away",
		"/proc/x": "or name another folder with --data",
	} {
		if _, err := Start(t.Context(), folder, Options{Throwaway: true}); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", folder, err, want)
		}
	}
	if _, err := os.Stat(filepath.Join(taken, "cluster", "photos")); err != nil {
		t.Error("what lay there has gone")
	}
}

func TestCause_IsTheErrorAndNotWhatFollows(t *testing.T) {
	t.Parallel()
	for out, want := range map[string]string{
		"creating directory ... ok\ninitdb: error: could not write: No space left on device\ninitdb: removing contents of data directory \"x\"\n": "could not write: No space left on device",
		"2027-03-01 UTC [7] FATAL:  could not create lock file: Permission denied\nchild process exited with exit code 1\n":                       "could not create lock file: Permission denied",
		"sh: initdb: not found\n": "sh: initdb: not found",
		"":                        "",
	} {
		if got := cause([]byte(out)); got != want {
			t.Errorf("%q of %q", got, out)
		}
	}
}

func write(t *testing.T, c *Cluster) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), c.OwnerURL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "CREATE TABLE note AS SELECT 'kept'::text AS word"); err != nil {
		t.Fatal(err)
	}
}

func TestAttached_IsTheServerOfTheOtherProcess(t *testing.T) {
	t.Parallel()
	folder := openFolder(t)
	if _, _, _, err := Attached(folder); !errors.Is(err, ErrInUse) {
		t.Errorf("no server: %v", err)
	}
	c := startFor(t, folder)
	owner, address, stats, err := Attached(folder)
	if err != nil || address != c.AppURL() || owner != c.OwnerURL() || stats != c.StatsURL() {
		t.Errorf("%s, %v; want %s", address, err, c.AppURL())
	}
}
