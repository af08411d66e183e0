package round

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"github.com/rounds-project/rounds/geo"
)

// Who agreed to a day and a time is waiting then; for whom only the last day is left, after
// an attempt, nobody else is turned away.
func TestWish_IsAnAppointmentWhenTheHouseholdAgreed(t *testing.T) {
	t.Parallel()
	first := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	last, part := first.AddDate(0, 0, 4), "afternoon"
	ten, eleven := pgtype.Time{Microseconds: (10 * time.Hour).Microseconds(), Valid: true}, pgtype.Time{Microseconds: (11 * time.Hour).Microseconds(), Valid: true}
	shifts := []geo.Window{{Opens: 9 * time.Hour, Closes: 17 * time.Hour}}
	for name, w := range map[string]struct {
		wish
		dates, windows int
		appointment    bool
	}{
		"a day and a time":            {wish{first: &last, last: &last, opens: ten, closes: eleven}, 1, 1, true},
		"a second visit, last day":    {wish{dueFrom: &last, duePart: &part}, 1, 1, false},
		"mornings of the whole round": {wish{first: &first, last: &last, opens: ten, closes: eleven}, 0, 1, false},
		"a day":                       {wish{first: &last, last: &last}, 1, 0, false},
	} {
		got := w.terms(first, last, shifts, nil)
		if len(got.Dates) != w.dates || len(got.Windows) != w.windows || got.Appointment != w.appointment {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
