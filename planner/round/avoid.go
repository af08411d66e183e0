package round

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/planner"
	"github.com/rounds-project/rounds/planner/network"
)

// avoid puts a question on streets without those that are closed on some day of the
// plan: it has one network for all its days. Doors on them are visited on the others,
// from the nearest street that is open. A street that is the only way to some doors, and
// open on a day, stays in the network, and those behind it are visited when it is open.
func (p *Planner) avoid(ctx context.Context, q *planner.Request, closures []Closure) error {
	stretches, on, err := p.closedOn(ctx, q.Network, closures)
	if err != nil || len(stretches) == 0 {
		return err
	}
	for _, c := range on {
		q.Detours = append(q.Detours, c.At)
	}
	b := newBlockade(q, stretches, on)
	b.forbid()
	b.yield()
	without := p.streets.without(b.streets, b.shut())
	if b.yieldTo(without) {
		without = p.streets.without(b.streets, b.shut())
	}
	q.Network = without
	return nil
}

// blockade is what the closed streets of a plan keep from whom.
type blockade struct {
	question *planner.Request
	streets  *network.Network
	doors    []network.Access
	// starts are where workers begin who do not roam, homes where they begin and end.
	starts []network.Access
	homes  []orb.Point
	// stretches are closed, each by a closure; open are those that stay in the network.
	stretches []network.Stretch
	on        []Closure
	open      []bool
}

func newBlockade(q *planner.Request, stretches []network.Stretch, on []Closure) *blockade {
	var starts []orb.Point
	b := &blockade{question: q, streets: q.Network, doors: q.Network.SnapHouseholds(q.Households), stretches: stretches, on: on}
	for i := range q.Workers {
		if w := &q.Workers[i]; !w.Roams {
			starts, b.homes = append(starts, w.Start), append(b.homes, w.Start)
			if w.End != nil {
				b.homes = append(b.homes, *w.End)
			}
		}
	}
	b.starts = q.Network.Snap(starts)
	return b
}

// of are the stretches for which is holds.
func (b *blockade) of(is func(k int) bool) (some []network.Stretch) {
	for k, s := range b.stretches {
		if is(k) {
			some = append(some, s)
		}
	}
	return some
}

// shut are the stretches that are left out.
func (b *blockade) shut() []network.Stretch { return b.of(func(k int) bool { return !b.open[k] }) }

// severed are the doors that some stretches cut off from most others of their piece, and
// those on them; all of a piece where workers start behind the stretches, and none of its
// doors is there. Who lives behind them as a worker is not kept at home.
func (b *blockade) severed(shut []network.Stretch) []bool {
	type part struct{ piece, left int32 }
	places := slices.Concat(b.doors, b.starts)
	parts := make([]part, len(places))
	for i, left := range b.streets.PiecesWithout(shut, places) {
		parts[i] = part{places[i].Piece, left}
	}
	begun, pieces := map[part]bool{}, map[int32]bool{}
	for k, start := range b.starts {
		if at := parts[len(b.doors)+k]; start.Reachable() && !b.streets.On(start, shut) {
			begun[at], pieces[at.piece] = true, true
		}
	}
	roam := len(b.starts) < len(b.question.Workers)
	size, most, near := map[part]int{}, map[int32]part{}, map[int32]bool{}
	severed := make([]bool, len(b.doors))
	for i, door := range b.doors {
		if severed[i] = b.streets.On(door, shut); severed[i] || !door.Reachable() {
			continue
		}
		at := parts[i]
		near[at.piece] = near[at.piece] || roam || begun[at] || !pieces[at.piece]
		size[at]++
		if larger, known := most[door.Piece]; !known || size[at] > size[larger] {
			most[door.Piece] = at
		}
	}
	for i, door := range b.doors {
		severed[i] = severed[i] || door.Reachable() && (most[door.Piece] != parts[i] || !near[door.Piece])
	}
	return severed
}

// days are the dates of the plan.
func (b *blockade) days() (days []string) {
	first, _ := time.Parse(time.DateOnly, b.question.Round.From) // a date of the database
	for day := range b.question.Round.Days {
		days = append(days, first.AddDate(0, 0, day).Format(time.DateOnly))
	}
	return days
}

