package folder

import (
	"math"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner"
)

// mostBuildings is how many the page draws; a larger place goes without, to keep
// the page small.
const mostBuildings = 20_000

// margin is how far beyond the walks the background reaches, in degrees.
const margin = 0.005

// extent holds every walk and every household of the plan.
func extent(plan *planner.Plan) orb.Bound {
	bound := orb.Bound{Min: orb.Point{math.Inf(1), math.Inf(1)}, Max: orb.Point{math.Inf(-1), math.Inf(-1)}}
	for i := range plan.Routes {
		bound = bound.Union(plan.Routes[i].Line.Bound())
	}
	for _, w := range plan.Workers {
		bound = bound.Extend(w.Start)
	}
	return bound.Pad(margin)
}

// addBackground adds what lies within bound, by class.
func (p *page) addBackground(features []osm.Feature, bound orb.Bound) {
	buildings := 0
	for i := range features {
		if features[i].Class == "building" && features[i].Geometry.Bound().Intersects(bound) {
			buildings++
		}
	}
	for i := range features {
		f := &features[i]
		if f.Class == "building" && buildings > mostBuildings || !f.Geometry.Bound().Intersects(bound) {
			continue
		}
		drawn := pageFeature{Kind: f.Kind, Name: f.Name}
		if f.Class == "building" {
			drawn.Kind, drawn.Name = "", ""
		}
		for _, line := range lines(f.Geometry) {
			if steps := p.line(thin(line)); len(steps) > 2 || f.Class == "place" {
				drawn.Line = append(drawn.Line, steps)
			}
		}
		if len(drawn.Line) > 0 {
			p.Background[f.Class] = append(p.Background[f.Class], drawn)
		}
	}
}

// lines are the lines, rings or points of a geometry.
func lines(g orb.Geometry) []orb.LineString {
	switch g := g.(type) {
	case orb.Point:
		return []orb.LineString{{g}}
	case orb.LineString:
		return []orb.LineString{g}
	case orb.MultiLineString:
		return g
	case orb.Ring:
		return []orb.LineString{orb.LineString(g)}
	case orb.Polygon:
		var all []orb.LineString
		for _, ring := range g {
			all = append(all, orb.LineString(ring))
		}
		return all
	case orb.MultiPolygon:
		var all []orb.LineString
		for _, polygon := range g {
			all = append(all, lines(polygon)...)
		}
		return all
	}
	return nil
}
