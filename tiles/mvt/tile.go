package mvt

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// MaxZoom is the deepest zoom that is served; a map enlarges tiles beyond it.
const MaxZoom = 18

// Extent is the number of units along the side of a tile.
const Extent = 4096

// Buffer is how far, in units, a tile draws beyond its sides, so that outlines and
// labels meet at the seams.
const Buffer = 64

// Tile is a square of the web map: X counts from the west, Y from the north.
type Tile struct {
	Z, X, Y uint32
}

// Valid says whether the zoom is served and has such a column and row.
func (t Tile) Valid() bool {
	return t.Z <= MaxZoom && t.X < 1<<t.Z && t.Y < 1<<t.Z
}

// String is the tile's address, "z/x/y".
func (t Tile) String() string { return fmt.Sprintf("%d/%d/%d", t.Z, t.X, t.Y) }

// Bound is the tile with its buffer, in world coordinates.
func (t Tile) Bound() orb.Bound {
	side := 1 / float64(uint64(1)<<t.Z)
	margin := side * Buffer / Extent
	return orb.Bound{
		Min: orb.Point{float64(t.X)*side - margin, float64(t.Y)*side - margin},
		Max: orb.Point{float64(t.X+1)*side + margin, float64(t.Y+1)*side + margin},
	}
}

// World projects a point to world coordinates: web Mercator with the whole world
// from 0 to 1, x to the east and y to the south.
func World(p orb.Point) orb.Point {
	// 85.0511 degrees is where the square ends.
	lat := math.Max(-85.0511287798, math.Min(85.0511287798, p.Lat()))
	sin := math.Sin(lat * math.Pi / 180)
	return orb.Point{p.Lon()/360 + 0.5, 0.5 - math.Atanh(sin)/(2*math.Pi)}
}

// Touching are the tiles of a zoom that draw something of a bound in world
// coordinates: [Tile.Bound] meets it. There are at most limit of them, or none is
// given and ok is false.
func Touching(bound orb.Bound, zoom uint32, limit int) (tiles []Tile, ok bool) {
	scale := float64(uint64(1) << zoom)
	const margin = float64(Buffer) / Extent
	first := func(v float64) int { return max(0, int(math.Ceil(v*scale-margin))-1) }
	last := func(v float64) int { return min(int(scale)-1, int(math.Floor(v*scale+margin))) }
	x0, x1 := first(bound.Min[0]), last(bound.Max[0])
	y0, y1 := first(bound.Min[1]), last(bound.Max[1])
	if x1 < x0 || y1 < y0 {
		return nil, true
	}
	if (x1-x0+1)*(y1-y0+1) > limit {
		return nil, false
	}
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			tiles = append(tiles, Tile{Z: zoom, X: uint32(x), Y: uint32(y)})
		}
	}
	return tiles, true
}
