// Package osm reads an OpenStreetMap extract: households to visit, ways to walk,
// administrative areas and the features of the base map.
package osm

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
)

// Extract is what one reading of a file gives. Parts that [Options] did not ask
// for are empty.
type Extract struct {
	// Bounds holds every node that was read.
	Bounds     orb.Bound
	Households []geo.Household
	Streets    Streets
	// Areas are in an order in which a parent precedes its children.
	Areas []geo.Area
}

// Streets is the raw material of a network: ways of every kind that somebody may
// walk, cycle, drive or take a ferry on, with the tags that decide who may.
type Streets struct {
	Ways  []Way
	Nodes Nodes
	// NodeTags are the tags of nodes on ways that bear on passing them: barrier,
	// highway (crossing, traffic_signals), access, foot, entrance, ele.
	NodeTags map[osm.NodeID]osm.Tags
	// Restrictions are turn restrictions, for bike and car.
	Restrictions []Restriction
	// Barriers are lines that a person does not cross on the way to a door:
	// water, railways, walls and fences.
	Barriers []orb.LineString
	// Entrances are known only when households were asked for too.
	Entrances []Entrance
	// Interpolations are lines along which houses are numbered.
	Interpolations []Interpolation
	// Elevation, when somebody sets it, is the height of the ground in metres, NaN
	// where it is not known; an extract has that of a few nodes.
	Elevation func(orb.Point) float64
}

// Entrance is a node on the outline of a building that holds households.
type Entrance struct {
	At orb.Point
	// Kind is the value of the tag entrance: yes, main, home, staircase ...
	Kind string
	// Households are the ids of the households in the building.
	Households []string
}

// Way is a line of nodes. A node that the extract does not hold is left out, and
// the way is split there.
type Way struct {
	ID    osm.WayID
	Nodes []osm.NodeID
	Tags  osm.Tags
}

// Restriction is a turn restriction relation with a node as via.
type Restriction struct {
	From, To osm.WayID
	Via      osm.NodeID
	// Kind is the value of the tag restriction: no_left_turn, only_straight_on ...
	Kind string
	// Except lists who may turn all the same: "bicycle;psv".
	Except string
}

// Feature is something drawn on the base map.
type Feature struct {
	ID string
	// Class is the layer it is drawn in: street, building, water, green, rail,
	// boundary or place.
	Class string
	// Kind is the value of the tag that made it, such as "residential" or "river".
	Kind         string
	Name, NameZH string
	Geometry     orb.Geometry
}
