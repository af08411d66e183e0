package export

import (
	"fmt"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/tiles/heat/release"
)

// Colours and lower bounds of the map of households to visit, as web/app/map/palette.ts
// has them for daylight.
var (
	demand       = []string{"#d3e99c", "#97d0ad", "#4eb1bd", "#227dab", "#183f7d"}
	cellClasses  = []int64{1, 3, 6, 11, 21}
	groupClasses = []int64{1, 11, 21, 31, 51}
)

const (
	edge      = "#15191e"
	blue      = "#0b57a4"
	orange    = "#c26a00"
	areaLine  = "#5b4b9a"
	heatShare = 0.78
)

// styles show layers as the desk does.
var styles = map[string]*gis.Style{
	"areas":      {Rules: []gis.Rule{{Label: "areas", Line: areaLine, Width: 1.4}}},
	"cells":      {Rules: append(heatRules("cell", "not null", cellClasses), heatRules("group", "null", groupClasses)...)},
	"households": {Rules: []gis.Rule{{Label: "households", Fill: blue, Line: "#ffffff", Opacity: 1, Width: 1}}},
	"incidents": {Rules: []gis.Rule{
		{Label: "hazard", Fill: orange, Line: "#ffffff", Opacity: 1, Width: 2, Where: []gis.Condition{{Column: "kind", Is: "=", Value: "hazard"}}},
		{Label: "service", Fill: blue, Line: "#ffffff", Opacity: 1, Width: 2, Where: []gis.Condition{{Column: "kind", Is: "=", Value: "service"}}},
	}},
	"releases": {Rules: []gis.Rule{
		{Label: "number", Fill: demand[2], Line: edge, Opacity: heatShare, Width: 0.7, Where: []gis.Condition{{Column: "shown", Is: "=", Value: string(release.Number)}}},
		{Label: "90 % or more", Fill: demand[4], Line: edge, Opacity: heatShare, Width: 0.7, Where: []gis.Condition{{Column: "shown", Is: "=", Value: string(release.Most)}}},
		{Label: "withheld", Line: edge, Width: 0.7, Where: []gis.Condition{{Column: "shown", Is: "=", Value: string(release.Withheld)}}},
	}},
	"routes": {Rules: []gis.Rule{{Label: "routes", Line: blue, Width: 3}}},
	"stops":  {Rules: []gis.Rule{{Label: "stops", Fill: blue, Line: "#ffffff", Opacity: 1, Width: 1}}},
}

// heatRules are the classes of cells, which have an index, or of groups, which have none.
func heatRules(what, index string, classes []int64) (rules []gis.Rule) {
	which := gis.Condition{Column: "cell", Is: index}
	rules = append(rules, gis.Rule{Label: what + ": nothing left to visit", Line: edge, Width: 0.7,
		Where: []gis.Condition{which, {Column: "to_visit", Is: "<", Value: classes[0]}}})
	for i, low := range classes {
		rule := gis.Rule{Label: fmt.Sprintf("%s: %d and more to visit", what, low), Fill: demand[i], Line: edge, Opacity: heatShare, Width: 0.7,
			Where: []gis.Condition{which, {Column: "to_visit", Is: ">=", Value: low}}}
		if i+1 < len(classes) {
			rule.Label = fmt.Sprintf("%s: %d to %d to visit", what, low, classes[i+1]-1)
			rule.Where = append(rule.Where, gis.Condition{Column: "to_visit", Is: "<", Value: classes[i+1]})
		}
		rules = append(rules, rule)
	}
	return rules
}
