package network

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
	paulmach "github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/osm"
)

// Build makes the network of a profile from the ways of an extract. It fails
// when no way is open to the profile.
func Build(streets osm.Streets, profile Profile) (*Network, error) {
	profile.Mode = profile.mode()
	b := &builder{streets: streets, profile: profile, named: map[streetName]int32{{}: 0}}
	b.names = []streetName{{}}
	b.choose()
	b.cut()
	if len(b.edges) == 0 {
		return nil, fmt.Errorf("network: no way of the extract is open %s: does it hold ways with a highway tag?", profile.Mode.By())
	}
	b.cross()
	b.divide()
	b.close()
	n := &Network{profile: profile, notes: b.notes, edges: append(b.edges, edge{shape: int32(len(b.shape))}), shape: b.shape, names: b.names}
	n.yards = newYards(b.edges, b.vertices)
	n.turns = b.restrict()
	arcs := n.arcs()
	n.findPieces(b.vertices, arcs)
	n.rank = contract(b.vertices, arcs)
	n.index = indexEdges(n)
	n.walls = indexBarriers(streets.Barriers)
	n.degree = degrees(b.edges, b.vertices)
	n.entrances = entrancesOf(streets.Entrances)
	n.numbers = numberedOf(streets.Interpolations)
	n.searches.New = func() any { return newSearch(n) }
	return n, nil
}

func degrees(edges []edge, vertices int32) []uint8 {
	degree := make([]uint8, vertices)
	for i := range edges {
		if edges[i].kind == crossing {
			continue // no way out of a junction
		}
		for _, v := range [2]int32{edges[i].tail, edges[i].head} {
			degree[v] = min(degree[v], math.MaxUint8-1) + 1
		}
	}
	return degree
}

func entrancesOf(entrances []osm.Entrance) map[string][]orb.Point {
	of := map[string][]orb.Point{}
	for _, e := range entrances {
		for _, id := range e.Households {
			of[id] = append(of[id], e.At)
		}
	}
	return of
}

// entranceMap is what [entrancesOf] made, out of a file.
func entranceMap(all []describedEntrances) map[string][]orb.Point {
	of := make(map[string][]orb.Point, len(all))
	for _, e := range all {
		for _, at := range e.At {
			of[e.Household] = append(of[e.Household], at)
		}
	}
	return of
}

// builder is the work in progress.
type builder struct {
	streets osm.Streets
	profile Profile

	ways []chosen
	// refs are the indexes in streets.Nodes of the nodes of chosen ways, one way
	// after the other; missing for a node that the extract does not hold.
	refs []int32
	// uses counts a node's places on chosen ways, ends twice: 2 makes a junction.
	uses     []uint8
	vertexOf []int32
	vertices int32

	edges []edge
	// wayOf is the way of an edge, for turn restrictions.
	wayOf []paulmach.WayID
	shape []point
	names []streetName
	named map[streetName]int32

	// gates are the vertices that do not let everybody pass.
	gates map[int32]gate
	// wide are the nodes of streets that one may cross but not walk along.
	wide map[int32]wideStreet
	// heights are what nodes say of themselves, in metres.
	heights map[int32]float64
	notes   Notes
}

const missing = -1

// chosen is a way that is open to the profile.
type chosen struct {
	way     *osm.Way
	passage passage
	// first is where its nodes begin in refs.
	first int
}

// choose keeps the ways that are open and counts how often they use a node.
func (b *builder) choose() {
	b.uses = make([]uint8, b.streets.Nodes.Len())
	for i := range b.streets.Ways {
		way := &b.streets.Ways[i]
		p := b.profile.passage(way.Tags)
		if p.closed() || len(way.Nodes) < 2 {
			continue
		}
		if conditional(way.Tags) {
			b.notes.Conditional++
		}
		b.ways = append(b.ways, chosen{way, p, len(b.refs)})
		for j, id := range way.Nodes {
			at, found := b.streets.Nodes.Index(id)
			if !found {
				b.refs = append(b.refs, missing)
				continue
			}
			b.refs = append(b.refs, int32(at))
			b.use(at)
			if j == 0 || j == len(way.Nodes)-1 {
				b.use(at)
			}
		}
	}
	b.ways = append(b.ways, chosen{first: len(b.refs)})
}

func (b *builder) use(node int) { b.uses[node] = min(b.uses[node]+1, math.MaxUint8-1) }

