package export

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/basemap"
	"github.com/rounds-project/rounds/web/app/i18n"
	"github.com/rounds-project/rounds/web/print"
)

// paperLayers are those of which a map is printed. Of routes and stops a worker's day is,
// and a map of all households is of no use on paper.
var paperLayers = []string{"areas", "cells", "incidents", "releases"}

const (
	// mostDrawn is how many shapes a map on paper has.
	mostDrawn = 50_000
	// aroundMap in degrees is what it shows around them.
	aroundMap = 0.003
)

// paper is a [gis.Writer] that draws a map of a layer: of releases one for each measure.
type paper struct {
	*Exporter
	ctx       context.Context
	principal register.Principal
	language  string
	path      string
	layer     gis.Layer
	about     gis.Manifest
	sheets    []*mapSheet
	drawn     int
}

// mapSheet is a page: what is drawn, and which symbols it has.
type mapSheet struct {
	// what is the measure and its period, "" of other layers.
	what   string
	shapes []print.Coloured
	used   map[int]bool
}

func (p *paper) Write(shape orb.Geometry, values []any) error {
	if p.drawn++; p.drawn > mostDrawn {
		return &FieldError{"format", fmt.Sprintf("a map on paper has %d shapes at most; choose an area, or take gpkg", mostDrawn)}
	}
	what := ""
	if p.layer.Name == releasesLayer.Name {
		what = fmt.Sprintf("%s, %s – %s", i18n.Words(p.language)("statistic_"+fmt.Sprint(values[0])), values[1], values[2])
	}
	i := slices.IndexFunc(p.sheets, func(s *mapSheet) bool { return s.what == what })
	if i < 0 {
		i, p.sheets = len(p.sheets), append(p.sheets, &mapSheet{what: what, used: map[int]bool{}})
	}
	all := symbols[p.layer.Name]
	if n := slices.IndexFunc(all, func(s symbol) bool { return s.Holds(p.layer.Columns, values) }); n >= 0 {
		p.sheets[i].used[n] = true
		p.sheets[i].shapes = append(p.sheets[i].shapes, print.Coloured{Geometry: orb.Clone(shape), Ink: inkOf(all[n])})
	}
	return nil
}

func inkOf(s symbol) print.Ink {
	return print.Ink{Fill: s.Fill, Line: s.Line, Opacity: s.Opacity, Width: s.Width}
}

// Close draws the pages. Its error may be a [FieldError].
func (p *paper) Close() error {
	if len(p.sheets) == 0 {
		return &FieldError{"layer", "there is nothing of this layer to draw; choose another area"}
	}
	manifest, err := json.Marshal(p.about)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	t := i18n.Words(p.language)
	bound := p.bound()
	title := p.word("layers", p.layer.Name)
	if p.about.Area != everywhere {
		title += " · " + p.about.Area
	}
	page := print.New(print.Options{
		Title: title, Subject: string(manifest), Language: p.language, Made: p.about.Created, Wide: wide(bound),
		Foot: t("map_foot", "login", p.about.Requester, "purpose", p.word("purposes", p.about.Purpose), "until", p.about.Expires.Format(time.DateTime), "licence", licence),
	})
	ground, err := p.ground(bound)
	if err != nil {
		return err
	}
	for i, sheet := range p.sheets {
		if i > 0 {
			page.NewPage()
		}
		p.draw(page, title, sheet, bound, ground)
	}
	var content bytes.Buffer
	if err := page.Write(&content); err != nil {
		return err
	}
	if err := os.WriteFile(p.path, content.Bytes(), 0o600); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

func (p *paper) draw(page *print.Document, title string, sheet *mapSheet, bound orb.Bound, ground []print.Shape) {
	t := i18n.Words(p.language)
	page.Heading(title)
	page.Paragraph(cmp.Or(sheet.what, t("map_as_of", "date", p.Today().Format(time.DateOnly))))
	var legend []print.Key
	for i, s := range symbols[p.layer.Name] {
		if sheet.used[i] {
			legend = append(legend, print.Key{Ink: inkOf(s), Text: t(s.key, s.values...)})
		}
	}
	page.Map(print.Picture{Bound: bound, Ground: ground, Coloured: sheet.shapes, Credit: basemap.Attribution}, page.Left()-page.LegendHeight(legend)-2)
	page.Legend(legend)
}

// bound is that of all pages, so that they compare.
func (p *paper) bound() (bound orb.Bound) {
	for i, sheet := range p.sheets {
		for j, s := range sheet.shapes {
			if i+j == 0 {
				bound = s.Geometry.Bound()
			}
			bound = bound.Union(s.Geometry.Bound())
		}
	}
	return bound
}

// wide says that a map is wider than it is high, on the ground.
func wide(bound orb.Bound) bool {
	return (bound.Max[0]-bound.Min[0])*math.Cos(bound.Center()[1]*math.Pi/180) > bound.Max[1]-bound.Min[1]
}

func (p *paper) ground(bound orb.Bound) ([]print.Shape, error) {
	found, err := p.DB.MapWithin(p.ctx, p.principal, bound.Pad(aroundMap), print.Zoom(bound))
	ground := make([]print.Shape, len(found))
	for i, shape := range found {
		name := shape.Name
		if p.language == chinese {
			name = cmp.Or(shape.NameZH, name)
		}
		ground[i] = print.Shape{Class: shape.Class, Name: name, Geometry: shape.Shape}
	}
	return ground, err
}

const chinese = "zh-Hans"

// word is the name of a code of a closed list.
func (p *paper) word(list, code string) string {
	term, _ := geo.ClosedLists().Find(list, code)
	if p.language == chinese {
		return term.Chinese
	}
	return term.English
}
