package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Undone is what came of taking an import back.
type Undone struct {
	// Removed were new with it, PutBack are as they were before.
	Removed int `json:"removed"`
	PutBack int `json:"put_back"`
	// Needed stay as a visit, a plan or something else hangs on them; ChangedSince as
	// somebody, or a later import, changed them.
	Needed       int `json:"needed"`
	ChangedSince int `json:"changed_since"`
}

// UndoImport takes an import back as a whole, in one transaction: what it brought goes,
// what it changed is as before, and what others built on stays. done is called at the end
// of the transaction; its error undoes nothing of the import, and neither does that of
// [DB.CanUndo], which is asked again for who holds some areas.
func (db *DB) UndoImport(ctx context.Context, keys *Keys, id uuid.UUID, areas []uuid.UUID, done func(ctx context.Context, tx pgx.Tx) error) (undone Undone, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		if err := canUndo(ctx, tx, id, areas); err != nil {
			return err
		}
		in := newIntake(tx, id, ImportOptions{Keys: keys}, &ImportReport{})
		err := holdInput(ctx, tx)
		if err != nil {
			return err
		}
		if in.refused, err = loadRefused(ctx, tx, keys); err != nil {
			return err
		}
		if err := in.undo(ctx, id, &undone); err != nil {
			return err
		}
		return done(ctx, tx)
	})
	return undone, err
}

// CanUndo says whether an import can be taken back by who holds some areas: the error may
// be [ErrUndoOver] or [ErrUndoBeyond].
func (db *DB) CanUndo(ctx context.Context, id uuid.UUID, areas []uuid.UUID) error {
	return db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error { return canUndo(ctx, tx, id, areas) })
}

func canUndo(ctx context.Context, tx pgx.Tx, id uuid.UUID, areas []uuid.UUID) error {
	return undoable(ctx, tx, id, areas, `SELECT FROM rounds.import_changes c JOIN rounds.households h ON h.id = c.household_id
		WHERE c.import_id = $2 AND NOT (`+held("h.area_id")+` AND (c.area_id IS NULL OR `+held("c.area_id")+`))`)
}

// undoable says whether what an import ($2) changed is still kept and all of it in some
// areas ($1); beyond asks for what is not.
func undoable(ctx context.Context, tx pgx.Tx, id uuid.UUID, areas []uuid.UUID, beyond string) error {
	kept, err := stillKept(ctx, tx, id)
	if err != nil {
		return err
	}
	if !kept {
		return ErrUndoOver
	}
	var some bool
	err = tx.QueryRow(ctx, "SELECT EXISTS ("+beyond+")", areas, id).Scan(&some)
	switch {
	case err != nil:
		return fmt.Errorf("register: undo: %w", err)
	case some:
		return ErrUndoBeyond
	}
	return nil
}

// stillKept says whether all that an import changed is kept. An hour before it goes, batch by
// batch, is the last moment: half of it put back would be neither as before nor as after.
func stillKept(ctx context.Context, tx pgx.Tx, id uuid.UUID) (kept bool, err error) {
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM rounds.imports i, rounds.retention r
		WHERE i.id = $1 AND r.class = 'import_changes' AND i.imported_at > clock_timestamp() - r.age + interval '1 hour')`, id).Scan(&kept)
	if err != nil {
		return false, fmt.Errorf("register: undo: %w", err)
	}
	return kept, nil
}

// What happens to a place of an import that is taken back.
const (
	fateRemoved = "removed"
	fatePutBack = "put back"
	fateNeeded  = "needed"
	fateChanged = "changed"
)

func (in *intake) undo(ctx context.Context, id uuid.UUID, undone *Undone) error {
	_, err := in.Exec(ctx, `CREATE TEMP TABLE fates ON COMMIT DROP AS
		SELECT c.*, CASE
			WHEN c.made <> `+digestOf("h")+` THEN '`+fateChanged+`'
			-- Its key may be another's by now.
			WHEN c.source_key <> h.source_key AND EXISTS (SELECT FROM rounds.households k WHERE k.source_key = c.source_key) THEN '`+fateChanged+`'
			WHEN c.source_key IS NOT NULL THEN '`+fatePutBack+`'
			WHEN rounds.is_built_on(h.id) THEN '`+fateNeeded+`'
			ELSE '`+fateRemoved+`' END AS fate
		FROM rounds.import_changes c JOIN rounds.households h ON h.id = c.household_id WHERE c.import_id = $1`, id)
	if err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	if err := in.keepRefusedAway(ctx); err != nil {
		return err
	}
	assign := ""
	for i, column := range householdColumns {
		if i > 0 {
			assign += ", "
		}
		assign += column + " = f." + column
	}
	err = in.QueryRow(ctx, `SELECT count(*) FILTER (WHERE fate = $1), count(*) FILTER (WHERE fate = $2), count(*) FILTER (WHERE fate = $3),
		count(*) FILTER (WHERE fate = $4) FROM fates`, fateRemoved, fatePutBack, fateNeeded, fateChanged).
		Scan(&undone.Removed, &undone.PutBack, &undone.Needed, &undone.ChangedSince)
	if err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	err = in.run(ctx,
		"DELETE FROM rounds.households h USING fates f WHERE h.id = f.household_id AND f.fate = '"+fateRemoved+"'",
		"UPDATE rounds.households h SET "+assign+" FROM fates f WHERE h.id = f.household_id AND f.fate = '"+fatePutBack+"'",
		"SELECT pg_notify('rounds_import', 'households')")
	if err != nil {
		return err
	}
	if err := in.recount(ctx); err != nil {
		return err
	}
	if _, err := in.Exec(ctx, "DELETE FROM rounds.import_changes WHERE import_id = $1", id); err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	return nil
}

// keepRefusedAway lets no place go back to an address whose residents refused since.
func (in *intake) keepRefusedAway(ctx context.Context) error {
	if len(in.refused.set) == 0 {
		return nil
	}
	towns, err := townsOfAreas(ctx, in.Tx)
	if err != nil {
		return err
	}
	rows, err := in.Query(ctx, `SELECT household_id, source_key, coalesce(street, ''), coalesce(house_number, ''), coalesce(unit, ''),
		coalesce(postcode, ''), coalesce(place, ''), area_id, cell, ST_X(at), ST_Y(at) FROM fates WHERE fate = '`+fatePutBack+"'")
	if err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	var id, area uuid.UUID
	var cell int64
	var at orb.Point
	var place geo.Household
	var away []uuid.UUID
	a := &place.Address
	_, err = pgx.ForEachRow(rows, []any{&id, &place.ID, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place, &area, &cell, &at[0], &at[1]}, func() error {
		place.At = at
		has, err := in.refused.has(place, geo.Cell(cell), towns[area])
		if has {
			away = append(away, id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	_, err = in.Exec(ctx, "UPDATE fates SET fate = '"+fateChanged+"' WHERE household_id = ANY ($1)", away)
	if err != nil {
		return fmt.Errorf("register: undo: %w", err)
	}
	return nil
}
