package retention

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// principal is who may delete what is over, and nothing else.
var principal = register.Service("retention")

// batch is about how many rows go in one transaction: few enough that nobody waits
// for their locks.
const batch = 5000

// Sweep goes through every class until nothing of it is over at a moment, which the
// database never lets be ahead of its own clock. It may be called at any time, and
// again after it was interrupted. A class that fails does not keep the others from
// their turn; the first error is returned.
func Sweep(ctx context.Context, db *register.DB, now time.Time, log *slog.Logger) error {
	var first error
	for _, class := range Classes {
		gone, err := class.sweep(ctx, db, now)
		if err != nil {
			log.ErrorContext(ctx, "retention failed", "class", class.Name, "error", err)
			if first == nil {
				first = err
			}
			continue
		}
		if gone > 0 {
			log.InfoContext(ctx, "retention", "class", class.Name, "gone", gone)
		}
	}
	return first
}

func (c Class) sweep(ctx context.Context, db *register.DB, now time.Time) (gone int64, err error) {
	statement := "SELECT " + pgx.Identifier{"rounds", "sweep_" + c.Name}.Sanitize() + "($1, $2)"
	for some := 1; some > 0; gone += int64(some) {
		err := db.As(ctx, principal, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, statement, now, batch).Scan(&some)
		})
		if err != nil {
			return gone, fmt.Errorf("retention: %s: %w", c.Name, err)
		}
	}
	const note = `
		INSERT INTO rounds.sweeps (class, swept_at, gone) VALUES ($1, $2, $3)
		ON CONFLICT (class) DO UPDATE SET swept_at = EXCLUDED.swept_at, gone = EXCLUDED.gone`
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, note, c.Name, now, gone)
		return err
	})
	if err != nil {
		return gone, fmt.Errorf("retention: %s: %w", c.Name, err)
	}
	return gone, nil
}
