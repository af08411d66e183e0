package casework_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestAskVisit_BooksThreeDaysThatWereAgreedAndNoMore(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.report("damaged_stairs")
	home := o.Household(o.Workers[0], o.Today, 3)
	var street, number string
	must(t, o.Owner.QueryRow(t.Context(), "SELECT street, house_number FROM rounds.households WHERE id = $1", home).Scan(&street, &number))
	wish := func(the uuid.UUID, days int) casework.VisitWish {
		return casework.VisitWish{CaseVisit: casework.CaseVisit{ID: uuid.New(), VisitOn: o.Today.AddDate(0, 0, days), Agreed: true}, Case: the, Street: street, Number: number}
	}
	ask := func(who register.Principal, w casework.VisitWish) error {
		_, err := o.AskVisit(t.Context(), who, w)
		return err
	}
	elsewhere, late, unagreed := wish(id, 2), wish(id, 200), wish(id, 2)
	elsewhere.Number, unagreed.Agreed = "no such number", false
	refused := o.report("road_damage")
	for _, try := range []struct {
		why       string
		want, err error
	}{
		{"somebody of no unit of it", casework.ErrNoCase, ask(o.As(registertest.CountyHandler), wish(id, 2))},
		{"a supervisor", casework.ErrNoCase, ask(o.As(registertest.WestSupervisor), wish(id, 2))},
		{"an unknown place", casework.ErrNoPlace, ask(o.mediator, elsewhere)},
		{"after the round", casework.ErrNoVisitRound, ask(o.mediator, late)},
		{"yesterday", casework.ErrNoVisitRound, ask(o.mediator, wish(id, -1))},
		{"unagreed, and not in a home", casework.ErrUnagreed, ask(o.mediator, unagreed)},
	} {
		if !errors.Is(try.err, try.want) {
			t.Errorf("%s: %v, want %v", try.why, try.err, try.want)
		}
	}
	first := wish(id, 2)
	first.Opens, first.Closes = "10:00", "11:00"
	must(t, ask(o.mediator, first))
	if added, err := o.AskVisit(t.Context(), o.mediator, first); err != nil || added {
		t.Errorf("the same again: %v, %v", added, err)
	}
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1 AND first_day = $2 AND last_day = $2 AND opens = '10:00' AND closes = '11:00'", home, first.VisitOn); n != 1 {
		t.Error("the day is not booked")
	}
	// Another day moves what is still ahead, and takes none that another case agreed on.
	moved := wish(id, 3)
	must(t, ask(o.mediator, moved))
	if visits, err := o.CaseVisits(t.Context(), o.mediator, id); err != nil || len(visits) != 1 || visits[0] != moved.CaseVisit {
		t.Errorf("visits %+v: %v", visits, err)
	}
	if err := ask(o.mediator, wish(o.report("damaged_stairs"), 4)); !errors.Is(err, casework.ErrBooked) {
		t.Errorf("a day of another case is taken: %v", err)
	}
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1 AND first_day = $2", home, moved.VisitOn); n != 1 {
		t.Error("the day that was agreed is not booked")
	}
	// What was, or may have been today, is counted.
	o.Exec("UPDATE rounds.case_visits SET visit_on = $1", o.Today.AddDate(0, 0, -2))
	must(t, ask(o.mediator, wish(id, 4)))
	o.Exec("UPDATE rounds.case_visits SET visit_on = $1 WHERE visit_on > $1", o.Today)
	must(t, ask(o.mediator, wish(id, 5)))
	o.Exec("UPDATE rounds.case_visits SET visit_on = $1 WHERE visit_on > $1", o.Today)
	if err := ask(o.mediator, wish(id, 6)); !errors.Is(err, casework.ErrThreeVisits) {
		t.Errorf("a fourth: %v", err)
	}
	if visits, err := o.CaseVisits(t.Context(), o.mediator, id); err != nil || len(visits) != 3 {
		t.Errorf("visits %+v: %v", visits, err)
	}
	// Never-visit wins: the booking goes with the place, which is then as unknown as any.
	must(t, o.DB.Refuse(t.Context(), o.As(registertest.WestWorker), o.Keys(), home))
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1", home); n != 0 {
		t.Error("a place that refused is still booked")
	}
	if err := ask(o.mediator, wish(refused, 2)); !errors.Is(err, casework.ErrNoPlace) {
		t.Errorf("a place that refused: %v", err)
	}
}

// Of two cases that agree on a day at one place at once, one has it.
func TestAskVisit_BooksOneOfTwoAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	home := o.Household(o.Workers[0], o.Today, 3)
	wish := func(days int) casework.VisitWish {
		w := casework.VisitWish{CaseVisit: casework.CaseVisit{ID: uuid.New(), VisitOn: o.Today.AddDate(0, 0, days), Agreed: true}, Case: o.report("damaged_stairs")}
		must(t, o.Owner.QueryRow(t.Context(), "SELECT street, house_number FROM rounds.households WHERE id = $1", home).Scan(&w.Street, &w.Number))
		return w
	}
	first, second, late := wish(2), wish(3), make(chan error, 1)
	must(t, o.DB.As(t.Context(), o.mediator, func(tx pgx.Tx) error {
		const query = "SELECT rounds.ask_case_visit($1, $2, $3, $4, NULL, $5, NULL, NULL, true)"
		if _, err := tx.Exec(t.Context(), query, first.ID, first.Case, first.Street, first.Number, first.VisitOn); err != nil {
			return err
		}
		go func() {
			_, err := o.AskVisit(t.Context(), o.mediator, second)
			late <- err
		}()
		for o.Count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%ask_case_visit%' AND wait_event_type = 'Lock'") == 0 {
			if err := t.Context().Err(); err != nil {
				return err
			}
		}
		return nil
	}))
	if err := <-late; !errors.Is(err, casework.ErrBooked) {
		t.Errorf("the day that another case agreed on is taken: %v", err)
	}
}

