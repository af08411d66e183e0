package backup

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/migrations"
)

// Target is the installation that a backup is brought back to.
type Target struct {
	// OwnerURL names the database that will be exchanged; its login may create
	// databases.
	OwnerURL   string
	DataFolder string
	// Replace says that what is there now may go.
	Replace bool
	// Foreign says that the file may be one that this installation did not make.
	Foreign bool
	// Ledger names a ledger of erasures that is newer than the backup, of the machine
	// that was lost; "" when there is none besides the data folder's.
	Ledger string
	// Progress may be nil. total is 0 while it is unknown.
	Progress func(step string, done, total int64)
}

// Errors of [Restore] that come before anything was touched, besides [ErrKey] and
// [ErrDamaged].
var (
	ErrNotEmpty = errors.New("backup: there is an installation here already; --replace exchanges it for the backup")
	ErrBusy     = errors.New("backup: somebody is connected to the database; stop rounds serve, and every other client, first")
	// ErrForeign is of files for a public key alone, which anybody who has it can make;
	// a passphrase is a secret of who made the file.
	ErrForeign = errors.New("backup: this installation has not made this file, and whoever has the public key could have; if you know who made it, --foreign brings it back")
)

// Restore brings an installation back. All of the file is read before anything is
// touched; then it goes into a database beside the present one, and the two change
// names in one transaction: whoever is killed in the middle leaves the old
// installation as it was. Nobody is signed in afterwards, and what was erased since
// the backup is erased again.
func Restore(ctx context.Context, target Target, file string, key Key) (Manifest, error) {
	if target.Progress == nil {
		target.Progress = func(string, int64, int64) {}
	}
	opened, err := os.Open(file)
	if err != nil {
		return Manifest{}, fmt.Errorf("backup: %w", err)
	}
	defer opened.Close()
	if target.Ledger != "" {
		if err := retention.CheckLedger(target.Ledger); err != nil {
			return Manifest{}, err
		}
	}
	manifest, digest, err := target.inspect(ctx, opened, key)
	if err != nil {
		return manifest, err
	}
	exchange, err := newExchange(ctx, target.OwnerURL)
	if err != nil {
		return manifest, err
	}
	defer exchange.close(ctx)
	if target.Foreign || len(key.Identities) == 0 {
		digest = nil
	}
	if err := exchange.mayBegin(ctx, target.Replace, digest); err != nil {
		return manifest, err
	}
	if err := exchange.settleKey(ctx, target.DataFolder); err != nil {
		return manifest, err
	}
	if err := exchange.prepare(ctx); err != nil {
		return manifest, err
	}
	if err := target.fill(ctx, exchange, opened, key); err != nil {
		return manifest, errors.Join(err, exchange.giveUp(context.WithoutCancel(ctx)))
	}
	target.Progress(StepFinish, 0, 0)
	if err := exchange.swap(ctx); err != nil {
		return manifest, errors.Join(err, exchange.giveUp(context.WithoutCancel(ctx)))
	}
	// From here on the backup is what is there, whatever happens.
	if err := register.PlaceKey(target.DataFolder); err != nil {
		return manifest, err
	}
	return manifest, exchange.dropReplaced(context.WithoutCancel(ctx))
}

// inspect reads a file to its end, gives its SHA-256 too, and refuses one that this
// release cannot use.
func (t Target) inspect(ctx context.Context, file *os.File, key Key) (manifest Manifest, digest []byte, err error) {
	whole := sha256.New()
	hasKey, hasDatabase := false, false
	err = read(ctx, file, key, whole, t.Progress, func(m Manifest) error {
		manifest = m
		return migrations.Compare(m.Migrations)
	}, func(name string, _ int64, content io.Reader) error {
		switch {
		case name == keyName:
			hasKey = true
			text, err := io.ReadAll(io.LimitReader(content, 1024))
			if err != nil {
				return err
			}
			_, err = register.ParseKeys(name, text)
			return err
		case isDatabase(name):
			hasDatabase = true
		case name != ledgerName && !isKept(name):
			return fmt.Errorf("%w: it holds %.80q", ErrDamaged, path.Clean(name))
		}
		return nil
	})
	if err == nil && !(hasKey && hasDatabase) {
		err = fmt.Errorf("%w: it lacks the key or the database", ErrDamaged)
	}
	return manifest, whole.Sum(nil), err
}

// fill brings the content of a file into the new database and the data folder.
func (t Target) fill(ctx context.Context, e *exchange, file *os.File, key Key) error {
	database, into := io.Pipe()
	restored := make(chan error, 1)
	go func() {
		err := e.restore(ctx, database)
		database.CloseWithError(errors.Join(err, io.ErrClosedPipe)) // nobody reads on
		restored <- err
	}()
	var done int64
	progress := func(string, int64, int64) {}
	err := read(ctx, file, key, io.Discard, progress, func(Manifest) error { return nil }, func(name string, size int64, content io.Reader) error {
		if !isDatabase(name) {
			into.Close() // the dump comes first
			return t.place(e, name, content)
		}
		done += size
		t.Progress(StepDatabase, done, 0)
		_, err := io.Copy(into, content)
		return err
	})
	into.CloseWithError(err)
	if err := errors.Join(<-restored, err); err != nil {
		return err
	}
	if err := t.mergeLedger(); err != nil {
		return err
	}
	return e.bringUp(ctx, t.DataFolder)
}

func (t Target) place(e *exchange, name string, content io.Reader) error {
	t.Progress(StepFiles, 0, 0)
	switch name {
	case keyName:
	case ledgerName:
		// What was erased stays erased, also when this restore comes to nothing.
		return retention.MergeLedger(t.DataFolder, content)
	default:
		return placeFile(t.DataFolder, name, content)
	}
	text, err := io.ReadAll(io.LimitReader(content, 1024))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := placeKey(t.DataFolder, text); err != nil {
		return err
	}
	e.key = register.RestoringKeyPath(t.DataFolder)
	return nil
}

// mergeLedger adds the ledger that was named to that of the data folder.
func (t Target) mergeLedger() error {
	if t.Ledger == "" {
		return nil
	}
	file, err := os.Open(t.Ledger)
	if err != nil {
		return fmt.Errorf("backup: ledger: %w", err)
	}
	defer file.Close()
	return retention.MergeLedger(t.DataFolder, file)
}

// isEmpty says that nobody has begun to work with a database: it is not migrated, or
// has neither accounts nor places.
func isEmpty(ctx context.Context, conn *pgx.Conn) (bool, error) {
	for _, table := range strings.Fields("accounts areas households extracts refusals") {
		var there, used bool
		if err := conn.QueryRow(ctx, "SELECT to_regclass('rounds.' || $1) IS NOT NULL", table).Scan(&there); err != nil {
			return false, fmt.Errorf("backup: %w", err)
		}
		if !there {
			continue
		}
		if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds."+table+")").Scan(&used); err != nil {
			return false, fmt.Errorf("backup: %w", err)
		}
		if used {
			return false, nil
		}
	}
	return true, nil
}
