package network

import (
	"cmp"
	"slices"
)

// Piece is a connected part of the network: from each of its edges one gets to
// every other and back. An island is a piece, and so is a street that leads
// into the extract from outside only.
type Piece struct {
	// Metres is the length of its ways.
	Metres float64
}

// Pieces are the connected parts, the longest first. Their indexes are what
// [Access.Piece] holds.
func (n *Network) Pieces() []Piece { return n.pieces }

// Component is the index in [Network.Pieces] of the piece that a door is on, -1
// for a door that is off the network.
func (n *Network) Component(a Access) int32 { return a.Piece }

// findPieces groups the public edges by strongly connected component; a pocket
// belongs to the longest piece that it opens to.
func (n *Network) findPieces(vertices int32, arcs []arc) {
	component := components(vertices, arcs)
	of := make([]int32, n.Edges())
	length := map[int32]uint64{}
	next := vertices
	for i := range of {
		e := &n.edges[i]
		if e.is(private) {
			continue
		}
		of[i] = component[e.tail]
		if component[e.head] != of[i] {
			// A one-way between two pieces is a piece of its own.
			of[i] = next
			next++
		}
		length[of[i]] += e.mapped()
	}
	n.joinPockets(of, component, length, next)
	n.numberPieces(of, length)
}

func (n *Network) joinPockets(of, component []int32, length map[int32]uint64, next int32) {
	outside := map[int32]int32{}
	for i := range of {
		e := &n.edges[i]
		pocket := n.yards.of[i]
		for _, v := range [2]int32{e.tail, e.head} {
			if pocket == missing || !n.yards.public[v] {
				continue
			}
			best, found := outside[pocket]
			if c := component[v]; !found || length[c] > length[best] || length[c] == length[best] && c < best {
				outside[pocket] = c
			}
		}
	}
	for i := range of {
		pocket := n.yards.of[i]
		if pocket == missing {
			continue
		}
		if _, found := outside[pocket]; !found {
			outside[pocket] = next
			next++
		}
		of[i] = outside[pocket]
		length[of[i]] += n.edges[i].mapped()
	}
}

func (n *Network) numberPieces(of []int32, length map[int32]uint64) {
	ids := make([]int32, 0, len(length))
	for id := range length {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b int32) int {
		return cmp.Or(cmp.Compare(length[b], length[a]), cmp.Compare(a, b))
	})
	number := make(map[int32]int32, len(ids))
	for i, id := range ids {
		number[id] = int32(i)
		n.pieces = append(n.pieces, Piece{Metres: float64(length[id]) / 100})
	}
	n.pieceOf = of
	for i := range of {
		of[i] = number[of[i]]
	}
}

// components names the strongly connected component of every vertex (Tarjan
// 1972, with a stack of its own in place of recursion).
func components(vertices int32, arcs []arc) []int32 {
	start, to := outgoing(vertices, arcs)
	const unseen = -1
	var (
		component = slices.Repeat([]int32{unseen}, int(vertices))
		index     = slices.Repeat([]int32{unseen}, int(vertices))
		low       = make([]int32, vertices)
		next      = slices.Clone(start[:vertices])
		stack     []int32
		calls     []int32
		seen      int32
		count     int32
	)
	for root := range vertices {
		if index[root] != unseen {
			continue
		}
		calls = append(calls[:0], root)
		for len(calls) > 0 {
			v := calls[len(calls)-1]
			if index[v] == unseen {
				index[v], low[v] = seen, seen
				seen++
				stack = append(stack, v)
			}
			if next[v] < start[v+1] {
				w := to[next[v]]
				next[v]++
				if index[w] == unseen {
					calls = append(calls, w)
				} else if component[w] == unseen {
					low[v] = min(low[v], index[w])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				parent := calls[len(calls)-1]
				low[parent] = min(low[parent], low[v])
			}
			if low[v] == index[v] {
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					component[w] = count
					if w == v {
						break
					}
				}
				count++
			}
		}
	}
	return component
}

// outgoing are the heads of arcs by tail.
func outgoing(vertices int32, arcs []arc) (start, to []int32) {
	start, to = make([]int32, vertices+1), make([]int32, len(arcs))
	for _, a := range arcs {
		start[a.from+1]++
	}
	for v := range vertices {
		start[v+1] += start[v]
	}
	fill := slices.Clone(start)
	for _, a := range arcs {
		to[fill[a.from]] = a.to
		fill[a.from]++
	}
	return start, to
}

// mapped is the length of an edge in centimetres, counting a street with two sides
// once.
func (e *edge) mapped() uint64 {
	if e.is(far) {
		return 0
	}
	return uint64(e.length)
}
