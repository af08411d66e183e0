package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// FoundIncident is a matter of a file as a preview shows it; the number that it has there is
// not among it, as of a number its HMAC is all that is kept.
type FoundIncident struct {
	Row        int64      `json:"row"`
	Matter     string     `json:"matter"`
	ReportedOn time.Time  `json:"reported_on"`
	ClosedOn   *time.Time `json:"closed_on"`
	Lon        float64    `json:"lon"`
	Lat        float64    `json:"lat"`
}

// refuseIncidentsBeyond complains about matters beyond some areas, and about numbers of
// matters there.
func (in *intake) refuseIncidentsBeyond(ctx context.Context, areas []uuid.UUID) error {
	return in.refuseRows(ctx, areas, []beyond{
		{"SELECT l.row_number FROM incoming_incidents l WHERE l.area_id IS NOT NULL AND NOT " + held("l.area_id"),
			"lon, lat", "lies in an area that is not yours; leave the row out, or ask who has that area"},
		{"SELECT l.row_number FROM incoming_incidents l JOIN rounds.incidents h ON h.id = l.id WHERE " + held("l.area_id") + " AND NOT " + held("h.area_id"),
			"id", "is that of a matter in an area that is not yours; give each matter a number of its own, such as with its village before it"},
	})
}

// findIncidents lists what an import would add.
func (in *intake) findIncidents(ctx context.Context) error {
	rows, err := in.Query(ctx, `SELECT i.row_number, i.matter, i.reported_on, i.closed_on, ST_X(i.at), ST_Y(i.at)
		FROM incoming_incidents i LEFT JOIN rounds.incidents h ON h.id = i.id WHERE h.id IS NULL ORDER BY i.row_number LIMIT $1`, mostFound)
	if err != nil {
		return fmt.Errorf("register: preview: %w", err)
	}
	in.options.Desk.Found.Incidents, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (f FoundIncident, err error) {
		return f, row.Scan(&f.Row, &f.Matter, &f.ReportedOn, &f.ClosedOn, &f.Lon, &f.Lat)
	})
	if err != nil {
		return fmt.Errorf("register: preview: %w", err)
	}
	return nil
}

// CanUndoIncidents says whether the matters of an import can be taken away by who holds some
// areas. The error may be [ErrUndoBeyond] or, unless workedOn, [ErrWorkedOn].
func (db *DB) CanUndoIncidents(ctx context.Context, id uuid.UUID, areas []uuid.UUID, workedOn bool) error {
	return db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error { return canUndoIncidents(ctx, tx, id, areas, workedOn) })
}

func canUndoIncidents(ctx context.Context, tx pgx.Tx, id uuid.UUID, areas []uuid.UUID, workedOn bool) error {
	var beyond bool
	var worked int
	err := tx.QueryRow(ctx, "SELECT beyond, worked_on FROM rounds.incidents_since($1, $2)", id, areas).Scan(&beyond, &worked)
	switch {
	case err != nil:
		return fmt.Errorf("register: undo incidents: %w", err)
	case beyond:
		return ErrUndoBeyond
	case worked > 0 && !workedOn:
		return ErrWorkedOn
	}
	return nil
}

// UndoIncidents takes the matters of an import away, with their cases, for who holds some
// areas; see [DB.CanUndoIncidents]. done is called at the end of the transaction; its error
// undoes nothing of the import.
func (db *DB) UndoIncidents(ctx context.Context, id uuid.UUID, areas []uuid.UUID, workedOn bool, done func(ctx context.Context, tx pgx.Tx) error) (undone Undone, err error) {
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		if err := canUndoIncidents(ctx, tx, id, areas, workedOn); err != nil {
			return err
		}
		var taken *int
		err := tx.QueryRow(ctx, "SELECT rounds.undo_incidents($1, $2)", id, workedOn).Scan(&taken)
		var refused *pgconn.PgError
		switch {
		case errors.As(err, &refused) && refused.ConstraintName == "imports_worked_on":
			return ErrWorkedOn
		case err != nil:
			return fmt.Errorf("register: undo incidents: %w", err)
		case taken == nil:
			return ErrNoImport
		}
		undone.Removed = *taken
		return done(ctx, tx)
	})
	return undone, err
}
