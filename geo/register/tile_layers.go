package register

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/maptile"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// MapTile is a square of the web map. Coordinates outside of it are the caller's
// mistake and an error of the database.
type MapTile struct{ Z, X, Y uint32 }

// with adds the tile's own arguments to others.
func (tile MapTile) with(others pgx.NamedArgs) pgx.NamedArgs {
	named := pgx.NamedArgs{"z": tile.Z, "x": tile.X, "y": tile.Y}
	maps.Copy(named, others)
	return named
}

// tileMargin is how far a tile reaches beyond its edge: 64 of its 4096 units.
const tileMargin = 64.0 / 4096

// reach is where a tile lies, with its margin.
func (tile MapTile) reach() orb.Bound {
	reach := maptile.New(tile.X, tile.Y, maptile.Zoom(tile.Z)).Bound(tileMargin)
	reach.Min[0], reach.Max[0] = max(reach.Min[0], -180), min(reach.Max[0], 180)
	return reach
}

// tileBounds is where a tile lies, with its margin: what the query of a layer begins
// with.
const tileBounds = `
	WITH bounds AS (SELECT ST_TileEnvelope(@z, @x, @y) AS tile,
		ST_Transform(ST_TileEnvelope(@z, @x, @y, margin => 64.0 / 4096), 4326) AS reach)`

// cellZoom is the first zoom at which the cells of a tile lead to what lies in it: row-level
// security turns spatial indexes off, since && is not leakproof. A tile above has
// thousands of cells, and its layers draw much of what there is anyway.
const cellZoom = 13

// inTile says which rows of an alias lie in a tile, and has the tile's leaf cells for it.
func inTile(tile MapTile, alias string) (condition string, cells []int64, err error) {
	condition = alias + ".at && b.reach"
	if tile.Z < cellZoom {
		return condition, nil, nil
	}
	leaves, err := geo.LeavesOver(tile.reach())
	return alias + ".cell = ANY (@cells) AND " + condition, cellKeys(leaves), err
}

// drawTile runs a query that gives one vector tile @z, @x, @y. An empty tile was no
// read of anything.
func (db *DB) drawTile(ctx context.Context, principal Principal, read audit.Entry, tile MapTile, query string, arguments pgx.NamedArgs) ([]byte, error) {
	named := tile.with(arguments)
	var data []byte
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		err := tx.QueryRow(ctx, query, named).Scan(&data)
		if len(data) == 0 {
			read = audit.Entry{}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: tile %d/%d/%d: %w", tile.Z, tile.X, tile.Y, err)
	}
	return data, nil
}

// AreasTile draws the areas that the principal was granted; small ones at larger
// zooms only.
func (db *DB) AreasTile(ctx context.Context, principal Principal, tile MapTile) ([]byte, error) {
	query, arguments := areasQuery(tile)
	return db.drawTile(ctx, principal, audit.Entry{}, tile, query, arguments)
}

func areasQuery(tile MapTile) (query string, arguments pgx.NamedArgs) {
	return tileBounds + `
		SELECT ST_AsMVT(f, 'areas', 4096, 'shape') FROM (
			SELECT a.id::text, a.level::text, a.name, a.name_zh, a.dwellings,
				ST_AsMVTGeom(ST_Transform(a.outline, 3857), b.tile, 4096, 64) AS shape
			FROM rounds.areas a, bounds b
			WHERE ` + meets("a") + `
				AND EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = a.id AND p.ancestor_id = ANY (ARRAY(SELECT rounds.granted_roots())))
				AND @z >= CASE a.level WHEN 'grid' THEN 9 WHEN 'village' THEN 7 ELSE 0 END
			ORDER BY a.level, a.id OFFSET 0) f -- the shape is made once
		WHERE shape IS NOT NULL`, edges(tile.reach())
}

// meets says which rows of an alias have bounds that meet those of [edges]. Numbers,
// unlike shapes, may lead the way under row-level security.
func meets(alias string) string {
	return strings.ReplaceAll("r.west <= @east::float8 AND r.east >= @west::float8 AND r.south <= @north::float8 AND r.north >= @south::float8", "r.", alias+".")
}

// edges are the arguments of [meets].
func edges(reach orb.Bound) pgx.NamedArgs {
	return pgx.NamedArgs{"west": reach.Left(), "south": reach.Bottom(), "east": reach.Right(), "north": reach.Top()}
}

// HazardsTile draws the open hazards and service requests of the principal's areas: each
// by itself, or from far away those of a cell as one, with how many are due when.
func (db *DB) HazardsTile(ctx context.Context, principal Principal, tile MapTile, today time.Time) ([]byte, error) {
	query, arguments, err := hazardsQuery(tile, today)
	if err != nil {
		return nil, err
	}
	return db.drawTile(ctx, principal, audit.Entry{Kind: audit.MapHazards, Purpose: audit.ForIncidents}, tile, query, arguments)
}

