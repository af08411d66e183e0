package geo

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
	"github.com/uber/h3-go/v4"
)

// LeafResolution is the H3 resolution of the cell that every place is given
// once; hexagons of about 15,000 square metres.
const LeafResolution = 10

// Cell is an H3 index. The zero value is no cell.
type Cell uint64

// LeafCell returns the cell of a point at [LeafResolution]. This is the only way
// from a point to a cell; coarser ones come from [Cell.Parent].
func LeafCell(p orb.Point) (Cell, error) {
	cell, err := h3.LatLngToCell(h3.NewLatLng(p.Lat(), p.Lon()), LeafResolution)
	if err != nil {
		return 0, fmt.Errorf("geo: no cell at %v: %w", p, err)
	}
	return Cell(cell), nil
}

// Resolution is the H3 resolution, 0 (coarse) to 15.
func (c Cell) Resolution() int { return h3.Cell(c).Resolution() }

// Parent is the ancestor at a coarser (or the same) resolution.
func (c Cell) Parent(resolution int) (Cell, error) {
	parent, err := h3.Cell(c).Parent(resolution)
	if err != nil {
		return 0, fmt.Errorf("geo: no parent of %v at resolution %d: %w", c, resolution, err)
	}
	return Cell(parent), nil
}

// Neighbours are the cells that share an edge with c.
func (c Cell) Neighbours() ([]Cell, error) {
	disk, err := h3.Cell(c).GridDisk(1)
	if err != nil {
		return nil, fmt.Errorf("geo: neighbours of %v: %w", c, err)
	}
	cells := make([]Cell, 0, 6)
	for _, cell := range disk {
		if Cell(cell) != c {
			cells = append(cells, Cell(cell))
		}
	}
	return cells, nil
}

// Centre is the middle of the cell.
func (c Cell) Centre() (orb.Point, error) {
	at, err := h3.Cell(c).LatLng()
	if err != nil {
		return orb.Point{}, fmt.Errorf("geo: centre of %v: %w", c, err)
	}
	return orb.Point{at.Lng, at.Lat}, nil
}

// Boundary is the closed ring of the cell, counter-clockwise.
func (c Cell) Boundary() (orb.Ring, error) {
	corners, err := h3.Cell(c).Boundary()
	if err != nil {
		return nil, fmt.Errorf("geo: boundary of %v: %w", c, err)
	}
	ring := make(orb.Ring, 0, len(corners)+1)
	for _, corner := range corners {
		ring = append(ring, orb.Point{corner.Lng, corner.Lat})
	}
	return append(ring, ring[0]), nil
}

// String is the index in hexadecimal, as other H3 tools print it.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// LeavesOver are the leaf cells of all points of a bound, and of some points around it:
// what a btree of cells is asked for. It is meant for some kilometres; a bound of more
// than a degree is an error.
func LeavesOver(bound orb.Bound) ([]Cell, error) {
	if bound.IsEmpty() || bound.Max[0]-bound.Min[0] > 1 || bound.Max[1]-bound.Min[1] > 1 {
		return nil, fmt.Errorf("geo: %v is not a bound of some kilometres", bound)
	}
	// Edges of cells are no straight lines of the map, but nearly.
	ring := bound.Pad(1e-5).ToRing()
	loop := make(h3.GeoLoop, 0, len(ring)-1)
	for _, corner := range ring[:len(ring)-1] {
		loop = append(loop, h3.NewLatLng(corner.Lat(), corner.Lon()))
	}
	over, err := h3.PolygonToCellsExperimental(h3.GeoPolygon{GeoLoop: loop}, LeafResolution, h3.ContainmentOverlapping)
	if err != nil {
		return nil, fmt.Errorf("geo: cells over %v: %w", bound, err)
	}
	cells := make([]Cell, len(over))
	for i, cell := range over {
		cells[i] = Cell(cell)
	}
	return cells, nil
}
