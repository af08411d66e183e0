package osm

import (
	"github.com/paulmach/orb"
	"github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
)

// streets gathers the raw material of a network.
func (c *collector) streets(households []geo.Household) Streets {
	s := Streets{NodeTags: make(map[osm.NodeID]osm.Tags)}
	used := make([]bool, c.nodes.Len())
	for i := range c.ways {
		way := &c.ways[i]
		if isStreet(way.tags) {
			s.Ways = append(s.Ways, c.splitWay(way, used)...)
		} else if isBarrier(way.tags) {
			s.Barriers = appendLine(s.Barriers, c.line(c.refsOf(way)))
		}
	}
	for i := range c.relations {
		c.streetRelation(&c.relations[i], &s)
	}
	for _, node := range c.tagged {
		if at, found := c.nodes.Index(node.id); found && (used[at] || node.tags.Find("entrance") != "") {
			used[at] = true
			s.NodeTags[node.id] = node.tags
		}
	}
	s.Entrances = c.entrances(households)
	s.Interpolations = c.interpolations()
	s.Nodes = c.nodes.only(used)
	return s
}

// splitWay cuts a way where the extract does not hold a node, and marks the nodes
// that it uses.
func (c *collector) splitWay(way *rawWay, used []bool) []Way {
	var parts []Way
	var part []osm.NodeID
	flush := func() {
		if len(part) > 1 {
			parts = append(parts, Way{ID: way.id, Nodes: part, Tags: way.tags})
		}
		part = nil
	}
	for _, ref := range c.refsOf(way) {
		i, found := c.nodes.Index(ref)
		if !found {
			flush()
			continue
		}
		used[i] = true
		part = append(part, ref)
	}
	flush()
	return parts
}

func (c *collector) streetRelation(relation *rawRelation, s *Streets) {
	switch {
	case relation.tags.Find("type") == "restriction":
		if r, ok := restrictionOf(relation); ok {
			s.Restrictions = append(s.Restrictions, r)
		}
	case isBarrier(relation.tags):
		for _, m := range relation.members {
			if i, found := c.wayByID[osm.WayID(m.ref)]; found && m.kind == osm.TypeWay {
				s.Barriers = appendLine(s.Barriers, c.line(c.refsOf(&c.ways[i])))
			}
		}
	}
}

func appendLine(lines []orb.LineString, line orb.LineString) []orb.LineString {
	if len(line) < 2 {
		return lines
	}
	return append(lines, line)
}

func isStreet(tags osm.Tags) bool {
	return tags.Find("highway") != "" || tags.Find("route") == "ferry" ||
		tags.Find("railway") == "platform" || tags.Find("public_transport") == "platform" ||
		tags.Find("man_made") == "pier" || tags.Find("area:highway") != ""
}

// isBarrier says whether a person does not cross the line on the way to a door.
func isBarrier(tags osm.Tags) bool {
	if tags.Find("tunnel") != "" && tags.Find("tunnel") != "no" || tags.Find("bridge") != "" && tags.Find("bridge") != "no" {
		return false
	}
	switch tags.Find("waterway") {
	case "river", "canal", "riverbank", "dock":
		return true
	}
	switch tags.Find("barrier") {
	case "wall", "fence", "city_wall", "retaining_wall":
		return true
	}
	return tags.Find("natural") == "water" || tags.Find("railway") == "rail"
}

// restrictionOf reads a turn restriction with a node as via.
func restrictionOf(relation *rawRelation) (Restriction, bool) {
	r := Restriction{Kind: relation.tags.Find("restriction"), Except: relation.tags.Find("except")}
	var via int
	for _, m := range relation.members {
		switch {
		case m.role == "from" && m.kind == osm.TypeWay:
			r.From = osm.WayID(m.ref)
		case m.role == "to" && m.kind == osm.TypeWay:
			r.To = osm.WayID(m.ref)
		case m.role == "via" && m.kind == osm.TypeNode:
			r.Via = osm.NodeID(m.ref)
			via++
		}
	}
	return r, r.Kind != "" && r.From != 0 && r.To != 0 && via == 1
}

// entrances finds the nodes on outlines where one enters, for buildings that hold
// a household.
func (c *collector) entrances(households []geo.Household) []Entrance {
	kind := make(map[osm.NodeID]string)
	for _, node := range c.tagged {
		if value := node.tags.Find("entrance"); value != "" && value != "no" && value != "emergency" {
			kind[node.id] = value
		}
	}
	if len(kind) == 0 || len(households) == 0 {
		return nil
	}
	index := indexBuildings(c.buildings)
	inBuilding := make(map[int][]string)
	for _, h := range households {
		if at := index.at(h.At); at >= 0 {
			inBuilding[at] = append(inBuilding[at], h.ID)
		}
	}
	var entrances []Entrance
	for i := range c.buildings {
		if len(inBuilding[i]) == 0 {
			continue
		}
		for _, ref := range c.buildings[i].refs[:max(len(c.buildings[i].refs)-1, 0)] {
			if value, found := kind[ref]; found {
				if at, held := c.nodes.At(ref); held {
					entrances = append(entrances, Entrance{At: at, Kind: value, Households: inBuilding[i]})
				}
			}
		}
	}
	return entrances
}
