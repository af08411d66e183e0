package export_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/export"
)

func TestSend_IsADownloadThatNobodyKeeps(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	mine := town.As(CountyAnalyst)
	for format, mediaType := range map[string]string{
		"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3", "csv": "application/zip",
	} {
		area := town.Area("West")
		made, err := shelf.Answer(t.Context(), mine, export.Asked{Layer: "areas", Format: format, Purpose: "fire_safety", AreaID: &area}, nil)
		if err != nil {
			t.Fatal(err)
		}
		token, found := strings.CutPrefix(made.URL, export.FilePath)
		if !found || len(token) != 43 {
			t.Fatalf("URL %s", made.URL)
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest("GET", made.URL, nil)
		if err := shelf.Send(w, r, mine, token); err != nil {
			t.Fatal(err)
		}
		answer := w.Result()
		if got := answer.Header.Get("Content-Type"); got != mediaType {
			t.Errorf("%s is sent as %s", format, got)
		}
		if got := answer.Header.Get("Content-Disposition"); got != "attachment; filename="+made.FileName {
			t.Errorf("%s is sent %s", format, got)
		}
		if answer.Header.Get("Cache-Control") != "no-store" || int64(w.Body.Len()) != answer.ContentLength || w.Body.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", format, w.Body.Len(), answer.Header)
		}
		again := httptest.NewRecorder()
		if err := shelf.Send(again, r, mine, token); !errors.Is(err, register.ErrNoExport) || again.Body.Len() > 0 {
			t.Errorf("a second time: %v", err)
		}
	}
	if _, err := shelf.Answer(t.Context(), mine, export.Asked{Layer: "households", Format: "gpkg", Purpose: "fire_safety"}, nil); !errors.Is(err, register.ErrExportRefused) {
		t.Errorf("households to an analyst: %v", err)
	}
}

// breaking is a client that goes away after some bytes.
type breaking struct {
	*httptest.ResponseRecorder
	left int
}

func (b *breaking) Write(p []byte) (int, error) {
	if len(p) > b.left {
		n, _ := b.ResponseRecorder.Write(p[:b.left])
		b.left = 0
		return n, io.ErrClosedPipe
	}
	b.left -= len(p)
	return b.ResponseRecorder.Write(p)
}

func TestSend_GoesOnWithADownloadThatBrokeOff(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	mine := town.As(CountyAnalyst)
	made, err := shelf.Answer(t.Context(), mine, export.Asked{Layer: "areas", Format: "gpkg", Purpose: "fire_safety"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token := strings.TrimPrefix(made.URL, export.FilePath)
	get := func(w http.ResponseWriter, headers ...string) error {
		r := httptest.NewRequest("GET", made.URL, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		return shelf.Send(w, r, mine, token)
	}
	first := &breaking{httptest.NewRecorder(), 1000}
	if err := get(first); err != nil {
		t.Fatal(err)
	}
	size := first.Result().ContentLength
	tag := first.Header().Get("ETag")
	if size <= 1000 || tag == "" || first.Header().Get("Accept-Ranges") != "bytes" {
		t.Fatalf("%d bytes, %v", size, first.Header())
	}
	beyond := httptest.NewRecorder()
	if err := get(beyond, "Range", fmt.Sprintf("bytes=%d-", size)); err != nil || beyond.Code != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond the end: %d, %v", beyond.Code, err)
	}
	// What is no rest of this file is answered with all of it.
	for _, headers := range [][]string{{"Range", "bytes=0-10,20-30"}, {"Range", "bytes=-5"}, {"Range", "bytes=1000-", "If-Range", `"another"`}} {
		all := &breaking{httptest.NewRecorder(), 10}
		if err := get(all, headers...); err != nil || all.Code != http.StatusOK || all.Result().ContentLength != size {
			t.Errorf("%v: %d, %d bytes, %v", headers, all.Code, all.Result().ContentLength, err)
		}
	}
	second := httptest.NewRecorder()
	if err := get(second, "Range", "bytes=1000-", "If-Range", tag); err != nil || second.Code != http.StatusPartialContent {
		t.Fatalf("%d, %v", second.Code, err)
	}
	if got, want := second.Header().Get("Content-Range"), fmt.Sprintf("bytes 1000-%d/%d", size-1, size); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	path := filepath.Join(t.TempDir(), "areas.gpkg")
	if err := os.WriteFile(path, append(first.Body.Bytes(), second.Body.Bytes()...), 0o600); err != nil {
		t.Fatal(err)
	}
	if features := read(t, path, "areas", gis.GPKG); len(features) != town.Count("SELECT count(*) FROM rounds.areas") {
		t.Errorf("the two parts are %d areas", len(features))
	}
	if err := get(httptest.NewRecorder(), "Range", "bytes=1000-"); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("after the end has gone out: %v", err)
	}
	if left, err := os.ReadDir(shelf.Folder); err != nil || len(left) != 0 {
		t.Errorf("left on the shelf: %v, %v", left, err)
	}
}
