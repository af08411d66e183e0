package network

import (
	"fmt"
	"strings"

	"github.com/paulmach/osm"
)

// Mode is how somebody travels.
type Mode string

// The modes.
const (
	Foot Mode = "foot"
	Bike Mode = "bike"
	Car  Mode = "car"
)

// Profile is who travels, and what they board. The zero value walks.
type Profile struct {
	// Mode is Foot when empty.
	Mode Mode
	// Ferries lets people on foot and bike board ferries; a car always does.
	Ferries bool
}

// mode is Foot when none is named.
func (p Profile) mode() Mode {
	if p.Mode == "" {
		return Foot
	}
	return p.Mode
}

// described is the profile as the key of a file has it.
func (p Profile) described() any {
	return struct {
		Mode    Mode
		Ferries bool
	}{p.mode(), p.Ferries}
}

// ParseMode reads "foot", "bike" or "car".
func ParseMode(s string) (Mode, error) {
	switch mode := Mode(s); mode {
	case Foot, Bike, Car:
		return mode, nil
	}
	return "", fmt.Errorf("network: mode %q is none of foot, bike, car", s)
}

// By is the mode in a sentence: "on foot", "by bike", "by car".
func (m Mode) By() string {
	if m == Foot {
		return "on foot"
	}
	return "by " + string(m)
}

// kind is what one walks on, as directions and snapping tell it apart.
type kind uint8

const (
	road kind = iota
	path
	steps
	square
	ferry
	// crossing leads from one side of a wide street to the other.
	crossing
)

// passage is what a way allows one mode.
type passage struct {
	// forward and backward are speeds in metres a second along and against the
	// order of the nodes; 0 is closed.
	forward, backward float64
	// seconds is what the whole way takes when its tags say so (ferries), else 0.
	seconds float64
	kind    kind
	flags   flags
	// crossing is the seconds it takes somebody on foot to get across, 0 for a street
	// that is crossed anywhere.
	crossing uint8
}

func (p passage) closed() bool { return p.forward <= 0 && p.backward <= 0 }

// passage reads the tags of a way.
func (p Profile) passage(tags osm.Tags) passage {
	if tags.Find("route") == "ferry" || tags.Find("ferry") == "yes" {
		return p.ferry(tags)
	}
	var way passage
	switch p.Mode {
	case Bike:
		way = bikePassage(tags)
	case Car:
		way = carPassage(tags)
	default:
		way = footPassage(tags)
	}
	if raised(tags) {
		way.flags |= aloof
	}
	if way.kind == steps {
		way.flags |= slope(tags)
	}
	return way
}

// slope is whether stairs lead up or down, where their tags say so.
func slope(tags osm.Tags) flags {
	switch incline := tags.Find("incline"); {
	case incline == "up" || incline != "" && incline[0] >= '0' && incline[0] <= '9' && incline[0] != '0':
		return climbs
	case incline == "down" || strings.HasPrefix(incline, "-"):
		return falls
	}
	return 0
}

// privately is the flag of a verdict.
func privately(v verdict) flags {
	if v == privateBy {
		return private
	}
	return 0
}

// raised tells bridges and tunnels: what lies near them on the map lies above or
// below. One walks into a building passage from the side, though.
func raised(tags osm.Tags) bool {
	bridge, tunnel := tags.Find("bridge"), tags.Find("tunnel")
	return bridge != "" && bridge != "no" || tunnel != "" && tunnel != "no" && tunnel != "building_passage"
}

// ferrySpeed is 10 km/h, for ferries without a tagged duration.
const ferrySpeed = 10 / 3.6

func (p Profile) ferry(tags osm.Tags) passage {
	allowed := p.Ferries
	switch p.Mode {
	case Car:
		v := permission(tags, carKeys)
		allowed = v == allowedBy || v == privateBy
	case Bike:
		allowed = allowed && permission(tags, bikeKeys) != forbidden
	default:
		allowed = allowed && permission(tags, footKeys) != forbidden
	}
	if !allowed {
		return passage{}
	}
	way := passage{forward: ferrySpeed, backward: ferrySpeed, kind: ferry, flags: aloof, seconds: parseDuration(tags.Find("duration"))}
	way.oneway(oneway(tags, "oneway"))
	return way
}

// oneway closes a direction.
func (p *passage) oneway(d direction) {
	switch d {
	case along:
		p.backward = 0
	case against:
		p.forward = 0
	case neither:
		p.forward, p.backward = 0, 0
	}
}
