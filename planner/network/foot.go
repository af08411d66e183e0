package network

import "github.com/paulmach/osm"

// walking is 5 km/h in metres a second, the speed of OSRM's foot profile on
// every way; slower ground takes a share of it.
const walking = 5 / 3.6

// offRoad is how much longer a metre without a way takes.
const offRoad = 1.4

// OffRoadSeconds is how long one walks metres without a way.
func OffRoadSeconds(metres float64) float64 { return metres / walking * offRoad }

// footWays are the values of highway that people walk on unless a tag forbids
// it, as the profiles of OSRM, GraphHopper and Valhalla agree on. trunk is among
// them unless it is a motorroad: in much of the world it is the village street.
var footWays = map[string]kind{
	"footway": path, "path": path, "steps": steps, "pedestrian": path, "corridor": path, "platform": path,
	"crossing": path, "elevator": path, "cycleway": path, "track": path, "living_street": road, "residential": road, "service": road,
	"unclassified": road, "road": road, "tertiary": road, "tertiary_link": road, "secondary": road, "secondary_link": road,
	"primary": road, "primary_link": road, "trunk": road, "trunk_link": road,
}

// footWhenNamed are open only when foot=yes or the like says so.
var footWhenNamed = map[string]kind{"bridleway": path, "busway": road, "bus_guideway": road, "services": road, "rest_area": road}

// footSurface is the share of walking speed on a surface.
var footSurface = map[string]float64{
	"sand": 0.7, "mud": 0.6, "snow": 0.7, "rock": 0.7, "stone": 0.8, "pebblestone": 0.85, "grass": 0.9, "ground": 0.95, "dirt": 0.95, "earth": 0.95,
	"stepping_stones": 0.6, "ice": 0.6,
}

// footTrail is the share of walking speed on a hiking trail
// (https://wiki.openstreetmap.org/wiki/Key:sac_scale). Even the last is faster
// than the 0.25 m/s that no leg may fall below.
var footTrail = map[string]float64{
	"hiking": 0.9, "mountain_hiking": 0.7, "demanding_mountain_hiking": 0.5, "alpine_hiking": 0.4,
	"demanding_alpine_hiking": 0.35, "difficult_alpine_hiking": 0.3,
}

// onSteps is the share of walking speed on stairs: 0.7 m/s along the ground.
const onSteps = 0.5

func footPassage(tags osm.Tags) passage {
	highway := tags.Find("highway")
	what, open := footWays[highway]
	if !open {
		what, open = footWhenNamed[highway]
		open = open && named(tags, "foot")
	}
	if !open && highway == "" {
		what, open = path, onFootWithoutHighway(tags)
	}
	if tags.Find("motorroad") == "yes" && !named(tags, "foot") {
		open = false
	}
	v := permission(tags, footKeys)
	if !open || v == forbidden {
		return passage{}
	}
	speed := walking * footPace(tags, what)
	way := passage{forward: speed, backward: speed, kind: what, flags: privately(v), crossing: crossingSeconds(tags)}
	way.oneway(footOneway(tags))
	if tags.Find("footway") == "crossing" || highway == "crossing" {
		way.flags |= aloof
	}
	return way
}

// onFootWithoutHighway are the platforms and piers that are no highway.
func onFootWithoutHighway(tags osm.Tags) bool {
	return tags.Find("railway") == "platform" || tags.Find("public_transport") == "platform" || tags.Find("man_made") == "pier"
}

// footPace is the share of walking speed: the slowest thing that is tagged.
func footPace(tags osm.Tags, what kind) float64 {
	pace := 1.0
	if what == steps {
		pace = onSteps
	}
	if p, found := footSurface[tags.Find("surface")]; found {
		pace = min(pace, p)
	}
	if p, found := footTrail[tags.Find("sac_scale")]; found {
		pace = min(pace, p)
	}
	return pace
}

// footOneway ignores oneway, which is for vehicles, but not what is said of
// people on foot, nor an escalator.
func footOneway(tags osm.Tags) direction {
	switch tags.Find("conveying") {
	case "forward":
		return along
	case "backward":
		return against
	}
	switch {
	case tags.Find("foot:backward") == "no":
		return along
	case tags.Find("foot:forward") == "no":
		return against
	}
	return oneway(tags, "oneway:foot")
}
