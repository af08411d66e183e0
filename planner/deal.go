package planner

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/territory"
)

type point = orb.Point

// group is a connected piece of the network: its households, those who work there,
// and who of them has what.
type group struct {
	// households are indexes of Request.Households; place i of graph is
	// households[i].
	households []int32
	crews      []*crew
	graph      *territory.Graph
	division   *territory.Division
	// best is the division whose routes were most even so far, and worst the load of
	// its busiest worker as a part of the fair one.
	best  *territory.Division
	worst float64
}

// deal puts the households into groups, the workers into the groups, and splits
// each group into territories.
func (p *proposal) deal(context.Context) error {
	p.tell(Territories, 0, 1)
	p.exclude()
	p.links = p.Network.Neighbours(p.doors)
	groups := p.pieces()
	work := make([]float64, len(groups))
	estimates := p.estimates()
	for k, g := range groups {
		for _, h := range g.households {
			work[k] += estimates[h]
		}
	}
	if len(p.Workers) > 0 {
		if err := p.enlist(groups); err != nil {
			return err
		}
	} else {
		p.hire(groups, territory.Deal(work, p.WorkerCount))
	}
	for _, g := range groups {
		if len(g.crews) == 0 {
			for _, h := range g.households {
				p.reasons[h] = Unreachable
			}
			continue
		}
		if err := p.split(g, estimates); err != nil {
			return err
		}
		p.groups = append(p.groups, g)
	}
	p.tell(Territories, 1, 1)
	return nil
}

// exclude finds the households whose service fits no shift, or whose window no
// shift meets, however near they are.
func (p *proposal) exclude() {
	shifts := []span{spanOf(p.Shift)}
	if len(p.Workers) > 0 {
		shifts = shifts[:0]
		for i := range p.Workers {
			shift, _ := shiftOf(&p.Workers[i]) // validated
			shifts = append(shifts, shift)
		}
	}
	for i := range p.Households {
		if p.reasons[i] == "" {
			p.reasons[i] = leastReason(shifts, func(s span) Reason {
				return p.fits(int32(i), s, 0, 0)
			})
		}
	}
}

// leastReason is "" when one of the shifts will do, or the reason of one that
// comes nearest: a window that is missed rather than a visit that is too long.
func leastReason(shifts []span, judge func(span) Reason) Reason {
	worst := TooLong
	for _, s := range shifts {
		switch r := judge(s); r {
		case "":
			return ""
		case NoFeasibleWindow:
			worst = r
		}
	}
	return worst
}

// fits says why a household cannot be the only stop of a shift, with so many
// seconds to walk there and back; "" when it can.
func (p *proposal) fits(household int32, shift span, there, back int) Reason {
	service := p.service(household)
	arrive := shift.opens + there
	if arrive+service+back > shift.closes {
		return TooLong
	}
	if w := p.Households[household].Window; w != nil {
		window := spanOf(*w)
		if arrive > window.closes || max(arrive, window.opens)+service+back > shift.closes {
			return NoFeasibleWindow
		}
	}
	return ""
}

// pieces groups the households that may be on a route by piece of the network.
func (p *proposal) pieces() []*group {
	of := map[int32]*group{}
	var groups []*group
	for i := range p.doors {
		if p.reasons[i] != "" {
			continue
		}
		g := of[p.doors[i].Piece]
		if g == nil {
			g = &group{}
			of[p.doors[i].Piece] = g
			groups = append(groups, g)
		}
		g.households = append(g.households, int32(i))
	}
	return groups
}

// estimates is the work that each household is expected to be: the visit, half the
// way to its two nearest neighbours, which a good walk would take, and the stretch
// between street and door there and back, at about a metre a second.
func (p *proposal) estimates() []float64 {
	near := make([][2]float64, len(p.doors))
	for i := range near {
		near[i] = [2]float64{math.Inf(1), math.Inf(1)}
	}
	for _, l := range p.links {
		for _, h := range [2]int32{l.A, l.B} {
			n := &near[h]
			if l.Seconds < n[0] {
				n[0], n[1] = l.Seconds, n[0]
			} else {
				n[1] = min(n[1], l.Seconds)
			}
		}
	}
	work := make([]float64, len(p.doors))
	for i, n := range near {
		work[i] = float64(p.service(int32(i))) + 2*p.doors[i].OffRoad
		for _, seconds := range n {
			if !math.IsInf(seconds, 1) {
				work[i] += seconds / 2
			}
		}
	}
	return work
}

