package round_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/round"
)

func (o office) point(query string, arguments ...any) (at orb.Point) {
	o.Helper()
	o.must(o.Owner.QueryRow(o.Context(), "SELECT ST_X(at), ST_Y(at) FROM ("+query+") one (at)", arguments...).Scan(&at[0], &at[1]))
	return at
}

// In the middle of a day it goes on from the door that was finished last; what was done
// is on no route, and the next day begins where the days always do.
func TestPropose_GoesOnFromTheLastFinishedDoor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.made(round.Order{Iterations: 1000})
	o.must(o.book.Publish(t.Context(), o.supervisor, first, o.DB.Now()))
	base := o.point("SELECT ST_StartPoint(line) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3", first, o.Workers[0], o.Today)
	stop := func(n int) uuid.UUID {
		return o.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
			WHERE r.plan_id = $1 AND r.worker_id = $2 AND r.day = $3 AND s.seq = $4`, first, o.Workers[0], o.Today, n)
	}
	o.Visit(registertest.WestWorker, stop(1), "done")
	o.Visit(registertest.WestWorker, stop(2), "not_home")
	next := stop(3)
	second := o.made(round.Order{Keep: true, Iterations: 1000})
	begins := o.point("SELECT ST_StartPoint(line) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3", second, o.Workers[0], o.Today)
	last := o.point("SELECT at FROM rounds.households WHERE id = $1", stop(2))
	if geo.Metres(begins, last) > 1 {
		t.Errorf("the day goes on %.0f m from the last door", geo.Metres(begins, last))
	}
	if now := o.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
		WHERE r.plan_id = $1 AND r.worker_id = $2 AND r.day = $3 AND s.seq = 1`, second, o.Workers[0], o.Today); now != next {
		t.Error("the stop that came next does not")
	}
	if n := o.Count("SELECT count(*) FROM rounds.stops WHERE plan_id = $1 AND household_id = $2", second, stop(1)); n != 0 {
		t.Error("a door that is done is on a route")
	}
	if n := o.Count("SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3 AND leave_at < '10:00'", second, o.Workers[0], o.Today); n != 0 {
		t.Error("the rest of the day begins before now")
	}
	// A revision of the revision still knows where the worker's days begin.
	o.must(o.book.Publish(t.Context(), o.supervisor, second, o.DB.Now()))
	third := o.made(round.Order{Keep: true, Iterations: 1000})
	for _, plan := range []uuid.UUID{second, third} {
		tomorrow := o.point("SELECT ST_StartPoint(line) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day > $3 ORDER BY day LIMIT 1", plan, o.Workers[0], o.Today)
		if geo.Metres(tomorrow, base) > 1 {
			t.Errorf("the next day begins %.0f m from where days begin", geo.Metres(tomorrow, base))
		}
	}
}

