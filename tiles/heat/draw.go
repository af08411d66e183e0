package heat

import (
	"cmp"
	"slices"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// MinZoom is the first zoom with work: at less, an area is a few pixels.
const MinZoom = 6

// Detail is how much of an area somebody sees.
type Detail int8

// The steps of detail. The zero value is nothing at all.
const (
	None Detail = iota
	Groups
	Cells
)

// Sight is what somebody sees of which areas.
type Sight map[uuid.UUID]Detail

// drawn is a feature that is about to be drawn.
type drawn struct {
	*place
	sums  Sums
	area  uuid.UUID
	mixed bool // the sums are of several areas
}

// Tile draws the sums that a viewer may see.
func (b *Board) Tile(tile mvt.Tile, sight Sight) []byte {
	layer := mvt.NewLayer("work", tile)
	if tile.Z < MinZoom {
		return nil
	}
	features := b.cells(tile, sight)
	features = append(features, b.groups(tile, sight)...)
	// The same sums are always the same bytes.
	slices.SortFunc(features, func(f, g *drawn) int { return cmp.Compare(f.id, g.id) })
	for _, f := range features {
		properties := f.sums.properties()
		if !f.mixed {
			properties = append(properties, b.names[f.area].properties()...)
		}
		layer.Polygons(f.id, f.shape, properties...)
	}
	return layer.Bytes()
}

// cells are the cells of the tile, of all areas together that show them.
func (b *Board) cells(tile mvt.Tile, sight Sight) []*drawn {
	reach := tile.Bound()
	resolution := Resolution(tile.Z)
	found := map[geo.Cell]*drawn{}
	var features []*drawn
	for id, detail := range sight {
		a := b.areas[id]
		if detail != Cells || a == nil || !a.bound.Intersects(reach) {
			continue
		}
		for _, in := range a.quarters {
			if !in.bound.Intersects(reach) {
				continue
			}
			for cell, n := range in.cells[resolution] {
				if !n.bound.Intersects(reach) {
					continue
				}
				if f := found[cell]; f != nil {
					f.sums, f.mixed = f.sums.plus(n.sums), true
					continue
				}
				f := &drawn{place: n.place, sums: n.sums, area: id}
				found[cell], features = f, append(features, f)
			}
		}
	}
	return features
}

// groups are the groups of the tile, or at small zooms the areas made of them.
func (b *Board) groups(tile mvt.Tile, sight Sight) []*drawn {
	reach := tile.Bound()
	var features []*drawn
	for id, detail := range sight {
		a := b.areas[id]
		if detail != Groups || a == nil || a.whole == nil || !a.bound.Intersects(reach) {
			continue
		}
		nodes := a.groups
		if byArea(tile.Z) {
			nodes = []*node{a.whole}
		}
		for _, n := range nodes {
			if n.sums.Dwellings > 0 && n.bound.Intersects(reach) {
				features = append(features, &drawn{place: n.place, sums: n.sums, area: id})
			}
		}
	}
	return features
}

func (n Names) properties() []mvt.Property {
	var properties []mvt.Property
	if n.Name != "" {
		properties = append(properties, mvt.Text("name", n.Name))
	}
	if n.NameZH != "" {
		properties = append(properties, mvt.Text("name_zh", n.NameZH))
	}
	return properties
}

// tooMany is the number of tiles of a zoom from which on it is cheaper to forget
// everything than to name them.
const tooMany = 1024

// Touched are the tiles that show a leaf at a detail, at all zooms. ok is false
// when they are too many to name.
func (b *Board) Touched(leaf Leaf, detail Detail) (tiles []mvt.Tile, ok bool) {
	for zoom := uint32(MinZoom); zoom <= mvt.MaxZoom; zoom++ {
		p := b.shown(leaf, detail, zoom)
		if p == nil {
			continue
		}
		touched, ok := mvt.Touching(p.bound, zoom, tooMany)
		if !ok {
			return nil, false
		}
		tiles = append(tiles, touched...)
	}
	return tiles, true
}

// shown is the place as part of which a zoom shows a leaf, or nil.
func (b *Board) shown(leaf Leaf, detail Detail, zoom uint32) *place {
	a := b.areas[leaf.Area]
	if a == nil {
		return nil
	}
	switch detail {
	case Cells:
		if cell, err := leaf.Cell.Parent(Resolution(zoom)); err == nil {
			return b.shapes[cell]
		}
	case Groups:
		group := a.groupOf[leaf.Cell]
		if group == nil {
			return nil
		}
		if byArea(zoom) {
			return a.whole.place
		}
		return group.place
	}
	return nil
}
