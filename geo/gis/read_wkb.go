package gis

import (
	"encoding/binary"
	"errors"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"
)

func init() {
	// A claim of more parts than a shape may have is not believed.
	wkbcommon.MaxGeometryElements = [4]int{0, mostVertices, mostVertices, mostVertices}
}

// readWKB reads a shape; heights and measures are dropped.
func readWKB(content []byte) (orb.Geometry, error) {
	if _, err := passWKB(content, 0); err != nil {
		return nil, err
	}
	shape, err := wkb.Unmarshal(content)
	var large wkbcommon.ErrGeometryTooLarge
	switch {
	case errors.As(err, &large) && len(content) > mostVertices:
		return nil, errVertices()
	case err != nil:
		return nil, errWKB()
	}
	return fromGeom(shape)
}

// errWKB says that a shape is cut off or none.
func errWKB() error {
	return &RowError{Field: "geometry", Problem: "is no shape of well-known binary"}
}

// passWKB goes over a shape and gives what is behind it. The library reads a shape in a
// shape by calling itself, as deep as nine bytes each ask for, which no stack holds.
func passWKB(b []byte, depth int) (rest []byte, err error) {
	const point, line, polygon, last = 1, 2, 3, 7
	if depth > mostDepth {
		return nil, &RowError{Field: "geometry", Problem: "lies in too many geometries"}
	}
	if len(b) < 5 || b[0] > 1 {
		return nil, errWKB()
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 1 {
		order = binary.LittleEndian
	}
	kind := order.Uint32(b[1:])
	// Three thousand and more is with heights and measures.
	stride, dimensions := 16, kind/1000
	if kind, b = kind%1000, b[5:]; dimensions > 3 || kind < point || kind > last {
		return nil, errWKB()
	}
	if stride += int(dimensions+1) / 2 * 8; kind == point {
		return pass(b, 1, stride)
	}
	parts, b, err := passCount(b, order)
	switch {
	case err != nil:
		return nil, err
	case kind == line:
		return pass(b, parts, stride)
	}
	for range parts {
		if kind == polygon {
			var points int
			if points, b, err = passCount(b, order); err == nil {
				b, err = pass(b, points, stride)
			}
		} else {
			b, err = passWKB(b, depth+1)
		}
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// passCount reads how many parts follow.
func passCount(b []byte, order binary.ByteOrder) (n int, rest []byte, err error) {
	if len(b) < 4 {
		return 0, nil, errWKB()
	}
	return int(order.Uint32(b)), b[4:], nil
}

// pass goes over n points.
func pass(b []byte, n, stride int) ([]byte, error) {
	if n > len(b)/stride {
		return nil, errWKB()
	}
	return b[n*stride:], nil
}

func fromGeom(shape geom.T) (orb.Geometry, error) {
	switch g := shape.(type) {
	case *geom.Point:
		if g.Empty() {
			return nil, nil
		}
		return orb.Point{g.X(), g.Y()}, nil
	case *geom.MultiPoint:
		return orb.MultiPoint(flatPoints(g.FlatCoords(), g.Stride())), nil
	case *geom.LineString:
		return orb.LineString(flatPoints(g.FlatCoords(), g.Stride())), nil
	case *geom.Polygon:
		return polygonOf(g), nil
	case *geom.MultiLineString:
		lines := orb.MultiLineString{}
		for i := range g.NumLineStrings() {
			line := g.LineString(i)
			lines = append(lines, flatPoints(line.FlatCoords(), line.Stride()))
		}
		return lines, nil
	case *geom.MultiPolygon:
		polygons := orb.MultiPolygon{}
		for i := range g.NumPolygons() {
			polygons = append(polygons, polygonOf(g.Polygon(i)))
		}
		return polygons, nil
	case *geom.GeometryCollection:
		var parts orb.Collection
		for i := range g.NumGeoms() {
			part, err := fromGeom(g.Geom(i))
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		return parts, nil
	}
	return nil, &RowError{Field: "geometry", Problem: "is of a type that is not read; want points or polygons"}
}

func polygonOf(g *geom.Polygon) orb.Polygon {
	var rings orb.Polygon
	for i := range g.NumLinearRings() {
		ring := g.LinearRing(i)
		rings = append(rings, flatPoints(ring.FlatCoords(), ring.Stride()))
	}
	return rings
}

// flatPoints are the first two of each stride coordinates.
func flatPoints(flat []float64, stride int) []orb.Point {
	points := make([]orb.Point, 0, len(flat)/max(stride, 1))
	for i := 0; i+1 < len(flat); i += stride {
		points = append(points, orb.Point{flat[i], flat[i+1]})
	}
	return points
}