// enlist puts the named workers into the groups in which they start.
func (p *proposal) enlist(groups []*group) error {
	of := map[int32]*group{}
	for _, g := range groups {
		of[p.doors[g.households[0]].Piece] = g
	}
	for i := range p.Workers {
		w := &p.Workers[i]
		shift, _ := shiftOf(w) // validated
		c := &crew{Worker: *w, shift: shift, share: float64(shift.closes - shift.opens)}
		places := []point{w.Start}
		if w.End != nil {
			places = append(places, *w.End)
		}
		for k, access := range p.Network.Snap(places) {
			if !access.Reachable() {
				return fmt.Errorf("planner: worker %q: the %s %v is more than %d m from any way; move it", w.ID, [2]string{"start", "end"}[k], places[k], network.MaxOffRoad)
			}
			if k == 0 {
				c.start = access
			} else if c.end = access; access.Piece != c.start.Piece {
				return fmt.Errorf("planner: worker %q: there is no way from the start to the end; move one of them", w.ID)
			}
		}
		p.crews = append(p.crews, c)
		if g := of[c.start.Piece]; g != nil {
			g.crews = append(g.crews, c)
		}
	}
	if days := p.Round.Days; days > 0 {
		for _, c := range p.crews {
			c.share *= float64(len(p.workdays(c, days)))
		}
	}
	return nil
}

// hire makes workers for the groups: w01, w02 and so on. Their starts come with
// their territories.
func (p *proposal) hire(groups []*group, dealt []int) {
	width := max(2, len(fmt.Sprint(p.WorkerCount)))
	shift := spanOf(p.Shift)
	for k, g := range groups {
		for range dealt[k] {
			n := len(p.crews) + 1
			c := &crew{
				Worker: Worker{
					ID: fmt.Sprintf("w%0*d", width, n), Name: fmt.Sprintf("Worker %d", n),
					Shift: [2]string{geo.Clock(p.Shift.Opens), geo.Clock(p.Shift.Closes)},
				},
				shift: shift, share: float64(shift.closes - shift.opens),
			}
			p.crews = append(p.crews, c)
			g.crews = append(g.crews, c)
		}
	}
}

// split makes the territories of a group. With more workers than households the
// rest have none, and stand where the first stands.
func (p *proposal) split(g *group, estimates []float64) (err error) {
	if g.graph, err = p.graph(g.households, estimates); err != nil {
		return err
	}
	able := slices.DeleteFunc(slices.Clone(g.crews), func(c *crew) bool { return c.share <= 0 })
	if len(able) == 0 {
		able = g.crews[:1]
		able[0].share = 1 // days off all the round: everything is beyond the horizon
	}
	g.graph.Day = float64(able[0].shift.closes - able[0].shift.opens)
	working := able[:min(len(able), len(g.households))]
	g.division = territory.Split(g.graph, slices.Repeat([]float64{1}, len(working)))
	if len(p.Workers) > 0 {
		if working, err = p.match(g, working); err != nil {
			return err
		}
		territory.Rebalance(g.graph, g.division, shares(working), false)
	} else {
		for _, c := range able[len(working):] {
			p.place(c, g.households[g.division.Centre[0]])
		}
	}
	g.crews = working
	p.take(g)
	return nil
}

func shares(crews []*crew) []float64 {
	all := make([]float64, len(crews))
	for i, c := range crews {
		all[i] = c.share
	}
	return all
}

// place lets a made worker start and end on the street before a household.
func (p *proposal) place(c *crew, household int32) {
	c.start = p.doors[household].AtStreet()
	c.end = c.start
	c.Start = c.start.Street
	end := c.Start
	c.End = &end
}

// match gives named workers the territories whose middles are nearest to their
// starts, all told.
func (p *proposal) match(g *group, crews []*crew) ([]*crew, error) {
	starts, middles := make([]network.Access, len(crews)), make([]network.Access, len(crews))
	for k, c := range crews {
		starts[k] = c.start
		middles[k] = p.doors[g.households[g.division.Centre[k]]]
	}
	seconds, _, err := p.Network.Matrix(context.Background(), starts, middles, 1)
	if err != nil {
		return nil, err
	}
	cost := make([][]float64, len(crews))
	for k := range cost {
		cost[k] = make([]float64, len(crews))
		for m := range cost[k] {
			cost[k][m] = float64(seconds[k*len(crews)+m])
		}
	}
	matched := make([]*crew, len(crews))
	for k, m := range territory.Match(cost) {
		matched[m] = crews[k]
	}
	return matched, nil
}

// take gives the crews of a group what the division says; a worker that was made
// starts and ends in the middle of it.
func (p *proposal) take(g *group) {
	for k, c := range g.crews {
		c.territory = nil
		if len(p.Workers) == 0 {
			p.place(c, g.households[g.division.Centre[k]])
		}
	}
	for i, k := range g.division.Of {
		g.crews[k].territory = append(g.crews[k].territory, g.households[i])
	}
}

// graph is the graph of some households of one piece, with the links between them.
// Where households in between were left out, the parts are joined by their nearest
// pairs.
func (p *proposal) graph(households []int32, estimates []float64) (*territory.Graph, error) {
	places := make([]territory.Place, len(households))
	index := make(map[int32]int32, len(households))
	for i, h := range households {
		places[i] = territory.Place{At: p.Households[h].At, Work: estimates[h]}
		index[h] = int32(i)
	}
	var edges []territory.Edge
	for _, l := range p.links {
		a, found := index[l.A]
		b, both := index[l.B]
		if found && both {
			edges = append(edges, territory.Edge{A: a, B: b, Seconds: l.Seconds})
		}
	}
	return territory.NewGraph(places, territory.Join(places, edges))
}
