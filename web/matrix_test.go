package web

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
)

// reviewed is what people agreed on for a route.
type reviewed struct {
	pattern string
	roles   []string
	// id, query and body are what a case asks, with the names that [matrix.fill] knows.
	id, query, body string
	// everywhere are roles for which it does not matter where the grant is.
	everywhere []string
	// names: the answer names areas to everybody.
	names bool
	// turn: cases of a later turn change what those before ask for.
	turn int
}

// relates says that what is asked for lies in an area.
func (r reviewed) relates() bool {
	return regexp.MustCompile(`\$(area|round|plan|proposed|route|household|visit|consent|proposal|grant|holder|receiver|hook|token|file|code|worker|lon|tile)`).MatchString(r.id + r.query + r.body)
}

// reviewedAccess reads who may use which route, as people agreed.
func reviewedAccess(t *testing.T) []reviewed {
	t.Helper()
	text, err := os.ReadFile("testdata/access.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []reviewed
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || words[0] == "#":
		case !strings.HasPrefix(line, " "):
			pattern, roles, _ := strings.Cut(strings.TrimSpace(line), ": ")
			all = append(all, reviewed{pattern: pattern, roles: strings.Fields(roles), body: "{}"})
		case words[0] == "asks":
			all[len(all)-1].ask(t, strings.TrimPrefix(strings.TrimSpace(line), "asks "))
		case words[0] == "everywhere":
			all[len(all)-1].everywhere = words[1:]
		case words[0] == "names":
			all[len(all)-1].names = true
		case words[0] == "turn":
			if all[len(all)-1].turn, err = strconv.Atoi(words[1]); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("testdata/access.txt: %q", line)
		}
	}
	return all
}

// ask reads "[id] [?query] [body]".
func (r *reviewed) ask(t *testing.T, text string) {
	t.Helper()
	head, body, found := strings.Cut(text, "{")
	if found {
		r.body = "{" + body
	}
	for word := range strings.FieldsSeq(head) {
		if strings.HasPrefix(word, "?") {
			r.query = word
		} else {
			r.id = word
		}
	}
}

// tilePatterns are the routes of tiles, which have a mux of their own.
func tilePatterns() (patterns []string) {
	for _, layer := range tiles.Layers {
		patterns = append(patterns, "GET /tiles/"+layer.Name+".json", "GET /tiles/"+layer.Name+"/{tile}"+layer.Suffix())
		if _, outside := tokenLayers[layer.Name]; outside && !layer.Picture() {
			patterns = append(patterns, "GET /tiles/"+layer.Name+"/style.json")
		}
	}
	return patterns
}

// Nobody adds a route that no person has looked at.
func TestRoutes_AreAllReviewed(t *testing.T) {
	t.Parallel()
	there := tilePatterns()
	for _, r := range routes {
		there = append(there, r.pattern)
	}
	var known []string
	for _, r := range reviewedAccess(t) {
		known = append(known, r.pattern)
		if strings.Contains(r.pattern, "{") && r.id == "" {
			t.Errorf("testdata/access.txt: %s: write below it what the matrix asks for, as \"    asks $round\"", r.pattern)
		}
	}
	for _, pattern := range there {
		if !slices.Contains(known, pattern) {
			t.Errorf("%s is not in testdata/access.txt: say who may use it, and below it what the matrix asks", pattern)
		}
	}
	for _, pattern := range known {
		if !slices.Contains(there, pattern) {
			t.Errorf("testdata/access.txt: there is no route %s", pattern)
		}
	}
}

// Who is let in sees only what is theirs.
func TestRoutes_ShowWorkersTheirOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	west, middle := w.caller(registertest.WestWorker), w.caller(registertest.MiddleWorker)
	wests, middles := west.routes(), middle.routes()
	if len(wests) == 0 || len(middles) == 0 {
		t.Fatalf("%d and %d routes", len(wests), len(middles))
	}
	for _, r := range wests {
		if r.WorkerID != w.Workers[0] {
			t.Errorf("the worker of West sees route %s of %s", r.ID, r.WorkerID)
		}
	}
	west.do("GET", "/api/v1/routes/"+wests[0].ID.String(), nil).want(http.StatusOK)
	west.do("GET", "/api/v1/routes/"+middles[0].ID.String(), nil).problem(http.StatusNotFound, "no_such_route", "")
	w.caller(registertest.WestSupervisor).do("GET", "/api/v1/routes/"+middles[0].ID.String(), nil).problem(http.StatusNotFound, "no_such_route", "")
	w.caller(registertest.CountySupervisor).do("GET", "/api/v1/routes/"+middles[0].ID.String(), nil).want(http.StatusOK)
}

type routeOfWorker struct {
	ID       uuid.UUID `json:"id"`
	WorkerID uuid.UUID `json:"worker_id"`
}

func (c *caller) routes() []routeOfWorker {
	c.Helper()
	var p page[routeOfWorker]
	c.do("GET", "/api/v1/plans/"+c.Plan.String()+"/routes", nil).want(http.StatusOK).to(&p)
	return p.Items
}
