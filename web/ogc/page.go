package ogc

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/app"
)

//go:embed pages/pages.html
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages/pages.html"))

// view is what a page shows.
type view struct {
	Heading string
	// Layer is the collection that the page is about, "" for none.
	Layer string
	Body  any

	Words                   words
	Trail                   []link
	Base, JSON, Attribution string
}

// page answers with a page: what the server has, in the frame of the app, whose scripts
// and sheets it loads from the server itself.
func (a *asked) page(name string, v view) error {
	v.Words, v.Base, v.JSON, v.Attribution = a.words, a.base, a.address(asJSON), attribution
	v.Trail = []link{{Href: a.base + "/?f=html", Title: a.words.Home}, {Href: a.base + "/collections?f=html", Title: a.words.Collections}}
	if v.Layer != "" {
		v.Trail = append(v.Trail, link{Href: a.base + "/collections/" + v.Layer + "?f=html", Title: a.words.layers[v.Layer][0]})
	}
	var content bytes.Buffer
	if err := pages.ExecuteTemplate(&content, name, v); err != nil {
		return fmt.Errorf("ogc: %w", err)
	}
	frame := app.Frame("ogc.html")
	frame = strings.Replace(frame, `lang="en"`, `lang="`+a.words.language+`"`, 1)
	frame = strings.Replace(frame, "<title>Rounds</title>", "<title>"+template.HTMLEscapeString(v.Heading)+" · Rounds</title>", 1)
	before, after, _ := strings.Cut(frame, "<!-- content -->")
	a.send("text/html; charset=utf-8", slices.Concat([]byte(before), content.Bytes(), []byte(after)))
	return nil
}

type itemsBody struct {
	Columns []string
	Rows    []rowBody
	// Matched is "" when nobody has counted.
	Matched string
	Next    string
	// Shapes is GeoJSON for the map, "" in coordinates that a map does not have.
	Shapes string
}

type rowBody struct {
	ID     string
	Values []string
}

func itemsView(a *asked, layer register.ExportLayer, page register.FeaturePage, links []link) view {
	var body itemsBody
	if page.Matched != register.Uncounted {
		body.Matched = strconv.FormatInt(page.Matched, 10)
	}
	for _, column := range layer.Columns {
		if column.Name != "id" { // it leads the row
			body.Columns = append(body.Columns, column.Name)
		}
	}
	var shapes bytes.Buffer
	shapes.WriteString(`{"type":"FeatureCollection","features":[`)
	for i, f := range page.Features {
		row := rowBody{ID: f.ID}
		for j, value := range f.Values {
			if layer.Columns[j].Name == "id" {
				continue
			}
			text := ""
			if value != nil {
				text = fmt.Sprint(value)
			}
			row.Values = append(row.Values, text)
		}
		body.Rows = append(body.Rows, row)
		if i > 0 {
			shapes.WriteByte(',')
		}
		fmt.Fprintf(&shapes, `{"type":"Feature","properties":{},"geometry":%s}`, json.RawMessage(f.Geometry))
	}
	shapes.WriteString("]}")
	if crs := a.r.URL.Query().Get("crs"); crs == "" || crs == crs84 {
		body.Shapes = shapes.String()
	}
	for _, l := range links {
		if l.Rel == "next" {
			body.Next = l.Href
		}
	}
	return view{Heading: a.words.layers[layer.Name][0], Layer: layer.Name, Body: body}
}
