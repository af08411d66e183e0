package osm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Interpolation is a line along which houses are numbered evenly
// (https://wiki.openstreetmap.org/wiki/Addresses#Interpolation).
type Interpolation struct {
	Street string
	// First and Last are the numbers at the ends of Line, Step what lies between two.
	First, Last, Step int
	Line              orb.LineString
}

// interpolations cuts the ways with addr:interpolation at their numbered nodes.
func (c *collector) interpolations() (found []Interpolation) {
	for i := range c.ways {
		way := &c.ways[i]
		step := interpolationStep(way.tags.Find("addr:interpolation"))
		if step == 0 {
			continue
		}
		part := Interpolation{Step: step}
		for _, ref := range c.refsOf(way) {
			at, held := c.nodes.At(ref)
			if !held {
				part.Line = nil
				continue
			}
			tags := c.tagsOf(ref)
			number, err := strconv.Atoi(strings.TrimSpace(tags.Find("addr:housenumber")))
			if len(part.Line) > 0 {
				part.Line = append(part.Line, at)
			}
			if err != nil {
				continue
			}
			if len(part.Line) > 1 && part.First != number {
				part.Last = number
				found = append(found, part)
			}
			part.Street = cmp.Or(tags.Find("addr:street"), way.tags.Find("addr:street"))
			part.First, part.Line = number, orb.LineString{at}
		}
	}
	return slices.DeleteFunc(found, func(x Interpolation) bool { return x.Street == "" })
}

func interpolationStep(kind string) int {
	switch kind {
	case "odd", "even":
		return 2
	case "all":
		return 1
	}
	step, err := strconv.Atoi(kind)
	if err != nil || step < 1 || step > 100 {
		return 0
	}
	return step
}

// tagsOf a node, nil when it has none that anybody uses.
func (c *collector) tagsOf(id osm.NodeID) osm.Tags {
	at, found := slices.BinarySearchFunc(c.tagged, id, func(n taggedNode, id osm.NodeID) int { return cmp.Compare(n.id, id) })
	if !found {
		return nil
	}
	return c.tagged[at].tags
}
