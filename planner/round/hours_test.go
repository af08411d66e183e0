package round_test

import (
	"testing"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// The worker of a day is told from when until when places asked to be visited on it; who
// reads the same route from the desk is not told by it.
func TestDay_TellsTheHoursThatPlacesAskedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	own, booked, another := o.Household(o.Workers[0], o.Today, 0), o.Household(o.Workers[0], o.Today, 1), o.Household(o.Workers[0], o.Today, 2)
	o.Exec("UPDATE rounds.households SET window_opens = '08:30', window_closes = '14:30' WHERE id IN ($1, $2)", own, booked)
	for household, days := range map[any][2]int{booked: {-1, 2}, another: {1, 2}} {
		o.Exec(`INSERT INTO rounds.bookings (round_id, household_id, area_id, first_day, last_day, opens, closes)
			SELECT $1, id, area_id, $3, $4, '10:00', '11:00' FROM rounds.households WHERE id = $2`,
			o.Round, household, o.Today.AddDate(0, 0, days[0]), o.Today.AddDate(0, 0, days[1]))
	}
	day, err := o.book.Day(t.Context(), o.As(registertest.WestWorker), o.Today)
	o.must(err)
	want := map[any][2]string{own: {"08:30:00", "14:30:00"}, booked: {"10:00:00", "11:00:00"}}
	for _, stop := range day.Stops {
		var told [2]string
		if stop.Opens != nil && stop.Closes != nil {
			told = [2]string{*stop.Opens, *stop.Closes}
		}
		if told != want[stop.Household] {
			t.Errorf("stop %d says %q, want %q", stop.Seq, told, want[stop.Household])
		}
	}
	route, err := o.book.Route(t.Context(), o.supervisor, day.ID)
	o.must(err)
	for _, stop := range route.Stops {
		if stop.Opens != nil {
			t.Errorf("the desk's route says %s of stop %d", *stop.Opens, stop.Seq)
		}
	}
}
