package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// addedKey begins the source key of a place that people added.
const addedKey = "added/"

// PlaceError says which field of a place cannot be taken, and why.
type PlaceError struct{ Complaint Complaint }

func (e *PlaceError) Error() string { return "register: " + e.Complaint.Error() }

// AddHousehold adds a place that somebody found in a grid of the own areas, under an id
// that the client made; place.ID is not looked at. The next plan has it. A place that
// asked never to be visited, one that is there already and the same id again change
// nothing, and the answer tells none of these apart. The error may be [ErrOutside] or a
// [*PlaceError].
func (db *DB) AddHousehold(ctx context.Context, principal Principal, keys *Keys, id uuid.UUID, place geo.Household) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error { return addHousehold(ctx, tx, keys, id, place) })
}

func addHousehold(ctx context.Context, tx pgx.Tx, keys *Keys, id uuid.UUID, place geo.Household) error {
	place = trimmed(place)
	place.ID = addedKey + id.String()
	if c := checkPlace(place); c != nil {
		return &PlaceError{*c}
	}
	if len(normalAddresses(place.Address)) == 0 {
		return &PlaceError{Complaint{Field: "house_number", Problem: "is empty and the street has no number in it; a door is found by its number"}}
	}
	cell, err := geo.LeafCell(place.At)
	if err != nil {
		return err
	}
	cells, err := cell.Neighbours()
	if err != nil {
		return err
	}
	near := []int64{int64(cell)}
	for _, c := range cells {
		near = append(near, int64(c))
	}
	// Neither a wish nor an import comes between the look and the row.
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(importLock)); err != nil {
		return fmt.Errorf("register: add household: %w", err)
	}
	var towns []string
	err = tx.QueryRow(ctx, "SELECT towns FROM rounds.place_to_add($1)", place.At).Scan(&towns)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrOutside
	}
	if err != nil {
		return fmt.Errorf("register: add household: %w", err)
	}
	refusals, err := keys.refusalsOf(place, cell, towns)
	if err != nil {
		return err
	}
	hmacs := make([][]byte, len(refusals))
	for i := range refusals {
		hmacs[i] = refusals[i][:]
	}
	a := place.Address
	var granted bool
	err = tx.QueryRow(ctx, "SELECT rounds.add_household($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		keys.ID("household", place.ID), place.ID, text(a.Street), text(a.Number), text(a.Unit), text(a.Postcode), text(a.Place),
		place.Doors, int64(cell), place.At, near, hmacs).Scan(&granted)
	if err != nil {
		return fmt.Errorf("register: add household: %w", err)
	}
	if !granted {
		return ErrOutside
	}
	return nil
}
