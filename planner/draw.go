package planner

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/rounds-project/rounds/planner/network"
)

// draw turns the days of every worker into routes with dates, times and lines.
func (p *proposal) draw(ctx context.Context) error {
	var drawn []*Route
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.threads())
	total := 0
	for _, c := range p.crews {
		total += len(c.tours)
	}
	done := make(chan struct{}, total)
	for _, c := range p.crews {
		for _, t := range c.tours {
			r := &Route{Worker: c.ID, Date: t.date}
			drawn = append(drawn, r)
			group.Go(func() error {
				if err := p.walk(ctx, t, r); err != nil {
					return err
				}
				done <- struct{}{}
				if n := len(done); n%50 == 0 || n == total {
					p.tell(Drawing, n, total)
				}
				return ctx.Err()
			})
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, r := range drawn {
		p.routes = append(p.routes, *r)
	}
	return nil
}

// date gives the days of every worker their dates.
func (p *proposal) date(context.Context) error {
	for _, c := range p.crews {
		c.tours = p.dated(c)
		for _, h := range c.left() {
			p.reasons[h] = BeyondHorizon
		}
	}
	return nil
}

// dated are the days of a worker with their dates.
func (p *proposal) dated(c *crew) []*tour {
	var tours []*tour
	var free [][]int32
	taken := map[string]bool{}
	for _, date := range p.shortDays(c) {
		taken[date] = true
	}
	add := func(date string, day []int32) {
		tours = append(tours, &tour{crew: c, date: date, workday: workday{p.hours(c, date), c.pause}, households: day})
	}
	for _, b := range c.blocks {
		for k, day := range b.days {
			if b.dates[k] == "" {
				free = append(free, day)
				continue
			}
			taken[b.dates[k]] = true
			add(b.dates[k], day)
		}
	}
	dates := slices.DeleteFunc(p.workdays(c, len(free)+len(taken)), func(date string) bool { return taken[date] })
	for k, day := range p.inOrder(c, free) {
		add(dates[k], day)
	}
	return tours
}

// inOrder sorts days of a worker so that they go round the start like the hand
// of a clock, for neighbours to be visited on neighbouring days; the shortest day
// comes last.
func (p *proposal) inOrder(c *crew, days [][]int32) [][]int32 {
	if len(days) == 0 {
		return days
	}
	angle := func(day []int32) float64 {
		var x, y float64
		for _, h := range day {
			x += (p.Households[h].At[0] - c.Start[0]) * math.Cos(c.Start[1]*math.Pi/180)
			y += p.Households[h].At[1] - c.Start[1]
		}
		return math.Atan2(x, y)
	}
	slices.SortStableFunc(days, func(a, b []int32) int { return cmp.Compare(angle(a), angle(b)) })
	shortest := 0
	for k := range days {
		if p.services(days[k]) < p.services(days[shortest]) {
			shortest = k
		}
	}
	last := days[shortest]
	return append(slices.Delete(days, shortest, shortest+1), last)
}

// walk writes the legs, the line and the times of one day.
func (p *proposal) walk(ctx context.Context, t *tour, r *Route) error {
	c, day := t.crew, t.households
	at, legs := t.sets(), make([]network.Leg, 0, len(day)+1)
	next := func(to network.Access) error {
		leg, err := p.walks().Leg(ctx, at, to)
		if err != nil {
			return fmt.Errorf("planner: worker %s on %s: %w", c.ID, r.Date, err)
		}
		legs = append(legs, leg)
		r.TravelS += leg.Seconds
		r.DistanceM += leg.Metres
		r.OffRoad = append(r.OffRoad, leg.OffRoad...)
		for _, point := range leg.Line {
			if n := len(r.Line); n == 0 || r.Line[n-1] != point {
				r.Line = append(r.Line, point)
			}
		}
		at = to
		return nil
	}
	for _, h := range day {
		if err := next(p.doors[h]); err != nil {
			return err
		}
	}
	if c.End != nil {
		if err := next(c.end); err != nil {
			return err
		}
		last := legs[len(day)]
		r.LastLeg = &Leg{TravelS: last.Seconds, DistanceM: last.Metres, FerryM: last.FerryMetres}
	}
	if len(r.Line) == 1 {
		r.Line = append(r.Line, r.Line[0]) // all doors are at one point
	}
	return p.timetable(t, legs, r)
}
