package register

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// FeatureQuery asks for a page of the features of a layer.
type FeatureQuery struct {
	Conditions []Condition
	// Names stand for ids, on the way in and out.
	Names Pseudonyms
	// After is the key of the last feature of the page before, "" for the first page.
	After string
	// ID, when not "", asks for the one feature of that name.
	ID string
	// Limit is how many features there are on a page, at most.
	Limit int
	// Count asks for Matched; CountPatience is how long the database may count, 0 for no
	// bound of its own.
	Count         bool
	CountPatience time.Duration
	// Out is the coordinate system of the answer.
	Out   System
	Today time.Time
	// Patience is how long the database may work at each step of it, 0 for no bound.
	Patience time.Duration
	// Given are the rows of a layer that is computed.
	Given *Given
}

// Feature is a row of a layer. Values are string, int64, bool or nil, in order of the
// layer's columns.
type Feature struct {
	// Key is for [FeatureQuery.After], ID the name by which it leaves.
	Key, ID string
	// Geometry is GeoJSON in the coordinate system that was asked for.
	Geometry json.RawMessage
	Values   []any
}

// FeaturePage is a page of features, in the order of their keys: one that is there all
// the time is on one page once, whatever comes and goes meanwhile.
type FeaturePage struct {
	Features []Feature
	// More says that features follow.
	More bool
	// Matched is how many there are in all, when that was asked for; [Uncounted] when
	// counting them took too long.
	Matched int64
}

// Uncounted stands for how many there are when nobody knows.
const Uncounted = -1

// ErrSlow says that the database did not find the time for a page.
var ErrSlow = errors.New("register: the database has too much to do for this")

// Features gives a page of a layer's features as the principal sees them; what was read
// of people is in the audit log by then. The error may be [ErrExportRefused], [ErrSlow] or
// a [FilterError].
func (db *DB) Features(ctx context.Context, principal Principal, layer ExportLayer, query FeatureQuery) (page FeaturePage, err error) {
	if !layer.Allows(principal.Role) {
		return page, ErrExportRefused
	}
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		if err := patience(ctx, tx, query.Patience); err != nil {
			return audit.Entry{}, err
		}
		read := audit.Entry{Kind: audit.Export(layer.Name), Purpose: cmp.Or(principal.Purpose, audit.Looking(layer.Name)), Area: principal.Area}
		if query.Given != nil {
			page, err = layer.read(ctx, tx, query, query.Given.arguments(layer))
			return read, err
		}
		arguments, err := ExportFilter{Area: principal.Area, Today: query.Today}.arguments(ctx, tx, layer)
		if errors.Is(err, ErrNoPlan) {
			return audit.Entry{}, nil // nobody walks at this time
		}
		if err != nil {
			return read, err
		}
		page, err = layer.read(ctx, tx, query, arguments)
		return read, err
	})
	var refused *pgconn.PgError
	var wrong *FilterError
	switch {
	case err == nil:
		return page, nil
	case errors.As(err, &wrong):
		return FeaturePage{}, wrong
	case tooSlow(ctx, err) && len(query.Conditions) > 0:
		return FeaturePage{}, &FilterError{"this takes too long; ask for less at once"}
	case tooSlow(ctx, err):
		return FeaturePage{}, ErrSlow
	case errors.As(err, &refused) && len(query.Conditions) > 0 && (strings.HasPrefix(refused.Code, "22") || refused.Code == "XX000"):
		return FeaturePage{}, &FilterError{"a text or a shape is not valid, or lies where its coordinate system does not reach"}
	}
	return FeaturePage{}, fmt.Errorf("register: features of %s: %w", layer.Name, err)
}

// patience bounds how long each statement of a transaction may take from here on.
func patience(ctx context.Context, tx pgx.Tx, most time.Duration) error {
	_, err := tx.Exec(ctx, "SELECT set_config('statement_timeout', $1, true)", fmt.Sprint(most.Milliseconds()))
	return err
}

// tooSlow reports whether a statement ended as its time was over, and not as its client
// had gone.
func tooSlow(ctx context.Context, err error) bool {
	var ended *pgconn.PgError
	return errors.As(err, &ended) && ended.Code == "57014" && ctx.Err() == nil
}

// count is how many rows of the layer there are, in a savepoint: a page does not fail
// because nobody can say how many there are in all.
func (l ExportLayer) count(ctx context.Context, tx pgx.Tx, query FeatureQuery, where string, arguments pgx.NamedArgs) (matched int64, err error) {
	err = savepoint(ctx, tx, func() error {
		if query.CountPatience > 0 {
			if err := patience(ctx, tx, query.CountPatience); err != nil {
				return err
			}
		}
		return tx.QueryRow(ctx, "SELECT count(*) FROM "+l.rows()+" WHERE "+where, arguments).Scan(&matched)
	})
	if query.CountPatience > 0 && tooSlow(ctx, err) {
		matched, err = Uncounted, nil
	}
	if err != nil {
		return 0, err
	}
	return matched, patience(ctx, tx, query.Patience)
}

