package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations/cluster"
)

// majorOf is the release of a server, 15 for example.
func majorOf(ctx context.Context, conn *pgx.Conn) (major int, full string, err error) {
	err = conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version')").Scan(&major, &full)
	return major, full, err
}

// program prepares one of PostgreSQL's for a database. The password goes through the
// environment: everybody on the machine reads command lines.
func program(ctx context.Context, name string, serverMajor int, address string, arguments ...string) (*exec.Cmd, error) {
	path, err := cluster.ClientProgram(name, serverMajor)
	if err != nil {
		return nil, err
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme == "" {
		return nil, errors.New("backup: write the owner's login as an address, postgres://owner@host/rounds")
	}
	password, _ := parsed.User.Password()
	if parsed.User != nil {
		parsed.User = url.User(parsed.User.Username())
	}
	command := exec.CommandContext(ctx, path, append([]string{"--dbname=" + parsed.String(), "--no-password"}, arguments...)...)
	command.Env = append(os.Environ(), "LC_ALL=C")
	if password != "" {
		command.Env = append(command.Env, "PGPASSWORD="+password)
	}
	return command, nil
}

// run runs a program between two streams. What it complains of is the error: its
// first line alone, as the next ones may show a row.
func run(command *exec.Cmd, in io.Reader, out io.Writer) error {
	var complaint bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = in, out, &complaint
	if err := command.Run(); err != nil {
		first, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
		return fmt.Errorf("backup: %s: %w: %s", command.Args[0], err, first)
	}
	return nil
}

// inDatabase is the address with another database.
func inDatabase(address, name string) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", errors.New("backup: the owner's login is no address such as postgres://owner@host/rounds")
	}
	parsed.Path = "/" + name
	return parsed.String(), nil
}
