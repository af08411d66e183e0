package planner

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
)

// side is how many streets the town has each way, and spacing how far apart they are
// in degrees, about 110 m.
const (
	side    = 7
	spacing = 0.001
)

// streets are a square town at 1.5, 42.5 and, 8 km to the east, a street that no
// other leads to.
func streets(t testing.TB) *network.Network {
	t.Helper()
	var ids []paulmach.NodeID
	var points []orb.Point
	for k := range side * side {
		ids = append(ids, paulmach.NodeID(k+1))
		points = append(points, orb.Point{1.5 + spacing*float64(k%side), 42.5 + spacing*float64(k/side)})
	}
	ids, points = append(ids, 1001, 1002), append(points, orb.Point{1.6, 42.5}, orb.Point{1.603, 42.5})
	s := osm.Streets{Nodes: osm.NewNodes(ids, points)}
	street := func(nodes ...paulmach.NodeID) {
		s.Ways = append(s.Ways, osm.Way{ID: paulmach.WayID(len(s.Ways) + 1), Nodes: nodes, Tags: paulmach.Tags{{Key: "highway", Value: "residential"}}})
	}
	for line := range side {
		var row, column []paulmach.NodeID
		for k := range side {
			row = append(row, paulmach.NodeID(line*side+k+1))
			column = append(column, paulmach.NodeID(k*side+line+1))
		}
		street(row...)
		street(column...)
	}
	street(1001, 1002)
	n, err := network.Build(s, network.Profile{Mode: network.Foot})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// houses are n places strewn along the town's streets.
func houses(n int, random *rand.Rand) []geo.Household {
	all := make([]geo.Household, n)
	for k := range all {
		along, line := (side-1)*spacing*random.Float64(), spacing*float64(random.IntN(side))
		at := orb.Point{1.5 + along, 42.5 + line + 0.0001}
		if random.IntN(2) == 0 {
			at = orb.Point{1.5 + line + 0.0001, 42.5 + along}
		}
		all[k] = geo.Household{ID: fmt.Sprint("h", k), At: at, Doors: 1 + random.IntN(3)}
	}
	return all
}

// request asks for a plan of the town by two workers of no fixed start.
func request(t testing.TB, households []geo.Household) Request {
	t.Helper()
	return Request{
		Round:   Round{Name: "Test", From: "2027-03-01", Timezone: "Europe/Andorra", Mode: "foot", Seed: 1, VisitS: 600},
		Network: streets(t), Households: households, WorkerCount: 2, Iterations: 200, Threads: 1,
	}
}

func window(opens, closes string) *geo.Window {
	o, err := geo.ParseClock(opens)
	if err != nil {
		panic(err)
	}
	c, err := geo.ParseClock(closes)
	if err != nil {
		panic(err)
	}
	return &geo.Window{Opens: o, Closes: c}
}

// propose makes the plan and checks that it keeps what plan.json promises.
func propose(t testing.TB, q Request) Plan {
	t.Helper()
	plan, err := Propose(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range broken(&plan, &q) {
		t.Error(problem)
	}
	return plan
}

// broken lists the promises of plan.json that a plan does not keep. It trusts no
// figure of the plan but the seconds and metres of a leg.
func broken(plan *Plan, q *Request) (problems []string) {
	say := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	households, workers := map[string]*geo.Household{}, map[string]*Worker{}
	for i := range q.Households {
		households[q.Households[i].ID] = &q.Households[i]
	}
	for i := range plan.Workers {
		workers[plan.Workers[i].ID] = &plan.Workers[i]
	}
	seen, days, work := map[string]int{}, map[string]bool{}, map[string]int{}
	want := Totals{Unplanned: len(plan.Unplanned), Routes: len(plan.Routes)}
	for i := range plan.Routes {
		r := &plan.Routes[i]
		name := r.Worker + " " + r.Date
		w := workers[r.Worker]
		if w == nil || days[name] || len(r.Stops) == 0 {
			say("%s: an unknown worker, a second route on a day, or no stops", name)
			continue
		}
		days[name] = true
		if day, err := time.Parse(time.DateOnly, r.Date); err != nil || r.Date < plan.Round.From ||
			!day.Before(mustDay(plan.Round.From).AddDate(0, 0, plan.Round.Days)) {
			say("%s: no day of the round", name)
		}
		for _, off := range w.DaysOff {
			if off == r.Date {
				say("%s: a day off", name)
			}
		}
		now, travel, distance, wait, pause := at(r.Leave), 0, 0, 0, 0
		rested := w.Break == nil
		for k := range r.Stops {
			s := &r.Stops[k]
			h := households[s.Household]
			seen[s.Household]++
			if h == nil || s.Seq != k+1 || s.Doors != h.Doors || s.Lon != h.At[0] || s.Lat != h.At[1] {
				say("%s: stop %d is not household %s", name, k+1, s.Household)
				continue
			}
			opens, closes := 0, 24*3600
			if windows := (&proposal{Request: *q}).windows(int32(slices.IndexFunc(q.Households, func(o geo.Household) bool { return o.ID == h.ID }))); len(windows) > 0 {
				if s.Window == nil || !slices.ContainsFunc(windows, func(w geo.Window) bool {
					return geo.Clock(w.Opens) == s.Window[0] && geo.Clock(w.Closes) == s.Window[1]
				}) {
					say("%s: window %v of stop %d is none of %v", name, s.Window, k+1, windows)
					continue
				}
				opens, closes = at(s.Window[0]+":00"), at(s.Window[1]+":00")
			}
			if t := q.Terms[h.ID]; t.Worker != "" && t.Worker != r.Worker || len(t.Dates) > 0 && !slices.Contains(t.Dates, r.Date) {
				say("%s: household %s asks for %+v", name, h.ID, t)
			}
			begin := max(at(s.Arrive), opens)
			if at(s.Arrive) != now+s.BreakS+s.TravelS || at(s.Start) != begin || begin > closes || at(s.Depart) != begin+q.Round.VisitS*h.Doors {
				say("%s: the times of stop %d, %+v, after %d", name, k+1, *s, now)
			}
			wait, pause = wait+begin-at(s.Arrive), pause+s.BreakS
			if w.Break != nil && s.BreakS > 0 {
				// On the way, or waited for at the door: it begins when leaving, at the
				// earliest, and is over when arriving.
				length, begins := w.Break.pauses()
				rested = rested || now <= begins.closes && at(s.Arrive)-length >= begins.opens
			}
			travel, distance, now = travel+s.TravelS, distance+s.DistanceM, at(s.Depart)
		}
		if (r.LastLeg == nil) != (w.End == nil) {
			say("%s: the last leg is %+v, the worker's end %v", name, r.LastLeg, w.End)
		}
		if r.LastLeg != nil {
			travel, distance, now = travel+r.LastLeg.TravelS, distance+r.LastLeg.DistanceM, now+r.LastLeg.TravelS
		}
		if at(r.Leave) < at(w.Shift[0]+":00") || at(r.Back) != now || now > at(w.Shift[1]+":00") {
			say("%s: %s to %s is not within %v", name, r.Leave, r.Back, w.Shift)
		}
		if length, begins := w.Break.pauses(); !rested && now > begins.closes && at(r.Leave) < begins.opens+length {
			say("%s: no break, %s to %s", name, r.Leave, r.Back)
		}
		if r.BreakS != pause {
			say("%s: breaks of %d s, counted %d", name, r.BreakS, pause)
		}
		if r.TravelS != travel || r.DistanceM != distance || r.WaitS != wait {
			say("%s: sums %d s, %d m, %d s waiting; counted %d, %d, %d", name, r.TravelS, r.DistanceM, r.WaitS, travel, distance, wait)
		}
		if length := geo.Length(r.Line); length > 1.1*float64(distance)+100 || length < 0.9*float64(distance)-100 {
			say("%s: the line is %.0f m long, the route %d m", name, length, distance)
		}
		start := orb.Point(w.Start)
		if stands, out := q.Underway[w.ID]; out && r.Date == plan.Round.From {
			start = stands
		}
		if geo.Metres(r.Line[0], start) > 1 || w.End != nil && geo.Metres(r.Line[len(r.Line)-1], *w.End) > 1 {
			say("%s: the line does not lead from the start to the end", name)
		}
		work[r.Worker] += now - at(r.Leave)
		want.Planned, want.TravelS, want.DistanceM = want.Planned+len(r.Stops), want.TravelS+travel, want.DistanceM+distance
	}
	for _, u := range plan.Unplanned {
		seen[u.Household]++
	}
	for id, n := range seen {
		if n != 1 {
			say("household %s comes %d times", id, n)
		}
	}
	if len(seen) != plan.Households || plan.Households != len(q.Households)+len(q.Duplicates) {
		say("%d households in the plan, which says %d", len(seen), plan.Households)
	}
	for i, w := range plan.Workers {
		if i == 0 {
			want.WorkloadMinS = work[w.ID]
		}
		want.WorkloadMinS, want.WorkloadMaxS = min(want.WorkloadMinS, work[w.ID]), max(want.WorkloadMaxS, work[w.ID])
	}
	if e := plan.Explanation; e.TravelS != want.TravelS || e.CostS != want.TravelS+want.Routes*dayPrice || e.BoundS > e.CostS {
		say("explained as %+v", e)
	}
	if plan.Totals != want {
		say("totals %+v, counted %+v", plan.Totals, want)
	}
	return problems
}

// at is HH:MM:SS as seconds after midnight.
func at(clock string) int {
	var h, m, s int
	if n, err := fmt.Sscanf(clock, "%d:%d:%d", &h, &m, &s); n != 3 || err != nil {
		panic(clock)
	}
	return 3600*h + 60*m + s
}

func mustDay(date string) time.Time {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return day
}