// rows gives the layer as a table f: _key, _cell, _shape and the columns.
func (l ExportLayer) rows() string {
	cell := l.cell
	if cell == "" {
		cell = "NULL"
	}
	values := []string{l.key + ` AS "_key"`, cell + ` AS "_cell"`, l.shape + ` AS "_shape"`}
	for _, column := range l.Columns {
		values = append(values, column.value+" AS "+pgx.Identifier{column.Name}.Sanitize())
	}
	return fmt.Sprintf("(SELECT %s FROM %s) AS f", strings.Join(values, ", "), l.from)
}

func (l ExportLayer) read(ctx context.Context, tx pgx.Tx, query FeatureQuery, arguments pgx.NamedArgs) (page FeaturePage, err error) {
	t := &translator{layer: l, names: query.Names, arguments: arguments}
	where, err := t.where(query.Conditions)
	if err != nil {
		return page, err
	}
	if query.Count {
		if page.Matched, err = l.count(ctx, tx, query, where, arguments); err != nil {
			return page, err
		}
	}
	if query.ID != "" {
		key, known := l.keyOf(query.Names, query.ID)
		if !known {
			return page, nil
		}
		where += fmt.Sprintf(` AND f."_key" = %s::%s`, t.argument(key), l.keyed)
	}
	if query.After != "" {
		where += fmt.Sprintf(` AND f."_key" > %s::%s`, t.argument(query.After), l.keyed)
	}
	columns := []string{`f."_key"::text`, shapeIn(query.Out)}
	for _, column := range l.Columns {
		columns = append(columns, "f."+pgx.Identifier{column.Name}.Sanitize())
	}
	statement := fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY f."_key" LIMIT %s`,
		strings.Join(columns, ", "), l.rows(), where, t.argument(query.Limit+1))
	rows, err := tx.Query(ctx, statement, arguments)
	if err != nil {
		return page, err
	}
	defer rows.Close()
	for rows.Next() {
		if len(page.Features) == query.Limit {
			page.More = true
			continue
		}
		f, err := l.feature(rows, query.Names)
		if err != nil {
			return page, err
		}
		page.Features = append(page.Features, f)
	}
	return page, rows.Err()
}

// shapeIn is a feature's shape as GeoJSON: a centimetre of degrees, a millimetre of metres.
func shapeIn(out System) string {
	shape, digits := `f."_shape"`, 3
	if out.EPSG != WGS84 {
		shape = fmt.Sprintf("ST_Transform(%s, %d)", shape, out.EPSG)
	}
	if out.Degrees {
		digits = 7
	}
	if out.NorthFirst {
		shape = "ST_FlipCoordinates(" + shape + ")"
	}
	return fmt.Sprintf("ST_AsGeoJSON(%s, %d, 0)", shape, digits)
}

// keyOf is the key of a feature's name.
func (l ExportLayer) keyOf(names Pseudonyms, id string) (key string, known bool) {
	if l.keyed == "bigint" {
		n, err := strconv.ParseInt(id, 10, 64)
		return id, err == nil && strconv.FormatInt(n, 10) == id
	}
	thing, known := names.thing(l.thing(), id)
	if l.keyed == "text" && !known {
		return id, utf8.ValidString(id) && !strings.ContainsRune(id, 0)
	}
	return thing.String(), known
}

// thing is the kind of thing that the features are.
func (l ExportLayer) thing() string {
	for _, column := range l.Columns {
		if column.value == l.key+"::text" {
			return column.Pseudonym
		}
	}
	return l.Name
}

func (l ExportLayer) feature(row pgx.CollectableRow, names Pseudonyms) (f Feature, err error) {
	var shape string
	line := newExportLine(l)
	targets := append([]any{&f.Key, &shape}, line.targets[1:]...)
	if err := row.Scan(targets...); err != nil {
		return f, err
	}
	f.Geometry = json.RawMessage(shape)
	f.Values = line.read(func(kind, id string) string { return names.of(kind, uuid.MustParse(id)) })
	f.ID = l.nameOf(names, f.Key)
	return f, nil
}

// Systems are the numbers of the EPSG registry that PostGIS knows.
func (db *DB) Systems(ctx context.Context) (known map[int]bool, err error) {
	const query = "SELECT srid FROM spatial_ref_sys WHERE auth_name = 'EPSG' AND auth_srid = srid"
	known = map[int]bool{}
	err = db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) error {
		numbers, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		var n int
		_, err = pgx.ForEachRow(numbers, []any{&n}, func() error { known[n] = true; return nil })
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: coordinate systems: %w", err)
	}
	return known, nil
}
