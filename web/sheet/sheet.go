// Package sheet sets a worker's day on paper: the map, the stops in their order, a code
// for each, and boxes to tick, which are typed back in at the desk. It has what the
// desk's screen has of a route and no more.
package sheet

import (
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/tiles/basemap"
	"github.com/rounds-project/rounds/web/app/i18n"
	"github.com/rounds-project/rounds/web/print"
)

// lists are the closed lists, decoded once.
var lists = sync.OnceValue(geo.ClosedLists)

// Sheet is what is set.
type Sheet struct {
	Route  round.Route
	Ground []register.MapShape
	// Language is en or zh-Hans.
	Language string
	// About says for whom the sheet is, what for, and until when.
	About gis.Manifest
}

// Heights and widths in millimetres.
const (
	mapHeight = 105
	boxWidth  = 11.5
)

// Bound is what the map of a route has to show.
func Bound(route round.Route) orb.Bound {
	bound := route.Line.Bound()
	for _, stop := range route.Stops {
		bound = bound.Extend(stop.At)
	}
	return bound
}

// Write sets the sheet in PDF. The error may be [print.ErrNoFont].
func (s Sheet) Write(to io.Writer) error {
	t, r := i18n.Words(s.Language), s.Route
	code := round.SheetCode(r.ID)
	title := t("sheet_title", "name", r.Name, "code", r.Code, "date", r.Date.Format(time.DateOnly))
	page := print.New(print.Options{
		Title: title, Language: s.Language, Made: s.About.Created,
		Foot: t("sheet_foot", "sheet", code, "login", s.About.Requester, "purpose", s.word("purposes", s.About.Purpose), "until", s.About.Expires.Format(time.DateOnly)),
	})
	page.Heading(title)
	page.Paragraph(r.RoundName + " · " + t("sheet_sums", "stops", len(r.Stops), "km", fmt.Sprintf("%.1f", float64(r.DistanceM)/1000), "leave", clock(r.Leave), "back", clock(r.Back)))
	page.Map(s.picture(), mapHeight)
	page.Paragraph(t("sheet_how", "sheet", code))
	page.Table(s.table(code))
	return page.Write(to)
}

func (s Sheet) picture() print.Picture {
	p := print.Picture{Bound: Bound(s.Route), Route: s.Route.Line, Credit: basemap.Attribution}
	for _, shape := range s.Ground {
		name := shape.Name
		if s.Language == "zh-Hans" && shape.NameZH != "" {
			name = shape.NameZH
		}
		p.Ground = append(p.Ground, print.Shape{Class: shape.Class, Name: name, Geometry: shape.Shape})
	}
	for _, stop := range s.Route.Stops {
		p.Marks = append(p.Marks, print.Mark{At: stop.At, Label: strconv.Itoa(stop.Seq), Done: finished(stop)})
	}
	return p
}

// table is the list with a box for each outcome; the number over a box is the key that
// types it.
func (s Sheet) table(code string) (columns []print.Column, rows [][]print.Cell) {
	t := i18n.Words(s.Language)
	columns = []print.Column{{Title: t("sheet_stop"), Width: 36}, {Title: t("sheet_place")}, {Title: t("sheet_doors"), Width: 11}, {Title: t("sheet_at"), Width: 14}}
	outcomes := lists().Codes("outcomes")
	for i, outcome := range outcomes {
		columns = append(columns, print.Column{Title: fmt.Sprintf("%d %s", i+1, s.word("outcomes", outcome)), Width: boxWidth})
	}
	columns = append(columns, print.Column{Title: "C " + t("sheet_card"), Width: boxWidth})
	for _, stop := range s.Route.Stops {
		of := fmt.Sprintf("%s-%d", code, stop.Seq)
		cells := []print.Cell{{QR: of, Text: of, Bold: true}, {Text: s.place(stop)}, {Text: strconv.Itoa(stop.Doors)}, {Text: clock(stop.Start)}}
		for range len(outcomes) + 1 {
			cells = append(cells, print.Cell{Box: !finished(stop)})
		}
		if finished(stop) {
			cells[3].Text = t("finished")
		}
		rows = append(rows, cells)
	}
	return columns, rows
}

func finished(stop round.Stop) bool { return stop.State == "finished" }

// place is what a place is called: its address, else the street that it is near.
func (s Sheet) place(stop round.Stop) string {
	t := i18n.Words(s.Language)
	switch line := stop.Address.Line(); {
	case line != "":
		return line
	case stop.Near != "":
		return t("near_street", "street", stop.Near)
	}
	return t("without_address")
}

// word is the name of a code of a closed list.
func (s Sheet) word(list, code string) string {
	term, _ := lists().Find(list, code)
	if s.Language == "zh-Hans" {
		return term.Chinese
	}
	return term.English
}

// clock is a time "08:30:00" without its seconds.
func clock(text string) string { return text[:5] }
