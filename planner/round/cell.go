package round

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Cell is what a plan does at a place on the map: with the household that is nearest to
// it, and with those of the cell around that one.
type Cell struct {
	Household uuid.UUID
	Outline   orb.Ring
	// Worker is who visits the household, Code that worker's; nil for nobody.
	Worker *uuid.UUID
	Code   string
	// Stops are those of the cell that are open.
	Stops int
	// ByHand: somebody moved the household to the worker. Asked: it asked for a day or a
	// time.
	ByHand, Asked bool
	// Reason is why the household has no place, "" when it has one. That nobody opened
	// the door before is never told: such a reason is "other".
	Reason string
	// Takers are the other workers of the plan who have a grant for the household, the
	// one whose walks come nearest first.
	Takers []Taker
}

// Taker is a worker to whom a household may be given.
type Taker struct {
	Worker     uuid.UUID
	Code, Name string
	// Metres is how near the worker's walks come to it; nil for who has none.
	Metres *int
}

const selectCell = `
	SELECT h.id, h.area_id, h.at, h.cell, r.worker_id, coalesce(w.code::text, ''), coalesce(b.worker_id = r.worker_id, false),
		coalesce(b.first_day, b.last_day) IS NOT NULL OR b.opens IS NOT NULL,
		CASE WHEN u.reason = 'no_feasible_window' AND b.household_id IS NULL AND h.window_opens IS NULL THEN 'other' ELSE coalesce(u.reason::text, '') END,
		(SELECT count(*) FROM rounds.stops o JOIN rounds.households n ON n.id = o.household_id
			WHERE o.plan_id = p.id AND n.cell = h.cell AND NOT EXISTS (
				SELECT FROM rounds.doors d WHERE d.round_id = p.round_id AND d.household_id = n.id AND d.state = 'finished'))
	FROM rounds.households h JOIN rounds.plans p ON p.id = $1
		LEFT JOIN rounds.stops s ON s.plan_id = p.id AND s.household_id = h.id
		LEFT JOIN rounds.routes r ON r.id = s.route_id LEFT JOIN rounds.workers w ON w.id = r.worker_id
		LEFT JOIN rounds.unplanned u ON u.plan_id = p.id AND u.household_id = h.id
		LEFT JOIN rounds.bookings b ON b.round_id = p.round_id AND b.household_id = h.id
	WHERE h.cell = ANY ($2) AND (s.household_id IS NOT NULL OR u.household_id IS NOT NULL)
	ORDER BY h.at <-> $3, h.id LIMIT 1`

// CellAt is the cell of a plan at a place. The error may be [ErrNoPlan], or
// [ErrNoHousehold] where the plan has none nearby.
func (b *Book) CellAt(ctx context.Context, principal register.Principal, plan uuid.UUID, at orb.Point) (Cell, error) {
	leaf, err := geo.LeafCell(at)
	if err != nil {
		return Cell{}, ErrNoHousehold
	}
	around, err := leaf.Neighbours()
	if err != nil {
		return Cell{}, fmt.Errorf("round: cell: %w", err)
	}
	cells := []int64{int64(leaf)}
	for _, next := range around {
		cells = append(cells, int64(next))
	}
	var c Cell
	var of int64
	var area uuid.UUID
	var home orb.Point
	err = b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.plans WHERE id = $1)", plan).Scan(&there); err != nil || !there {
			return read, errors.Join(err, ErrNoPlan)
		}
		err := tx.QueryRow(ctx, selectCell, plan, cells, at).Scan(&c.Household, &area, &home, &of, &c.Worker, &c.Code, &c.ByHand, &c.Asked, &c.Reason, &c.Stops)
		if isNoRows(err) {
			return read, ErrNoHousehold
		}
		return read, err
	})
	if err != nil {
		return Cell{}, fmt.Errorf("round: cell: %w", err)
	}
	if c.Outline, err = geo.Cell(of).Boundary(); err != nil {
		return Cell{}, fmt.Errorf("round: cell: %w", err)
	}
	c.Takers, err = list(ctx, b, planning, pgx.RowToStructByPos[Taker], `
		SELECT w.id, w.code, w.name,
			(SELECT round(min(ST_DistanceSphere(ST_ClosestPoint(r.line, $3), $3)))::int FROM rounds.routes r WHERE r.plan_id = $1 AND r.worker_id = w.id) AS metres
		FROM rounds.workers w
		WHERE w.id IN (SELECT g.worker_id FROM rounds.plan_reach($1) g WHERE g.area_id = $2) AND w.id IS DISTINCT FROM $4
		ORDER BY metres, w.code`,
		plan, area, home, c.Worker)
	return c, err
}
