package osm

import (
	"cmp"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// features tells each feature of the base map: places, then ways, then relations.
func (c *collector) features(tell func(Feature) error) error {
	for i := range c.tagged {
		node := &c.tagged[i]
		if kind := placeKind(node.tags); kind != "" && node.tags.Find("name") != "" {
			if err := tell(featureOf(node.id.FeatureID(), "place", kind, node.tags, node.at)); err != nil {
				return err
			}
		}
	}
	for i := range c.ways {
		way := &c.ways[i]
		class, kind, filled := classOf(way.tags)
		if class == "" {
			continue
		}
		geometry := c.wayGeometry(way, filled)
		if geometry == nil {
			continue
		}
		if err := tell(featureOf(way.id.FeatureID(), class, kind, way.tags, geometry)); err != nil {
			return err
		}
	}
	for i := range c.relations {
		relation := &c.relations[i]
		class, kind, filled := classOf(relation.tags)
		if class == "" || !filled && class != "boundary" {
			continue
		}
		// A lake that the extract cuts is drawn by the rings that are whole.
		outline, _ := c.multiPolygon(relation)
		if len(outline) == 0 {
			continue
		}
		if err := tell(featureOf(relation.id.FeatureID(), class, kind, relation.tags, outline)); err != nil {
			return err
		}
	}
	return nil
}

func featureOf(id osm.FeatureID, class, kind string, tags osm.Tags, geometry orb.Geometry) Feature {
	f := Feature{ID: key(id), Class: class, Kind: kind, Geometry: geometry}
	f.Name, f.NameZH = names(tags)
	return f
}

func (c *collector) wayGeometry(way *rawWay, filled bool) orb.Geometry {
	if filled {
		if ring := c.ring(way); ring != nil {
			return orb.Polygon{ring}
		}
		return nil
	}
	if line := c.line(c.refsOf(way)); len(line) > 1 {
		return line
	}
	return nil
}

func placeKind(tags osm.Tags) string {
	if tags.Find("natural") == "peak" || tags.Find("natural") == "volcano" {
		return "peak"
	}
	switch kind := tags.Find("place"); kind {
	case "city", "town", "village", "hamlet", "suburb", "neighbourhood", "isolated_dwelling", "locality", "square":
		return kind
	}
	return ""
}

var greens = setOf(`wood forest grass park meadow grassland scrub garden recreation_ground village_green
	cemetery orchard vineyard farmland pitch golf_course heath nature_reserve allotments playground wetland`)

// grounds are what the land is where it is neither green nor water.
var grounds = setOf(`residential commercial retail industrial farmyard railway education religious
	scree bare_rock rock shingle sand beach glacier quarry`)

// classOf is the layer of the base map that the tags put a way or relation in, ""
// for none, and whether it is an area.
func classOf(tags osm.Tags) (class, kind string, filled bool) {
	highway, area := tags.Find("highway"), tags.Find("area") == "yes"
	switch {
	case tags.Find("boundary") == "administrative" && tags.Find("admin_level") != "":
		return "boundary", tags.Find("admin_level"), false
	case isBuilding(tags):
		return "building", tags.Find("building"), true
	case highway != "" && !unbuilt[highway]:
		return "street", highway, area
	case tags.Find("route") == "ferry":
		return "street", "ferry", false
	}
	if class, kind, filled = waterOf(tags); class != "" {
		return class, kind, filled
	}
	switch railway := tags.Find("railway"); railway {
	case "rail", "light_rail", "tram", "narrow_gauge", "funicular", "subway":
		return "rail", railway, false
	}
	for _, key := range []string{"landuse", "leisure", "natural"} {
		if value := tags.Find(key); greens[value] {
			return "green", value, true
		} else if grounds[value] {
			return "land", value, true
		}
	}
	return "", "", false
}

var unbuilt = setOf(`proposed construction abandoned razed planned platform rest_area services bus_stop corridor elevator`)

func waterOf(tags osm.Tags) (class, kind string, filled bool) {
	natural, waterway := tags.Find("natural"), tags.Find("waterway")
	switch {
	case natural == "water" || waterway == "riverbank" || waterway == "dock" || tags.Find("landuse") == "reservoir" || tags.Find("landuse") == "basin":
		return "water", cmp.Or(tags.Find("water"), "water"), true
	case waterway == "river" || waterway == "stream" || waterway == "canal" || waterway == "ditch" || waterway == "drain":
		return "water", waterway, false
	case natural == "coastline":
		return "water", natural, false
	}
	return "", "", false
}
