package search

import (
	"cmp"
	"math"
	"slices"
)

// individual is a solution of a population: its routes, and what tells it from others.
type individual struct {
	routes     [][]int32
	next, prev []int32
	// cost without prices; load and time beyond the bounds, summed over routes; priced
	// with what those cost when it was made.
	cost, overload, late, priced int64
	fitness                      float64
	// others, nearest first.
	others []relative
}

// relative is another individual and the share of legs that differ.
type relative struct {
	apart float64
	of    *individual
}

func (i *individual) feasible() bool { return i.overload == 0 && i.late == 0 }

// Sizes of the population as published (Vidal 2022).
const (
	closeStops  = 20 // near stops that moves look at
	smallest    = 25 // of a population after the cull
	generation  = 40 // individuals born between culls
	elite       = 4
	closeOthers = 5
)

// subpopulation is individuals that are all feasible, or none of which is, best first.
type subpopulation []*individual

// add puts one in its place and culls where there are too many.
func (p *subpopulation) add(one *individual) {
	for _, o := range *p {
		apart := one.apart(o)
		one.meet(o, apart)
		o.meet(one, apart)
	}
	at, _ := slices.BinarySearchFunc(*p, one, func(a, b *individual) int { return cmp.Compare(a.priced, b.priced) })
	*p = slices.Insert(*p, at, one)
	if len(*p) > smallest+generation {
		for len(*p) > smallest {
			p.dropWorst()
		}
	}
}

func (i *individual) meet(o *individual, apart float64) {
	at, _ := slices.BinarySearchFunc(i.others, apart, func(r relative, apart float64) int { return cmp.Compare(r.apart, apart) })
	i.others = slices.Insert(i.others, at, relative{apart, o})
}

// dropWorst removes a clone if there is one, else the individual of the worst fitness.
func (p *subpopulation) dropWorst() {
	p.rate()
	worst, clone, fitness := -1, false, math.Inf(-1)
	for k := 1; k < len(*p); k++ {
		i := (*p)[k]
		isClone := i.closeness() < 1e-9
		if isClone && !clone || isClone == clone && i.fitness > fitness {
			worst, clone, fitness = k, isClone, i.fitness
		}
	}
	gone := (*p)[worst]
	*p = slices.Delete(*p, worst, worst+1)
	for _, o := range *p {
		o.others = slices.DeleteFunc(o.others, func(r relative) bool { return r.of == gone })
	}
}

// closeness is the mean distance to the nearest others.
func (i *individual) closeness() float64 {
	count := min(closeOthers, len(i.others))
	if count == 0 {
		return 1
	}
	sum := 0.0
	for _, o := range i.others[:count] {
		sum += o.apart
	}
	return sum / float64(count)
}

// rate sets the biased fitness of all: the rank by cost and the rank by what it adds to
// diversity; less is better.
func (p subpopulation) rate() {
	type place struct {
		closeness float64
		rank      int
	}
	places := make([]place, len(p))
	for k, i := range p {
		places[k] = place{-i.closeness(), k}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.closeness, b.closeness), cmp.Compare(a.rank, b.rank))
	})
	for k, at := range places {
		size := float64(max(len(p)-1, 1))
		diverse, fit := float64(k)/size, float64(at.rank)/size
		if len(p) <= elite {
			p[at.rank].fitness = fit
		} else {
			p[at.rank].fitness = fit + (1-float64(elite)/float64(len(p)))*diverse
		}
	}
}

// apart is the share of stops whose legs differ (broken pairs distance).
func (i *individual) apart(o *individual) float64 {
	differ := 0
	for k := range i.next {
		if i.next[k] != o.next[k] && i.next[k] != o.prev[k] {
			differ++
		}
		if i.prev[k] == none && o.prev[k] != none && o.next[k] != none {
			differ++
		}
	}
	return float64(differ) / float64(len(i.next))
}
