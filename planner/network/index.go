package network

import (
	"cmp"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// lineIndex finds the lines near a place: a packed R-tree in Hilbert order
// (Kamel, Faloutsos 1994) over runs of a few segments.
type lineIndex struct {
	points []point
	runs   []run
	// levels are boxes: the first of runs, each next of branch boxes of the one
	// before.
	levels [][]box
}

// run is the points from first to last of a line.
type run struct{ line, first, last int32 }

type box struct{ west, south, east, north int32 }

const (
	runSegments = 8
	branch      = 16
)

var nothing = box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}

func (b box) with(o box) box {
	return box{min(b.west, o.west), min(b.south, o.south), max(b.east, o.east), max(b.north, o.north)}
}

func (b box) meets(o box) bool {
	return b.west <= o.east && o.west <= b.east && b.south <= o.north && o.south <= b.north
}

// indexEdges is the index of the edges that have doors, a street with two sides once.
func indexEdges(n *Network) lineIndex {
	x := lineIndex{points: n.shape}
	for i := range int32(n.Edges()) {
		if !n.edges[i].is(aloof | far) {
			x.add(i, n.edges[i].shape, n.edges[i+1].shape)
		}
	}
	x.pack()
	return x
}

// indexBarriers is the index of what one does not cross.
func indexBarriers(lines []orb.LineString) lineIndex {
	x := lineIndex{}
	for i, line := range lines {
		first := int32(len(x.points))
		for _, p := range line {
			x.points = append(x.points, pointOf(p))
		}
		x.add(int32(i), first, int32(len(x.points)))
	}
	x.pack()
	return x
}

// add cuts the points first to end of a line into runs.
func (x *lineIndex) add(line, first, end int32) {
	for ; first < end-1; first += runSegments {
		x.runs = append(x.runs, run{line, first, min(first+runSegments, end-1)})
	}
}

func (x *lineIndex) boxOf(r run) box {
	b := nothing
	for _, p := range x.points[r.first : r.last+1] {
		b = b.with(box{p.lon, p.lat, p.lon, p.lat})
	}
	return b
}

func (x *lineIndex) pack() {
	type keyed struct {
		key uint64
		run run
		box box
	}
	all := make([]keyed, len(x.runs))
	for i, r := range x.runs {
		b := x.boxOf(r)
		all[i] = keyed{hilbert(middle(b.west, b.east), middle(b.south, b.north)), r, b}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.run.first, b.run.first))
	})
	level := make([]box, len(all))
	for i, k := range all {
		x.runs[i], level[i] = k.run, k.box
	}
	x.levels = pyramid(level)
}

// pyramid are the boxes and those above them, to the top.
func pyramid(level []box) (levels [][]box) {
	for {
		levels = append(levels, level)
		if len(level) <= branch {
			return levels
		}
		level = above(level)
	}
}

func above(level []box) []box {
	next := make([]box, 0, len(level)/branch+1)
	for children := range slices.Chunk(level, branch) {
		b := nothing
		for _, child := range children {
			b = b.with(child)
		}
		next = append(next, b)
	}
	return next
}

func middle(a, b int32) uint32 {
	return uint32((int64(a) + int64(b)) / 2 >> 16 & 0xffff)
}

// hilbert is the place on the Hilbert curve of order 16.
func hilbert(x, y uint32) uint64 {
	var d uint64
	for s := uint32(1) << 15; s > 0; s >>= 1 {
		rx, ry := (x&s)/s, (y&s)/s
		d += uint64(s) * uint64(s) * uint64((3*rx)^ry)
		if ry == 0 {
			if rx == 1 {
				x, y = 0xffff-x, 0xffff-y
			}
			x, y = y, x
		}
	}
	return d
}

// near calls visit with the runs whose box meets b.
func (x *lineIndex) near(b box, visit func(run)) {
	top := len(x.levels) - 1
	for i := range x.levels[top] {
		x.descend(top, i, b, visit)
	}
}

func (x *lineIndex) descend(level, i int, b box, visit func(run)) {
	if !x.levels[level][i].meets(b) {
		return
	}
	if level == 0 {
		visit(x.runs[i])
		return
	}
	for child := i * branch; child < min((i+1)*branch, len(x.levels[level-1])); child++ {
		x.descend(level-1, child, b, visit)
	}
}
