package main

import (
	"math"
	"math/rand/v2"
	"strconv"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo/osm"
	"github.com/rounds-project/rounds/planner/network"
)

// country builds a made-up country of so many edges.
func country(m *measured, args []string) error {
	edges, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	var streets osm.Streets
	_ = m.time("make up", func() error { streets = makeUp(edges); return nil })
	_, err = construct(m, streets, network.Profile{})
	return err
}

// makeUp is a grid of towns, each a grid of crooked streets with gaps, joined by
// country roads: the degrees and the shape of road networks, if not their beauty.
func makeUp(edges int) osm.Streets {
	const town = 40    // junctions on a side
	const bends = 2    // nodes between two junctions
	const step = 80e-5 // degrees between junctions
	random := rand.New(rand.NewPCG(1, 1))
	towns := int(math.Ceil(math.Sqrt(float64(edges) / (2 * town * town * 0.8))))
	var ids []paulmach.NodeID
	var at []orb.Point
	node := func(x, y float64) paulmach.NodeID {
		id := paulmach.NodeID(len(ids) + 1)
		ids, at = append(ids, id), append(at, orb.Point{x, y})
		return id
	}
	var ways []osm.Way
	street := paulmach.Tags{{Key: "highway", Value: "residential"}}
	road := paulmach.Tags{{Key: "highway", Value: "secondary"}}
	join := func(a, b paulmach.NodeID, tags paulmach.Tags) {
		nodes := []paulmach.NodeID{a}
		from, to := at[a-1], at[b-1]
		for k := 1; k <= bends; k++ {
			share := float64(k) / (bends + 1)
			nodes = append(nodes, node(from[0]+share*(to[0]-from[0])+random.Float64()*step/9, from[1]+share*(to[1]-from[1])+random.Float64()*step/9))
		}
		ways = append(ways, osm.Way{ID: paulmach.WayID(len(ways) + 1), Nodes: append(nodes, b), Tags: tags})
	}
	gate := make(map[[2]int]paulmach.NodeID) // the middle of each town
	for ty := range towns {
		for tx := range towns {
			var grid [town][town]paulmach.NodeID
			for y := range town {
				for x := range town {
					grid[y][x] = node((float64(tx*town*2+x)+random.Float64()/2)*step-60, (float64(ty*town*2+y)+random.Float64()/2)*step-40)
					if x > 0 && random.IntN(5) > 0 {
						join(grid[y][x-1], grid[y][x], street)
					}
					if y > 0 && random.IntN(5) > 0 {
						join(grid[y-1][x], grid[y][x], street)
					}
				}
			}
			gate[[2]int{tx, ty}] = grid[town/2][town/2]
			if tx > 0 {
				join(gate[[2]int{tx - 1, ty}], gate[[2]int{tx, ty}], road)
			}
			if ty > 0 {
				join(gate[[2]int{tx, ty - 1}], gate[[2]int{tx, ty}], road)
			}
		}
	}
	return osm.Streets{Ways: ways, Nodes: osm.NewNodes(ids, at)}
}
