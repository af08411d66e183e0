package network

import (
	"slices"
	"strings"

	paulmach "github.com/paulmach/osm"
)

// turns are the turn restrictions. Who arrives by a restricted way arrives at a
// copy of the junction, which has only the ways that may be taken from there; the
// hierarchy then needs to know nothing of turns.
type turns struct {
	// arrives is the copy at which a restricted traversal ends.
	arrives map[traversal]int32
	// forks are the copies of a vertex.
	forks map[int32][]fork
}

// fork is a copy of a vertex and what leaves it.
type fork struct {
	vertex  int32
	allowed []traversal
}

// excepted are the modes in the tag except of a restriction.
var excepted = map[Mode]string{Bike: "bicycle", Car: "motorcar"}

// restrict makes the copies that the turn restrictions ask for; none on foot.
func (b *builder) restrict() turns {
	t := turns{}
	if b.profile.Mode == Foot || len(b.streets.Restrictions) == 0 {
		return t
	}
	t.arrives, t.forks = map[traversal]int32{}, map[int32][]fork{}
	left := map[traversal][]traversal{}
	var order []traversal
	leaving := b.leavingVias()
	for _, r := range b.streets.Restrictions {
		v, found := b.vertexAt(r.Via)
		if !found || slices.Contains(strings.Split(r.Except, ";"), excepted[b.profile.Mode]) {
			continue
		}
		to := b.ofWay(leaving[v], r.To)
		for _, out := range b.ofWay(leaving[v], r.From) {
			from := out ^ 1
			if b.edges[from.edge()].traverse(from.dir()) == never || len(to) == 0 {
				continue
			}
			if _, known := left[from]; !known {
				left[from] = slices.Clone(leaving[v])
				order = append(order, from)
			}
			only := strings.HasPrefix(r.Kind, "only_")
			left[from] = slices.DeleteFunc(left[from], func(t traversal) bool { return slices.Contains(to, t) != only })
		}
	}
	for _, from := range order {
		v := b.edges[from.edge()].to(from.dir())
		t.arrives[from] = b.newVertex()
		t.forks[v] = append(t.forks[v], fork{t.arrives[from], left[from]})
	}
	return t
}

func (b *builder) vertexAt(id paulmach.NodeID) (int32, bool) {
	at, found := b.streets.Nodes.Index(id)
	if !found || b.vertexOf[at] == missing {
		return 0, false
	}
	return b.vertexOf[at], true
}

// leavingVias lists the public traversals out of each junction of a restriction.
func (b *builder) leavingVias() map[int32][]traversal {
	leaving := map[int32][]traversal{}
	for _, r := range b.streets.Restrictions {
		if v, found := b.vertexAt(r.Via); found {
			leaving[v] = nil
		}
	}
	for i := range b.edges {
		for dir := range 2 {
			e := &b.edges[i]
			v := e.to(1 - dir)
			if _, wanted := leaving[v]; wanted && !e.is(private) {
				leaving[v] = append(leaving[v], traverse(int32(i), dir))
			}
		}
	}
	return leaving
}

func (b *builder) ofWay(leaving []traversal, way paulmach.WayID) []traversal {
	var found []traversal
	for _, t := range leaving {
		if b.wayOf[t.edge()] == way {
			found = append(found, t)
		}
	}
	return found
}

// to is the end of an edge in a direction.
func (e *edge) to(dir int) int32 {
	if dir == 0 {
		return e.head
	}
	return e.tail
}

// arrival is the vertex at which a traversal ends.
func (n *Network) arrival(t traversal) int32 {
	if v, found := n.turns.arrives[t]; found {
		return v
	}
	return n.edges[t.edge()].to(t.dir())
}

// departures calls yield with every vertex from which a traversal may begin: its
// own and the copies that allow it. Into a private way all of them do.
func (n *Network) departures(t traversal, yield func(vertex int32)) {
	e := &n.edges[t.edge()]
	v := e.to(1 - t.dir())
	yield(v)
	for _, f := range n.turns.forks[v] {
		if e.is(private) || slices.Contains(f.allowed, t) {
			yield(f.vertex)
		}
	}
}

// arc is an original arc of the hierarchy: a public edge in one direction.
type arc struct {
	from, to int32
	cost     cost
	by       traversal
}

// arcs lists the public arcs between vertices and their copies.
func (n *Network) arcs() []arc {
	arcs := make([]arc, 0, 2*n.Edges())
	for i := range n.Edges() {
		e := &n.edges[i]
		for dir := range 2 {
			c := e.traverse(dir)
			if e.is(private) || c == never {
				continue
			}
			t := traverse(int32(i), dir)
			to := n.arrival(t)
			n.departures(t, func(from int32) { arcs = append(arcs, arc{from, to, c, t}) })
		}
	}
	return arcs
}
