package planner

import (
	"context"
	"errors"
	"math"
	"slices"

	orbgeo "github.com/paulmach/orb/geo"

	"github.com/rounds-project/rounds/planner/territory"
)

// Part is what of a round is planned at a time: households and workers, as indexes of
// the request.
type Part struct{ Households, Workers []int32 }

// Seam is where two parts touch: the households that have a neighbour in the other.
type Seam struct {
	Parts      [2]int32
	Households []int32
}

// Divide splits a round into parts of about most households that can be planned one by
// one. Pieces of the network, and of the areas that workers share, stay whole as far as
// they are small; larger ones are cut as territories are, for several workers each. Every
// household is in one part, every worker who can be given any in one.
func Divide(ctx context.Context, q Request, most int) ([]Part, []Seam, error) {
	if len(q.Workers) == 0 {
		return nil, nil, errors.New("planner: a round is divided among workers; name them")
	}
	p, err := newProposal(q)
	if err != nil {
		return nil, nil, err
	}
	d := &divider{proposal: p, most: max(1, most), of: slices.Repeat([]int32{-1}, len(q.Households)), open: -1}
	if err := p.run(ctx, p.snap, d.divide); err != nil {
		return nil, nil, err
	}
	return d.parts, d.seams(), nil
}

// divider is a division into parts in the making.
type divider struct {
	*proposal
	most  int
	parts []Part
	// of is the part of each household, group the number of the group of each part that
	// is one of several of it, -1 for other parts.
	of    []int32
	group []int
	// open is the part that small groups still go into, -1 for none.
	open int
}

func (d *divider) divide(ctx context.Context) error {
	d.tell(Territories, 0, 1)
	groups, estimates, err := d.gather()
	if err != nil {
		return err
	}
	number := make(map[string]int32, len(d.Workers))
	for i := range d.Workers {
		number[d.Workers[i].ID] = int32(i)
	}
	for k, g := range groups {
		if err := ctx.Err(); err != nil {
			return err
		}
		able := slices.DeleteFunc(slices.Clone(g.crews), func(c *crew) bool { return c.share <= 0 })
		count := min((len(g.households)+d.most-1)/d.most, len(able))
		switch {
		case len(g.crews) == 0: // nobody gets there
		case count < 2:
			d.pack(g, number)
		default:
			if err := d.carve(g, k, able, count, estimates, number); err != nil {
				return err
			}
		}
	}
	if len(d.parts) == 0 {
		d.add(-1)
	}
	for i := range d.of {
		if d.of[i] < 0 {
			d.put(int32(i), d.home(int32(i)))
		}
	}
	d.tell(Territories, 1, 1)
	return nil
}

func (d *divider) add(group int) int {
	d.parts, d.group = append(d.parts, Part{}), append(d.group, group)
	return len(d.parts) - 1
}

func (d *divider) put(household int32, part int) {
	d.of[household] = int32(part)
	d.parts[part].Households = append(d.parts[part].Households, household)
}

// pack puts a small group into a part with others.
func (d *divider) pack(g *group, number map[string]int32) {
	if d.open < 0 || len(d.parts[d.open].Households)+len(g.households) > d.most {
		d.open = d.add(-1)
	}
	for _, h := range g.households {
		if !d.wants(h) {
			d.put(h, d.open)
		}
	}
	for _, c := range g.crews {
		d.parts[d.open].Workers = append(d.parts[d.open].Workers, number[c.ID])
	}
}

// blocksOfPart is how many blocks of households a part is made of: borders between parts
// are drawn anew along seams, so they need not be finer.
const blocksOfPart = 200

// carve splits a large group.
func (d *divider) carve(g *group, name int, able []*crew, count int, estimates []float64, number map[string]int32) (err error) {
	if g.graph, err = d.graph(g.households, estimates); err != nil {
		return err
	}
	// Nobody walks from the middle of a part: Graph.Day stays 0.
	seats, places := make([]int, len(able)), make([]float64, count)
	for m := range seats {
		seats[m] = m * count / len(able)
		places[seats[m]]++
	}
	blocks := g.graph.Coarsen(d.most / blocksOfPart)
	drawn := territory.Split(blocks.Graph, places)
	g.division = blocks.Refine(drawn)
	matched, err := d.match(g, able, seats)
	if err != nil {
		return err
	}
	first := len(d.parts)
	crews, share := make([][]*crew, count), make([]float64, count)
	for range count {
		d.add(name)
	}
	for m, c := range matched {
		k := seats[m]
		crews[k], share[k] = append(crews[k], c), share[k]+c.share
		d.parts[first+k].Workers = append(d.parts[first+k].Workers, number[c.ID])
	}
	territory.Adjust(blocks.Graph, drawn, share)
	g.division = blocks.Refine(drawn)
	for i, h := range g.households {
		if !d.wants(h) {
			d.put(h, first+d.server(g, crews, int(g.division.Of[i]), h))
		}
	}
	for _, c := range g.crews {
		if c.share <= 0 { // days off all the round
			d.parts[first].Workers = append(d.parts[first].Workers, number[c.ID])
		}
	}
	return nil
}

// server is the part of a group in which somebody can visit a household: its own or,
// of those, the one whose middle is nearest.
func (d *divider) server(g *group, crews [][]*crew, own int, household int32) int {
	serves := func(c *crew) bool {
		return d.willing(c, household) && d.fits(household, &c.workday, 0, 0) == ""
	}
	best, least := own, math.Inf(1)
	for k := range crews {
		if k = (own + k) % len(crews); !slices.ContainsFunc(crews[k], serves) {
			continue
		}
		if k == own {
			return own
		}
		middle := d.Households[g.households[g.division.Centre[k]]].At
		if away := orbgeo.Distance(middle, d.Households[household].At); away < least {
			best, least = k, away
		}
	}
	return best
}

// wants reports whether a household wants one worker alone.
func (d *divider) wants(household int32) bool {
	return d.Terms[d.Households[household].ID].Worker != ""
}

// home is the part of a household that wants one worker alone: that worker's. Who can be
// visited by nobody is in the first with a worker whose areas hold it, and so has the
// reason there that it has in the whole.
func (d *divider) home(household int32) int {
	only := d.Terms[d.Households[household].ID].Worker
	with := func(is func(w *Worker) bool) int {
		return slices.IndexFunc(d.parts, func(part Part) bool {
			return slices.ContainsFunc(part.Workers, func(w int32) bool { return is(&d.Workers[w]) })
		})
	}
	own := with(func(w *Worker) bool { return w.ID == only })
	if own < 0 {
		own = with(func(w *Worker) bool { return d.admits(w, household) })
	}
	return max(0, own)
}

// seams finds where parts of one group touch, in order of the parts.
func (d *divider) seams() (seams []Seam) {
	type side struct{ pair, household int32 }
	at, seen := map[[2]int32]int32{}, map[side]bool{}
	for _, l := range d.links {
		a, b := d.of[l.A], d.of[l.B]
		if a == b || d.group[a] < 0 || d.group[a] != d.group[b] {
			continue
		}
		parts := [2]int32{min(a, b), max(a, b)}
		k, known := at[parts]
		if !known {
			k = int32(len(seams))
			at[parts] = k
			seams = append(seams, Seam{Parts: parts})
		}
		for _, h := range [2]int32{l.A, l.B} {
			if !seen[side{k, h}] {
				seen[side{k, h}] = true
				seams[k].Households = append(seams[k].Households, h)
			}
		}
	}
	slices.SortFunc(seams, func(s, t Seam) int { return slices.Compare(s.Parts[:], t.Parts[:]) })
	return seams
}
