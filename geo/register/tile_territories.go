package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// TerritoryCell is what one worker does in one leaf cell in a plan.
type TerritoryCell struct {
	Worker     uuid.UUID
	Code, Name string
	Cell       geo.Cell
	Stops      int
	// Seconds are of visits and of the ways to them.
	Seconds int64
}

// Territories sums the stops of a plan per worker and leaf cell, in order of the
// workers' codes, as far as the principal sees them. uuid.Nil is the published plan
// of the newest open round that has begun.
func (db *DB) Territories(ctx context.Context, principal Principal, plan uuid.UUID, today time.Time) ([]TerritoryCell, error) {
	const query = `
	WITH` + planChosen + `
		SELECT w.id, w.code, w.name, h.cell, count(*),
			sum(s.travel_s + extract(epoch FROM s.depart_at - s.start_at))::bigint
		FROM plan JOIN rounds.routes r ON r.plan_id = plan.id JOIN rounds.workers w ON w.id = r.worker_id
			JOIN rounds.stops s ON s.route_id = r.id JOIN rounds.households h ON h.id = s.household_id
		GROUP BY w.id, h.cell ORDER BY w.code, h.cell`
	var cells []TerritoryCell
	read := audit.Entry{Kind: audit.MapTerritories, Purpose: audit.ForPlanning}
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, RouteFilter{Plan: plan}.arguments(today))
		if err != nil {
			return read, err
		}
		cells, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (TerritoryCell, error) {
			var t TerritoryCell
			var cell int64
			err := row.Scan(&t.Worker, &t.Code, &t.Name, &cell, &t.Stops, &t.Seconds)
			t.Cell = geo.Cell(cell)
			return t, err
		})
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: territories: %w", err)
	}
	return cells, nil
}
