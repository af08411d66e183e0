package gis

import (
	"math"

	"github.com/paulmach/orb"
)

// eachVertex calls with every point of a shape until it is told to stop.
func eachVertex(shape orb.Geometry, each func(orb.Point) bool) bool {
	line := func(points []orb.Point) bool {
		for _, at := range points {
			if !each(at) {
				return false
			}
		}
		return true
	}
	switch g := shape.(type) {
	case orb.Point:
		return each(g)
	case orb.MultiPoint:
		return line(g)
	case orb.LineString:
		return line(g)
	case orb.Ring:
		return line(g)
	case orb.MultiLineString:
		for _, l := range g {
			if !line(l) {
				return false
			}
		}
	case orb.Polygon:
		for _, ring := range g {
			if !line(ring) {
				return false
			}
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			if !eachVertex(polygon, each) {
				return false
			}
		}
	case orb.Collection:
		for _, part := range g {
			if !eachVertex(part, each) {
				return false
			}
		}
	}
	return true
}

func vertices(shape orb.Geometry) (n int) {
	eachVertex(shape, func(orb.Point) bool { n++; return true })
	return n
}

func finite(shape orb.Geometry) bool {
	return eachVertex(shape, func(at orb.Point) bool {
		return !math.IsNaN(at[0]) && !math.IsInf(at[0], 0) && !math.IsNaN(at[1]) && !math.IsInf(at[1], 0)
	})
}
