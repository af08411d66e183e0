package network

// search holds the buffers of queries; one at a time uses it.
type search struct {
	n *Network
	// ahead and behind climb from the source and from the target.
	ahead, behind climb
	// first and last search the pockets of the source and of the target.
	first, last    pocketSearch
	starts, finish []entry
	arcs           []int32
	path           []traversal
}

// entry is a vertex at which the hierarchy is entered or left, and what it costs
// to get there from the door.
type entry struct {
	vertex int32
	cost   cost
}

func newSearch(n *Network) *search {
	vertices := len(n.rank.position)
	return &search{
		n: n, ahead: newClimb(vertices), behind: newClimb(vertices),
		first: newPocketSearch(n), last: newPocketSearch(n),
	}
}

// entries are the vertices at which a leg that begins (or, when arriving, ends)
// at an access enters (leaves) the public network.
func (p *pocketSearch) entries(a *Access, arriving bool, into []entry) []entry {
	into = p.entriesAt(a, arriving, into)
	for i := 1; i < a.places(); i++ {
		one := a.at(i)
		into = p.entriesAt(&one, arriving, into)
	}
	return into
}

// entriesAt are those of the nearest place alone.
func (p *pocketSearch) entriesAt(a *Access, arriving bool, into []entry) []entry {
	n := p.n
	if n.edges[a.edge].is(private) {
		return p.exits(a, arriving, into)
	}
	door := a.toDoor()
	for dir := range 2 {
		t := traverse(a.edge, dir)
		c := n.partial(a, dir, arriving)
		if c >= never {
			continue
		}
		if arriving {
			n.departures(t, func(v int32) { into = append(into, entry{v, door + c}) })
		} else {
			into = append(into, entry{n.arrival(t), door + c})
		}
	}
	return into
}

// partial is the cost between an access and the end of its edge that a traversal
// reaches, or, when arriving, the end that it comes from.
func (n *Network) partial(a *Access, dir int, arriving bool) cost {
	e := &n.edges[a.edge]
	whole := e.traverse(dir)
	if whole >= never {
		return never
	}
	fromTail := e.part(a.offset, dir)
	if arriving == (dir == 0) {
		return fromTail
	}
	return whole - fromTail
}

// direct is the cost of a leg along one edge from nearest place to nearest place,
// doors included, and the traversal it takes. Two doors at one point are no
// distance apart.
func (n *Network) direct(a, b *Access) (cost, traversal) {
	if a.edge != b.edge {
		return never, missing
	}
	if a.Door == b.Door {
		return 0, traverse(a.edge, 0)
	}
	doors := a.toDoor() + b.toDoor()
	dir, low, high := 0, a.offset, b.offset
	if low > high {
		dir, low, high = 1, high, low
	}
	e := &n.edges[a.edge]
	switch {
	case low == high:
		return doors, traverse(a.edge, 0)
	case e.traverse(dir) >= never:
		return never, missing
	}
	return doors + e.part(high, dir) - e.part(low, dir), traverse(a.edge, dir)
}

// climb is a search towards more important vertices only.
type climb struct {
	cost []cost
	// arc led to a position, from another or, missing, from outside.
	arc, from []int32
	touched   []int32
	queue     queue
}

func newClimb(vertices int) climb {
	c := climb{cost: make([]cost, vertices), arc: make([]int32, vertices), from: make([]int32, vertices)}
	for i := range c.cost {
		c.cost[i] = never
	}
	return c
}

// run climbs from the entries through a fan. Afterwards cost is exact at every
// position whose shortest path only climbs.
func (c *climb) run(h *hierarchy, f *fan, entries []entry) {
	c.forget()
	for _, e := range entries {
		c.reach(h.position[e.vertex], e.cost, missing, missing)
	}
	for len(c.queue) > 0 {
		top := c.queue.pop()
		if top.cost > c.cost[top.at] {
			continue
		}
		for _, hop := range f.of(top.at) {
			c.reach(hop.to, top.cost+hop.cost, hop.arc, top.at)
		}
	}
}

func (c *climb) reach(p int32, w cost, arc, from int32) {
	if w >= c.cost[p] {
		return
	}
	if c.cost[p] == never {
		c.touched = append(c.touched, p)
	}
	c.cost[p], c.arc[p], c.from[p] = w, arc, from
	c.queue.push(w, p)
}

func (c *climb) forget() {
	for _, p := range c.touched {
		c.cost[p] = never
	}
	c.touched, c.queue = c.touched[:0], c.queue[:0]
}
