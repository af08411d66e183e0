package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// SealedRows bounds how many rows one seal covers.
const SealedRows = 100_000

// lock is the one under which rows draw their numbers (rounds.sign_read).
const lock = 0x726f756e6402

// Seal is a seal: it covers the rows behind the seal before, up to LastID.
type Seal struct {
	Number, LastID int64
	// Reads counts the rows.
	Reads int
	// SealedAt is the database's time.
	SealedAt time.Time
	tree     hash
	// Root is that of the chain so far: who knows it knows that no row before changed.
	Root hash
}

// next is the root of the chain with a seal behind the ones of root.
func (s *Seal) next(root hash) hash {
	b := append(make([]byte, 0, 72), version)
	for _, n := range []int64{s.Number, s.LastID, int64(s.Reads), s.SealedAt.UnixMicro()} {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return nodeHash(root, leafHash(append(b, s.tree[:]...)))
}

const selectSeals = "SELECT number, last_id, reads, sealed_at, tree, root FROM rounds.read_seals "

func scanSeal(row pgx.Row) (s Seal, err error) {
	var tree, root []byte
	if err = row.Scan(&s.Number, &s.LastID, &s.Reads, &s.SealedAt, &tree, &root); err != nil {
		return s, err
	}
	if copy(s.tree[:], tree) != len(s.tree) || copy(s.Root[:], root) != len(s.Root) {
		return s, fmt.Errorf("a digest of seal %d has not 32 bytes", s.Number)
	}
	return s, nil
}

// Last is the newest seal; its Number is 0 when there is none.
func Last(ctx context.Context, tx pgx.Tx) (Seal, error) {
	seal, err := scanSeal(tx.QueryRow(ctx, selectSeals+"ORDER BY number DESC LIMIT 1"))
	if errors.Is(err, pgx.ErrNoRows) {
		return Seal{}, nil
	}
	if err != nil {
		return Seal{}, fmt.Errorf("audit: last seal: %w", err)
	}
	return seal, nil
}

// Settled is the number up to which no row can come in any more: every transaction
// that drew one has ended. It waits for these, two seconds at most. The transaction is
// to end at once, as readers wait for it.
func Settled(ctx context.Context, tx pgx.Tx) (upto int64, err error) {
	if _, err := tx.Exec(ctx, "SET LOCAL lock_timeout = '2s'"); err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(lock)); err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	if err := tx.QueryRow(ctx, "SELECT coalesce(max(id), 0) FROM rounds.reads").Scan(&upto); err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	return upto, nil
}

// Cover seals the rows behind the last seal, [SealedRows] at most, up to a number that
// has settled. done is false when there are none, or another sealer was faster.
func Cover(ctx context.Context, tx pgx.Tx, upto int64) (seal Seal, done bool, err error) {
	last, err := Last(ctx, tx)
	if err != nil {
		return Seal{}, false, err
	}
	rows, err := tx.Query(ctx, selectRows+" LIMIT $3", last.LastID, upto, SealedRows)
	if err != nil {
		return Seal{}, false, fmt.Errorf("audit: seal: %w", err)
	}
	seal = Seal{Number: last.Number + 1}
	var leaves tree
	var content []byte
	err = eachRow(rows, func(r row) error {
		content = r.appendTo(content[:0])
		leaves.add(content)
		seal.LastID = r.id()
		return nil
	})
	if err != nil {
		return Seal{}, false, fmt.Errorf("audit: seal: %w", err)
	}
	if leaves.leaves == 0 {
		return Seal{}, false, nil
	}
	seal.Reads, seal.tree = leaves.leaves, leaves.root()
	if err := tx.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&seal.SealedAt); err != nil {
		return Seal{}, false, fmt.Errorf("audit: seal: %w", err)
	}
	seal.Root = seal.next(last.Root)
	const insert = "INSERT INTO rounds.read_seals (number, last_id, reads, sealed_at, tree, root) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"
	tag, err := tx.Exec(ctx, insert, seal.Number, seal.LastID, seal.Reads, seal.SealedAt, seal.tree[:], seal.Root[:])
	if err != nil {
		return Seal{}, false, fmt.Errorf("audit: seal: %w", err)
	}
	return seal, tag.RowsAffected() == 1, nil
}
