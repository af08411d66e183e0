package backup

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations"
)

// Source is the installation that a backup is made of.
type Source struct {
	// OwnerURL is the database's owner; the application's login sees no whole table.
	OwnerURL   string
	DataFolder string
	// Version is that of this program.
	Version string
	// Progress may be nil. total is 0 while it is unknown.
	Progress func(step string, done, total int64)
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Steps of a backup and a restore, as Progress hears them.
const (
	StepDatabase = "database"
	StepFiles    = "files"
	StepVerify   = "verify"
	StepFinish   = "finish"
)

// ErrExists says that there is a file of this name.
var ErrExists = errors.New("backup: there is a file of this name already; choose another name")

// Made is a finished backup.
type Made struct {
	Bytes  int64  `json:"bytes"`
	SHA256 []byte `json:"sha256"`
	// Entries of the archive.
	Entries int `json:"entries"`
}

// Write makes a backup: locked, read back, and only then under its name, of mode
// 0600. The error is [ErrExists] when the name is taken; whatever the error is, no
// file stays.
func Write(ctx context.Context, source Source, path string, lock Lock) (made Made, err error) {
	if source.Progress == nil {
		source.Progress = func(string, int64, int64) {}
	}
	if source.Now == nil {
		source.Now = time.Now
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return Made{}, fmt.Errorf("%w: %s", ErrExists, path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".rounds-backup-*") // of mode 0600
	if err != nil {
		return Made{}, fmt.Errorf("backup: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	conn, err := pgx.Connect(ctx, source.OwnerURL)
	if err != nil {
		return Made{}, fmt.Errorf("backup: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	manifest, major, err := source.describe(ctx, conn)
	if err != nil {
		return Made{}, err
	}
	sealed, readBack, err := lock.seal(file)
	if err != nil {
		return Made{}, err
	}
	if err := source.pack(ctx, sealed, manifest, major); err != nil {
		return Made{}, err
	}
	if err := errors.Join(sealed.Close(), file.Sync()); err != nil {
		return Made{}, fmt.Errorf("backup: %w", err)
	}
	if made, err = verify(ctx, file, readBack(), source.Progress); err != nil {
		return Made{}, fmt.Errorf("backup: what was written cannot be read back: %w", err)
	}
	if err := source.list(ctx, conn, manifest, made); err != nil {
		return Made{}, err
	}
	if err := os.Link(file.Name(), path); errors.Is(err, fs.ErrExist) {
		return Made{}, fmt.Errorf("%w: %s", ErrExists, path)
	} else if err != nil {
		return Made{}, fmt.Errorf("backup: %w", err)
	}
	return made, syncFolder(filepath.Dir(path))
}

// describe refuses a login that does not see everything, and a schema that is not
// this release's.
func (s Source) describe(ctx context.Context, conn *pgx.Conn) (manifest Manifest, major int, err error) {
	if err := migrations.CheckOwner(ctx, conn); err != nil {
		return manifest, 0, err
	}
	if err := migrations.Check(ctx, conn); err != nil {
		return manifest, 0, err
	}
	manifest = Manifest{Format: format, Rounds: s.Version, MadeAt: s.Now().UTC().Truncate(time.Second)}
	if manifest.Migrations, err = migrations.Applied(ctx, conn); err != nil {
		return manifest, 0, err
	}
	if major, manifest.Postgres, err = majorOf(ctx, conn); err != nil {
		return manifest, 0, fmt.Errorf("backup: %w", err)
	}
	return manifest, major, nil
}

func (s Source) pack(ctx context.Context, to io.Writer, manifest Manifest, major int) error {
	archive := newPacker(to)
	text, err := json.Marshal(manifest)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := archive.addBytes(manifestName, text); err != nil {
		return err
	}
	dump, err := program(ctx, "pg_dump", major, s.OwnerURL, "--format=custom", "--no-owner")
	if err != nil {
		return err
	}
	s.Progress(StepDatabase, 0, 0)
	database := &parts{packer: archive, told: func(done int64) { s.Progress(StepDatabase, done, 0) }}
	if err := run(dump, nil, database); err != nil {
		return err
	}
	if err := database.flush(database.buffer.Len()); err != nil {
		return err
	}
	// After the dump: what it speaks of is there still.
	s.Progress(StepFiles, 0, 0)
	if err := packFiles(archive, s.DataFolder, func(done, total int64) { s.Progress(StepFiles, done, total) }); err != nil {
		return err
	}
	return archive.end()
}

// list notes in the database that a backup left.
func (s Source) list(ctx context.Context, conn *pgx.Conn, manifest Manifest, made Made) error {
	_, err := conn.Exec(ctx, "INSERT INTO rounds.backups (made_at, bytes, sha256) VALUES ($1, $2, $3)", manifest.MadeAt, made.Bytes, made.SHA256)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

// verify reads all of a file.
func verify(ctx context.Context, file *os.File, key Key, progress func(string, int64, int64)) (Made, error) {
	digest := sha256.New()
	made := Made{}
	err := read(ctx, file, key, digest, progress, func(Manifest) error { return nil }, func(string, int64, io.Reader) error {
		made.Entries++
		return nil
	})
	if err != nil {
		return Made{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return Made{}, fmt.Errorf("backup: %w", err)
	}
	made.Bytes, made.SHA256 = info.Size(), digest.Sum(nil)
	return made, nil
}

// read decrypts a file from its beginning to its end.
func read(ctx context.Context, file *os.File, key Key, copied io.Writer, progress func(string, int64, int64), begin func(Manifest) error, visit func(string, int64, io.Reader) error) error {
	info, err := file.Stat()
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	watched := &watched{ctx: ctx, from: io.TeeReader(file, copied), told: func(done int64) { progress(StepVerify, done, info.Size()) }}
	plain, err := key.open(watched)
	if err != nil {
		return err
	}
	return unpack(plain, begin, visit)
}

// watched is a reader that ends with ctx and tells how far it is.
type watched struct {
	ctx  context.Context
	from io.Reader
	told func(done int64)
	done int64
}

// Read is [io.Reader]'s.
func (w *watched) Read(into []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.from.Read(into)
	w.done += int64(n)
	w.told(w.done)
	return n, err
}
