package network

// hierarchy is a contraction hierarchy. Vertices are renamed by position, the
// most important first; a shortest path climbs to smaller positions and then
// descends.
type hierarchy struct {
	// position of a vertex.
	position []int32
	// up are the arcs that climb, by the position they leave; down are those that
	// descend, by the position they reach, with to as where they come from.
	up, down fan
	// parts of an arc: two arcs, or a traversal and missing.
	parts [][2]int32
}

// fan is arcs by the position of one end.
type fan struct {
	start []int32
	hops  []hop
}

// hop is one arc of a fan: its other end, its cost, its number.
type hop struct {
	cost cost
	to   int32
	arc  int32
}

func (f *fan) of(p int32) []hop { return f.hops[f.start[p]:f.start[p+1]] }

// unpack appends the traversals of an arc.
func (h *hierarchy) unpack(arc int32, path []traversal) []traversal {
	parts := h.parts[arc]
	if parts[1] == missing {
		return append(path, traversal(parts[0]))
	}
	return h.unpack(parts[1], h.unpack(parts[0], path))
}
