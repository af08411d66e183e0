package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// guardian starts the server and, when its standard input closes because we died
// or want to stop, shuts it down fast (SIGINT). A server that goes by itself ends
// the guardian too.
const guardian = `"$@" & server=$!
exec 3<&0
{ read -r line <&3; kill -INT $server 2>/dev/null; } & reader=$!
wait $server
kill $reader 2>/dev/null
exit 0`

// server is one run of the postmaster under its guardian.
type server struct {
	guardian *exec.Cmd
	life     io.Closer // closing it stops the server
	exited   chan struct{}
}

func (s *server) stop() {
	s.life.Close()
	<-s.exited
}

// errEnded says that the server ended before it took connections.
var errEnded = errors.New("it ended at once")

// launch starts the postmaster and waits until it takes connections. Right after
// a kill it ends at once while children of the killed one still hold the shared
// memory, so it is tried again for some seconds.
func (c *Cluster) launch(ctx context.Context) (*server, error) {
	if err := c.stopOrphan(ctx); err != nil {
		return nil, err
	}
	patience := time.Now().Add(5 * time.Second)
	for {
		s, err := c.launchOnce(ctx)
		if !errors.Is(err, errEnded) || time.Now().After(patience) {
			return s, err
		}
	}
}

func (c *Cluster) launchOnce(ctx context.Context) (*server, error) {
	log := filepath.Join(c.folder, "cluster.log")
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	defer out.Close()
	command := append([]string{"-c", guardian, "rounds-database", filepath.Join(c.binaries, "postgres")}, c.settings()...)
	s := &server{guardian: exec.Command("/bin/sh", command...), exited: make(chan struct{})}
	s.guardian.Stdout, s.guardian.Stderr = out, out
	c.account.runAs(s.guardian)
	// A Ctrl-C in the terminal is for us; we stop the server when we are done.
	s.guardian.SysProcAttr.Setpgid = true
	if s.life, err = s.guardian.StdinPipe(); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	if err := s.guardian.Start(); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	go func() {
		_ = s.guardian.Wait()
		close(s.exited)
	}()
	if err := c.awaitConnections(ctx, s); err != nil {
		s.stop()
		return nil, fmt.Errorf("cluster: the database did not start: %w; see %s: %s", err, log, tail(log))
	}
	return s, nil
}

// settings are given on the command line, so that an upgrade of rounds changes
// them without editing files in the cluster.
func (c *Cluster) settings() []string {
	settings := []string{
		"-D", c.files(),
		"-c", "listen_addresses=",
		"-c", "unix_socket_directories=" + c.socket,
		"-c", "unix_socket_permissions=0700",
		"-c", "shared_buffers=256MB",
		"-c", "work_mem=16MB",
		"-c", "maintenance_work_mem=128MB",
		"-c", "max_wal_size=2GB",
		"-c", "random_page_cost=1.1",
		"-c", "jit=off",
		"-c", "timezone=UTC",
		"-c", "log_min_duration_statement=-1",
		"-c", "log_statement=none",
		// A statement that fails is not logged: its values might be an address.
		"-c", "log_min_error_statement=panic",
		"-c", "log_error_verbosity=terse",
	}
	if c.options.Throwaway {
		settings = append(settings, "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB", "-c", "max_connections=200")
	}
	return settings
}

func (c *Cluster) awaitConnections(ctx context.Context, s *server) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.url(ownerLogin, "postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code != "57P03" { // 57P03: starting up, recovering
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.exited:
			return errEnded
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stopOrphan ends a server that outlived both us and its guardian.
func (c *Cluster) stopOrphan(ctx context.Context) error {
	text, err := os.ReadFile(filepath.Join(c.files(), "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || !c.isServer(pid) {
		return nil // a stale file; the server sees to it
	}
	_ = syscall.Kill(pid, syscall.SIGINT)
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	for c.isServer(pid) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("cluster: the database of an earlier run (process %d) does not stop: %w", pid, ctx.Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

// isServer says whether a process is a server on our files: process ids are used
// again after a reboot.
func (c *Cluster) isServer(pid int) bool {
	command, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return err == nil && strings.Contains(string(command), c.files())
}
