package audit

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// Reseal changes the seals and makes the chain anew, as only their maker, or who owns
// the database, can.
func Reseal(ctx context.Context, tx pgx.Tx, change func(*Seal)) error {
	seals, err := sealsBehind(ctx, tx, 0)
	if err != nil {
		return err
	}
	var root hash
	for _, seal := range seals {
		change(&seal)
		root = seal.next(root)
		const update = "UPDATE rounds.read_seals SET sealed_at = $2, root = $3 WHERE number = $1"
		if _, err := tx.Exec(ctx, update, seal.Number, seal.SealedAt, root[:]); err != nil {
			return err
		}
	}
	return nil
}
