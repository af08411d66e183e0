package round

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner"
)

// errChanged says that households or workers are gone since they were read.
var errChanged = errors.New("round: what the plan was made from has changed")

// stopsAtOnce bounds the arrays of one statement.
const stopsAtOnce = 10_000

// save writes a finished plan down in one transaction, in which it becomes
// proposed. COPY cannot write into tables with row-level security, so rows cross as
// arrays. A household that is gone meanwhile, which no route may pass, is [errChanged].
func (p *Planner) save(ctx context.Context, plan uuid.UUID, made planner.Plan) error {
	return p.change(ctx, planning, "save", func(tx pgx.Tx) error {
		ids, err := saveRoutes(ctx, tx, plan, made.Routes)
		if err != nil {
			return err
		}
		if err := saveStops(ctx, tx, plan, made.Routes, ids); err != nil {
			return err
		}
		if err := saveUnplanned(ctx, tx, plan, made.Unplanned); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
			UPDATE rounds.plans SET state = 'proposed', stage = NULL, stage_done = 0, stage_total = 0,
				households = $2, planned = $3, travel_s = $4, distance_m = $5
			WHERE id = $1 AND state = 'planning'`,
			plan, made.Households, made.Totals.Planned, made.Totals.TravelS, made.Totals.DistanceM)
		if err == nil && tag.RowsAffected() == 0 {
			return errGivenUp
		}
		return err
	})
}

// saveRoutes gives the id of each route in order.
func saveRoutes(ctx context.Context, tx pgx.Tx, plan uuid.UUID, routes []planner.Route) ([]uuid.UUID, error) {
	const insert = `
		INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s,
			distance_m, last_travel_s, last_distance_m, line, off_road)
		SELECT r.id, $1, w.id, w.area_id, r.day::date, r.leave::time, r.back::time, r.travel, r.service, r.wait,
			r.distance, r.last_travel, r.last_distance, r.line, r.off_road
		FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[], $9::int[],
			$10::int[], $11::int[], $12::int[], $13::geometry[], $14::geometry[])
			AS r (id, worker, day, leave, back, travel, service, wait, distance, last_travel, last_distance, line, off_road)
			JOIN rounds.workers w ON w.id = r.worker`
	var c struct {
		ids, workers                                           []uuid.UUID
		days, leaves, backs                                    []string
		travels, services, waits, distances, lasts, lastMetres []int
		lines                                                  []orb.LineString
		offRoads                                               []orb.MultiLineString
	}
	for _, r := range routes {
		worker, err := uuid.Parse(r.Worker)
		if err != nil {
			return nil, fmt.Errorf("worker: %w", err)
		}
		var last planner.Leg
		if r.LastLeg != nil {
			last = *r.LastLeg
		}
		c.ids, c.workers = append(c.ids, uuid.New()), append(c.workers, worker)
		c.days, c.leaves, c.backs = append(c.days, r.Date), append(c.leaves, r.Leave), append(c.backs, r.Back)
		c.travels, c.services, c.waits = append(c.travels, r.TravelS), append(c.services, r.ServiceS), append(c.waits, r.WaitS)
		c.distances = append(c.distances, r.DistanceM)
		c.lasts, c.lastMetres = append(c.lasts, last.TravelS), append(c.lastMetres, last.DistanceM)
		c.lines = append(c.lines, r.Line)
		// A route that keeps to its ways has none of these, which is not unknown.
		c.offRoads = append(c.offRoads, append(orb.MultiLineString{}, r.OffRoad...))
	}
	return c.ids, insertAll(ctx, tx, len(routes), insert, plan, c.ids, c.workers, c.days, c.leaves, c.backs, c.travels,
		c.services, c.waits, c.distances, c.lasts, c.lastMetres, c.lines, c.offRoads)
}

// placed is a stop and its route.
type placed struct {
	route uuid.UUID
	planner.Stop
}

func saveStops(ctx context.Context, tx pgx.Tx, plan uuid.UUID, routes []planner.Route, ids []uuid.UUID) error {
	const insert = `
		INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m, break_s)
		SELECT s.route, $1, s.seq, h.id, h.area_id, s.doors, s.arrive::time, s.start::time, s.depart::time, s.travel, s.distance, s.pause
		FROM unnest($2::uuid[], $3::int[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[], $9::int[], $10::int[], $11::int[])
			AS s (route, seq, household, doors, arrive, start, depart, travel, distance, pause)
			JOIN rounds.households h ON h.source_key = s.household`
	var all []placed
	for i, r := range routes {
		for _, s := range r.Stops {
			all = append(all, placed{ids[i], s})
		}
	}
	for some := range slices.Chunk(all, stopsAtOnce) {
		households := column(some, func(s placed) string { return s.Household })
		err := insertAll(ctx, tx, len(some), insert, plan,
			column(some, func(s placed) uuid.UUID { return s.route }), column(some, func(s placed) int { return s.Seq }), households,
			column(some, func(s placed) int { return s.Doors }), column(some, func(s placed) string { return s.Arrive }),
			column(some, func(s placed) string { return s.Start }), column(some, func(s placed) string { return s.Depart }),
			column(some, func(s placed) int { return s.TravelS }), column(some, func(s placed) int { return s.DistanceM }),
			column(some, func(s placed) int { return s.BreakS }))
		if err != nil {
			return err
		}
	}
	return nil
}

func saveUnplanned(ctx context.Context, tx pgx.Tx, plan uuid.UUID, unplanned []planner.Unplanned) error {
	const insert = `
		INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason)
		SELECT $1, h.id, h.area_id, u.reason::rounds.unplanned_reason
		FROM unnest($2::text[], $3::text[]) AS u (household, reason) JOIN rounds.households h ON h.source_key = u.household`
	for some := range slices.Chunk(unplanned, stopsAtOnce) {
		households := column(some, func(u planner.Unplanned) string { return u.Household })
		reasons := column(some, func(u planner.Unplanned) string { return string(u.Reason) })
		if err := insertAll(ctx, tx, len(some), insert, plan, households, reasons); err != nil {
			return err
		}
	}
	return nil
}

// insertAll inserts so many rows, no fewer.
func insertAll(ctx context.Context, tx pgx.Tx, count int, insert string, arguments ...any) error {
	tag, err := tx.Exec(ctx, insert, arguments...)
	if err == nil && int(tag.RowsAffected()) != count {
		return errChanged
	}
	return err
}

func column[T, V any](rows []T, value func(T) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = value(row)
	}
	return values
}
