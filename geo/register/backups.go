package register

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// FreshBackup is how old the last backup may be.
const FreshBackup = 8 * 24 * time.Hour

// Backup is one that was made: its file lies where its maker put it.
type Backup struct {
	MadeAt time.Time
	Bytes  int64
	SHA256 []byte
}

// Backups are those that were made, the latest first, fifty at most: for officers
// and administrators.
func (db *DB) Backups(ctx context.Context, principal Principal) (made []Backup, err error) {
	const query = "SELECT made_at, bytes, sha256 FROM rounds.backups ORDER BY made_at DESC, id LIMIT 50"
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		made, err = rowsOf[Backup](ctx, tx, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: backups: %w", err)
	}
	return made, nil
}
