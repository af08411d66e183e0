package web

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/export"
)

// everything is what the service answers to some people, by who asks for what: every
// route that is read, with every id there is, the phone's packs, every layer of tiles
// and every layer of exports.
func (w *world) everything(accounts ...string) map[string]string {
	w.Helper()
	answers := map[string]string{}
	for _, account := range accounts {
		c := w.caller(account)
		for _, path := range w.paths() {
			answers[account+" GET "+path] = c.answer("GET", path, nil)
		}
		for _, layer := range export.Layers() {
			answers[account+" exports "+layer] = c.exported(layer)
		}
		c.do("DELETE", "/api/v1/session", nil) // or the list of sessions would tell of it
	}
	return answers
}

// paths are the addresses of every route that is read, of three weeks of days, and
// of the tiles that show the towns.
func (w *world) paths() (paths []string) {
	w.Helper()
	ids := map[string][]uuid.UUID{"rounds": {w.Round}, "plans": {w.Plan}}
	rows, err := w.Owner.Query(w.Context(), "SELECT id FROM rounds.routes ORDER BY id")
	w.must(err)
	ids["routes"], err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	w.must(err)
	for _, r := range routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		if method != "GET" || slices.Contains(unequal, path) {
			continue
		}
		if !strings.Contains(path, "{id}") {
			paths = append(paths, path)
		}
		for resource, some := range ids {
			for _, id := range some {
				if strings.HasPrefix(path, "/api/v1/"+resource+"/{id}") {
					paths = append(paths, strings.Replace(path, "{id}", id.String(), 1))
				}
			}
		}
	}
	for days := -10; days <= 10; days++ {
		paths = append(paths, "/api/v1/day?date="+date(w.Today.AddDate(0, 0, days)))
	}
	for _, layer := range tiles.Layers {
		paths = append(paths, "/tiles/"+layer.Name+".json")
		for _, z := range []uint32{8, 10, 12, 14, 15} {
			west, north := tileOf(1.03, 42.056, z)
			east, south := tileOf(1.05, 42.038, z)
			for x := west; x <= east; x++ {
				for y := north; y <= south; y++ {
					paths = append(paths, fmt.Sprintf("%s?plan=%s&round=%s&date=%s", tilePath(layer.Name, z, x, y), w.Plan, w.Round, date(w.Today)))
				}
			}
		}
	}
	return paths
}

// unequal are the routes whose answers differ at any two moments, and none is of places.
var unequal = []string{"/metrics", "/api/v1/events", exportFilePath, "/healthz", "/readyz", "/api/v1/account/sessions", "/api/v1/account/reads", "/api/v1/reads"}

func tileOf(lon, lat float64, zoom uint32) (x, y uint32) {
	n := math.Exp2(float64(zoom))
	rad := lat * math.Pi / 180
	return uint32((lon + 180) / 360 * n), uint32((1 - math.Asinh(math.Tan(rad))/math.Pi) / 2 * n)
}

// tilePath is where a tile of a layer is.
func tilePath(layer string, z, x, y uint32) string {
	return fmt.Sprintf("/tiles/%s/%d/%d/%d.mvt", layer, z, x, y)
}

// answer is the status, the headers that speak of the content, and the content.
func (c *caller) answer(method, path string, body any) string {
	c.Helper()
	r := c.do(method, path, body)
	// TileJSON names the address that it was asked at, the guide draws it.
	content := chance.ReplaceAllString(strings.ReplaceAll(string(r.body), c.url, ""), "*")
	content = drawn.ReplaceAllString(content, "*")
	etag := r.header.Get("ETag")
	if strings.HasSuffix(path, ".json") {
		etag = ""
	}
	return fmt.Sprintf("%d %s %s\n%s", r.status, r.header.Get("Content-Type"), etag, content)
}

// chance is in an answer of any two moments: the time, and ids of version 4, which are
// random. Ids of places are of version 8.
var chance = regexp.MustCompile(`[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// drawn is an address as a code of squares, a text for each row.
var drawn = regexp.MustCompile(`"qr":\[[01",]*\]`)

// pseudonym is made with a fresh key for each file, as is the id of the file's record.
var pseudonym = regexp.MustCompile(`"[a-z2-7]{16}"`)

// exported is a file without its pseudonyms, in an order that they do not give.
func (c *caller) exported(layer string) string {
	c.Helper()
	made := c.do("POST", "/api/v1/exports", map[string]any{"layer": layer, "format": "geojsonseq", "purpose": "fire_safety"})
	if made.status != http.StatusCreated {
		return fmt.Sprintf("%d %s", made.status, made.body)
	}
	var link struct{ URL string }
	made.to(&link)
	file := c.do("GET", link.URL, nil).want(http.StatusOK)
	var lines []string
	for line := range bytes.Lines(file.body) {
		lines = append(lines, pseudonym.ReplaceAllString(string(line), "*"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Twin towns: one with twenty places where somebody asked never to be visited, and
// the same town without these places, answer byte for byte alike (Never 5).
func TestTwinTowns_AnswerAlikeOnEveryRoute(t *testing.T) {
	t.Parallel()
	twins := map[*world]map[string]string{}
	with, without := worldOf(t, registertest.NewTownWithRefusers(t)), worldOf(t, registertest.NewTown(t))
	for _, w := range []*world{with, without} {
		worker := w.caller(registertest.WestWorker)
		worker.do("PUT", "/api/v1/visits/"+uuid.Nil.String(), w.visit(0, "declined")).want(http.StatusCreated)
		twins[w] = w.everything(append(people, "")...)
	}
	for read, answer := range twins[with] {
		if twins[without][read] != answer {
			t.Errorf("%s tells the towns apart:\n%.900s\n%.900s", read, answer, twins[without][read])
		}
	}
	full, errors := 0, 0
	for _, answer := range twins[with] {
		if strings.HasPrefix(answer, "200") && len(answer) > 100 {
			full++
		}
		if strings.HasPrefix(answer, "5") {
			errors++
		}
	}
	if n := with.Count("SELECT count(*) FROM rounds.refusals"); len(twins[with]) != len(twins[without]) || full < 200 || errors > 0 || n < 20 {
		t.Errorf("%d and %d answers were compared, %d with content, %d failed, %d refusals", len(twins[with]), len(twins[without]), full, errors, n)
	}
}

// The comparison would see one place more.
func TestEverything_SeesASinglePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.everything(registertest.WestWorker, registertest.CountySupervisor, registertest.CountyAnalyst)
	household := w.Household(w.Workers[0], w.Today, 3)
	w.caller(registertest.WestSupervisor).do("POST", "/api/v1/households/"+household.String()+"/refuse", nil).want(http.StatusNoContent)
	differs := map[string]bool{}
	for read, answer := range w.everything(registertest.WestWorker, registertest.CountySupervisor, registertest.CountyAnalyst) {
		if before[read] != answer {
			differs[read] = true
		}
		if strings.Contains(answer, household.String()) {
			t.Errorf("%s still has the place", read)
		}
	}
	for _, read := range []string{registertest.WestWorker + " GET /api/v1/day", registertest.CountySupervisor + " exports households",
		registertest.CountyAnalyst + " GET /api/v1/areas", registertest.CountySupervisor + " GET /api/v1/plans/" + w.Plan.String() + "/routes"} {
		if !differs[read] {
			t.Errorf("%s does not tell of a place that went", read)
		}
	}
}
