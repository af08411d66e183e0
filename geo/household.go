package geo

import (
	"math"
	"time"

	"github.com/paulmach/orb"
)

// Household is a place to visit: never a person.
type Household struct {
	// ID is the source key, unique within one input: "way/123" or the id column
	// of a file. It names a building or an address, never a person.
	ID string
	// At is the point of the household, longitude and latitude.
	At orb.Point
	// Address is the address as one would write it on a letter, without a name.
	// The zero value means that the source has none.
	Address Address
	// Doors is the number of letterboxes or bells; at least 1.
	Doors int
	// Window is when a visit may start; nil means at any time of the shift.
	Window *Window
}

// Nowhere is the point of a household of which only the address is known.
var Nowhere = orb.Point{math.Inf(1), math.Inf(1)}

// Address is a postal address without a name on it.
type Address struct {
	Street, Number, Unit, Postcode, Place string
}

// Line is the address on one line, "Calle Mayor 12, 1, AD500 Andorra", or ""
// when nothing is known.
func (a Address) Line() string {
	line := join(" ", a.Street, a.Number)
	return join(", ", line, a.Unit, join(" ", a.Postcode, a.Place))
}

func join(separator string, parts ...string) string {
	line := ""
	for _, part := range parts {
		switch {
		case part == "":
		case line == "":
			line = part
		default:
			line += separator + part
		}
	}
	return line
}

// Window is a part of the day, as times after midnight, local.
type Window struct {
	Opens, Closes time.Duration
}
