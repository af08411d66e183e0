package doctor

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// rounds looks whether the published plan of each open round has each open household of
// the round once, on a stop or unplanned with a reason.
func (e *examination) rounds(ctx context.Context) error {
	rows, err := e.conn.Query(ctx, `
		SELECT r.name::text, f.missing, f.twice
		FROM rounds.rounds r JOIN rounds.plans p ON p.round_id = r.id AND p.state = 'published' CROSS JOIN rounds.plan_faults(p.id) f
		WHERE r.closed_at IS NULL AND (f.missing > 0 OR f.twice > 0) ORDER BY r.name`)
	if err != nil {
		return err
	}
	var name string
	var missing, twice int
	_, err = pgx.ForEachRow(rows, []any{&name, &missing, &twice}, func() error {
		e.findf("Propose and publish a plan of the round; it has each household once.",
			"The plan of the round %q lacks %d households, and has %d both on a route and not.", name, missing, twice)
		return nil
	})
	return err
}
