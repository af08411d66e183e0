package print

import (
	"strconv"

	"github.com/paulmach/orb"
)

// Measures of a legend.
const (
	swatch     = 4.5
	legendSize = 8.0
	legendGap  = 5.0
	// pixel is one of a screen in millimetres.
	pixel = 25.4 / 96
)

// Key is a line of a legend.
type Key struct {
	Ink
	Text string
}

// LegendHeight is how high a legend will be.
func (d *Document) LegendHeight(keys []Key) float64 {
	rows := 1
	d.eachKey(keys, func(_ Key, _ float64, row int) { rows = row + 1 })
	return float64(rows)*(swatch+1.5) + 1
}

// Legend sets what the colours of a map mean, one beside the other.
func (d *Document) Legend(keys []Key) {
	d.Room(d.LegendHeight(keys))
	d.eachKey(keys, func(key Key, x float64, row int) {
		y := d.top + float64(row)*(swatch+1.5)
		d.ink(key.Ink)
		if style := key.path(false); style != "" {
			d.pdf.Rect(x, y, swatch, swatch, style)
		}
		d.pdf.SetAlpha(1, "Normal")
		d.text(x+swatch+1.2, y+0.6, key.Text, legendSize, false)
	})
	d.top += d.LegendHeight(keys)
}

// eachKey gives each line its place: at x, in a row.
func (d *Document) eachKey(keys []Key, at func(key Key, x float64, row int)) {
	x, row := margin, 0
	for _, key := range keys {
		width := swatch + 1.2 + d.wide(key.Text, legendSize, false)
		if x > margin && x+width > margin+d.width {
			x, row = margin, row+1
		}
		at(key, x, row)
		x += width + legendGap
	}
}

// ink takes a fill and a line.
func (d *Document) ink(i Ink) {
	r, g, b := channels(i.Fill)
	d.pdf.SetFillColor(r, g, b)
	d.pdf.SetAlpha(max(i.Opacity, 0.05), "Normal")
	r, g, b = channels(i.Line)
	d.pdf.SetDrawColor(r, g, b)
	d.pdf.SetLineWidth(i.Width * pixel)
	d.pdf.SetLineJoinStyle("round")
}

// path is how fpdf draws with the ink, "" for not at all; a hole of a shape stays one.
func (i Ink) path(holes bool) string {
	style := ""
	if i.Fill != "" {
		style = "F"
	}
	if i.Line != "" {
		style += "D"
	}
	if holes && i.Fill != "" {
		style += "*"
	}
	return style
}

// channels are those of a colour #rrggbb, 0 to 255; of none all are 0.
func channels(colour string) (r, g, b int) {
	if len(colour) != 7 {
		return 0, 0, 0
	}
	n, _ := strconv.ParseUint(colour[1:], 16, 32) // of the styles of layers
	return int(n >> 16 & 0xff), int(n >> 8 & 0xff), int(n & 0xff)
}

// coloured draws a shape of a thematic map.
func (c *chart) coloured(s Coloured) {
	c.ink(s.Ink)
	if s.Fill == "" {
		c.pdf.SetAlpha(1, "Normal")
	}
	switch g := s.Geometry.(type) {
	case orb.Point:
		x, y := c.at(g)
		c.pdf.Circle(x, y, 2*dot, s.path(false))
	case orb.Polygon:
		c.rings(s.Ink, g)
	case orb.MultiPolygon:
		for _, polygon := range g {
			c.rings(s.Ink, polygon)
		}
	case orb.LineString:
		c.line(g)
	}
	c.pdf.SetAlpha(1, "Normal")
}

func (c *chart) rings(ink Ink, polygon orb.Polygon) {
	style := ink.path(true)
	if style == "" {
		return
	}
	for _, ring := range polygon {
		for i, p := range ring {
			if x, y := c.at(p); i == 0 {
				c.pdf.MoveTo(x, y)
			} else {
				c.pdf.LineTo(x, y)
			}
		}
		c.pdf.ClosePath()
	}
	c.pdf.DrawPath(style)
}
