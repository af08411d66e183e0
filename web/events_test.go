package web

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// follow opens the stream of events and gives what it says, line by line.
func (c *caller) follow() (next func() string) {
	c.Helper()
	request, err := http.NewRequestWithContext(c.Context(), "GET", c.url+"/api/v1/events", nil)
	c.must(err)
	answer, err := c.browser.Do(request)
	c.must(err)
	c.Cleanup(func() { answer.Body.Close() })
	lines := bufio.NewScanner(answer.Body)
	next = func() string {
		for lines.Scan() {
			if text := lines.Text(); text != "" && text[0] != ':' {
				return strings.TrimPrefix(text, "data: ")
			}
		}
		c.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	if !lines.Scan() || lines.Text() != ": welcome" {
		c.Fatalf("the stream begins with %q, %v", lines.Text(), lines.Err())
	}
	return next
}

// Of a plan hears who may see it, and nobody else learns so much as its id.
func TestEvents_TellOfAPlanWhoSeesIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	round, middle := uuid.New(), uuid.New()
	w.Exec(`INSERT INTO rounds.rounds (id, area_id, purpose, emergency, name, announced_on, starts_on, ends_on, visit_s)
		VALUES ($1, $2, $3, 'flood', 'Middle', $4, $4, $4, 900)`, round, w.Area("Middle"), registertest.Purpose, w.Today)
	w.Exec("INSERT INTO rounds.plans (id, round_id, version, state, seed, published_at) VALUES ($1, $2, 1, 'published', 1, now())", middle, round)
	proposed := uuid.New()
	w.Exec("INSERT INTO rounds.plans (id, round_id, version, state, seed) VALUES ($1, $2, 2, 'proposed', 1)", proposed, round)
	hear := map[string]func() string{}
	for _, who := range []string{registertest.CountySupervisor, registertest.WestSupervisor, registertest.MiddleWorker, registertest.WestWorker} {
		hear[who] = w.caller(who).follow()
	}
	// The last is a plan that all see: who hears of it first was not told of the others.
	for _, plan := range []uuid.UUID{middle, proposed, uuid.New(), w.Plan} {
		w.server.events.planChanged(plan)
	}
	for who, plans := range map[string][]uuid.UUID{
		registertest.CountySupervisor: {middle, proposed, w.Plan},
		registertest.MiddleWorker:     {middle, w.Plan},
		registertest.WestSupervisor:   {w.Plan},
		registertest.WestWorker:       {w.Plan},
	} {
		for _, plan := range plans {
			if got, want := hear[who](), fmt.Sprintf(`{"type":"plan","plan":"%s"}`, plan); got != want {
				t.Errorf("%s hears %s, want %s", who, got, want)
			}
		}
	}
	// What is seen no longer is not heard of, also by a page that was open before.
	w.Exec("UPDATE rounds.rounds SET purpose = 'census_follow_up' WHERE id = $1", round)
	w.server.events.planChanged(middle)
	w.server.events.planChanged(w.Plan)
	if got := hear[registertest.CountySupervisor](); !strings.Contains(got, w.Plan.String()) {
		t.Errorf("a page hears %s", got)
	}
}

// How far a file is hears who asked for it.
func TestEvents_TellOfAFileWhoAskedForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	supervisor := w.caller(registertest.CountySupervisor)
	own, other := supervisor.follow(), w.caller(registertest.WestSupervisor).follow()
	supervisor.do("POST", "/api/v1/exports", map[string]any{"layer": "households", "format": "csv", "purpose": "fire_safety"}).want(http.StatusCreated)
	if got, want := own(), fmt.Sprintf(`{"type":"export","rows":%[1]d,"total":%[1]d}`, w.Count("SELECT count(*) FROM rounds.households")); got != want {
		t.Errorf("told %s, want %s", got, want)
	}
	w.server.events.planChanged(w.Plan)
	if got := other(); !strings.Contains(got, w.Plan.String()) {
		t.Errorf("another hears %s", got)
	}
}
