package register

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/rounds-project/rounds/geo"
)

// HouseholdRows gives the households of a file one by one, each with the number
// of its row, until keep returns an error. A row that cannot be read is given as
// a complaint instead.
type HouseholdRows func(keep func(row int64, place geo.Household, complaint *Complaint) error) error

// ImportHouseholds takes the households of a file that others made: new ones are
// added, known ones (by their id) brought up to date. Each goes to the grid it
// lies in; areas without grids are cut. The error is a [*RefusedError] when a row
// cannot be taken; then nothing is.
func (db *DB) ImportHouseholds(ctx context.Context, rows HouseholdRows, options ImportOptions) (ImportReport, error) {
	report := ImportReport{Kind: "households", DryRun: options.DryRun}
	err := db.importing(ctx, &report, options, func(in *intake) error {
		if options.MatchAddresses {
			if err := in.loadGazetteer(ctx); err != nil {
				return err
			}
		}
		if err := in.stage(ctx, rows); err != nil {
			return err
		}
		if err := in.proposeShift(ctx); err != nil {
			return err
		}
		if err := in.holdStaged(ctx); err != nil {
			return err
		}
		return in.settle(ctx, "file")
	})
	return report, err
}

// settle takes the staged places, all of one source ("osm", whose ids begin with an
// element's type, or "file"), into grids and groups.
func (in *intake) settle(ctx context.Context, source string) error {
	if err := in.locate(ctx); err != nil {
		return err
	}
	if err := in.complaints.err(); err != nil {
		return err
	}
	if err := in.recognise(ctx); err != nil {
		return err
	}
	if in.options.Desk != nil {
		if err := in.decide(ctx); err != nil {
			return err
		}
	}
	if err := in.compare(ctx, source); err != nil {
		return err
	}
	if in.looks() {
		return in.find(ctx)
	}
	if err := in.merge(ctx); err != nil {
		return err
	}
	if err := in.groups(ctx); err != nil {
		return err
	}
	return in.recount(ctx)
}

const createIncoming = `CREATE TEMP TABLE incoming (
	row_number bigint, id uuid, source_key text, street text, house_number text, unit text, postcode text, place text,
	doors smallint, window_opens time, window_closes time, cell bigint, at public.geometry(Point, 4326), matched boolean
) ON COMMIT DROP`

var incomingColumns = []string{"row_number", "id", "source_key", "street", "house_number", "unit", "postcode", "place",
	"doors", "window_opens", "window_closes", "cell", "at", "matched"}

// stage checks the rows and copies those to keep to a table of the transaction.
// Places that refused are dropped here, before anything is written.
func (in *intake) stage(ctx context.Context, rows HouseholdRows) error {
	if err := in.run(ctx, createIncoming); err != nil {
		return err
	}
	// What is wrong with the file comes back from COPY as an error of the database.
	var reading error
	next, stop := iter.Pull2(in.staged(ctx, rows))
	defer stop()
	n, err := in.CopyFrom(ctx, pgx.Identifier{"incoming"}, incomingColumns, pgx.CopyFromFunc(func() ([]any, error) {
		values, err, _ := next()
		reading = err
		return values, err
	}))
	switch {
	case reading != nil:
		return in.unread(reading)
	case err != nil:
		return fmt.Errorf("register: stage: %w", err)
	}
	in.options.progress("read", int(n), int(n))
	if err := in.stageCells(ctx); err != nil {
		return err
	}
	return in.refuseDoubles(ctx)
}

// staged are the rows to copy. The values are good until the next row.
func (in *intake) staged(ctx context.Context, rows HouseholdRows) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		done := errors.New("register: enough")
		values := make([]any, len(incomingColumns))
		n := 0
		err := rows(func(row int64, place geo.Household, complaint *Complaint) error {
			if n++; n%5000 == 0 {
				in.options.progress("read", n, 0)
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			place = trimmed(place)
			spelled, matched := place, false
			if complaint == nil && place.At == geo.Nowhere {
				var absorbed bool
				var err error
				if place.At, absorbed, complaint, err = in.pointByAddress(place); absorbed || err != nil {
					return err
				}
				if complaint == nil {
					spelled, matched = in.gazetteer.spelled(place), true
				}
			}
			if complaint == nil {
				complaint = checkHousehold(place)
			}
			if complaint != nil {
				in.complain(row, *complaint)
				return nil
			}
			cell, err := geo.LeafCell(place.At)
			if err != nil {
				return err
			}
			if dropped, err := in.drops(row, place, spelled, cell); dropped || err != nil {
				return err
			}
			in.fill(values, row, place, cell, matched)
			if !yield(values, nil) {
				return done
			}
			return nil
		})
		if err != nil && !errors.Is(err, done) {
			yield(nil, err)
		}
	}
}

func (in *intake) complain(row int64, complaint Complaint) {
	complaint.Row = row
	in.add(complaint)
}

func (in *intake) fill(values []any, row int64, place geo.Household, cell geo.Cell, matched bool) {
	opens, closes := pgtype.Time{}, pgtype.Time{}
	if place.Window != nil {
		opens = pgtype.Time{Microseconds: place.Window.Opens.Microseconds(), Valid: true}
		closes = pgtype.Time{Microseconds: place.Window.Closes.Microseconds(), Valid: true}
	}
	a := place.Address
	values[0], values[1], values[2] = row, pgtype.UUID{Bytes: in.options.Keys.ID("household", place.ID), Valid: true}, place.ID
	values[3], values[4], values[5], values[6], values[7] = text(a.Street), text(a.Number), text(a.Unit), text(a.Postcode), text(a.Place)
	values[8], values[9], values[10], values[11], values[12] = int16(place.Doors), opens, closes, int64(cell), place.At
	values[13] = matched
}

