package osm

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// collector keeps of a file what the parts of an [Extract] are made of. Ways are
// kept even without tags: they may be part of an outline.
type collector struct {
	options   Options
	bounds    orb.Bound
	ids       []osm.NodeID
	at        []orb.Point
	nodes     Nodes
	tagged    []taggedNode // by id, once indexed
	refs      []osm.NodeID // of all ways, one after another
	ways      []rawWay
	relations []rawRelation
	wayByID   map[osm.WayID]int32
	// buildings are made once, for households and for entrances.
	buildings []building
}

type taggedNode struct {
	id   osm.NodeID
	at   orb.Point
	tags osm.Tags
}

type rawWay struct {
	id          osm.WayID
	first, last int // in collector.refs
	tags        osm.Tags
}

type rawRelation struct {
	id      osm.RelationID
	members []member
	tags    osm.Tags
}

func newCollector(options Options) *collector {
	return &collector{options: options, bounds: nowhere}
}

func (c *collector) node(id osm.NodeID, at orb.Point, tags osm.Tags) error {
	c.ids = append(c.ids, id)
	c.at = append(c.at, at)
	c.bounds = c.bounds.Extend(at)
	if kept := keepTags(tags); len(kept) > 0 {
		c.tagged = append(c.tagged, taggedNode{id: id, at: at, tags: kept})
	}
	return nil
}

func (c *collector) way(id osm.WayID, nodes []osm.NodeID, tags osm.Tags) error {
	first := len(c.refs)
	c.refs = append(c.refs, nodes...)
	c.ways = append(c.ways, rawWay{id: id, first: first, last: len(c.refs), tags: keepTags(tags)})
	return nil
}

func (c *collector) relation(id osm.RelationID, members []member, tags osm.Tags) error {
	switch tags.Find("type") {
	case "multipolygon", "boundary", "restriction":
		kept := make([]member, len(members))
		copy(kept, members)
		c.relations = append(c.relations, rawRelation{id: id, members: kept, tags: keepTags(tags)})
	}
	return nil
}

// index makes what was collected searchable.
func (c *collector) index() {
	c.nodes = NewNodes(c.ids, c.at)
	c.ids, c.at = nil, nil
	c.dropRepeated()
	if c.options.Households || c.options.Streets {
		c.collectBuildings()
	}
}

// dropRepeated keeps one of the elements that came twice, as they do where extracts
// overlap: the one that has more nodes or members, for some tools clip ways.
func (c *collector) dropRepeated() {
	c.wayByID = make(map[osm.WayID]int32, len(c.ways))
	ways := c.ways[:0]
	for _, way := range c.ways {
		known, twice := c.wayByID[way.id]
		switch {
		case !twice:
			c.wayByID[way.id] = int32(len(ways))
			ways = append(ways, way)
		case len(c.refsOf(&way)) > len(c.refsOf(&ways[known])):
			ways[known] = way
		}
	}
	c.ways = ways
	relationByID := make(map[osm.RelationID]int, len(c.relations))
	relations := c.relations[:0]
	for _, relation := range c.relations {
		known, twice := relationByID[relation.id]
		switch {
		case !twice:
			relationByID[relation.id] = len(relations)
			relations = append(relations, relation)
		case len(relation.members) > len(relations[known].members):
			relations[known] = relation
		}
	}
	c.relations = relations
	slices.SortStableFunc(c.tagged, func(a, b taggedNode) int { return cmp.Compare(a.id, b.id) })
	c.tagged = slices.CompactFunc(c.tagged, func(a, b taggedNode) bool { return a.id == b.id })
}

func (c *collector) refsOf(way *rawWay) []osm.NodeID { return c.refs[way.first:way.last] }

// line is the part of the nodes that the extract holds.
func (c *collector) line(refs []osm.NodeID) orb.LineString {
	line := make(orb.LineString, 0, len(refs))
	for _, ref := range refs {
		if at, found := c.nodes.At(ref); found {
			line = append(line, at)
		}
	}
	return line
}

// ring is the outline of a closed way, nil when the way is none. Nodes that the
// extract does not hold are left out.
func (c *collector) ring(way *rawWay) orb.Ring {
	refs := c.refsOf(way)
	if len(refs) < 4 || refs[0] != refs[len(refs)-1] {
		return nil
	}
	ring := orb.Ring(c.line(refs[:len(refs)-1]))
	if len(ring) < 3 {
		return nil
	}
	return append(ring, ring[0])
}

// keepTags copies the tags that some part of an extract uses.
func keepTags(tags osm.Tags) osm.Tags {
	count := 0
	for _, tag := range tags {
		if keepKey(tag.Key) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	kept := make(osm.Tags, 0, count)
	for _, tag := range tags {
		if keepKey(tag.Key) {
			kept = append(kept, tag)
		}
	}
	return kept
}

func keepKey(key string) bool {
	return keptKeys[key] || strings.HasPrefix(key, "addr:") || strings.HasPrefix(key, "crossing:") || strings.HasSuffix(key, ":conditional") || strings.HasPrefix(key, "cycleway") ||
		strings.HasPrefix(key, "sidewalk") || strings.HasPrefix(key, "restriction") || strings.HasPrefix(key, "oneway")
}

// keptKeys are the keys beside addr:*, cycleway*, sidewalk*, oneway* and
// restriction* that households, streets, areas and the base map are told by.
var keptKeys = setOf(`
	access admin_level aerialway aeroway amenity area area:highway barrier bicycle
	boundary bridge building building:flats building:units conveying covered craft crossing crossing_ref door duration
	ele entrance except foot footway ford highway horse incline indoor industrial int_name
	junction landuse lanes layer leisure level lit living_street man_made maxspeed motor_vehicle
	motorcar motorroad mtb:scale name name:en name:zh name:zh-Hans natural office
	path place public_transport railway ramp ref route sac_scale segregated service shop smoothness
	step_count surface toll tourism tracktype trail_visibility tunnel type vehicle water waterway wetland
	wheelchair width`)

func setOf(words string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(words) {
		set[word] = true
	}
	return set
}
