// Package cluster runs the embedded default: a private PostgreSQL with PostGIS,
// made of the server binaries that are installed, reachable through a unix
// socket alone.
//
// A cluster lives in the folder "cluster" of a data folder. One process at a time
// may use a data folder. When that process dies, by whatever signal, the server
// shuts itself down; when the server is killed it is started again; a start after
// a crash of both recovers from the write-ahead log.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Names within a cluster of our own.
const (
	ownerLogin = "rounds_owner"
	appLogin   = "rounds_app"
	statsLogin = "rounds_stats"
	database   = "rounds"
)

// ErrInUse says that another process works on the data folder.
var ErrInUse = errors.New("cluster: the data folder is in use by another rounds; stop that one, or name another folder with --data")

// Options for [Start]; the zero value is a durable cluster that logs to a file.
type Options struct {
	// Throwaway gives up durability for speed: for tests only.
	Throwaway bool
	// Notice is told in one line when the server had to be started again.
	Notice func(string)
}

// Cluster is a running server.
type Cluster struct {
	folder   string // of the data, with the folder "cluster" in it
	socket   string // folder of the unix socket
	binaries string
	account  *account
	options  Options
	lock     *os.File
	server   *server
	stopping chan struct{}
	watched  chan struct{}
}

// Start starts the cluster of a data folder, making it at the first call, and
// returns when it takes connections. The error is [ErrInUse] when another process
// has the folder.
func Start(ctx context.Context, dataFolder string, options Options) (_ *Cluster, err error) {
	c := &Cluster{folder: dataFolder, options: options, stopping: make(chan struct{}), watched: make(chan struct{})}
	if c.account, err = serverAccount(); err != nil {
		return nil, err
	}
	if c.lock, err = lockFolder(dataFolder); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			unlock(c.lock)
		}
	}()
	if !c.account.canEnter(dataFolder) {
		return nil, fmt.Errorf("cluster: the user %s, who runs the database, cannot enter %s; name another folder with --data", c.account.name, dataFolder)
	}
	if c.binaries, err = findBinaries(c.files()); err != nil {
		return nil, err
	}
	if err = c.initialise(ctx); err != nil {
		return nil, err
	}
	if c.socket, err = c.socketFolder(); err != nil {
		return nil, err
	}
	if c.server, err = c.launch(ctx); err != nil {
		return nil, err
	}
	if err = c.createDatabase(ctx); err != nil {
		c.server.stop()
		return nil, err
	}
	go c.watch() // #nosec G118 -- the server outlives who asked for it, until Stop
	return c, nil
}

// OwnerURL is for migrate, backup, restore and doctor alone.
func (c *Cluster) OwnerURL() string { return c.url(ownerLogin, database) }

// AppURL is the application's login, which owns nothing.
func (c *Cluster) AppURL() string { return c.url(appLogin, database) }

// StatsURL is the login of the published statistics, which reads nothing else.
func (c *Cluster) StatsURL() string { return c.url(statsLogin, database) }

// Stop shuts the server down cleanly. It is safe to call more than once.
func (c *Cluster) Stop() {
	select {
	case <-c.stopping:
	default:
		close(c.stopping)
	}
	<-c.watched
	_ = os.Remove(c.socket)
	unlock(c.lock)
}

func (c *Cluster) files() string { return filepath.Join(c.folder, "cluster") }

func (c *Cluster) url(login, name string) string {
	query := url.Values{"host": {c.socket}, "user": {login}}
	return "postgres:///" + name + "?" + query.Encode()
}

// watch starts the server again when it dies without having been told to.
func (c *Cluster) watch() {
	defer close(c.watched)
	for {
		select {
		case <-c.stopping:
			c.server.stop()
			return
		case <-c.server.exited:
		}
		c.notice("the database stopped by itself; starting it again")
		next, err := c.launch(context.Background())
		if err != nil {
			c.notice(err.Error())
			<-c.stopping
			return
		}
		c.server = next
	}
}

