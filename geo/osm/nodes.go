package osm

import (
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Nodes are positions by node id, in two sorted arrays: 24 bytes a node, where a
// map would take three times that. The zero value holds none.
type Nodes struct {
	ids []osm.NodeID
	at  []orb.Point
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
