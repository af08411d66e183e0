package print

import (
	"math"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"
)

// Picture is a map to print; places are lon, lat.
type Picture struct {
	// Bound is what the map has at least.
	Bound orb.Bound
	// Ground is drawn first, then what is Coloured, Route over it, Marks last.
	Ground   []Shape
	Coloured []Coloured
	Route    orb.LineString
	Marks    []Mark
	// Credit names where the ground comes from.
	Credit string
}

// Shape is a part of the base map; Class is a code of the closed list map_classes.
type Shape struct {
	Class, Name string
	Geometry    orb.Geometry
}

// Coloured is a shape of a thematic map.
type Coloured struct {
	Geometry orb.Geometry
	Ink
}

// Ink is what a shape is drawn with: colours are #rrggbb, "" for none, and a fill lets so
// much of the ground through as Opacity lacks of 1. Width is the line's in pixels of a
// screen, of which 96 are an inch.
type Ink struct {
	Fill, Line     string
	Opacity, Width float64
}

// Mark is a place with a short label; Done ones are drawn light.
type Mark struct {
	At    orb.Point
	Label string
	Done  bool
}

// Measures of a map.
const (
	mapPad    = 6.0
	dot       = 0.9
	labelSize = 7.0
	nameSize  = 5.5
	// leastSpan is that of the smallest map in metres.
	leastSpan = 150.0
)

// chart is where a map lies on the page.
type chart struct {
	*Document
	x, y, w, h float64
	// centre is in Web Mercator's metres, scale in millimetres for one of them.
	centre orb.Point
	scale  float64
	// ground is how many metres of the ground a millimetre is.
	ground float64
	taken  []orb.Bound
}

// Map draws a picture over the width of the page, so many millimetres high.
func (d *Document) Map(p Picture, height float64) {
	d.Room(height)
	c := &chart{Document: d, x: margin, y: d.top, w: d.width, h: height}
	c.fit(p.Bound)
	d.pdf.ClipRect(c.x, c.y, c.w, c.h, false)
	for _, class := range []string{"green", "water", "building", "rail", "street"} {
		for _, s := range p.Ground {
			if s.Class == class {
				c.shape(s)
			}
		}
	}
	for _, s := range p.Coloured {
		c.coloured(s)
	}
	c.pen(30, 80, 200, 0.7)
	c.line(p.Route)
	c.marks(p.Marks)
	c.names(p.Ground)
	d.pdf.ClipEnd()
	c.pen(60, 60, 60, 0.3)
	d.pdf.Rect(c.x, c.y, c.w, c.h, "D")
	c.bar()
	if p.Credit != "" {
		width := d.wide(p.Credit, nameSize, false)
		c.blank(c.x+c.w-width-2, c.y+c.h-3.5, width+2, 3.5)
		d.text(c.x+c.w-width-1, c.y+c.h-3, p.Credit, nameSize, false)
	}
	d.top += height + 2
}

// Zoom is that at which a map of the web has as much as the paper can show.
func Zoom(bound orb.Bound) int {
	const pixels, most = 1200, 18
	degrees := max(bound.Max[0]-bound.Min[0], bound.Max[1]-bound.Min[1], 0.001)
	return min(most, int(math.Log2(360*pixels/(256*degrees))))
}

// fit chooses the scale.
func (c *chart) fit(bound orb.Bound) {
	low, high := project.WGS84.ToMercator(bound.Min), project.WGS84.ToMercator(bound.Max)
	c.centre = orb.Point{(low[0] + high[0]) / 2, (low[1] + high[1]) / 2}
	wide, tall := max(high[0]-low[0], leastSpan), max(high[1]-low[1], leastSpan)
	c.scale = min((c.w-2*mapPad)/wide, (c.h-2*mapPad)/tall)
	c.ground = math.Cos(bound.Center()[1]*math.Pi/180) / c.scale
}

// at is where a place is on the page.
func (c *chart) at(p orb.Point) (x, y float64) {
	m := project.WGS84.ToMercator(p)
	return c.x + c.w/2 + (m[0]-c.centre[0])*c.scale, c.y + c.h/2 - (m[1]-c.centre[1])*c.scale
}

func (c *chart) pen(r, g, b int, width float64) {
	c.pdf.SetDrawColor(r, g, b)
	c.pdf.SetLineWidth(width)
	c.pdf.SetLineJoinStyle("round")
	c.pdf.SetLineCapStyle("round")
}

func (c *chart) line(line orb.LineString) {
	if len(line) < 2 {
		return
	}
	for i, p := range line {
		x, y := c.at(p)
		if i == 0 {
			c.pdf.MoveTo(x, y)
		} else {
			c.pdf.LineTo(x, y)
		}
	}
	c.pdf.DrawPath("D")
}

func (c *chart) area(ring orb.Ring) {
	points := make([]fpdf.PointType, len(ring))
	for i, p := range ring {
		points[i].X, points[i].Y = c.at(p)
	}
	c.pdf.Polygon(points, "F")
}

