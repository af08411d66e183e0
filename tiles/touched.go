package tiles

import (
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/tiles/heat"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// tileSet is some tiles, or all of a layer.
type tileSet struct {
	tiles map[mvt.Tile]bool
	all   bool
}

func (t *tileSet) add(tiles []mvt.Tile, ok bool) {
	if t.tiles == nil {
		t.tiles = map[mvt.Tile]bool{}
	}
	for _, tile := range tiles {
		t.tiles[tile] = true
	}
	t.all = t.all || !ok
}

func (t *tileSet) empty() bool { return len(t.tiles) == 0 && !t.all }

func (t *tileSet) list() []mvt.Tile { return slices.Collect(maps.Keys(t.tiles)) }

// touched has the tiles that show changed leaves, for each area and detail: who
// sees groups is told of the tiles of the whole group, never of those of the cell.
type touched map[uuid.UUID]map[heat.Detail]*tileSet

func touchedBy(board *heat.Board, leaves []heat.Leaf) touched {
	t := touched{}
	for _, leaf := range leaves {
		if t[leaf.Area] == nil {
			t[leaf.Area] = map[heat.Detail]*tileSet{heat.Groups: {}, heat.Cells: {}}
		}
		for detail, set := range t[leaf.Area] {
			set.add(board.Touched(leaf, detail))
		}
	}
	return t
}

// seenBy are the tiles that a sight shows.
func (t touched) seenBy(seen *sight) *tileSet {
	var union tileSet
	for area, details := range t {
		if set := details[seen.areas[area]]; set != nil {
			union.add(set.list(), !set.all)
		}
	}
	return &union
}
