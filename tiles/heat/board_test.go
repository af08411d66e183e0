package heat

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// town is a random town: areas of cells that stand side by side, two groups in
// each, and the sums of its leaves.
type town struct {
	areas  []uuid.UUID
	groups []Group
	names  map[uuid.UUID]Names
	leaves map[Leaf]Sums
}

func drawTown(r *rapid.T, t testing.TB) town {
	made := town{names: map[uuid.UUID]Names{}, leaves: map[Leaf]Sums{}}
	cells := block(t, andorra, 4)
	n := rapid.IntRange(1, 4).Draw(r, "areas")
	parts := map[uuid.UUID][]geo.Cell{}
	for i := range n {
		id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, "area", i))
		made.areas = append(made.areas, id)
		made.names[id] = Names{Name: fmt.Sprint("Grid ", i), NameZH: "网格"}
	}
	for _, cell := range cells {
		id := made.areas[rapid.IntRange(0, n-1).Draw(r, "area")]
		parts[id] = append(parts[id], cell)
		if rapid.Bool().Draw(r, "built") {
			made.leaves[Leaf{id, cell}] = drawSums(r)
		}
	}
	for id, cells := range parts {
		half := len(cells) / 2
		for i, part := range [][]geo.Cell{cells[:half], cells[half:]} {
			if len(part) > 0 {
				made.groups = append(made.groups, Group{ID: uuid.NewSHA1(id, fmt.Append(nil, i)), Area: id, Cells: part})
			}
		}
	}
	return made
}

func drawSums(r *rapid.T) Sums {
	open := rapid.IntRange(0, 30).Draw(r, "to visit")
	finished := rapid.IntRange(1, 30).Draw(r, "finished")
	return Sums{
		ToVisit: open, Finished: finished, Late: rapid.IntRange(0, open).Draw(r, "late"),
		Seconds: 960 * int64(open), Dwellings: open + 2*finished,
	}
}

func (made town) board(t testing.TB) *Board {
	t.Helper()
	board, err := NewBoard(made.groups, made.names)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := board.Load(made.leaves); err != nil {
		t.Fatal(err)
	}
	return board
}

func (made town) sight(detail Detail) Sight {
	sight := Sight{}
	for _, id := range made.areas {
		sight[id] = detail
	}
	return sight
}

// draw gives the features of every tile of a zoom that has any, each once.
func draw(t testing.TB, board *Board, zoom uint32, sight Sight) map[string]map[string]any {
	t.Helper()
	features := map[string]map[string]any{}
	for _, tile := range around(zoom) {
		data := board.Tile(tile, sight)
		if len(data) == 0 {
			continue
		}
		layers, err := orbmvt.Unmarshal(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range layers[0].Features {
			features[fmt.Sprint(f.ID)] = f.Properties
		}
	}
	return features
}

// around are the tiles near the towns of these tests.
func around(zoom uint32) []mvt.Tile {
	bound := orb.Bound{Min: mvt.World(orb.Point{1.49, 42.53}), Max: mvt.World(orb.Point{1.55, 42.48})}
	tiles, _ := mvt.Touching(bound, zoom, 1<<20)
	return tiles
}

func TestBoard_EveryZoomHasTheSumsOfAllLeaves(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		made := drawTown(r, t)
		board := made.board(t)
		want := Sums{}
		for _, sums := range made.leaves {
			want = want.plus(sums)
		}
		for _, detail := range []Detail{Groups, Cells} {
			for _, zoom := range []uint32{7, 9, 10, 12, 14} {
				got := Sums{}
				for _, p := range draw(t, board, zoom, made.sight(detail)) {
					got = got.plus(Sums{
						ToVisit: int(p["to_visit"].(float64)), Finished: int(p["finished"].(float64)), Late: int(p["late"].(float64)),
						Seconds: 60 * int64(p["minutes"].(float64)), Dwellings: int(p["dwellings"].(float64)),
					})
				}
				if got != want {
					r.Fatalf("zoom %d, detail %d: %+v, want %+v", zoom, detail, got, want)
				}
			}
		}
	})
}

