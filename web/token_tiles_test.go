package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A token is made over HTTP, opens some layers of tiles and /ogc, within its area and
// volume, and is no session.
func TestToken_OpensLayersAndNoRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	receiver := w.receiver(350)
	supervisor := w.caller(registertest.CountySupervisor)
	id := uuid.NewString()
	token := w.token(id, receiver)
	if again := supervisor.request("PUT", "/api/v1/tokens/"+id, map[string]any{"receiver_id": receiver}); again.Code != http.StatusConflict {
		t.Errorf("the same again: %d", again.Code)
	}
	get := func(path string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+path, nil)
		w.must(err)
		r.SetBasicAuth("gis", token)
		response, err := http.DefaultClient.Do(r)
		w.must(err)
		w.must(response.Body.Close())
		return response
	}
	for path, want := range map[string]int{
		"/tiles/basemap.json": 200, "/tiles/heights.json": 204, "/tiles/work.json": 200, "/tiles/releases.json": 200, "/tiles/basemap/12/2059/1519.mvt": 200,
		"/tiles/basemap/style.json": 200, "/tiles/work/style.json?measure=late&look=dark": 200, "/tiles/releases/style.json?language=zh-Hans": 200,
		"/tiles/areas/style.json": 403, "/tiles/work/style.json?look=neon": 400,
		"/tiles/areas.json": 403, "/tiles/stops/12/2059/1519.mvt?date=2027-03-08": 403, "/tiles/routes/12/2059/1519.mvt": 403, "/tiles/territories.json": 403,
		"/tiles/hazards/12/2059/1519.mvt": 403, "/api/v1/session": 401, "/api/v1/areas": 401, "/api/v1/exports/file/x": 401, "/ogc/collections": 200, "/ogc/": 200, "/ogc/tiles/basemap/12/2059/1519.mvt": 200, "/ogc/tiles/areas.json": 403,
	} {
		answer := get(path)
		if answer.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, answer.Status, want)
		}
		if origin := answer.Header.Get("Access-Control-Allow-Origin"); want == 200 && path != "/ogc/" && origin != "https://maps.example.org" {
			t.Errorf("%s lets %q read it", path, origin)
		}
	}
	bare, err := http.Get(w.url + "/ogc/tiles/basemap/12/2059/1519.mvt")
	w.must(err)
	w.must(bare.Body.Close())
	if bare.StatusCode != http.StatusUnauthorized || bare.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("a browser is not asked for a token: %s", bare.Status)
	}
	west, north := tileOf(1.04, 42.045, 13)
	tile := "/tiles/work/13/" + fmt.Sprint(west) + "/" + fmt.Sprint(north) + ".mvt?round=" + w.Round.String()
	for n, want := range []int{200, 200, 200, 429} {
		if answer := get(tile); answer.StatusCode != want {
			t.Errorf("tile %d of 350 rows: %s, want %d", n, answer.Status, want)
		}
	}
	w.guessTokens(token)
	if gone := supervisor.request("DELETE", "/api/v1/tokens/"+id, nil); gone.Code != http.StatusNoContent {
		t.Errorf("%d", gone.Code)
	}
	if answer := get("/tiles/basemap.json"); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("after its end: %s", answer.Status)
	}
}

// guessTokens asks for tiles, descriptions and styles by what is nearly a token that lasts.
func (w *world) guessTokens(real string) {
	w.Helper()
	dice := rand.New(rand.NewPCG(6, 6))
	const letters = "-_ABCxyz019=+/%\x00\u00e9"
	work := tilePath("work", 12, 2059, 1519)
	paths := []string{work, "/tiles/basemap.json", "/tiles/releases/style.json", "/ogc" + work}
	for n := range 400 {
		guess := []byte(real)
		switch n % 5 {
		case 0:
			guess[dice.IntN(len(guess)-1)] ^= 1 << dice.IntN(7) // some bits of the last letter are none of the token
		case 1:
			guess = guess[:dice.IntN(len(guess))]
		case 2:
			guess = append(guess, letters[dice.IntN(len(letters))])
		case 3:
			guess = bytes.ToUpper(guess)[dice.IntN(2):]
		case 4:
			guess = bytes.Repeat([]byte(letters), dice.IntN(200))
		}
		r := httptest.NewRequestWithContext(w.Context(), "GET", paths[dice.IntN(len(paths))], nil)
		r.Header.Set("Authorization", []string{"Bearer ", "bearer  ", "Basic "}[dice.IntN(3)]+string(guess))
		if dice.IntN(3) == 0 {
			r.SetBasicAuth("gis", string(guess))
		}
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		if answer.Code != http.StatusUnauthorized && answer.Code != http.StatusTooManyRequests {
			w.Errorf("%q as a token: %d", r.Header.Get("Authorization"), answer.Code)
		}
	}
}

