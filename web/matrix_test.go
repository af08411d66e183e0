package web

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// reviewedAccess reads who may use which route, as people agreed.
func reviewedAccess(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/access.txt")
	if err != nil {
		t.Fatal(err)
	}
	reviewed := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if pattern, roles, found := strings.Cut(strings.TrimSpace(line), ": "); found && !strings.HasPrefix(line, "#") {
			reviewed[pattern] = strings.Fields(roles)
		}
	}
	return reviewed
}

// Every route, asked by every role, lets in just those that the reviewed list names.
func TestRoutes_LetInWhomTheReviewedListNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reviewed := reviewedAccess(t)
	for _, r := range routes {
		if _, found := reviewed[r.pattern]; !found {
			t.Errorf("%s is not in testdata/access.txt", r.pattern)
		}
	}
	if len(reviewed) != len(routes) {
		t.Errorf("testdata/access.txt has %d routes, the service %d", len(reviewed), len(routes))
	}
	for role, account := range map[string]string{
		"nobody": "", "worker": registertest.WestWorker, "supervisor": registertest.CountySupervisor,
		"case_handler": registertest.CountyHandler, "analyst": registertest.CountyAnalyst, "dpo": registertest.CountyDPO, "administrator": registertest.Administrator,
	} {
		c := w.caller(account)
		for _, r := range routes {
			if r.pattern == "DELETE /api/v1/session" {
				continue // ends the session: asked last
			}
			c.expectAccess(r.pattern, role, slices.Contains(reviewed[r.pattern], role))
		}
		c.expectAccess("DELETE /api/v1/session", role, slices.Contains(reviewed["DELETE /api/v1/session"], role))
	}
}

func (c *caller) expectAccess(pattern, role string, allowed bool) {
	c.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	path = strings.NewReplacer("{id}", uuid.NewString(), "{token}", "none").Replace(path)
	ctx, cancel := context.WithTimeout(c.Context(), 30*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.url+path, strings.NewReader("{}"))
	c.must(err)
	request.Header.Set("Content-Type", "application/json")
	reply := c.send(request)
	var p problem
	_ = json.Unmarshal(reply.body, &p)
	switch {
	case reply.status >= 500:
		c.Errorf("%s as %s: %d %s", pattern, role, reply.status, reply.body)
	case allowed && (p.Type == "urn:rounds:problem:sign_in" || p.Type == "urn:rounds:problem:role" && p.Field == ""):
		c.Errorf("%s refuses %s: %s", pattern, role, reply.body)
	case !allowed && role == "nobody" && p.Type != "urn:rounds:problem:sign_in":
		c.Errorf("%s lets nobody in: %d %.200s", pattern, reply.status, reply.body)
	case !allowed && role != "nobody" && p.Type != "urn:rounds:problem:role":
		c.Errorf("%s lets %s in: %d %.200s", pattern, role, reply.status, reply.body)
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
