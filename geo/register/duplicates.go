package register

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// ErrNotMerged says that two reports cannot be made one: they are open, of one matter,
// in the principal's areas, and neither goes with a third.
var ErrNotMerged = errors.New("register: only two open reports of one matter can be made one")

// DuplicateWithin is how far apart, in metres, two reports of one matter may be of one
// thing.
const DuplicateWithin = 50

// Duplicates lists open reports of a matter within [DuplicateWithin] of a place of the
// principal's areas, the nearest first.
func (db *DB) Duplicates(ctx context.Context, principal Principal, matter string, at orb.Point) (near []FiledIncident, err error) {
	// Numbers lead the way where row-level security turns indexes of shapes off.
	const query = selectIncidents + `
		WHERE kind <> 'dispute' AND state = 'open' AND merged_into IS NULL AND matter = $1
			AND ST_X(at) BETWEEN $3 AND $4 AND ST_Y(at) BETWEEN $5 AND $6
			AND ST_DistanceSphere(at, $2) <= $7
		ORDER BY ST_DistanceSphere(at, $2), id LIMIT 5`
	around := orbgeo.NewBoundAroundPoint(at, DuplicateWithin)
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, matter, at, around.Left(), around.Right(), around.Bottom(), around.Top(), DuplicateWithin)
		if err != nil {
			return audit.Entry{}, err
		}
		near, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (FiledIncident, error) { return scanIncident(row) })
		return audit.Entry{Kind: audit.Incidents, Purpose: audit.ForIncidents}, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: duplicates: %w", err)
	}
	return near, nil
}

// MergeIncident makes a report go with another of the same thing: it leaves lists and
// maps, and is closed with it. With the zero id it stands for itself again. The error
// may be [ErrNotMerged].
func (db *DB) MergeIncident(ctx context.Context, principal Principal, incident, into uuid.UUID) error {
	var done bool
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.merge_incident($1, $2)", incident, orNull(into)).Scan(&done)
	})
	if err == nil && !done {
		err = ErrNotMerged
	}
	if err != nil {
		return fmt.Errorf("register: merge incidents: %w", err)
	}
	return nil
}

// IncidentText is what was written about a matter, or "". The error may be
// [ErrNoIncident].
func (db *DB) IncidentText(ctx context.Context, principal Principal, incident uuid.UUID) (text string, err error) {
	const query = `
		SELECT i.area_id, coalesce(t.text, '') FROM rounds.incidents i LEFT JOIN rounds.incident_texts t ON t.incident_id = i.id
		WHERE i.id = $1`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.IncidentText, Purpose: audit.ForIncidents}
		err := tx.QueryRow(ctx, query, incident).Scan(&read.Area, &text)
		if errors.Is(err, pgx.ErrNoRows) {
			err = ErrNoIncident
		}
		return read, err
	})
	if err != nil {
		return "", fmt.Errorf("register: text of an incident: %w", err)
	}
	return text, nil
}
