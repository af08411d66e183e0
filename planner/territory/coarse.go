package territory

import "github.com/paulmach/orb"

// Coarse is a graph whose places are blocks of places of a finer one, so that a graph of a
// million is divided by some thousand: the coarsening of multilevel graph partitioning
// (Karypis, Kumar 1998).
type Coarse struct {
	*Graph
	fine *Graph
	// of is the block of each place, middle the place in the middle of each block.
	of, middle []int32
}

// Coarsen merges neighbours into blocks of about size places that hang together. With size 1 or less
// every place is by itself.
func (g *Graph) Coarsen(size int) *Coarse {
	c := &Coarse{fine: g, of: make([]int32, g.Len())}
	blocks := c.grow(size)
	places := make([]Place, len(blocks))
	for k, block := range blocks {
		c.middle = append(c.middle, g.middle(block))
		places[k] = g.merged(block)
	}
	var edges []Edge
	for i := range g.places {
		for _, a := range g.arcs(int32(i)) {
			if from, to := c.of[i], c.of[a.to]; from < to {
				edges = append(edges, Edge{from, to, a.seconds})
			}
		}
	}
	c.Graph, _ = NewGraph(places, edges) // what was valid in g is valid merged
	c.Day, c.Enough = g.Day, g.Enough
	return c
}

// grow takes the nearest places that are in no block yet, from each place that is in none.
// What comes out less than half as large is left over between others, and goes to the
// smallest of them that has less than twice as many.
func (c *Coarse) grow(size int) (blocks [][]int32) {
	for i := range c.of {
		c.of[i] = -1
	}
	var queue heap
	for i := range c.of {
		if c.of[i] >= 0 {
			continue
		}
		var block []int32
		queue = append(queue[:0], entry{0, int32(i)})
		for len(queue) > 0 && len(block) < max(1, size) {
			e := queue.pop()
			if c.of[e.index] >= 0 {
				continue
			}
			c.of[e.index] = int32(len(blocks))
			block = append(block, e.index)
			for _, a := range c.fine.arcs(e.index) {
				if c.of[a.to] < 0 {
					queue.push(entry{e.key + a.seconds, a.to})
				}
			}
		}
		if into := c.beside(block, blocks); 2*len(block) < size && into >= 0 && len(blocks[into]) < 2*size {
			for _, k := range block {
				c.of[k] = into
			}
			blocks[into] = append(blocks[into], block...)
			continue
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// beside is the smallest of the blocks that touch a new one, -1 when none does.
func (c *Coarse) beside(block []int32, blocks [][]int32) int32 {
	best := int32(-1)
	for _, i := range block {
		for _, a := range c.fine.arcs(i) {
			k := c.of[a.to]
			if k >= 0 && int(k) < len(blocks) && (best < 0 || len(blocks[k]) < len(blocks[best])) {
				best = k
			}
		}
	}
	return best
}

// merged is the place that stands for some: all their work in the mean of where they are.
func (g *Graph) merged(block []int32) Place {
	var p Place
	for _, i := range block {
		p.Work += g.places[i].Work
		p.At[0] += g.places[i].At[0]
		p.At[1] += g.places[i].At[1]
	}
	p.At = orb.Point{p.At[0] / float64(len(block)), p.At[1] / float64(len(block))}
	return p
}

// Refine is a division of the blocks as one of their places.
func (c *Coarse) Refine(d *Division) *Division {
	fine := &Division{Of: make([]int32, len(c.of)), Centre: make([]int32, len(d.Centre)), seconds: make([]float64, len(c.of))}
	for i, block := range c.of {
		fine.Of[i] = d.Of[block]
	}
	for t, block := range d.Centre {
		fine.Centre[t] = c.middle[block]
	}
	c.fine.measure(fine)
	return fine
}
