package register_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A route without a stretch off the road has empty lines there, which are no null.
func TestGeometry_EmptyLinesAreNoNull(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	for _, lines := range []orb.MultiLineString{{}, {{{1, 42}, {1, 43}}, {{2, 42}, {2, 43}}}} {
		err := town.DB.AsSnapshot(t.Context(), town.As(registertest.WestWorker), func(tx pgx.Tx) error {
			var back orb.MultiLineString
			if err := tx.QueryRow(t.Context(), "SELECT g FROM unnest($1::geometry[]) g WHERE g IS NOT NULL", []orb.MultiLineString{lines}).Scan(&back); err != nil {
				return err
			}
			if len(back) != len(lines) {
				t.Errorf("%v comes back as %v", lines, back)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}
