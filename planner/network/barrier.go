package network

import "github.com/paulmach/osm"

// gate is how a node on a way lets a mode pass.
type gate uint8

const (
	open gate = iota
	// owned gates are passed only by those whose door lies behind.
	owned
	shut
)

// walls stop everybody unless an access tag opens them: a mapper who put a wall
// on a way forgot the gap, and said so with the tag where there is one.
var walls = map[string]bool{"wall": true, "fence": true, "city_wall": true, "retaining_wall": true, "guard_rail": true, "hedge": true, "debris": true}

// bikeStops and carStops are what these modes do not get through.
var (
	bikeStops = map[string]bool{"stile": true, "turnstile": true, "full-height_turnstile": true, "kissing_gate": true, "horse_stile": true}
	carStops  = map[string]bool{
		"bollard": true, "block": true, "chain": true, "cycle_barrier": true, "kissing_gate": true, "stile": true, "turnstile": true,
		"full-height_turnstile": true, "motorcycle_barrier": true, "jersey_barrier": true, "log": true, "planter": true, "horse_stile": true,
		"rope": true, "bar": true, "sump_buster": true,
	}
)

// gate reads the tags of a node (https://wiki.openstreetmap.org/wiki/Key:barrier).
// Access tags without a barrier stop nobody: bicycle=no on a crossing is about
// crossing the street, not about riding along it.
func (p Profile) gate(tags osm.Tags) gate {
	keys, stops := footKeys, map[string]bool(nil)
	switch p.Mode {
	case Bike:
		keys, stops = bikeKeys, bikeStops
	case Car:
		keys, stops = carKeys, carStops
	}
	barrier := tags.Find("barrier")
	switch v := permission(tags, keys); {
	case barrier == "":
		return open
	case v == forbidden:
		return shut
	case v == privateBy:
		return owned
	case v == allowedBy:
		return open
	}
	switch {
	case walls[barrier] || stops[barrier]:
		return shut
	case tags.Find("locked") == "yes":
		return owned
	}
	return open
}