func hazardsQuery(tile MapTile, today time.Time) (query string, arguments pgx.NamedArgs, err error) {
	if tile.Z < cellZoom {
		query, arguments = gatheredHazardsQuery(tile, today)
		return query, arguments, nil
	}
	there, cells, err := inTile(tile, "i")
	return tileBounds + `
		SELECT ST_AsMVT(f, 'hazards', 4096, 'shape') FROM (
			SELECT i.id::text, i.kind::text, i.matter::text, i.due_on::text AS due, i.due_on < @today::date AS late,
				ST_AsMVTGeom(ST_Transform(i.at, 3857), b.tile, 4096, 64) AS shape
			FROM rounds.incidents i, bounds b
			WHERE i.state = 'open' AND i.merged_into IS NULL AND ` + there + `
			ORDER BY i.id) f
		WHERE shape IS NOT NULL`, pgx.NamedArgs{"today": today, "cells": cells}, err
}

// gatheredHazardsQuery draws the hazards of a cell where their middle is. A tile counts whole
// cells, also what lies beyond its edge, so that two tiles tell the same of one.
func gatheredHazardsQuery(tile MapTile, today time.Time) (query string, arguments pgx.NamedArgs) {
	resolution, across := gathered(tile.Z)
	arguments = edges(orbgeo.BoundPad(tile.reach(), across))
	// The digits of an index below those of the coarser cell are what tells its leaves apart.
	arguments["today"], arguments["digits"] = today, 3*(15-resolution)
	return tileBounds + `,
		gathered AS (
			SELECT i.cell >> @digits AS cell, count(*) AS n, min(i.id::text) AS id, min(i.kind) AS kind, max(i.kind) AS other, min(i.matter::text) AS matter, min(i.due_on) AS due,
				count(*) FILTER (WHERE i.due_on < @today::date) AS overdue,
				count(*) FILTER (WHERE i.due_on BETWEEN @today::date AND @today::date + 2) AS soon, avg(ST_X(i.at)) AS lon, avg(ST_Y(i.at)) AS lat
			FROM rounds.incidents i
			WHERE i.state = 'open' AND i.merged_into IS NULL AND i.at && ST_MakeEnvelope(@west, @south, @east, @north, 4326)
			GROUP BY 1)
		SELECT ST_AsMVT(f, 'hazards', 4096, 'shape') FROM (
			SELECT CASE WHEN n = 1 THEN g.id END AS id, CASE WHEN kind = other THEN kind::text END AS kind, CASE WHEN n = 1 THEN matter END AS matter,
				due::text, due < @today::date AS late, n::integer AS open, overdue::integer, soon::integer,
				ST_AsMVTGeom(ST_Transform(ST_SetSRID(ST_MakePoint(lon, lat), 4326), 3857), b.tile, 4096, 64) AS shape
			FROM gathered g, bounds b
			ORDER BY g.cell) f
		WHERE shape IS NOT NULL`, arguments
}

// gathered is the resolution of the cells whose hazards a zoom shows as one, some 30 to 60
// pixels wide, and how many metres are across one at most.
func gathered(zoom uint32) (resolution int, across float64) {
	switch {
	case zoom >= 11:
		return 8, 1_300
	case zoom == 10:
		return 7, 3_500
	case zoom >= 8:
		return 6, 9_500
	case zoom == 7:
		return 5, 25_000
	default:
		return 4, 65_000
	}
}

// RouteFilter narrows the layers of a plan; the zero value means the published plan
// of the newest open round that has begun, all its workers and days.
type RouteFilter struct {
	Plan, Worker uuid.UUID
	// Date is any time of the day, the zero time means every day.
	Date time.Time
}

// planChosen is @plan, or the published plan of the newest open round that has
// begun by @today. Plans of closed rounds are not shown.
const planChosen = `
	plan AS (
		SELECT p.id, p.round_id FROM rounds.plans p JOIN rounds.rounds o ON o.id = p.round_id
		WHERE o.closed_at IS NULL AND (p.id = @plan OR (@plan::uuid IS NULL AND p.state = 'published'))
		ORDER BY o.starts_on <= @today::date DESC, o.starts_on DESC, o.id LIMIT 1)`

func (f RouteFilter) arguments(today time.Time) pgx.NamedArgs {
	return pgx.NamedArgs{"plan": orNull(f.Plan), "worker": orNull(f.Worker), "day": orNull(f.Date), "today": today}
}

