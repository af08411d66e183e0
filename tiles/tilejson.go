package tiles

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/tiles/basemap"
)

// tileJSON is TileJSON 3.0.0.
type tileJSON struct {
	TileJSON     string                `json:"tilejson"`
	Name         string                `json:"name"`
	Scheme       string                `json:"scheme"`
	Tiles        []string              `json:"tiles"`
	MinZoom      uint32                `json:"minzoom"`
	MaxZoom      uint32                `json:"maxzoom"`
	Bounds       []float64             `json:"bounds,omitempty"`
	Attribution  string                `json:"attribution"`
	VectorLayers []basemap.VectorLayer `json:"vector_layers,omitempty"`
	// Encoding is how a picture of heights tells them, as MapLibre calls it.
	Encoding string `json:"encoding,omitempty"`
}

func (s *Server) serveTileJSON(w http.ResponseWriter, r *http.Request, layer Layer, asked *request) error {
	description := tileJSON{
		TileJSON: "3.0.0", Name: layer.Name, Scheme: "xyz",
		Tiles:   []string{s.base(r) + "/tiles/" + layer.Name + "/{z}/{x}/{y}" + layer.Suffix() + asked.query()},
		MinZoom: layer.MinZoom, MaxZoom: maxZoom,
		Attribution: basemap.Attribution, VectorLayers: layer.Vectors,
	}
	if layer.Picture() {
		return s.serveHeightsJSON(w, r, description)
	}
	bound, ok, err := s.bound(r.Context(), layer, asked)
	if err != nil {
		return err
	}
	if ok {
		description.Bounds = []float64{bound.Min[0], bound.Min[1], bound.Max[0], bound.Max[1]}
	}
	writeJSON(w, description)
	return nil
}

// serveHeightsJSON answers 204 where there are none, as they are given or not.
func (s *Server) serveHeightsJSON(w http.ResponseWriter, r *http.Request, description tileJSON) error {
	heights, ok, err := s.db.LatestHeights(r.Context(), service)
	if err != nil {
		return err
	}
	if !ok {
		w.Header().Set("Cache-Control", live)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	// A picture is of this zoom and place, or there is none: a map does not ask in vain.
	description.MinZoom, description.MaxZoom = heights.FirstZoom, heights.LastZoom
	description.Bounds = []float64{heights.Bound.Min[0], heights.Bound.Min[1], heights.Bound.Max[0], heights.Bound.Max[1]}
	description.Attribution, description.Encoding = "", elevation.Encoding
	writeJSON(w, description)
	return nil
}

func writeJSON(w http.ResponseWriter, value any) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", live)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // the client may have gone
}

func (s *Server) bound(ctx context.Context, layer Layer, asked *request) (orb.Bound, bool, error) {
	if layer.Name == "basemap" {
		latest, ok, err := s.latestExtract(ctx)
		return latest.Bound, ok, err
	}
	return s.db.GrantedBound(ctx, asked.principal)
}

// base is the address of this server as the client knows it; readers of TileJSON
// want whole addresses.
func (s *Server) base(r *http.Request) string {
	if s.options.BaseURL != "" {
		return s.options.BaseURL
	}
	scheme := "http"
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		scheme = "https"
	}
	return (&url.URL{Scheme: scheme, Host: r.Host}).String()
}

// query is what the layer was asked for, written anew.
func (asked *request) query() string {
	values := url.Values{}
	for name, id := range map[string]uuid.UUID{"round": asked.round, "plan": asked.routes.Plan, "worker": asked.routes.Worker, "release": asked.release} {
		if id != uuid.Nil {
			values.Set(name, id.String())
		}
	}
	if !asked.routes.Date.IsZero() {
		values.Set("date", asked.routes.Date.Format(time.DateOnly))
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}
