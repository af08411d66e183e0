package heat

// coarsest is the resolution of the largest cells that are drawn.
const coarsest = 7

// Resolution is the H3 resolution of the cells that a zoom shows, so that a cell is
// some 20 to 80 pixels wide. Coarser cells are parents of finer ones, always.
func Resolution(zoom uint32) int {
	switch {
	case zoom < 10:
		return coarsest
	case zoom < 12:
		return 8
	case zoom < 14:
		return 9
	default:
		return 10
	}
}

// byArea says whether a zoom shows whole areas in place of groups of dwellings,
// which would be too small to see.
func byArea(zoom uint32) bool { return zoom < 10 }
