package osm

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/osm"
)

// multiPolygon assembles the outline of a multipolygon or boundary relation.
// complete is false when a member is missing or a ring is not closed.
func (c *collector) multiPolygon(relation *rawRelation) (outline orb.MultiPolygon, complete bool) {
	outer, outerClosed := c.rings(relation, func(role string) bool { return role == "outer" || role == "" })
	inner, innerClosed := c.rings(relation, func(role string) bool { return role == "inner" })
	for _, ring := range outer {
		outline = append(outline, orb.Polygon{ring})
	}
	for _, hole := range inner {
		for i := range outline {
			if planar.RingContains(outline[i][0], hole[0]) {
				outline[i] = append(outline[i], hole)
				break
			}
		}
	}
	return outline, outerClosed && innerClosed
}

// rings joins the member ways of some role end to end. closed is false when a
// way is missing or does not close; the rings that did are returned all the same.
func (c *collector) rings(relation *rawRelation, role func(string) bool) (rings []orb.Ring, closed bool) {
	closed = true
	var chains [][]osm.NodeID
	for _, m := range relation.members {
		if m.kind != osm.TypeWay || !role(m.role) {
			continue
		}
		i, found := c.wayByID[osm.WayID(m.ref)]
		if !found || c.ways[i].last-c.ways[i].first < 2 {
			closed = false
			continue
		}
		chains = append(chains, c.refsOf(&c.ways[i]))
	}
	for _, chain := range joinChains(chains) {
		ring := orb.Ring(c.line(chain))
		if chain[0] != chain[len(chain)-1] || len(ring) != len(chain) || len(ring) < 4 {
			closed = false
			continue
		}
		rings = append(rings, ring)
	}
	return rings, closed
}

// joinChains joins chains of nodes that share an end into longer ones, each as
// long as it gets: a ring where its ends meet. Linear but for the hashing.
func joinChains(chains [][]osm.NodeID) [][]osm.NodeID {
	ends := make(map[osm.NodeID][]int, 2*len(chains))
	for i, chain := range chains {
		ends[chain[0]] = append(ends[chain[0]], i)
		ends[chain[len(chain)-1]] = append(ends[chain[len(chain)-1]], i)
	}
	used := make([]bool, len(chains))
	next := func(end osm.NodeID) ([]osm.NodeID, bool) {
		for _, i := range ends[end] {
			if !used[i] {
				used[i] = true
				return chains[i], true
			}
		}
		return nil, false
	}
	var joined [][]osm.NodeID
	for i, chain := range chains {
		if used[i] {
			continue
		}
		used[i] = true
		whole := append([]osm.NodeID(nil), chain...)
		for whole[0] != whole[len(whole)-1] {
			end := whole[len(whole)-1]
			more, found := next(end)
			if !found {
				break
			}
			whole = appendFrom(whole, more, end)
		}
		joined = append(joined, whole)
	}
	return joined
}

// appendFrom appends a chain that begins or ends at end, without that node.
func appendFrom(whole, chain []osm.NodeID, end osm.NodeID) []osm.NodeID {
	if chain[0] == end {
		return append(whole, chain[1:]...)
	}
	for i := len(chain) - 2; i >= 0; i-- {
		whole = append(whole, chain[i])
	}
	return whole
}

// outerRefs are the nodes of the outer ways of a relation.
func (c *collector) outerRefs(relation *rawRelation) []osm.NodeID {
	var refs []osm.NodeID
	for _, m := range relation.members {
		if i, found := c.wayByID[osm.WayID(m.ref)]; found && m.kind == osm.TypeWay && m.role != "inner" {
			refs = append(refs, c.refsOf(&c.ways[i])...)
		}
	}
	return refs
}
