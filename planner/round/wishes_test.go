package round_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/round"
)

// at is where a plan has a household.
type at struct {
	day, start, code string
	planned          bool
}

func (o office) at(plan, household uuid.UUID) (a at) {
	o.Helper()
	err := o.Owner.QueryRow(o.Context(), `
		SELECT r.day::text, s.start_at::text, w.code, true FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
		WHERE s.plan_id = $1 AND s.household_id = $2`, plan, household).Scan(&a.day, &a.start, &a.code, &a.planned)
	if err != nil && o.Count("SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1 AND household_id = $2", plan, household) != 1 {
		o.Fatalf("the plan has neither a stop nor a reason: %v", err)
	}
	return a
}

// cell is that of a household in the published plan.
func (o office) cell(household uuid.UUID) round.Cell {
	o.Helper()
	cell, err := o.book.CellAt(o.Context(), o.supervisor, o.Plan, o.point("SELECT at FROM rounds.households WHERE id = $1", household))
	o.must(err)
	return cell
}

func (o office) day(n int) string { return o.Today.AddDate(0, 0, n).Format(time.DateOnly) }

// Who was not at home is visited again after as many days as the round says, in another
// part of the day, in new plans and in revised ones; after the fourth attempt nobody
// goes there.
func TestPropose_ComesAgainInAnotherPartOfTheDay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.rounds SET revisit_days = 4 WHERE id = $1", o.Round)
	o.Exec("UPDATE rounds.workers SET shift_start = '09:00', shift_end = '16:00'")
	household := o.Household(o.Workers[0], o.Today, 3)
	for attempt := 1; attempt <= 4; attempt++ {
		part := []string{"morning", "afternoon", "evening", "morning"}[attempt-1]
		_, _, err := o.DB.RecordVisit(t.Context(), o.As(registertest.WestWorker), register.Visit{
			ID: uuid.New(), Round: o.Round, Household: household, Outcome: "not_home", VisitedOn: o.Today, Part: part}, o.Today)
		o.must(err)
		for _, keep := range []bool{false, true} {
			plan := o.made(round.Order{Keep: keep})
			if attempt == 4 {
				if n := o.Count("SELECT (SELECT count(*) FROM rounds.stops WHERE plan_id = $1 AND household_id = $2) + (SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1 AND household_id = $2)", plan, household); n != 0 {
					t.Errorf("a fifth attempt is planned")
				}
				continue
			}
			// The team works in the morning and the afternoon: after the afternoon it is
			// the morning's turn, as nobody works in the evening.
			inMorning := part != "morning"
			if a := o.at(plan, household); a.day < o.day(4) || (a.start < "12") != inMorning {
				t.Errorf("not home on %s in the %s; planned again %+v (keep %v)", o.day(0), part, a, keep)
			}
			o.must(o.book.Discard(t.Context(), o.supervisor, plan))
		}
	}
}

