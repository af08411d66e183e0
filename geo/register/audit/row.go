package audit

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// row is a row of the log.
type row struct {
	id                    int64
	at                    time.Time
	account, area         *uuid.UUID
	reader, purpose, kind string
	place                 []byte
	request               uuid.UUID
}

const selectRows = `
	SELECT id, read_at, account_id, reader::text, purpose::text, kind::text, area_id, place, request_id
	FROM rounds.reads WHERE id > $1 AND id <= $2 ORDER BY id`

// eachRow gives the rows behind one number up to another. The row is good until the
// next.
func eachRow(rows pgx.Rows, use func(r *row) error) error {
	var r row
	targets := []any{&r.id, &r.at, &r.account, &r.reader, &r.purpose, &r.kind, &r.area, &r.place, &r.request}
	_, err := pgx.ForEachRow(rows, targets, func() error { return use(&r) })
	return err
}

// version begins what is hashed, so that another layout is another digest.
const version = 1

// appendTo appends the one way to write the row down: numbers of fixed length, texts
// behind their lengths, a 0 or 1 before what may be missing.
func (r *row) appendTo(b []byte) []byte {
	b = append(b, version)
	b = binary.BigEndian.AppendUint64(b, uint64(r.id))
	b = binary.BigEndian.AppendUint64(b, uint64(r.at.UnixMicro()))
	b = appendID(b, r.account)
	for _, text := range []string{r.reader, r.purpose, r.kind} {
		b = binary.BigEndian.AppendUint16(b, uint16(len(text)))
		b = append(b, text...)
	}
	b = appendID(b, r.area)
	b = append(b, byte(min(len(r.place), 1)))
	b = append(b, r.place...)
	return append(b, r.request[:]...)
}

func appendID(b []byte, id *uuid.UUID) []byte {
	if id == nil {
		return append(b, 0)
	}
	return append(append(b, 1), id[:]...)
}
