// Package cql2 reads filters of the Common Query Language (OGC 21-065r2), as text and as
// JSON, into one tree. What a filter means for rows is for who has the rows.
//
// It has the classes Basic CQL2, Advanced Comparison Operators, Case-insensitive
// Comparison, and Spatial Functions with all geometries.
package cql2

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// Expression is true, false or unknown for a row: one of [And], [Or], [Not],
// [Comparison], [Like], [Between], [In], [IsNull], [Spatial], [Bool] and [Property].
type Expression interface{ expression() }

// Scalar is a value: one of [Property], [Text], [Number], [Bool], [Date], [Timestamp]
// and [Casei].
type Scalar interface{ scalar() }

// Geometry is one of [Property], [Shape] and [Box].
type Geometry interface{ geometry() }

// And, Or and Not are as usual; of And and Or there are two terms or more.
type (
	And []Expression
	Or  []Expression
	Not struct{ Of Expression }
)

// Comparison compares by =, <>, <, >, <= or >=.
type Comparison struct {
	Operator    string
	Left, Right Scalar
}

// Like is true of texts of a pattern, in which % stands for any letters, _ for one, and
// \ takes that from the letter after it.
type Like struct{ Value, Pattern Scalar }

// Between is true of values of the closed interval.
type Between struct{ Value, Least, Most Scalar }

// In is true of values of a list, which has one at least.
type In struct {
	Value Scalar
	List  []Scalar
}

// IsNull is true where there is no value.
type IsNull struct{ Of Property }

// Spatial relates two geometries; Relation is a key of [Relations].
type Spatial struct {
	Relation    string
	Left, Right Geometry
}

// Relations are the spatial functions, by their names in CQL2.
var Relations = map[string]bool{
	"s_intersects": true, "s_equals": true, "s_disjoint": true, "s_touches": true, "s_within": true,
	"s_overlaps": true, "s_crosses": true, "s_contains": true,
}

// Values.
type (
	// Property is a field by its name.
	Property string
	Text     string
	Number   float64
	Bool     bool
	// Date has midnight UTC.
	Date      time.Time
	Timestamp time.Time
	// Casei is a text without regard to upper and lower case.
	Casei struct{ Of Scalar }
	// Shape is a geometry in the filter's coordinate system, its axes in that order.
	Shape struct{ orb.Geometry }
	// Box is a bounding box: the least of both axes, then the most, in the order of the
	// filter's coordinate system. Which axis may end before it begins, over the
	// antimeridian, is for who knows that system.
	Box [4]float64
)

func (And) expression()        {}
func (Or) expression()         {}
func (Not) expression()        {}
func (Comparison) expression() {}
func (Like) expression()       {}
func (Between) expression()    {}
func (In) expression()         {}
func (IsNull) expression()     {}
func (Spatial) expression()    {}
func (Bool) expression()       {}
func (Property) expression()   {}

func (Property) scalar()  {}
func (Text) scalar()      {}
func (Number) scalar()    {}
func (Bool) scalar()      {}
func (Date) scalar()      {}
func (Timestamp) scalar() {}
func (Casei) scalar()     {}

func (Property) geometry() {}
func (Shape) geometry()    {}
func (Box) geometry()      {}

// Bounds of a filter: whoever asks for more is refused before it costs anything.
const (
	MostBytes = 16 << 10
	mostDepth = 50
	mostTerms = 1000
)

// Error says what is wrong with a filter, and where.
type Error struct {
	// At is the byte of the text, -1 for JSON.
	At      int
	Problem string
}

func (e *Error) Error() string {
	if e.At < 0 {
		return "cql2: " + e.Problem
	}
	return fmt.Sprintf("cql2: at character %d: %s", e.At+1, e.Problem)
}

// budget counts what a filter holds.
type budget struct{ terms, depth int }

func (b *budget) enter(at int) error {
	b.terms++
	b.depth++
	if b.terms > mostTerms || b.depth > mostDepth {
		return &Error{at, fmt.Sprintf("the filter has more than %d terms, or is deeper than %d", mostTerms, mostDepth)}
	}
	return nil
}

func (b *budget) leave() { b.depth-- }

// box is a bounding box of four numbers, or six with heights.
func box(at int, numbers []float64) (Box, error) {
	switch len(numbers) {
	case 4:
		return Box(numbers), nil
	case 6:
		return Box{numbers[0], numbers[1], numbers[3], numbers[4]}, nil
	}
	return Box{}, &Error{at, "a box has four or six numbers"}
}

func dateOf(at int, text string) (Date, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, &Error{at, "a date has the form 2027-03-01"}
	}
	return Date(day), nil
}

func timestampOf(at int, text string) (Timestamp, error) {
	moment, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return Timestamp{}, &Error{at, "a moment has the form 2027-03-01T08:30:00Z"}
	}
	return Timestamp(moment), nil
}
