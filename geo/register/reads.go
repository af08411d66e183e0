package register

import (
	"context"

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
