package gis

import (
	"fmt"
	"strconv"

	"github.com/paulmach/orb"
)

// punctuation is how a format writes a list of positions.
type punctuation struct {
	open, separate, closing     string // of a list
	openAt, separateAt, closeAt string // of a position
}

// Positions as GeoJSON and as WKT write them.
var (
	brackets = punctuation{"[", ",", "]", "[", ",", "]"}
	wkt      = punctuation{"(", ",", ")", "", " ", ""}
)

// appendAt writes a position with 7 decimals, a centimetre; more would pretend.
func (p punctuation) appendAt(b []byte, at orb.Point) []byte {
	b = append(b, p.openAt...)
	b = appendDegrees(b, at[0])
	b = append(b, p.separateAt...)
	b = appendDegrees(b, at[1])
	return append(b, p.closeAt...)
}

func appendDegrees(b []byte, v float64) []byte {
	b = strconv.AppendFloat(b, v, 'f', 7, 64)
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	if b[len(b)-1] == '.' {
		b = b[:len(b)-1]
	}
	return b
}

func appendList[T any](b []byte, p punctuation, list []T, each func([]byte, T) []byte) []byte {
	b = append(b, p.open...)
	for i, item := range list {
		if i > 0 {
			b = append(b, p.separate...)
		}
		b = each(b, item)
	}
	return append(b, p.closing...)
}

// append writes the positions of a geometry, as deep as its type is.
func (p punctuation) append(b []byte, shape orb.Geometry) ([]byte, error) {
	ring := func(b []byte, r orb.Ring) []byte { return appendList(b, p, r, p.appendAt) }
	line := func(b []byte, l orb.LineString) []byte { return appendList(b, p, l, p.appendAt) }
	polygon := func(b []byte, o orb.Polygon) []byte { return appendList(b, p, o, ring) }
	switch g := shape.(type) {
	case orb.Point:
		return p.appendAt(b, g), nil
	case orb.MultiPoint:
		return appendList(b, p, g, p.appendAt), nil
	case orb.LineString:
		return line(b, g), nil
	case orb.MultiLineString:
		return appendList(b, p, g, line), nil
	case orb.Polygon:
		return polygon(b, g), nil
	case orb.MultiPolygon:
		return appendList(b, p, g, polygon), nil
	default:
		return b, fmt.Errorf("gis: a %T cannot be written", shape)
	}
}

// appendWKT writes a geometry as well-known text.
func appendWKT(b []byte, shape orb.Geometry) ([]byte, error) {
	name := map[string]string{
		"Point": "POINT", "MultiPoint": "MULTIPOINT", "LineString": "LINESTRING", "MultiLineString": "MULTILINESTRING",
		"Polygon": "POLYGON", "MultiPolygon": "MULTIPOLYGON",
	}[shape.GeoJSONType()]
	b = append(b, name...)
	if at, ok := shape.(orb.Point); ok {
		return append(wkt.appendAt(append(b, '('), at), ')'), nil
	}
	return wkt.append(b, shape)
}
