package round

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

func isNoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) }

// Summary is a route without its stops. Times are local, HH:MM:SS; sums include
// every leg and the last.
type Summary struct {
	ID, Plan, Worker           uuid.UUID
	Code, Name                 string // of the worker
	Date                       time.Time
	Leave, Back                string
	Stops, Finished            int
	TravelS, ServiceS, WaitS   int
	DistanceM                  int
	LastTravelS, LastDistanceM int
	Round                      uuid.UUID
	RoundName, Purpose, Mode   string
}

// Route is a worker's day.
type Route struct {
	Summary
	// Area is that of the worker.
	Area uuid.UUID
	Line orb.LineString
	// OffRoad are the parts of Line where there is no street.
	OffRoad orb.MultiLineString
	Stops   []Stop
}

// Stop is a household on a route. The leg is the one that leads to it.
type Stop struct {
	Seq       int
	Household uuid.UUID
	Address   geo.Address
	// Near is the named street that is nearest to a place without a street.
	Near                  string
	At                    orb.Point
	Doors                 int
	Arrive, Start, Depart string
	TravelS, DistanceM    int
	// BreakS is the break before the leg, with any waiting for it.
	BreakS int
	// State is open or finished.
	State string
	// Outcome and Visit are of the last visit, for the worker who made it alone;
	// Attempts counts them, and DueFrom and DuePart say when to come again.
	Outcome  *string
	Visit    *uuid.UUID
	Attempts int
	DueFrom  *time.Time
	DuePart  *string
	// Opens and Closes are the hours that the place asked to be visited in, on this day,
	// for its own worker; nil for any.
	Opens, Closes *string
}

const selectRoutes = `
	SELECT r.id, r.plan_id, r.worker_id, w.code, w.name, r.day, r.leave_at::text, r.back_at::text, s.stops, s.finished,
		r.travel_s, r.service_s, r.wait_s, r.distance_m, r.last_travel_s, r.last_distance_m, o.id, o.name, o.purpose, o.mode
	FROM rounds.routes r JOIN rounds.workers w ON w.id = r.worker_id
		JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
		CROSS JOIN LATERAL (
			SELECT count(*) AS stops, count(d.household_id) AS finished
			FROM rounds.stops s LEFT JOIN rounds.doors d
				ON d.round_id = o.id AND d.household_id = s.household_id AND d.state = 'finished'
			WHERE s.route_id = r.id) s`

// RouteFilter narrows [Book.Routes].
type RouteFilter struct {
	Worker uuid.UUID
	// Date is the zero time for every day.
	Date time.Time
	Page
}

// Routes lists the routes of a plan by day and id; the error may be [ErrNoPlan].
func (b *Book) Routes(ctx context.Context, principal register.Principal, plan uuid.UUID, filter RouteFilter) ([]Summary, error) {
	const query = selectRoutes + `
		WHERE r.plan_id = $1 AND ($2::uuid IS NULL OR r.worker_id = $2) AND ($3::date IS NULL OR r.day = $3)
			AND ($4::date IS NULL OR (r.day, r.id) > ($4, $5))
		ORDER BY r.day, r.id LIMIT $6`
	read := audit.Entry{Kind: audit.Routes, Purpose: audit.ForPlanning}
	var routes []Summary
	err := b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		var there bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.plans WHERE id = $1)", plan).Scan(&there); err != nil {
			return read, err
		}
		if !there {
			return read, ErrNoPlan
		}
		rows, err := tx.Query(ctx, query, plan, orNull(filter.Worker), orNull(filter.Date),
			orNull(filter.AfterDay), filter.AfterID, orNull(filter.Limit))
		if err != nil {
			return read, err
		}
		routes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Summary])
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("round: routes: %w", err)
	}
	return routes, nil
}

// Route is a route with its stops; the error may be [ErrNoRoute].
func (b *Book) Route(ctx context.Context, principal register.Principal, id uuid.UUID) (Route, error) {
	return b.route(ctx, principal, audit.Route, selectRoutes+" WHERE r.id = $1", id)
}

