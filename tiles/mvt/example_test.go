package mvt_test

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/tiles/mvt"
)

func ExampleLayer() {
	// A square around Andorra la Vella, clockwise on the screen.
	var ring orb.Ring
	for _, p := range []orb.Point{{1.52, 42.51}, {1.53, 42.51}, {1.53, 42.50}, {1.52, 42.50}, {1.52, 42.51}} {
		ring = append(ring, mvt.World(p))
	}
	tiles, _ := mvt.Touching(ring.Bound(), 12, 100)
	for _, tile := range tiles {
		layer := mvt.NewLayer("work", tile)
		layer.Polygons(1, orb.MultiPolygon{{ring}}, mvt.Number("to_visit", 7))
		fmt.Println(tile, layer.Len(), "feature")
	}
	// Output: 12/2065/1512 1 feature
}