func (c *Cluster) notice(line string) {
	if c.options.Notice != nil {
		c.options.Notice(line)
	}
}

// initialise makes the cluster beside its place and moves it there, so that a
// crash never leaves half of one.
func (c *Cluster) initialise(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(c.files(), "PG_VERSION")); err == nil {
		return nil
	}
	if inside, err := os.ReadDir(c.files()); err == nil && len(inside) > 0 {
		return fmt.Errorf("cluster: %s holds files that are no database; move them away, or name another folder with --data", c.files())
	}
	making := c.files() + ".new"
	if err := errors.Join(os.RemoveAll(making), os.Mkdir(making, 0o700)); err != nil {
		return unwritable(err)
	}
	if err := c.account.own(making); err != nil {
		return err
	}
	arguments := []string{"-D", making, "-U", ownerLogin, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"}
	if c.options.Throwaway {
		arguments = append(arguments, "--no-sync")
	} else {
		arguments = append(arguments, "--data-checksums")
	}
	initdb := exec.CommandContext(ctx, filepath.Join(c.binaries, "initdb"), arguments...)
	c.account.runAs(initdb)
	if out, err := initdb.CombinedOutput(); err != nil {
		return unwritable(fmt.Errorf("no database could be made: %s", cause(out)))
	}
	if err := os.Rename(making, c.files()); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

func (c *Cluster) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.url(ownerLogin, "postgres"))
	if err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&exists); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		return fmt.Errorf("cluster: %w", err)
	}
	return nil
}

// lockFolder takes the data folder for this process, making it when needed. The
// kernel gives the lock back when the process ends, however it ends; a child that a
// killed process was just about to start holds it a little longer.
func lockFolder(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o711); err != nil {
		return nil, unwritable(err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, unwritable(err)
	}
	patience := time.Now().Add(5 * time.Second)
	for {
		err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || holderLives(lock) || time.Now().After(patience) {
			break
		}
		time.Sleep(10 * time.Millisecond) // flock cannot wait for a time: the child runs, or dies, within moments
	}
	if err == nil {
		err = sign(lock)
	}
	if err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("%w (%s)", ErrInUse, folder)
		}
		return nil, fmt.Errorf("cluster: lock %s: %w", folder, err)
	}
	return lock, nil
}

// sign writes into the lock which process has it.
func sign(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := lock.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	return err
}

// holderLives says that the process which signed the lock still runs; one that has
// not come to sign yet does.
func holderLives(lock *os.File) bool {
	text, _ := io.ReadAll(io.NewSectionReader(lock, 0, 20))
	pid, err := strconv.Atoi(string(text))
	return err != nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// unlock gives the folder back at once: closing alone would leave it locked for as
// long as a child that is being forked at this moment still has the file.
func unlock(lock *os.File) {
	_ = syscall.Flock(int(lock.Fd()), syscall.LOCK_UN)
	lock.Close()
}

// unwritable says what to do about a folder in which nothing can be made.
func unwritable(err error) error {
	return fmt.Errorf("cluster: %w; make room or mend its rights, or name another folder with --data", err)
}

// cause is the line of a program's output that says what went wrong: the last error,
// else the last line. PostgreSQL tells what it then cleans up after the error.
func cause(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	for _, line := range slices.Backward(lines) {
		for _, mark := range []string{"error: ", "FATAL:  ", "PANIC:  "} {
			if _, problem, found := strings.Cut(line, mark); found {
				return problem
			}
		}
	}
	return lines[len(lines)-1]
}

// tail is the last kilobyte of a log, for an error message.
func tail(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	if end, err := file.Seek(0, io.SeekEnd); err == nil {
		_, _ = file.Seek(max(0, end-1024), io.SeekStart)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return err.Error()
	}
	return cause(text)
}

const startWithin = 60 * time.Second
