package tiles_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/register"
	. "github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles/basemap"
)

func TestTile_SpeaksTheBestEncodingAsked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, layer := range []string{"basemap", "work", "areas"} {
		address := path(layer, at(1.04, 42.05, 12))
		plain := body(t, s.ask(WestSupervisor, address))
		tags := map[string]bool{}
		for accepted, want := range map[string]string{
			"": "", "identity": "", "gzip": "gzip", "gzip, deflate, br": "gzip", "gzip, deflate, br, zstd": "zstd", "zstd": "zstd",
			"zstd;q=0, gzip": "gzip", "gzip;q=1.0, zstd;q=0.5": "gzip", "*": "gzip", "gzip;q=nonsense": "", "GZIP": "gzip", "br": "",
		} {
			answer := s.ask(WestSupervisor, address, "Accept-Encoding", accepted)
			if got := answer.Header.Get("Content-Encoding"); got != want {
				t.Errorf("%s, accepting %q: encoded as %q, want %q", layer, accepted, got, want)
			}
			if answer.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: Vary is %q", layer, answer.Header.Get("Vary"))
			}
			if string(body(t, answer)) != string(plain) {
				t.Errorf("%s, accepting %q: other content", layer, accepted)
			}
			tags[answer.Header.Get("ETag")] = true
		}
		if len(tags) != 3 || tags[""] {
			t.Errorf("%s: the tags %v, want one for each of three encodings", layer, tags)
		}
	}
}

func TestTile_IsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, layer := range []string{"basemap", "work", "areas", "hazards"} {
		address := path(layer, at(1.035, 42.045, 12))
		first := s.ask(WestSupervisor, address, "Accept-Encoding", "gzip")
		tag := first.Header.Get("ETag")
		if !strings.HasPrefix(tag, `"`) || first.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s with the tag %s", layer, first.Status, tag)
		}
		for _, known := range []string{tag, `"other", ` + tag, "W/" + tag, "*"} {
			again := s.ask(WestSupervisor, address, "Accept-Encoding", "gzip", "If-None-Match", known)
			if again.StatusCode != http.StatusNotModified || len(body(t, again)) != 0 && again.Header.Get("Content-Encoding") == "" {
				t.Errorf("%s, knowing %s: %s", layer, known, again.Status)
			}
			for _, name := range []string{"ETag", "Cache-Control", "Vary"} {
				if again.Header.Get(name) != first.Header.Get(name) {
					t.Errorf("%s: 304 has %s %q, want %q", layer, name, again.Header.Get(name), first.Header.Get(name))
				}
			}
		}
		if other := s.ask(WestSupervisor, address, "If-None-Match", tag); other.StatusCode != http.StatusOK {
			t.Errorf("%s: the tag of another encoding is taken for this one: %s", layer, other.Status)
		}
		caching := first.Header.Get("Cache-Control")
		if !strings.HasPrefix(caching, "private") || strings.Contains(caching, "no-cache") == (layer == "basemap") {
			t.Errorf("%s: Cache-Control %q", layer, caching)
		}
	}
}

func TestTile_EmptyIsNoContent(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, layer := range []string{"basemap", "areas", "territories", "work", "hazards", "routes"} {
		answer := s.ask(WestSupervisor, path(layer, at(100, 0, 12)))
		if answer.StatusCode != http.StatusNoContent || len(body(t, answer)) != 0 {
			t.Errorf("%s: %s", layer, answer.Status)
		}
	}
}

func TestTile_AnswersHEAD(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	answer := s.send(WestSupervisor, httptest.NewRequest(http.MethodHead, path("basemap", at(1.04, 42.05, 12)), nil))
	if answer.StatusCode != http.StatusOK || answer.Header.Get("ETag") == "" {
		t.Errorf("%s", answer.Status)
	}
	if answer := s.send(WestSupervisor, httptest.NewRequest(http.MethodPost, path("basemap", at(1.04, 42.05, 12)), nil)); answer.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", answer.Status)
	}
}

