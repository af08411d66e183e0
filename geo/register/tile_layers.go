package register

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
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
	reach := maptile.New(tile.X, tile.Y, maptile.Zoom(tile.Z)).Bound(tileMargin)
	reach.Min[0], reach.Max[0] = max(reach.Min[0], -180), min(reach.Max[0], 180)
	leaves, err := geo.LeavesOver(reach)
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
	return db.drawTile(ctx, principal, audit.Entry{}, tile, tileBounds+`
		SELECT ST_AsMVT(f, 'areas', 4096, 'shape') FROM (
			SELECT a.id::text, a.level::text, a.name, a.name_zh, a.dwellings,
				ST_AsMVTGeom(ST_Transform(a.outline, 3857), b.tile, 4096, 64) AS shape
			FROM rounds.areas a, bounds b
			WHERE a.outline && b.reach AND (a.id IN (SELECT rounds.granted_areas())) IS TRUE -- a set is asked, not joined
				AND @z >= CASE a.level WHEN 'grid' THEN 9 WHEN 'village' THEN 7 ELSE 0 END
			ORDER BY a.level, a.id) f
		WHERE shape IS NOT NULL`, nil)
}

// HazardsTile draws the open hazards and service requests of the principal's areas.
func (db *DB) HazardsTile(ctx context.Context, principal Principal, tile MapTile, today time.Time) ([]byte, error) {
	query, arguments, err := hazardsQuery(tile, today)
	if err != nil {
		return nil, err
	}
	return db.drawTile(ctx, principal, audit.Entry{Kind: audit.MapHazards, Purpose: audit.ForIncidents}, tile, query, arguments)
}

func hazardsQuery(tile MapTile, today time.Time) (query string, arguments pgx.NamedArgs, err error) {
	there, cells, err := inTile(tile, "i")
	return tileBounds + `
		SELECT ST_AsMVT(f, 'hazards', 4096, 'shape') FROM (
			SELECT i.id::text, i.kind::text, i.matter::text, i.due_on::text AS due, i.due_on < @today::date AS late,
				ST_AsMVTGeom(ST_Transform(i.at, 3857), b.tile, 4096, 64) AS shape
			FROM rounds.incidents i, bounds b
			WHERE i.state = 'open' AND ` + there + `
			ORDER BY i.id) f
		WHERE shape IS NOT NULL`, pgx.NamedArgs{"today": today, "cells": cells}, err
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
	read := audit.Entry{Kind: audit.MapRoutes, Purpose: audit.ForPlanning}
	return db.drawTile(ctx, principal, read, tile, tileBounds+`,`+planChosen+`
		SELECT ST_AsMVT(f, 'routes', 4096, 'shape') FROM (
			SELECT r.id::text, r.worker_id::text AS worker, w.code::text, r.day::text AS date,
				ST_AsMVTGeom(ST_Transform(r.line, 3857), b.tile, 4096, 64) AS shape
			FROM plan JOIN rounds.routes r ON r.plan_id = plan.id JOIN rounds.workers w ON w.id = r.worker_id, bounds b
			WHERE (@worker::uuid IS NULL OR r.worker_id = @worker) AND (@day::date IS NULL OR r.day = @day) AND r.line && b.reach
			ORDER BY r.id) f
		WHERE shape IS NOT NULL`, filter.arguments(today))
}

// StopsTile draws the stops that the principal may see.
func (db *DB) StopsTile(ctx context.Context, principal Principal, tile MapTile, filter RouteFilter, today time.Time) ([]byte, error) {
	query, arguments, err := stopsQuery(tile, filter, today)
	if err != nil {
		return nil, err
	}
	return db.drawTile(ctx, principal, audit.Entry{Kind: audit.MapStops, Purpose: audit.ForPlanning}, tile, query, arguments)
}

func stopsQuery(tile MapTile, filter RouteFilter, today time.Time) (query string, arguments pgx.NamedArgs, err error) {
	there, cells, err := inTile(tile, "h")
	first := "" // the database's choice
	if cells != nil {
		first = "MATERIALIZED" // the database takes policies for choosier than they are
	}
	arguments = filter.arguments(today)
	arguments["cells"] = cells
	return tileBounds + `,` + planChosen + `,
		places AS ` + first + ` (SELECT h.id, h.at FROM rounds.households h, bounds b WHERE ` + there + `)
		SELECT ST_AsMVT(f, 'stops', 4096, 'shape') FROM (
			SELECT s.household_id::text AS household, s.seq::integer, w.code::text, r.day::text AS date,
				to_char(s.start_at, 'HH24:MI') AS start, s.doors::integer, coalesce(d.state, 'open')::text AS state,
				ST_AsMVTGeom(ST_Transform(h.at, 3857), b.tile, 4096, 64) AS shape
			FROM plan CROSS JOIN places h JOIN rounds.stops s ON s.plan_id = plan.id AND s.household_id = h.id
				JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
				LEFT JOIN rounds.doors d ON d.round_id = plan.round_id AND d.household_id = h.id AND d.state = 'finished',
				bounds b
			WHERE (@worker::uuid IS NULL OR r.worker_id = @worker) AND (@day::date IS NULL OR r.day = @day)
			ORDER BY r.id, s.seq) f
		WHERE shape IS NOT NULL`, arguments, err
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
