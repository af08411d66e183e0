package round

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// State is a code of the closed list plan_states.
type State string

// The states of a plan that this package acts on.
const (
	Planning  State = "planning"
	Proposed  State = "proposed"
	Published State = "published"
	Discarded State = "discarded"
	Failed    State = "failed"
)

// Plan is a version of a round's routes, in numbers.
type Plan struct {
	ID, Round uuid.UUID
	Version   int
	State     State
	// Stage is where planning is, a code of the list plan_stages; "" before it began.
	Stage                 string
	StageDone, StageTotal int
	// Failure is a code of the list failures, "" unless the state is failed.
	Failure             string
	Households, Planned int
	TravelS, DistanceM  int64
	CreatedAt           time.Time
	PublishedAt         *time.Time
	// Revises is the plan that it keeps to, nil for one made anew.
	Revises *uuid.UUID
	// Loads and Unplanned are as far as the principal sees them.
	Loads     []Load
	Unplanned []UnplannedCount
}

// Load is a worker's share of a plan; one without routes has zeros.
type Load struct {
	Worker     uuid.UUID
	Code, Name string
	// Days counts routes.
	Days, Stops int
	// Minutes are those between leaving and being back.
	Minutes, TravelMinutes int
	DistanceM              int
}

// UnplannedCount counts the households on no route by reason and area: the grid where
// nobody has a grant, else the area around the grid.
type UnplannedCount struct {
	Reason string
	Area   uuid.UUID
	Count  int
	// WorkerDays are how many more days it would take to visit them, at the pace of the
	// plan's days; 0 where days are not what is missing.
	WorkerDays int
}

const selectPlans = `
	SELECT id, round_id, version, state, coalesce(stage::text, ''), stage_done, stage_total, coalesce(failure::text, ''),
		households, planned, travel_s, distance_m, created_at, published_at, revises
	FROM rounds.plans`

func scanPlan(row pgx.CollectableRow) (p Plan, err error) {
	err = row.Scan(&p.ID, &p.Round, &p.Version, &p.State, &p.Stage, &p.StageDone, &p.StageTotal, &p.Failure,
		&p.Households, &p.Planned, &p.TravelS, &p.DistanceM, &p.CreatedAt, &p.PublishedAt, &p.Revises)
	return p, err
}

// Plans lists the plans of a round, the latest first; before is the version after
// which a page goes on, 0 for the first.
func (b *Book) Plans(ctx context.Context, principal register.Principal, round uuid.UUID, before, limit int) ([]Plan, error) {
	const query = selectPlans + `
		WHERE round_id = $1 AND ($2::integer IS NULL OR version < $2) ORDER BY version DESC LIMIT $3`
	return b.plans(ctx, principal, query, round, orNull(before), orNull(limit))
}

// Plan is one plan; the error may be [ErrNoPlan].
func (b *Book) Plan(ctx context.Context, principal register.Principal, id uuid.UUID) (Plan, error) {
	plans, err := b.plans(ctx, principal, selectPlans+" WHERE id = $1", id)
	if err != nil {
		return Plan{}, err
	}
	if len(plans) == 0 {
		return Plan{}, ErrNoPlan
	}
	return plans[0], nil
}

// PlansSeen are those of some plans that the principal sees.
func (b *Book) PlansSeen(ctx context.Context, principal register.Principal, ids []uuid.UUID) ([]uuid.UUID, error) {
	return list(ctx, b, principal, pgx.RowTo[uuid.UUID], "SELECT id FROM rounds.plans WHERE id = ANY ($1)", ids)
}

func (b *Book) plans(ctx context.Context, principal register.Principal, query string, arguments ...any) ([]Plan, error) {
	plans, err := list(ctx, b, principal, scanPlan, query, arguments...)
	if err != nil || len(plans) == 0 {
		return nil, err
	}
	ids := idsOf(plans, func(p Plan) uuid.UUID { return p.ID })
	at := make(map[uuid.UUID]*Plan, len(plans))
	for i := range plans {
		at[plans[i].ID] = &plans[i]
	}
	if err := b.addLoads(ctx, principal, ids, at); err != nil {
		return nil, err
	}
	return plans, b.addUnplanned(ctx, principal, ids, at)
}

func (b *Book) addLoads(ctx context.Context, principal register.Principal, ids []uuid.UUID, at map[uuid.UUID]*Plan) error {
	const query = `
		SELECT p.plan_id, w.id, w.code, w.name, count(r.id), coalesce(sum(s.stops), 0),
			coalesce(round(sum(extract(epoch FROM r.back_at - r.leave_at)) / 60), 0)::integer,
			coalesce(round(sum(r.travel_s) / 60.0), 0)::integer, coalesce(sum(r.distance_m), 0)
		FROM rounds.plan_workers p JOIN rounds.workers w ON w.id = p.worker_id
			LEFT JOIN rounds.routes r ON r.plan_id = p.plan_id AND r.worker_id = w.id
			LEFT JOIN LATERAL (SELECT count(*) AS stops FROM rounds.stops s WHERE s.route_id = r.id) s ON true
		WHERE p.plan_id = ANY ($1) GROUP BY p.plan_id, w.id ORDER BY w.code`
	type loaded struct {
		Plan uuid.UUID
		Load
	}
	read := audit.Entry{Kind: audit.Plans, Purpose: audit.ForPlanning}
	loads, err := listAudited(ctx, b, principal, read, pgx.RowToStructByPos[loaded], query, ids)
	for _, l := range loads {
		at[l.Plan].Loads = append(at[l.Plan].Loads, l.Load)
	}
	return err
}