// A day that was booked for a case is free again when the case is over, unless somebody made
// something else of it.
func TestAskVisit_FreesTheDayWhenTheCaseIsOver(t *testing.T) {
	t.Parallel()
	o := open(t)
	for n, kept := range map[int]bool{1: false, 2: true} {
		id, home := o.report("damaged_stairs"), o.Household(o.Workers[0], o.Today, n)
		wish := casework.VisitWish{CaseVisit: casework.CaseVisit{ID: uuid.New(), VisitOn: o.Today.AddDate(0, 0, 2), Agreed: true}, Case: id}
		must(t, o.Owner.QueryRow(t.Context(), "SELECT street, house_number FROM rounds.households WHERE id = $1", home).Scan(&wish.Street, &wish.Number))
		if _, err := o.AskVisit(t.Context(), o.mediator, wish); err != nil {
			t.Fatal(err)
		}
		if kept {
			o.Exec("UPDATE rounds.bookings SET first_day = first_day + 1, last_day = last_day + 1 WHERE household_id = $1", home)
		}
		o.did(o.mediator, id, casework.Command{Name: "assign", Unit: o.west})
		o.did(o.mediator, id, casework.Command{Name: "settle", Outcome: "done"})
		if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1", home); (n == 1) != kept {
			t.Errorf("%d bookings outlive the case, want %v", n, kept)
		}
		if n := o.Count("SELECT count(*) FROM rounds.case_visits WHERE case_id = $1", id); n != 0 {
			t.Errorf("%d visits are still to come", n)
		}
	}
}

func TestAskVisit_ToAHazardInAHomeOnceUnasked_AndOfADisputeByItsMediator(t *testing.T) {
	t.Parallel()
	o := open(t)
	home := o.Household(o.Workers[0], o.Today, 3)
	wish := casework.VisitWish{CaseVisit: casework.CaseVisit{ID: uuid.New(), VisitOn: o.Today.AddDate(0, 0, 2)}, Case: uuid.New()}
	must(t, o.Owner.QueryRow(t.Context(), "SELECT street, house_number FROM rounds.households WHERE id = $1", home).Scan(&wish.Street, &wish.Number))
	_, _, err := o.DB.ReportIncident(t.Context(), o.As(registertest.WestSupervisor), o.Keys(), register.Report{
		ID: wish.Case, Matter: "exposed_wiring", At: orb.Point{1.035, 42.045}, Source: "desk", ReportedOn: o.Today, InHome: true})
	must(t, err)
	// A day that the household named stays.
	named := wish.VisitOn.AddDate(0, 0, 1)
	o.Exec(`INSERT INTO rounds.bookings (round_id, household_id, area_id, first_day, last_day)
		SELECT r.id, h.id, h.area_id, $2, $2 FROM rounds.households h JOIN rounds.round_areas a USING (area_id) JOIN rounds.rounds r ON r.id = a.round_id
		WHERE h.id = $1 AND r.closed_at IS NULL`, home, named)
	if _, err := o.AskVisit(t.Context(), o.mediator, wish); !errors.Is(err, casework.ErrUnagreed) {
		t.Errorf("unasked, and not on the day that they named: %v", err)
	}
	if n := o.Count("SELECT count(*) FROM rounds.bookings WHERE household_id = $1 AND first_day = $2", home, named); n != 1 {
		t.Errorf("%d bookings on the day that they named", n)
	}
	o.Exec("DELETE FROM rounds.bookings WHERE household_id = $1", home)
	if _, err := o.AskVisit(t.Context(), o.mediator, wish); err != nil {
		t.Fatal(err)
	}
	wish.ID = uuid.New()
	for _, ago := range []int{0, 1} { // that of today may have been
		day := o.Today.AddDate(0, 0, -ago)
		o.Exec("UPDATE rounds.case_visits SET visit_on = $1", day)
		o.Exec("UPDATE rounds.bookings SET first_day = $2, last_day = $2 WHERE household_id = $1", home, day)
		if _, err := o.AskVisit(t.Context(), o.mediator, wish); !errors.Is(err, casework.ErrUnagreed) {
			t.Errorf("unasked twice, %d days later: %v", ago+1, err)
		}
	}
	dispute, other := o.Dispute(0, "noise", true), o.Household(o.Workers[0], o.Today, 2)
	wish.ID, wish.Case, wish.Agreed = uuid.New(), dispute, true
	must(t, o.Owner.QueryRow(t.Context(), "SELECT street, house_number FROM rounds.households WHERE id = $1", other).Scan(&wish.Street, &wish.Number))
	if _, err := o.AskVisit(t.Context(), o.mediator, wish); !errors.Is(err, casework.ErrNoCase) {
		t.Errorf("who is not named asks for a visit: %v", err)
	}
	must(t, o.name(o.As(registertest.WestSupervisor), dispute, o.mediator, uuid.Nil))
	if _, err := o.AskVisit(t.Context(), o.mediator, wish); err != nil {
		t.Error(err)
	}
	if _, err := o.CaseVisits(t.Context(), o.As(registertest.CountyHandler), dispute); !errors.Is(err, casework.ErrNoCase) {
		t.Errorf("who is not named sees the days: %v", err)
	}
}
