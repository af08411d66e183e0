package gis

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"golang.org/x/net/html/charset"
)

// markup reads KML and GPX, one place at a time. Entities of a document are never
// expanded: the decoder knows the five of XML alone.
type markup struct {
	*xmlTokens
	closing io.Closer
	gpx     bool
}

// xmlTokens bounds how large a token is and how deep elements lie in elements: the decoder
// remembers each that is open.
type xmlTokens struct {
	decoder *xml.Decoder
	in      *limited
	depth   int
}

const mostNested = 1000

func newXMLTokens(in io.Reader) *xmlTokens {
	t := &xmlTokens{in: &limited{in: in}}
	t.decoder = xml.NewDecoder(t.in)
	t.decoder.CharsetReader = charset.NewReaderLabel
	return t
}

// token is the next one, of so many bytes at most.
func (t *xmlTokens) token(most int) (xml.Token, error) {
	t.in.left = most
	token, err := t.decoder.Token()
	switch token.(type) {
	case xml.StartElement:
		t.depth++
	case xml.EndElement:
		t.depth--
	}
	if t.depth > mostNested {
		return nil, ends("elements of the file lie in more than %d others; write it again", mostNested)
	}
	return token, err
}

// element decodes what began with the token before.
func (t *xmlTokens) element(v any, start *xml.StartElement) error {
	t.depth--
	return t.decoder.DecodeElement(v, start)
}

func openXML(in Input, _ int64, r *Records) error { return openXMLFrom(skipMark(in), r, nil) }

func openXMLFrom(in io.Reader, r *Records, closing io.Closer) error {
	m := &markup{xmlTokens: newXMLTokens(in), closing: closing}
	r.source = m
	for {
		token, err := m.token(r.wanted.MostBytes)
		if err != nil {
			return m.wrong(err)
		}
		start, is := token.(xml.StartElement)
		switch {
		case !is:
		case start.Name.Local == "kml":
			return nil
		case start.Name.Local == "gpx":
			m.gpx = true
			return nil
		default:
			return ends("is XML but neither KML nor GPX; convert it to GeoPackage")
		}
	}
}

// wrong says what is wrong with the markup.
func (m *markup) wrong(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errLong):
		return ends("a place is longer than it may be; split the file")
	case Ends(err) != nil:
		return err
	case errors.Is(err, io.EOF), errors.As(err, &syntax) && strings.Contains(syntax.Msg, "EOF"):
		return ends("the file was cut off; write it again")
	case errors.As(err, &syntax):
		return ends("no valid XML in line %d; write the file again", syntax.Line)
	}
	return ends("no valid XML; write the file again")
}

func (m *markup) next(r *Records) error {
	for {
		token, err := m.token(r.wanted.MostBytes)
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		if err != nil {
			return m.wrong(err)
		}
		start, is := token.(xml.StartElement)
		switch {
		case !is:
		case m.gpx && start.Name.Local == "wpt":
			return m.waypoint(r, start)
		case !m.gpx && start.Name.Local == "Placemark":
			return m.placemark(r, start)
		}
	}
}

