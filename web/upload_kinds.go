package web

import (
	"encoding/json"
	"net/http"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/upload"
)

// fileIncidentBody is a matter of a file as it would be taken.
type fileIncidentBody struct {
	Matter     string  `json:"matter"`
	ReportedOn string  `json:"reported_on"`
	ClosedOn   *string `json:"closed_on"`
	Lon        float64 `json:"lon"`
	Lat        float64 `json:"lat"`
}

// fileAreaBody is an area of a file or of the register.
type fileAreaBody struct {
	Key    string `json:"key"`
	Level  string `json:"level"`
	Name   string `json:"name"`
	NameZH string `json:"name_zh"`
	// Above is the name of the area that it lies in, or in a preview its id; "" for none.
	Above string `json:"above"`
	// Outline is GeoJSON, perhaps simplified.
	Outline json.RawMessage `json:"outline"`
}

func showFoundIncident(f register.FoundIncident) fileRowBody {
	one := fileIncidentBody{Matter: f.Matter, ReportedOn: date(f.ReportedOn), Lon: f.Lon, Lat: f.Lat}
	if f.ClosedOn != nil {
		one.ClosedOn = orNull(date(*f.ClosedOn))
	}
	return fileRowBody{Row: f.Row, Incident: &one}
}

// showFoundAreas are the areas of a list: new, changed or gone.
func showFoundAreas(found []register.FoundAreas, list string) []fileRowBody {
	rows := []fileRowBody{}
	show := func(a *register.FoundArea) *fileAreaBody {
		if a == nil {
			return nil
		}
		return &fileAreaBody{a.Key, string(a.Level), a.Name, a.NameZH, a.Above, a.Outline}
	}
	for _, pair := range found {
		is := "changed"
		switch {
		case pair.There == nil:
			is = "new"
		case pair.File == nil:
			is = "gone"
		}
		if is != list {
			continue
		}
		row := fileRowBody{Area: show(pair.File), AreaThere: show(pair.There)}
		if pair.File != nil {
			row.Row = pair.File.Row
		}
		rows = append(rows, row)
	}
	return rows
}

// previewIncidents shows the first rows of a file of matters, and words that mean nothing yet.
func (s *Server) previewIncidents(w http.ResponseWriter, r *http.Request, u register.Upload, wishes upload.Wishes) error {
	rows, words, err := s.Uploads.PreviewIncidents(r.Context(), u, wishes)
	if err != nil {
		return fileProblem(err)
	}
	body := previewBody{Items: []fileRowBody{}, Words: []strangeWord{}}
	for _, row := range rows {
		if row.Complaint != nil {
			body.Items = append(body.Items, complained(row.Row, *row.Complaint))
			continue
		}
		i := row.Incident
		one := register.FoundIncident{Row: row.Row, Matter: i.Matter, ReportedOn: i.ReportedOn, Lon: i.At.Lon(), Lat: i.At.Lat()}
		if i.Closed {
			one.ClosedOn = &i.ClosedOn
		}
		body.Items = append(body.Items, showFoundIncident(one))
	}
	for _, word := range words {
		body.Words = append(body.Words, strangeWord{word.Column, word.Word})
	}
	return answer(w, http.StatusOK, body)
}

// previewAreas shows the first rows of a file of areas.
func (s *Server) previewAreas(w http.ResponseWriter, r *http.Request, u register.Upload, wishes upload.Wishes) error {
	rows, err := s.Uploads.PreviewAreas(r.Context(), u, wishes)
	if err != nil {
		return fileProblem(err)
	}
	body := previewBody{Items: []fileRowBody{}, Words: []strangeWord{}}
	for _, row := range rows {
		if row.Complaint != nil {
			body.Items = append(body.Items, complained(row.Row, *row.Complaint))
			continue
		}
		a := row.Area
		outline, err := geojson.NewGeometry(shortened(a.Outline)).MarshalJSON()
		if err != nil {
			return err
		}
		body.Items = append(body.Items, fileRowBody{Row: row.Row, Area: &fileAreaBody{a.ID, string(a.Level), a.Name, a.NameZH, a.ParentID, outline}})
	}
	return answer(w, http.StatusOK, body)
}

// mostShownPoints bounds the points of an outline in a preview, whose map is small.
const mostShownPoints = 500

// shortened leaves points of long rings out, evenly.
func shortened(outline orb.MultiPolygon) orb.MultiPolygon {
	short := make(orb.MultiPolygon, len(outline))
	for i, polygon := range outline {
		for _, ring := range polygon {
			step := 1 + len(ring)/mostShownPoints
			some := orb.Ring{}
			for at := 0; at < len(ring)-1; at += step {
				some = append(some, ring[at])
			}
			short[i] = append(short[i], append(some, ring[len(ring)-1]))
		}
	}
	return short
}
