package search

import "github.com/rounds-project/rounds/planner/vrp"

// chart places locations on a plane: by their coordinates, or, where the problem has
// only a table, by their distances to two landmarks far apart.
type chart struct {
	x, y  []float64
	costs *vrp.Metric
	a, b  int32
}

func newChart(p *vrp.Problem) *chart {
	c := &chart{costs: &p.Costs}
	if c.x, c.y = p.Costs.Coordinates(); c.x != nil || len(p.Stops) == 0 {
		return c
	}
	c.a = c.farthest(p, p.Stops[0].Location)
	c.b = c.farthest(p, c.a)
	return c
}

// farthest is the location of the stop farthest from a location.
func (c *chart) farthest(p *vrp.Problem, from int32) int32 {
	far, most := from, int32(-1)
	for i := range p.Stops {
		if d := c.costs.At(from, p.Stops[i].Location); d > most {
			far, most = p.Stops[i].Location, d
		}
	}
	return far
}

func (c *chart) at(location int32) (x, y float64) {
	if c.x != nil {
		return c.x[location], c.y[location]
	}
	return float64(c.costs.At(location, c.a)), float64(c.costs.At(location, c.b))
}