// Nobody is led through a closed street, and its doors are visited when it is open.
func TestPropose_AvoidsClosedStreets(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.made(round.Order{Iterations: 1000})
	o.must(o.book.Publish(t.Context(), o.supervisor, first, o.DB.Now()))
	household := o.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
		WHERE r.plan_id = $1 AND r.day = $2 ORDER BY r.worker_id, s.seq LIMIT 1`, first, o.Today)
	closure := round.Closure{ID: uuid.New(), At: o.point("SELECT at FROM rounds.households WHERE id = $1", household), StartsOn: o.Today, EndsOn: o.Today.AddDate(0, 0, 2)}
	o.must(o.book.CloseStreet(t.Context(), o.supervisor, closure))
	o.must(o.book.CloseStreet(t.Context(), o.supervisor, closure)) // again changes nothing
	planner := o.planner(t.Context())
	stretch, found, err := planner.Stretch(t.Context(), closure.At)
	if err != nil || !found || len(stretch.Line) < 2 {
		t.Fatalf("%+v, %v", stretch, err)
	}
	over := func(plan uuid.UUID) int {
		a, b := stretch.Line[0], stretch.Line[len(stretch.Line)-1]
		return o.Count(`SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND day <= $6
			AND ST_Length(ST_Intersection(line, ST_Buffer(ST_MakeLine(ST_SetSRID(ST_MakePoint($2, $3), 4326), ST_SetSRID(ST_MakePoint($4, $5), 4326)), 0.000001))) > 0.0005`,
			plan, a[0], a[1], b[0], b[1], closure.EndsOn)
	}
	for _, keep := range []bool{true, false} {
		plan := o.made(round.Order{Keep: keep, Iterations: 1000})
		if n := over(plan); n != 0 {
			t.Errorf("keep %v: %d routes lead through the closed street", keep, n)
		}
		if a := o.at(plan, household); a.planned && a.day < o.day(3) {
			t.Errorf("keep %v: a door of the street is visited on %s", keep, a.day)
		}
		o.whole(plan)
		o.must(o.book.Discard(t.Context(), o.supervisor, plan))
	}
	if list, err := o.book.Closures(t.Context(), o.supervisor, o.Today); err != nil || len(list) != 1 || list[0] != closure {
		t.Errorf("%+v, %v", list, err)
	}
	// Whoever asks the way walks around it, until it is another street that is closed.
	a, b := stretch.Line[0], stretch.Line[len(stretch.Line)-1]
	walk := func() int {
		w, err := planner.Walk(t.Context(), o.supervisor, network.Foot, []round.Waypoint{{At: a}, {At: b}}, false)
		o.must(err)
		return w.Legs[0].Metres
	}
	around := walk()
	closure.At[0] += 0.02
	o.must(o.book.CloseStreet(t.Context(), o.supervisor, closure))
	if straight := walk(); around < 2*straight {
		t.Errorf("%d m around the closed street, %d m through it", around, straight)
	}
	if list, err := o.book.Closures(t.Context(), o.supervisor, o.Today); err != nil || len(list) != 1 || list[0] != closure {
		t.Errorf("another street is closed: %+v, %v", list, err)
	}
	o.must(o.book.OpenStreet(t.Context(), o.supervisor, closure.ID))
	for want, err := range map[error]error{
		round.ErrNoClosure:   o.book.OpenStreet(t.Context(), o.supervisor, closure.ID),
		round.ErrClosureDays: o.book.CloseStreet(t.Context(), o.supervisor, round.Closure{ID: uuid.New(), At: closure.At, StartsOn: o.Today, EndsOn: o.Today.AddDate(0, 0, -1)}),
		register.ErrOutside:  o.book.CloseStreet(t.Context(), o.supervisor, round.Closure{ID: uuid.New(), At: orb.Point{50, 50}, StartsOn: o.Today, EndsOn: o.Today}),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}

// Who comes late on a day is led through what is left of it.
func TestPropose_KeepsToTheHoursOfADay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first := o.made(round.Order{Iterations: 1000})
	o.must(o.book.Publish(t.Context(), o.supervisor, first, o.DB.Now()))
	day := o.Today.AddDate(0, 0, 1)
	o.must(o.book.SetHours(t.Context(), o.supervisor, o.Workers[0], day, "11:00", "12:30"))
	plan := o.made(round.Order{Keep: true, Iterations: 1000})
	const late = "SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3 AND (leave_at < '11:00' OR back_at > '12:30')"
	if n := o.Count(late, plan, o.Workers[0], day); n != 0 {
		t.Error("the worker is led out at other hours")
	}
	if n := o.Count("SELECT count(*) FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day = $3", plan, o.Workers[0], day); n != 1 {
		t.Errorf("%d routes on the day", n)
	}
	o.must(o.book.SetDayOff(t.Context(), o.supervisor, o.Workers[0], day, false))
	if n := o.Count("SELECT count(*) FROM rounds.worker_days_off"); n != 0 {
		t.Error("the hours are still there")
	}
	if err := o.book.SetHours(t.Context(), o.supervisor, o.Workers[0], day, "12:00", "11:00"); !errors.Is(err, round.ErrHours) {
		t.Errorf("%v", err)
	}
}