// receiver is a host that the officer approved for the town's west.
func (w *world) receiver(dailyRows int) uuid.UUID {
	w.Helper()
	receiver := register.Receiver{ID: uuid.New(), Kind: "token", Host: "maps.example.org", Purpose: registertest.Purpose,
		Area: w.Area("West"), DailyRows: dailyRows, EndsOn: w.Today.AddDate(0, 0, 30)}
	w.must(w.DB.ApproveReceiver(w.Context(), w.As(registertest.CountyDPO), receiver))
	return receiver.ID
}

// token is made for a receiver by the supervisor of the county.
func (w *world) token(id string, receiver uuid.UUID) string {
	w.Helper()
	var made struct{ Token string }
	answer := w.caller(registertest.CountySupervisor).request("PUT", "/api/v1/tokens/"+id, map[string]any{"receiver_id": receiver})
	if err := json.Unmarshal(answer.Body.Bytes(), &made); err != nil || answer.Code != http.StatusCreated {
		w.Fatalf("%d: %s", answer.Code, answer.Body)
	}
	return made.Token
}

// Each style that a layer has is one by the specification, draws the layer below the roads,
// and leads to TileJSON that who asks may read.
func TestStyle_IsOneByTheSpecification(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Exec("INSERT INTO rounds.height_tiles VALUES (11, 1029, 759, 'x')")
	folder := t.TempDir()
	arguments := []string{"-e", `
		const { validateStyleMin } = require(process.argv[1]);
		for (const file of process.argv.slice(2)) for (const wrong of validateStyleMin(JSON.parse(require("fs").readFileSync(file)))) console.log(file, wrong.message);`,
		absolute(t, "app/node_modules/@maplibre/maplibre-gl-style-spec")}
	for name, path := range map[string]string{
		"basemap": "basemap/style.json", "dark": "basemap/style.json?look=dark&language=zh-Hans", "late": "work/style.json?look=sun&measure=late",
		"finished": "work/style.json?measure=finished&round=" + w.Round.String(), "releases": "releases/style.json?look=dark&release=" + uuid.NewString(),
	} {
		for _, account := range []string{registertest.CountyAnalyst, registertest.WestSupervisor} {
			answer := w.caller(account).request("GET", "/tiles/"+path, nil)
			if answer.Code != http.StatusOK {
				t.Fatalf("%s: %d: %s", path, answer.Code, answer.Body)
			}
			var style struct {
				Sources  map[string]struct{ URL string }
				Layers   []struct{ ID, Source string }
				Metadata map[string]any
			}
			w.must(json.Unmarshal(answer.Body.Bytes(), &style))
			layer, _, _ := strings.Cut(path, "/")
			roads := slices.IndexFunc(style.Layers, func(l struct{ ID, Source string }) bool { return l.ID == "road" })
			drawn := slices.IndexFunc(style.Layers, func(l struct{ ID, Source string }) bool { return l.Source == layer })
			if hills := slices.IndexFunc(style.Layers, func(l struct{ ID, Source string }) bool { return l.Source == "heights" }); hills < 0 || hills > drawn && layer != "basemap" {
				t.Errorf("%s: hills are shaded as layer %d, the data drawn as %d", path, hills, drawn)
			}
			if drawn < 0 || drawn > roads {
				t.Errorf("%s: drawn as layer %d, the roads as %d", path, drawn, roads)
			}
			if classes, _ := style.Metadata["rounds:classes"].([]any); layer != "basemap" && len(classes) != 5 {
				t.Errorf("%s: the legend has %d classes", path, len(classes))
			}
			for _, source := range style.Sources {
				address, err := url.Parse(source.URL)
				w.must(err)
				if answer := w.caller(account).request("GET", address.RequestURI(), nil); answer.Code != http.StatusOK {
					t.Errorf("%s leads to %s: %d", path, source.URL, answer.Code)
				}
			}
			file := filepath.Join(folder, name+account+".json")
			w.must(os.WriteFile(file, answer.Body.Bytes(), 0o600))
			arguments = append(arguments, file)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "node", arguments...).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	whole, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return whole
}
