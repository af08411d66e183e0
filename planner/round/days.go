package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// TeamDay is what the workers of an area have on a day of a published plan: planned,
// finished and minutes, the only figures of work there are, and of a team alone.
type TeamDay struct {
	Day time.Time
	// Team is the area of the workers.
	Team              uuid.UUID
	Planned, Finished int
	// Minutes are planned, at doors and on the way.
	Minutes int
}

// TeamDays lists the days of a round's published plan as far as the principal holds it. The
// error may be [ErrNoRound].
func (b *Book) TeamDays(ctx context.Context, principal register.Principal, round uuid.UUID, today time.Time) ([]TeamDay, error) {
	if _, err := b.Round(ctx, principal, round, today); err != nil {
		return nil, err
	}
	const query = `
		WITH routes AS (
			SELECT r.id, r.day, r.area_id, r.travel_s + r.service_s + r.last_travel_s AS seconds
			FROM rounds.plans p JOIN rounds.routes r ON r.plan_id = p.id WHERE p.round_id = $1 AND p.state = 'published'),
		doors AS (
			SELECT s.route_id, count(*) AS planned, count(d.household_id) AS finished
			FROM routes r JOIN rounds.stops s ON s.route_id = r.id
				LEFT JOIN rounds.doors d ON d.round_id = $1 AND d.household_id = s.household_id AND d.state = 'finished'
			GROUP BY s.route_id)
		SELECT r.day, r.area_id, coalesce(sum(n.planned), 0)::integer, coalesce(sum(n.finished), 0)::integer, (sum(r.seconds) / 60)::integer
		FROM routes r LEFT JOIN doors n ON n.route_id = r.id
		GROUP BY r.day, r.area_id ORDER BY r.day, r.area_id`
	return list(ctx, b, principal, pgx.RowToStructByPos[TeamDay], query, round)
}
