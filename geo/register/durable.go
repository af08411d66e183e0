package register

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// CheckDurable refuses a database that may lose what it has acknowledged.
func (db *DB) CheckDurable(ctx context.Context) error {
	return db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) error {
		for _, setting := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
			var value string
			if err := tx.QueryRow(ctx, "SELECT current_setting($1)", setting).Scan(&value); err != nil {
				return fmt.Errorf("register: %s: %w", setting, err)
			}
			if value == "off" {
				return fmt.Errorf("register: the database has %s = off and may lose visits in a crash; set it to on", setting)
			}
		}
		return nil
	})
}
