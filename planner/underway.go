package planner

import (
	"context"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
)

// underway is a worker who is out when a plan is revised.
type underway struct {
	// stands is where: at the door that was finished last.
	stands network.Access
	// begun says that the first household of the tour is the next that the worker comes
	// to, which stays so; rest is the day after it, from the door at.
	begun bool
	rest  workday
	at    network.Access
}

// stands is where a worker is on the first day; nil for who has not left home.
func (r *revision) stands(c *crew) *underway {
	place, out := r.Underway[c.ID]
	if !out {
		return nil
	}
	at := r.Network.Snap([]orb.Point{place})[0]
	if !at.Reachable() || at.Piece != c.start.Piece {
		return nil
	}
	return &underway{stands: at}
}

// goOn leaves those who are out the stop that they come to next, as long as they get
// home from it in time.
func (r *revision) goOn(ctx context.Context) error {
	for _, t := range r.tours {
		if t.underway == nil || len(t.households) == 0 {
			continue
		}
		u, next := t.underway, t.households[0]
		places := []network.Access{u.stands, r.doors[next]}
		if t.crew.End != nil {
			places = append(places, t.crew.end)
		}
		seconds, _, err := r.walks().Matrix(ctx, places[:2], places[1:], r.threads())
		if err != nil {
			return err
		}
		there, back := int(seconds[0]), 0
		if t.crew.End != nil {
			back = int(seconds[len(places)]) // the last of the second row
		}
		if r.fits(next, &t.workday, there, back) != "" {
			continue
		}
		begins := t.shift.opens + there
		for _, w := range r.windows(next) {
			if window := spanOf(w); begins <= window.closes {
				begins = max(begins, window.opens)
				break
			}
		}
		u.begun, u.rest, u.at = true, t.workday, r.doors[next]
		u.rest.shift.opens = begins + r.service(next)
	}
	return nil
}

// sets is where a day begins.
func (t *tour) sets() network.Access {
	if t.underway != nil {
		return t.underway.stands
	}
	return t.crew.start
}

// from and rest are where, and when, the part of a day begins that is still open.
func (t *tour) from() network.Access {
	if t.underway != nil && t.underway.begun {
		return t.underway.at
	}
	return t.sets()
}

func (t *tour) rest() *workday {
	if t.underway != nil && t.underway.begun {
		return &t.underway.rest
	}
	return &t.workday
}

// free are the households that may still be put elsewhere.
func (t *tour) free() []int32 {
	if t.underway != nil && t.underway.begun {
		return t.households[1:]
	}
	return t.households
}

// keep leaves a tour with what is begun and with these households.
func (t *tour) keep(free []int32) {
	begun := len(t.households) - len(t.free())
	t.households = append(t.households[:begun:begun], free...)
}

// reorderShare is the part of the search in which days are put in order that have other
// walks than the former plan thought, nearby how far in metres that reaches from a
// closed street.
const (
	reorderShare = 0.3
	nearby       = 500.0
)

// reorder searches again, worker by worker, among the days whose walks have become
// others: of those who are out and took another order, and near to what is closed.
func (r *revision) reorder(ctx context.Context) error {
	touched := map[*crew][]*tour{}
	for _, t := range r.tours {
		if len(t.free()) > 1 && (r.strays(t) || r.detours(t)) {
			touched[t.crew] = append(touched[t.crew], t)
		}
	}
	for _, c := range r.crews { // in an order that is always the same
		if tours := touched[c]; len(tours) > 0 {
			left, err := r.insert(ctx, tours, nil, reorderShare/float64(len(touched)))
			if err != nil {
				return err
			}
			r.loose = append(r.loose, left...)
		}
	}
	return nil
}

// strays reports whether a worker who is out has finished a household that the former
// plan has after one that is still to come.
func (r *revision) strays(t *tour) bool {
	if t.underway == nil {
		return false
	}
	last := r.Former[r.Households[t.households[len(t.households)-1]].ID].Seq
	planned := 0
	for _, h := range t.households {
		if slot, had := r.Former[r.Households[h].ID]; had && slot.Worker == t.crew.ID && slot.Date == t.date {
			planned++
		}
	}
	first := r.Former[r.Households[t.households[0]].ID].Seq
	return last-first+1 != planned
}

// detours reports whether a tour leads by a place around which walks are others.
func (r *revision) detours(t *tour) bool {
	for _, at := range r.Detours {
		for _, h := range t.households {
			if geo.Metres(r.Households[h].At, at) < nearby {
				return true
			}
		}
	}
	return false
}
