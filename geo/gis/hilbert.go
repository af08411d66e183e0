package gis

import (
	"cmp"
	"encoding/binary"
	"io"
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// indexNode is how many children a node of the index has.
const indexNode = 16

// indexItem is a feature of an index.
type indexItem struct {
	bound orb.Bound
	// offset is where it lies: its byte in the spool, its row in a table.
	offset int64
	size   uint32
	// along is how far along the Hilbert curve it lies.
	along uint32
}

// sortHilbert puts features in order along a Hilbert curve through the middles of
// their bounds, so that what lies close together is read together.
func sortHilbert(items []indexItem, extent orb.Bound) {
	const side = 1<<16 - 1
	scale := func(v, low, high float64) uint32 {
		if high <= low {
			return 0
		}
		return uint32(side * (v - low) / (high - low))
	}
	for i := range items {
		middle := items[i].bound.Center()
		items[i].along = hilbert(scale(middle[0], extent.Min[0], extent.Max[0]), scale(middle[1], extent.Min[1], extent.Max[1]))
	}
	slices.SortStableFunc(items, func(a, b indexItem) int { return cmp.Compare(a.along, b.along) })
}

// hilbert is how far along the curve of order 16 a point lies (Warren, Hacker's
// Delight, 2nd edition, 16-1).
func hilbert(x, y uint32) uint32 {
	var distance uint32
	for side := uint32(1 << 15); side > 0; side /= 2 {
		var right, up uint32
		if x&side > 0 {
			right = 1
		}
		if y&side > 0 {
			up = 1
		}
		distance += side * side * (3*right ^ up)
		if up == 0 {
			if right == 1 {
				x, y = 1<<16-1-x, 1<<16-1-y
			}
			x, y = y, x
		}
	}
	return distance
}

// indexEntry is a node of the index: a bound, and the number of its first child or,
// of a leaf, the place of its feature behind the index.
type indexEntry struct {
	bound orb.Bound
	link  uint64
}

// writeIndex writes the packed R-tree of features in order, from the root to the
// leaves. Of nothing there is none.
func writeIndex(out io.Writer, items []indexItem) error {
	if len(items) == 0 {
		return nil
	}
	level := make([]indexEntry, len(items))
	place := int64(0)
	for i, item := range items {
		level[i] = indexEntry{item.bound, uint64(place)}
		place += int64(item.size)
	}
	levels := [][]indexEntry{level}
	for first := true; first || len(level) > 1; first = false {
		var above []indexEntry
		for i := 0; i < len(level); i += indexNode {
			node := indexEntry{level[i].bound, uint64(i)}
			for _, child := range level[i:min(i+indexNode, len(level))] {
				node.bound = node.bound.Union(child.bound)
			}
			above = append(above, node)
		}
		levels = append(levels, above)
		level = above
	}
	// Levels follow each other from the root on; a link to a child counts all nodes.
	slices.Reverse(levels)
	before := 0
	for i, level := range levels {
		before += len(level)
		for _, node := range level {
			if i < len(levels)-1 {
				node.link += uint64(before)
			}
			if err := node.write(out); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n indexEntry) write(out io.Writer) error {
	var b [40]byte
	for i, v := range []float64{n.bound.Min[0], n.bound.Min[1], n.bound.Max[0], n.bound.Max[1]} {
		binary.LittleEndian.PutUint64(b[8*i:], math.Float64bits(v))
	}
	binary.LittleEndian.PutUint64(b[32:], n.link)
	_, err := out.Write(b[:])
	return err
}
