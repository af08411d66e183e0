package retention

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// Line is a class on the board: how long it is kept, and what the last sweep did.
type Line struct {
	Class string
	// The age is Months or else Hours.
	Months, Hours int
	Action        string
	// SweptAt and Gone are nil before the first sweep.
	SweptAt *time.Time
	Gone    *int64
}

// Board is every class in the order of [Classes], as far as the principal sees what the
// sweeps did.
func Board(ctx context.Context, db *register.DB, who register.Principal) ([]Line, error) {
	const query = `
		SELECT r.class, (extract(year FROM r.age) * 12 + extract(month FROM r.age))::integer,
			(extract(epoch FROM r.age - make_interval(months => (extract(year FROM r.age) * 12 + extract(month FROM r.age))::integer)) / 3600)::integer,
			r.action::text, s.swept_at, s.gone
		FROM rounds.retention r LEFT JOIN rounds.sweeps s USING (class)`
	lines := map[string]Line{}
	err := db.AsSnapshot(ctx, who, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Line])
		for _, line := range found {
			lines[line.Class] = line
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("retention: board: %w", err)
	}
	board := make([]Line, len(Classes))
	for i, class := range Classes {
		board[i] = lines[class.Name]
	}
	return board, nil
}
