package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// Decision is what somebody says of a row that may be a place of the register.
type Decision string

// Decisions. A row that is later, or of which nobody said anything, is left out.
const (
	Same      Decision = "same"
	Different Decision = "different"
	Later     Decision = "later"
)

// DeskImport is an import that somebody at the desk decides on.
type DeskImport struct {
	// Areas are those that the principal holds: no row may lie beyond them, and no place
	// beyond them is changed.
	Areas []uuid.UUID
	// Decisions are by number of the row; Otherwise is for all others.
	Decisions map[int64]Decision
	Otherwise Decision
	// Found is filled by a dry run.
	Found Findings
	// Done is called at the end of the transaction with the id of the import; its error
	// undoes all of it. Nil for a dry run.
	Done func(ctx context.Context, tx pgx.Tx, id uuid.UUID) error
}

// FoundPlace is a place of a file, or of the register, as a preview shows it.
type FoundPlace struct {
	// Row is that of the file; 0 for a place of the register.
	Row      int64   `json:"row"`
	Key      string  `json:"key"`
	Street   string  `json:"street"`
	Number   string  `json:"house_number"`
	Unit     string  `json:"unit"`
	Postcode string  `json:"postcode"`
	Place    string  `json:"place"`
	Doors    int     `json:"doors"`
	Lon      float64 `json:"lon"`
	Lat      float64 `json:"lat"`
}

// FoundPair is a place before and after, or a row and the place that it may be.
type FoundPair struct {
	There  FoundPlace `json:"there"`
	File   FoundPlace `json:"file"`
	Metres int        `json:"metres"`
}

// Findings are the first of what an import would do.
type Findings struct {
	New     []FoundPlace `json:"new"`
	Changed []FoundPair  `json:"changed"`
	Gone    []FoundPlace `json:"gone"`
	Twins   []FoundPair  `json:"twins"`
	// Incidents and Areas are those of files of other kinds.
	Incidents []FoundIncident `json:"incidents"`
	Areas     []FoundAreas    `json:"areas"`
}

// mostFound bounds each list of a preview; the counts are of all.
const mostFound = 2000

// decide keeps an import within the areas of who asks for it, and does with rows that may
// be places of the register what was decided.
func (in *intake) decide(ctx context.Context) error {
	desk := in.options.Desk
	if err := in.refuseBeyond(ctx, desk.Areas); err != nil {
		return err
	}
	if err := in.complaints.err(); err != nil {
		return err
	}
	if err := in.findTwins(ctx, desk.Areas); err != nil {
		return err
	}
	if in.report.Twins == 0 {
		return nil
	}
	rows, decisions := make([]int64, 0, len(desk.Decisions)), make([]string, 0, len(desk.Decisions))
	for row, decision := range desk.Decisions {
		rows, decisions = append(rows, row), append(decisions, string(decision))
	}
	if _, err := in.Exec(ctx, `UPDATE twins t SET decision = d.decision FROM unnest($1::bigint[], $2::text[]) AS d (row_number, decision)
		WHERE d.row_number = t.row_number`, rows, decisions); err != nil {
		return fmt.Errorf("register: twins: %w", err)
	}
	if _, err := in.Exec(ctx, "UPDATE twins SET decision = nullif($1, '') WHERE decision IS NULL", string(desk.Otherwise)); err != nil {
		return fmt.Errorf("register: twins: %w", err)
	}
	if err := in.QueryRow(ctx, "SELECT count(*) FROM twins WHERE decision IS NULL").Scan(&in.report.Undecided); err != nil {
		return fmt.Errorf("register: twins: %w", err)
	}
	return in.run(ctx,
		"UPDATE located i SET id = t.household_id FROM twins t WHERE t.row_number = i.row_number AND t.decision = 'same'",
		"DELETE FROM located i USING twins t WHERE t.row_number = i.row_number AND coalesce(t.decision, 'later') = 'later'")
}

// held says in SQL that an area is one of those that the principal holds.
func held(area string) string {
	return "EXISTS (SELECT FROM rounds.area_paths p WHERE p.area_id = " + area + " AND p.ancestor_id = ANY ($1))"
}

// refuseBeyond complains about rows beyond some areas, and about known places there.
func (in *intake) refuseBeyond(ctx context.Context, areas []uuid.UUID) error {
	return in.refuseRows(ctx, areas, []beyond{
		{"SELECT l.row_number FROM located l WHERE NOT " + held("l.area_id"),
			"lon, lat", "lies in an area that is not yours; leave the row out, or ask who has that area"},
		{"SELECT l.row_number FROM located l JOIN rounds.households h ON h.id = l.id WHERE " + held("l.area_id") + " AND NOT " + held("h.area_id"),
			"id", "is that of a place in an area that is not yours; leave the row out, or ask who has that area"},
	})
}

// beyond are rows that who holds some areas may not bring, by a query for their numbers, and
// what is wrong with them.
type beyond struct{ query, field, problem string }

