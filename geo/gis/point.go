package gis

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/paulmach/orb"
)

// Point is a feature of a GeoJSON file that [EachPoint] reads, with the properties
// that were asked for. It reads like a row of a [Table].
type Point struct {
	At     orb.Point
	number int64
	// kept are the properties by the names that they are read by.
	kept map[string]json.RawMessage
	// others are the names of the properties that are dropped.
	others []string
}

// pointFeature is a feature before it is judged.
type pointFeature struct {
	ID       json.RawMessage `json:"id"`
	Geometry *struct {
		Type        string          `json:"type"`
		Coordinates json.RawMessage `json:"coordinates"`
	} `json:"geometry"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// EachPoint reads a FeatureCollection of points, one feature at a time. names has,
// for each name of a property in small letters, the one that it is read by; other
// properties are dropped, and a feature's own id stands in for the property id.
// What is wrong with a feature goes to the callback. system is told the coordinate system
// that the file names, if it is another than WGS 84; nil refuses such a file.
func EachPoint(r io.Reader, names map[string]string, system func(string) error, each func(p *Point, wrong *RowError) error) error {
	return decodeFeatures(r, system, func(row int64, f pointFeature) error {
		p := &Point{number: row, kept: map[string]json.RawMessage{}}
		return each(p, p.read(f, names))
	})
}

func (p *Point) read(f pointFeature, names map[string]string) *RowError {
	var twice string
	for name, value := range f.Properties {
		known, named := names[strings.ToLower(strings.TrimSpace(name))]
		switch {
		case !named:
			p.others = append(p.others, name)
		case p.kept[known] != nil:
			twice = known
		default:
			p.kept[known] = value
		}
	}
	if plain(p.kept["id"]) == "" {
		p.kept["id"] = f.ID
	}
	if twice != "" {
		return &RowError{p.number, twice, "is there twice; remove a property"}
	}
	if f.Geometry == nil || f.Geometry.Type != "Point" {
		return &RowError{p.number, "geometry", "is no Point; want the point of the door or the middle of the building"}
	}
	var at []float64
	if json.Unmarshal(f.Geometry.Coordinates, &at) != nil || len(at) < 2 {
		return &RowError{p.number, "coordinates", "are no longitude and latitude; want them like [1.5218, 42.5063]"}
	}
	p.At = orb.Point{at[0], at[1]}
	return nil
}

// Number of the feature, from 1.
func (p *Point) Number() int64 { return p.number }

// Others are the names of the properties that were dropped.
func (p *Point) Others() []string { return p.others }

// Text of a property, without space around it; "" when there is no such property.
func (p *Point) Text(name string) (string, error) {
	raw := p.kept[name]
	if len(raw) > 0 && (raw[0] == '{' || raw[0] == '[') {
		return "", p.Wrong(name, "is a list or an object; want a text")
	}
	return plain(raw), nil
}

// Float is the number of a property that may be left empty, then false.
func (p *Point) Float(name string) (v float64, found bool, err error) {
	text, err := p.Text(name)
	if err != nil || text == "" {
		return 0, false, err
	}
	v, problem := parseFloat(text)
	if problem != "" {
		return 0, false, p.Wrong(name, problem)
	}
	return v, true, nil
}

// Wrong is an error about a property of this feature.
func (p *Point) Wrong(name, problem string) error {
	return &RowError{Row: p.number, Field: name, Problem: problem}
}
