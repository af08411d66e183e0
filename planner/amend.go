package planner

import (
	"context"
	"math"
	"slices"

	"github.com/rounds-project/rounds/planner/network"
)

// amend takes off the days of a sketch what they hold no longer: since it was made, a
// household may have asked for another day, a worker have other hours or a street be
// closed. Who loses a place gets one on another day of the same worker where there is
// room, and a reason where there is none; for those to whom a place is promised, others
// make room.
func (p *proposal) amend(ctx context.Context) error {
	for _, c := range p.crews {
		var loose []int32
		for _, t := range c.tours {
			lost, err := p.shed(ctx, t)
			if err != nil {
				return err
			}
			loose = append(loose, lost...)
		}
		promised, others := parted(loose, p.promised)
		for loose = append(promised, others...); len(loose) > 0; loose = loose[1:] {
			h := loose[0]
			if p.reasons[h] != "" {
				continue
			}
			placed, err := p.squeeze(ctx, c, h)
			if err == nil && !placed && p.promised(h) {
				var turned []int32
				turned, placed, err = p.makeRoom(ctx, c, h)
				loose = append(loose, turned...)
			}
			if err != nil {
				return err
			}
			if !placed {
				p.reasons[h] = BeyondHorizon
			}
		}
		c.tours = slices.DeleteFunc(c.tours, func(t *tour) bool { return len(t.households) == 0 })
	}
	return nil
}

// shed takes off a tour whom it cannot visit; where time is short, appointments stay
// first, then who comes first.
func (p *proposal) shed(ctx context.Context, t *tour) (lost []int32, err error) {
	day := t.households
	can := make([]int32, 0, len(day))
	for _, h := range day {
		if p.canVisit(t, h) {
			can = append(can, h)
		} else {
			lost = append(lost, h)
		}
	}
	if t.households = can; len(can) == 0 {
		return lost, nil
	}
	walks, err := p.walksOn(ctx, t, can)
	if err != nil {
		return nil, err
	}
	kept, out := walks.curtail(can)
	t.households = kept
	return append(lost, out...), nil
}

func (p *proposal) promised(household int32) bool {
	return p.Terms[p.Households[household].ID].promised()
}

// curtail leaves out of a day whom it has no time for: appointments stay first, then who
// comes first.
func (w *dayWalks) curtail(can []int32) (stay, lost []int32) {
	if w.hold(can) {
		return can, nil
	}
	kept := make([]bool, len(can))
	some := func() (day []int32) {
		for k, h := range can {
			if kept[k] {
				day = append(day, h)
			}
		}
		return day
	}
	for _, promised := range [2]bool{true, false} {
		for k, h := range can {
			if w.proposal.promised(h) != promised {
				continue
			}
			kept[k] = true
			if kept[k] = w.hold(some()); !kept[k] {
				lost = append(lost, h)
			}
		}
	}
	return some(), lost
}

// canVisit reports whether a household may be on a tour, and a way leads there.
func (p *proposal) canVisit(t *tour, household int32) bool {
	return p.reasons[household] == "" && p.allows(t, household) && !p.off(t.crew, t.date) &&
		p.doors[household].Piece == t.crew.start.Piece
}

// squeeze puts a household on that day of a worker to which it adds least walking; a date
// that it asks for may be a day more.
func (p *proposal) squeeze(ctx context.Context, c *crew, household int32) (placed bool, err error) {
	tours := slices.Clone(c.tours)
	for _, date := range p.on(c, p.Terms[p.Households[household].ID].Dates) {
		if !slices.ContainsFunc(tours, func(t *tour) bool { return t.date == date }) {
			tours = append(tours, &tour{workday: workday{p.hours(c, date), c.pause}, crew: c, date: date})
		}
	}
	var on *tour
	var best []int32
	least := math.MaxInt
	for _, t := range tours {
		if !p.canVisit(t, household) {
			continue
		}
		walks, err := p.walksOn(ctx, t, append(slices.Clone(t.households), household))
		if err != nil {
			return false, err
		}
		had := walks.seconds(t.households)
		for at := range len(t.households) + 1 {
			day := slices.Insert(slices.Clone(t.households), at, household)
			if more := walks.seconds(day) - had; more < least && walks.hold(day) {
				on, best, least = t, day, more
			}
		}
	}
	if on == nil {
		return false, nil
	}
	on.households = best
	if !slices.Contains(c.tours, on) {
		c.tours = append(c.tours, on)
	}
	return true, nil
}

// makeRoom puts a household to whom a place is promised on that day of a worker on which it
// turns fewest others away, nobody of them promised one, and says whom.
func (p *proposal) makeRoom(ctx context.Context, c *crew, household int32) (turned []int32, placed bool, err error) {
	var on *tour
	var best []int32
	for _, t := range c.tours {
		if !p.canVisit(t, household) {
			continue
		}
		walks, err := p.walksOn(ctx, t, append(slices.Clone(t.households), household))
		if err != nil {
			return nil, false, err
		}
		for at := range len(t.households) + 1 {
			stay, lost := walks.curtail(slices.Insert(slices.Clone(t.households), at, household))
			if (on == nil || len(lost) < len(turned)) && !slices.ContainsFunc(lost, p.promised) {
				on, best, turned = t, stay, lost
			}
		}
	}
	if on == nil {
		return nil, false, nil
	}
	on.households = best
	return turned, true, nil
}

// dayWalks are the walks between some households, the start and the end of a tour.
type dayWalks struct {
	*proposal
	tour   *tour
	at     map[int32]int
	places int
	table  []int32
}

func (p *proposal) walksOn(ctx context.Context, t *tour, households []int32) (w dayWalks, err error) {
	w = dayWalks{proposal: p, tour: t, at: map[int32]int{}}
	places := []network.Access{t.sets(), t.crew.end}
	if t.crew.End == nil {
		places[1] = places[0]
	}
	for _, h := range households {
		w.at[h] = len(places)
		places = append(places, p.doors[h])
	}
	w.places = len(places)
	w.table, _, err = p.walks().Matrix(ctx, places, places, 1)
	return w, err
}

// legs lead from the start over a day's households and, unless the route may end
// anywhere, to the end.
func (w *dayWalks) legs(day []int32) (legs []network.Leg) {
	from := 0
	next := func(to int) {
		legs = append(legs, network.Leg{Seconds: int(w.table[from*w.places+to])})
		from = to
	}
	for _, h := range day {
		next(w.at[h])
	}
	if w.tour.crew.End != nil {
		next(1)
	}
	return legs
}

func (w *dayWalks) seconds(day []int32) (sum int) {
	if len(day) == 0 {
		return 0
	}
	for _, leg := range w.legs(day) {
		sum += leg.Seconds
	}
	return sum
}

// hold reports whether a day is possible in this order.
func (w *dayWalks) hold(day []int32) bool {
	legs := w.legs(day)
	if slices.ContainsFunc(legs, func(l network.Leg) bool { return l.Seconds == network.Unreachable }) {
		return false
	}
	trial := *w.tour
	trial.households = day
	_, err := w.times(&trial, legs)
	return err == nil
}
