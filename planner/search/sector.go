package search

import "math"

// sector is a part of a circle that covers some directions, from an angle on, in turns.
type sector struct{ from, width float64 }

// extend makes the sector cover a direction too; the first one makes it.
func (s *sector) extend(angle float64, first bool) {
	if first {
		*s = sector{from: angle}
		return
	}
	ahead := turn(angle - s.from)
	if ahead <= s.width {
		return
	}
	if back := 1 - ahead; ahead-s.width <= back {
		s.width = ahead
	} else {
		s.from, s.width = angle, s.width+back
	}
}

func (s sector) overlaps(o sector) bool {
	return turn(o.from-s.from) <= s.width || turn(s.from-o.from) <= o.width
}

// turn is the angle in 0..1.
func turn(angle float64) float64 { return angle - math.Floor(angle) }

// angles of the stops around the depot, in turns; nil without coordinates.
func (m *model) angles() []float64 {
	x, y := m.problem.Costs.Coordinates()
	if x == nil {
		return nil
	}
	depot := m.problem.Vehicles[m.kinds[0].vehicle].Start
	angles := make([]float64, m.n)
	for i, stop := range m.stops {
		at := m.problem.Stops[stop].Location
		angles[i] = turn(math.Atan2(y[at]-y[depot], x[at]-x[depot]) / (2 * math.Pi))
	}
	return angles
}
