package osm

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/osm"
)

// building is an outline with the tag building.
type building struct {
	id      osm.ElementID // of the way or the relation
	tags    osm.Tags
	outline orb.MultiPolygon
	bound   orb.Bound
	refs    []osm.NodeID // of the outer ways, for entrances
}

// widestBuilding is in degrees; a wider outline is a mistake.
const widestBuilding = 0.1

func (c *collector) collectBuildings() {
	for i := range c.ways {
		way := &c.ways[i]
		if !isBuilding(way.tags) {
			continue
		}
		if ring := c.ring(way); ring != nil {
			c.addBuilding(way.id.ElementID(0), way.tags, orb.MultiPolygon{{ring}}, c.refsOf(way))
		}
	}
	for i := range c.relations {
		relation := &c.relations[i]
		if !isBuilding(relation.tags) {
			continue
		}
		if outline, complete := c.multiPolygon(relation); complete && len(outline) > 0 {
			c.addBuilding(relation.id.ElementID(0), relation.tags, outline, c.outerRefs(relation))
		}
	}
}

func (c *collector) addBuilding(id osm.ElementID, tags osm.Tags, outline orb.MultiPolygon, refs []osm.NodeID) {
	bound := outline.Bound()
	if bound.Max[0]-bound.Min[0] > widestBuilding || bound.Max[1]-bound.Min[1] > widestBuilding {
		return
	}
	c.buildings = append(c.buildings, building{id: id, tags: tags, outline: outline, bound: bound, refs: refs})
}

func isBuilding(tags osm.Tags) bool {
	kind := tags.Find("building")
	return kind != "" && kind != "no"
}

// key is the id as plans and files have it, "way/123".
func key(id osm.FeatureID) string { return id.String() }

// inside is a point within the outline: its centroid or, where that lies in a
// courtyard, the middle of the widest stretch at the centroid's height.
func inside(outline orb.MultiPolygon) orb.Point {
	centroid, _ := planar.CentroidArea(outline)
	if !isFinite(centroid) {
		return outline[0][0][0]
	}
	if planar.MultiPolygonContains(outline, centroid) {
		return centroid
	}
	return widestAt(outline, centroid)
}

func isFinite(p orb.Point) bool {
	return !math.IsNaN(p[0]) && !math.IsNaN(p[1]) && !math.IsInf(p[0], 0) && !math.IsInf(p[1], 0)
}

// widestAt is the middle of the widest stretch of the outline at the latitude of p.
func widestAt(outline orb.MultiPolygon, p orb.Point) orb.Point {
	var crossings []float64
	for _, polygon := range outline {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				a, b := ring[i-1], ring[i]
				if (a[1] > p[1]) != (b[1] > p[1]) {
					crossings = append(crossings, a[0]+(p[1]-a[1])*(b[0]-a[0])/(b[1]-a[1]))
				}
			}
		}
	}
	slices.Sort(crossings)
	best, width := outline[0][0][0], 0.0
	for i := 1; i < len(crossings); i += 2 {
		if wide := crossings[i] - crossings[i-1]; wide > width {
			best, width = orb.Point{(crossings[i] + crossings[i-1]) / 2, p[1]}, wide
		}
	}
	return best
}

// buildingIndex finds the building at a point: a grid of squares of about 100 m.
type buildingIndex struct {
	buildings []building
	squares   map[[2]int32][]int32
}

const squareSide = 0.001 // degrees

func indexBuildings(buildings []building) *buildingIndex {
	index := &buildingIndex{buildings: buildings, squares: make(map[[2]int32][]int32, len(buildings))}
	for i := range buildings {
		low, high := squareOf(buildings[i].bound.Min), squareOf(buildings[i].bound.Max)
		for x := low[0]; x <= high[0]; x++ {
			for y := low[1]; y <= high[1]; y++ {
				index.squares[[2]int32{x, y}] = append(index.squares[[2]int32{x, y}], int32(i))
			}
		}
	}
	return index
}

func squareOf(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] / squareSide)), int32(math.Floor(p[1] / squareSide))}
}

// at is the first building that holds the point, its edge included; -1 when none does.
func (b *buildingIndex) at(p orb.Point) int {
	for _, i := range b.squares[squareOf(p)] {
		candidate := &b.buildings[i]
		if candidate.bound.Contains(p) && planar.MultiPolygonContains(candidate.outline, p) {
			return int(i)
		}
	}
	return -1
}
