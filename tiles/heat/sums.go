package heat

import (
	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// Sums are the measures of a place, the only ones there are.
type Sums struct {
	// ToVisit and Finished count households; Late those to visit whose day in the
	// published plan has passed.
	ToVisit, Finished, Late int
	// Seconds is the work left: visits and the ways to them.
	Seconds int64
	// Dwellings counts doors.
	Dwellings int
}

// Leaf is the part of a leaf cell that lies in one area.
type Leaf struct {
	Area uuid.UUID
	Cell geo.Cell
}

// Plus adds sums up.
func (s Sums) Plus(t Sums) Sums { return s.plus(t) }

func (s Sums) plus(t Sums) Sums {
	return Sums{s.ToVisit + t.ToVisit, s.Finished + t.Finished, s.Late + t.Late, s.Seconds + t.Seconds, s.Dwellings + t.Dwellings}
}

func (s Sums) minus(t Sums) Sums {
	return Sums{s.ToVisit - t.ToVisit, s.Finished - t.Finished, s.Late - t.Late, s.Seconds - t.Seconds, s.Dwellings - t.Dwellings}
}

// Fields are the names of the properties of the work layer with their types in
// TileJSON.
var Fields = map[string]string{
	"to_visit": "Number", "finished": "Number", "late": "Number", "minutes": "Number", "dwellings": "Number",
	"name": "String", "name_zh": "String",
}

// properties are the sums as a feature shows them; minutes are rounded up.
func (s Sums) properties() []mvt.Property {
	return []mvt.Property{
		mvt.Number("to_visit", int64(s.ToVisit)),
		mvt.Number("finished", int64(s.Finished)),
		mvt.Number("late", int64(s.Late)),
		mvt.Number("minutes", (s.Seconds+59)/60),
		mvt.Number("dwellings", int64(s.Dwellings)),
	}
}
