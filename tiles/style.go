package tiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/geo/register"
)

// Styles are the parts of MapLibre styles that the app is drawn with, by look, language
// and measure, so that a GIS shows a layer in the same classes and colours.
type Styles struct {
	// Below names the layer of the ground below which data lies.
	Below string `json:"below"`
	// BelowHills names the one below which hills are shaded, and Hills say how, by look.
	BelowHills string                     `json:"belowHills"`
	Hills      map[string]json.RawMessage `json:"hills"`

	Grounds map[string][]json.RawMessage `json:"grounds"`
	Parts   map[string]part              `json:"parts"`
}

// part is how a layer of the closed list is drawn.
type part struct {
	Name    map[string]string `json:"name"`
	Unit    map[string]string `json:"unit"`
	Classes []styleClass      `json:"classes"`
	Layers  []json.RawMessage `json:"layers"`
}

// styleClass is a class of the legend: its lower bound and colour.
type styleClass struct {
	From   int    `json:"from"`
	Colour string `json:"colour"`
}

// ReadStyles reads what the build of the app wrote.
func ReadStyles(data []byte) (*Styles, error) {
	var styles Styles
	if err := json.Unmarshal(data, &styles); err != nil {
		return nil, fmt.Errorf("tiles: styles: %w", err)
	}
	if len(styles.Grounds) == 0 || len(styles.Parts) == 0 || len(styles.Hills) == 0 || styles.Below == "" || styles.BelowHills == "" {
		return nil, errors.New("tiles: styles: parts are missing")
	}
	return &styles, nil
}

// What a style may be asked for; the first is taken when nothing is.
var (
	styleLooks     = []string{"light", "dark", "sun"}
	styleLanguages = []string{"en", "zh-Hans"}
	styleMeasures  = []string{"to_visit", "finished", "late", "minutes"}
)

// mapStyle is a style after the MapLibre Style Specification, version 8.
type mapStyle struct {
	Version  int                    `json:"version"`
	Name     string                 `json:"name"`
	Metadata map[string]any         `json:"metadata,omitempty"`
	Center   []float64              `json:"center,omitempty"`
	Zoom     float64                `json:"zoom,omitempty"`
	Sources  map[string]styleSource `json:"sources"`
	Layers   []json.RawMessage      `json:"layers"`
}

type styleSource struct {
	Type string `json:"type"`
	// URL is that of the layer's TileJSON.
	URL string `json:"url"`
	// TileSize and Encoding are of pictures of heights.
	TileSize int    `json:"tileSize,omitempty"`
	Encoding string `json:"encoding,omitempty"`
}

// firstZoom shows a county or so.
const firstZoom = 10

// serveStyle answers with the style of a layer above the base map, or of that alone.
func (s *Server) serveStyle(w http.ResponseWriter, r *http.Request, layer Layer, asked *request) error {
	if s.options.Styles == nil {
		return newProblem(http.StatusNotFound, "layer", "this server was built without the app, and has no styles")
	}
	chosen := map[string]string{}
	for name, values := range map[string][]string{"look": styleLooks, "language": styleLanguages, "measure": styleMeasures} {
		chosen[name] = values[0]
		if value := r.URL.Query().Get(name); value != "" {
			if !slices.Contains(values, value) {
				return newProblem(http.StatusBadRequest, name, fmt.Sprintf("want one of %v", values))
			}
			chosen[name] = value
		}
	}
	_, hilly, err := s.db.LatestHeights(r.Context(), service)
	if err != nil {
		return err
	}
	style, err := s.options.Styles.of(layer, asked.principal, chosen, hilly)
	if err != nil {
		return err
	}
	for name, source := range style.Sources {
		source.URL = s.base(r) + "/tiles/" + name + ".json"
		if name == layer.Name {
			source.URL += asked.query()
		}
		style.Sources[name] = source
	}
	if bound, ok, err := s.bound(r.Context(), layer, asked); err != nil {
		return err
	} else if ok {
		center := bound.Center()
		style.Center, style.Zoom = center[:], firstZoom
	}
	writeJSON(w, style)
	return nil
}

// of puts the parts of a layer together; its sources are named and have no address yet.
func (s *Styles) of(layer Layer, who register.Principal, chosen map[string]string, hilly bool) (*mapStyle, error) {
	look, language := chosen["look"], chosen["language"]
	style := &mapStyle{Version: 8, Name: "Rounds", Sources: map[string]styleSource{"basemap": {Type: "vector"}}}
	var data []json.RawMessage
	if layer.Name != "basemap" {
		part, known := s.Parts[partKey(layer, who, look, chosen["measure"])]
		if !known {
			return nil, newProblem(http.StatusNotFound, "layer", "there are styles of basemap, work and releases")
		}
		style.Name, data = "Rounds: "+part.Name[language], part.Layers
		style.Metadata = map[string]any{"rounds:unit": part.Unit[language], "rounds:classes": part.Classes}
		style.Sources[layer.Name] = styleSource{Type: "vector"}
	}
	if hilly {
		style.Sources["heights"] = styleSource{Type: "raster-dem", TileSize: elevation.Side, Encoding: elevation.Encoding}
	}
	for _, one := range s.Grounds[look+" "+language] {
		var named struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(one, &named); err != nil {
			return nil, fmt.Errorf("tiles: styles: %w", err)
		}
		if hilly && named.ID == s.BelowHills {
			style.Layers = append(style.Layers, s.Hills[look])
		}
		if named.ID == s.Below {
			style.Layers = append(style.Layers, data...)
		}
		style.Layers = append(style.Layers, one)
	}
	return style, nil
}

// partKey is how a layer is drawn for somebody: the work in cells or in groups.
func partKey(layer Layer, who register.Principal, look, measure string) string {
	if layer.Name != "work" {
		return layer.Name + " " + look
	}
	places := "groups"
	if who.Role == register.Worker || who.Role == register.Supervisor {
		places = "cells"
	}
	return layer.Name + " " + look + " " + measure + " " + places
}
