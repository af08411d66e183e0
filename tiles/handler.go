package tiles

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// Handler answers GET and HEAD of /tiles/{layer}.json, /tiles/{layer}/style.json and
// /tiles/{layer}/{z}/{x}/{y}.mvt (heights: .png). principal tells who asks; false means nobody.
func (s *Server) Handler(principal func(*http.Request) (register.Principal, bool)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tiles/{layer}", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, principal, strings.TrimSuffix(r.PathValue("layer"), ".json"), s.serveTileJSON)
	})
	mux.HandleFunc("GET /tiles/{layer}/style.json", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, principal, r.PathValue("layer"), s.serveStyle)
	})
	mux.HandleFunc("GET /tiles/{layer}/{z}/{x}/{y}", func(w http.ResponseWriter, r *http.Request) {
		s.answer(w, r, principal, r.PathValue("layer"), s.serveTile)
	})
	return mux
}

// answer finds the layer, and refuses whom it is not for.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, principal func(*http.Request) (register.Principal, bool),
	name string, serve func(http.ResponseWriter, *http.Request, Layer, *request) error) {
	err := func() error {
		who, ok := principal(r)
		if !ok {
			return newProblem(http.StatusUnauthorized, "", "sign in first")
		}
		layer, ok := layerNamed(name)
		if !ok {
			return newProblem(http.StatusNotFound, "layer", "there is no such layer")
		}
		if !layer.Allows(who.Role) {
			return newProblem(http.StatusForbidden, "layer", "this layer is not for your role")
		}
		asked := &request{principal: who, today: s.options.Today()}
		if err := asked.read(layer, r); err != nil {
			return err
		}
		return serve(w, r, layer, asked)
	}()
	if err != nil {
		s.fail(w, r, err)
	}
}

// read takes the parameters that the layer knows from the query; others are none of
// its business.
func (asked *request) read(layer Layer, r *http.Request) error {
	query := r.URL.Query()
	ids := map[string]*uuid.UUID{"round": &asked.round, "plan": &asked.routes.Plan, "worker": &asked.routes.Worker, "release": &asked.release}
	for _, name := range layer.Parameters {
		value := query.Get(name)
		if value == "" {
			continue
		}
		var err error
		if name == "date" {
			asked.routes.Date, err = time.Parse(time.DateOnly, value)
		} else if *ids[name], err = uuid.Parse(value); len(value) != 36 {
			err = fmt.Errorf("not in the usual form")
		}
		if err != nil {
			return newProblem(http.StatusBadRequest, name, "want "+map[bool]string{true: "a date like 2027-03-01", false: "an id"}[name == "date"])
		}
	}
	return nil
}

func (s *Server) serveTile(w http.ResponseWriter, r *http.Request, layer Layer, asked *request) error {
	tile, err := parseTile(r.PathValue("z"), r.PathValue("x"), r.PathValue("y"), layer.Suffix())
	if err != nil {
		return err
	}
	asked.tile = tile
	if layer.Name == "stops" && asked.routes.Worker == uuid.Nil && asked.routes.Date.IsZero() && asked.principal.Role != register.Worker {
		return newProblem(http.StatusBadRequest, "worker", "name a worker or a date: a map of all places to visit is not drawn")
	}
	if layer.Name == "releases" && asked.release == uuid.Nil {
		return newProblem(http.StatusBadRequest, "release", "name a release; /api/v1/releases lists them")
	}
	coding := identity // a picture is packed already
	if !layer.Picture() {
		coding = negotiate(strings.Join(r.Header.Values("Accept-Encoding"), ","))
	}
	drawn, err := s.tile(r.Context(), layer, asked, coding)
	if err != nil {
		return err
	}
	drawn.write(w, r, layer)
	return nil
}

// tile draws a tile, or takes it from the cache.
func (s *Server) tile(ctx context.Context, layer Layer, asked *request, e encoding) (encoded, error) {
	build := func(ctx context.Context) (encoded, error) {
		data, err := layer.draw(s, ctx, asked)
		if err != nil {
			return encoded{}, err
		}
		return e.compress(data), nil
	}
	if layer.scope == nil {
		return build(ctx)
	}
	scope, err := layer.scope(s, ctx, asked)
	if err != nil {
		return encoded{}, err
	}
	return s.cache.get(ctx, key{scope, asked.tile, e}, build)
}

// write answers with a tile, 204 when it is empty, or 304 when the client has it.
func (drawn encoded) write(w http.ResponseWriter, r *http.Request, layer Layer) {
	header := w.Header()
	header.Set("Cache-Control", layer.caching)
	header.Set("Vary", "Accept-Encoding")
	if len(drawn.body) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	header.Set("ETag", drawn.etag)
	if matches(r.Header.Values("If-None-Match"), drawn.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	header.Set("Content-Type", map[bool]string{true: "image/png", false: "application/vnd.mapbox-vector-tile"}[layer.Picture()])
	header.Set("Content-Length", strconv.Itoa(len(drawn.body)))
	if drawn.encoding != identity {
		header.Set("Content-Encoding", string(drawn.encoding))
	}
	_, _ = w.Write(drawn.body) // the client may have gone
}

// matches says whether If-None-Match names the tag; comparison is weak, as it must
// be there (RFC 9110, 13.1.2).
func matches(headers []string, tag string) bool {
	for _, header := range headers {
		for _, one := range strings.Split(header, ",") {
			one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
			if one == tag || one == "*" {
				return true
			}
		}
	}
	return false
}

// parseTile reads an address; the row ends in the suffix.
func parseTile(z, x, y, suffix string) (mvt.Tile, error) {
	row, isTile := strings.CutSuffix(y, suffix)
	if !isTile {
		return mvt.Tile{}, newProblem(http.StatusNotFound, "y", "tiles of this layer end in "+suffix)
	}
	var tile mvt.Tile
	for _, part := range []struct {
		field, text string
		value       *uint32
	}{{"z", z, &tile.Z}, {"x", x, &tile.X}, {"y", row, &tile.Y}} {
		n, err := strconv.ParseUint(part.text, 10, 32)
		// "+1" and "01" would be second names of one tile.
		if err != nil || strconv.FormatUint(n, 10) != part.text {
			return mvt.Tile{}, newProblem(http.StatusBadRequest, part.field, "want a whole number")
		}
		*part.value = uint32(n)
	}
	if tile.Z > mvt.MaxZoom {
		return mvt.Tile{}, newProblem(http.StatusBadRequest, "z", fmt.Sprintf("zooms end at %d", mvt.MaxZoom))
	}
	if !tile.Valid() {
		return mvt.Tile{}, newProblem(http.StatusBadRequest, "x", "the tile lies outside of the world")
	}
	return tile, nil
}