func (c *chart) shape(s Shape) {
	switch s.Class {
	case "green":
		c.pdf.SetFillColor(235, 243, 232)
		c.pen(235, 243, 232, 0.1)
	case "water":
		c.pdf.SetFillColor(214, 230, 242)
		c.pen(170, 205, 230, 0.4)
	case "building":
		c.pdf.SetFillColor(224, 222, 218)
		c.pen(190, 188, 184, 0.1)
	case "rail":
		c.pen(130, 130, 130, 0.25)
	default:
		c.pen(175, 175, 175, 0.35)
	}
	switch g := s.Geometry.(type) {
	case orb.LineString:
		c.line(g)
	case orb.MultiLineString:
		for _, line := range g {
			c.line(line)
		}
	case orb.Polygon:
		c.area(g[0])
	case orb.MultiPolygon:
		for _, polygon := range g {
			c.area(polygon[0])
		}
	}
}

// marks draws dots, and beside each its label where there is room; a label that finds
// none is left out: the list has the place all the same.
func (c *chart) marks(marks []Mark) {
	for _, m := range marks {
		x, y := c.at(m.At)
		c.taken = append(c.taken, box(x-dot, y-dot, 2*dot, 2*dot))
	}
	for _, m := range marks {
		x, y := c.at(m.At)
		c.pen(255, 255, 255, 0.3)
		c.pdf.SetFillColor(200, 40, 40)
		if m.Done {
			c.pdf.SetFillColor(150, 150, 150)
		}
		c.pdf.Circle(x, y, dot, "FD")
		w, h := c.wide(m.Label, labelSize, true), labelSize*point
		for _, way := range [][2]float64{{1, -0.5}, {-1, -0.5}, {-0.5, -1}, {-0.5, 1}, {1, -1}, {-1, -1}, {1, 1}, {-1, 1}} {
			left, top := x+offset(way[0], w), y+offset(way[1], h)
			if c.free(left, top, w, h) {
				c.blank(left-0.2, top, w+0.4, h)
				c.text(left, top-0.3, m.Label, labelSize, true)
				break
			}
		}
	}
}

// offset puts a box of a size before (-1), around (-0.5) or behind (1) a dot.
func offset(way, size float64) float64 {
	switch way {
	case 1:
		return dot + 0.3
	case -1:
		return -dot - 0.3 - size
	}
	return way * size
}

// names writes the names of streets once, where there is room.
func (c *chart) names(ground []Shape) {
	seen := map[string]bool{}
	for _, s := range ground {
		line, isLine := s.Geometry.(orb.LineString)
		if s.Class != "street" || s.Name == "" || seen[s.Name] || !isLine || len(line) == 0 {
			continue
		}
		w, h := c.wide(s.Name, nameSize, false), nameSize*point
		for _, part := range []int{2, 4, 1} { // in its middle, else nearer to an end
			x, y := c.at(line[(len(line)-1)/part])
			if c.free(x-w/2, y-h/2, w, h) {
				seen[s.Name] = true
				c.blank(x-w/2-0.2, y-h/2, w+0.4, h)
				c.text(x-w/2, y-h/2-0.2, s.Name, nameSize, false)
				break
			}
		}
	}
}

// free takes a place for a label, if it is within the map and nothing is there.
func (c *chart) free(x, y, w, h float64) bool {
	if x < c.x+0.5 || y < c.y+0.5 || x+w > c.x+c.w-0.5 || y+h > c.y+c.h-7 { // the bar and the credit are below
		return false
	}
	label := box(x, y, w, h)
	for _, other := range c.taken {
		if label.Intersects(other) {
			return false
		}
	}
	c.taken = append(c.taken, label)
	return true
}

func box(x, y, w, h float64) orb.Bound {
	return orb.Bound{Min: orb.Point{x, y}, Max: orb.Point{x + w, y + h}}
}

// blank puts white under a label.
func (c *chart) blank(x, y, w, h float64) {
	c.pdf.SetFillColor(255, 255, 255)
	c.pdf.SetAlpha(0.8, "Normal")
	c.pdf.Rect(x, y, w, h, "F")
	c.pdf.SetAlpha(1, "Normal")
}

// bar is the scale: a round number of metres, no longer than 4 cm.
func (c *chart) bar() {
	most := 40 * c.ground
	metres := math.Pow(10, math.Floor(math.Log10(most)))
	for _, step := range []float64{5, 2} {
		if step*metres <= most {
			metres *= step
			break
		}
	}
	label := strconv.Itoa(int(metres)) + " m"
	if metres >= 1000 {
		label = strconv.Itoa(int(metres/1000)) + " km"
	}
	long, x, y := metres/c.ground, c.x+2, c.y+c.h-2
	c.blank(c.x+0.5, y-4.5, long+3, 6)
	c.pen(0, 0, 0, 0.4)
	c.pdf.Line(x, y, x+long, y)
	c.pdf.Line(x, y-1, x, y)
	c.pdf.Line(x+long, y-1, x+long, y)
	c.text(x+0.5, y-3.8, label, labelSize, false)
}
