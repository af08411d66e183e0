package release

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/rounds-project/rounds/geo"
)

// Resolutions between which cells are split: one at the coarsest with too few
// dwellings is in no bin, one at the finest is not split further.
const (
	coarsest = 6
	finest   = 9
)

// Bin is an area of whole leaf cells.
type Bin struct {
	// Cells are leaves in ascending order.
	Cells []geo.Cell
	// Dwellings counts doors at the time of the cut.
	Dwellings int
}

// branch is a cell with the leaves below it that have dwellings.
type branch struct {
	cell geo.Cell
	Bin
}

// Cut divides leaf cells with their numbers of dwellings into bins of at least k. It
// looks at nothing else, so a bin says nothing about who did or wants what. The bins come
// in the order of their first cells; leaves of a cell of the coarsest resolution with
// fewer than k dwellings are in none.
func Cut(dwellings map[geo.Cell]int, k int) ([]Bin, error) {
	if k < 1 {
		return nil, fmt.Errorf("release: %d dwellings a bin", k)
	}
	all := Bin{}
	for leaf, n := range dwellings {
		if n < 0 || leaf.Resolution() != geo.LeafResolution {
			return nil, fmt.Errorf("release: %d dwellings in cell %v", n, leaf)
		}
		if n > 0 {
			all.Cells = append(all.Cells, leaf)
		}
	}
	slices.Sort(all.Cells)
	roots, err := branches(all.Cells, dwellings, coarsest)
	if err != nil {
		return nil, err
	}
	var bins []Bin
	for _, root := range roots {
		if root.Dwellings < k {
			continue
		}
		of, err := split(root, dwellings, k)
		if err != nil {
			return nil, err
		}
		bins = append(bins, of...)
	}
	slices.SortFunc(bins, func(a, b Bin) int { return cmp.Compare(a.Cells[0], b.Cells[0]) })
	return bins, nil
}

// split divides a cell with at least k dwellings. Children with k or more stand alone;
// the others make one remainder, which takes the smallest siblings (ties by index) until
// it has k. A cell of which no child would stand alone then is not split.
func split(whole branch, dwellings map[geo.Cell]int, k int) ([]Bin, error) {
	if whole.cell.Resolution() == finest {
		return []Bin{whole.Bin}, nil
	}
	children, err := branches(whole.Cells, dwellings, whole.cell.Resolution()+1)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(children, func(a, b branch) int {
		return cmp.Or(cmp.Compare(a.Dwellings, b.Dwellings), cmp.Compare(a.cell, b.cell))
	})
	var rest Bin
	for len(children) > 0 && (children[0].Dwellings < k || 0 < rest.Dwellings && rest.Dwellings < k) {
		rest.Cells = append(rest.Cells, children[0].Cells...)
		rest.Dwellings += children[0].Dwellings
		children = children[1:]
	}
	if len(children) == 0 {
		return []Bin{whole.Bin}, nil
	}
	var bins []Bin
	if rest.Dwellings > 0 {
		slices.Sort(rest.Cells)
		bins = append(bins, rest)
	}
	for _, child := range children {
		of, err := split(child, dwellings, k)
		if err != nil {
			return nil, err
		}
		bins = append(bins, of...)
	}
	return bins, nil
}

// branches puts leaves under their ancestors of a resolution.
func branches(leaves []geo.Cell, dwellings map[geo.Cell]int, resolution int) ([]branch, error) {
	at := map[geo.Cell]int{}
	var made []branch
	for _, leaf := range leaves {
		cell, err := leaf.Parent(resolution)
		if err != nil {
			return nil, err
		}
		i, known := at[cell]
		if !known {
			i = len(made)
			at[cell] = i
			made = append(made, branch{cell: cell})
		}
		made[i].Cells = append(made[i].Cells, leaf)
		made[i].Dwellings += dwellings[leaf]
	}
	return made, nil
}
