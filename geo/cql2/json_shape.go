package cql2

import (
	"encoding/json"

	"github.com/paulmach/orb"
)

var errShape = wrong("this is no geometry of GeoJSON")

// shape reads a geometry of GeoJSON. It is our own: that of orb panics on a member
// that is null.
func (d *decoder) shape(in json.RawMessage) (orb.Geometry, error) {
	if err := d.enter(-1); err != nil {
		return nil, err
	}
	defer d.leave()
	var o struct {
		Type        string            `json:"type"`
		Coordinates json.RawMessage   `json:"coordinates"`
		Geometries  []json.RawMessage `json:"geometries"`
	}
	if json.Unmarshal(in, &o) != nil {
		return nil, errShape
	}
	switch o.Type {
	case "Point":
		var at []float64
		err := coordinates(o.Coordinates, &at)
		if err != nil {
			return nil, err
		}
		return position(at)
	case "MultiPoint":
		points, err := line(o.Coordinates)
		return orb.MultiPoint(points), err
	case "LineString":
		points, err := line(o.Coordinates)
		return orb.LineString(points), err
	case "MultiLineString":
		parts, err := each(o.Coordinates, line)
		lines := make(orb.MultiLineString, len(parts))
		for i, part := range parts {
			lines[i] = part
		}
		return lines, err
	case "Polygon":
		return polygon(o.Coordinates)
	case "MultiPolygon":
		parts, err := each(o.Coordinates, polygon)
		return orb.MultiPolygon(parts), err
	case "GeometryCollection":
		if len(o.Geometries) == 0 {
			return nil, errShape
		}
		members, err := each(o.Geometries, d.shape)
		return orb.Collection(members), err
	}
	return nil, errShape
}

func coordinates(in json.RawMessage, into any) error {
	if len(in) == 0 || json.Unmarshal(in, into) != nil {
		return errShape
	}
	return nil
}

// position has two numbers; a third, the height, is not looked at.
func position(numbers []float64) (orb.Point, error) {
	if len(numbers) != 2 && len(numbers) != 3 {
		return orb.Point{}, wrong("a position has two numbers or three")
	}
	return orb.Point{numbers[0], numbers[1]}, nil
}

func line(in json.RawMessage) ([]orb.Point, error) {
	return each(in, func(one json.RawMessage) (orb.Point, error) {
		var numbers []float64
		if err := coordinates(one, &numbers); err != nil {
			return orb.Point{}, err
		}
		return position(numbers)
	})
}

func polygon(in json.RawMessage) (orb.Polygon, error) {
	rings, err := each(in, line)
	if err != nil {
		return nil, err
	}
	shape := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		shape[i] = ring
	}
	return shape, checkRings(-1, shape)
}

// each reads a list that has something in it.
func each[T any, L json.RawMessage | []json.RawMessage](in L, read func(json.RawMessage) (T, error)) (found []T, err error) {
	items, isList := any(in).([]json.RawMessage)
	if !isList {
		if err := coordinates(any(in).(json.RawMessage), &items); err != nil {
			return nil, err
		}
	}
	if len(items) == 0 {
		return nil, wrong("a geometry has a position at least")
	}
	for _, item := range items {
		one, err := read(item)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, nil
}
