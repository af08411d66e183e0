package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrNoHousehold says that the principal sees no such household.
var ErrNoHousehold = errors.New("register: no such household")

// importLock makes refusals wait for an import, which has read them already.
const importLock = 0x726f756e6401

// Refuse takes a household out at the wish of those who live there: its row and
// all that hangs on it go, from open plans too, and what stays are HMACs that keep
// every later input from bringing it back. Who may see a household may do this, and a
// worker whom an earlier plan of an open round sent there; otherwise the error is
// [ErrNoHousehold].
func (db *DB) Refuse(ctx context.Context, principal Principal, keys *Keys, household uuid.UUID) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error { return refuse(ctx, tx, keys, household) })
}

func refuse(ctx context.Context, tx pgx.Tx, keys *Keys, household uuid.UUID) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock_shared($1)", int64(importLock)); err != nil {
		return fmt.Errorf("register: refuse: %w", err)
	}
	rows, err := tx.Query(ctx, selectPlace("place_to_refuse($1)"), household)
	if err != nil {
		return fmt.Errorf("register: refuse: %w", err)
	}
	place, err := pgx.CollectExactlyOneRow(rows, scanHousehold)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNoHousehold
	}
	if err != nil {
		return fmt.Errorf("register: refuse: %w", err)
	}
	return takeOut(ctx, tx, keys, place)
}

// takeOut deletes the row of a place and keeps its HMACs.
func takeOut(ctx context.Context, tx pgx.Tx, keys *Keys, place Household) error {
	kept, err := keys.refusalsToKeep(place)
	if err != nil {
		return err
	}
	var done bool
	if err := tx.QueryRow(ctx, "SELECT rounds.refuse_visits($1, $2)", place.ID, kept).Scan(&done); err != nil {
		return fmt.Errorf("register: refuse: %w", err)
	}
	if !done {
		return ErrNoHousehold
	}
	return nil
}
