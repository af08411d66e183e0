package osm

import (
	"slices"
	"sort"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Nodes are positions by node id, in two sorted arrays: 24 bytes a node, where a
// map would take three times that. The zero value holds none.
type Nodes struct {
	ids []osm.NodeID
	at  []orb.Point
}

// NewNodes sorts positions by id; ids[i] lies at at[i]. Of an id that comes twice
// one position is kept. Both slices belong to the result.
func NewNodes(ids []osm.NodeID, at []orb.Point) Nodes {
	if !slices.IsSorted(ids) {
		sort.Sort(byID{ids, at})
	}
	kept := 0
	for i := range ids {
		if i > 0 && ids[i] == ids[i-1] {
			continue
		}
		ids[kept], at[kept] = ids[i], at[i]
		kept++
	}
	return Nodes{ids: ids[:kept], at: at[:kept]}
}

// byID sorts the two slices of [NewNodes] together.
type byID struct {
	ids []osm.NodeID
	at  []orb.Point
}

func (b byID) Len() int           { return len(b.ids) }
func (b byID) Less(i, j int) bool { return b.ids[i] < b.ids[j] }
func (b byID) Swap(i, j int) {
	b.ids[i], b.ids[j] = b.ids[j], b.ids[i]
	b.at[i], b.at[j] = b.at[j], b.at[i]
}

// At is the position of a node; false when the extract does not hold it.
func (n Nodes) At(id osm.NodeID) (orb.Point, bool) {
	i, found := slices.BinarySearch(n.ids, id)
	if !found {
		return orb.Point{}, false
	}
	return n.at[i], true
}

// Len is the number of nodes.
func (n Nodes) Len() int { return len(n.ids) }

// Index is the place of a node among the sorted ids, for tables beside them;
// false when the extract does not hold it.
func (n Nodes) Index(id osm.NodeID) (int, bool) { return slices.BinarySearch(n.ids, id) }

// AtIndex is the position of the node whose [Nodes.Index] is i.
func (n Nodes) AtIndex(i int) orb.Point { return n.at[i] }

// only is the nodes whose mark is set.
func (n Nodes) only(marked []bool) Nodes {
	count := 0
	for _, mark := range marked {
		if mark {
			count++
		}
	}
	kept := Nodes{ids: make([]osm.NodeID, 0, count), at: make([]orb.Point, 0, count)}
	for i, mark := range marked {
		if mark {
			kept.ids = append(kept.ids, n.ids[i])
			kept.at = append(kept.at, n.at[i])
		}
	}
	return kept
}
