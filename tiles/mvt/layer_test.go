package mvt

import (
	"testing"

	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// square is clockwise on the screen.
func square(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

func reversed(r orb.Ring) orb.Ring {
	r = r.Clone()
	r.Reverse()
	return r
}

func decode(t testing.TB, data []byte) *orbmvt.Layer {
	t.Helper()
	layers, err := orbmvt.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	if len(layers) != 1 {
		t.Fatalf("%d layers, want 1", len(layers))
	}
	return layers[0]
}

func TestLayer_IsReadByAnotherDecoder(t *testing.T) {
	tile := Tile{Z: 2, X: 1, Y: 2}
	layer := NewLayer("work", tile)
	// A quarter of the tile with a hole, at its upper left corner.
	layer.Polygons(7, orb.MultiPolygon{{square(0.25, 0.5, 0.125), reversed(square(0.28125, 0.53125, 0.0625))}},
		Number("to_visit", 12), Number("late", 0), Number("below", -3), Text("name", "Ordino 𠮷"))
	layer.Polygons(0, orb.MultiPolygon{{square(0.3, 0.6, 0.01)}, {square(0.35, 0.6, 0.01)}}, Number("to_visit", 12))
	got := decode(t, layer.Bytes())
	if got.Name != "work" || got.Version != 2 || got.Extent != Extent || len(got.Features) != 2 || layer.Len() != 2 {
		t.Fatalf("layer %q version %d extent %d with %d features", got.Name, got.Version, got.Extent, len(got.Features))
	}
	one := got.Features[0]
	want := orb.Polygon{
		{{0, 0}, {2048, 0}, {2048, 2048}, {0, 2048}, {0, 0}},
		{{512, 512}, {512, 1536}, {1536, 1536}, {1536, 512}, {512, 512}},
	}
	if !orb.Equal(one.Geometry, want) {
		t.Errorf("polygon %v, want %v", one.Geometry, want)
	}
	if one.ID != 7.0 {
		t.Errorf("id %v, want 7", one.ID)
	}
	for key, value := range map[string]any{"to_visit": 12.0, "late": 0.0, "below": -3.0, "name": "Ordino 𠮷"} {
		if one.Properties[key] != value {
			t.Errorf("%s is %v, want %v", key, one.Properties[key], value)
		}
	}
	if parts, ok := got.Features[1].Geometry.(orb.MultiPolygon); !ok || len(parts) != 2 {
		t.Errorf("two parts became %v", got.Features[1].Geometry)
	}
}

func TestLayer_WithoutFeaturesIsEmpty(t *testing.T) {
	layer := NewLayer("work", Tile{Z: 3})
	layer.Polygons(1, orb.MultiPolygon{{square(0.05, 0.05, 1e-7)}}) // less than a unit
	layer.Polygons(2, orb.MultiPolygon{{square(0.5, 0.5, 0.4)}})    // elsewhere, and larger than the tile
	if layer.Len() != 0 || len(layer.Bytes()) != 0 {
		t.Errorf("%d features, %d bytes", layer.Len(), len(layer.Bytes()))
	}
}

func TestLayer_CutsWhatAMapCouldNotHold(t *testing.T) {
	layer := NewLayer("areas", Tile{Z: 18, X: 131072, Y: 131072})
	layer.Polygons(1, orb.MultiPolygon{{square(0, 0, 1)}})
	bound := decode(t, layer.Bytes()).Features[0].Geometry.Bound()
	if want := (orb.Bound{Min: orb.Point{-Buffer, -Buffer}, Max: orb.Point{Extent + Buffer, Extent + Buffer}}); bound != want {
		t.Errorf("the world in a tile spans %v, want %v", bound, want)
	}
}

func TestLayer_KeepsPlaceAndWinding(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		zoom := rapid.Uint32Range(0, MaxZoom).Draw(r, "zoom")
		unit := 1 / float64(uint64(1)<<zoom)
		tile := Tile{
			Z: zoom,
			X: rapid.Uint32Range(0, 1<<zoom-1).Draw(r, "x"),
			Y: rapid.Uint32Range(0, 1<<zoom-1).Draw(r, "y"),
		}
		x := rapid.Float64Range(0, 0.9).Draw(r, "left")
		y := rapid.Float64Range(0, 0.9).Draw(r, "top")
		side := rapid.Float64Range(0.01, 0.5).Draw(r, "side")
		layer := NewLayer("work", tile)
		layer.Polygons(1, orb.MultiPolygon{{square((float64(tile.X)+x)*unit, (float64(tile.Y)+y)*unit, side*unit)}})
		ring := decode(t, layer.Bytes()).Features[0].Geometry.(orb.Polygon)[0]
		if got := ring.Bound().Min; planar.Distance(got, orb.Point{x * Extent, y * Extent}) > 1 {
			r.Fatalf("corner at %v, want %v", got, orb.Point{x * Extent, y * Extent})
		}
		if ring.Orientation() != orb.CCW { // the axis points down
			r.Fatal("the outer ring runs the wrong way")
		}
	})
}

func TestTouching_AreTheTilesWhoseBoundMeets(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		zoom := rapid.Uint32Range(0, 5).Draw(r, "zoom")
		x := rapid.Float64Range(0, 1).Draw(r, "x")
		y := rapid.Float64Range(0, 1).Draw(r, "y")
		side := rapid.Float64Range(0, 0.2).Draw(r, "side")
		bound := orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + side, y + side}}
		touched, ok := Touching(bound, zoom, 1<<12)
		if !ok {
			r.Fatal("too many")
		}
		listed := map[Tile]bool{}
		for _, tile := range touched {
			listed[tile] = true
		}
		for x := range uint32(1) << zoom {
			for y := range uint32(1) << zoom {
				tile := Tile{Z: zoom, X: x, Y: y}
				if tile.Bound().Intersects(bound) != listed[tile] {
					r.Fatalf("%v listed: %v, meets: %v", tile, listed[tile], !listed[tile])
				}
			}
		}
	})
}

func TestTouching_HasALimit(t *testing.T) {
	if tiles, ok := Touching(orb.Bound{Max: orb.Point{1, 1}}, 18, 1000); ok || tiles != nil {
		t.Errorf("%d tiles", len(tiles))
	}
}
