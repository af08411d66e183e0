package gis

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Measures of SQLite's R*Tree module (www.sqlite.org/rtree.html, "Internal database
// structures") in two dimensions: a node has a head, then a cell for each child, and so
// many cells on pages of SQLite's usual size.
const (
	rtreeHead  = 4
	rtreeCell  = 8 + 4*4
	rtreeCells = 51
)

// writeRTree fills the empty spatial index of a table with all rows at once: nodes are
// packed along a Hilbert curve and written each once, where SQLite would split and write
// them again for each row. Of items, offset is the row's number, which count from 1.
func writeRTree(tx *sql.Tx, name string, items []indexItem, extent orb.Bound) error {
	if len(items) == 0 {
		return nil // the root is there, without children
	}
	t := rtree{leafOf: make([]int64, len(items))}
	for part, table := range map[**batch]string{&t.nodes: "node", &t.parents: "parent", &t.rowids: "rowid"} {
		var err error
		if *part, err = newBatch(tx, fmt.Sprintf(`INSERT OR REPLACE INTO "rtree_%s_geom_%s" VALUES `, name, table), "(?, ?)"); err != nil {
			return err
		}
	}
	sortHilbert(items, extent)
	// A level is told by its number of entries and by each of them: that of the rows would be
	// as large again as these.
	count, entry := len(items), func(i int) indexEntry { return indexEntry{items[i].bound, uint64(items[i].offset)} } // #nosec G115 -- rows
	children := make([]indexEntry, 0, rtreeCells)
	for depth := 0; ; depth++ {
		var above []indexEntry
		for begin := 0; begin < count; begin += rtreeCells {
			children = children[:0]
			for i := begin; i < min(begin+rtreeCells, count); i++ {
				children = append(children, entry(i))
			}
			if count <= rtreeCells {
				return errors.Join(t.node(1, depth, depth, children), t.end())
			}
			t.last++
			number := t.last + 1 // 1 is the root
			if err := t.node(number, depth, 0, children); err != nil {
				return err
			}
			node := indexEntry{children[0].bound, uint64(number)} // #nosec G115 -- fewer than rows
			for _, child := range children[1:] {
				node.bound = node.bound.Union(child.bound)
			}
			above = append(above, node)
		}
		count, entry = len(above), func(i int) indexEntry { return above[i] }
	}
}

// end writes the leaf of each row, in order of the rows, which SQLite appends quickly.
func (t *rtree) end() error {
	for i, leaf := range t.leafOf {
		if err := t.rowids.add(int64(i+1), leaf); err != nil {
			return err
		}
	}
	for _, part := range []*batch{t.nodes, t.parents, t.rowids} {
		if err := part.end(); err != nil {
			return err
		}
	}
	return nil
}

// rtree is an index as it is written.
type rtree struct {
	nodes, parents, rowids *batch
	// last is how many nodes there are beside the root.
	last int64
	// leafOf is the leaf of each row.
	leafOf []int64
}

// node writes one, and of whom it is the parent; said is the depth in its head, which the
// root alone has.
func (t *rtree) node(number int64, depth, said int, children []indexEntry) error {
	data := make([]byte, rtreeHead, rtreeHead+rtreeCells*rtreeCell)
	binary.BigEndian.PutUint16(data, uint16(said))              // #nosec G115 -- a few
	binary.BigEndian.PutUint16(data[2:], uint16(len(children))) // #nosec G115 -- at most 51
	for _, child := range children {
		data = binary.BigEndian.AppendUint64(data, child.link)
		b := child.bound
		for _, v := range []float32{below(b.Min[0]), -below(-b.Max[0]), below(b.Min[1]), -below(-b.Max[1])} {
			data = binary.BigEndian.AppendUint32(data, math.Float32bits(v))
		}
		if depth == 0 {
			t.leafOf[child.link-1] = number
			continue
		}
		if err := t.parents.add(int64(child.link), number); err != nil { // #nosec G115 -- fewer than rows
			return err
		}
	}
	return t.nodes.add(number, data[:cap(data)])
}

// below is the largest number of 32 bits that is not above one of 64: a bound may be too
// large, never too small.
func below(v float64) float32 {
	f := float32(v)
	if float64(f) > v {
		return math.Nextafter32(f, float32(math.Inf(-1)))
	}
	return f
}
