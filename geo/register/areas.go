package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Area is an area of the register as a list shows it.
type Area struct {
	ID       uuid.UUID
	ParentID *uuid.UUID
	Level    geo.Level
	Name     string
	// NameZH is "" where the source has none.
	NameZH    string
	Dwellings int
	Bound     orb.Bound
}

// AreaFilter narrows [DB.Areas]; the zero value lists every area that the
// principal sees.
type AreaFilter struct {
	Parent uuid.UUID
	Level  geo.Level
	// After is the last id of the page before; Limit 0 means no limit.
	After uuid.UUID
	Limit int
}

const selectAreas = `
	SELECT id, parent_id, level, name, coalesce(name_zh, ''), dwellings,
		ST_XMin(outline), ST_YMin(outline), ST_XMax(outline), ST_YMax(outline)
	FROM rounds.areas`

// Areas lists areas in order of their ids, which is stable for paging.
func (db *DB) Areas(ctx context.Context, principal Principal, filter AreaFilter) ([]Area, error) {
	const query = selectAreas + `
		WHERE ($1::uuid IS NULL OR parent_id = $1) AND ($2::rounds.area_level IS NULL OR level = $2)
			AND ($3::uuid IS NULL OR id > $3)
		ORDER BY id LIMIT $4`
	return db.areas(ctx, principal, query, orNull(filter.Parent), orNull(filter.Level), orNull(filter.After), orNull(filter.Limit))
}

// GrantedAreas are the areas that the principal's grants name, in its present role.
func (db *DB) GrantedAreas(ctx context.Context, principal Principal) ([]Area, error) {
	const query = selectAreas + `
		WHERE id IN (SELECT g.area_id FROM rounds.grants g WHERE rounds.is_own(g))
		ORDER BY level, name, id`
	return db.areas(ctx, principal, query)
}

func (db *DB) areas(ctx context.Context, principal Principal, query string, arguments ...any) ([]Area, error) {
	var areas []Area
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return err
		}
		areas, err = pgx.CollectRows(rows, scanArea)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: areas: %w", err)
	}
	return areas, nil
}

func scanArea(row pgx.CollectableRow) (Area, error) {
	var a Area
	err := row.Scan(&a.ID, &a.ParentID, &a.Level, &a.Name, &a.NameZH, &a.Dwellings,
		&a.Bound.Min[0], &a.Bound.Min[1], &a.Bound.Max[0], &a.Bound.Max[1])
	return a, err
}

// orNull is nil for the zero value, which SQL takes as "any".
func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

// CellsOfArea are the leaf cells, of those asked for, whose middles lie in an area.
type CellsOfArea struct {
	Area  uuid.UUID
	Cells []geo.Cell // ascending
}

// CellsWithin says which of some leaf cells lie in which area that the principal sees,
// grids aside.
func (db *DB) CellsWithin(ctx context.Context, principal Principal, cells []geo.Cell) ([]CellsOfArea, error) {
	lons, lats := make([]float64, len(cells)), make([]float64, len(cells))
	for i, cell := range cells {
		at, err := cell.Centre()
		if err != nil {
			return nil, err
		}
		lons[i], lats[i] = at.Lon(), at.Lat()
	}
	const query = `
		SELECT a.id, array_agg(c.cell ORDER BY c.cell)
		FROM unnest($1::bigint[], $2::float8[], $3::float8[]) AS c (cell, lon, lat)
			JOIN rounds.areas a ON a.level <> 'grid' AND ST_Covers(a.outline, ST_SetSRID(ST_MakePoint(c.lon, c.lat), 4326))
		GROUP BY a.id ORDER BY a.id`
	var within []CellsOfArea
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, cellKeys(cells), lons, lats)
		if err != nil {
			return err
		}
		var area uuid.UUID
		var keys []int64
		_, err = pgx.ForEachRow(rows, []any{&area, &keys}, func() error {
			one := CellsOfArea{Area: area, Cells: make([]geo.Cell, len(keys))}
			for i, key := range keys {
				one.Cells[i] = geo.Cell(key)
			}
			within = append(within, one)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: cells of areas: %w", err)
	}
	return within, nil
}