func (c *Closure) covers(date string) bool {
	return c.StartsOn.Format(time.DateOnly) <= date && date <= c.EndsOn.Format(time.DateOnly)
}

// forbid takes the dates on which a door is cut off from those on which it may be visited;
// the day after the plan is left when there is none.
func (b *blockade) forbid() {
	days := b.days()
	like := map[string][]bool{} // days on which the same is closed
	for _, date := range days {
		closed := func(k int) bool { return b.on[k].covers(date) }
		shut := b.of(closed)
		if len(shut) == 0 {
			continue
		}
		name := fmt.Sprint(shut)
		severed, known := like[name]
		if !known {
			severed = b.severed(shut)
			like[name] = severed
		}
		for i := range b.doors {
			if !severed[i] {
				continue
			}
			id := b.question.Households[i].ID
			t := b.question.Terms[id]
			if t.Dates == nil {
				t.Dates = slices.Clone(days)
			}
			t.Dates = slices.DeleteFunc(slices.Clone(t.Dates), func(d string) bool { return d == date })
			b.question.Terms[id] = t
		}
	}
	first, _ := time.Parse(time.DateOnly, b.question.Round.From)
	for id, t := range b.question.Terms {
		if t.Dates != nil && len(t.Dates) == 0 {
			t.Dates = []string{first.AddDate(0, 0, b.question.Round.Days).Format(time.DateOnly)}
			b.question.Terms[id] = t
		}
	}
}

// hopes reports whether a door may be visited on some day.
func (b *blockade) hopes(i int) bool {
	t, days := b.question.Terms[b.question.Households[i].ID], b.days()
	return t.Dates == nil || slices.ContainsFunc(t.Dates, func(d string) bool { return slices.Contains(days, d) })
}

// partly reports whether a closure leaves days of the plan.
func (b *blockade) partly(c *Closure) bool {
	return slices.ContainsFunc(b.days(), func(d string) bool { return !c.covers(d) })
}

// yield keeps streets in the network without which more doors would be cut off that can be
// visited on a day.
func (b *blockade) yield() {
	b.open = make([]bool, len(b.stretches))
	cut := func() (count int) {
		shut := b.shut()
		for i, severed := range b.severed(shut) {
			if severed && b.hopes(i) && !b.streets.On(b.doors[i], shut) {
				count++
			}
		}
		return count
	}
	for k, least := 0, cut(); k < len(b.on) && least > 0; k++ {
		if b.open[k] || !b.partly(&b.on[k]) {
			continue
		}
		b.set(b.on[k], true)
		if now := cut(); now < least {
			least = now
		} else {
			b.set(b.on[k], false)
		}
	}
}

// set keeps all stretches of a closure in the network, or leaves them out.
func (b *blockade) set(c Closure, open bool) {
	for k := range b.on {
		if b.on[k].ID == c.ID {
			b.open[k] = open
		}
	}
}

// yieldTo keeps those streets in the network whose doors meet no other, on a network
// without them, and those on which a worker lives, who meets no other either; it is false
// when there are none.
func (b *blockade) yieldTo(without *network.Network) (changed bool) {
	homes := b.streets.Snap(b.homes)
	for i, home := range without.Snap(b.homes) {
		if home.Reachable() || !homes[i].Reachable() {
			continue
		}
		for k := range b.stretches {
			if b.streets.On(homes[i], b.stretches[k:k+1]) && !b.open[k] {
				b.set(b.on[k], true)
				changed = true
			}
		}
	}
	for i, door := range without.SnapHouseholds(b.question.Households) {
		if door.Reachable() || !b.doors[i].Reachable() || !b.hopes(i) {
			continue
		}
		for k := range b.stretches {
			if b.streets.On(b.doors[i], b.stretches[k:k+1]) && !b.open[k] && b.partly(&b.on[k]) {
				b.set(b.on[k], true)
				changed = true
			}
		}
	}
	return changed
}
