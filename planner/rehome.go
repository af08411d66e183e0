package planner

import (
	"cmp"
	"context"
	"slices"

	"github.com/rounds-project/rounds/planner/network"
)

// mostCorridor bounds the households that change hands so that one of them, which fits
// no day of its worker, is part of the territory of another.
const mostCorridor = 40

// moving gives households of a group to others without parting territories.
type moving struct {
	*proposal
	crews []*crew
	// beside are the neighbours of a household by the streets, of who has it.
	beside map[int32][]int32
	of     map[int32]*crew
}

// rehome gives households that fit no day of their worker to the one who is nearest of
// those with room for them and for whoever lies between; where there is none, to the
// nearest at all: it is better to be visited than for a territory to be in one piece.
func (p *proposal) rehome(ctx context.Context) error {
	for _, g := range p.groups {
		var unfit []int32
		for _, c := range g.crews {
			for _, b := range c.blocks {
				unfit = append(unfit, b.unfit...)
			}
		}
		if len(g.crews) < 2 || len(unfit) == 0 {
			continue
		}
		if err := p.moving(g).settle(ctx, unfit); err != nil {
			return err
		}
	}
	return nil
}

func (p *proposal) moving(g *group) *moving {
	m := &moving{proposal: p, crews: g.crews, beside: map[int32][]int32{}, of: map[int32]*crew{}}
	for _, c := range g.crews {
		for _, h := range c.territory {
			m.of[h] = c
		}
	}
	for _, l := range p.links {
		if m.of[l.A] != nil && m.of[l.B] != nil {
			m.beside[l.A] = append(m.beside[l.A], l.B)
			m.beside[l.B] = append(m.beside[l.B], l.A)
		}
	}
	return m
}

func (m *moving) settle(ctx context.Context, unfit []int32) error {
	there, back, err := m.thereAndBack(ctx, m.crews, unfit)
	if err != nil {
		return err
	}
	for i, h := range unfit {
		row := i * len(m.crews)
		able := m.able(h, there[row:row+len(m.crews)], back[row:row+len(m.crews)])
		if len(able) == 0 || slices.Contains(able, m.of[h]) {
			continue
		}
		taker, along := able[0], []int32{h}
		for _, c := range able {
			corridor := m.corridor(h, c)
			if corridor == nil {
				continue
			}
			suits, err := m.suits(ctx, c, corridor)
			if err != nil {
				return err
			}
			if suits {
				taker, along = c, corridor
				break
			}
		}
		for _, one := range along {
			m.of[one] = taker
		}
	}
	next := map[*crew][]int32{}
	for _, c := range m.crews {
		for _, h := range c.territory {
			next[m.of[h]] = append(next[m.of[h]], h)
		}
	}
	for _, c := range m.crews {
		c.territory = next[c]
	}
	return nil
}

// able are the crews whose days a household fits, with so many seconds to walk there and
// back, the one with the shortest walk first.
func (m *moving) able(household int32, there, back []int32) (able []*crew) {
	walk := map[*crew]int64{}
	for k, c := range m.crews {
		if m.willing(c, household) && m.fits(household, &c.workday, int(there[k]), int(back[k])) == "" {
			able = append(able, c)
			walk[c] = int64(there[k]) + int64(back[k])
		}
	}
	slices.SortStableFunc(able, func(a, b *crew) int { return cmp.Compare(walk[a], walk[b]) })
	return able
}

// corridor are the households, this one first, that change hands so that it is part of
// the territory of a crew and no other territory falls apart; nil when there are none, or
// too many.
func (m *moving) corridor(household int32, taker *crew) []int32 {
	from, queue := map[int32]int32{household: household}, []int32{household}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, next := range m.beside[at] {
			if m.of[next] == taker {
				path := []int32{at}
				for at != household {
					at = from[at]
					path = append(path, at)
				}
				slices.Reverse(path)
				return m.withSevered(path)
			}
			if _, seen := from[next]; !seen {
				from[next] = at
				queue = append(queue, next)
			}
		}
	}
	return nil
}

// withSevered adds what a corridor cuts off from the territories that it leads through:
// all pieces of one but the largest.
func (m *moving) withSevered(path []int32) []int32 {
	seen := map[int32]bool{}
	for _, h := range path {
		seen[h] = true
	}
	pieces := map[*crew][][]int32{}
	for _, h := range path {
		for _, start := range m.beside[h] {
			if seen[start] || !slices.ContainsFunc(path, func(h int32) bool { return m.of[h] == m.of[start] }) {
				continue
			}
			seen[start] = true
			piece := []int32{start}
			for k := 0; k < len(piece); k++ {
				for _, next := range m.beside[piece[k]] {
					if m.of[next] == m.of[start] && !seen[next] {
						seen[next] = true
						piece = append(piece, next)
					}
				}
			}
			pieces[m.of[start]] = append(pieces[m.of[start]], piece)
		}
	}
	for _, c := range m.crews {
		own := pieces[c]
		slices.SortStableFunc(own, func(a, b []int32) int { return cmp.Compare(len(b), len(a)) })
		for _, piece := range own[min(1, len(own)):] {
			path = append(path, piece...)
		}
	}
	if len(path) > mostCorridor {
		return nil
	}
	return path
}

// suits reports whether the days of a crew fit all of some households that are not left
// out anyway.
func (m *moving) suits(ctx context.Context, taker *crew, households []int32) (bool, error) {
	there, back, err := m.thereAndBack(ctx, []*crew{taker}, households)
	if err != nil {
		return false, err
	}
	for i, h := range households {
		if m.reasons[h] != "" && i > 0 {
			continue
		}
		if !m.willing(taker, h) || m.fits(h, &taker.workday, int(there[i]), int(back[i])) != "" {
			return false, nil
		}
	}
	return true, nil
}

// thereAndBack is how long each crew walks to each household and, unless the route
// may end anywhere, back: in seconds, a row for each household.
func (p *proposal) thereAndBack(ctx context.Context, crews []*crew, households []int32) (there, back []int32, err error) {
	starts, ends := make([]network.Access, len(crews)), make([]network.Access, len(crews))
	for k, c := range crews {
		starts[k], ends[k] = c.start, c.end
	}
	doors := make([]network.Access, len(households))
	for i, h := range households {
		doors[i] = p.doors[h]
	}
	out, _, err := p.walks().Matrix(ctx, starts, doors, p.threads())
	if err != nil {
		return nil, nil, err
	}
	if back, _, err = p.walks().Matrix(ctx, doors, ends, p.threads()); err != nil {
		return nil, nil, err
	}
	there = make([]int32, len(out))
	for k, c := range crews {
		for i := range households {
			there[i*len(crews)+k] = out[k*len(households)+i]
			if c.End == nil {
				back[i*len(crews)+k] = 0
			}
		}
	}
	return there, back, nil
}
