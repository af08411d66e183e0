package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// DoorNote is what keeps a worker safe at a place, a code of the closed list
// door_notes, and when it was last seen.
type DoorNote struct {
	Household uuid.UUID
	Note      string
	SeenOn    time.Time
	// Turn is how many words there were of it on that day.
	Turn int64
}

// DoorNotes are the notes of some households that the principal, a worker, visits
// within 7 days.
func (db *DB) DoorNotes(ctx context.Context, principal Principal, households []uuid.UUID) (notes []DoorNote, err error) {
	const query = "SELECT household_id, note, seen_on, turn FROM rounds.door_notes WHERE household_id = ANY ($1) AND there ORDER BY household_id, note"
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query, households)
		if err != nil {
			return read, err
		}
		notes, err = pgx.CollectRows(rows, pgx.RowToStructByPos[DoorNote])
		if len(notes) > 0 {
			read = audit.Entry{Kind: audit.DoorNotes, Purpose: audit.ForSafety}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: door notes: %w", err)
	}
	return notes, nil
}

// NoteDoor keeps that a note was seen, again or for the first time, or, unless there,
// that it no longer holds. Again changes nothing. The error may be [ErrNotAssigned].
func (db *DB) NoteDoor(ctx context.Context, principal Principal, note DoorNote, there bool) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error { return noteDoor(ctx, tx, note, there, nil) })
	if err != nil {
		return fmt.Errorf("register: note door: %w", err)
	}
	return nil
}

// noteDoor takes the word of a turn; without one it is the latest.
func noteDoor(ctx context.Context, tx pgx.Tx, note DoorNote, there bool, turn *int64) error {
	var done bool
	const query = "SELECT rounds.note_door($1, $2, $3, $4, $5)"
	err := tx.QueryRow(ctx, query, note.Household, note.Note, note.SeenOn, there, turn).Scan(&done)
	if err == nil && !done {
		err = ErrNotAssigned
	}
	return err
}

// decide runs a function of the schema that says whether it did what was asked of it.
func (db *DB) decide(ctx context.Context, principal Principal, refused error, what, query string, arguments ...any) error {
	var done bool
	err := db.As(ctx, principal, func(tx pgx.Tx) error { return tx.QueryRow(ctx, query, arguments...).Scan(&done) })
	if err == nil && !done {
		err = refused
	}
	if err != nil {
		return fmt.Errorf("register: %s: %w", what, err)
	}
	return nil
}