// RoutesTile draws the lines of the routes that the principal may see.
func (db *DB) RoutesTile(ctx context.Context, principal Principal, tile MapTile, filter RouteFilter, today time.Time) ([]byte, error) {
	query, arguments := routesQuery(principal, tile, filter, today)
	return db.drawTile(ctx, principal, audit.Entry{Kind: audit.MapRoutes, Purpose: audit.ForPlanning}, tile, query, arguments)
}

// stopReach is how far, in metres, a stop lies off the line of its route at most.
const stopReach = 50

// routesNear are the chosen routes whose bounds meet those of a tile, or come as near as
// some metres: the beginning of a query, and its arguments. A long walk has cells without
// a stop of its own.
func routesNear(principal Principal, tile MapTile, off float64, f RouteFilter, today time.Time) (query string, arguments pgx.NamedArgs) {
	arguments = f.arguments(today)
	maps.Copy(arguments, edges(orbgeo.BoundPad(tile.reach(), off)))
	// Each condition stands alone, for the planner to choose an index by it.
	chosen := ""
	if f.Worker != uuid.Nil {
		chosen += " AND r.worker_id = @worker"
	}
	if !f.Date.IsZero() {
		chosen += " AND r.day = @day"
	}
	if principal.Role == Worker { // as the policy says, in a way that leads
		chosen += " AND r.worker_id = (SELECT rounds.principal_worker())"
	}
	return tileBounds + `,` + planChosen + `,
		near AS MATERIALIZED (
			SELECT r.id, r.worker_id, r.day, r.line FROM rounds.routes r
			WHERE r.plan_id = (SELECT plan.id FROM plan)` + chosen + ` AND ` + meets("r") + `)`, arguments
}

func routesQuery(principal Principal, tile MapTile, filter RouteFilter, today time.Time) (query string, arguments pgx.NamedArgs) {
	near, arguments := routesNear(principal, tile, 0, filter, today)
	return near + `
		SELECT ST_AsMVT(f, 'routes', 4096, 'shape') FROM (
			SELECT r.id::text, r.worker_id::text AS worker, w.code::text, r.day::text AS date,
				ST_AsMVTGeom(ST_Transform(r.line, 3857), b.tile, 4096, 64) AS shape
			FROM near r JOIN rounds.workers w ON w.id = r.worker_id, bounds b
			ORDER BY r.id OFFSET 0) f
		WHERE shape IS NOT NULL`, arguments
}

// StopsTile draws the stops that the principal may see.
func (db *DB) StopsTile(ctx context.Context, principal Principal, tile MapTile, filter RouteFilter, today time.Time) ([]byte, error) {
	query, arguments := stopsQuery(principal, tile, filter, today)
	return db.drawTile(ctx, principal, audit.Entry{Kind: audit.MapStops, Purpose: audit.ForPlanning}, tile, query, arguments)
}

// stopsQuery finds stops by their routes.
func stopsQuery(principal Principal, tile MapTile, filter RouteFilter, today time.Time) (query string, arguments pgx.NamedArgs) {
	near, arguments := routesNear(principal, tile, stopReach, filter, today)
	return near + `
		SELECT ST_AsMVT(f, 'stops', 4096, 'shape') FROM (
			SELECT s.household_id::text AS household, s.seq::integer, w.code::text, r.day::text AS date,
				to_char(s.start_at, 'HH24:MI') AS start, s.doors::integer, coalesce(d.state, 'open')::text AS state,
				ST_AsMVTGeom(ST_Transform(h.at, 3857), b.tile, 4096, 64) AS shape
			FROM near r JOIN rounds.stops s ON s.route_id = r.id JOIN rounds.households h ON h.id = s.household_id
				JOIN rounds.workers w ON w.id = r.worker_id
				LEFT JOIN rounds.doors d ON d.round_id = (SELECT plan.round_id FROM plan) AND d.household_id = h.id AND d.state = 'finished',
				bounds b
			WHERE h.at && b.reach
			ORDER BY r.id, s.seq OFFSET 0) f -- the shape is made once
		WHERE shape IS NOT NULL`, arguments
}

// GrantedBound is the bound of the areas that the principal was granted; ok is
// false when there are none.
func (db *DB) GrantedBound(ctx context.Context, principal Principal) (bound orb.Bound, ok bool, err error) {
	const query = `
		SELECT e IS NOT NULL, coalesce(ST_XMin(e), 0), coalesce(ST_YMin(e), 0), coalesce(ST_XMax(e), 0), coalesce(ST_YMax(e), 0)
		FROM (SELECT ST_Extent(outline) AS e FROM rounds.areas WHERE id IN (SELECT rounds.granted_areas())) granted`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, query).Scan(&ok, &bound.Min[0], &bound.Min[1], &bound.Max[0], &bound.Max[1])
	})
	if err != nil {
		return orb.Bound{}, false, fmt.Errorf("register: bound of areas: %w", err)
	}
	return bound, ok, nil
}
