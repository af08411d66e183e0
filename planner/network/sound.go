package network

import "unsafe"

// mostMilliseconds is the most an arc may cost in a sound file: 74 hours.
const mostMilliseconds = 1 << 28

// sound tells whether every index of a network that was read from a file lies where
// it may, so that no query leaves its slices, whatever the file holds.
func (n *Network) sound() bool {
	if len(n.edges) < 2 || len(n.pieces) == 0 || len(n.names) == 0 {
		return false
	}
	if _, err := ParseMode(string(n.profile.Mode)); err != nil {
		return false
	}
	edges, vertices := int32(n.Edges()), int32(len(n.rank.position))
	return n.soundEdges(vertices) && n.soundYards(edges, vertices) && n.rank.sound(edges) && n.turns.sound(edges, vertices) &&
		n.index.sound() && n.walls.sound() && n.soundRuns(edges) &&
		len(n.degree) == int(vertices) && len(n.pieceOf) == int(edges) && within(n.pieceOf, 0, int32(len(n.pieces)))
}

// within tells whether all values are at least low and less than high.
func within[T ~int32](values []T, low, high T) bool {
	for _, v := range values {
		if v < low || v >= high {
			return false
		}
	}
	return true
}

// fence tells whether starts rise from 0 to the end, one more than the parts.
func fence(starts []int32, parts, end int32) bool {
	if len(starts) != int(parts)+1 || starts[0] != 0 || starts[parts] != end {
		return false
	}
	for i := range parts {
		if starts[i] > starts[i+1] {
			return false
		}
	}
	return true
}

func (n *Network) soundEdges(vertices int32) bool {
	names := int32(len(n.names))
	for i := range n.edges[:n.Edges()] {
		e, next := &n.edges[i], &n.edges[i+1]
		if e.tail < 0 || e.tail >= vertices || e.head < 0 || e.head >= vertices || e.name < 0 || e.name >= names || e.kind > crossing ||
			e.shape < 0 || int64(next.shape) < int64(e.shape)+2 ||
			e.forward != closed && e.forward > mostMilliseconds || e.backward != closed && e.backward > mostMilliseconds {
			return false
		}
		if e.crossing > 0 && !n.hasOtherSide(i) {
			return false
		}
	}
	return n.edges[0].shape == 0 && int(n.edges[n.Edges()].shape) == len(n.shape)
}

// hasOtherSide tells whether the other side of a two-sided street lies beside it.
func (n *Network) hasOtherSide(i int) bool {
	left := i
	if n.edges[i].is(far) {
		left--
	}
	if left < 0 || left+2 >= len(n.edges) || n.edges[left].is(far) || !n.edges[left+1].is(far) || n.edges[left+1].crossing == 0 {
		return false
	}
	a, b, end := n.edges[left].shape, n.edges[left+1].shape, n.edges[left+2].shape
	return b-a == end-b
}

func (n *Network) soundYards(edges, vertices int32) bool {
	y := &n.yards
	// Copies of junctions come after the vertices at which edges end.
	ends := int32(len(y.public))
	if len(y.of) != int(edges) || ends > vertices {
		return false
	}
	for i := range n.edges[:edges] {
		if n.edges[i].tail >= ends || n.edges[i].head >= ends {
			return false
		}
	}
	for _, b := range unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(y.public))), len(y.public)) {
		if b > 1 {
			return false
		}
	}
	return within(y.of, missing, edges) && fence(y.start, ends, int32(len(y.arcs))) && within(y.arcs, 0, traversal(2*edges))
}

func (h *hierarchy) sound(edges int32) bool {
	vertices := int32(len(h.position))
	seen := make([]bool, vertices)
	for _, p := range h.position {
		if p < 0 || p >= vertices || seen[p] {
			return false
		}
		seen[p] = true
	}
	// A path has every traversal once at most; so no arc unpacks to more.
	ways := make([]int32, len(h.parts))
	for i, parts := range h.parts {
		switch a, b := parts[0], parts[1]; {
		case b == missing && a >= 0 && a < 2*edges:
			ways[i] = 1
		case b < 0 || a < 0 || int(a) >= i || int(b) >= i || int64(ways[a])+int64(ways[b]) > 2*int64(edges):
			return false
		default:
			ways[i] = ways[a] + ways[b]
		}
	}
	return h.up.sound(vertices, int32(len(h.parts))) && h.down.sound(vertices, int32(len(h.parts)))
}

// sound also tells that the arcs climb: to smaller positions.
func (f *fan) sound(vertices, arcs int32) bool {
	if !fence(f.start, vertices, int32(len(f.hops))) {
		return false
	}
	for p := range vertices {
		for _, hop := range f.of(p) {
			if hop.to < 0 || hop.to >= p || hop.arc < 0 || hop.arc >= arcs || hop.cost >= never {
				return false
			}
		}
	}
	return true
}

func (t *turns) sound(edges, vertices int32) bool {
	for v, forks := range t.forks {
		if v < 0 || v >= vertices {
			return false
		}
		for _, f := range forks {
			if f.vertex < 0 || f.vertex >= vertices || !within(f.allowed, 0, traversal(2*edges)) {
				return false
			}
		}
	}
	for at, v := range t.arrives {
		if at < 0 || at >= traversal(2*edges) || v < 0 || v >= vertices {
			return false
		}
	}
	return true
}

func (x *lineIndex) sound() bool {
	for _, r := range x.runs {
		if r.first < 0 || r.last <= r.first || int(r.last) >= len(x.points) {
			return false
		}
	}
	return len(x.levels) > 0 && len(x.levels[0]) == len(x.runs)
}

// soundRuns tells whether every run is part of its edge.
func (n *Network) soundRuns(edges int32) bool {
	for _, r := range n.index.runs {
		if r.line < 0 || r.line >= edges || r.first < n.edges[r.line].shape || r.last >= n.edges[r.line+1].shape {
			return false
		}
	}
	return true
}
