package audit

import (
	"encoding/binary"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// The enumerations go as text. What of a row is hashed is taken from the bytes that
// PostgreSQL sends: decoding a million rows would take longer than all the rest.
const selectRows = `
	SELECT id, read_at, account_id, reader::text, purpose::text, kind::text, area_id, place, request_id
	FROM rounds.reads WHERE id > $1 AND id <= $2 ORDER BY id`

// Columns of selectRows.
const (
	columnID = iota
	columnAt
	columnAccount
	columnReader
	columnPurpose
	columnKind
	columnArea
	columnPlace
	columnRequest
	columns
)

// row is a row of the log in PostgreSQL's binary format, good until the next.
type row [][]byte

func (r row) id() int64 { return int64(binary.BigEndian.Uint64(r[columnID])) }

// eachRow gives the rows of selectRows.
func eachRow(rows pgx.Rows, use func(r row) error) error {
	defer rows.Close()
	for rows.Next() {
		r := row(rows.RawValues())
		if err := r.check(rows); err != nil {
			return err
		}
		if err := use(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

// check refuses what is not the binary format.
func (r row) check(rows pgx.Rows) error {
	if len(r) != columns {
		return fmt.Errorf("audit: a row has %d columns", len(r))
	}
	for i, field := range rows.FieldDescriptions() {
		text := i == columnReader || i == columnPurpose || i == columnKind
		if !text && field.Format != pgx.BinaryFormatCode {
			return fmt.Errorf("audit: column %s comes as text", field.Name)
		}
	}
	return nil
}

// version begins what is hashed, so that another layout is another digest.
const version = 1

// sinceUnix is the beginning of PostgreSQL's time, 2000-01-01, in microseconds of Unix.
const sinceUnix = 946_684_800_000_000

// appendTo appends the one way to write the row down: numbers of fixed length, texts
// behind their lengths, a 0 or 1 before what may be missing.
func (r row) appendTo(b []byte) []byte {
	b = append(b, version)
	b = append(b, r[columnID]...)
	b = binary.BigEndian.AppendUint64(b, binary.BigEndian.Uint64(r[columnAt])+sinceUnix)
	b = appendOptional(b, r[columnAccount])
	for _, text := range r[columnReader : columnKind+1] {
		b = binary.BigEndian.AppendUint16(b, uint16(len(text)))
		b = append(b, text...)
	}
	b = appendOptional(b, r[columnArea])
	b = appendOptional(b, r[columnPlace])
	return append(b, r[columnRequest]...)
}

func appendOptional(b, value []byte) []byte {
	if value == nil {
		return append(b, 0)
	}
	return append(append(b, 1), value...)
}
