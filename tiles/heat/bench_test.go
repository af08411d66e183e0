package heat

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// BenchmarkTile draws the tile with most cells at each zoom, of a city of 11,000
// cells in 100 grids.
func BenchmarkTile(b *testing.B) {
	cells := block(b, andorra, 60)
	leaves := map[Leaf]Sums{}
	sight := Sight{}
	var groups []Group
	for i, cell := range cells {
		area := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i%100))
		sight[area] = Cells
		leaves[Leaf{area, cell}] = Sums{ToVisit: i % 30, Finished: 3, Seconds: 900, Dwellings: 33}
		groups = append(groups, Group{ID: uuid.NewSHA1(area, fmt.Append(nil, i)), Area: area, Cells: []geo.Cell{cell}})
	}
	board, err := NewBoard(groups, nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := board.Load(leaves); err != nil {
		b.Fatal(err)
	}
	at := mvt.World(orb.Point(andorra))
	for _, zoom := range []uint32{10, 12, 13, 14, 15} {
		side := float64(uint64(1) << zoom)
		tile := mvt.Tile{Z: zoom, X: uint32(at[0] * side), Y: uint32(at[1] * side)}
		b.Run(fmt.Sprintf("zoom=%d/cells=%d", zoom, len(board.cells(tile, sight))), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				board.Tile(tile, sight)
			}
		})
	}
	b.Run("visit", func(b *testing.B) {
		leaf := Leaf{Cell: cells[0], Area: uuid.NewSHA1(uuid.Nil, fmt.Append(nil, 0))}
		sums := leaves[leaf]
		for b.Loop() {
			sums.Finished++
			if _, err := board.Set(map[Leaf]Sums{leaf: sums}); err != nil {
				b.Fatal(err)
			}
			board.Touched(leaf, Cells)
		}
	})
}