func TestTile_RefusesInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for address, want := range map[string]struct {
		status int
		field  string
	}{
		"/tiles/outcomes/1/0/0.mvt":                 {404, "layer"},
		"/tiles/outcomes.json":                      {404, "layer"},
		"/tiles/areas/1/0/0.png":                    {404, "y"},
		"/tiles/areas/1/0/0":                        {404, "y"},
		"/tiles/areas/19/0/0.mvt":                   {400, "z"},
		"/tiles/areas/1/2/0.mvt":                    {400, "x"},
		"/tiles/areas/1/0/2.mvt":                    {400, "x"},
		"/tiles/areas/-1/0/0.mvt":                   {400, "z"},
		"/tiles/areas/+1/0/0.mvt":                   {400, "z"},
		"/tiles/areas/1/01/0.mvt":                   {400, "x"},
		"/tiles/areas/1/0/99999999999999999999.mvt": {400, "y"},
		"/tiles/areas/z/0/0.mvt":                    {400, "z"},
		"/tiles/work/1/0/0.mvt?round=1":             {400, "round"},
		"/tiles/routes/1/0/0.mvt?plan=x":            {400, "plan"},
		"/tiles/routes/1/0/0.mvt?date=01.03.2027":   {400, "date"},
		"/tiles/stops/1/0/0.mvt?worker={}":          {400, "worker"},
	} {
		answer := s.ask(CountySupervisor, address)
		if answer.StatusCode != want.status || answer.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s, %s", address, answer.Status, answer.Header.Get("Content-Type"))
			continue
		}
		said := decode[map[string]any](t, answer)
		if said["field"] != want.field || said["status"] != float64(want.status) || said["title"] == "" {
			t.Errorf("%s: %v, want field %s", address, said, want.field)
		}
	}
}

func TestTileJSON_DescribesEachLayer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for layer := range closedList {
		if layer == "heights" {
			continue // TestHeights_AreOfWhatWasImported has its
		}
		answer := s.ask(CountySupervisor, "/tiles/"+layer+".json?round="+s.Round.String()+"&junk=<script>")
		if answer.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", layer, answer.Status)
		}
		said := decode[struct {
			TileJSON, Attribution string
			Tiles                 []string
			Bounds                []float64
			VectorLayers          []basemap.VectorLayer `json:"vector_layers"`
		}](t, answer)
		query := ""
		if layer == "work" {
			query = "?round=" + s.Round.String()
		}
		if want := "http://example.com/tiles/" + layer + "/{z}/{x}/{y}.mvt" + query; said.TileJSON != "3.0.0" || len(said.Tiles) != 1 || said.Tiles[0] != want {
			t.Errorf("%s: TileJSON %s of %v, want %s", layer, said.TileJSON, said.Tiles, want)
		}
		if said.Attribution != "© OpenStreetMap contributors" {
			t.Errorf("%s: attribution %q", layer, said.Attribution)
		}
		if want := []float64{1, 42, 1.3, 42.1}; !slices.EqualFunc(said.Bounds, want, func(a, b float64) bool { return a-b < 1e-9 && b-a < 1e-9 }) {
			t.Errorf("%s: bounds %v, want %v", layer, said.Bounds, want)
		}
		if len(said.VectorLayers) == 0 || len(said.VectorLayers[0].Fields) == 0 {
			t.Errorf("%s: no vector_layers", layer)
		}
	}
	if answer := s.ask(WestWorker, "/tiles/territories.json"); answer.StatusCode != http.StatusForbidden {
		t.Errorf("territories to a worker: %s", answer.Status)
	}
}

// readTiles prints the layers of each tile, with the number of features whose shape and
// properties @mapbox/vector-tile reads.
const readTiles = `
	import { readFileSync } from "node:fs";
	import { PbfReader } from "pbf";
	import { VectorTile } from "@mapbox/vector-tile";
	for (const file of process.argv.slice(1)) {
		const { layers } = new VectorTile(new PbfReader(readFileSync(file)));
		for (const [name, layer] of Object.entries(layers)) {
			let read = 0;
			for (let i = 0; i < layer.length; i++) {
				const feature = layer.feature(i);
				if (feature.type > 0 && feature.loadGeometry().flat().length > 0 && Object.keys(feature.properties).length > 0) read++;
			}
			console.log(file + " " + name + " " + read);
		}
	}`

