package network

import "slices"

// pocketSearch is Dijkstra's algorithm inside one pocket of private ways.
type pocketSearch struct {
	n       *Network
	reached map[int32]step
	queue   queue
	order   []int32
}

// step is how a vertex of the pocket was reached: by a traversal, from the door
// when first.
type step struct {
	cost  cost
	by    traversal
	first bool
}

func newPocketSearch(n *Network) pocketSearch {
	return pocketSearch{n: n, reached: map[int32]step{}}
}

// run reaches every vertex of the pocket from an access, or, when arriving,
// finds what it costs to get from there to the access. Public vertices are where
// it stops.
func (p *pocketSearch) run(a *Access, arriving bool) {
	clear(p.reached)
	p.queue, p.order = p.queue[:0], p.order[:0]
	n := p.n
	for dir := range 2 {
		c := n.partial(a, dir, arriving)
		if c >= never {
			continue
		}
		end := dir
		if arriving {
			end = 1 - dir
		}
		p.reach(n.edges[a.edge].to(end), step{a.toDoor() + c, traverse(a.edge, dir), true})
	}
	for len(p.queue) > 0 {
		top := p.queue.pop()
		if top.cost > p.reached[top.at].cost {
			continue
		}
		p.order = append(p.order, top.at)
		if n.yards.public[top.at] {
			continue
		}
		for _, out := range n.yards.leaving(top.at) {
			e := &n.edges[out.edge()]
			by := out
			if arriving {
				by ^= 1
			}
			if c := e.traverse(by.dir()); c < never {
				p.reach(e.to(out.dir()), step{top.cost + c, by, false})
			}
		}
	}
}

func (p *pocketSearch) reach(v int32, s step) {
	if old, found := p.reached[v]; found && old.cost <= s.cost {
		return
	}
	p.reached[v] = s
	p.queue.push(s.cost, v)
}

// exits runs and lists the public vertices.
func (p *pocketSearch) exits(a *Access, arriving bool, into []entry) []entry {
	p.run(a, arriving)
	for _, v := range p.order {
		if !p.n.yards.public[v] {
			continue
		}
		into = append(into, entry{v, p.reached[v].cost})
		if arriving {
			for _, f := range p.n.turns.forks[v] {
				into = append(into, entry{f.vertex, p.reached[v].cost})
			}
		}
	}
	return into
}

// within is the cost from the access of the last run, which was leaving, to
// another of the same pocket without leaving it, doors included; and the
// traversal of b's edge that ends there.
func (p *pocketSearch) within(b *Access) (cost, traversal) {
	best, by := never, traversal(missing)
	for dir := range 2 {
		rest := p.n.partial(b, dir, true)
		reached, found := p.reached[p.n.edges[b.edge].to(1-dir)]
		if !found || rest >= never {
			continue
		}
		if c := reached.cost + rest + b.toDoor(); c < best {
			best, by = c, traverse(b.edge, dir)
		}
	}
	return best, by
}

// trace appends the traversals of the last run between the access and a vertex,
// without the access's own edge: from the access on, or, when arriving, from the
// vertex on. first is how the access's edge is walked.
func (p *pocketSearch) trace(v int32, arriving bool, path []traversal) (whole []traversal, first traversal) {
	begin := len(path)
	for {
		s := p.reached[v]
		if s.first {
			first = s.by
			break
		}
		path = append(path, s.by)
		if arriving {
			v = p.n.edges[s.by.edge()].to(s.by.dir())
		} else {
			v = p.n.edges[s.by.edge()].to(1 - s.by.dir())
		}
	}
	if !arriving {
		slices.Reverse(path[begin:])
	}
	return path, first
}