// text is NULL when empty.
func text(s string) pgtype.Text { return pgtype.Text{String: s, Valid: s != ""} }

func trimmed(place geo.Household) geo.Household {
	for _, part := range []*string{&place.ID, &place.Address.Street, &place.Address.Number, &place.Address.Unit, &place.Address.Postcode, &place.Address.Place} {
		*part = strings.TrimSpace(*part)
	}
	return place
}

// refuseDoubles complains about ids that two rows have.
func (in *intake) refuseDoubles(ctx context.Context) error {
	if err := in.run(ctx, "ANALYZE incoming"); err != nil {
		return err
	}
	rows, err := in.Query(ctx, `
		SELECT i.row_number, d.first
		FROM incoming i JOIN (SELECT id, min(row_number) AS first FROM incoming GROUP BY id HAVING count(*) > 1) d USING (id)
		WHERE i.row_number <> d.first ORDER BY i.row_number`)
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	var row, first int64
	_, err = pgx.ForEachRow(rows, []any{&row, &first}, func() error {
		in.complain(row, Complaint{Field: "id", Problem: fmt.Sprintf("is that of row %d too; give each household an id of its own", first)})
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// household has the columns that a row of a file decides.
const household = `source_key, area_id, street, house_number, unit, postcode, place, doors, window_opens, window_closes, cell, at`

var householdColumns = strings.Split(household, ", ")

// compare counts what merge is going to do, and finds what is gone.
func (in *intake) compare(ctx context.Context, source string) error {
	counts := &in.report.Counts
	err := in.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE h.id IS NULL), count(*) FILTER (WHERE h.id IS NOT NULL AND `+differs+`),
			count(*) FILTER (WHERE h.id IS NOT NULL AND NOT (`+differs+`))
		FROM located i LEFT JOIN rounds.households h ON h.id = i.id`).Scan(&counts.Added, &counts.Changed, &counts.Unchanged)
	if err != nil {
		return fmt.Errorf("register: compare: %w", err)
	}
	if counts.Added == 0 && counts.Changed == 0 && counts.Unchanged == 0 && in.report.Twins == 0 {
		return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "file", Problem: "holds no households; nothing was imported"}}}
	}
	return in.findGone(ctx, source)
}

const differs = `(h.source_key, h.area_id, h.street, h.house_number, h.unit, h.postcode, h.place, h.doors, h.window_opens, h.window_closes, h.cell, h.at)
	IS DISTINCT FROM (i.source_key, i.area_id, i.street, i.house_number, i.unit, i.postcode, i.place, i.doors, i.window_opens, i.window_closes, i.cell, i.at)`

// findGone counts the households of the source, in the grids that the file has
// rows for, which it no longer has; and deletes them when asked to and nothing
// needs them.
func (in *intake) findGone(ctx context.Context, source string) error {
	err := in.run(ctx, `CREATE TEMP TABLE gone ON COMMIT DROP AS
		SELECT h.id FROM rounds.households h
		WHERE h.area_id IN (SELECT area_id FROM located)
			AND (h.source_key ~ '^(node|way|relation)/') = `+fmt.Sprint(source == "osm")+`
			AND NOT starts_with(h.source_key, '`+addedKey+`') -- no file has those
			AND NOT EXISTS (SELECT FROM located i WHERE i.id = h.id)`)
	if err != nil {
		return err
	}
	if err := in.QueryRow(ctx, "SELECT count(*) FROM gone").Scan(&in.report.Gone); err != nil {
		return fmt.Errorf("register: gone: %w", err)
	}
	if !in.options.DeleteGone {
		return nil
	}
	// The import sees no visit, nor a plan: whether one needs a place is asked of
	// a function that answers nothing else.
	tag, err := in.Exec(ctx, "DELETE FROM rounds.households WHERE id IN (SELECT id FROM gone) AND NOT rounds.is_needed(id)")
	if err != nil {
		return fmt.Errorf("register: gone: %w", err)
	}
	in.report.Deleted = int(tag.RowsAffected())
	return nil
}

// merge brings the register up to date. COPY into a table with row-level security
// is refused by PostgreSQL, hence the staging table.
func (in *intake) merge(ctx context.Context) error {
	in.options.progress("save", 0, 0)
	started := time.Now()
	assign := make([]string, 0, 12)
	for _, column := range householdColumns {
		assign = append(assign, column+" = excluded."+column)
	}
	conflict := "ON CONFLICT (id) DO UPDATE SET " + strings.Join(assign, ", ")
	if in.options.Desk != nil {
		if err := in.remember(ctx); err != nil {
			return err
		}
	}
	_, err := in.Exec(ctx, `
		INSERT INTO rounds.households (id, `+household+`)
		SELECT i.id, i.source_key, i.area_id, i.street, i.house_number, i.unit, i.postcode, i.place,
			i.doors, i.window_opens, i.window_closes, i.cell, i.at
		FROM located i LEFT JOIN rounds.households h ON h.id = i.id
		WHERE h.id IS NULL OR `+differs+`
		ORDER BY i.cell, i.row_number
		`+conflict)
	if err != nil {
		return fmt.Errorf("register: save households after %s: %w", time.Since(started).Round(time.Millisecond), err)
	}
	return nil
}

// gridIDs are the grids that staged rows lie in.
func (in *intake) gridIDs(ctx context.Context) ([]uuid.UUID, error) {
	rows, err := in.Query(ctx, "SELECT DISTINCT area_id FROM located")
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