func TestTile_IsReadByOthers(t *testing.T) {
	t.Parallel()
	s := newPress(t)
	s.hazards(60, date(2027, 2, 10))
	s.publish(date(2027, 3, 14))
	tile := at(1.04, 42.05, 12)
	arguments, want := []string{"--input-type=module", "-e", readTiles, "--"}, map[string]bool{}
	for layer, account := range map[string]string{
		"basemap": WestWorker, "areas": WestSupervisor, "work": CountyAnalyst, "territories": CountySupervisor, "routes": WestWorker, "hazards": WestWorker, "stops": WestWorker, "releases": CountyDPO,
	} {
		query := ""
		switch layer {
		case "stops":
			query = "?date=" + s.Today.Format("2006-01-02")
		case "releases":
			query = "?release=" + s.find("hazards", date(2027, 2, 1)).ID.String()
		}
		data := body(t, s.ask(account, path(layer, tile)+query))
		for name, there := range features(t, data) {
			// GDAL reads the place of a tile from its path.
			folder := filepath.Join(t.TempDir(), "12", "2060")
			file := filepath.Join(folder, "1517.mvt")
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", file, name).Output()
			if err != nil {
				t.Fatalf("ogr2ogr: %v", err)
			}
			var collection struct{ Features []json.RawMessage }
			if err := json.Unmarshal(out, &collection); err != nil {
				t.Fatal(err)
			}
			if len(collection.Features) != len(there) {
				t.Errorf("%s: GDAL reads %d features, want %d", name, len(collection.Features), len(there))
			}
			arguments = append(arguments, file)
			want[fmt.Sprintf("%s %s %d", file, name, len(there))] = true
		}
	}
	node := exec.CommandContext(t.Context(), "node", arguments...)
	node.Dir = "../web/app"
	out, err := node.CombinedOutput()
	if err != nil {
		t.Fatalf("node: %v: %s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		delete(want, strings.TrimSpace(line))
	}
	if len(want) > 0 || len(arguments) < 12 {
		t.Errorf("@mapbox/vector-tile does not read %v; it says %s", want, out)
	}
}

// FuzzTile asks for any address as anybody: there is no answer that is the server's
// fault, and nothing for who may not.
func FuzzTile(f *testing.F) {
	for _, seed := range []string{
		"work/12/2059/1517.mvt", "basemap/14/8239/6070.mvt?x=y", "areas/1/0/0.mvt", "stops/12/2059/1517.mvt?date=2027-03-08",
		"routes.json?plan=00000000-0000-0000-0000-000000000000", "work/12/2059/1517.mvt?round=%00", "hazards/0/0/0.mvt", "territories/18/0/0.mvt?plan=",
		"stops/9/257/189.mvt?date=9999-12-31", "work/1e1/1/1.mvt", "work/style.json?look=%00", "releases/style.json?release=x",
	} {
		f.Add(seed, uint8(0))
		f.Add(seed, uint8(2))
	}
	s := newSite(f)
	principals := []*register.Principal{nil}
	for _, account := range []string{WestWorker, CountySupervisor, CountyAnalyst, Administrator, PastSupervisor} {
		principal := s.As(account)
		principals = append(principals, &principal)
	}
	f.Fuzz(func(t *testing.T, address string, who uint8) {
		target := "/tiles/" + address
		r, err := http.NewRequest(http.MethodGet, target, nil)
		if err != nil || !strings.HasPrefix(r.URL.Path, "/tiles/") {
			return
		}
		principal := principals[int(who)%len(principals)]
		answer := s.sendAs(principal, r)
		switch answer.StatusCode {
		case 200, 204, 301, 307, 308, 400, 401, 403, 404:
		default:
			t.Errorf("%s for %v: %s", target, principal, answer.Status)
		}
		if principal == nil && answer.StatusCode < 300 {
			t.Errorf("%s for nobody: %s", target, answer.Status)
		}
	})
}
