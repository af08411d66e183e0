package register

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of exports.
var (
	ErrNoArea        = errors.New("register: no such area")
	ErrNoPlan        = errors.New("register: no published plan of an open round")
	ErrNoExport      = errors.New("register: no such file; it was fetched already, or its time is over")
	ErrExportRefused = errors.New("register: this layer is not for this role")
)

// ExportFilter narrows an export; the zero value is everything that the principal
// sees, and of plans the published one of the newest open round that has begun.
type ExportFilter struct {
	Area  uuid.UUID
	Round uuid.UUID
	Today time.Time
}

// ExportRows gives each row of a layer, after begin was told how many there are, as
// they come from the database: no more than one is held. Values are string, int64,
// bool or nil, in order of the layer's columns; ids are pseudonyms under a key that
// is made for this call and forgotten, so that two files do not join.
func (db *DB) ExportRows(ctx context.Context, principal Principal, layer ExportLayer, filter ExportFilter,
	begin func(rows int64) error, each func(shape orb.Geometry, values []any) error) error {
	if !layer.Allows(principal.Role) {
		return ErrExportRefused
	}
	names, err := newPseudonyms()
	if err != nil {
		return err
	}
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		arguments, err := filter.arguments(ctx, tx, layer)
		if err != nil {
			return err
		}
		var count int64
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM ("+layer.file()+") AS counted", arguments).Scan(&count); err != nil {
			return err
		}
		if err := begin(count); err != nil {
			return err
		}
		rows, err := tx.Query(ctx, layer.file(), arguments)
		if err != nil {
			return err
		}
		defer rows.Close()
		line := newExportLine(layer)
		for rows.Next() {
			if err := rows.Scan(line.targets...); err != nil {
				return err
			}
			if err := each(line.shape, line.read(names.of)); err != nil {
				return err
			}
		}
		return rows.Err()
	})
	if err != nil && !errors.Is(err, ErrNoArea) && !errors.Is(err, ErrNoPlan) {
		return fmt.Errorf("register: export %s: %w", layer.Name, err)
	}
	return err
}

// arguments looks up what the filter names.
func (f ExportFilter) arguments(ctx context.Context, tx pgx.Tx, layer ExportLayer) (pgx.NamedArgs, error) {
	if f.Area != uuid.Nil {
		var seen bool
		const query = `SELECT EXISTS (SELECT FROM rounds.areas WHERE id = $1
			AND (rounds.principal_role() = 'service:operator' OR id IN (SELECT rounds.granted_areas())))`
		if err := tx.QueryRow(ctx, query, f.Area).Scan(&seen); err != nil {
			return nil, err
		}
		if !seen {
			return nil, ErrNoArea
		}
	}
	arguments := pgx.NamedArgs{"area": orNull(f.Area)}
	if !layer.ofPlan {
		return arguments, nil
	}
	const query = `
		SELECT p.id FROM rounds.plans p JOIN rounds.rounds o ON o.id = p.round_id
		WHERE o.closed_at IS NULL AND p.state = 'published' AND ($1::uuid IS NULL OR o.id = $1)
			AND ($3::uuid IS NULL OR EXISTS (SELECT FROM rounds.area_paths w
				WHERE (w.area_id, w.ancestor_id) IN ((o.area_id, $3), ($3, o.area_id))))
			AND coalesce(o.purpose::text = rounds.principal_purpose(), true)
		ORDER BY o.starts_on <= $2::date DESC, o.starts_on DESC, o.id LIMIT 1`
	var plan uuid.UUID
	err := tx.QueryRow(ctx, query, orNull(f.Round), f.Today, orNull(f.Area)).Scan(&plan)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, ErrNoPlan
	}
	arguments["plan"] = plan
	return arguments, err
}

// exportLine is where a row is scanned to, again and again.
type exportLine struct {
	layer   ExportLayer
	shape   orb.Geometry
	targets []any
	values  []any
}

func newExportLine(layer ExportLayer) *exportLine {
	line := &exportLine{layer: layer, values: make([]any, len(layer.Columns))}
	line.targets = append(line.targets, &line.shape)
	for _, column := range layer.Columns {
		switch column.Kind {
		case "integer":
			line.targets = append(line.targets, new(*int64))
		case "boolean":
			line.targets = append(line.targets, new(*bool))
		default:
			line.targets = append(line.targets, new(*string))
		}
	}
	return line
}

// read gives the values of the row that was scanned, with names for ids.
func (l *exportLine) read(name func(kind, id string) string) []any {
	for i, target := range l.targets[1:] {
		switch v := target.(type) {
		case **int64:
			l.values[i] = orNil(*v)
		case **bool:
			l.values[i] = orNil(*v)
		case **string:
			l.values[i] = orNil(*v)
			if kind := l.layer.Columns[i].Pseudonym; kind != "" && *v != nil {
				l.values[i] = name(kind, **v)
			}
		}
	}
	return l.values
}

func orNil[T any](value *T) any {
	if value == nil {
		return nil
	}
	return *value
}