// cut makes edges of ways, between junctions, gates and ends.
func (b *builder) cut() {
	b.gates = map[int32]gate{}
	b.readHeights()
	b.markGates()
	b.markCrossings()
	b.vertexOf = make([]int32, b.streets.Nodes.Len())
	for i := range b.vertexOf {
		b.vertexOf[i] = missing
	}
	for i := range b.ways[:len(b.ways)-1] {
		refs := b.refs[b.ways[i].first:b.ways[i+1].first]
		whole := b.metres(refs)
		for len(refs) > 0 {
			end := b.nextCut(refs)
			if end > 0 && refs[0] != missing {
				b.addEdge(&b.ways[i], refs[:end+1], whole)
			}
			if end == 0 {
				end = 1
			}
			refs = refs[end:]
			if len(refs) == 1 {
				break
			}
		}
	}
	b.readGates()
}

// nextCut is the index of the node at which the edge that begins with refs ends;
// 0 when it has no second node.
func (b *builder) nextCut(refs []int32) int {
	if refs[0] == missing {
		return 0
	}
	for i := 1; i < len(refs); i++ {
		if refs[i] == missing {
			return i - 1
		}
		if b.uses[refs[i]] >= 2 || i == len(refs)-1 {
			return i
		}
	}
	return 0
}

// metres is the length of a whole way, for ferries with a duration.
func (b *builder) metres(refs []int32) float64 {
	sum := 0.0
	for i := 1; i < len(refs); i++ {
		if refs[i-1] != missing && refs[i] != missing {
			sum += geo.Metres(b.streets.Nodes.AtIndex(int(refs[i-1])), b.streets.Nodes.AtIndex(int(refs[i])))
		}
	}
	return sum
}

// addEdge adds the edge over nodes of a way; of a two-sided street, its left side and
// then its right.
func (b *builder) addEdge(c *chosen, refs []int32, whole float64) {
	e := edge{
		tail: b.vertex(refs[0]), head: b.vertex(refs[len(refs)-1]),
		name: b.name(c.way.Tags), kind: c.passage.kind, crossing: c.passage.crossing,
	}
	b.finishEdge(e, c, refs, whole)
	if e.crossing > 0 {
		e.flags = far
		b.finishEdge(e, c, refs, whole)
	}
}

// finishEdge draws and measures an edge.
func (b *builder) finishEdge(e edge, c *chosen, refs []int32, whole float64) {
	e.shape = int32(len(b.shape))
	for _, ref := range refs {
		b.shape = append(b.shape, pointOf(b.streets.Nodes.AtIndex(int(ref))))
	}
	metres := lineMetres(b.shape[e.shape:])
	e.length = uint32(math.Round(metres * 100))
	share := 0.0
	if whole > 0 {
		share = metres / whole
	}
	along, against := b.slopes(&e, c, refs)
	e.forward = milliseconds(metres*along, c.passage.forward, c.passage.seconds*share)
	e.backward = milliseconds(metres*against, c.passage.backward, c.passage.seconds*share)
	e.flags |= c.passage.flags
	b.edges = append(b.edges, e)
	b.wayOf = append(b.wayOf, c.way.ID)
}

// milliseconds is at least 1, so that no circle is free.
func milliseconds(metres, speed, seconds float64) uint32 {
	switch {
	case speed <= 0:
		return closed
	case seconds > 0:
		return max(1, uint32(math.Round(seconds*1000)))
	}
	return max(1, uint32(math.Round(metres/speed*1000)))
}

func lineMetres(line []point) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += geo.Metres(line[i-1].orb(), line[i].orb())
	}
	return sum
}

// vertex is the vertex of a node, made when it is first asked for.
func (b *builder) vertex(node int32) int32 {
	if b.vertexOf[node] == missing {
		b.vertexOf[node] = b.newVertex()
	}
	return b.vertexOf[node]
}

func (b *builder) newVertex() int32 {
	b.vertices++
	return b.vertices - 1
}

// name is the index of a way's name, or of its number where it has no name.
func (b *builder) name(tags paulmach.Tags) int32 {
	name := streetName{local: tags.Find("name"), zh: tags.Find("name:zh")}
	if name.local == "" {
		name.local = tags.Find("ref")
	}
	at, found := b.named[name]
	if !found {
		at = int32(len(b.names))
		b.names = append(b.names, name)
		b.named[name] = at
	}
	return at
}
