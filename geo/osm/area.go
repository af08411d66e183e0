package osm

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/osm"

	"github.com/rounds-project/rounds/geo"
)

// areas are the administrative boundaries that the extract holds whole. The
// admin_levels that occur become county, town and village from the top; when
// there is only one it is town; deeper ones are left out. The parent of an area is
// the smallest one of the level above that holds it; where there is an area at the
// top, those of lower levels outside every top one are left out: they belong to
// the neighbours, of whom the extract holds a corner.
func (c *collector) areas() []geo.Area {
	found := c.boundaries()
	levels := levelsOf(found)
	var areas []geo.Area
	for _, b := range found {
		level, known := levels[b.level]
		if !known {
			continue
		}
		area := geo.Area{ID: key(b.id.FeatureID()), Level: level, Outline: b.outline}
		area.Name, area.NameZH = names(b.tags)
		if area.Name == "" {
			continue
		}
		at := inside(b.outline)
		area.ParentID = parentOf(areas, area.Level, at)
		if area.ParentID == "" && slices.ContainsFunc(areas, func(a geo.Area) bool { return rank(a.Level) < rank(level) }) {
			continue
		}
		areas = append(areas, area)
	}
	return areas
}

type boundary struct {
	id      osm.RelationID
	level   int
	tags    osm.Tags
	outline orb.MultiPolygon
}

// boundaries are complete administrative boundaries in the order of their level.
func (c *collector) boundaries() []boundary {
	var found []boundary
	for i := range c.relations {
		relation := &c.relations[i]
		level, err := strconv.Atoi(relation.tags.Find("admin_level"))
		if relation.tags.Find("boundary") != "administrative" || err != nil {
			continue
		}
		if outline, complete := c.multiPolygon(relation); complete && len(outline) > 0 {
			found = append(found, boundary{id: relation.id, level: level, tags: relation.tags, outline: outline})
		}
	}
	slices.SortFunc(found, func(a, b boundary) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.id, b.id))
	})
	return found
}

func levelsOf(found []boundary) map[int]geo.Level {
	var occur []int
	for _, b := range found {
		if !slices.Contains(occur, b.level) {
			occur = append(occur, b.level)
		}
	}
	if len(occur) == 1 {
		return map[int]geo.Level{occur[0]: geo.Town}
	}
	levels := make(map[int]geo.Level)
	for i, level := range []geo.Level{geo.County, geo.Town, geo.Village} {
		if i < len(occur) {
			levels[occur[i]] = level
		}
	}
	return levels
}

func rank(level geo.Level) int {
	return slices.Index([]geo.Level{geo.County, geo.Town, geo.Village, geo.Grid}, level)
}

// parentOf is the lowest of the areas above a level that holds the point.
func parentOf(areas []geo.Area, level geo.Level, at orb.Point) string {
	parent, lowest := "", -1
	for _, a := range areas {
		if rank(a.Level) < rank(level) && rank(a.Level) > lowest && a.Outline.Bound().Contains(at) && planar.MultiPolygonContains(a.Outline, at) {
			parent, lowest = a.ID, rank(a.Level)
		}
	}
	return parent
}

// names are the name to read in Latin letters, where there is one, and in Chinese.
func names(tags osm.Tags) (latin, chinese string) {
	name := clean(tags.Find("name"))
	chinese = clean(cmp.Or(tags.Find("name:zh-Hans"), tags.Find("name:zh")))
	latin = name
	if hasHan(name) {
		chinese = cmp.Or(chinese, name)
		latin = cmp.Or(clean(tags.Find("name:en")), clean(tags.Find("int_name")), name)
	}
	return latin, chinese
}

// clean makes a name one line of at most 120 letters.
func clean(name string) string {
	letters := []rune(strings.Join(strings.Fields(name), " "))
	return string(letters[:min(len(letters), 120)])
}

func hasHan(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}
