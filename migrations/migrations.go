// Package migrations brings a database to the schema of this release.
//
// Each file NNNN_verb_noun.sql is applied once, in order, in a transaction of its
// own. schema.sql is the dump of the whole, kept by a test.
package migrations

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

//go:embed [0-9]*.sql
var files embed.FS

// Errors of [Apply] and [Check].
var (
	// ErrOwner says that the login may not own the schema: its triggers look past
	// row-level security, so they must run as a superuser or with BYPASSRLS.
	ErrOwner = errors.New("migrations: the owner's login needs SUPERUSER or BYPASSRLS; name such a login in DATABASE_OWNER_URL")
	// ErrNewer says that a later release of Rounds has migrated the database.
	ErrNewer = errors.New("migrations: the database belongs to a newer rounds; install that one")
	// ErrChanged says that a file is not the one that was applied.
	ErrChanged = errors.New("migrations: the database was made by a different build of rounds; use the release that made it, or import into a new data folder")
	// ErrPending says that the database lacks migrations of this release.
	ErrPending = errors.New("migrations: the database is older than this rounds; run: rounds migrate")
)

// advisoryLock keeps two migrations of one database from running at once.
const advisoryLock = 0x726f756e6473 // "rounds"

const versionTable = `CREATE TABLE IF NOT EXISTS public.rounds_migrations (
	file       text PRIMARY KEY,
	sha256     text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
)`

// migration is one file.
type migration struct {
	file, digest, statements string
}

// Apply migrates the database of the owner's URL. It is safe to call at every
// start and from several processes at once.
func Apply(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := CheckOwner(ctx, conn); err != nil {
		return err
	}
	// The lock goes with the connection.
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(advisoryLock)); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if _, err := conn.Exec(ctx, versionTable); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	pending, err := compare(ctx, conn)
	if err != nil {
		return err
	}
	for _, next := range pending {
		if err := next.apply(ctx, conn); err != nil {
			return fmt.Errorf("migrations: %s: %w", next.file, err)
		}
	}
	return nil
}

// Check says with any connection of the application's login whether the schema
// is the one of this release: nil, [ErrPending], [ErrNewer] or [ErrChanged].
func Check(ctx context.Context, conn *pgx.Conn) error {
	var there bool
	if err := conn.QueryRow(ctx, "SELECT to_regclass('public.rounds_migrations') IS NOT NULL").Scan(&there); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if !there {
		return ErrPending
	}
	pending, err := compare(ctx, conn)
	if err == nil && len(pending) > 0 {
		return ErrPending
	}
	return err
}

// Compare says what a database with these files, by their digests, is to this
// release: nil when it has no other, so that [Apply] would bring it up, else
// [ErrNewer] or [ErrChanged].
func Compare(applied map[string]string) error {
	_, err := pendingAfter(maps.Clone(applied))
	return err
}

// Applied are the files that a database was made of, with their digests.
func Applied(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	applied, err := digests(ctx, conn)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return applied, nil
}

// EnsureLogins makes the logins that a dump of the schema speaks of, as the first
// migration does: they belong to the server, and a dump has none.
func EnsureLogins(ctx context.Context, conn *pgx.Conn) error {
	for _, login := range []string{"rounds_app", "rounds_stats"} {
		_, err := conn.Exec(ctx, "CREATE ROLE "+login+" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
		if refused, is := errors.AsType[*pgconn.PgError](err); err != nil && !(is && refused.Code == "42710") { // there is one
			return fmt.Errorf("migrations: %w", err)
		}
	}
	return nil
}

// CheckOwner says whether a login may own the schema: nil or [ErrOwner].
func CheckOwner(ctx context.Context, conn *pgx.Conn) error {
	var able bool
	const query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
	if err := conn.QueryRow(ctx, query).Scan(&able); err != nil {
		return fmt.Errorf("migrations: %w", err)
	}
	if !able {
		return ErrOwner
	}
	return nil
}

// compare gives the migrations that the database lacks.
func compare(ctx context.Context, conn *pgx.Conn) ([]migration, error) {
	applied, err := Applied(ctx, conn)
	if err != nil {
		return nil, err
	}
	return pendingAfter(applied)
}

// pendingAfter uses applied up.
func pendingAfter(applied map[string]string) ([]migration, error) {
	known, err := embedded()
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	var pending []migration
	for _, m := range known {
		switch digest, done := applied[m.file]; {
		case !done:
			pending = append(pending, m)
		case digest != m.digest:
			return nil, fmt.Errorf("%w (%s)", ErrChanged, m.file)
		}
		delete(applied, m.file)
	}
	if len(applied) > 0 {
		return nil, ErrNewer
	}
	return pending, nil
}

// Digest is the SHA-256 of the files of this release, in hexadecimal digits.
func Digest() (string, error) {
	known, err := embedded()
	if err != nil {
		return "", fmt.Errorf("migrations: %w", err)
	}
	sum := sha256.New()
	for _, m := range known {
		fmt.Fprintf(sum, "%s  %s\n", m.digest, m.file)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func digests(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	rows, err := conn.Query(ctx, "SELECT file, sha256 FROM public.rounds_migrations")
	if err != nil {
		return nil, err
	}
	applied := map[string]string{}
	var file, digest string
	_, err = pgx.ForEachRow(rows, []any{&file, &digest}, func() error {
		applied[file] = digest
		return nil
	})
	return applied, err
}

// embedded are the files of this release in order of their numbers.
func embedded() ([]migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	all := make([]migration, 0, len(names))
	for _, name := range names {
		content, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		digest := sha256.Sum256(content)
		all = append(all, migration{file: name, digest: hex.EncodeToString(digest[:]), statements: string(content)})
	}
	return all, nil
}

func (m migration) apply(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, m.statements); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO public.rounds_migrations (file, sha256) VALUES ($1, $2)", m.file, m.digest)
		return err
	})
}
