package territory

// severer finds what a place cuts off from its territory. It is scratch for one
// goroutine.
type severer struct {
	g *Graph
	// mark of a place is stamp + the number of the search that reached it.
	mark    []int32
	stamp   int32
	queues  [][]int32
	heads   []int
	root    []int32
	members []int32
}

func (g *Graph) newSeverer() *severer {
	return &severer{g: g, mark: make([]int32, g.Len())}
}

// group is the place and every piece of its territory that would lose its
// connection without it, but for the largest. The result is valid until the next
// call.
//
// A search runs from each neighbour in turn, step by step: searches that meet
// become one, one that runs dry has found a piece, and the last one left need not
// finish. So the work is that of the smaller pieces.
func (c *severer) group(d *Division, place int32) []int32 {
	c.begin(d, place)
	alive := c.alive()
	for alive > 1 {
		for k := range c.queues {
			if c.root[k] == int32(k) && !c.step(d, place, int32(k)) {
				if alive = c.alive(); alive <= 1 {
					break
				}
			}
		}
		alive = c.alive()
	}
	c.members = append(c.members[:0], place)
	for k := range c.queues {
		if c.root[k] == int32(k) && c.heads[k] == len(c.queues[k]) {
			c.members = append(c.members, c.queues[k]...)
		}
	}
	return c.members
}

// begin starts a search at each neighbour of the place in its territory.
func (c *severer) begin(d *Division, place int32) {
	starts := 0
	arcs := c.g.arcs(place)
	if c.stamp > 1<<30 {
		clear(c.mark)
		c.stamp = 0
	}
	c.stamp += int32(len(c.queues)) + 1
	c.root = c.root[:0]
	c.heads = c.heads[:0]
	for _, a := range arcs {
		if d.Of[a.to] != d.Of[place] {
			continue
		}
		if starts == cap(c.queues) {
			c.queues = append(c.queues[:starts], nil)
		}
		c.queues = c.queues[:starts+1]
		c.queues[starts] = append(c.queues[starts][:0], a.to)
		c.root = append(c.root, int32(starts))
		c.heads = append(c.heads, 0)
		c.mark[a.to] = c.stamp + int32(starts)
		starts++
	}
	c.queues = c.queues[:starts]
}

// alive counts searches that have not run dry.
func (c *severer) alive() int {
	alive := 0
	for k := range c.queues {
		if c.root[k] == int32(k) && c.heads[k] < len(c.queues[k]) {
			alive++
		}
	}
	return alive
}

// step looks at one place of search k; false when the number of searches changed.
func (c *severer) step(d *Division, place, k int32) bool {
	if c.heads[k] == len(c.queues[k]) {
		return true
	}
	at := c.queues[k][c.heads[k]]
	c.heads[k]++
	same := true
	for _, a := range c.g.arcs(at) {
		if a.to == place || d.Of[a.to] != d.Of[place] {
			continue
		}
		if mark := c.mark[a.to]; mark < c.stamp {
			c.mark[a.to] = c.stamp + k
			c.queues[k] = append(c.queues[k], a.to)
		} else if other := c.find(mark - c.stamp); other != k {
			c.join(k, other)
			same = false
		}
	}
	return same && c.heads[k] < len(c.queues[k])
}

func (c *severer) find(k int32) int32 {
	for c.root[k] != k {
		k = c.root[k]
	}
	return k
}

// join moves what search other has found to search k; what it has looked at goes
// in front of k's head.
func (c *severer) join(k, other int32) {
	seen := c.queues[other][:c.heads[other]]
	ahead := c.queues[other][c.heads[other]:]
	joined := make([]int32, 0, len(c.queues[k])+len(c.queues[other]))
	joined = append(joined, seen...)
	joined = append(joined, c.queues[k]...)
	joined = append(joined, ahead...)
	c.heads[k] += len(seen)
	c.queues[k] = joined
	c.root[other] = k
	c.queues[other] = c.queues[other][:0]
	c.heads[other] = 0
}
