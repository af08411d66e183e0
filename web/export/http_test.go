package export_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

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
		made, err := shelf.Answer(t.Context(), mine, export.Asked{Layer: "areas", Format: format, Purpose: "fire_safety", AreaID: &area})
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
	if _, err := shelf.Answer(t.Context(), mine, export.Asked{Layer: "households", Format: "gpkg", Purpose: "fire_safety"}); !errors.Is(err, register.ErrExportRefused) {
		t.Errorf("households to an analyst: %v", err)
	}
}
