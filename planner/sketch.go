package planner

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// Sketch is a plan before it is drawn: who visits whom on which day, in order. Sketches
// of the parts of a round, see [Divide], put together are one of the round.
type Sketch struct {
	Days []Day
	Left []Left
}

// Day is a worker's day with its households, by their ids.
type Day struct {
	Worker string
	// Date is YYYY-MM-DD.
	Date string
	// Base is the household on whose street a worker who roams starts and ends, "" for
	// other workers.
	Base       string
	Households []string
}

// Left are households on no day, for one reason. Worker has them in the own territory;
// "" for nobody.
type Left struct {
	Worker     string
	Reason     Reason
	Households []string
}

// Outline makes a new plan as [Propose] does, but for the lines and the times.
func Outline(ctx context.Context, q Request) (Sketch, error) {
	if q.Former != nil {
		return Sketch{}, errors.New("planner: a plan that keeps to another is not made from a sketch")
	}
	p, err := newProposal(q)
	if err != nil {
		return Sketch{}, err
	}
	if err := p.run(ctx, p.snap, p.deal, p.route, p.date); err != nil {
		return Sketch{}, err
	}
	return p.sketch(), nil
}

// sketch is what the steps have found.
func (p *proposal) sketch() (s Sketch) {
	owner := map[int32]string{}
	for _, c := range p.crews {
		for _, h := range c.territory {
			owner[h] = c.ID
		}
		base := ""
		if c.Roams {
			base = p.Households[c.base].ID
		}
		for _, t := range c.tours {
			day := Day{Worker: c.ID, Date: t.date, Base: base}
			for _, h := range t.households {
				day.Households = append(day.Households, p.Households[h].ID)
			}
			s.Days = append(s.Days, day)
		}
	}
	type kind struct {
		worker string
		reason Reason
	}
	at := map[kind]int{}
	for i, reason := range p.reasons {
		if reason == "" {
			continue
		}
		of := kind{owner[int32(i)], reason}
		k, known := at[of]
		if !known {
			k = len(s.Left)
			at[of] = k
			s.Left = append(s.Left, Left{Worker: of.worker, Reason: reason})
		}
		s.Left[k].Households = append(s.Left[k].Households, p.Households[i].ID)
	}
	return s
}

// Draw makes the plan of a sketch: times and lines. The request may be another than the
// sketch was made from. Households and workers that are no longer in it are passed over,
// and whom a day of the sketch has no place for any longer is unplanned, unless another day
// of the same worker has; those that the sketch has not are in the plan neither.
func Draw(ctx context.Context, q Request, s Sketch) (Plan, error) {
	p, err := newProposal(q)
	if err != nil {
		return Plan{}, err
	}
	if err := p.run(ctx, p.snap, func(context.Context) error { p.adopt(s); return nil }, p.amend, p.draw); err != nil {
		return Plan{}, err
	}
	return p.plan(), nil
}

// adopt makes the crews and their days out of a sketch. Who has no place to start from has
// no days either.
func (p *proposal) adopt(s Sketch) {
	index := make(map[string]int32, len(p.Households))
	for i := range p.Households {
		index[p.Households[i].ID] = int32(i)
	}
	p.bind()
	crews := make(map[string]*crew, len(p.Workers))
	for i := range p.Workers {
		c := p.newCrew(&p.Workers[i])
		p.crews, crews[c.ID] = append(p.crews, c), c
	}
	started := map[*crew]bool{}
	for _, day := range s.Days {
		var households []int32
		for _, id := range day.Households {
			if h, known := index[id]; known {
				households = append(households, h)
			}
		}
		c := crews[day.Worker]
		if c != nil && !started[c] {
			started[c] = p.begins(c, day.Base, index, households)
		}
		if c == nil || !started[c] {
			for _, h := range households {
				p.reasons[h] = cmp.Or(p.reasons[h], BeyondHorizon)
			}
			continue
		}
		c.tours = append(c.tours, &tour{workday: workday{p.hours(c, day.Date), c.pause}, crew: c, date: day.Date, households: households})
	}
	for _, left := range s.Left {
		for _, id := range left.Households {
			if h, known := index[id]; known {
				p.reasons[h] = left.Reason
			}
		}
	}
}

// begins finds where a worker's days begin: who roams starts at the base or, when that is
// gone, at the first household of the day. It is false where there is no such place.
func (p *proposal) begins(c *crew, base string, index map[string]int32, day []int32) bool {
	if !c.Roams {
		return p.station(c) == nil
	}
	if h, known := index[base]; known {
		day = append([]int32{h}, day...)
	}
	at := slices.IndexFunc(day, func(h int32) bool { return p.doors[h].Reachable() })
	if at < 0 {
		return false
	}
	p.place(c, day[at])
	return true
}
