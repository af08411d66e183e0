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

// stops are all but those that are frozen.
func (q *part) stops(p *vrp.Problem) (stops []int32) {
	for _, r := range q.routes {
		stops = append(stops, r.Stops[len(p.Vehicles[r.Vehicle].Frozen):]...)
	}
	return append(stops, q.unserved...)
}

// unit is what a partition does not tear apart: a route, all routes of a worker, or an
// unserved stop.
type unit struct {
	routes []int32 // in the solution; none of an unserved stop
	stop   int32
	weight int
	x, y   float64
	along  float64
}

// partition cuts the solution into parts of at most about size stops, by halving the
// centres of its routes along directions drawn at random, so that the seams lie
// elsewhere each time.
func partition(p *vrp.Problem, s vrp.Solution, on *chart, size int, rng *random) []part {
	units := make([]unit, 0, len(s.Routes)+len(s.Unserved))
	for _, routes := range together(p, s) {
		u := unit{routes: routes}
		for _, r := range routes {
			u.weight += len(s.Routes[r].Stops)
		}
		for _, r := range routes {
			for _, i := range s.Routes[r].Stops {
				x, y := on.at(p.Stops[i].Location)
				u.x, u.y = u.x+x/float64(u.weight), u.y+y/float64(u.weight)
			}
		}
		units = append(units, u)
	}
	for _, i := range s.Unserved {
		x, y := on.at(p.Stops[i].Location)
		units = append(units, unit{stop: i, weight: 1, x: x, y: y})
	}
	var parts []part
	halve(units, size, rng, func(units []unit) {
		var q part
		for _, u := range units {
			if u.routes == nil {
				q.unserved = append(q.unserved, u.stop)
			}
			for _, r := range u.routes {
				q.routes = append(q.routes, s.Routes[r])
			}
		}
		parts = append(parts, q)
	})
	shareVehicles(p, parts)
	follow(p, parts)
	return parts
}

// follow puts unserved stops that may be on vehicles of other parts only into one of
// those.
func follow(p *vrp.Problem, parts []part) {
	if len(parts) == 1 {
		return
	}
	for k := range parts {
		stay := parts[k].unserved[:0]
		for _, i := range parts[k].unserved {
			only := p.Stops[i].Only
			has := func(q *part) bool {
				return slices.ContainsFunc(only, func(v int32) bool { return q.counts[v] > 0 })
			}
			to := k
			if len(only) > 0 && !has(&parts[k]) {
				to = max(slices.IndexFunc(parts, func(q part) bool { return has(&q) }), 0)
			}
			if to == k {
				stay = append(stay, i)
			} else {
				parts[to].unserved = append(parts[to].unserved, i)
			}
		}
		parts[k].unserved = stay
	}
}

// together lists the routes by unit.
func together(p *vrp.Problem, s vrp.Solution) [][]int32 {
	units := make([][]int32, 0, len(s.Routes))
	worker := p.WorkerOf()
	unit := make([]int, len(p.Workers))
	for r := range s.Routes {
		w := int32(none)
		if worker != nil {
			w = worker[s.Routes[r].Vehicle]
		}
		switch {
		case w == none:
			units = append(units, []int32{int32(r)})
		case unit[w] == 0:
			units = append(units, []int32{int32(r)})
			unit[w] = len(units)
		default:
			units[unit[w]-1] = append(units[unit[w]-1], int32(r))
		}
	}
	return units
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

// shareVehicles gives each part the vehicles it uses and a share of the unused. All
// vehicles of a worker are in one part, which then knows all of the worker's work.
func shareVehicles(p *vrp.Problem, parts []part) {
	spare := make([]int, len(p.Vehicles))
	for v := range spare {
		spare[v] = p.Vehicles[v].Count
	}
	worker, owner := p.WorkerOf(), make([]int, len(p.Workers))
	for w := range owner {
		owner[w] = w % len(parts)
	}
	for k := range parts {
		parts[k].counts = make([]int, len(spare))
		for _, r := range parts[k].routes {
			parts[k].counts[r.Vehicle]++
			spare[r.Vehicle]--
			if worker != nil && worker[r.Vehicle] != none {
				owner[worker[r.Vehicle]] = k
			}
		}
	}
	for v, left := range spare {
		if worker != nil && worker[v] != none {
			parts[owner[worker[v]]].counts[v] += left
			continue
		}
		for k := range parts {
			share := left / (len(parts) - k)
			parts[k].counts[v] += share
			left -= share
		}
	}
}
