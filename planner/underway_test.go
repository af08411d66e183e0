package planner

import (
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// half walks the first stops of a worker's first day: they are done, and the plan is to
// be revised at a time of that day.
func half(t *testing.T, q *Request, plan *Plan, at time.Duration) (r Route, done int) {
	t.Helper()
	for i := range plan.Routes {
		if plan.Routes[i].Date == q.Round.From {
			r = plan.Routes[i]
			break
		}
	}
	done = len(r.Stops) / 2
	finished := map[string]bool{}
	for _, s := range r.Stops[:done] {
		finished[s.Household] = true
	}
	var open []geo.Household
	for _, h := range q.Households {
		if !finished[h.ID] {
			open = append(open, h)
		}
	}
	last := r.Stops[done-1]
	q.Households, q.NotBefore = open, at
	q.Underway = map[string]orb.Point{r.Worker: {last.Lon, last.Lat}}
	return r, done
}

func routeOf(plan *Plan, worker, date string) (r Route) {
	for _, r := range plan.Routes {
		if r.Worker == worker && r.Date == date {
			return r
		}
	}
	return r
}

// The rest of a day goes on from the door that was finished last, with the stop that
// came next anyway, and takes as long as there is.
func TestRevise_GoesOnFromTheLastDoor(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	before, done := half(t, &q, &plan, 11*time.Hour)
	revised := propose(t, q)
	after := routeOf(&revised, before.Worker, before.Date)
	if len(after.Stops) == 0 {
		t.Fatal("the day has ended")
	}
	last := before.Stops[done-1]
	if next := before.Stops[done]; after.Stops[0].Household != next.Household {
		t.Errorf("the next stop was %s and is %s", next.Household, after.Stops[0].Household)
	}
	door := q.Network.Snap([]orb.Point{{last.Lon, last.Lat}})[0]
	if after.Line[0] != door.Door {
		t.Errorf("the day goes on from %v, the last door is at %v", after.Line[0], door.Door)
	}
	if after.Leave < "11:00:00" {
		t.Errorf("they go on at %s", after.Leave)
	}
	if len(revised.Unplanned) != 0 {
		t.Errorf("%d households have no place", len(revised.Unplanned))
	}
}

// A visit took so long that the rest of the day does not suffice: it keeps what fits,
// and everybody else has a place on another day or with another worker.
func TestRevise_PutsOffWhatADayNoLongerHolds(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	before, done := half(t, &q, &plan, 12*time.Hour+30*time.Minute)
	revised := propose(t, q)
	after, rest := routeOf(&revised, before.Worker, before.Date), before.Stops[done:]
	if len(after.Stops) >= len(rest) {
		t.Errorf("%d of %d stops are left on the day", len(after.Stops), len(rest))
	}
	if after.Back > "13:00:00" {
		t.Errorf("back at %s", after.Back)
	}
	places := slots(&revised)
	for _, s := range rest {
		if _, planned := places[s.Household]; !planned {
			t.Errorf("household %s has no place", s.Household)
		}
	}
}

// Who begins late on a day walks then, in a revised plan, where nobody else has another
// day, and in a new one.
func TestPropose_KeepsToTheHoursOfADay(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	r := plan.Routes[0]
	q.Hours = map[string]map[string]geo.Window{r.Worker: {r.Date: *window("11:00", "12:30")}}
	revised := propose(t, q)
	after := routeOf(&revised, r.Worker, r.Date)
	if len(after.Stops) == 0 || after.Leave < "11:00:00" || after.Back > "12:30:00" {
		t.Errorf("%d stops from %s to %s", len(after.Stops), after.Leave, after.Back)
	}
	if len(revised.Unplanned) != 0 {
		t.Errorf("%d households have no place", len(revised.Unplanned))
	}
	places := slots(&revised)
	for id, had := range q.Former {
		if slot := places[id]; slot.Worker != had.Worker || had.Worker != r.Worker && slot != had {
			t.Errorf("household %s was on %+v and is on %+v", id, had, slot)
		}
	}
	q.Former, q.Round.Days = nil, lasts(t, &plan)
	anew := propose(t, q)
	if again := routeOf(&anew, r.Worker, r.Date); len(again.Stops) == 0 || again.Leave < "11:00:00" || again.Back > "12:30:00" {
		t.Errorf("a new plan has %d stops from %s to %s", len(again.Stops), again.Leave, again.Back)
	}
}

// A plan that is made in the middle of a day leads out after that, and whoever's shift is
// over tomorrow.
func TestPropose_LeavesNobodyBefore(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	q.Former, q.NotBefore, q.Round.Days = nil, 11*time.Hour, lasts(t, &plan)
	q.Workers[0].Shift = [2]string{"08:00", "11:00"}
	out := 0
	anew := propose(t, q)
	for _, r := range anew.Routes {
		if r.Date != q.Round.From {
			continue
		}
		out++
		if r.Leave < "11:00:00" || r.Worker == q.Workers[0].ID {
			t.Errorf("%s leaves at %s", r.Worker, r.Leave)
		}
	}
	if out != len(q.Workers)-1 {
		t.Errorf("%d go out today", out)
	}
}

// A street is closed: the walks lead around it, on the days that were planned.
func TestRevise_WalksAroundAClosedStreet(t *testing.T) {
	t.Parallel()
	q, plan := walked(t)
	at := wholeStretch(&plan)
	stretch, _ := q.Network.Stretch(at)
	var open []geo.Household
	for k, door := range q.Network.SnapHouseholds(q.Households) {
		if !q.Network.On(door, []network.Stretch{stretch}) {
			open = append(open, q.Households[k])
		}
	}
	over := func(plan *Plan) (n int) {
		for i := range plan.Routes {
			for k := range plan.Routes[i].Line[1:] {
				if a, b := plan.Routes[i].Line[k], plan.Routes[i].Line[k+1]; geo.Metres(middle(a, b), at) < 1 && geo.Metres(a, b) > 100 {
					n++
				}
			}
		}
		return n
	}
	q.Households, q.Network, q.Detours = open, q.Network.Without([]network.Stretch{stretch}), []orb.Point{at}
	revised := propose(t, q)
	if n := over(&revised); n != 0 {
		t.Errorf("the street is closed, and walked %d times", n)
	}
	if n := moved(slots(&plan), slots(&revised)); n > 16 || len(revised.Unplanned) != 0 {
		t.Errorf("%d of %d households change, %d have no place", n, len(open), len(revised.Unplanned))
	}
}

func middle(a, b orb.Point) orb.Point { return orb.Point{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2} }

// wholeStretch is the middle of a street that somebody walks from corner to corner.
func wholeStretch(plan *Plan) orb.Point {
	for i := range plan.Routes {
		line := plan.Routes[i].Line
		for k := range line[1:] {
			if geo.Metres(line[k], line[k+1]) > 100 {
				return middle(line[k], line[k+1])
			}
		}
	}
	panic("nobody walks a whole street")
}
