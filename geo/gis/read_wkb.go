package gis

import (
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
	shape, err := wkb.Unmarshal(content)
	var large wkbcommon.ErrGeometryTooLarge
	switch {
	case errors.As(err, &large) && len(content) > mostVertices:
		return nil, errVertices()
	case err != nil:
		return nil, &RowError{Field: "geometry", Problem: "is no shape of well-known binary"}
	}
	return fromGeom(shape)
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
