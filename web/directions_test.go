package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// grid is an extract of streets from west to east and from south to north over the
// whole of the town, 0.0025 degrees apart.
func grid() string {
	var nodes, ways strings.Builder
	id := func(x, y int) string { return fmt.Sprint(1 + 100*y + x) }
	const side = 44
	for y := range side {
		for x := range side {
			nodes.WriteString(`<node id="` + id(x, y) + `" lon="` + fmt.Sprintf("%.4f", 1+float64(x)/400) + `" lat="` + fmt.Sprintf("%.4f", 42+float64(y)/400) + `"/>`)
		}
	}
	for i := range side {
		var along, up strings.Builder
		for k := range side {
			along.WriteString(`<nd ref="` + id(k, i) + `"/>`)
			up.WriteString(`<nd ref="` + id(i, k) + `"/>`)
		}
		ways.WriteString(fmt.Sprintf(`<way id="1%d">`, i) + along.String() + `<tag k="highway" v="residential"/><tag k="name" v="Along"/></way>`)
		ways.WriteString(fmt.Sprintf(`<way id="2%d">`, i) + up.String() + `<tag k="highway" v="residential"/><tag k="name" v="Up"/></way>`)
	}
	return `<?xml version="1.0"?><osm version="0.6">` + nodes.String() + ways.String() + `</osm>`
}

// importStreets gives the service streets to walk on.
func (w *world) importStreets() {
	w.Helper()
	path := filepath.Join(w.TempDir(), "grid.osm")
	w.must(os.WriteFile(path, []byte(grid()), 0o600))
	kept, err := register.KeepExtract(w.data, path)
	w.must(err)
	w.Exec("INSERT INTO rounds.extracts (sha256, file_name, bounds) VALUES ($1, $2, ST_MakeEnvelope(1, 42, 1.05, 42.05, 4326))", kept.SHA256, kept.FileName)
}

func TestRoute_LeadsOverPointsAndOwnHouseholds(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	type point = map[string]any
	ask := func(mode string, points ...point) map[string]any {
		return map[string]any{"mode": mode, "points": points}
	}
	a, b := point{"lon": 1.005, "lat": 42.005}, point{"lon": 1.015, "lat": 42.005}
	worker.do("POST", "/api/v1/route", ask("foot", a, b)).problem(http.StatusNotFound, "no_streets", "")
	w.importStreets()

	var walk struct {
		Seconds, Metres int
		Line            struct{ Coordinates [][]float64 }
		Matrix          [][]int
		Legs            []struct {
			Steps []struct{ Text struct{ EN, ZH string } }
		}
	}
	d.holds("POST /api/v1/route", worker.do("POST", "/api/v1/route", ask("foot", a, b))).to(&walk)
	if walk.Metres != 826 || walk.Seconds != 595 || len(walk.Line.Coordinates) != 5 {
		t.Errorf("%+v, want 826 m along the street in 595 s", walk)
	}
	if text := walk.Legs[0].Steps[0].Text; text.EN != "Start east along Along, 826 m" || text.ZH != "出发，沿Along向东，826米" {
		t.Errorf("%+v", text)
	}
	far := ask("foot", a, b)
	far["matrix"] = true
	d.holds("POST /api/v1/route", worker.do("POST", "/api/v1/route", far)).to(&walk)
	if fmt.Sprint(walk.Matrix) != "[[0 826] [826 0]]" {
		t.Errorf("metres between both: %v", walk.Matrix)
	}
	own := w.Household(w.Workers[0], w.Today, 0)
	foreign := w.ID(`SELECT s.household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id
		WHERE r.worker_id <> $1 ORDER BY s.household_id LIMIT 1`, w.Workers[0])
	d.holds("POST /api/v1/route", worker.do("POST", "/api/v1/route", ask("foot", point{"household": own}, a, b))).to(&walk)
	if len(walk.Legs) != 2 {
		t.Errorf("%d legs over three points", len(walk.Legs))
	}
	worker.do("POST", "/api/v1/route", ask("foot", a, point{"household": foreign})).problem(http.StatusNotFound, "no_household", "")
	worker.do("POST", "/api/v1/route", ask("foot", a, point{"household": uuid.New()})).problem(http.StatusNotFound, "no_household", "")
	worker.do("POST", "/api/v1/route", ask("foot", a, point{"lon": 2.5, "lat": 42})).problem(http.StatusUnprocessableEntity, "off_streets", "points")
	worker.do("POST", "/api/v1/route", ask("horse", a, b)).problem(http.StatusUnprocessableEntity, "invalid", "mode")
	worker.do("POST", "/api/v1/route", ask("foot", a)).problem(http.StatusUnprocessableEntity, "invalid", "points")
	worker.do("POST", "/api/v1/route", ask("foot", a, point{"lon": 1, "lat": 91})).problem(http.StatusUnprocessableEntity, "invalid", "points[1]")
	worker.do("POST", "/api/v1/route", ask("foot", a, point{"lon": 1, "lat": 2, "household": own})).problem(http.StatusUnprocessableEntity, "invalid", "points[1]")
	if networks, _ := filepath.Glob(filepath.Join(w.data, "networks", "*.network")); len(networks) != 1 {
		t.Errorf("%v is kept of the streets, want one file", networks)
	}
}

func TestRoutes_ShowWhereThereIsNoStreet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	w.Exec("UPDATE rounds.routes SET off_road = ST_GeomFromText('MULTILINESTRING((1.01 42.01, 1.011 42.01), (1.02 42.02, 1.02 42.021))', 4326)")
	for _, path := range []string{"/api/v1/day", "/api/v1/routes/" + worker.routes()[0].ID.String()} {
		var body struct {
			OffRoad struct {
				Type        string
				Coordinates [][][]float64
			} `json:"off_road"`
		}
		worker.do("GET", path, nil).want(http.StatusOK).to(&body)
		if parts := body.OffRoad.Coordinates; len(parts) != 2 || parts[1][1][1] != 42.021 || body.OffRoad.Type != "MultiLineString" {
			t.Errorf("%s: %+v", path, body.OffRoad)
		}
	}
}
