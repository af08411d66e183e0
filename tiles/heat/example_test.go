package heat_test

import (
	"fmt"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

func ExampleBoard() {
	grid := uuid.MustParse("b1a4bd0a-4f43-8d0e-9c7c-0d5e0a4e8f10")
	cell, err := geo.LeafCell(orb.Point{1.5218, 42.5075})
	if err != nil {
		panic(err)
	}
	board, err := heat.NewBoard([]heat.Group{{ID: grid, Area: grid, Cells: []geo.Cell{cell}}}, nil)
	if err != nil {
		panic(err)
	}
	leaf := heat.Leaf{Area: grid, Cell: cell}
	if _, err := board.Set(map[heat.Leaf]heat.Sums{leaf: {ToVisit: 21, Dwellings: 25}}); err != nil {
		panic(err)
	}
	tile := mvt.Tile{Z: 12, X: 2065, Y: 1512}
	fmt.Println("the grid's worker:", len(board.Tile(tile, heat.Sight{grid: heat.Cells})) > 0)
	fmt.Println("another's:", len(board.Tile(tile, heat.Sight{})) > 0)
	// Output:
	// the grid's worker: true
	// another's: false
}
