// Package audit keeps the log of who read what about people: a row for each read, in
// the transaction that reads, committed before the first byte of an answer leaves.
// [Seal] chains the rows, and [Verify] finds any that was changed since.
//
// What psql as superuser does leaves no row; docs/audit.md says so.
package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Kind is what was read: a set of fields that docs/dictionary/reads.csv names, a
// value of the type rounds.read_kind.
type Kind string

// Kinds of reads. "Others" are people besides the reader.
const (
	Day             Kind = "day"             // own walk of a day with its stops
	Route           Kind = "route"           // a route with its stops
	Routes          Kind = "routes"          // routes of a plan, without stops
	Plans           Kind = "plans"           // what workers have in a plan
	Workers         Kind = "workers"         // names of others who walk
	Places          Kind = "places"          // households of an area
	Place           Kind = "place"           // one household
	Incidents       Kind = "incidents"       // matters at places
	IncidentText    Kind = "incident_text"   // what was written about one
	Disputes        Kind = "disputes"        // what parties asked to have mediated
	DisputeContact  Kind = "dispute_contact" // where one is called back
	Mediation       Kind = "mediation"       // the parties of a dispute, their sessions, what they agreed
	Agreement       Kind = "agreement"       // a copy of what they agreed, on paper
	Accounts        Kind = "accounts"        // accounts and grants of others
	MapStops        Kind = "map_stops"       // a tile of stops
	MapRoutes       Kind = "map_routes"      // a tile of routes
	MapTerritories  Kind = "map_territories" // what each worker has, on the map
	MapHazards      Kind = "map_hazards"     // a tile of matters at places
	DoorNotes       Kind = "door_notes"
	SupportWanted   Kind = "support_wanted"
	EmergencyOpened Kind = "emergency_opening"
	LapsedTimer     Kind = "lapsed_timer"
	Cases           Kind = "cases"         // what is done about matters, and by whom
	Units           Kind = "units"         // who is in units, on duty or away
	Messages        Kind = "messages"      // what workers were told, and who understood
	Reads           Kind = "reads"         // this log
	Requests        Kind = "requests"      // requests for access and erasure
	AccessReport    Kind = "access_report" // all that is held of a place
)

// Export is the kind of an export of a layer; "" of one without anything personal.
func Export(layer string) Kind {
	switch layer {
	case "households", "routes", "stops", "incidents":
		return Kind("export_" + layer)
	}
	return ""
}

// Purposes of reads, besides those of rounds.
const (
	ForServices       = "provide_services"
	ForPlanning       = "planning"
	ForIncidents      = "incidents"
	ForSafety         = "safety"
	ForAdministration = "administration"
	ForOversight      = "oversight"
	ForResident       = "resident_request"
)

// Purposes are all of them, a closed list.
var Purposes = []string{"fire_safety", "welfare_after_event", "service_information", "census_follow_up", "requested_follow_up",
	ForServices, ForPlanning, ForIncidents, ForSafety, ForAdministration, ForOversight, ForResident}

// Looking is the purpose of who looks at a layer in the course of work, for no round's.
func Looking(layer string) string {
	if layer == "incidents" {
		return ForIncidents
	}
	return ForPlanning
}

// Entry is a read. Who reads, when and for which request is added to it.
type Entry struct {
	// Kind is "" when nothing personal was read; such an entry leaves no row.
	Kind Kind
	// Purpose is that of the round, or one of this package.
	Purpose string
	// Area is where; uuid.Nil is all that the reader was granted, which gives a row
	// for each of these grants.
	Area uuid.UUID
	// Place is the pseudonym of the household when one alone was read, see
	// [register.Keys.Place].
	Place []byte
}

// errUnlogged says that a read would have left no row, and is therefore refused.
var errUnlogged = errors.New("audit: the read left no row")

// Read writes the row of a read. The transaction is the one that reads; it must know
// its principal. A service of the server reads for nobody and leaves no row, the
// operator at the terminal does.
func Read(ctx context.Context, tx pgx.Tx, entry Entry) error {
	if entry.Kind == "" {
		return nil
	}
	const query = `
		WITH who AS (SELECT rounds.principal_role() AS role),
		granted AS (
			SELECT DISTINCT rounds.narrowed(g.area_id) AS area_id FROM rounds.grants g
			WHERE $3::uuid IS NULL AND rounds.is_own(g) AND (g.area_id IS NULL OR rounds.narrowed(g.area_id) IS NOT NULL)),
		added AS (
			INSERT INTO rounds.reads (kind, purpose, area_id, place, request_id)
			SELECT $1, $2, coalesce($3, granted.area_id), $4, $5 FROM who LEFT JOIN granted ON true
			WHERE who.role NOT LIKE 'service:%' OR who.role = 'service:operator'
			RETURNING 1)
		SELECT role LIKE 'service:%' OR EXISTS (SELECT FROM added) FROM who`
	var area *uuid.UUID
	if entry.Area != uuid.Nil {
		area = &entry.Area
	}
	var done bool
	err := tx.QueryRow(ctx, query, entry.Kind, entry.Purpose, area, entry.Place, requestOf(ctx)).Scan(&done)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	if !done {
		return errUnlogged
	}
	return nil
}

type requestKey struct{}

// WithRequest is a context whose reads belong to one request of HTTP.
func WithRequest(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, requestKey{}, id)
}

// requestOf is the request of a context; outside of one each read is a request of
// its own.
func requestOf(ctx context.Context) uuid.UUID {
	if id, ok := ctx.Value(requestKey{}).(uuid.UUID); ok {
		return id
	}
	return uuid.New()
}
