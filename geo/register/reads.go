package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// SealReads seals the rows of the audit log that no seal covers yet and gives the
// seals. Any number of processes may do it at once.
func (db *DB) SealReads(ctx context.Context) ([]audit.Seal, error) {
	var upto int64
	sealer := Service("sealer")
	err := db.As(ctx, sealer, func(tx pgx.Tx) (err error) {
		upto, err = audit.Settled(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	var seals []audit.Seal
	for {
		var seal audit.Seal
		var done bool
		err := db.As(ctx, sealer, func(tx pgx.Tx) (err error) {
			seal, done, err = audit.Cover(ctx, tx, upto)
			return err
		})
		if err != nil || !done {
			return seals, err
		}
		seals = append(seals, seal)
	}
}

// VerifyReads checks the whole audit log, see [audit.Verify].
func (db *DB) VerifyReads(ctx context.Context, noted []byte) (report audit.Report, err error) {
	err = db.AsSnapshot(ctx, Service("operator"), func(tx pgx.Tx) (err error) {
		report, err = audit.Verify(ctx, tx, noted)
		return err
	})
	return report, err
}

// Read is a row of the audit log as the officer and the reader see it.
type Read struct {
	ID      int64
	At      time.Time
	Account *uuid.UUID
	// Login is that of the account, "" for the operator at the terminal.
	Login string
	// Reader, Purpose and Kind are codes of the closed lists readers, read_purposes and
	// read_kinds.
	Reader, Purpose, Kind string
	Area                  *uuid.UUID
	// AreaName and AreaNameZH are "" where the area is gone or all of them.
	AreaName, AreaNameZH string
	// OnePlace says that one household alone was read; which is not told.
	OnePlace bool
	// Reference is that of the dispute whose mediation was opened, "" otherwise: its mediators
	// have the same, see [CaseKey.Reference].
	Reference string
	Request   uuid.UUID
}

// ReadFilter narrows [DB.Reads]; the zero value lists all that the principal sees.
type ReadFilter struct {
	// Own limits the list to what the principal read, which is no read of others.
	Own bool
	// Account is the login of who read, Purpose a code; "" is all.
	Account, Purpose string
	// From and To are moments, To not included; the zero time is no bound.
	From, To time.Time
	// Before is the row after which a page goes on, 0 for the first.
	Before int64
	Limit  int
}

// Reads lists the audit log, the latest first. There is no way to ask by household, nor
// to count.
func (db *DB) Reads(ctx context.Context, principal Principal, filter ReadFilter) (reads []Read, err error) {
	const query = `
		SELECT r.id, r.read_at, r.account_id, coalesce(rounds.login_of(r.account_id), ''), r.reader::text, r.purpose::text, r.kind::text,
			r.area_id, coalesce(a.name, ''), coalesce(a.name_zh, ''), r.place IS NOT NULL AND r.kind NOT IN ('mediation', 'agreement'),
			CASE WHEN r.kind IN ('mediation', 'agreement') THEN coalesce(encode(substr(r.place, 1, 8), 'hex'), '') ELSE '' END, r.request_id
		FROM rounds.reads r LEFT JOIN rounds.areas a ON a.id = r.area_id
		WHERE (NOT $1 OR r.account_id = rounds.principal_account())
			AND ($2::text IS NULL OR rounds.login_of(r.account_id) = $2) AND ($3::text IS NULL OR r.purpose::text = $3)
			AND ($4::timestamptz IS NULL OR r.read_at >= $4) AND ($5::timestamptz IS NULL OR r.read_at < $5)
			AND ($6::bigint IS NULL OR r.id < $6)
		ORDER BY r.id DESC LIMIT $7`
	read := audit.Entry{Kind: audit.Reads, Purpose: audit.ForOversight}
	if filter.Own {
		read = audit.Entry{}
	}
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, filter.Own, orNull(filter.Account), orNull(filter.Purpose), orNull(filter.From), orNull(filter.To),
			orNull(filter.Before), filter.Limit)
		if err != nil {
			return read, err
		}
		reads, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Read])
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: reads: %w", err)
	}
	return reads, nil
}

// LastSeal is the newest seal of the audit log for who may read it; its Number is 0
// when there is none.
func (db *DB) LastSeal(ctx context.Context, principal Principal) (seal audit.Seal, err error) {
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) (err error) {
		seal, err = audit.Last(ctx, tx)
		return err
	})
	return seal, err
}
