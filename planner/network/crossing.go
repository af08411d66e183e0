package network

import (
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/osm"
)

// What crossing a wide street costs somebody on foot, in seconds beyond the walk. At
// lights it is the mean wait for green, (cycle - green)^2 / (2 cycle), at 60 s and 25
// s; where nothing helps, the mean wait for a gap of 9 s at 900 to 1,100 vehicles an
// hour (Highway Capacity Manual 2010, 18-71 and 19-74); drivers stop at zebras.
const (
	atLights     = 10
	atZebra      = 5
	acrossStreet = 25
	acrossTrunk  = 40
	// islandShare and onewayShare are what remains where one crosses in two steps, and
	// where vehicles come from one side only.
	islandShare = 0.6
	onewayShare = 0.6
)

// crossingSeconds is what it costs to cross a way between junctions, 0 for a street
// that one simply crosses: primary and wider ones, and whatever has four lanes.
func crossingSeconds(tags osm.Tags) uint8 {
	seconds := 0.0
	switch tags.Find("highway") {
	case "trunk", "trunk_link":
		seconds = acrossTrunk
	case "primary", "primary_link":
		seconds = acrossStreet
	case "secondary", "tertiary", "unclassified", "residential":
		if lanes, err := strconv.Atoi(tags.Find("lanes")); err == nil && lanes >= 4 {
			seconds = acrossStreet
		}
	}
	if d := oneway(tags, "oneway"); d == along || d == against {
		seconds *= onewayShare
	}
	return uint8(seconds)
}

// crossingAt is what it costs to cross a wide street at a node with these tags.
func crossingAt(tags osm.Tags, unmarked uint8) uint8 {
	seconds := float64(unmarked)
	kind := tags.Find("crossing")
	switch {
	case tags.Find("highway") == "traffic_signals", kind == "traffic_signals", tags.Find("crossing:signals") == "yes":
		seconds = atLights
	case tags.Find("highway") != "crossing":
	case kind == "zebra", kind == "marked", kind == "uncontrolled", tags.Find("crossing_ref") == "zebra":
		seconds = atZebra
	}
	if tags.Find("crossing:island") == "yes" || kind == "island" {
		seconds *= islandShare
	}
	return min(unmarked, uint8(math.Round(seconds)))
}

// wideStreet is one that is crossed at a node.
type wideStreet struct {
	seconds uint8
	name    int32
}

// markCrossings makes vertices of the places where a wide street may be crossed at
// less than its usual cost, and notes the nodes of wide streets without a place to
// walk: who crosses those pays on the way across.
func (b *builder) markCrossings() {
	b.wide = map[int32]wideStreet{}
	if b.profile.Mode != Foot {
		return
	}
	walked := map[int32]bool{}
	for i := range b.ways[:len(b.ways)-1] {
		if b.ways[i].passage.crossing > 0 {
			for _, ref := range b.refs[b.ways[i].first:b.ways[i+1].first] {
				walked[ref] = true
			}
		}
	}
	for id, tags := range b.streets.NodeTags {
		at, found := b.streets.Nodes.Index(id)
		if highway := tags.Find("highway"); found && walked[int32(at)] && (highway == "crossing" || highway == "traffic_signals") {
			b.use(at)
		}
	}
	for i := range b.streets.Ways {
		way := &b.streets.Ways[i]
		seconds := crossingSeconds(way.Tags)
		if seconds == 0 || !b.profile.passage(way.Tags).closed() || raised(way.Tags) {
			continue
		}
		for _, id := range way.Nodes {
			at, found := b.streets.Nodes.Index(id)
			if !found || b.uses[at] == 0 || walked[int32(at)] {
				continue
			}
			b.use(at)
			if here := crossingAt(b.streets.NodeTags[id], seconds); here > b.wide[int32(at)].seconds {
				b.wide[int32(at)] = wideStreet{here, b.name(way.Tags)}
			}
		}
	}
}

// endOf is one end of an edge at a vertex.
type endOf struct {
	edge    int32
	dir     int8 // 0 the tail, 1 the head
	bearing float64
}

func (b *builder) vertexOfEnd(x endOf) *int32 {
	if x.dir == 0 {
		return &b.edges[x.edge].tail
	}
	return &b.edges[x.edge].head
}

