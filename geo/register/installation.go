package register

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
)

// ErrOtherKey says that a key file does not belong to the database: with it, places
// that asked never to be visited would come back.
var ErrOtherKey = errors.New("register: the key file is not the one of this database; bring it back from the backup")

// restoringSuffix is that of a key file that a restore has put beside the old one,
// before the database is exchanged.
const restoringSuffix = ".restoring"

// Check is what the database keeps to know the key by.
func (k *Keys) Check() []byte { return digest(k.refusal, "check") }

// KeyPath is where the key file of a data folder lies.
func KeyPath(dataFolder string) string {
	if named := os.Getenv("ROUNDS_KEY_FILE"); named != "" {
		return named
	}
	return filepath.Join(dataFolder, keyFile)
}

// RestoringKeyPath is where a restore puts a key until its database is in place.
func RestoringKeyPath(dataFolder string) string { return KeyPath(dataFolder) + restoringSuffix }

// LoadKeys is [LoadKeys] of the installation whose database this is; the first key
// is the key. A restore that was killed after the exchange of the database is
// finished here. The error is [ErrOtherKey] when the key is another database's.
func (db *DB) LoadKeys(ctx context.Context, dataFolder string) (*Keys, error) {
	keys, err := LoadKeys(dataFolder)
	if err != nil {
		return nil, err
	}
	ours, err := db.holdsKey(ctx, keys)
	if ours || err != nil {
		return keys, err
	}
	restored, err := readKey(RestoringKeyPath(dataFolder))
	if errors.Is(err, os.ErrNotExist) {
		return nil, ErrOtherKey
	}
	if err != nil {
		return nil, err
	}
	if ours, err = db.holdsKey(ctx, restored); err != nil {
		return nil, err
	}
	if !ours {
		return nil, ErrOtherKey
	}
	return restored, PlaceKey(dataFolder)
}

// PlaceKey puts the key of a restore in its place.
func PlaceKey(dataFolder string) error {
	if err := os.Rename(RestoringKeyPath(dataFolder), KeyPath(dataFolder)); err != nil {
		return fmt.Errorf("register: key file: %w", err)
	}
	return syncFolder(filepath.Dir(KeyPath(dataFolder)))
}

// holdsKey compares a key with that of the database, which takes its first one.
func (db *DB) holdsKey(ctx context.Context, keys *Keys) (ours bool, err error) {
	err = db.As(ctx, Service("operator"), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "UPDATE rounds.installation SET key_check = $1 WHERE key_check IS NULL", keys.Check()); err != nil {
			return err
		}
		var check []byte
		err := tx.QueryRow(ctx, "SELECT key_check FROM rounds.installation").Scan(&check)
		ours = subtle.ConstantTimeCompare(check, keys.Check()) == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: key: %w", err)
	}
	return ours, nil
}
