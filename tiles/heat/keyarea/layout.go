package keyarea

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// GroupCell is a leaf cell of a group of dwellings, or the part of it in the group's area.
type GroupCell struct {
	Group, Area uuid.UUID
	Cell        geo.Cell
}

// Layout says what falls into which bin of a partition. It is made of where dwellings are
// alone, and never changes with what happens there.
type Layout struct {
	bins   int
	leaves map[geo.Cell]int
	// around holds, for larger cells, the bin with most leaves in them.
	around map[geo.Cell]int
	groups map[uuid.UUID]int
	// whole holds the bin of each area that has dwellings, -1 for one of several bins.
	whole map[uuid.UUID]int
	areas [][]uuid.UUID
}

// NewLayout lays all groups there are over the bins of a partition.
func NewLayout(bins []release.Bin, cells []GroupCell) (*Layout, error) {
	l := &Layout{bins: len(bins), leaves: map[geo.Cell]int{}, areas: make([][]uuid.UUID, len(bins))}
	for i, bin := range bins {
		for _, cell := range bin.Cells {
			l.leaves[cell] = i
		}
	}
	shares := map[uuid.UUID]map[int]int{}
	areas := make([]map[uuid.UUID]bool, len(bins))
	for _, c := range cells {
		bin, in := l.leaves[c.Cell]
		if !in {
			continue
		}
		if shares[c.Group] == nil {
			shares[c.Group] = map[int]int{}
		}
		if areas[bin] == nil {
			areas[bin] = map[uuid.UUID]bool{}
		}
		shares[c.Group][bin]++
		areas[bin][c.Area] = true // also where the group does not count: it lies there
	}
	l.groups = make(map[uuid.UUID]int, len(shares))
	for group, share := range shares {
		l.groups[group] = most(share)
	}
	l.whole = map[uuid.UUID]int{}
	for bin, of := range areas {
		for area := range of {
			if _, another := l.whole[area]; another {
				l.whole[area] = -1
			} else {
				l.whole[area] = bin
			}
		}
		l.areas[bin] = slices.SortedFunc(maps.Keys(of), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	}
	return l, l.spread()
}

// spread gives larger cells to bins, for what lies where nobody lives.
func (l *Layout) spread() error {
	shares := map[geo.Cell]map[int]int{}
	for leaf, bin := range l.leaves {
		for _, resolution := range around {
			cell, err := leaf.Parent(resolution)
			if err != nil {
				return err
			}
			if shares[cell] == nil {
				shares[cell] = map[int]int{}
			}
			shares[cell][bin]++
		}
	}
	l.around = make(map[geo.Cell]int, len(shares))
	for cell, share := range shares {
		l.around[cell] = most(share)
	}
	return nil
}

// around are the resolutions at which a place without dwellings looks for a bin, the
// nearest first: some 200 m, then 500 m.
var around = []int{9, 8}

// most is the bin with the largest share, of equals the first.
func most(share map[int]int) int {
	best := -1
	for bin, n := range share {
		if best < 0 || n > share[best] || n == share[best] && bin < best {
			best = bin
		}
	}
	return best
}

// Bin is where a place in a leaf cell counts; false when no bin is near.
func (l *Layout) Bin(leaf geo.Cell) (bin int, near bool) {
	if bin, near = l.leaves[leaf]; near {
		return bin, true
	}
	for _, resolution := range around {
		cell, err := leaf.Parent(resolution)
		if err != nil {
			return 0, false
		}
		if bin, near = l.around[cell]; near {
			return bin, true
		}
	}
	return 0, false
}

// BinAround is the only bin in which an area has dwellings; false when there are several or
// none.
func (l *Layout) BinAround(area uuid.UUID) (bin int, only bool) {
	bin, only = l.whole[area]
	return bin, only && bin >= 0
}

// BinOf is where a whole group counts; false when it lies in no bin.
func (l *Layout) BinOf(group uuid.UUID) (bin int, in bool) {
	bin, in = l.groups[group]
	return bin, in
}

// Within are the bins in which no dwelling lies outside of some areas. Bins without a
// dwelling any more are none.
func (l *Layout) Within(areas map[uuid.UUID]bool) []int {
	var within []int
	for bin, of := range l.areas {
		if len(of) > 0 && !slices.ContainsFunc(of, func(area uuid.UUID) bool { return !areas[area] }) {
			within = append(within, bin)
		}
	}
	return within
}

// Areas are those that have dwellings in a bin.
func (l *Layout) Areas(bin int) []uuid.UUID { return l.areas[bin] }
