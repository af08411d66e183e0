package network

import (
	"cmp"
	"slices"
)

// pocketLimit is the longest part behind private gates, in centimetres, that is
// taken for the yard of its own doors. What is longer stays public, and its gates
// are shut.
const pocketLimit = 20e5

// markGates makes vertices of the nodes that stop somebody.
func (b *builder) markGates() {
	for id, tags := range b.streets.NodeTags {
		if b.profile.gate(tags) == open {
			continue
		}
		if at, found := b.streets.Nodes.Index(id); found && b.uses[at] > 0 {
			b.use(at)
		}
	}
}

// readGates notes the gates among the vertices, and the edges that end at an
// entrance.
func (b *builder) readGates() {
	entrances := map[int32]bool{}
	for id, tags := range b.streets.NodeTags {
		v, found := b.vertexAt(id)
		if !found {
			continue
		}
		if g := b.profile.gate(tags); g != open {
			b.gates[v] = g
		}
		if e := tags.Find("entrance"); e != "" && e != "no" {
			entrances[v] = true
		}
	}
	for i := range b.edges {
		if entrances[b.edges[i].tail] {
			b.edges[i].flags |= entranceTail
		}
		if entrances[b.edges[i].head] {
			b.edges[i].flags |= entranceHead
		}
	}
}

// close gives every edge that ends at a gate a vertex of its own there, so that
// nobody passes, and then opens private gates to the parts behind them, which
// become private.
func (b *builder) close() {
	if len(b.gates) == 0 {
		return
	}
	ends := b.endsAtGates()
	parts := newUnion(b.vertices)
	metres := make([]uint64, b.vertices)
	for _, e := range b.edges {
		if !e.is(private) {
			parts.join(e.tail, e.head)
		}
	}
	for _, e := range b.edges {
		if !e.is(private) {
			metres[parts.find(e.tail)] += e.mapped()
		}
	}
	behind := b.behindGates(ends, parts, metres)
	for i := range b.edges {
		if e := &b.edges[i]; !e.is(private) && behind[parts.find(e.tail)] {
			e.flags |= private
		}
	}
	b.rejoin(ends)
}

// endAt is one end of an edge at a gate.
type endAt struct {
	gate int32
	edge int32
	dir  int8 // 0 the tail, 1 the head
}

func (b *builder) end(x endAt) *int32 {
	if x.dir == 0 {
		return &b.edges[x.edge].tail
	}
	return &b.edges[x.edge].head
}

// endsAtGates separates the edges at gates and lists them by gate.
func (b *builder) endsAtGates() []endAt {
	var ends []endAt
	for i := range b.edges {
		for dir := range int8(2) {
			x := endAt{edge: int32(i), dir: dir}
			at := b.end(x)
			if b.gates[*at] == open {
				continue
			}
			x.gate = *at
			*at = b.newVertex()
			ends = append(ends, x)
		}
	}
	slices.SortStableFunc(ends, func(x, y endAt) int { return cmp.Compare(x.gate, y.gate) })
	return ends
}

// behindGates tells the parts that are reached through private gates alone: of
// the parts that such gates join all but the longest, unless they are too long.
func (b *builder) behindGates(ends []endAt, parts *union, metres []uint64) map[int32]bool {
	groups := newUnion(b.vertices)
	for i := range ends[1:] {
		if x, y := ends[i], ends[i+1]; x.gate == y.gate && b.gates[x.gate] == owned {
			groups.join(parts.find(*b.end(x)), parts.find(*b.end(y)))
		}
	}
	longest := map[int32]int32{}
	for _, x := range ends {
		part := parts.find(*b.end(x))
		group := groups.find(part)
		if best, found := longest[group]; !found || metres[part] > metres[best] || metres[part] == metres[best] && part < best {
			longest[group] = part
		}
	}
	behind := map[int32]bool{}
	for _, x := range ends {
		part := parts.find(*b.end(x))
		if longest[groups.find(part)] != part && metres[part] <= pocketLimit {
			behind[part] = true
		}
	}
	return behind
}

// rejoin lets the private edges at a private gate meet each other and the first
// public edge there.
func (b *builder) rejoin(ends []endAt) {
	for len(ends) > 0 {
		gate := ends[0].gate
		count := 1
		for count < len(ends) && ends[count].gate == gate {
			count++
		}
		if b.gates[gate] == owned {
			b.rejoinGate(ends[:count])
		}
		ends = ends[count:]
	}
}

func (b *builder) rejoinGate(ends []endAt) {
	meet := *b.end(ends[0])
	for _, x := range ends {
		if !b.edges[x.edge].is(private) {
			meet = *b.end(x)
			break
		}
	}
	for _, x := range ends {
		if b.edges[x.edge].is(private) {
			*b.end(x) = meet
		}
	}
}

// union is disjoint sets of vertices, each named by its smallest member.
type union struct{ parent []int32 }

func newUnion(n int32) *union {
	u := &union{make([]int32, n)}
	for i := range u.parent {
		u.parent[i] = int32(i)
	}
	return u
}

func (u *union) find(v int32) int32 {
	for u.parent[v] != v {
		u.parent[v] = u.parent[u.parent[v]]
		v = u.parent[v]
	}
	return v
}

func (u *union) join(v, w int32) {
	v, w = u.find(v), u.find(w)
	u.parent[max(v, w)] = min(v, w)
}
