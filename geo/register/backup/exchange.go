package backup

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/migrations"
)

// Suffixes of the databases beside the installation's during a restore. One that is
// left over from a restore that was killed is dropped by the next; until then
// [Leftovers] names it.
const (
	restoringSuffix = "_restoring"
	replacedSuffix  = "_replaced"
)

// exchange puts one database in the place of another.
type exchange struct {
	// keeper is connected beside both: nobody renames what one is connected to.
	keeper *pgx.Conn
	name   string
	newURL string
	oldURL string
	major  int
	// key is where the key of the backup lies, once it does, until it is in place.
	key string
}

func newExchange(ctx context.Context, ownerURL string) (*exchange, error) {
	config, err := pgx.ParseConfig(ownerURL)
	if err != nil {
		return nil, fmt.Errorf("backup: DATABASE_OWNER_URL: %w", err)
	}
	e := &exchange{name: config.Database, oldURL: ownerURL}
	if e.newURL, err = inDatabase(ownerURL, e.name+restoringSuffix); err != nil {
		return nil, err
	}
	besides, err := inDatabase(ownerURL, "postgres")
	if err != nil {
		return nil, err
	}
	if e.keeper, err = pgx.Connect(ctx, besides); err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return e, nil
}

func (e *exchange) close(ctx context.Context) { _ = e.keeper.Close(context.WithoutCancel(ctx)) }

// mayBegin touches nothing. digest is that of a file that has to be the installation's
// own; nil is any.
func (e *exchange) mayBegin(ctx context.Context, replace bool, digest []byte) (err error) {
	if err := migrations.CheckOwner(ctx, e.keeper); err != nil {
		return err
	}
	if e.major, _, err = majorOf(ctx, e.keeper); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := e.noClients(ctx); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, e.oldURL)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	empty, err := isEmpty(ctx, conn)
	if err == nil && !empty && !replace {
		err = ErrNotEmpty
	}
	if err != nil || empty || digest == nil {
		return err
	}
	known := false
	err = conn.QueryRow(ctx, "SELECT count(*) = 0 OR bool_or(sha256 = $1) FROM rounds.backups", digest).Scan(&known)
	if err == nil && !known {
		err = ErrForeign
	}
	return err
}

// noClients waits for the backends of clients that have just gone, as long as
// PostgreSQL's own DROP DATABASE does, and refuses when some stay.
func (e *exchange) noClients(ctx context.Context) error {
	const query = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"
	var clients int
	for range 50 {
		if err := e.keeper.QueryRow(ctx, query, e.name).Scan(&clients); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
		if clients == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("%w (%d connections)", ErrBusy, clients)
}

// settleKey finishes a restore that was killed between the exchange and its key: that
// key is the one of the present database, and the next would take its place.
func (e *exchange) settleKey(ctx context.Context, dataFolder string) error {
	path := register.RestoringKeyPath(dataFolder)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	conn, err := pgx.Connect(ctx, e.oldURL)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('rounds.installation') IS NOT NULL").Scan(&there); err != nil || !there {
		return err
	}
	var check []byte
	if err := conn.QueryRow(ctx, "SELECT key_check FROM rounds.installation").Scan(&check); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	// One that cannot be read, or is another's, was left before the exchange.
	keys, err := register.ParseKeys(path, text)
	if err != nil || string(check) != string(keys.Check()) {
		return nil
	}
	return register.PlaceKey(dataFolder)
}

// prepare makes the new database.
func (e *exchange) prepare(ctx context.Context) error {
	if err := migrations.EnsureLogins(ctx, e.keeper); err != nil {
		return err
	}
	if err := errors.Join(e.drop(ctx, e.name+restoringSuffix), e.drop(ctx, e.name+replacedSuffix)); err != nil {
		return err
	}
	// Of template0: what a template adds would be there twice.
	if _, err := e.keeper.Exec(ctx, "CREATE DATABASE "+quoted(e.name+restoringSuffix)+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return fmt.Errorf("backup: a database beside the present one: %w", err)
	}
	return nil
}

func (e *exchange) drop(ctx context.Context, name string) error {
	if _, err := e.keeper.Exec(ctx, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// giveUp takes away what was to come. The key goes only after the database it opens:
// without an answer about the exchange, it may be that of the present one.
func (e *exchange) giveUp(ctx context.Context) error {
	if err := e.drop(ctx, e.name+restoringSuffix); err != nil || e.key == "" {
		return err
	}
	if err := os.Remove(e.key); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

func (e *exchange) dropReplaced(ctx context.Context) error { return e.drop(ctx, e.name+replacedSuffix) }

// restore feeds a dump to pg_restore.
func (e *exchange) restore(ctx context.Context, dump io.Reader) error {
	command, err := program(ctx, "pg_restore", e.major, e.newURL, "--format=custom", "--no-owner", "--exit-on-error")
	if err != nil {
		return err
	}
	return run(command, dump, io.Discard)
}

// bringUp makes what was restored the installation of this release and of now.
func (e *exchange) bringUp(ctx context.Context, dataFolder string) error {
	if err := migrations.Apply(ctx, e.newURL); err != nil {
		return err
	}
	path := register.RestoringKeyPath(dataFolder)
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	keys, err := register.ParseKeys(path, text)
	if err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, e.newURL)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, statement := range []string{
		// A database of before this check has none yet; any other must agree.
		"UPDATE rounds.installation SET epoch = gen_random_uuid(), key_check = coalesce(key_check, '\\x" + hex.EncodeToString(keys.Check()) + "')",
		"DELETE FROM rounds.sessions",
		// A service that outlived the exchange remembers no right by a number of before it.
		"UPDATE rounds.rights SET version = version + (1::bigint << 32)",
		// A token that was ended since reads nothing again, nor is a webhook told.
		"DELETE FROM rounds.tokens",
		"DELETE FROM rounds.hooks",
		// A link that was used since lets nobody in again.
		"DELETE FROM rounds.links",
		"ANALYZE",
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	var check []byte
	if err := conn.QueryRow(ctx, "SELECT key_check FROM rounds.installation").Scan(&check); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if string(check) != string(keys.Check()) {
		return register.ErrOtherKey
	}
	return e.eraseAgain(ctx, keys, dataFolder)
}

// eraseAgain takes out what was erased after the backup was made: the ledger of the data
// folder has it, and the lines of those of the backup and of another machine.
func (e *exchange) eraseAgain(ctx context.Context, keys *register.Keys, dataFolder string) error {
	db, err := register.Open(ctx, e.newURL)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = retention.ReplayErasures(ctx, db, keys, dataFolder)
	return err
}

// swap exchanges the names. PostgreSQL does both renames or none.
func (e *exchange) swap(ctx context.Context) error {
	if err := e.noClients(ctx); err != nil {
		return err
	}
	err := pgx.BeginFunc(ctx, e.keeper, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "ALTER DATABASE "+quoted(e.name)+" RENAME TO "+quoted(e.name+replacedSuffix)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "ALTER DATABASE "+quoted(e.name+restoringSuffix)+" RENAME TO "+quoted(e.name))
		return err
	})
	if err != nil {
		return fmt.Errorf("backup: exchange: %w", err)
	}
	return nil
}

// Leftovers are databases that a restore left behind when it was killed.
func Leftovers(ctx context.Context, conn *pgx.Conn) ([]string, error) {
	rows, err := conn.Query(ctx, `
		SELECT datname FROM pg_database
		WHERE datname IN (current_database() || $1, current_database() || $2) ORDER BY datname`, restoringSuffix, replacedSuffix)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