func TestBoard_NothingOfOtherAreas(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		made := drawTown(r, t)
		own := made.areas[0]
		sight := Sight{own: rapid.SampledFrom([]Detail{Groups, Cells}).Draw(r, "detail")}
		alone := town{groups: nil, names: made.names, leaves: map[Leaf]Sums{}}
		for _, g := range made.groups {
			if g.Area == own {
				alone.groups = append(alone.groups, g)
			}
		}
		for leaf, sums := range made.leaves {
			if leaf.Area == own {
				alone.leaves[leaf] = sums
			}
		}
		all, one := made.board(t), alone.board(t)
		for zoom := range uint32(mvt.MaxZoom - 2) {
			for _, tile := range around(zoom) {
				if !bytes.Equal(all.Tile(tile, sight), one.Tile(tile, sight)) {
					r.Fatalf("%v tells of areas that the viewer may not see", tile)
				}
				if len(all.Tile(tile, Sight{own: None})) > 0 {
					r.Fatalf("%v shows something to nobody", tile)
				}
			}
		}
	})
}

func TestBoard_AVisitChangesTheTouchedTilesAlone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		made := drawTown(r, t)
		board := made.board(t)
		var leaves []Leaf
		for _, cell := range block(t, andorra, 4) {
			for _, id := range made.areas {
				if _, built := made.leaves[Leaf{id, cell}]; built {
					leaves = append(leaves, Leaf{id, cell})
				}
			}
		}
		if len(leaves) == 0 {
			return
		}
		leaf := rapid.SampledFrom(leaves).Draw(r, "leaf")
		detail := rapid.SampledFrom([]Detail{Groups, Cells}).Draw(r, "detail")
		sight := made.sight(detail)
		before := map[mvt.Tile][]byte{}
		for zoom := range uint32(16) {
			for _, tile := range around(zoom) {
				before[tile] = board.Tile(tile, sight)
			}
		}
		sums := made.leaves[leaf]
		sums.ToVisit, sums.Finished = sums.ToVisit+1, sums.Finished-1
		if _, err := board.Set(map[Leaf]Sums{leaf: sums}); err != nil {
			t.Fatal(err)
		}
		touched, ok := board.Touched(leaf, detail)
		if !ok {
			r.Fatal("too many tiles")
		}
		listed := map[mvt.Tile]bool{}
		for _, tile := range touched {
			listed[tile] = true
		}
		for tile, old := range before {
			changed := !bytes.Equal(old, board.Tile(tile, sight))
			// A group is cut to the tile and may have a corner outside its outline, so
			// that one tile too many is named.
			if changed && !listed[tile] || (detail == Cells && !changed && listed[tile]) {
				r.Fatalf("%v changed: %v, named: %v", tile, changed, listed[tile])
			}
		}
	})
}

func TestBoard_SetIsLoad(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		made := drawTown(r, t)
		board := made.board(t)
		later := map[Leaf]Sums{}
		changes := 0
		for leaf, sums := range made.leaves {
			switch rapid.IntRange(0, 3).Draw(r, "fate") {
			case 0: // gone
				changes++
			case 1:
				later[leaf] = sums.plus(Sums{ToVisit: 1})
				changes++
			default:
				later[leaf] = sums
			}
		}
		changed, err := board.Load(later)
		if err != nil {
			t.Fatal(err)
		}
		if len(changed) != changes {
			r.Fatalf("%d leaves changed, want %d", len(changed), changes)
		}
		made.leaves = later
		fresh := made.board(t)
		for _, detail := range []Detail{Groups, Cells} {
			for _, zoom := range []uint32{8, 11, 13, 15} {
				for _, tile := range around(zoom) {
					if !bytes.Equal(board.Tile(tile, made.sight(detail)), fresh.Tile(tile, made.sight(detail))) {
						r.Fatalf("%v remembers what is gone", tile)
					}
				}
			}
		}
	})
}

func TestResolution_IsCoarserFurtherOut(t *testing.T) {
	for zoom, want := range map[uint32]int{0: 7, 9: 7, 10: 8, 11: 8, 12: 9, 13: 9, 14: 10, 18: 10} {
		if got := Resolution(zoom); got != want {
			t.Errorf("zoom %d shows resolution %d, want %d", zoom, got, want)
		}
	}
}
