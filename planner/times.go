package planner

import (
	"fmt"

	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/vrp"
)

// timetable writes the times of a day whose legs are known. One leaves as late as
// the windows allow without getting back later, and never waits when the start of
// the shift does not ask for it.
func (p *proposal) timetable(t *tour, legs []network.Leg, r *Route) error {
	day := t.households
	times, err := p.times(t, legs)
	if err != nil {
		return fmt.Errorf("planner: worker %s on %s: %w", t.crew.ID, r.Date, err)
	}
	now := int(times.Leave)
	for k, h := range day {
		household := &p.Households[h]
		arrive, start := int(times.Arrive[k]), int(times.Begin[k])
		stop := Stop{
			Seq: k + 1, Household: household.ID, Address: household.Address.Line(),
			Lon: household.At[0], Lat: household.At[1], Doors: household.Doors,
			TravelS: legs[k].Seconds, DistanceM: legs[k].Metres, FerryM: legs[k].FerryMetres,
			BreakS: arrive - now - legs[k].Seconds, // with any waiting for the break
			Arrive: clock(arrive), Start: clock(start), Depart: clock(start + p.service(h)), Window: p.windowOf(h, start),
		}
		now = start + p.service(h)
		r.ServiceS += p.service(h)
		r.WaitS += start - arrive
		r.BreakS += stop.BreakS
		r.Stops = append(r.Stops, stop)
	}
	r.Leave, r.Back = clock(int(times.Leave)), clock(int(times.Back))
	r.work = int(times.Back - times.Leave)
	return nil
}

// times puts the day on a line of places, one after the other, as long as its legs.
func (p *proposal) times(t *tour, legs []network.Leg) (vrp.Timetable, error) {
	day := t.households
	n := len(day) + 2
	table := make([]int32, n*n)
	for k := range legs {
		table[k*n+k+1] = int32(legs[k].Seconds)
	}
	metric, err := vrp.Dense(n, table)
	if err != nil {
		return vrp.Timetable{}, err
	}
	end := vrp.Open
	if len(legs) > len(day) {
		end = int32(n - 1)
	}
	problem := vrp.Problem{Costs: metric, Vehicles: []vrp.Vehicle{t.vehicle(0, end)}}
	solution := vrp.Solution{Routes: make([]vrp.Route, 1)}
	for k, h := range day {
		problem.Stops = append(problem.Stops, p.stop(int32(k+1), h))
		solution.Routes[0].Stops = append(solution.Routes[0].Stops, int32(k))
	}
	if _, err := vrp.Check(&problem, solution); err != nil {
		return vrp.Timetable{}, err
	}
	times, _ := problem.Timetable(solution.Routes[0])
	return times, nil
}
