package export_test

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/gis"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/export"
)

// A map on paper says what it shows, of where, for whom and until when, in both languages;
// a class of its legend is one that is drawn, and the manifest is in the file.
func TestPaper_IsAMapWithItsLegend(t *testing.T) {
	t.Parallel()
	town, shelf := newShelf(t)
	tool := func(name string, arguments ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", name, err, out)
		}
		return strings.Join(strings.Fields(string(out)), "")
	}
	for language, words := range map[string][]string{"en": {"destroyitby", "Asof", "tovisit"}, "zh-Hans": {"销毁", "截至", "待访"}} {
		for _, layer := range []string{"cells", "areas", "incidents"} {
			path := filepath.Join(t.TempDir(), layer+".pdf")
			request := export.Request{Layer: layer, Format: gis.PDF, Purpose: Purpose, Area: town.Area("West"), Language: language}
			about, err := shelf.Write(t.Context(), town.As(WestSupervisor), request, path)
			if err != nil || about.Rows == 0 {
				t.Fatalf("%s: %d rows, %v", layer, about.Rows, err)
			}
			text := tool("pdftotext", "-layout", path, "-")
			want := []string{"West", "©OpenStreetMapcontributors", about.Requester, about.Expires.Format("2006-01-02"), "m"}
			if layer == "cells" {
				want = append(want, words[1:]...)
			}
			for _, part := range append(want, words[0]) {
				if !strings.Contains(text, part) {
					t.Errorf("%s in %s has no %q: %s", layer, language, part, text)
				}
			}
			if out := tool("qpdf", "--check", path); !strings.Contains(out, "Nosyntaxorstreamencodingerrors") {
				t.Error(out)
			}
			if info := tool("pdfinfo", path); !strings.Contains(info, fmt.Sprintf(`"rows":%d`, about.Rows)) || !strings.Contains(info, "A4") {
				t.Error(info)
			}
		}
	}
	for layer, field := range map[string]string{"households": "format", "routes": "format", "stops": "format", "basemap": "format"} {
		_, err := shelf.Write(t.Context(), town.As(WestSupervisor), export.Request{Layer: layer, Format: gis.PDF, Purpose: Purpose}, filepath.Join(t.TempDir(), "x.pdf"))
		if wrong := (*export.FieldError)(nil); !errors.As(err, &wrong) || wrong.Field != field {
			t.Errorf("%s: %v", layer, err)
		}
	}
	// Where there is nothing, nothing is drawn, and no file is left.
	town.Exec("DELETE FROM rounds.incidents")
	_, err := shelf.Write(t.Context(), town.As(WestSupervisor), export.Request{Layer: "incidents", Format: gis.PDF, Purpose: Purpose}, filepath.Join(t.TempDir(), "x.pdf"))
	if wrong := (*export.FieldError)(nil); !errors.As(err, &wrong) || wrong.Field != "layer" {
		t.Errorf("nothing: %v", err)
	}
}
