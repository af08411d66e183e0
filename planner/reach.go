package planner

import (
	"fmt"
	"math"
	"slices"

	orbgeo "github.com/paulmach/orb/geo"
)

// reach is which households a worker may visit at all, as far as that depends on areas:
// who has areas visits the households of these alone.
type reach struct {
	// of are the areas of the households, numbered in the order in which they come.
	of      []int32
	numbers map[string]int32
	// may are the numbers of the areas that a worker has, by the worker's id; none for
	// one who may go anywhere.
	may map[string]map[int32]bool
	// piece joins areas that somebody has both of: workers and households of one piece
	// are planned together.
	piece []int32
}

// noArea is the number of areas in which no household is.
const noArea = -1

// validateAreas says what is wrong with the areas of households and workers.
func (q *Request) validateAreas() error {
	if q.Areas != nil && len(q.Areas) != len(q.Households) {
		return fmt.Errorf("planner: areas of %d households; there are %d", len(q.Areas), len(q.Households))
	}
	bound := func(w Worker) bool { return w.Areas != nil }
	if q.Areas == nil && slices.ContainsFunc(q.Workers, bound) {
		return fmt.Errorf("planner: worker %q is bound to areas, but no household has one", q.Workers[slices.IndexFunc(q.Workers, bound)].ID)
	}
	return nil
}

// bind numbers the areas and joins them into pieces.
func (p *proposal) bind() {
	if p.Areas == nil {
		return
	}
	r := &reach{of: make([]int32, len(p.Areas)), numbers: map[string]int32{}, may: map[string]map[int32]bool{}}
	for i, name := range p.Areas {
		n, known := r.numbers[name]
		if !known {
			n = int32(len(r.numbers))
			r.numbers[name] = n
			r.piece = append(r.piece, n)
		}
		r.of[i] = n
	}
	for i := range p.Workers {
		w := &p.Workers[i]
		if w.Areas == nil {
			clear(r.piece) // who may go anywhere joins all
			continue
		}
		r.join(w.Areas)
		r.may[w.ID] = map[int32]bool{}
		for _, name := range w.Areas {
			if n, known := r.numbers[name]; known {
				r.may[w.ID][n] = true
			}
		}
	}
	for n := range r.piece {
		r.piece[n] = r.root(int32(n))
	}
	p.reach = r
}

func (r *reach) root(n int32) int32 {
	for r.piece[n] != n {
		n = r.piece[n]
	}
	return n
}

func (r *reach) join(areas []string) {
	first := int32(noArea)
	for _, name := range areas {
		n, known := r.numbers[name]
		if !known {
			continue
		}
		if n = r.root(n); first == noArea {
			first = n
		}
		r.piece[max(n, first)] = min(n, first)
		first = min(n, first)
	}
}

// realm is the piece of areas of a household, 0 where nobody is bound to areas.
func (p *proposal) realm(household int32) int32 {
	if p.reach == nil {
		return 0
	}
	return p.reach.piece[p.reach.of[household]]
}

// realmOf is the piece of areas of a worker, noArea for one whose areas have no
// household.
func (p *proposal) realmOf(w *Worker) int32 {
	if p.reach == nil || w.Areas == nil {
		return 0
	}
	for _, name := range w.Areas {
		if n, known := p.reach.numbers[name]; known {
			return p.reach.piece[n]
		}
	}
	return noArea
}

// admits reports whether the areas of a worker let the worker visit a household.
func (p *proposal) admits(w *Worker, household int32) bool {
	return w.Areas == nil || p.reach.may[w.ID][p.reach.of[household]]
}

// shut finds the households that nobody's areas let in, or not the only one whom they
// want to see.
func (p *proposal) shut() {
	if p.reach == nil {
		return
	}
	open := make([]bool, len(p.reach.numbers))
	workers := map[string]*Worker{}
	for i := range p.Workers {
		w := &p.Workers[i]
		workers[w.ID] = w
		for n := range open {
			open[n] = open[n] || w.Areas == nil || p.reach.may[w.ID][int32(n)]
		}
	}
	for i := range p.Households {
		only := workers[p.Terms[p.Households[i].ID].Worker]
		if p.reasons[i] == "" && (!open[p.reach.of[i]] || only != nil && !p.admits(only, int32(i))) {
			p.reasons[i] = NoGrant
		}
	}
}

// foreign is, for each crew and territory of a group, the part of the territory, by work,
// that the crew may not visit.
func (p *proposal) foreign(g *group, crews []*crew) [][]float64 {
	work := make([]map[string]float64, len(g.division.Centre))
	all := make([]float64, len(work))
	for k := range work {
		work[k] = map[string]float64{}
	}
	for i, k := range g.division.Of {
		if all[k] += g.graph.Work(int32(i)); p.reach != nil {
			work[k][p.Areas[g.households[i]]] += g.graph.Work(int32(i))
		}
	}
	shut := make([][]float64, len(crews))
	for c := range crews {
		shut[c] = make([]float64, len(work))
		for k := range work {
			for area, seconds := range work[k] {
				if crews[c].Areas != nil && !slices.Contains(crews[c].Areas, area) {
					shut[c][k] += seconds / all[k]
				}
			}
		}
	}
	return shut
}

// taker is who of a group takes a household of a territory: the worker of the territory,
// or of those who may, the one in the middle of whose territory is nearest.
func (p *proposal) taker(g *group, own int, household int32) *crew {
	if only := p.Terms[p.Households[household].ID].Worker; only != "" {
		if k := slices.IndexFunc(g.crews, func(c *crew) bool { return c.ID == only }); k >= 0 {
			own = k
		}
	}
	if p.admits(&g.crews[own].Worker, household) {
		return g.crews[own]
	}
	best, least := g.crews[own], math.Inf(1)
	for k, c := range g.crews {
		if !p.admits(&c.Worker, household) {
			continue
		}
		middle := p.Households[g.households[g.division.Centre[k]]].At
		if away := orbgeo.Distance(middle, p.Households[household].At); away < least {
			best, least = c, away
		}
	}
	return best
}
