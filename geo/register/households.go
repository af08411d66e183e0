package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Household is a place of the register. Place.ID is the source key, which stays
// inside; ID is what others see.
type Household struct {
	ID     uuid.UUID
	AreaID uuid.UUID
	Cell   geo.Cell
	geo.Household
}

const selectHouseholds = `
	SELECT h.id, h.area_id, h.cell, h.source_key, h.at, h.doors, h.window_opens, h.window_closes, coalesce(h.street, ''),
		coalesce(h.house_number, ''), coalesce(h.unit, ''), coalesce(h.postcode, ''), coalesce(h.place, '')
	FROM rounds.households h`

// HouseholdsOf are the households of an area and of the areas within it, as far
// as the principal sees them, in order of their ids.
func (db *DB) HouseholdsOf(ctx context.Context, principal Principal, area uuid.UUID) ([]Household, error) {
	return db.households(ctx, principal, area, selectHouseholds+`
		WHERE h.area_id IN (SELECT p.area_id FROM rounds.area_paths p WHERE p.ancestor_id = $1) ORDER BY h.id`, area)
}

// OpenHouseholds are the households of a round whose doors are not finished, as far
// as the principal sees them, in order of their ids.
func (db *DB) OpenHouseholds(ctx context.Context, principal Principal, round uuid.UUID) ([]Household, error) {
	return db.households(ctx, principal, uuid.Nil, selectHouseholds+`
		WHERE h.area_id IN (SELECT a.area_id FROM rounds.round_areas a WHERE a.round_id = $1) AND NOT EXISTS (
			SELECT FROM rounds.doors d WHERE d.round_id = $1 AND d.household_id = h.id AND d.state = 'finished')
		ORDER BY h.id`, round)
}

// HouseholdsAmong are those of some households, of a round, that still are, as far as the
// principal sees them, in order of their ids.
func (db *DB) HouseholdsAmong(ctx context.Context, principal Principal, round uuid.UUID, among []uuid.UUID) ([]Household, error) {
	return db.households(ctx, principal, uuid.Nil, selectHouseholds+`
		WHERE h.id = ANY ($2) AND h.area_id IN (SELECT a.area_id FROM rounds.round_areas a WHERE a.round_id = $1)
		ORDER BY h.id`, round, among)
}

func (db *DB) households(ctx context.Context, principal Principal, area uuid.UUID, query string, arguments ...any) ([]Household, error) {
	var households []Household
	read := audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning, Area: area}
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return read, err
		}
		households, err = pgx.CollectRows(rows, scanHousehold)
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: households: %w", err)
	}
	return households, nil
}

func scanHousehold(row pgx.CollectableRow) (Household, error) {
	var h Household
	var cell int64
	var opens, closes pgtype.Time
	a := &h.Address
	err := row.Scan(&h.ID, &h.AreaID, &cell, &h.Household.ID, &h.At, &h.Doors, &opens, &closes,
		&a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place)
	h.Cell = geo.Cell(cell)
	if opens.Valid && closes.Valid {
		h.Window = &geo.Window{
			Opens:  time.Duration(opens.Microseconds) * time.Microsecond,
			Closes: time.Duration(closes.Microseconds) * time.Microsecond,
		}
	}
	return h, err
}
