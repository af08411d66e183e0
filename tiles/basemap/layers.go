// Package basemap names what a base map of an OpenStreetMap extract shows: the
// layers within its tiles and their fields.
package basemap

// VectorLayer describes a layer within a tile, as TileJSON 3.0 does.
type VectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	Fields      map[string]string `json:"fields"`
}

// Attribution is what the licence of OpenStreetMap's data asks every map to show.
const Attribution = "© OpenStreetMap contributors"

// Layers are the classes of features; a tile has a layer for each that it shows.
var Layers = []VectorLayer{
	class("street", "Streets and paths; kind is the highway tag"),
	class("building", "Buildings; kind is the building tag"),
	class("water", "Rivers, lakes and the sea"),
	class("green", "Parks, woods, fields"),
	class("land", "Built-up and bare land; kind is the landuse or natural tag"),
	class("rail", "Railways"),
	class("boundary", "Administrative boundaries"),
	class("place", "Names of places and peaks"),
}

func class(id, description string) VectorLayer {
	return VectorLayer{ID: id, Description: description, Fields: map[string]string{
		"class": "String", "kind": "String", "name": "String", "name_zh": "String",
	}}
}
