package tiles_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/mvt"
)

// site is a town with a server of its tiles.
type site struct {
	*registertest.Town
	server *tiles.Server
}

func newSite(t testing.TB) *site {
	t.Helper()
	town := registertest.NewTown(t)
	return &site{town, newServer(t, town, nil)}
}

// newServer is one that has nothing in memory.
func newServer(t testing.TB, town *registertest.Town, statistics *tiles.Statistics) *tiles.Server {
	t.Helper()
	styles, err := tiles.ReadStyles([]byte(plainStyles))
	if err != nil {
		t.Fatal(err)
	}
	server, err := tiles.New(town.DB, tiles.Options{Today: func() time.Time { return town.Today }, Statistics: statistics, Styles: styles})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// plainStyles are as the build of the app writes them, with next to nothing in them.
const plainStyles = `{"below": "road", "belowHills": "road", "hills": {"light": {"id": "hills"}}, "grounds": {"light en": [{"id": "land"}, {"id": "road"}]}, "parts": {
	"work light to_visit cells": {"name": {"en": "To visit"}, "layers": [{"id": "work"}]},
	"work light to_visit groups": {"name": {"en": "To visit"}, "layers": [{"id": "work"}]},
	"releases light": {"name": {"en": "Statistics"}, "layers": [{"id": "releases"}]}}}`

// follow runs the server's loop until the test ends.
func (s *site) follow(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.server.Run(ctx)
	}()
	t.Cleanup(func() {
		stop()
		<-done
	})
}

// ask sends a request as an account, "" being nobody; headers are pairs.
func (s *site) ask(account, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return s.send(account, r)
}

func (s *site) send(account string, r *http.Request) *http.Response {
	s.Helper()
	if account == "" {
		return s.sendAs(nil, r)
	}
	principal := s.As(account)
	return s.sendAs(&principal, r)
}

// sendAs sends a request as a principal; nil is nobody.
func (s *site) sendAs(principal *register.Principal, r *http.Request) *http.Response {
	handler := s.server.Handler(func(*http.Request) (register.Principal, bool) {
		if principal == nil {
			return register.Principal{}, false
		}
		return *principal, true
	})
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w.Result()
}

// body is the content of an answer, unpacked.
func body(t testing.TB, r *http.Response) []byte {
	t.Helper()
	reader := io.Reader(r.Body)
	var err error
	switch r.Header.Get("Content-Encoding") {
	case "gzip":
		reader, err = gzip.NewReader(r.Body)
	case "zstd":
		reader, err = zstd.NewReader(r.Body)
	}
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// features are those of a tile, by layer.
func features(t testing.TB, data []byte) map[string][]map[string]any {
	t.Helper()
	found := map[string][]map[string]any{}
	if len(data) == 0 {
		return found
	}
	layers, err := orbmvt.Unmarshal(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, layer := range layers {
		for _, feature := range layer.Features {
			found[layer.Name] = append(found[layer.Name], feature.Properties)
		}
	}
	return found
}

// at is the tile of a point.
func at(lon, lat float64, zoom uint32) mvt.Tile {
	p := mvt.World(orb.Point{lon, lat})
	side := float64(uint64(1) << zoom)
	return mvt.Tile{Z: zoom, X: uint32(p[0] * side), Y: uint32(p[1] * side)}
}

func path(layer string, tile mvt.Tile) string {
	return "/tiles/" + layer + "/" + tile.String() + ".mvt"
}

// everywhere are the tiles of a zoom over the town.
func everywhere(zoom uint32) []mvt.Tile {
	bound := orb.Bound{Min: mvt.World(orb.Point{1, 42.1}), Max: mvt.World(orb.Point{1.3, 42})}
	all, _ := mvt.Touching(bound, zoom, 1<<20)
	return all
}

// layer asks for a layer's features of one tile.
func (s *site) layer(account, layer string, tile mvt.Tile, query string) []map[string]any {
	s.Helper()
	answer := s.ask(account, path(layer, tile)+query)
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNoContent {
		s.Fatalf("%s of %s: %s: %s", layer, account, answer.Status, body(s, answer))
	}
	return features(s, body(s, answer))[layer]
}

func decode[T any](t testing.TB, r *http.Response) T {
	t.Helper()
	var value T
	decoder := json.NewDecoder(bytes.NewReader(body(t, r)))
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// ids gives the features of a tile's only layer by their ids.
func ids(t testing.TB, data []byte) iter.Seq2[float64, map[string]any] {
	return func(yield func(float64, map[string]any) bool) {
		if len(data) == 0 {
			return
		}
		layers, err := orbmvt.Unmarshal(data)
		if err != nil {
			t.Fatal(err)
		}
		for _, feature := range layers[0].Features {
			if !yield(feature.ID.(float64), feature.Properties) {
				return
			}
		}
	}
}
