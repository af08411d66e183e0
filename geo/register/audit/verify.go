package audit

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// KeptMonths is how long rows are kept, as the class "reads" of retention says; the
// rows of an older seal may be gone, as a whole.
const KeptMonths = 24

// Report is what [Verify] has seen.
type Report struct {
	Seals int64 `json:"seals"`
	// Expired are seals whose rows were kept long enough and are gone.
	Expired int64 `json:"expired"`
	// Reads are the rows that were checked; Unsealed ones, newer than the last seal, can
	// not be.
	Reads    int64 `json:"reads"`
	Unsealed int64 `json:"unsealed"`
	// Root is the newest, in hexadecimal digits, to be noted where nobody who can write
	// the database can change it; "" when there is no seal.
	Root     string    `json:"root"`
	SealedAt time.Time `json:"sealed_at"`
	// Noted is the seal whose root was given to compare with, 0 when none was.
	Noted int64 `json:"noted"`
}

// BrokenError says where the log is not what was sealed.
type BrokenError struct {
	// Seal is the first one that is wrong; 0 when it is none.
	Seal    int64
	Problem string
}

func (e *BrokenError) Error() string {
	if e.Seal == 0 {
		return "audit: the log was changed: " + e.Problem
	}
	return fmt.Sprintf("audit: the log was changed at seal %d: %s", e.Seal, e.Problem)
}

// sealsAtOnce are read together, with the rows that they cover.
const sealsAtOnce = 10_000

// Verify hashes all rows and seals again, one after the other. The error is a
// [*BrokenError] at the first that is not what was sealed. noted is a root from
// elsewhere that must be in the chain, nil for none. The transaction is a snapshot of
// who may read the whole log.
func Verify(ctx context.Context, tx pgx.Tx, noted []byte) (Report, error) {
	v := verifier{noted: noted}
	if err := tx.QueryRow(ctx, "SELECT now()").Scan(&v.now); err != nil {
		return Report{}, fmt.Errorf("audit: verify: %w", err)
	}
	for {
		seals, err := sealsBehind(ctx, tx, v.last.Number)
		if err != nil {
			return v.Report, fmt.Errorf("audit: verify: %w", err)
		}
		if len(seals) == 0 {
			break
		}
		if err := v.page(ctx, tx, seals); err != nil {
			return v.Report, err
		}
	}
	if err := tx.QueryRow(ctx, "SELECT count(*) FROM rounds.reads WHERE id > $1", v.last.LastID).Scan(&v.Unsealed); err != nil {
		return v.Report, fmt.Errorf("audit: verify: %w", err)
	}
	if v.last.Number > 0 {
		v.Root, v.SealedAt = hex.EncodeToString(v.last.Root[:]), v.last.SealedAt
	}
	if noted != nil && v.Noted == 0 {
		return v.Report, &BrokenError{Problem: "the noted root is not in the chain; seals were removed or made anew, or the database is from an older backup"}
	}
	return v.Report, nil
}

func sealsBehind(ctx context.Context, tx pgx.Tx, number int64) ([]Seal, error) {
	rows, err := tx.Query(ctx, selectSeals+"WHERE number > $1 ORDER BY number LIMIT $2", number, sealsAtOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Seal, error) { return scanSeal(row) })
}

// verifier goes along the chain.
type verifier struct {
	Report
	now   time.Time
	noted []byte
	last  Seal // the last that was right
	// rest are the seals of the page that are still to come; leaves are the rows of the
	// first of them.
	rest    []Seal
	leaves  tree
	content []byte
}

// page checks seals and the rows that they cover.
func (v *verifier) page(ctx context.Context, tx pgx.Tx, seals []Seal) error {
	v.rest = seals
	rows, err := tx.Query(ctx, selectRows, v.firstID(), seals[len(seals)-1].LastID)
	if err != nil {
		return fmt.Errorf("audit: verify: %w", err)
	}
	err = eachRow(rows, func(r row) error {
		for len(v.rest) > 0 && r.id() > v.rest[0].LastID {
			if err := v.close(); err != nil {
				return err
			}
		}
		if len(v.rest) == 0 {
			return &BrokenError{v.last.Number, "seals are not in the order of their rows"}
		}
		v.content = r.appendTo(v.content[:0])
		v.leaves.add(v.content)
		return nil
	})
	if err != nil {
		return err
	}
	for len(v.rest) > 0 {
		if err := v.close(); err != nil {
			return err
		}
	}
	return nil
}

// firstID is behind which number the next seal begins; the first seal has every row
// there is.
func (v *verifier) firstID() int64 {
	if v.last.Number == 0 {
		return -1 << 63
	}
	return v.last.LastID
}

// close checks the seal whose rows have all come.
func (v *verifier) close() error {
	seal := v.rest[0]
	broken := func(format string, values ...any) error {
		return &BrokenError{seal.Number, fmt.Sprintf(format, values...)}
	}
	span := fmt.Sprintf("rows %d to %d, sealed at %s", v.last.LastID+1, seal.LastID, seal.SealedAt.UTC().Format(time.RFC3339))
	switch {
	case seal.Number != v.last.Number+1:
		return broken("seal %d is missing", v.last.Number+1)
	case v.last.Number > 0 && seal.LastID <= v.last.LastID:
		return broken("it covers no rows behind the seal before")
	case seal.Root != seal.next(v.last.Root):
		return broken("its own numbers, or a seal before it, were changed (%s)", span)
	case v.leaves.leaves == 0 && v.Reads == 0 && seal.SealedAt.Before(v.now.AddDate(0, -KeptMonths, 0)):
		v.Expired++
	case v.leaves.leaves < seal.Reads:
		return broken("%d of %d rows are missing (%s)", seal.Reads-v.leaves.leaves, seal.Reads, span)
	case v.leaves.leaves > seal.Reads:
		return broken("%d rows were added (%s)", v.leaves.leaves-seal.Reads, span)
	case v.leaves.root() != seal.tree:
		return broken("a row was changed (%s)", span)
	}
	if v.noted != nil && string(seal.Root[:]) == string(v.noted) {
		v.Noted = seal.Number
	}
	v.Seals++
	v.Reads += int64(v.leaves.leaves)
	v.leaves.clear()
	v.last, v.rest = seal, v.rest[1:]
	return nil
}
