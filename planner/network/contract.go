package network

import "slices"

// witnessLimit bounds the search for a path around a vertex. A path not found
// costs a shortcut too many, never a wrong answer.
const witnessLimit = 60

// contract takes the vertices away one after the other, the least important
// first, and puts shortcuts where a shortest path led through (Geisberger,
// Sanders, Schultes, Delling: Contraction Hierarchies, WEA 2008).
func contract(vertices int32, arcs []arc) hierarchy {
	c := newContraction(vertices, arcs)
	for v := range vertices {
		c.simulate(v)
		c.line.push(c.importance(v), v)
	}
	order := make([]int32, 0, vertices)
	for !c.line.empty() {
		v := c.line.pop()
		c.remove(v)
		order = append(order, v)
	}
	slices.Reverse(order)
	return c.hierarchy(order)
}

// contraction is the graph that is left.
type contraction struct {
	out, in [][]hop
	parts   [][2]int32
	// hops counts the original arcs in an arc; level is how deep below a vertex
	// others were taken away.
	hops  []int32
	level []int32
	line  indexedQueue

	// found are the shortcuts of the last simulated vertex.
	found   []shortcut
	cost    []cost
	touched []int32
	queue   queue
	near    []int32
}

// shortcut replaces two arcs.
type shortcut struct {
	from, to      int32
	cost          cost
	first, second int32
}

func newContraction(vertices int32, arcs []arc) *contraction {
	c := &contraction{
		out: make([][]hop, vertices), in: make([][]hop, vertices), level: make([]int32, vertices),
		parts: make([][2]int32, 0, 3*len(arcs)), hops: make([]int32, 0, 3*len(arcs)),
		cost: make([]cost, vertices), line: newIndexedQueue(vertices),
	}
	for i := range c.cost {
		c.cost[i] = never
	}
	for _, a := range arcs {
		if a.from != a.to {
			c.add(a.from, a.to, a.cost, [2]int32{int32(a.by), missing}, 1)
		}
	}
	return c
}

// add puts an arc between two vertices unless there is one as good.
func (c *contraction) add(from, to int32, w cost, parts [2]int32, hops int32) {
	arc := int32(len(c.parts))
	out := find(c.out[from], to)
	switch {
	case out == nil:
		c.out[from] = append(c.out[from], hop{w, to, arc})
		c.in[to] = append(c.in[to], hop{w, from, arc})
	case out.cost <= w:
		return
	default:
		*out = hop{w, to, arc}
		*find(c.in[to], from) = hop{w, from, arc}
	}
	c.parts = append(c.parts, parts)
	c.hops = append(c.hops, hops)
}

func find(hops []hop, to int32) *hop {
	for i := range hops {
		if hops[i].to == to {
			return &hops[i]
		}
	}
	return nil
}

// simulate finds the shortcuts that taking v away would need.
func (c *contraction) simulate(v int32) {
	c.found = c.found[:0]
	for _, in := range c.in[v] {
		farthest := cost(0)
		targets := 0
		for _, out := range c.out[v] {
			if out.to != in.to {
				farthest = max(farthest, in.cost+out.cost)
				targets++
			}
		}
		if targets == 0 {
			continue
		}
		c.searchAround(v, in.to, farthest)
		for _, out := range c.out[v] {
			if w := in.cost + out.cost; out.to != in.to && c.cost[out.to] > w {
				c.found = append(c.found, shortcut{in.to, out.to, w, in.arc, out.arc})
			}
		}
	}
	c.forget()
}

// searchAround is a bounded Dijkstra from a vertex that avoids v.
func (c *contraction) searchAround(v, from int32, farthest cost) {
	c.forget()
	c.reach(from, 0)
	for settled := 0; len(c.queue) > 0 && settled < witnessLimit; settled++ {
		top := c.queue.pop()
		if top.cost > c.cost[top.at] {
			settled--
			continue
		}
		if top.cost >= farthest {
			return
		}
		for _, h := range c.out[top.at] {
			if w := top.cost + h.cost; h.to != v && w <= farthest && w < c.cost[h.to] {
				c.reach(h.to, w)
			}
		}
	}
}

func (c *contraction) reach(v int32, w cost) {
	if c.cost[v] == never {
		c.touched = append(c.touched, v)
	}
	c.cost[v] = w
	c.queue.push(w, v)
}

func (c *contraction) forget() {
	for _, v := range c.touched {
		c.cost[v] = never
	}
	c.touched, c.queue = c.touched[:0], c.queue[:0]
}

// importance of the vertex that was just simulated: its level, and how many arcs
// and original arcs come for one that goes (the terms of RoutingKit).
func (c *contraction) importance(v int32) int64 {
	arcs, hops := int64(0), int64(0)
	for _, hop := range c.out[v] {
		arcs++
		hops += int64(c.hops[hop.arc])
	}
	for _, hop := range c.in[v] {
		arcs++
		hops += int64(c.hops[hop.arc])
	}
	if arcs == 0 {
		return int64(c.level[v]) * 1000
	}
	newHops := int64(0)
	for _, s := range c.found {
		newHops += int64(c.hops[s.first] + c.hops[s.second])
	}
	return 1 + int64(c.level[v])*1000 + 1000*int64(len(c.found))/arcs + 1000*newHops/hops
}

// remove takes v away and sets the importance of its neighbours anew.
func (c *contraction) remove(v int32) {
	c.simulate(v)
	c.near = c.near[:0]
	for _, h := range c.out[v] {
		c.in[h.to] = without(c.in[h.to], v)
		c.near = append(c.near, h.to)
	}
	for _, h := range c.in[v] {
		c.out[h.to] = without(c.out[h.to], v)
		if !slices.Contains(c.near, h.to) {
			c.near = append(c.near, h.to)
		}
	}
	for _, s := range c.found {
		c.add(s.from, s.to, s.cost, [2]int32{s.first, s.second}, c.hops[s.first]+c.hops[s.second])
	}
	for _, u := range c.near {
		c.level[u] = max(c.level[u], c.level[v]+1)
		c.simulate(u)
		c.line.set(c.importance(u), u)
	}
}

func without(hops []hop, to int32) []hop {
	for i := range hops {
		if hops[i].to == to {
			hops[i] = hops[len(hops)-1]
			return hops[:len(hops)-1]
		}
	}
	return hops
}

// hierarchy lays the arcs out by position; order has the most important first.
func (c *contraction) hierarchy(order []int32) hierarchy {
	h := hierarchy{position: make([]int32, len(order)), parts: c.parts}
	for p, v := range order {
		h.position[v] = int32(p)
	}
	h.up = layOut(order, c.out, h.position)
	h.down = layOut(order, c.in, h.position)
	return h
}

func layOut(order []int32, hops [][]hop, position []int32) fan {
	count := 0
	for _, of := range hops {
		count += len(of)
	}
	f := fan{start: make([]int32, 1, len(order)+1), hops: make([]hop, 0, count)}
	for _, v := range order {
		first := len(f.hops)
		for _, h := range hops[v] {
			h.to = position[h.to]
			f.hops = append(f.hops, h)
		}
		slices.SortFunc(f.hops[first:], func(a, b hop) int { return int(a.to - b.to) })
		f.start = append(f.start, int32(len(f.hops)))
	}
	return f
}
