package casework_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/casework"
)

// calendar is the plain model of the days that are worked on.
type calendar map[time.Time]bool

func (c calendar) works(day time.Time) bool {
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !c[day]
}

// after is the day that so many days come after.
func (c calendar) after(day time.Time, days int, working bool) time.Time {
	if !working {
		return day.AddDate(0, 0, days)
	}
	for days > 0 {
		if day = day.AddDate(0, 0, 1); c.works(day) {
			days--
		}
	}
	return day
}

// between counts the days after one and not after another.
func (c calendar) between(from, until time.Time, working bool) (days int) {
	for day := from.AddDate(0, 0, 1); !day.After(until); day = day.AddDate(0, 0, 1) {
		if !working || c.works(day) {
			days++
		}
	}
	return days
}

// resumed is the day of a case that was paused and goes on.
func (c calendar) resumed(due, paused, day time.Time, working bool) time.Time {
	if paused.After(due) {
		return due
	}
	later := c.after(day, c.between(paused, due, working), working)
	if later.Before(due) {
		return due
	}
	return later
}

func later(random *rand.Rand, from time.Time, most int) time.Time {
	return from.AddDate(0, 0, random.IntN(most))
}

// holidays gives West and the county above some, for the years around two leap days.
func (o *office) holidays(random *rand.Rand) calendar {
	o.Helper()
	days := calendar{}
	for range 120 {
		day := later(random, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), 2200)
		days[day] = true
		area := []string{"West", "County"}[random.IntN(2)]
		o.Exec("INSERT INTO rounds.holidays SELECT id, $2 FROM rounds.areas WHERE name = $1 ON CONFLICT DO NOTHING", area, day)
	}
	// Those of elsewhere change nothing.
	o.Exec("INSERT INTO rounds.holidays SELECT id, d::date FROM rounds.areas, generate_series('2027-01-01'::timestamp, '2033-01-01', '3 days') d WHERE name = 'Middle'")
	return days
}

func TestDays_EqualTheModel(t *testing.T) {
	t.Parallel()
	const cases = 5000
	o := open(t)
	random := rand.New(rand.NewPCG(9, 1)) // #nosec G404 -- the same for the same seed
	c := o.holidays(random)
	begin := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	starts, ends, days, working := make([]time.Time, cases), make([]time.Time, cases), make([]int32, cases), make([]bool, cases)
	for i := range cases {
		starts[i] = later(random, begin, 1900)
		ends[i] = later(random, starts[i].AddDate(0, 0, -3), 90)
		days[i], working[i] = int32(random.IntN(60)), random.IntN(3) > 0
	}
	rows, err := o.Owner.Query(t.Context(), `
		SELECT rounds.add_days($1, x.start, x.days, x.working), rounds.days_after($1, x.start, x.until, x.working)
		FROM unnest($2::date[], $3::date[], $4::integer[], $5::boolean[]) WITH ORDINALITY x (start, until, days, working, place) ORDER BY place`,
		o.Area("West"), starts, ends, days, working)
	must(t, err)
	type answer struct {
		On   time.Time
		Days int
	}
	got, err := pgx.CollectRows(rows, pgx.RowToStructByPos[answer])
	must(t, err)
	if len(got) != cases {
		t.Fatalf("%d answers", len(got))
	}
	for i, g := range got {
		want := answer{c.after(starts[i], int(days[i]), working[i]), c.between(starts[i], ends[i], working[i])}
		if !g.On.Equal(want.On) || g.Days != want.Days {
			t.Errorf("%d days from %v (working %v): %v, until %v %d; want %v, %d", days[i], starts[i], working[i], g.On, ends[i], g.Days, want.On, want.Days)
		}
	}
}

