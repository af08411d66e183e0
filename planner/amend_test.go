package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
)

// What is drawn keeps what is asked for now, whatever the sketch was made from.
func TestDraw_KeepsToWhatIsAskedForNow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
		q := request(t, houses(rapid.IntRange(1, 40).Draw(rt, "households"), random))
		q.WorkerCount, q.Round.Days, q.Iterations = 0, 5, 60
		for k := range rapid.IntRange(1, 3).Draw(rt, "workers") {
			w := fixed(fmt.Sprint("w", k))
			w.Roams = random.IntN(2) == 0
			q.Workers = append(q.Workers, w)
		}
		q.Terms = randomTerms(random, &q)
		sketch, err := Outline(t.Context(), q)
		if err != nil {
			rt.Fatal(err)
		}
		q.Workers = slices.Clone(q.Workers)
		if len(q.Workers) > 1 && random.IntN(3) == 0 {
			q.Workers = q.Workers[1:]
		}
		q.Terms, q.Hours = randomTerms(random, &q), map[string]map[string]geo.Window{}
		for k := range q.Workers {
			w := &q.Workers[k]
			switch random.IntN(4) {
			case 0:
				w.DaysOff = []string{"2027-03-02"}
			case 1:
				w.Shift[1] = "11:00"
			case 2:
				opens := time.Duration(8+random.IntN(5)) * time.Hour
				q.Hours[w.ID] = map[string]geo.Window{"2027-03-01": {Opens: opens, Closes: opens + 90*time.Minute}}
			}
		}
		q.Households = slices.DeleteFunc(slices.Clone(q.Households), func(geo.Household) bool { return random.IntN(10) == 0 })
		plan, err := Draw(t.Context(), q, sketch)
		if err != nil {
			rt.Fatal(err)
		}
		if problems := broken(&plan, &q); len(problems) > 0 {
			rt.Fatal(strings.Join(problems, "\n"))
		}
	})
}

// Who asks for another day gets it where the worker has room, an appointment before those
// who have none, and nobody else another day.
func TestDraw_MovesWhoAsksForAnotherDay(t *testing.T) {
	t.Parallel()
	q := request(t, houses(40, rand.New(rand.NewPCG(7, 1))))
	q.WorkerCount, q.Workers, q.Round.Days = 0, []Worker{fixed("a")}, 8
	sketch, err := Outline(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	asks := sketch.Days[0].Households[1]
	q.Terms = map[string]Terms{asks: {Dates: []string{"2027-03-08"}, Windows: []geo.Window{*window("10:00", "10:15")}, Appointment: true}}
	plan, err := Draw(t.Context(), q, sketch)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range broken(&plan, &q) {
		t.Error(problem)
	}
	if len(plan.Unplanned) != 0 {
		t.Errorf("unplanned: %+v", plan.Unplanned)
	}
	was := map[string]string{}
	for _, day := range sketch.Days {
		for _, id := range day.Households {
			was[id] = day.Date
		}
	}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			if s.Household != asks && r.Date != was[s.Household] {
				t.Errorf("household %s is visited on %s, was to be on %s", s.Household, r.Date, was[s.Household])
			}
		}
	}
}

// An appointment made since takes the time of others on a day that was full, but of no
// other appointment.
func TestDraw_MakesRoomForAnAppointment(t *testing.T) {
	t.Parallel()
	q := request(t, houses(120, rand.New(rand.NewPCG(7, 1))))
	q.WorkerCount, q.Workers, q.Round.Days = 0, []Worker{fixed("a")}, 2
	sketch, err := Outline(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(sketch.Left) == 0 || len(sketch.Days) != 2 {
		t.Fatalf("%d are left of %d days", len(sketch.Left), len(sketch.Days))
	}
	full := sketch.Days[1]
	asks, has := sketch.Days[0].Households[1], full.Households[0]
	q.Terms = map[string]Terms{}
	for _, id := range []string{asks, has} {
		q.Terms[id] = Terms{Dates: []string{full.Date}, Windows: []geo.Window{*window("08:30", "14:00")}, Appointment: true}
	}
	plan, err := Draw(t.Context(), q, sketch)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range broken(&plan, &q) {
		t.Error(problem)
	}
	if at := slots(&plan); at[asks].Date != full.Date || at[has].Date != full.Date {
		t.Errorf("the appointments on %s are on %+v and %+v", full.Date, at[asks], at[has])
	}
}
