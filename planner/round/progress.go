package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// Progress is how far a round is in one grid: n of m, never how visits went.
type Progress struct {
	Area         uuid.UUID
	Name, NameZH string
	Totals
	// MinutesLeft are the visits to come and the ways to them in the published plan.
	MinutesLeft int
}

// Progress lists the grids of a round in order of their ids, as far as the
// principal holds them; those without households are left out.
func (b *Book) Progress(ctx context.Context, principal register.Principal, round uuid.UUID, page Page, today time.Time) ([]Progress, error) {
	const query = `
		SELECT a.id, a.name, coalesce(a.name_zh, ''), count(*), count(d.household_id),
			count(*) FILTER (WHERE d.household_id IS NULL AND o.day < $2),
			coalesce(sum(r.visit_s * h.doors + coalesce(s.travel_s, 0)) FILTER (WHERE d.household_id IS NULL), 0) / 60
		FROM rounds.rounds r JOIN rounds.round_areas g ON g.round_id = r.id
			JOIN rounds.areas a ON a.id = g.area_id
			JOIN rounds.households h ON h.area_id = a.id
			LEFT JOIN rounds.doors d ON d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished'
			LEFT JOIN rounds.plans p ON p.round_id = r.id AND p.state = 'published'
			LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
			LEFT JOIN rounds.routes o ON o.id = s.route_id
		WHERE r.id = $1 AND ($3::uuid IS NULL OR a.id > $3)
		GROUP BY a.id ORDER BY a.id LIMIT $4`
	return list(ctx, b, principal, func(row pgx.CollectableRow) (p Progress, err error) {
		err = row.Scan(&p.Area, &p.Name, &p.NameZH, &p.Households, &p.Finished, &p.Late, &p.MinutesLeft)
		return p, err
	}, query, round, today, orNull(page.AfterID), orNull(page.Limit))
}
