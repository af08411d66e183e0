package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// FieldWorker is somebody who walks: the code and name that plans and lists show.
type FieldWorker struct {
	ID        uuid.UUID
	AccountID *uuid.UUID
	AreaID    uuid.UUID
	Code      string
	Name      string
	// StartsFrom and EndsAt are where a day begins and ends, an office or the like;
	// nil leaves the choice to the planner.
	StartsFrom, EndsAt *orb.Point
	// ShiftStart and ShiftEnd are local times, "08:30".
	ShiftStart, ShiftEnd string
}

const selectWorkers = `
	SELECT id, account_id, area_id, code, name, starts_from, ends_at, to_char(shift_start, 'HH24:MI'), to_char(shift_end, 'HH24:MI')
	FROM rounds.workers`

// Workers lists the workers of an area and of the areas within it (uuid.Nil: of
// every area that the principal sees) in order of their codes.
func (db *DB) Workers(ctx context.Context, principal Principal, area uuid.UUID) ([]FieldWorker, error) {
	read := audit.Entry{Kind: audit.Workers, Purpose: audit.ForPlanning, Area: area}
	return db.workers(ctx, principal, read, selectWorkers+`
		WHERE $1::uuid IS NULL OR area_id IN (SELECT p.area_id FROM rounds.area_paths p WHERE p.ancestor_id = $1)
		ORDER BY code`, orNull(area))
}

// WorkersOfPlan lists the workers that a plan is made for, in order of their codes.
func (db *DB) WorkersOfPlan(ctx context.Context, principal Principal, plan uuid.UUID) ([]FieldWorker, error) {
	read := audit.Entry{Kind: audit.Workers, Purpose: audit.ForPlanning}
	return db.workers(ctx, principal, read, selectWorkers+`
		WHERE id IN (SELECT p.worker_id FROM rounds.plan_workers p WHERE p.plan_id = $1) ORDER BY code`, plan)
}

// OwnWorker is the worker that the principal's account is; nil when it is none.
func (db *DB) OwnWorker(ctx context.Context, principal Principal) (*FieldWorker, error) {
	workers, err := db.workers(ctx, principal, audit.Entry{}, selectWorkers+" WHERE account_id = rounds.principal_account()")
	if err != nil || len(workers) == 0 {
		return nil, err
	}
	return &workers[0], nil
}

func (db *DB) workers(ctx context.Context, principal Principal, read audit.Entry, query string, arguments ...any) ([]FieldWorker, error) {
	var workers []FieldWorker
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return read, err
		}
		workers, err = pgx.CollectRows(rows, pgx.RowToStructByPos[FieldWorker])
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: workers: %w", err)
	}
	return workers, nil
}
