package register

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// Incident is a matter at a place as a file brings it: no text, no reporter.
type Incident struct {
	// ID is the number in the ledger that it comes from.
	ID string
	At orb.Point
	// Matter is a code of the closed list; it decides the kind and when it is due.
	Matter     string
	ReportedOn time.Time
	// Closed is whether it was closed; ClosedOn when.
	Closed   bool
	ClosedOn time.Time
}

// IncidentRows gives the incidents of a file, as [HouseholdRows] does households.
type IncidentRows func(keep func(row int64, incident Incident, complaint *Complaint) error) error

// ImportIncidents takes hazards and service requests of another ledger. The error
// is a [*RefusedError] when a row cannot be taken; then none is.
func (db *DB) ImportIncidents(ctx context.Context, rows IncidentRows, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "incidents", DryRun: options.DryRun}
	today := db.today()
	err := db.importing(ctx, &report, options, func(in *intake) error {
		if err := in.stageIncidents(ctx, rows, today); err != nil {
			return err
		}
		if !in.looks() {
			if _, err := in.hold(ctx); err != nil {
				return err
			}
		}
		if err := in.refuseIncidentsOutside(ctx); err != nil {
			return err
		}
		if options.Desk != nil {
			if err := in.refuseIncidentsBeyond(ctx, options.Desk.Areas); err != nil {
				return err
			}
		}
		if err := in.complaints.err(); err != nil {
			return err
		}
		if err := in.countIncidents(ctx); err != nil {
			return err
		}
		if in.looks() {
			return in.findIncidents(ctx)
		}
		return in.mergeIncidents(ctx)
	})
	return report, err
}

// mostIncidents bounds what is held of a file in memory, about 200 MB.
const mostIncidents = 500_000

func (in *intake) stageIncidents(ctx context.Context, rows IncidentRows, today time.Time) error {
	err := in.run(ctx, `CREATE TEMP TABLE incoming_incidents (row_number bigint, id uuid, matter text, kind rounds.incident_kind,
		cell bigint, at public.geometry(Point, 4326), reported_on date, closed_on date, area_id uuid) ON COMMIT DROP`)
	if err != nil {
		return err
	}
	lists := geo.ClosedLists()
	seen := map[string]int64{}
	var staged [][]any
	err = rows(func(row int64, incident Incident, complaint *Complaint) error {
		matter, known := lists.Find("matters", incident.Matter)
		if complaint == nil {
			complaint = checkIncident(incident, known, today)
		}
		if first, double := seen[incident.ID]; double && complaint == nil {
			complaint = &Complaint{Field: "id", Problem: fmt.Sprintf("is that of row %d too; give each matter a number of its own", first)}
		}
		if complaint != nil {
			in.complain(row, *complaint)
			return nil
		}
		if len(staged) == mostIncidents {
			return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds more than 500,000 matters; divide it into several files"}}}
		}
		seen[incident.ID] = row
		cell, err := geo.LeafCell(incident.At)
		if err != nil {
			return err
		}
		var closed any
		if incident.Closed {
			closed = incident.ClosedOn
		}
		staged = append(staged, []any{row, in.options.Keys.ID("incident", incident.ID), matter.Code, matter.Kind, int64(cell), incident.At,
			incident.ReportedOn, closed})
		return ctx.Err()
	})
	if err != nil {
		return in.unread(err)
	}
	columns := []string{"row_number", "id", "matter", "kind", "cell", "at", "reported_on", "closed_on"}
	if _, err := in.CopyFrom(ctx, pgx.Identifier{"incoming_incidents"}, columns, pgx.CopyFromRows(staged)); err != nil {
		return fmt.Errorf("register: stage incidents: %w", err)
	}
	return nil
}

// CheckIncident says why a matter of a file is refused; it is nil when it may be taken.
func (db *DB) CheckIncident(incident Incident) *Complaint {
	_, known := geo.ClosedLists().Find("matters", incident.Matter)
	return checkIncident(incident, known, db.today())
}

func checkIncident(incident Incident, known bool, today time.Time) *Complaint {
	switch {
	case incident.ID == "":
		return &Complaint{Field: "id", Problem: "is empty; give each matter the number of its ledger"}
	case !known:
		return &Complaint{Field: "matter", Problem: "is not on the closed list; see: rounds import incidents --help"}
	case !isReportable(incident.Matter):
		return &Complaint{Field: "matter", Problem: "is a dispute, which has no place; leave the row out"}
	case incident.ReportedOn.IsZero() || incident.ReportedOn.After(today):
		return &Complaint{Field: "reported_on", Problem: "is no day up to today; want a date such as 2027-03-01"}
	case incident.Closed && (incident.ClosedOn.Before(incident.ReportedOn) || incident.ClosedOn.After(today)):
		return &Complaint{Field: "closed_on", Problem: "is no day between reported_on and today"}
	}
	if c := checkPoint(incident.At); c != nil {
		return c
	}
	return checkID(incident.ID, 64)
}

// refuseIncidentsOutside finds the smallest area of each, and complains when there
// is none.
func (in *intake) refuseIncidentsOutside(ctx context.Context) error {
	if err := in.copyAreas(ctx); err != nil {
		return err
	}
	err := in.run(ctx, `UPDATE incoming_incidents i SET area_id = (
		SELECT a.id FROM known_areas a WHERE ST_Covers(a.outline, i.at) ORDER BY a.level DESC, a.size, a.id LIMIT 1)`)
	if err != nil {
		return err
	}
	rows, err := in.Query(ctx, "SELECT row_number FROM incoming_incidents WHERE area_id IS NULL ORDER BY row_number")
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	var row int64
	_, err = pgx.ForEachRow(rows, []any{&row}, func() error {
		in.complain(row, Complaint{Field: "lon, lat", Problem: "lies outside every area; are lon and lat swapped?"})
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// countIncidents counts those that are new and those that are there.
func (in *intake) countIncidents(ctx context.Context) error {
	err := in.QueryRow(ctx, "SELECT count(*) FILTER (WHERE h.id IS NULL), count(h.id) FROM incoming_incidents i LEFT JOIN rounds.incidents h ON h.id = i.id").
		Scan(&in.report.Added, &in.report.Unchanged)
	if err != nil {
		return fmt.Errorf("register: count incidents: %w", err)
	}
	if in.report.Added+in.report.Unchanged == 0 {
		return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds no incidents; nothing was imported"}}}
	}
	return nil
}

// mergeIncidents adds the incidents that are not there. One that is there keeps
// the state that was worked out here.
func (in *intake) mergeIncidents(ctx context.Context) error {
	if err := in.enter(ctx); err != nil {
		return err
	}
	_, err := in.Exec(ctx, `
		INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, state, source, reported_on, due_on, closed_on, import_id)
		SELECT id, kind, matter, area_id, cell, at, CASE WHEN closed_on IS NULL THEN 'open' ELSE 'closed' END::rounds.incident_state,
			'import', reported_on, rounds.case_due(area_id, matter, reported_on), closed_on, $1
		FROM incoming_incidents ON CONFLICT (id) DO NOTHING`, in.id)
	if err != nil {
		return fmt.Errorf("register: save incidents: %w", err)
	}
	return nil
}
