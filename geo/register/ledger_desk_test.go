package register_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// A look at a ledger, for which somebody waits at the desk, reads its beginning alone and
// keeps no more of it than it shows, however many rows and words it has.
func TestLookAtLedger_ReadsTheBeginning(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, err := f.db.ImportAreas(t.Context(), county(), f.options())
	f.must(err)
	const most = 1_000_000
	read := 0
	rows := func(keep func(int64, register.LedgerCase, *register.Complaint) error) error {
		for ; read < most; read++ {
			word := fmt.Sprint("pothole ", read%1000)
			if err := keep(int64(read+2), register.LedgerCase{Number: fmt.Sprint(read), Matter: word, Area: "West", ReportedOn: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)}, nil); err != nil {
				return fmt.Errorf("inbox: %w", err)
			}
		}
		return nil
	}
	look, err := f.db.LookAtLedger(t.Context(), rows, []uuid.UUID{f.keys.ID("area", "county")})
	f.must(err)
	if read == most || len(look.Lines) != 20 || len(look.Words) != 100 || look.Words[99] != (register.LedgerWord{Field: "matter", Word: "pothole 99"}) {
		t.Errorf("%d rows were read for %d lines and the words %v", read, len(look.Lines), look.Words)
	}
}
