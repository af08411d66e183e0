package gis

import (
	"encoding/xml"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
)

// kmlWriter writes OGC KML 2.2, the manifest being the document's extended data.
type kmlWriter struct {
	stream
	layer  Layer
	buffer strings.Builder
	// schema and names begin the data of a place, and each of it.
	schema string
	names  []string
}

var kmlTypes = map[Kind]string{Text: "string", Integer: "int", Boolean: "bool", Date: "string", Time: "string"}

func createKML(file *os.File, layer Layer, about Manifest) (Writer, error) {
	w := &kmlWriter{stream: newStream(file), layer: layer, schema: `<ExtendedData><SchemaData schemaUrl="#` + escapeXML(layer.Name) + `">`}
	for _, column := range layer.Columns {
		name := `<SimpleData name="` + escapeXML(column.Name) + `">`
		if column.Name == "name" {
			name = "" // a placemark has one of its own
		}
		w.names = append(w.names, name)
	}
	b := &w.buffer
	b.WriteString(xml.Header + `<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>` + escapeXML(layer.Name) + `</name>`)
	b.WriteString(`<description>` + escapeXML(about.Attribution+", "+about.Licence) + `</description>`)
	manifest, err := toJSON(about)
	if err != nil {
		return nil, err
	}
	b.WriteString(`<ExtendedData><Data name="manifest"><value>` + escapeXML(string(manifest)) + `</value></Data></ExtendedData>`)
	fmt.Fprintf(b, `<Schema name="%s" id="%s">`, escapeXML(layer.Name), escapeXML(layer.Name))
	for _, column := range layer.Columns {
		if column.Name == "name" {
			continue // a placemark has one of its own
		}
		fmt.Fprintf(b, `<SimpleField name="%s" type="%s"></SimpleField>`, escapeXML(column.Name), kmlTypes[column.Kind])
	}
	b.WriteString("</Schema><Folder><name>" + escapeXML(layer.Name) + "</name>\n")
	return w, w.flush()
}

// escapeXML writes a text into an element or an attribute; what XML cannot hold
// becomes a replacement character.
func escapeXML(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder does not fail
	return b.String()
}

// isPlain says whether a text is in XML what it is, as most are.
func isPlain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			return false
		}
	}
	return true
}

func (w *kmlWriter) flush() error {
	_, err := w.out.WriteString(w.buffer.String())
	w.buffer.Reset()
	return wrap(err)
}

func (w *kmlWriter) Write(shape orb.Geometry, values []any) error {
	b := &w.buffer
	b.WriteString("<Placemark>")
	for i, column := range w.layer.Columns {
		if column.Name == "name" && values[i] != nil {
			fmt.Fprintf(b, "<name>%s</name>", escapeXML(fmt.Sprint(values[i])))
		}
	}
	b.WriteString(w.schema)
	for i, name := range w.names {
		if values[i] != nil && name != "" {
			b.WriteString(name)
			b.WriteString(escapeXML(kmlText(values[i])))
			b.WriteString("</SimpleData>")
		}
	}
	b.WriteString(`</SchemaData></ExtendedData>`)
	if err := writeKML(b, shape); err != nil {
		return err
	}
	b.WriteString("</Placemark>\n")
	return w.flush()
}

func kmlText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprint(value)
}

func writeKML(b *strings.Builder, shape orb.Geometry) error {
	switch g := shape.(type) {
	case orb.Point:
		kmlPositions(b, "Point", []orb.Point{g})
	case orb.LineString:
		kmlPositions(b, "LineString", g)
	case orb.Polygon:
		b.WriteString("<Polygon>")
		for i, ring := range g {
			edge := "innerBoundaryIs"
			if i == 0 {
				edge = "outerBoundaryIs"
			}
			b.WriteString("<" + edge + ">")
			kmlPositions(b, "LinearRing", ring)
			b.WriteString("</" + edge + ">")
		}
		b.WriteString("</Polygon>")
	case orb.MultiPoint:
		return kmlParts(b, g)
	case orb.MultiLineString:
		return kmlParts(b, g)
	case orb.MultiPolygon:
		return kmlParts(b, g)
	default:
		return fmt.Errorf("gis: a %T in KML", shape)
	}
	return nil
}

func kmlParts[T orb.Geometry](b *strings.Builder, parts []T) error {
	b.WriteString("<MultiGeometry>")
	for _, part := range parts {
		if err := writeKML(b, part); err != nil {
			return err
		}
	}
	b.WriteString("</MultiGeometry>")
	return nil
}

func kmlPositions(b *strings.Builder, name string, positions []orb.Point) {
	b.WriteString("<" + name + "><coordinates>")
	for i, at := range positions {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.Write(appendDegrees(nil, at[0]))
		b.WriteByte(',')
		b.Write(appendDegrees(nil, at[1]))
	}
	b.WriteString("</coordinates></" + name + ">")
}

func (w *kmlWriter) Close() error {
	_, err := w.out.WriteString("</Folder></Document></kml>\n")
	return w.close(err)
}
