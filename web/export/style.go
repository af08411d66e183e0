package export

import (
	"slices"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/tiles/heat/release"
	"github.com/rounds-project/rounds/web/app/i18n"
)

// Colours and lower bounds of classes, as web/app/map/palette.ts
// has them for daylight.
var (
	demand       = []string{"#d3e99c", "#97d0ad", "#4eb1bd", "#227dab", "#183f7d"}
	cellClasses  = []int64{1, 3, 6, 11, 21}
	groupClasses = []int64{1, 11, 21, 31, 51}
	// releaseClasses are those of published numbers.
	releaseClasses = []int64{10, 20, 40, 80, 160}
)

const (
	edge      = "#15191e"
	blue      = "#0b57a4"
	orange    = "#c26a00"
	areaLine  = "#5b4b9a"
	heatShare = 0.78
)

// symbol is a rule with its words: a key of the messages, and what stands in them.
type symbol struct {
	gis.Rule
	key    string
	values []any
}

// symbols show layers as the desk does.
var symbols = map[string][]symbol{
	"areas":      {{gis.Rule{Line: areaLine, Width: 1.4}, "map_areas", nil}},
	"cells":      slices.Concat(heatSymbols(classWords{"map_cell_none", "map_cell_to", "map_cell_from"}, "not null", cellClasses), heatSymbols(classWords{"map_group_none", "map_group_to", "map_group_from"}, "null", groupClasses)),
	"households": {{gis.Rule{Fill: blue, Line: "#ffffff", Opacity: 1, Width: 1}, "map_households", nil}},
	"incidents": {
		{gis.Rule{Fill: orange, Line: "#ffffff", Opacity: 1, Width: 2, Where: []gis.Condition{{Column: "kind", Is: "=", Value: "hazard"}}}, "map_hazard", nil},
		{gis.Rule{Fill: blue, Line: "#ffffff", Opacity: 1, Width: 2, Where: []gis.Condition{{Column: "kind", Is: "=", Value: "service"}}}, "map_service", nil},
	},
	"releases": append(
		classes(classWords{to: "map_number_to", from: "map_number_from"}, "count", nil, releaseClasses),
		symbol{gis.Rule{Fill: demand[4], Line: edge, Opacity: heatShare, Width: 2, Where: []gis.Condition{{Column: "shown", Is: "=", Value: string(release.Most)}}}, "map_most", nil},
		symbol{gis.Rule{Line: edge, Width: 0.7, Where: []gis.Condition{{Column: "shown", Is: "=", Value: string(release.Withheld)}}}, "map_withheld", nil},
	),
	"routes": {{gis.Rule{Line: blue, Width: 3}, "map_routes", nil}},
	"stops":  {{gis.Rule{Fill: blue, Line: "#ffffff", Opacity: 1, Width: 1}, "map_stops", nil}},
}

// classWords are the keys of what classes are called: nothing, from and to, from on.
type classWords struct{ none, to, from string }

// styles are the symbols as files carry them, in English.
var styles = func() map[string]*gis.Style {
	made, t := map[string]*gis.Style{}, i18n.Words("en")
	for layer, all := range symbols {
		made[layer] = &gis.Style{}
		for _, s := range all {
			s.Label = t(s.key, s.values...)
			made[layer].Rules = append(made[layer].Rules, s.Rule)
		}
	}
	return made
}()

// heatSymbols are the classes of cells, which have an index, or of groups, which have none.
func heatSymbols(words classWords, index string, bounds []int64) []symbol {
	which := []gis.Condition{{Column: "cell", Is: index}}
	nothing := gis.Rule{Line: edge, Width: 0.7, Where: append(which, gis.Condition{Column: "to_visit", Is: "<", Value: bounds[0]})}
	return append([]symbol{{nothing, words.none, nil}}, classes(words, "to_visit", which, bounds)...)
}

// classes are a colour for each class of a column.
func classes(words classWords, column string, which []gis.Condition, bounds []int64) (all []symbol) {
	for i, low := range bounds {
		s := symbol{gis.Rule{Fill: demand[i], Line: edge, Opacity: heatShare, Width: 0.7,
			Where: append(slices.Clip(which), gis.Condition{Column: column, Is: ">=", Value: low})}, words.from, []any{"from", low}}
		if i+1 < len(bounds) {
			s.key, s.values = words.to, append(s.values, "to", bounds[i+1]-1)
			s.Where = append(s.Where, gis.Condition{Column: column, Is: "<", Value: bounds[i+1]})
		}
		all = append(all, s)
	}
	return all
}
