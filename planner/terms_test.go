package planner

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

// randomTerms are some for every third household.
func randomTerms(random *rand.Rand, q *Request) map[string]Terms {
	terms := map[string]Terms{}
	for i := range q.Households {
		var t Terms
		switch random.IntN(9) {
		case 0:
			for range 1 + random.IntN(2) {
				t.Dates = append(t.Dates, mustDay(q.Round.From).AddDate(0, 0, random.IntN(4)-1).Format(time.DateOnly))
			}
		case 1:
			opens := time.Duration(8+random.IntN(3)) * time.Hour
			t.Windows = []geo.Window{{Opens: opens, Closes: opens + time.Hour}, {Opens: opens + 3*time.Hour, Closes: opens + 4*time.Hour}}
		case 2:
			if len(q.Workers) > 0 {
				t.Worker = q.Workers[random.IntN(len(q.Workers))].ID
			}
		default:
			continue
		}
		terms[q.Households[i].ID] = t
	}
	return terms
}

func TestPropose_KeepsAppointments(t *testing.T) {
	t.Parallel()
	for _, days := range []int{0, 8} {
		q := request(t, houses(60, rand.New(rand.NewPCG(4, 4))))
		q.Workers, q.Round.Days = []Worker{fixed("a"), fixed("b")}, days
		q.Workers[0].DaysOff = []string{"2027-03-05"}
		q.Terms = map[string]Terms{
			"h3":  {Dates: []string{"2027-03-08"}, Windows: []geo.Window{*window("10:00", "10:15")}},
			"h7":  {Worker: "b"},
			"h11": {Worker: "a"},
			"h20": {Dates: []string{"2027-03-05"}, Worker: "b"},
			"h21": {Windows: []geo.Window{*window("06:00", "07:00"), *window("12:00", "12:30")}},
			"h30": {Dates: []string{"2027-02-20"}},
		}
		plan := propose(t, q) // which checks them
		if len(plan.Unplanned) != 1 || plan.Unplanned[0].Household != "h30" || plan.Unplanned[0].Reason != BeyondHorizon {
			t.Errorf("within %d days: %+v; want only the one whose date is over", days, plan.Unplanned)
		}
	}
}

func TestRevise_KeepsAppointments(t *testing.T) {
	t.Parallel()
	q := request(t, houses(60, rand.New(rand.NewPCG(4, 4))))
	q.Workers, q.Round.Days = []Worker{fixed("a"), fixed("b")}, 8
	before := propose(t, q)
	q.Former = map[string]Slot{}
	for _, r := range before.Routes {
		for _, s := range r.Stops {
			q.Former[s.Household] = Slot{Worker: r.Worker, Date: r.Date, Seq: s.Seq}
		}
	}
	q.Terms = map[string]Terms{
		"h3": {Dates: []string{"2027-03-08"}, Windows: []geo.Window{*window("10:00", "10:15")}},
		"h4": {Dates: []string{"2027-04-08"}},
	}
	after := propose(t, q)
	if len(after.Unplanned) != 1 || after.Unplanned[0].Household != "h4" {
		t.Errorf("%+v; want only the one whose date lies beyond the round", after.Unplanned)
	}
}

func TestPropose_RefusesTermsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for want, terms := range map[string]Terms{
		`"1 March" is no date`:          {Dates: []string{"1 March"}},
		`there is no worker "zoe"`:      {Worker: "zoe"},
		"do not run forward, apart":     {Windows: []geo.Window{*window("10:00", "09:00")}},
		"[{9h0m0s 10h0m0s} {10h0m0s 11": {Windows: []geo.Window{*window("09:00", "10:00"), *window("10:00", "11:00")}},
	} {
		q := request(t, houses(25, rand.New(rand.NewPCG(4, 4))))
		q.Terms = map[string]Terms{"h1": terms}
		if _, err := Propose(t.Context(), q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", terms, err)
		}
	}
}

// A break that is over before what is left of a day takes nothing of it, for anybody.
func TestPropose_SharesADayOfWhichOnlyTheEndIsLeft(t *testing.T) {
	t.Parallel()
	q := request(t, houses(60, rand.New(rand.NewPCG(4, 4))))
	q.Workers, q.Round.Days, q.NotBefore = []Worker{fixed("a"), fixed("b")}, 1, 13*time.Hour+30*time.Minute
	for i := range q.Workers {
		q.Workers[i].Break = &Break{Length: time.Hour, Begins: *window("11:00", "12:00")}
	}
	if plan := propose(t, q); len(plan.Routes) != 2 {
		t.Errorf("%d routes of two workers", len(plan.Routes))
	}
}

// Whom a worker alone is to visit, and no way leads there from that one, is out of reach,
// though others get there.
func TestPropose_SaysWhoIsOutOfReachOfTheOnlyWorker(t *testing.T) {
	t.Parallel()
	island := []geo.Household{{ID: "odd", At: orb.Point{1.601, 42.5001}, Doors: 1}, {ID: "even", At: orb.Point{1.602, 42.5001}, Doors: 1}}
	q := request(t, append(houses(20, rand.New(rand.NewPCG(4, 4))), island...))
	there := fixed("b")
	there.Start = [2]float64{1.6, 42.5}
	there.End = &there.Start
	q.Workers, q.Terms = []Worker{fixed("a"), there}, map[string]Terms{"odd": {Worker: "a"}}
	plan := propose(t, q)
	if len(plan.Unplanned) != 1 || plan.Unplanned[0].Household != "odd" || plan.Unplanned[0].Reason != Unreachable {
		t.Errorf("%+v; want the one that the other worker is to visit, as unreachable", plan.Unplanned)
	}
}
