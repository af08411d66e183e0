package tiles_test

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/rounds-project/rounds/geo/elevation"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
)

// plateau is a folder with a degree that is 600 m high in its west, and 1,000 m elsewhere.
func plateau(t *testing.T) *elevation.Tiles {
	t.Helper()
	const side = 1201
	var data []byte
	for range side {
		for column := range side {
			data = binary.BigEndian.AppendUint16(data, map[bool]uint16{true: 600, false: 1000}[column < side/8])
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "N42E001.hgt"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := elevation.Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// Heights are told to everybody signed in, where they were imported, and nowhere before.
func TestHeights_AreOfWhatWasImported(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if answer := s.ask(Administrator, "/tiles/heights.json"); answer.StatusCode != http.StatusNoContent {
		t.Errorf("heights of an installation without any: %s", answer.Status)
	}
	if looked, err := s.DB.ImportHeights(t.Context(), plateau(t), true, nil); err != nil || looked.Tiles == 0 || s.Count("SELECT count(*) FROM rounds.height_tiles") != 0 {
		t.Errorf("a dry run: %+v, %v", looked, err)
	}
	report, err := s.DB.ImportHeights(t.Context(), plateau(t), false, nil)
	if err != nil || report.LastZoom != 11 || len(report.Missing) != 0 {
		t.Fatalf("%+v, %v", report, err)
	}
	if again, err := s.DB.ImportHeights(t.Context(), plateau(t), false, nil); err != nil || again.Tiles != report.Tiles || s.Count("SELECT count(*) FROM rounds.height_tiles") != report.Tiles {
		t.Errorf("imported again: %+v, before %+v, %v", again, report, err)
	}
	said := decode[struct {
		Tiles            []string
		MinZoom, MaxZoom int
		Bounds           []float64
		Encoding         string
	}](t, s.ask(WestWorker, "/tiles/heights.json"))
	if len(said.Tiles) != 1 || said.Tiles[0] != "http://example.com/tiles/heights/{z}/{x}/{y}.png" || said.MinZoom != 6 || said.MaxZoom != 11 || said.Encoding != "terrarium" {
		t.Errorf("TileJSON: %+v", said)
	}
	if b := said.Bounds; len(b) != 4 || b[0] > 1 || b[1] > 42 || b[2] < 1.3 || b[3] < 42.1 {
		t.Errorf("bounds %v, want them around the county", b)
	}
	east, west := at(1.25, 42.05, 11), at(1.05, 42.05, 11)
	for account, status := range map[string]int{Administrator: 200, CountyDPO: 200, WestWorker: 200, PastSupervisor: 200, "": 401} {
		if answer := s.ask(account, "/tiles/heights/"+east.String()+".png"); answer.StatusCode != status {
			t.Errorf("%q: %s, want %d", account, answer.Status, status)
		}
	}
	for tile, want := range map[string]uint32{east.String(): 1000, west.String(): 600} {
		answer := s.ask(WestWorker, "/tiles/heights/"+tile+".png", "Accept-Encoding", "gzip, zstd")
		if answer.Header.Get("Content-Type") != "image/png" || answer.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s comes as %v", tile, answer.Header)
		}
		picture, err := png.Decode(bytes.NewReader(body(t, answer)))
		if err != nil {
			t.Fatal(err)
		}
		if r, g, b, _ := picture.At(100, 100).RGBA(); (r>>8)*256+g>>8-32768 != want || b != 0 {
			t.Errorf("%s is %d m high, want %d", tile, (r>>8)*256+g>>8-32768, want)
		}
		if again := s.ask(WestWorker, "/tiles/heights/"+tile+".png", "If-None-Match", answer.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s is sent again: %s", tile, again.Status)
		}
	}
	for path, status := range map[string]int{"/tiles/heights/11/0/0.png": 204, "/tiles/heights/" + east.String() + ".mvt": 404, "/tiles/areas/1/0/0.png": 404, "/tiles/heights/style.json": 404} {
		if answer := s.ask(WestWorker, path); answer.StatusCode != status {
			t.Errorf("%s: %s, want %d", path, answer.Status, status)
		}
	}
	// Row-level security, not the handler alone.
	if picture, err := s.DB.HeightsTile(t.Context(), register.Principal{}, register.MapTile(east)); err != nil || picture != nil {
		t.Errorf("nobody reads %d bytes past the handler, %v", len(picture), err)
	}
}
