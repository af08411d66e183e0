package network

import (
	"strings"

	"github.com/paulmach/osm"
)

// bikeSpeeds are km/h where one may ride unless a tag forbids it, those of
// OSRM's bicycle profile.
var bikeSpeeds = map[string]float64{
	"cycleway": 16, "living_street": 12, "residential": 15, "service": 14, "unclassified": 15, "road": 15,
	"tertiary": 15, "tertiary_link": 15, "secondary": 15, "secondary_link": 15, "primary": 15, "primary_link": 15,
	"trunk": 15, "trunk_link": 15, "track": 12, "path": 12,
}

// bikePushed are km/h where one gets off and walks, unless bicycle=yes.
var bikePushed = map[string]float64{"footway": 4, "pedestrian": 4, "platform": 4, "crossing": 4, "corridor": 3, "steps": 1.5}

// bikeSurface is the share of the speed on a surface.
var bikeSurface = map[string]float64{
	"cobblestone": 0.6, "sett": 0.7, "unhewn_cobblestone": 0.5, "gravel": 0.7, "fine_gravel": 0.85, "pebblestone": 0.7, "ground": 0.75,
	"dirt": 0.75, "earth": 0.75, "grass": 0.5, "sand": 0.4, "mud": 0.4, "unpaved": 0.8,
}

// bikeWalks is the least speed of a bike: one may always push, up stairs too.
const bikeWalks = 1.5 / 3.6

func bikePassage(tags osm.Tags) passage {
	highway := tags.Find("highway")
	v := permission(tags, bikeKeys)
	kmh, open := bikeSpeeds[highway]
	pushed := false
	if !open {
		kmh, open = bikePushed[highway]
		pushed = open
		if pushed && highway != "steps" && named(tags, "bicycle") {
			kmh, pushed = 12, false
		}
	}
	if open && tags.Find("bicycle") == "dismount" {
		kmh, pushed = min(kmh, bikePushed["footway"]), true
	}
	if tags.Find("motorroad") == "yes" && !named(tags, "bicycle") {
		open = false
	}
	if v == forbidden || v == unsaid && pushed && permission(tags, footKeys) == forbidden {
		open = false
	}
	if !open {
		return passage{}
	}
	if share, found := bikeSurface[tags.Find("surface")]; found && !pushed {
		kmh *= share
	}
	speed := max(kmh/3.6, bikeWalks)
	way := passage{forward: speed, backward: speed, kind: roadOrPath(highway), flags: privately(v)}
	if !pushed {
		way.oneway(bikeOneway(tags))
	}
	return way
}

// bikeOneway knows the ways in which contraflow is tagged
// (https://wiki.openstreetmap.org/wiki/Key:oneway:bicycle).
func bikeOneway(tags osm.Tags) direction {
	for _, key := range []string{"cycleway", "cycleway:left", "cycleway:right", "cycleway:both"} {
		if strings.HasPrefix(tags.Find(key), "opposite") {
			return both
		}
	}
	for _, key := range []string{"cycleway:left:oneway", "cycleway:right:oneway"} {
		if v := tags.Find(key); v == "no" || v == "-1" {
			return both
		}
	}
	if d := oneway(tags, "oneway:bicycle", "oneway"); d != both || tags.Find("oneway:bicycle") != "" {
		return d
	}
	return impliedOneway(tags)
}

// impliedOneway are the ways that are one-way without saying so.
func impliedOneway(tags osm.Tags) direction {
	if tags.Find("oneway") != "" {
		return both
	}
	if j := tags.Find("junction"); j == "roundabout" || j == "circular" || tags.Find("highway") == "motorway" {
		return along
	}
	return both
}

// roadOrPath is the kind of a way for vehicles.
func roadOrPath(highway string) kind {
	if what, found := footWays[highway]; found {
		return what
	}
	return road
}
