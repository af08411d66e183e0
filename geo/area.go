package geo

import "github.com/paulmach/orb"

// Level is the place of an area in the tree; a parent has a smaller level.
type Level string

// The levels of the tree, from the whole to the grid that one worker has.
const (
	County  Level = "county"
	Town    Level = "town"
	Village Level = "village"
	Grid    Level = "grid"
)

// Area is a polygon in the tree of areas.
type Area struct {
	// ID is the source key, unique within one input, such as "relation/9407".
	ID string
	// ParentID is the source key of the area that holds this one, "" for a root.
	ParentID string
	Level    Level
	Name     string
	// NameZH is the name in Simplified Chinese where the source has one.
	NameZH string
	// Outline is in longitude and latitude; every ring is closed.
	Outline orb.MultiPolygon
}
