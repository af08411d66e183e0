package network

import (
	"cmp"
	"slices"
)

// Link joins two doors that are neighbours along the ways: the pieces of way
// nearest to them touch.
type Link struct {
	// A and B are indexes of the doors, A < B.
	A, B int32
	// Seconds along that way, in the faster direction, without the stretches between
	// street and door: sums of them are times of longer walks.
	Seconds float64
}

// Neighbours are the links between doors of one piece: the dual graph of the
// network Voronoi diagram of the doors (Erwig, "The graph Voronoi diagram with
// applications", 2000). Two doors may be linked more than once, by different ways.
// A door off the network has none. The order depends on nothing but the input.
func (n *Network) Neighbours(doors []Access) []Link {
	v := newVoronoi(n, doors)
	v.spread()
	for e := range int32(n.Edges()) {
		v.along(e)
	}
	return v.links
}

// voronoi gives every vertex the nearest door of the piece it is reached in.
type voronoi struct {
	n     *Network
	doors []Access
	// on are the doors by edge, then by offset; those of edge e begin at start[e].
	on    []int32
	start []int32
	// ends are the edges at a vertex, from first[v] to first[v+1].
	first []int32
	ends  []int32
	owner []int32
	cost  []cost
	links []Link
}

func newVoronoi(n *Network, doors []Access) *voronoi {
	vertices := len(n.rank.position)
	v := &voronoi{
		n: n, doors: doors, start: make([]int32, n.Edges()+1), first: make([]int32, vertices+1),
		owner: slices.Repeat([]int32{missing}, vertices), cost: slices.Repeat([]cost{never}, vertices),
	}
	for i := range doors {
		if doors[i].Reachable() {
			v.on = append(v.on, int32(i))
			v.start[doors[i].edge+1]++
		}
	}
	slices.SortFunc(v.on, func(a, b int32) int {
		return cmp.Or(cmp.Compare(doors[a].edge, doors[b].edge), cmp.Compare(doors[a].offset, doors[b].offset), cmp.Compare(a, b))
	})
	for e := range n.Edges() {
		v.start[e+1] += v.start[e]
		v.first[n.edges[e].tail+1]++
		v.first[n.edges[e].head+1]++
	}
	for i := range vertices {
		v.first[i+1] += v.first[i]
	}
	v.ends = make([]int32, v.first[vertices])
	fill := slices.Clone(v.first)
	for e := range int32(n.Edges()) {
		for _, at := range [2]int32{n.edges[e].tail, n.edges[e].head} {
			v.ends[fill[at]] = e
			fill[at]++
		}
	}
	return v
}

// of are the doors of an edge, from tail to head.
func (v *voronoi) of(e int32) []int32 { return v.on[v.start[e]:v.start[e+1]] }

// pace is the cost of an edge in its faster direction.
func (e *edge) pace() cost { return min(e.traverse(0), e.traverse(1)) }

// share is the cost of the stretch of an edge between two offsets.
func (e *edge) share(from, to uint32) cost {
	if e.length == 0 {
		return 0
	}
	whole := e.pace()
	return costOf(uint32(uint64(whole.ms())*uint64(to-from)/uint64(e.length)), to-from)
}

// spread gives the vertices their doors: Dijkstra's algorithm from all doors at
// once, each within its piece.
func (v *voronoi) spread() {
	var waiting queue
	reach := func(at int32, c cost, door int32) {
		if c < v.cost[at] {
			v.cost[at], v.owner[at] = c, door
			waiting.push(c, at)
		}
	}
	for e := range int32(v.n.Edges()) {
		on, edge := v.of(e), &v.n.edges[e]
		if len(on) == 0 || edge.pace() >= never {
			continue
		}
		first, last := &v.doors[on[0]], &v.doors[on[len(on)-1]]
		reach(edge.tail, edge.share(0, first.offset), on[0])
		reach(edge.head, edge.share(last.offset, edge.length), on[len(on)-1])
	}
	for len(waiting) > 0 {
		top := waiting.pop()
		if top.cost > v.cost[top.at] {
			continue
		}
		door := v.owner[top.at]
		for _, e := range v.ends[v.first[top.at]:v.first[top.at+1]] {
			edge := &v.n.edges[e]
			if len(v.of(e)) > 0 || v.n.pieceOf[e] != v.doors[door].Piece || edge.pace() >= never {
				continue
			}
			reach(edge.tail, top.cost+edge.pace(), door)
			reach(edge.head, top.cost+edge.pace(), door)
		}
	}
}

// along links the doors that meet on an edge.
func (v *voronoi) along(e int32) {
	edge, on := &v.n.edges[e], v.of(e)
	if edge.pace() >= never {
		return
	}
	tail, head := v.owner[edge.tail], v.owner[edge.head]
	if len(on) == 0 {
		v.link(tail, head, v.cost[edge.tail]+v.cost[edge.head]+edge.pace())
		return
	}
	first, last := &v.doors[on[0]], &v.doors[on[len(on)-1]]
	v.link(tail, on[0], v.cost[edge.tail]+edge.share(0, first.offset))
	v.link(on[len(on)-1], head, v.cost[edge.head]+edge.share(last.offset, edge.length))
	for k := range on[1:] {
		v.link(on[k], on[k+1], edge.share(v.doors[on[k]].offset, v.doors[on[k+1]].offset))
	}
}

func (v *voronoi) link(a, b int32, c cost) {
	if a == missing || b == missing || a == b || c >= never || v.doors[a].Piece != v.doors[b].Piece {
		return
	}
	v.links = append(v.links, Link{min(a, b), max(a, b), float64(c.ms()) / 1000})
}