// refuseRows complains about such rows; $1 of the queries are the areas.
func (in *intake) refuseRows(ctx context.Context, areas []uuid.UUID, all []beyond) error {
	for _, beyond := range all {
		rows, err := in.Query(ctx, beyond.query+" ORDER BY 1", areas)
		if err != nil {
			return fmt.Errorf("register: beyond: %w", err)
		}
		var row int64
		_, err = pgx.ForEachRow(rows, []any{&row}, func() error {
			in.complain(row, Complaint{Field: beyond.field, Problem: beyond.problem})
			return nil
		})
		if err != nil {
			return fmt.Errorf("register: beyond: %w", err)
		}
	}
	return nil
}

// place is a row of a query as [FoundPlace] has it; file says that there is a row number.
func shown(table, row string) string {
	return fmt.Sprintf(`%[2]s, %[1]s.source_key, coalesce(%[1]s.street, ''), coalesce(%[1]s.house_number, ''), coalesce(%[1]s.unit, ''),
		coalesce(%[1]s.postcode, ''), coalesce(%[1]s.place, ''), %[1]s.doors, ST_X(%[1]s.at), ST_Y(%[1]s.at)`, table, row)
}

func (p *FoundPlace) targets() []any {
	return []any{&p.Row, &p.Key, &p.Street, &p.Number, &p.Unit, &p.Postcode, &p.Place, &p.Doors, &p.Lon, &p.Lat}
}

// find lists what an import would do.
func (in *intake) find(ctx context.Context) error {
	found := &in.options.Desk.Found
	places := func(query string, to *[]FoundPlace) error {
		rows, err := in.Query(ctx, query, mostFound)
		if err != nil {
			return err
		}
		*to, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p FoundPlace, err error) { return p, row.Scan(p.targets()...) })
		return err
	}
	pairs := func(query string, to *[]FoundPair) error {
		rows, err := in.Query(ctx, query, mostFound)
		if err != nil {
			return err
		}
		*to, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p FoundPair, err error) {
			return p, row.Scan(append(append(p.There.targets(), p.File.targets()...), &p.Metres)...)
		})
		return err
	}
	const apart = ", public.ST_DistanceSphere(h.at, i.at)::integer"
	for _, err := range []error{
		places("SELECT "+shown("i", "i.row_number")+" FROM located i LEFT JOIN rounds.households h ON h.id = i.id WHERE h.id IS NULL ORDER BY i.row_number LIMIT $1", &found.New),
		pairs("SELECT "+shown("h", "0")+", "+shown("i", "i.row_number")+apart+" FROM located i JOIN rounds.households h ON h.id = i.id WHERE "+differs+" ORDER BY i.row_number LIMIT $1", &found.Changed),
		places("SELECT "+shown("h", "0")+" FROM gone g JOIN rounds.households h ON h.id = g.id ORDER BY h.street, h.house_number, h.id LIMIT $1", &found.Gone),
		// Rows that are left out for the time being are staged no longer; their points are.
		pairs("SELECT "+shown("h", "0")+", "+shown("i", "i.row_number")+apart+` FROM twins t JOIN incoming i ON i.row_number = t.row_number
			JOIN rounds.households h ON h.id = t.household_id ORDER BY i.row_number LIMIT $1`, &found.Twins),
	} {
		if err != nil {
			return fmt.Errorf("register: preview: %w", err)
		}
	}
	return nil
}

// digestOf is, in SQL, a digest of what a row of a file decides about a place.
func digestOf(table string) string {
	return "sha256(convert_to(ROW(" + columnsOf(table, householdColumns) + ")::text, 'UTF8'))"
}

// remember stages what places were before they are changed.
func (in *intake) remember(ctx context.Context) error {
	return in.run(ctx, `CREATE TEMP TABLE remembered ON COMMIT DROP AS
		SELECT i.id AS household_id, `+digestOf("i")+` AS made, `+columnsOf("h", householdColumns)+`
		FROM located i LEFT JOIN rounds.households h ON h.id = i.id WHERE h.id IS NULL OR `+differs)
}

// keepChanges keeps that, so that the import can be undone.
func (in *intake) keepChanges(ctx context.Context) error {
	_, err := in.Exec(ctx, "INSERT INTO rounds.import_changes (import_id, household_id, made, "+household+") SELECT $1, household_id, made, "+household+" FROM remembered", in.id)
	if err != nil {
		return fmt.Errorf("register: changes of an import: %w", err)
	}
	return nil
}

// Refused is whether those at a place asked never to be visited, or may have done so where
// only the town would tell, for a preview of a file, which has none of them.
func (db *DB) Refused(ctx context.Context, keys *Keys) (has func(geo.Household) (bool, error), err error) {
	var refused *refused
	err = db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		refused, err = loadRefused(ctx, tx, keys)
		return err
	})
	return func(place geo.Household) (bool, error) {
		place = trimmed(place)
		cell, err := geo.LeafCell(place.At)
		if place.At == geo.Nowhere || err != nil || refused.mayHave(place.Address) {
			return refused.mayHave(place.Address), nil
		}
		return refused.has(place, cell, nil)
	}, err
}