func (m *markup) waypoint(r *Records, start xml.StartElement) error {
	var w struct {
		Lat  string `xml:"lat,attr"`
		Lon  string `xml:"lon,attr"`
		Name string `xml:"name"`
		Cmt  string `xml:"cmt"`
		Desc string `xml:"desc"`
		Type string `xml:"type"`
	}
	if err := m.element(&w, &start); err != nil {
		return m.wrong(err)
	}
	var at orb.Point
	for i, text := range []string{w.Lon, w.Lat} {
		v, problem := parseFloat(strings.TrimSpace(text))
		if problem != "" {
			return &RowError{Field: []string{"lon", "lat"}[i], Problem: problem}
		}
		at[i] = v
	}
	r.record.Shape = at
	for name, value := range map[string]string{"name": w.Name, "id": w.Name, "cmt": w.Cmt, "desc": w.Desc, "type": w.Type} {
		if value != "" {
			if err := r.put(name, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// kmlShape is a geometry of KML; one that holds others has them in Parts.
type kmlShape struct {
	Point   []kmlPositionsOf `xml:"Point"`
	Line    []kmlPositionsOf `xml:"LineString"`
	Polygon []struct {
		Outer kmlPositionsOf   `xml:"outerBoundaryIs>LinearRing"`
		Inner []kmlPositionsOf `xml:"innerBoundaryIs>LinearRing"`
	} `xml:"Polygon"`
	Multi []kmlShape `xml:"MultiGeometry"`
}

type kmlPositionsOf struct {
	Text string `xml:"coordinates"`
}

func (m *markup) placemark(r *Records, start xml.StartElement) error {
	type pair struct {
		Name   string `xml:"name,attr"`
		Value  string `xml:"value"`
		Simple string `xml:",chardata"`
	}
	var p struct {
		kmlShape
		ID     string `xml:"id,attr"`
		Name   string `xml:"name"`
		Data   []pair `xml:"ExtendedData>Data"`
		Schema []pair `xml:"ExtendedData>SchemaData>SimpleData"`
	}
	if err := m.element(&p, &start); err != nil {
		return m.wrong(err)
	}
	for _, d := range p.Data {
		if err := r.put(d.Name, d.Value); err != nil {
			return err
		}
	}
	for _, d := range p.Schema {
		if err := r.put(d.Name, d.Simple); err != nil {
			return err
		}
	}
	for name, value := range map[string]string{"id": p.ID, "name": p.Name} {
		if known := r.wanted.Names[name]; value != "" && r.record.values[known] == "" {
			if err := r.put(name, value); err != nil {
				return err
			}
		}
	}
	shapes, err := p.kmlShape.shapes(0)
	if err != nil {
		return err
	}
	r.record.Shape = together(shapes)
	return nil
}

// mostDepth is how deep shapes may lie in shapes.
const mostDepth = 8

func (k kmlShape) shapes(depth int) (shapes []orb.Geometry, err error) {
	if depth > mostDepth {
		return nil, &RowError{Field: "geometry", Problem: "lies in too many geometries"}
	}
	positions := func(of kmlPositionsOf) []orb.Point {
		points, wrong := kmlPoints(of.Text)
		if err == nil {
			err = wrong
		}
		return points
	}
	for _, point := range k.Point {
		if at := positions(point); len(at) == 1 {
			shapes = append(shapes, at[0])
		}
	}
	for _, line := range k.Line {
		shapes = append(shapes, orb.LineString(positions(line)))
	}
	for _, polygon := range k.Polygon {
		rings := orb.Polygon{positions(polygon.Outer)}
		for _, ring := range polygon.Inner {
			rings = append(rings, positions(ring))
		}
		shapes = append(shapes, rings)
	}
	for _, multi := range k.Multi {
		more, wrong := multi.shapes(depth + 1)
		if wrong != nil {
			return nil, wrong
		}
		shapes = append(shapes, more...)
	}
	return shapes, err
}

func kmlPoints(text string) (points []orb.Point, err error) {
	for tuple := range strings.FieldsSeq(text) {
		x, rest, _ := strings.Cut(tuple, ",")
		y, _, _ := strings.Cut(rest, ",")
		lon, errX := strconv.ParseFloat(x, 64)
		lat, errY := strconv.ParseFloat(y, 64)
		if errX != nil || errY != nil {
			return nil, &RowError{Field: "coordinates", Problem: "are no longitude and latitude; want them like 1.5218,42.5063"}
		}
		points = append(points, orb.Point{lon, lat})
	}
	return points, nil
}

// together is one shape of several; nil of none.
func together(shapes []orb.Geometry) orb.Geometry {
	switch len(shapes) {
	case 0:
		return nil
	case 1:
		return shapes[0]
	}
	var polygons orb.MultiPolygon
	for _, shape := range shapes {
		polygon, is := shape.(orb.Polygon)
		if !is {
			return orb.Collection(shapes)
		}
		polygons = append(polygons, polygon)
	}
	return polygons
}

func (m *markup) close() error {
	if m.closing != nil {
		return m.closing.Close()
	}
	return nil
}