func (b *Book) addUnplanned(ctx context.Context, principal register.Principal, ids []uuid.UUID, at map[uuid.UUID]*Plan) error {
	const query = `
		WITH place AS (
			SELECT u.plan_id, u.reason, CASE WHEN u.reason = 'no_grant' THEN a.id ELSE coalesce(a.parent_id, a.id) END AS area_id, h.doors
			FROM rounds.unplanned u JOIN rounds.households h ON h.id = u.household_id JOIN rounds.areas a ON a.id = u.area_id
			WHERE u.plan_id = ANY ($1)),
		pace AS (SELECT r.plan_id, avg(r.service_s) AS seconds FROM rounds.routes r WHERE r.plan_id = ANY ($1) GROUP BY r.plan_id)
		SELECT u.plan_id, u.reason::text, u.area_id, count(*),
			CASE WHEN u.reason = 'beyond_horizon' THEN ceil(sum(u.doors) * o.visit_s / coalesce(nullif(min(pace.seconds), 0), 4 * 3600))::integer ELSE 0 END
		FROM place u JOIN rounds.plans p ON p.id = u.plan_id JOIN rounds.rounds o ON o.id = p.round_id LEFT JOIN pace ON pace.plan_id = u.plan_id
		GROUP BY u.plan_id, u.reason, u.area_id, o.visit_s ORDER BY u.reason, count(*) DESC, u.area_id`
	type counted struct {
		Plan uuid.UUID
		UnplannedCount
	}
	counts, err := list(ctx, b, principal, pgx.RowToStructByPos[counted], query, ids)
	for _, c := range counts {
		at[c.Plan].Unplanned = append(at[c.Plan].Unplanned, c.UnplannedCount)
	}
	return err
}

// Publish makes a proposed plan the one that is walked; the one before it is
// superseded. Publishing it again changes nothing. The error may be [ErrNoPlan],
// [ErrNotHolder], [ErrClosed], [ErrState], [ErrNotWhole] or an [UngrantedError].
func (b *Book) Publish(ctx context.Context, principal register.Principal, id uuid.UUID, now time.Time) error {
	return b.change(ctx, principal, "publish", func(tx pgx.Tx) error {
		state, err := openState(ctx, tx, id)
		if err != nil || state == Published {
			return err
		}
		if state != Proposed {
			return ErrState
		}
		_, err = tx.Exec(ctx, `UPDATE rounds.plans SET state = 'superseded'
			WHERE state = 'published' AND round_id = (SELECT round_id FROM rounds.plans WHERE id = $1)`, id)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "UPDATE rounds.plans SET state = 'published', published_at = $2 WHERE id = $1 AND state = 'proposed'", id, now)
		if err == nil && tag.RowsAffected() == 0 {
			return existing(ctx, tx, "rounds.plans", id, ErrNoPlan)
		}
		return err
	})
}

// openState is the state of a plan whose round is open.
func openState(ctx context.Context, tx pgx.Tx, id uuid.UUID) (state State, err error) {
	var closed bool
	err = tx.QueryRow(ctx, `SELECT p.state, r.closed_at IS NOT NULL FROM rounds.plans p JOIN rounds.rounds r ON r.id = p.round_id
		WHERE p.id = $1`, id).Scan(&state, &closed)
	switch {
	case isNoRows(err):
		return "", ErrNoPlan
	case err == nil && closed:
		return "", ErrClosed
	}
	return state, err
}

// Discard gives up a plan that was not published, also one that is being made.
// Discarding it again changes nothing. The error may be [ErrNoPlan], [ErrNotHolder],
// [ErrClosed] or [ErrState].
func (b *Book) Discard(ctx context.Context, principal register.Principal, id uuid.UUID) error {
	return b.change(ctx, principal, "discard", func(tx pgx.Tx) error {
		state, err := openState(ctx, tx, id)
		if err != nil || state == Discarded {
			return err
		}
		if state != Planning && state != Proposed {
			return ErrState
		}
		tag, err := tx.Exec(ctx, "UPDATE rounds.plans SET state = 'discarded' WHERE id = $1 AND state IN ('planning', 'proposed')", id)
		if err == nil && tag.RowsAffected() == 0 {
			return existing(ctx, tx, "rounds.plans", id, ErrNoPlan)
		}
		return err
	})
}