// A day and time that were agreed, a deadline, a worker by hand, a cell by hand.
func TestPropose_KeepsToBookings(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var b [4]uuid.UUID
	for n := range b {
		b[n] = o.Household(o.Workers[0], o.Today, 2*n)
	}
	other := o.Workers[1]
	o.Exec("INSERT INTO rounds.plan_workers (plan_id, worker_id) SELECT $1, unnest($2::uuid[])", o.Plan, o.Workers[:2])
	var ungranted *round.UngrantedError
	if _, err := o.book.MoveCell(t.Context(), o.supervisor, o.Round, b[3], other); !errors.As(err, &ungranted) || ungranted.Area != "West 1" {
		t.Errorf("a cell is given to who has no grant for it: %v", err)
	}
	if cell := o.cell(b[3]); len(cell.Takers) != 0 {
		t.Errorf("%+v may take a cell of West", cell.Takers)
	}
	o.Exec(`UPDATE rounds.grants SET area_id = $1 WHERE role = 'worker'`, o.Area("County"))
	if cell := o.cell(b[3]); len(cell.Takers) != 1 || cell.Takers[0].Worker != other || cell.Takers[0].Metres == nil {
		t.Errorf("%+v may take a cell, want w02 and how near w02 comes", cell.Takers)
	}
	day := o.Today.AddDate(0, 0, 5)
	for _, k := range []round.Booking{
		{Household: b[0], First: day, Last: day, Opens: "10:30", Closes: "10:45"},
		{Household: b[1], Last: o.Today.AddDate(0, 0, 1)},
		{Household: b[2], Worker: other},
	} {
		k.Round = o.Round
		o.must(o.book.Book(t.Context(), o.supervisor, k))
		if got, err := o.book.BookingOf(t.Context(), o.supervisor, o.Round, k.Household); err != nil || !got.First.Equal(k.First) || got.Opens != k.Opens || got.Worker != k.Worker {
			t.Errorf("%+v: %+v, %v", k, got, err)
		}
	}
	moved, err := o.book.MoveCell(t.Context(), o.supervisor, o.Round, b[3], other)
	o.must(err)
	if want := o.Count("SELECT count(*) FROM rounds.households WHERE cell = (SELECT cell FROM rounds.households WHERE id = $1)", b[3]); moved != want {
		t.Errorf("%d households moved with the cell, want %d", moved, want)
	}
	for _, keep := range []bool{false, true} {
		plan := o.made(round.Order{Keep: keep, Iterations: 3000})
		if a := o.at(plan, b[0]); a.day != o.day(5) || a.start < "10:30" || a.start > "10:45" {
			t.Errorf("keep %v: the appointment is planned %+v", keep, a)
		}
		if a := o.at(plan, b[1]); !a.planned || a.day > o.day(1) {
			t.Errorf("keep %v: the deadline is planned %+v", keep, a)
		}
		for _, household := range []uuid.UUID{b[2], b[3]} {
			if a := o.at(plan, household); a.planned && a.code != "w02" {
				t.Errorf("keep %v: moved by hand, and planned %+v", keep, a)
			}
		}
		o.whole(plan)
		o.must(o.book.Discard(t.Context(), o.supervisor, plan))
	}
	// It goes with the door, and by saying nothing.
	o.Visit(registertest.WestWorker, b[0], "done")
	o.must(o.book.Book(t.Context(), o.supervisor, round.Booking{Round: o.Round, Household: b[1]}))
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = ANY ($1)", b[:2]); n != 0 {
		t.Errorf("%d bookings are left", n)
	}
	_, err = o.book.MoveCell(t.Context(), o.supervisor, o.Round, b[3], uuid.Nil)
	o.must(err)
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1", b[3]); n != 0 {
		t.Error("the cell is still moved")
	}
	for want, k := range map[error]round.Booking{
		round.ErrDoorFinished: {Round: o.Round, Household: b[0], Last: day},
		round.ErrBookingDays:  {Round: o.Round, Household: b[1], Last: day.AddDate(1, 0, 0)},
		round.ErrNoHousehold:  {Round: o.Round, Household: uuid.New(), Last: day},
		round.ErrNoRound:      {Round: uuid.New(), Household: b[1], Last: day},
		round.ErrNoWorker:     {Round: o.Round, Household: b[1], Worker: uuid.New()},
	} {
		if err := o.book.Book(t.Context(), o.supervisor, k); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// On a holiday nobody visits where it is one; the round's break is in each long day.
func TestPropose_HonoursHolidaysAndTheBreak(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.rounds SET break_s = 1800, break_opens = '11:00', break_closes = '12:00' WHERE id = $1", o.Round)
	holiday := o.Today.AddDate(0, 0, 1)
	o.must(o.book.SetHoliday(t.Context(), o.supervisor, o.Area("West"), holiday, true))
	if days, err := o.book.Holidays(t.Context(), o.supervisor, o.Area("West"), time.Time{}, 10); err != nil || len(days) != 1 || !days[0].Equal(holiday) {
		t.Errorf("%v, %v", days, err)
	}
	for _, keep := range []bool{false, true} {
		plan := o.made(round.Order{Keep: keep})
		on := func(worker int) int {
			return o.Count("SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3", plan, o.Workers[worker], holiday)
		}
		if on(0) != 0 || on(1) != 1 {
			t.Errorf("keep %v: %d routes in West, whose holiday it is, %d in Middle", keep, on(0), on(1))
		}
		if n := o.Count(`SELECT count(*) FROM rounds.routes r WHERE plan_id = $1 AND leave_at < '11:00' AND back_at > '13:00'
			AND (SELECT sum(s.break_s) FROM rounds.stops s WHERE s.route_id = r.id) < 1800`, plan); n != 0 {
			t.Errorf("keep %v: %d days without a break", keep, n)
		}
		if o.Count("SELECT count(*) FROM rounds.stops WHERE plan_id = $1 AND break_s >= 1800", plan) == 0 {
			t.Errorf("keep %v: no break at all", keep)
		}
		o.must(o.book.Publish(t.Context(), o.supervisor, plan, o.DB.Now()))
	}
	o.must(o.book.SetHoliday(t.Context(), o.supervisor, o.Area("West"), holiday, false))
	if days, err := o.book.Holidays(t.Context(), o.supervisor, o.Area("West"), time.Time{}, 10); err != nil || len(days) != 0 {
		t.Errorf("%v, %v", days, err)
	}
	if err := o.book.SetHoliday(t.Context(), o.As(registertest.WestSupervisor), o.Area("County"), holiday, true); !errors.Is(err, round.ErrNotHolder) {
		t.Errorf("who holds West keeps the holidays of the county: %v", err)
	}
}
