package territory

import "slices"

// Offer is places at a border that may change hands together: one of them and what it
// would cut off.
type Offer struct {
	Places []int32
	To     int32
}

// Offers are all that a territory could give to one beside it so that both hang
// together; its middle stays.
func Offers(g *Graph, d *Division, from int32) (offers []Offer) {
	c := g.newSeverer()
	for i, t := range d.Of {
		if t != from {
			continue
		}
		moves := g.movesOf(d, int32(i))
		if len(moves) == 0 {
			continue
		}
		group := slices.Clone(c.group(d, int32(i)))
		if slices.Contains(group, d.Centre[from]) {
			continue
		}
		for _, m := range moves {
			offers = append(offers, Offer{group, m.to})
		}
	}
	return offers
}

// Accept gives the places of an offer away.
func Accept(d *Division, o Offer) {
	for _, i := range o.Places {
		d.Of[i] = o.To
	}
}

// Beside are the territories that touch each of so many, ascending.
func Beside(g *Graph, d *Division) [][]int32 {
	beside := make([][]int32, len(d.Centre))
	for i, t := range d.Of {
		for _, a := range g.arcs(int32(i)) {
			if u := d.Of[a.to]; u != t && !slices.Contains(beside[t], u) {
				beside[t] = append(beside[t], u)
			}
		}
	}
	for _, list := range beside {
		slices.Sort(list)
	}
	return beside
}
