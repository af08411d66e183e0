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

// Count is a grid of a round, with the seconds of work that are left.
type Count struct {
	Totals
	Seconds int64
}

// leastDwellings of a grid whose numbers leave the hands of its own supervisor.
const leastDwellings = 20

// Progress lists the grids of a round that the principal holds, in order of their
// ids. Nobody but a supervisor is told numbers of a grid with fewer than 20
// dwellings; grids without households are left out.
func (b *Book) Progress(ctx context.Context, principal register.Principal, round uuid.UUID, page Page, today time.Time) ([]Progress, error) {
	const held = `
		SELECT a.id, a.name, coalesce(a.name_zh, '')
		FROM rounds.round_areas g JOIN rounds.areas a ON a.id = g.area_id
		WHERE g.round_id = $1 AND a.id IN (SELECT rounds.granted_areas()) AND a.dwellings >= $2 AND ($3::uuid IS NULL OR a.id > $3)
		ORDER BY a.id LIMIT $4`
	least := leastDwellings
	if principal.Role == register.Supervisor {
		least = 1
	}
	grids, err := list(ctx, b, principal, func(row pgx.CollectableRow) (p Progress, err error) {
		err = row.Scan(&p.Area, &p.Name, &p.NameZH)
		return p, err
	}, held, pgx.QueryExecModeCacheDescribe, // a plan for any round and page reads ten times as much
		round, least, orNull(page.AfterID), orNull(page.Limit))
	if err != nil {
		return nil, err
	}
	open, err := list(ctx, b, principal, pgx.RowTo[bool], "SELECT closed_at IS NULL FROM rounds.rounds WHERE id = $1", round)
	if err != nil || len(open) == 0 {
		return grids, err
	}
	if !open[0] {
		return grids, b.countClosedGrids(ctx, round, grids)
	}
	if b.Counted != nil {
		if counts, known := b.Counted(ctx, round); known {
			for i, grid := range grids {
				of := counts[grid.Area]
				grids[i].Totals, grids[i].MinutesLeft = of.Totals, int(of.Seconds/60)
			}
			return grids, nil
		}
	}
	return grids, b.count(ctx, round, grids, today)
}

// countClosedGrids fills in the numbers of grids of a closed round, where every door is finished.
func (b *Book) countClosedGrids(ctx context.Context, round uuid.UUID, grids []Progress) error {
	type counted struct {
		Area       uuid.UUID
		Households int
	}
	all, err := list(ctx, b, planning, pgx.RowToStructByPos[counted], "SELECT area_id, households FROM rounds.count_closed_grids($1, $2)",
		round, idsOf(grids, func(p Progress) uuid.UUID { return p.Area }))
	at := make(map[uuid.UUID]int, len(all))
	for _, c := range all {
		at[c.Area] = c.Households
	}
	for i := range grids {
		grids[i].Households, grids[i].Finished = at[grids[i].Area], at[grids[i].Area]
	}
	return err
}

// count fills in the numbers of grids that somebody may know.
func (b *Book) count(ctx context.Context, round uuid.UUID, grids []Progress, today time.Time) error {
	const query = `
		SELECT h.area_id, count(*), count(d.household_id),
			count(*) FILTER (WHERE d.household_id IS NULL AND o.day < $2),
			coalesce(sum(r.visit_s * h.doors + coalesce(s.travel_s, 0)) FILTER (WHERE d.household_id IS NULL), 0) / 60
		FROM rounds.rounds r JOIN rounds.households h ON h.area_id = ANY ($3)
			LEFT JOIN rounds.doors d ON d.round_id = r.id AND d.household_id = h.id AND d.state = 'finished'
			LEFT JOIN rounds.plans p ON p.round_id = r.id AND p.state = 'published'
			LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
			LEFT JOIN rounds.routes o ON o.id = s.route_id
		WHERE r.id = $1 GROUP BY h.area_id`
	type counted struct {
		Area uuid.UUID
		Totals
		MinutesLeft int
	}
	counts, err := list(ctx, b, planning, pgx.RowToStructByPos[counted], query, round, today, idsOf(grids, func(p Progress) uuid.UUID { return p.Area }))
	at := make(map[uuid.UUID]counted, len(counts))
	for _, c := range counts {
		at[c.Area] = c
	}
	for i := range grids {
		grids[i].Totals, grids[i].MinutesLeft = at[grids[i].Area].Totals, at[grids[i].Area].MinutesLeft
	}
	return err
}
