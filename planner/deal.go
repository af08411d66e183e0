package planner

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/planner/network"
	"github.com/rounds-project/rounds/planner/territory"
)

type point = orb.Point

// group is a connected piece of the network, or of it the areas that the same workers
// have: its households, those who work there, and who of them has what.
type group struct {
	piece piece
	// households are indexes of Request.Households; place i of graph is
	// households[i].
	households []int32
	crews      []*crew
	graph      *territory.Graph
	division   *territory.Division
	// best is the division whose routes were best so far, and cost what those were: the
	// load of the busiest worker as a part of the fair one, and the price of the
	// households that fit no day of their worker.
	best *territory.Division
	cost float64
}

// deal puts the households into groups, the workers into the groups, and splits
// each group into territories.
func (p *proposal) deal(context.Context) error {
	p.tell(Territories, 0, 1)
	groups, estimates, err := p.gather()
	if err != nil {
		return err
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

// gather puts the households into groups and the workers into the groups; estimates is
// the work that each household is expected to be.
func (p *proposal) gather() (groups []*group, estimates []float64, err error) {
	if len(p.Workers) == 0 {
		p.hire()
	}
	p.bind()
	p.exclude()
	p.links = p.Network.Neighbours(p.doors)
	groups, estimates = p.pieces(), p.estimates()
	work := make([]float64, len(groups))
	for k, g := range groups {
		for _, h := range g.households {
			work[k] += estimates[h]
		}
	}
	return groups, estimates, p.enlist(groups, work)
}

// exclude finds the households whose service fits no shift, or whose window no
// shift meets, however near they are.
func (p *proposal) exclude() {
	days := make([]workday, len(p.Workers))
	for i := range p.Workers {
		days[i].shift, _ = shiftOf(&p.Workers[i]) // validated
		days[i].pause = p.Workers[i].Break
	}
	for i := range p.Households {
		if p.reasons[i] == "" {
			p.reasons[i] = leastReason(days, func(d *workday) Reason {
				return p.fits(int32(i), d, 0, 0)
			})
		}
	}
	p.shut()
}

// leastReason is "" when one of the shifts will do, or the reason of one that
// comes nearest: a window that is missed rather than a visit that is too long.
func leastReason(days []workday, judge func(*workday) Reason) Reason {
	worst := TooLong
	for k := range days {
		switch r := judge(&days[k]); r {
		case "":
			return ""
		case NoFeasibleWindow:
			worst = r
		}
	}
	return worst
}

// piece is where a group is: a piece of the network, and of the areas that workers share.
type piece struct{ network, realm int32 }

// pieces groups the households that may be on a route by piece of the network, and of
// the areas.
func (p *proposal) pieces() []*group {
	of := map[piece]*group{}
	var groups []*group
	for i := range p.doors {
		if p.reasons[i] != "" {
			continue
		}
		at := piece{p.doors[i].Piece, p.realm(int32(i))}
		g := of[at]
		if g == nil {
			g = &group{piece: at}
			of[at] = g
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

// hire makes workers that roam: w01, w02 and so on.
func (p *proposal) hire() {
	width := max(2, len(fmt.Sprint(p.WorkerCount)))
	for n := 1; n <= p.WorkerCount; n++ {
		p.Workers = append(p.Workers, Worker{
			ID: fmt.Sprintf("w%0*d", width, n), Name: fmt.Sprintf("Worker %d", n), Roams: true, Break: p.Break,
			Shift: [2]string{geo.Clock(p.Shift.Opens), geo.Clock(p.Shift.Closes)},
		})
	}
}

// enlist puts the workers into the groups in which they start, and those that roam
// into the groups of their areas whose work the others leave.
func (p *proposal) enlist(groups []*group, work []float64) error {
	of := map[piece]*group{}
	for _, g := range groups {
		of[g.piece] = g
	}
	roaming := map[int32][]*crew{}
	for i := range p.Workers {
		c := p.newCrew(&p.Workers[i])
		p.crews = append(p.crews, c)
		realm := p.realmOf(&c.Worker)
		if c.Roams {
			roaming[realm] = append(roaming[realm], c)
			continue
		}
		if err := p.station(c); err != nil {
			return err
		}
		if g := of[piece{c.start.Piece, realm}]; g != nil {
			g.crews = append(g.crews, c)
		}
	}
	for realm, crews := range roaming {
		if !roam(groups, work, realm, crews) {
			p.crews = slices.DeleteFunc(p.crews, func(c *crew) bool { return slices.Contains(crews, c) }) // nowhere to stand
		}
	}
	return nil
}

// newCrew is a worker whose share of the work is the working time.
func (p *proposal) newCrew(w *Worker) *crew {
	shift, _ := shiftOf(w) // validated
	c := &crew{Worker: *w, workday: workday{shift, w.Break}}
	c.share = float64(c.room())
	if p.Round.Days > 0 {
		short := p.shortDays(c)
		c.share *= float64(len(p.workdays(c, p.Round.Days)) - len(short))
		for _, date := range short {
			day := workday{p.hours(c, date), c.pause}
			c.share += float64(max(1, day.room()))
		}
	}
	return c
}

// roam deals workers to the groups of a piece of the areas; false: there is none.
func roam(groups []*group, work []float64, realm int32, roaming []*crew) bool {
	var own []*group
	all, crews := 0.0, len(roaming)
	for k, g := range groups {
		if g.piece.realm == realm {
			own, all, crews = append(own, g), all+work[k], crews+len(g.crews)
		}
	}
	if len(own) == 0 {
		return false
	}
	rest := make([]float64, 0, len(own))
	for k, g := range groups {
		if g.piece.realm == realm {
			rest = append(rest, max(0, work[k]-float64(len(g.crews))*all/float64(crews)))
		}
	}
	for k, n := range territory.Deal(rest, len(roaming)) {
		own[k].crews = append(own[k].crews, roaming[:n]...)
		roaming = roaming[n:]
	}
	return true
}

// station finds where a worker's start and end meet the network.
func (p *proposal) station(c *crew) error {
	places := []point{c.Start}
	if c.End != nil {
		places = append(places, *c.End)
	}
	for k, access := range p.Network.Snap(places) {
		if !access.Reachable() {
			return fmt.Errorf("planner: worker %q: the %s %v is more than %d m from any way; move it", c.ID, [2]string{"start", "end"}[k], places[k], network.MaxOffRoad)
		}
		if k == 0 {
			c.start = access
		} else if c.end = access; access.Piece != c.start.Piece {
			return fmt.Errorf("planner: worker %q: there is no way from the start to the end; move one of them", c.ID)
		}
	}
	return nil
}

// How much of the time is gone when the first territories stand as they are, and when
// those drawn anew do.
const (
	splittingShare = 0.35
	redrawingShare = 0.7
)

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
	g.graph.Day = float64(able[0].room())
	g.graph.Enough = p.after(splittingShare)
	working := able[:min(len(able), len(g.households))]
	g.division = territory.Split(g.graph, slices.Repeat([]float64{1}, len(working)))
	for _, c := range able[len(working):] {
		p.place(c, g.households[g.division.Centre[0]])
	}
	if working, err = p.match(g, working, nil); err != nil {
		return err
	}
	territory.Adjust(g.graph, g.division, shares(working))
	g.crews = working
	p.take(g)
	g.graph.Enough = p.after(redrawingShare)
	return nil
}

// after says when a share of the time is gone; nil when iterations are the bound.
func (p *proposal) after(share float64) func() bool {
	if p.Iterations > 0 {
		return nil
	}
	return func() bool { return time.Since(p.begun) > time.Duration(share*float64(p.Time)) }
}

func shares(crews []*crew) []float64 {
	all := make([]float64, len(crews))
	for i, c := range crews {
		all[i] = c.share
	}
	return all
}

// place lets a worker that roams start and end on the street before a household.
func (p *proposal) place(c *crew, household int32) {
	if !c.Roams {
		return
	}
	c.base = household
	c.start = p.doors[household].AtStreet()
	c.end = c.start
	c.Start = c.start.Street
	end := c.Start
	c.End = &end
}

// foreignPrice is what a territory of which a worker may visit nothing costs when workers
// are matched, in seconds of walking to it.
const foreignPrice = 1e6

// match gives workers the territories of which they may visit most, and then those whose
// middles are nearest to their starts, all told; those that roam take the rest, in their
// order. seats names the territory of each seat where a territory has several, as many
// seats as there are crews; nil for one each.
func (p *proposal) match(g *group, crews []*crew, seats []int) ([]*crew, error) {
	middles := make([]network.Access, len(crews))
	of := func(seat int) int {
		if seats == nil {
			return seat
		}
		return seats[seat]
	}
	for m := range crews {
		middles[m] = p.doors[g.households[g.division.Centre[of(m)]]]
	}
	foreign, cost := p.foreign(g, crews), make([][]float64, len(crews))
	for k, c := range crews {
		cost[k] = make([]float64, len(crews))
		for m := range cost[k] {
			cost[k][m] = foreignPrice * foreign[k][of(m)]
		}
		if c.Roams {
			continue
		}
		seconds, _, err := p.walks().Matrix(context.Background(), []network.Access{c.start}, middles, 1)
		if err != nil {
			return nil, err
		}
		for m := range cost[k] {
			cost[k][m] += float64(seconds[m])
		}
	}
	matched := make([]*crew, len(crews))
	for k, m := range territory.Match(cost) {
		matched[m] = crews[k]
	}
	return matched, nil
}

// take gives the crews of a group what the division says; a worker that roams starts
// and ends in the middle of it. What is as before keeps its routes.
func (p *proposal) take(g *group) {
	had := make([][]int32, len(g.crews))
	for k, c := range g.crews {
		had[k] = c.territory
		c.territory = nil
	}
	for i, k := range g.division.Of {
		c := p.taker(g, int(k), g.households[i])
		c.territory = append(c.territory, g.households[i])
	}
	for k, c := range g.crews {
		stood := c.start
		p.place(c, g.households[g.division.Centre[k]])
		if c.start != stood || !slices.Equal(c.territory, had[k]) {
			c.blocks = nil
		}
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