// Day is the principal's own walk of a day: of the published plan of an open round,
// an emergency's first. The error may be [ErrNoRoute].
func (b *Book) Day(ctx context.Context, principal register.Principal, date time.Time) (Route, error) {
	return b.route(ctx, principal, audit.Day, selectRoutes+`
		WHERE r.worker_id = rounds.principal_worker() AND r.day = $1 AND p.state = 'published' AND o.closed_at IS NULL
		ORDER BY o.emergency IS NULL, o.starts_on, r.id LIMIT 1`, date)
}

// NextDay is the first day after date on which the principal has a walk; the error
// may be [ErrNoRoute].
func (b *Book) NextDay(ctx context.Context, principal register.Principal, date time.Time) (time.Time, error) {
	days, err := list(ctx, b, principal, pgx.RowTo[time.Time], `
		SELECT r.day FROM rounds.routes r JOIN rounds.plans p ON p.id = r.plan_id JOIN rounds.rounds o ON o.id = p.round_id
		WHERE r.worker_id = rounds.principal_worker() AND r.day > $1 AND p.state = 'published' AND o.closed_at IS NULL
		ORDER BY r.day LIMIT 1`, date)
	if err == nil && len(days) == 0 {
		err = ErrNoRoute
	}
	if err != nil {
		return time.Time{}, err
	}
	return days[0], nil
}

func (b *Book) route(ctx context.Context, principal register.Principal, kind audit.Kind, query string, arguments ...any) (route Route, err error) {
	read := audit.Entry{Kind: kind}
	err = b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return read, err
		}
		route.Summary, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Summary])
		if isNoRows(err) {
			return read, ErrNoRoute
		}
		if err != nil {
			return read, err
		}
		read.Purpose = route.Purpose
		if err := tx.QueryRow(ctx, "SELECT line, off_road, area_id FROM rounds.routes WHERE id = $1", route.ID).Scan(&route.Line, &route.OffRoad, &route.Area); err != nil {
			return read, err
		}
		read.Area = route.Area
		route.Stops, err = stopsOf(ctx, tx, route.Summary)
		return read, err
	})
	if err != nil {
		return Route{}, fmt.Errorf("round: route: %w", err)
	}
	return route, nil
}

// stopsOf reads the stops of a route. Row-level security shows visits, and open
// doors that were tried, to the assigned worker alone; for others these are null.
func stopsOf(ctx context.Context, tx pgx.Tx, route Summary) ([]Stop, error) {
	const query = `
		SELECT s.seq, s.household_id, coalesce(h.street, ''), coalesce(h.house_number, ''), coalesce(h.unit, ''),
			coalesce(h.postcode, ''), coalesce(h.place, ''), coalesce(near.name, ''), h.at, s.doors,
			s.arrive_at::text, s.start_at::text, s.depart_at::text, s.travel_s, s.distance_m, s.break_s,
			coalesce(d.state, 'open'), v.outcome, v.id, coalesce(v.attempts, 0), d.due_from, d.due_part,
			o.opens::text, o.closes::text
		FROM rounds.stops s JOIN rounds.households h ON h.id = s.household_id
			LEFT JOIN rounds.doors d ON d.round_id = $2 AND d.household_id = s.household_id
			LEFT JOIN LATERAL (
				SELECT v.id, v.outcome, count(v.attempt) OVER () AS attempts FROM rounds.visits v
				WHERE v.round_id = $2 AND v.household_id = s.household_id
					AND NOT EXISTS (SELECT FROM rounds.visit_retractions t WHERE t.visit_id = v.id)
				ORDER BY v.attempt DESC NULLS LAST, v.visited_on DESC, v.id LIMIT 1) v ON true
			LEFT JOIN rounds.hours_of_stops($1) o ON o.seq = s.seq
			` + register.NearStreet + `
		WHERE s.route_id = $1 ORDER BY s.seq`
	rows, err := tx.Query(ctx, query, route.ID, route.Round)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Stop, err error) {
		a := &s.Address
		err = row.Scan(&s.Seq, &s.Household, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place, &s.Near, &s.At, &s.Doors,
			&s.Arrive, &s.Start, &s.Depart, &s.TravelS, &s.DistanceM, &s.BreakS,
			&s.State, &s.Outcome, &s.Visit, &s.Attempts, &s.DueFrom, &s.DuePart, &s.Opens, &s.Closes)
		return s, err
	})
}