// A case is warned of once its last day ends within 48 hours, and late once it has ended:
// by the clock on the wall, whatever was done to it that night.
func TestClocks_GoByTheWallWhereTheInstallationIs(t *testing.T) {
	t.Parallel()
	o := open(t)
	for _, place := range []struct {
		zone string
		due  time.Time // around a change of clocks, a leap day, a year's end
	}{
		{"Europe/Madrid", time.Date(2027, 3, 28, 0, 0, 0, 0, time.UTC)},
		{"Europe/Madrid", time.Date(2027, 10, 31, 0, 0, 0, 0, time.UTC)},
		{"Africa/Cairo", time.Date(2027, 4, 29, 0, 0, 0, 0, time.UTC)}, // the next day has no midnight
		{"Asia/Shanghai", time.Date(2028, 2, 28, 0, 0, 0, 0, time.UTC)},
		{"America/New_York", time.Date(2027, 12, 31, 0, 0, 0, 0, time.UTC)},
	} {
		zone, err := time.LoadLocation(place.zone)
		must(t, err)
		o.DB.Location = zone
		id := o.report("damaged_stairs")
		o.Exec("UPDATE rounds.cases SET opened_on = $2::date - 5, due_on = $2, escalate_on = $2 WHERE id = $1", id, place.due)
		end := time.Date(place.due.Year(), place.due.Month(), place.due.Day()+1, 0, 0, 0, 0, zone)
		for _, moment := range []struct {
			at   time.Time
			want []string
		}{
			{end.Add(-casework.Soon - time.Second), []string{"open"}},
			{end.Add(-casework.Soon), []string{"open", "warn"}},
			{end.Add(-time.Second), []string{"open", "warn"}},
			{end, []string{"open", "warn", "breach", "escalate"}},
		} {
			o.DB.Now = func() time.Time { return moment.at }
			_, err := o.RunClocks(t.Context())
			must(t, err)
			if got := o.commands(id); !slices.Equal(got, moment.want) {
				t.Errorf("%s, due %s, at %v: %v, want %v", place.zone, place.due.Format(time.DateOnly), moment.at, got, moment.want)
			}
		}
		o.Exec("DELETE FROM rounds.incidents WHERE id = $1", id)
	}
}

// commands are those of the steps of a case.
func (o *office) commands(id any) []string {
	o.Helper()
	rows, err := o.Owner.Query(o.Context(), "SELECT command::text FROM rounds.case_steps WHERE case_id = $1 ORDER BY seq", id)
	must(o, err)
	commands, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(o, err)
	return commands
}

// A pause gives back the days that were left, over holidays and weekends.
func TestPause_GivesBackTheDaysThatWereLeft(t *testing.T) {
	t.Parallel()
	o := open(t)
	random := rand.New(rand.NewPCG(9, 2)) // #nosec G404 -- the same for the same seed
	c := o.holidays(random)
	for range 25 {
		begin := later(random, time.Date(2027, 3, 8, 0, 0, 0, 0, time.UTC), 1500)
		o.on(begin)
		matter, days, working := "road_damage", 30, true
		if random.IntN(3) == 0 {
			matter, days, working = "exposed_wiring", 2, false
		}
		id := o.report(matter)
		due := c.after(begin, days, working)
		o.did(o.mediator, id, casework.Command{Name: "assign", Unit: o.west})
		day := begin
		for range 1 + random.IntN(3) {
			paused := later(random, day, 25)
			o.on(paused)
			o.did(o.mediator, id, casework.Command{Name: "pause", Reason: "weather"})
			day = later(random, paused, 40)
			o.on(day)
			file := o.did(o.mediator, id, casework.Command{Name: "resume"})
			due = c.resumed(due, paused, day, working)
			if !file.DueOn.Equal(due) {
				t.Fatalf("paused on %v until %v it is due on %v, want %v", paused, day, file.DueOn, due)
			}
		}
		if n := o.Count("SELECT count(*) FROM rounds.incidents WHERE id = $1 AND due_on = $2", id, due); n != 1 {
			t.Error("the incident is due on another day")
		}
	}
}
