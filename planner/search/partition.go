package search

import (
	"math"
	"slices"

	"github.com/rounds-project/rounds/planner/vrp"
)

// part is some routes that lie together, the unserved stops near them, and the unused
// vehicles they may take: a problem of its own.
type part struct {
	routes   []vrp.Route
	unserved []int32
	counts   []int
}

func (p *part) stops() (stops []int32) {
	for _, r := range p.routes {
		stops = append(stops, r.Stops...)
	}
	return append(stops, p.unserved...)
}

// unit is what a partition does not tear apart: a route, or an unserved stop.
type unit struct {
	route  int32 // in the solution, or none
	stop   int32 // of an unserved unit
	weight int
	x, y   float64
	along  float64
}

// partition cuts the solution into parts of at most about size stops, by halving the
// centres of its routes along directions drawn at random, so that the seams lie
// elsewhere each time.
func partition(p *vrp.Problem, s vrp.Solution, on *chart, size int, rng *random) []part {
	units := make([]unit, 0, len(s.Routes)+len(s.Unserved))
	for r, route := range s.Routes {
		u := unit{route: int32(r), weight: len(route.Stops)}
		for _, i := range route.Stops {
			x, y := on.at(p.Stops[i].Location)
			u.x, u.y = u.x+x/float64(u.weight), u.y+y/float64(u.weight)
		}
		units = append(units, u)
	}
	for _, i := range s.Unserved {
		x, y := on.at(p.Stops[i].Location)
		units = append(units, unit{route: none, stop: i, weight: 1, x: x, y: y})
	}
	var parts []part
	halve(units, size, rng, func(units []unit) {
		var q part
		for _, u := range units {
			if u.route == none {
				q.unserved = append(q.unserved, u.stop)
			} else {
				q.routes = append(q.routes, s.Routes[u.route])
			}
		}
		parts = append(parts, q)
	})
	shareVehicles(p, parts)
	return parts
}

// halve splits units until a group has at most size stops or cannot be split.
func halve(units []unit, size int, rng *random, group func([]unit)) {
	total := 0
	for _, u := range units {
		total += u.weight
	}
	if total <= size || len(units) < 2 {
		group(units)
		return
	}
	sin, cos := math.Sincos(2 * math.Pi * rng.unit())
	for k := range units {
		units[k].along = units[k].x*cos + units[k].y*sin
	}
	slices.SortStableFunc(units, func(a, b unit) int {
		switch {
		case a.along < b.along:
			return -1
		case a.along > b.along:
			return 1
		}
		return 0
	})
	// An odd number of parts is split unevenly, so that all end up near size.
	pieces := (total + size - 1) / size
	left, want, cut := 0, total*(pieces/2)/pieces, 0
	for cut < len(units)-1 && (cut == 0 || left+units[cut].weight/2 < want) {
		left += units[cut].weight
		cut++
	}
	halve(units[:cut], size, rng, group)
	halve(units[cut:], size, rng, group)
}

// shareVehicles gives each part the vehicles it uses and a share of the unused.
func shareVehicles(p *vrp.Problem, parts []part) {
	spare := make([]int, len(p.Vehicles))
	for v := range spare {
		spare[v] = p.Vehicles[v].Count
	}
	for k := range parts {
		parts[k].counts = make([]int, len(spare))
		for _, r := range parts[k].routes {
			parts[k].counts[r.Vehicle]++
			spare[r.Vehicle]--
		}
	}
	for v, left := range spare {
		for k := range parts {
			share := left / (len(parts) - k)
			parts[k].counts[v] += share
			left -= share
		}
	}
}
