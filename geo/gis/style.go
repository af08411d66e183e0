package gis

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Style is how a GIS shows a layer: each row as the first rule says that holds for it.
type Style struct{ Rules []Rule }

// Rule is a symbol for the rows that fulfil all conditions.
type Rule struct {
	Label string
	// Fill and Line are colours, #rrggbb; without Fill a shape is a line.
	Fill, Line string
	// Opacity of the fill, 0 to 1.
	Opacity float64
	// Width of the line in pixels.
	Width float64
	Where []Condition
}

// Condition compares a column with a value: Is is one of =, >=, < and, without a value,
// null and not null. Value is an int64 or a string.
type Condition struct {
	Column, Is string
	Value      any
}

// Holds reports whether the values of a row, in order of the columns, fulfil all conditions.
func (r Rule) Holds(columns []Column, values []any) bool {
	for _, c := range r.Where {
		value := values[slices.IndexFunc(columns, func(column Column) bool { return column.Name == c.Column })]
		n, _ := value.(int64)
		than, _ := c.Value.(int64)
		switch {
		case c.Is == "null" && value == nil, c.Is == "not null" && value != nil, c.Is == "=" && value == c.Value:
		case c.Is == ">=" && value != nil && n >= than, c.Is == "<" && value != nil && n < than:
		default:
			return false
		}
	}
	return true
}

// expression is the conditions in the language of QGIS.
func (r Rule) expression() string {
	parts := make([]string, len(r.Where))
	for i, c := range r.Where {
		column := `"` + c.Column + `"`
		switch v := c.Value.(type) {
		case nil:
			parts[i] = column + " IS " + strings.ToUpper(c.Is)
		case string:
			parts[i] = column + " " + c.Is + " '" + strings.ReplaceAll(v, "'", "''") + "'"
		default:
			parts[i] = fmt.Sprintf("%s %s %v", column, c.Is, v)
		}
	}
	return strings.Join(parts, " AND ")
}

// millimetres of a pixel, in which QGIS measures lines.
const millimetres = 0.26

// symbols are what the shapes of a layer are drawn with.
var symbols = map[string]string{
	"Point": "marker", "MultiPoint": "marker", "LineString": "line", "MultiLineString": "line", "Polygon": "fill", "MultiPolygon": "fill",
}

// QML is the style in the format of QGIS.
func (s *Style) QML(geometry string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis version="3.22.0" styleCategories="Symbology">` +
		`<renderer-v2 type="RuleRenderer" symbollevels="0" enableorderby="0" forceraster="0"><rules key="rules">`)
	for i, r := range s.Rules {
		fmt.Fprintf(&b, `<rule key="rule%d" symbol="%d" label="%s" filter="%s"/>`, i, i, escapeXML(r.Label), escapeXML(r.expression()))
	}
	b.WriteString("</rules><symbols>")
	for i, r := range s.Rules {
		fmt.Fprintf(&b, `<symbol type="%s" name="%d" alpha="1" clip_to_extent="1" force_rhr="0">`, symbols[geometry], i)
		options := [][2]string{{"line_color", rgba(r.Line, 1)}, {"line_width", number(r.Width * millimetres)}, {"line_width_unit", "MM"}}
		class := "SimpleLine"
		switch symbols[geometry] {
		case "fill":
			class = "SimpleFill"
			options = [][2]string{{"color", rgba(r.Fill, r.Opacity)}, {"style", "solid"}, {"outline_color", rgba(r.Line, 1)},
				{"outline_style", "solid"}, {"outline_width", number(r.Width * millimetres)}, {"outline_width_unit", "MM"}}
			if r.Fill == "" {
				options[1][1] = "no"
			}
		case "marker":
			class = "SimpleMarker"
			options = [][2]string{{"name", "circle"}, {"color", rgba(r.Fill, r.Opacity)}, {"outline_color", rgba(r.Line, 1)},
				{"outline_width", number(r.Width * millimetres)}, {"size", "2.4"}, {"size_unit", "MM"}}
		}
		fmt.Fprintf(&b, `<layer class="%s" enabled="1" locked="0" pass="0"><Option type="Map">`, class)
		for _, option := range options {
			fmt.Fprintf(&b, `<Option type="QString" name="%s" value="%s"/>`, option[0], option[1])
		}
		b.WriteString("</Option></layer></symbol>")
	}
	b.WriteString("</symbols></renderer-v2></qgis>")
	return b.String()
}

// rgba is a colour as QGIS writes it.
func rgba(colour string, opacity float64) string {
	rgb, _ := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32) // none is black
	return fmt.Sprintf("%d,%d,%d,%d", rgb>>16, rgb>>8&0xff, rgb&0xff, int(opacity*255+0.5))
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// SLD is the style as a Styled Layer Descriptor 1.0.0 of OGC.
func (s *Style) SLD(layer, geometry string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld" xmlns:ogc="http://www.opengis.net/ogc">`+
		`<NamedLayer><Name>%s</Name><UserStyle><Name>%s</Name><FeatureTypeStyle>`, escapeXML(layer), escapeXML(layer))
	for _, r := range s.Rules {
		fmt.Fprintf(&b, "<Rule><Name>%s</Name><Title>%s</Title>%s", escapeXML(r.Label), escapeXML(r.Label), r.filter())
		stroke := fmt.Sprintf(`<Stroke><CssParameter name="stroke">%s</CssParameter><CssParameter name="stroke-width">%s</CssParameter></Stroke>`, r.Line, number(r.Width))
		fill := ""
		if r.Fill != "" {
			fill = fmt.Sprintf(`<Fill><CssParameter name="fill">%s</CssParameter><CssParameter name="fill-opacity">%s</CssParameter></Fill>`, r.Fill, number(r.Opacity))
		}
		switch symbols[geometry] {
		case "fill":
			b.WriteString("<PolygonSymbolizer>" + fill + stroke + "</PolygonSymbolizer>")
		case "marker":
			b.WriteString("<PointSymbolizer><Graphic><Mark><WellKnownName>circle</WellKnownName>" + fill + stroke + "</Mark><Size>9</Size></Graphic></PointSymbolizer>")
		default:
			b.WriteString("<LineSymbolizer>" + stroke + "</LineSymbolizer>")
		}
		b.WriteString("</Rule>")
	}
	b.WriteString("</FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>")
	return b.String()
}

// filter is the conditions as an OGC filter.
func (r Rule) filter() string {
	names := map[string]string{"=": "PropertyIsEqualTo", ">=": "PropertyIsGreaterThanOrEqualTo", "<": "PropertyIsLessThan"}
	var all strings.Builder
	for _, c := range r.Where {
		column := "<ogc:PropertyName>" + escapeXML(c.Column) + "</ogc:PropertyName>"
		switch {
		case c.Is == "null":
			all.WriteString("<ogc:PropertyIsNull>" + column + "</ogc:PropertyIsNull>")
		case c.Is == "not null":
			all.WriteString("<ogc:Not><ogc:PropertyIsNull>" + column + "</ogc:PropertyIsNull></ogc:Not>")
		default:
			fmt.Fprintf(&all, "<ogc:%s>%s<ogc:Literal>%s</ogc:Literal></ogc:%s>", names[c.Is], column, escapeXML(fmt.Sprint(c.Value)), names[c.Is])
		}
	}
	switch len(r.Where) {
	case 0:
		return ""
	case 1:
		return "<ogc:Filter>" + all.String() + "</ogc:Filter>"
	}
	return "<ogc:Filter><ogc:And>" + all.String() + "</ogc:And></ogc:Filter>"
}