// divide parts the junctions of two-sided streets: each corner between two arms is a
// vertex of its own, and an edge across an arm joins the corners beside it. The left
// and the right side of a street lead from corner to corner.
func (b *builder) divide() {
	arms := map[int32][]endOf{}
	for i := range b.edges {
		if e := &b.edges[i]; e.crossing > 0 && !e.is(far) {
			arms[e.tail] = append(arms[e.tail], endOf{edge: int32(i), dir: 0})
			arms[e.head] = append(arms[e.head], endOf{edge: int32(i), dir: 1})
		}
	}
	b.divideAtWide()
	if len(arms) == 0 {
		return
	}
	others := map[int32][]endOf{}
	for i := range b.edges {
		e := &b.edges[i]
		for dir, v := range [2]int32{e.tail, e.head} {
			if len(arms[v]) > 1 && e.crossing == 0 {
				others[v] = append(others[v], endOf{edge: int32(i), dir: int8(dir)})
			}
		}
	}
	tagsOf := map[int32]osm.Tags{}
	for id, tags := range b.streets.NodeTags {
		if v, found := b.vertexAt(id); found && len(arms[v]) > 1 {
			tagsOf[v] = tags
		}
	}
	vertices := make([]int32, 0, len(arms))
	for v := range arms {
		vertices = append(vertices, v)
	}
	slices.Sort(vertices)
	for _, v := range vertices {
		if len(arms[v]) > 1 && b.gates[v] == open {
			b.divideAt(v, tagsOf[v], arms[v], others[v])
		}
	}
}

func (b *builder) divideAt(v int32, tags osm.Tags, arms, others []endOf) {
	for _, ends := range [][]endOf{arms, others} {
		for i := range ends {
			ends[i].bearing = b.bearingOf(ends[i])
		}
	}
	slices.SortStableFunc(arms, func(x, y endOf) int {
		switch {
		case x.bearing < y.bearing:
			return -1
		case x.bearing > y.bearing:
			return 1
		}
		return 0
	})
	// Corner i lies clockwise of arm i.
	corners := []int32{v}
	for range arms[1:] {
		corners = append(corners, b.newVertex())
	}
	before := func(i int) int32 { return corners[(i+len(corners)-1)%len(corners)] }
	for _, x := range others {
		corner := len(arms) - 1 // before the first arm
		for i := range arms {
			if arms[i].bearing <= x.bearing {
				corner = i
			}
		}
		*b.vertexOfEnd(x) = corners[corner]
	}
	for i, x := range arms {
		left, right := x, x
		right.edge++
		if x.dir == 1 { // seen from the head, what is left of the way lies to the right
			left, right = right, left
		}
		*b.vertexOfEnd(left), *b.vertexOfEnd(right) = before(i), corners[i]
	}
	for i, x := range arms {
		if i > 0 && len(arms) == 2 {
			break // the same two corners
		}
		seconds := b.edges[x.edge].crossing
		if len(arms) == 2 {
			seconds = min(seconds, b.edges[arms[1].edge].crossing)
		}
		b.addCrossing(x, before(i), corners[i], b.edges[x.edge].name, uint32(crossingAt(tags, seconds))*1000)
	}
}

// divideAtWide puts half of a crossing before every way that ends in the middle of a
// wide street on which nobody walks.
func (b *builder) divideAtWide() {
	if len(b.wide) == 0 {
		return
	}
	at := map[int32]wideStreet{}
	for node, street := range b.wide {
		if v := b.vertexOf[node]; v != missing && b.gates[v] == open {
			at[v] = street
		}
	}
	for i := range b.edges {
		for dir := range int8(2) {
			x := endOf{edge: int32(i), dir: dir}
			v := b.vertexOfEnd(x)
			street, found := at[*v]
			if !found {
				continue
			}
			middle := *v
			*v = b.newVertex()
			b.addCrossing(x, *v, middle, street.name, uint32(street.seconds)*500)
		}
	}
}

// bearingOf is the direction in which an edge leaves its end.
func (b *builder) bearingOf(x endOf) float64 {
	first, end := b.shapeOf(x.edge)
	if x.dir == 0 {
		return bearing(b.shape[first].orb(), b.shape[first+1].orb())
	}
	return bearing(b.shape[end-1].orb(), b.shape[end-2].orb())
}

// shapeOf is where the points of an edge begin and end.
func (b *builder) shapeOf(e int32) (first, end int32) {
	if int(e)+1 < len(b.edges) {
		return b.edges[e].shape, b.edges[e+1].shape
	}
	return b.edges[e].shape, int32(len(b.shape))
}

// placeOf is the point of an edge's end.
func (b *builder) placeOf(x endOf) point {
	first, end := b.shapeOf(x.edge)
	if x.dir == 0 {
		return b.shape[first]
	}
	return b.shape[end-1]
}

// addCrossing adds an edge between two sides of a street at an end of one that meets
// it or runs along it.
func (b *builder) addCrossing(end endOf, from, to, street int32, ms uint32) {
	at := b.placeOf(end)
	b.edges = append(b.edges, edge{
		tail: from, head: to, forward: max(1, ms), backward: max(1, ms),
		shape: int32(len(b.shape)), name: street, kind: crossing, flags: aloof | b.edges[end.edge].flags&private,
	})
	b.shape = append(b.shape, at, at)
	b.wayOf = append(b.wayOf, 0)
}