// pseudonyms are those of one export, under a key that is forgotten with it.
type pseudonyms struct {
	mac    hash.Hash
	buffer []byte
}

func newPseudonyms() (*pseudonyms, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	return &pseudonyms{mac: hmac.New(sha256.New, key)}, nil
}

var smallLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// of is 16 letters and digits: 80 bits.
func (p *pseudonyms) of(kind, id string) string {
	p.buffer = append(append(append(p.buffer[:0], kind...), '|'), id...)
	p.mac.Reset()
	p.mac.Write(p.buffer)
	p.buffer = p.mac.Sum(p.buffer[:0])
	return smallLetters.EncodeToString(p.buffer[:10])
}

// ExportRecord says that a file leaves: it is committed before the first byte.
type ExportRecord struct {
	ID                     uuid.UUID
	Layer, Format, Purpose string
	AreaID                 *uuid.UUID
	ExpiresAt              time.Time
	// TokenHash is the SHA-256 of the token that the link holds.
	TokenHash []byte
	FileName  string
}

// RecordExport keeps a record of a file that the principal asked for, and gives the
// login of who that is, "operator" at the terminal. The row of the audit log goes with
// it: both are there before the rows of the file are read.
func (db *DB) RecordExport(ctx context.Context, principal Principal, record ExportRecord) (login string, err error) {
	const query = `
		INSERT INTO rounds.exports (id, account_id, layer, format, purpose, area_id, expires_at, token_hash, file_name)
		VALUES ($1, rounds.principal_account(), $2, $3, $4, $5, $6, $7, $8)`
	login = "operator"
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		if principal.Account != uuid.Nil {
			if err := tx.QueryRow(ctx, "SELECT login FROM rounds.accounts WHERE id = $1", principal.Account).Scan(&login); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, query, record.ID, record.Layer, record.Format, record.Purpose, record.AreaID,
			record.ExpiresAt, record.TokenHash, record.FileName)
		if err != nil {
			return err
		}
		read := audit.Entry{Kind: audit.Export(record.Layer), Purpose: record.Purpose}
		if record.AreaID != nil {
			read.Area = *record.AreaID
		}
		return audit.Read(ctx, tx, read)
	})
	if err != nil {
		return "", fmt.Errorf("register: record export: %w", err)
	}
	return login, nil
}

// exportOfToken are the conditions under which a link works.
const exportOfToken = ` WHERE token_hash = $1 AND fetched_at IS NULL AND expires_at > $2 AND account_id = rounds.principal_account()`

const exportColumns = ` id, layer, format, purpose, area_id, expires_at, token_hash, file_name`

// FindExport finds the file of a token, whose link is not spent; [ErrNoExport] is for
// another's link too, and for one after its time.
func (db *DB) FindExport(ctx context.Context, principal Principal, tokenHash []byte, now time.Time) (ExportRecord, error) {
	// FOR UPDATE, so that the rules of taking hold for looking.
	return db.exportOf(ctx, principal, "SELECT"+exportColumns+" FROM rounds.exports"+exportOfToken+" FOR UPDATE", tokenHash, now)
}

// TakeExport spends the link of a token: the next call gives [ErrNoExport], as does one
// for another's link or after its time.
func (db *DB) TakeExport(ctx context.Context, principal Principal, tokenHash []byte, now time.Time) (ExportRecord, error) {
	return db.exportOf(ctx, principal, "UPDATE rounds.exports SET fetched_at = $2"+exportOfToken+" RETURNING"+exportColumns, tokenHash, now)
}

func (db *DB) exportOf(ctx context.Context, principal Principal, query string, tokenHash []byte, now time.Time) (record ExportRecord, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, tokenHash, now)
		if err != nil {
			return err
		}
		record, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[ExportRecord])
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return ExportRecord{}, ErrNoExport
	}
	if err != nil {
		return ExportRecord{}, fmt.Errorf("register: find export: %w", err)
	}
	return record, nil
}

// AreasWithin gives the names of an area and the areas within it that the principal
// was granted; uuid.Nil means all of them. The error is [ErrNoArea] when there is no
// such area for the principal.
func (db *DB) AreasWithin(ctx context.Context, principal Principal, area uuid.UUID) (map[uuid.UUID]string, error) {
	const query = `
		SELECT a.id, a.name FROM rounds.areas a
		WHERE (rounds.principal_role() = 'service:operator' OR a.id IN (SELECT rounds.granted_areas())) AND (a.id` + ofArea + `)`
	names := map[uuid.UUID]string{}
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, pgx.NamedArgs{"area": orNull(area)})
		if err != nil {
			return err
		}
		var id uuid.UUID
		var name string
		_, err = pgx.ForEachRow(rows, []any{&id, &name}, func() error {
			names[id] = name
			return nil
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: areas within an area: %w", err)
	}
	if _, seen := names[area]; area != uuid.Nil && !seen {
		return nil, ErrNoArea
	}
	return names, nil
}
