package network

import "github.com/paulmach/osm"

// carSpeeds are km/h where no limit is tagged, those of OSRM's car profile, with
// tracks added.
var carSpeeds = map[string]float64{
	"motorway": 90, "motorway_link": 45, "trunk": 85, "trunk_link": 40, "primary": 65, "primary_link": 30,
	"secondary": 55, "secondary_link": 25, "tertiary": 40, "tertiary_link": 20, "unclassified": 25, "residential": 25, "road": 25,
	"living_street": 10, "service": 15, "track": 10,
}

const (
	// carShare of the limit is what one drives on average.
	carShare = 0.8
	// carFastest is the most believed of a limit, km/h.
	carFastest = 130
)

func carPassage(tags osm.Tags) passage {
	highway := tags.Find("highway")
	kmh, open := carSpeeds[highway]
	v := permission(tags, carKeys)
	if !open && highway == "pedestrian" && (named(tags, "motor_vehicle") || named(tags, "motorcar")) {
		kmh, open = 10, true
	}
	if !open || v == forbidden {
		return passage{}
	}
	way := passage{
		forward:  carSpeed(highway, kmh, tags, "maxspeed:forward") / 3.6,
		backward: carSpeed(highway, kmh, tags, "maxspeed:backward") / 3.6,
		kind:     road,
		flags:    privately(v),
	}
	if tags.Find("access") == "destination" {
		way.flags |= private
	}
	if highway == "motorway" || highway == "motorway_link" || tags.Find("motorroad") == "yes" {
		way.flags |= aloof
	}
	d := oneway(tags, "oneway:motorcar", "oneway:motor_vehicle", "oneway")
	if d == both {
		d = impliedOneway(tags)
	}
	way.oneway(d)
	return way
}

// carSpeed is in km/h. A limit on a narrow way is no promise of speed.
func carSpeed(highway string, kmh float64, tags osm.Tags, key string) float64 {
	limit := parseSpeed(tags.Find(key))
	if limit == 0 {
		limit = parseSpeed(tags.Find("maxspeed"))
	}
	if limit == 0 {
		return kmh
	}
	limit = min(limit, carFastest) * carShare
	switch highway {
	case "service", "living_street", "track", "pedestrian":
		return min(kmh, limit)
	}
	return limit
}
