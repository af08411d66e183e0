package network

// yards are the pockets of private ways. A leg may begin in one and end in one,
// so they are no part of the hierarchy: a search inside the pocket finds its
// exits, the vertices where it meets a public way.
type yards struct {
	// of is the pocket of an edge, missing for a public edge.
	of []int32
	// public tells the vertices at which a public edge ends.
	public []bool
	// start and arcs are the private edges that leave a vertex.
	start []int32
	arcs  []traversal
}

// traversal is an edge (times 2) walked along (+ 0) or against (+ 1).
type traversal int32

func traverse(edge int32, dir int) traversal { return traversal(edge<<1 | int32(dir)) }

func (t traversal) edge() int32 { return int32(t >> 1) }
func (t traversal) dir() int    { return int(t & 1) }

// newYards finds the pockets: private edges that meet where no public way is.
func newYards(edges []edge, vertices int32) yards {
	y := yards{of: make([]int32, len(edges)), public: make([]bool, vertices), start: make([]int32, vertices+1)}
	for i := range edges {
		e := &edges[i]
		if e.is(private) {
			y.start[e.tail+1]++
			y.start[e.head+1]++
			continue
		}
		y.public[e.tail], y.public[e.head] = true, true
	}
	for v := range vertices {
		y.start[v+1] += y.start[v]
	}
	y.arcs = make([]traversal, y.start[vertices])
	fill := append([]int32(nil), y.start...)
	groups := newUnion(int32(len(edges)))
	first := map[int32]int32{}
	for i := range edges {
		e := &edges[i]
		y.of[i] = missing
		if !e.is(private) {
			continue
		}
		for dir, v := range [2]int32{e.tail, e.head} {
			y.arcs[fill[v]] = traverse(int32(i), dir)
			fill[v]++
			if y.public[v] {
				continue
			}
			if other, found := first[v]; found {
				groups.join(other, int32(i))
			} else {
				first[v] = int32(i)
			}
		}
	}
	for i := range edges {
		if edges[i].is(private) {
			y.of[i] = groups.find(int32(i))
		}
	}
	return y
}

// leaving are the private ways out of a vertex.
func (y *yards) leaving(v int32) []traversal { return y.arcs[y.start[v]:y.start[v+1]] }
