package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of incidents.
var (
	// ErrOutside says that a place lies in none of the principal's areas.
	ErrOutside = errors.New("register: the place lies outside of the areas")
	// ErrNoMatter says that a matter is not on the closed list.
	ErrNoMatter = errors.New("register: no such matter")
)

// FiledIncident is a hazard or a service request as the register keeps it. Disputes,
// which have no place, are [FiledDispute].
type FiledIncident struct {
	ID uuid.UUID
	// Kind follows from the matter, a code of the closed list.
	Kind, Matter string
	At           orb.Point
	// State is open or closed.
	State             string
	ReportedOn, DueOn time.Time
	// Area is the smallest area around the place.
	Area uuid.UUID
	// InHome says that it is inside a home.
	InHome bool
	// MergedInto is the report of the same thing that it goes with, or nil.
	MergedInto *uuid.UUID
}

// Report is a hazard or a service request as somebody brings it.
type Report struct {
	ID     uuid.UUID
	Matter string
	At     orb.Point
	// Source is a code of the closed list incident_sources.
	Source     string
	ReportedOn time.Time
	// InHome says that it is inside a home.
	InHome bool
	// Text says what is the matter and not who ([ParseText]), or is "".
	Text string
	// Receipt is the code that whoever brought the matter keeps; nil when none was given.
	Receipt *Receipt
}

const selectIncidents = "SELECT id, kind, matter, at, state, reported_on, due_on, area_id, in_home, merged_into FROM rounds.incidents"

// ReportIncident files a matter at a place of the principal's areas, due by the rule for
// it there. The same again changes nothing, and added is false. The error may be
// [ErrOutside], [ErrNoMatter] or [ErrIDTaken].
func (db *DB) ReportIncident(ctx context.Context, principal Principal, keys *Keys, report Report) (filed FiledIncident, added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		filed, added, err = reportIncident(ctx, tx, keys, report)
		return err
	})
	if err != nil {
		return FiledIncident{}, false, fmt.Errorf("register: incident: %w", err)
	}
	return filed, added, nil
}

func reportIncident(ctx context.Context, tx pgx.Tx, keys *Keys, report Report) (filed FiledIncident, added bool, err error) {
	const insert = `
		INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, source, reported_on, due_on, in_home, receipt_hmac)
		SELECT $1, kind, code, $3, $4, $5, $6, $7, rounds.case_due($3, code, $7), $8, $9 FROM rounds.matters WHERE code = $2 AND kind <> 'dispute'
		ON CONFLICT DO NOTHING`
	cell, err := geo.LeafCell(report.At)
	if err != nil {
		return filed, false, err
	}
	area, err := smallestArea(ctx, tx, report.At)
	if err != nil {
		return filed, false, err
	}
	tag, err := tx.Exec(ctx, insert, report.ID, report.Matter, area, int64(cell), report.At, report.Source, report.ReportedOn, report.InHome,
		keys.hashOf(report.Receipt))
	if err != nil {
		return filed, false, err
	}
	added = tag.RowsAffected() == 1
	if added && report.Text != "" {
		if _, err := tx.Exec(ctx, "INSERT INTO rounds.incident_texts VALUES ($1, $2)", report.ID, report.Text); err != nil {
			return filed, false, err
		}
	}
	filed, err = scanIncident(tx.QueryRow(ctx, selectIncidents+" WHERE id = $1", report.ID))
	switch {
	case errors.Is(err, pgx.ErrNoRows) && !isReportable(report.Matter):
		err = ErrNoMatter
	case errors.Is(err, pgx.ErrNoRows), err == nil && (filed.Matter != report.Matter || filed.At != report.At):
		err = ErrIDTaken
	}
	return filed, added, err
}

// isReportable says whether a matter is a hazard or a service of the closed list.
func isReportable(code string) bool {
	matter, known := geo.ClosedLists().Find("matters", code)
	return known && matter.Kind != geo.Dispute
}

// smallestArea is the lowest of the granted areas around a place.
func smallestArea(ctx context.Context, tx pgx.Tx, at orb.Point) (area uuid.UUID, err error) {
	const query = `
		SELECT id FROM rounds.areas
		WHERE id IN (SELECT rounds.granted_areas()) AND ST_Covers(outline, $1)
		ORDER BY level DESC, id LIMIT 1`
	err = tx.QueryRow(ctx, query, at).Scan(&area)
	if errors.Is(err, pgx.ErrNoRows) {
		return area, ErrOutside
	}
	return area, err
}

// IncidentFilter narrows [DB.Incidents]; the zero value lists all that the
// principal sees.
type IncidentFilter struct {
	// State is open or closed; "" is both.
	State string
	// Bound limits the places; nil is everywhere.
	Bound *orb.Bound
	// Into lists those that go with a report instead; the zero value lists those that
	// stand for themselves.
	Into uuid.UUID
	// AfterDue and AfterID are those of the last incident of the page before; Limit 0
	// means no limit.
	AfterDue time.Time
	AfterID  uuid.UUID
	Limit    int
}

// Incidents lists hazards and service requests in the order in which they are due.
func (db *DB) Incidents(ctx context.Context, principal Principal, filter IncidentFilter) ([]FiledIncident, error) {
	const (
		alone = selectIncidents + ` WHERE merged_into IS NULL AND $9::uuid IS NULL AND `
		with  = selectIncidents + ` WHERE merged_into = $9 AND `
	)
	query := alone
	if filter.Into != uuid.Nil {
		query = with
	}
	query += `kind <> 'dispute' AND ($1::rounds.incident_state IS NULL OR state = $1)
			AND ($2::float8 IS NULL OR at && ST_MakeEnvelope($2, $3, $4, $5, 4326))
			AND ($6::date IS NULL OR (due_on, id) > ($6, $7))
		ORDER BY due_on, id LIMIT $8`
	var west, south, east, north *float64
	if b := filter.Bound; b != nil {
		west, south, east, north = &b.Min[0], &b.Min[1], &b.Max[0], &b.Max[1]
	}
	var incidents []FiledIncident
	read := audit.Entry{Kind: audit.Incidents, Purpose: audit.ForIncidents}
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, orNull(filter.State), west, south, east, north,
			orNull(filter.AfterDue), filter.AfterID, orNull(filter.Limit), orNull(filter.Into))
		if err != nil {
			return read, err
		}
		incidents, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (FiledIncident, error) { return scanIncident(row) })
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: incidents: %w", err)
	}
	return incidents, nil
}

func scanIncident(row pgx.Row) (i FiledIncident, err error) {
	err = row.Scan(&i.ID, &i.Kind, &i.Matter, &i.At, &i.State, &i.ReportedOn, &i.DueOn, &i.Area, &i.InHome, &i.MergedInto)
	return i, err
}
