package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// describedRoutes are the operations of openapi.json, "GET /api/v1/areas" and so on.
func describedRoutes(t *testing.T) map[string]bool {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(openAPI, &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for path, operations := range doc.Paths {
		for method := range operations {
			if method != "parameters" {
				described[strings.ToUpper(method)+" "+path] = true
			}
		}
	}
	return described
}

func TestOpenAPI_DescribesEveryRouteAndNoOther(t *testing.T) {
	t.Parallel()
	described := describedRoutes(t)
	for _, r := range routes {
		if !described[r.pattern] {
			t.Errorf("%s is not described", r.pattern)
		}
		delete(described, r.pattern)
	}
	for pattern := range described {
		if !strings.HasPrefix(pattern, "GET /tiles/") && !strings.HasPrefix(pattern, "GET /feed/") {
			t.Errorf("%s is described and does not exist", pattern)
		}
	}
}

// description compiles the schemas of the answers that openapi.json promises.
type description struct {
	t        *testing.T
	compiler *jsonschema.Compiler
}

func newDescription(t *testing.T) *description {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(openAPI))
	if err != nil {
		t.Fatal(err)
	}
	d := &description{t: t, compiler: jsonschema.NewCompiler()}
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	return d
}

// holds fails unless the answer is what the description promises for this operation
// and status.
func (d *description) holds(pattern string, r reply) reply {
	d.t.Helper()
	method, path, _ := strings.Cut(pattern, " ")
	status := map[int]string{200: "200", 201: "201", 202: "202"}[r.status]
	if status == "" {
		d.t.Fatalf("%s: %d: %s", pattern, r.status, r.body)
	}
	if kind := r.header.Get("Content-Type"); kind != "application/json" {
		d.t.Errorf("%s: is sent as %q", pattern, kind)
	}
	pointer := "openapi.json#/paths/" + strings.ReplaceAll(path, "/", "~1") + "/" + strings.ToLower(method) + "/responses/" + status +
		"/content/application~1json/schema"
	schema, err := d.compiler.Compile(strings.NewReplacer("{", "%7B", "}", "%7D").Replace(pointer))
	if err != nil {
		d.t.Fatalf("%s: %v", pattern, err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	if err != nil {
		d.t.Fatalf("%s: %v", pattern, err)
	}
	if err := schema.Validate(value); err != nil {
		d.t.Errorf("%s: %v\n%.500s", pattern, err, r.body)
	}
	return r
}

func TestAnswers_AreAsOpenAPIPromises(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor)
	analyst, administrator := w.caller(registertest.CountyAnalyst), w.caller(registertest.Administrator)
	handler, dispute := w.caller(registertest.CountyHandler), w.Dispute(0, "noise", true)
	w.Mediate(dispute)
	mediated := w.mediated()
	w.Support(0)
	opening := w.opened()
	w.publish()
	id := func(path string, id uuid.UUID) string { return strings.Replace(path, "{id}", id.String(), 1) }
	for _, ask := range []struct {
		who     *caller
		pattern string
		id      uuid.UUID
	}{
		{worker, "GET /api/v1/session", uuid.Nil},
		{administrator, "GET /api/v1/session", uuid.Nil},
		{w.caller(""), "GET /api/v1/lists", uuid.Nil},
		{worker, "GET /api/v1/areas", uuid.Nil},
		{supervisor, "GET /api/v1/workers", uuid.Nil},
		{administrator, "GET /api/v1/workers", uuid.Nil},
		{administrator, "GET /api/v1/grants", uuid.Nil},
		{w.caller(""), "GET /api/v1/about", uuid.Nil},
		{analyst, "GET /api/v1/rounds", uuid.Nil},
		{worker, "GET /api/v1/releases", uuid.Nil},
		{analyst, "GET /api/v1/releases/{id}", w.release()},
		{analyst, "GET /api/v1/releases/{id}/document", w.release()},
		{w.caller(registertest.CountyDPO), "GET /api/v1/partitions/{id}/document", w.ID("SELECT id FROM rounds.partitions LIMIT 1")},
		{supervisor, "GET /api/v1/rounds/{id}", w.Round},
		{analyst, "GET /api/v1/rounds/{id}/progress", w.Round},
		{supervisor, "GET /api/v1/rounds/{id}/plans", w.Round},
		{supervisor, "GET /api/v1/rounds/{id}/days", w.Round},
		{supervisor, "GET /api/v1/plans/{id}", w.Plan},
		{supervisor, "GET /api/v1/plans/{id}/changes", w.Plan},
		{worker, "GET /api/v1/plans/{id}/routes", w.Plan},
		{supervisor, "GET /api/v1/routes/{id}", supervisor.routes()[0].ID},
		{worker, "GET /api/v1/day", uuid.Nil},
		{analyst, "GET /api/v1/incidents", uuid.Nil},
		{handler, "GET /api/v1/disputes", uuid.Nil},
		{handler, "GET /api/v1/disputes/{id}/contact", dispute},
		{handler, "GET /api/v1/disputes/{id}/mediators", dispute},
		{handler, "GET /api/v1/disputes/{id}/mediation", mediated},
		{handler, "GET /api/v1/cases/{id}/visits", mediated},
		{handler, "GET /api/v1/incidents/{id}/text", w.ID("SELECT id FROM rounds.incidents WHERE state = 'open' AND kind <> 'dispute' LIMIT 1")},
		{w.caller(registertest.CountyHandler), "GET /api/v1/support-wanted", uuid.Nil},
		{worker, "GET /api/v1/duties", uuid.Nil},
		{supervisor, "GET /api/v1/pairs", uuid.Nil},
		{supervisor, "GET /api/v1/dwelling-claims", uuid.Nil},
		{worker, "GET /api/v1/lone-timer", uuid.Nil},
		{supervisor, "GET /api/v1/lone-timers", uuid.Nil},
		{supervisor, "GET /api/v1/messages", uuid.Nil},
		{supervisor, "GET /api/v1/emergencies", uuid.Nil},
		{w.caller(registertest.CountyDPO), "GET /api/v1/emergencies", uuid.Nil},
		{supervisor, "GET /api/v1/emergencies/{id}/support", opening},
		{supervisor, "GET /api/v1/emergencies/{id}/to-tell", opening},
		{w.caller(""), "GET /api/v1/notices/consent", uuid.Nil},
		{w.caller(""), "GET /healthz", uuid.Nil},
		{w.caller(""), "GET /readyz", uuid.Nil},
	} {
		_, path, _ := strings.Cut(ask.pattern, " ")
		d.holds(ask.pattern, ask.who.do("GET", id(path, ask.id), nil))
	}
	for _, by := range []string{"late", "open", "to_visit", "support"} {
		for _, who := range []*caller{worker, supervisor, analyst, w.caller(registertest.CountyHandler)} {
			d.holds("GET /api/v1/key-areas", who.do("GET", "/api/v1/key-areas?by="+by, nil))
		}
	}
	d.holds("GET /api/v1/digest", supervisor.do("GET", "/api/v1/digest", nil))
	d.holds("GET /api/v1/account/notices", worker.do("GET", "/api/v1/account/notices", nil))
	d.holds("PUT /api/v1/session/language", worker.do("PUT", "/api/v1/session/language", map[string]string{"language": "zh-Hans"}))
	d.holds("PUT /api/v1/visits/{id}", worker.do("PUT", "/api/v1/visits/"+uuid.NewString(), w.visit(0, "not_home")))
	d.holds("POST /api/v1/emergencies/{id}/print", supervisor.do("POST", "/api/v1/emergencies/"+opening.String()+"/print", nil))
	d.holds("PUT /api/v1/lone-timer", worker.do("PUT", "/api/v1/lone-timer", map[string]int{"minutes": 30}))
	d.holds("PUT /api/v1/consents/{id}", worker.do("PUT", "/api/v1/consents/"+uuid.NewString(), w.newConsent(1)))
	d.holds("POST /api/v1/withdrawals", w.caller("").do("POST", "/api/v1/withdrawals", map[string]string{"receipt": "0123-4567-89ab-cdef"}))
	nobody := w.caller("")
	d.holds("GET /api/v1/guide", nobody.do("GET", "/api/v1/guide", nil))
	d.holds("GET /api/v1/reports/areas", nobody.do("GET", "/api/v1/reports/areas", nil))
	d.holds("GET /api/v1/reports/areas/{id}/streets", nobody.do("GET", "/api/v1/reports/areas/"+w.Area("West").String()+"/streets", nil))
	d.holds("GET /api/v1/satisfaction", handler.do("GET", "/api/v1/satisfaction", nil))
	d.holds("POST /api/v1/reports", nobody.do("POST", "/api/v1/reports", map[string]any{
		"id": uuid.New(), "receipt": registertest.Receipt(91).String(), "matter": "unlit_path", "lon": 1.035, "lat": 42.045}))
	d.holds("POST /api/v1/reports/follow", nobody.do("POST", "/api/v1/reports/follow", map[string]any{"receipt": registertest.Receipt(91).String()}))
	d.holds("GET /api/v1/duplicates", worker.do("GET", "/api/v1/duplicates?matter=damaged_stairs&lon=1.035&lat=42.045", nil))
	d.holds("PUT /api/v1/disputes/{id}", worker.do("PUT", "/api/v1/disputes/"+uuid.NewString(), map[string]any{
		"matter": "noise", "lon": 1.035, "lat": 42.045, "source": "doorstep", "method": "spoken", "receipt": registertest.Receipt(90).String()}))
	d.holds("PUT /api/v1/incidents/{id}", worker.do("PUT", "/api/v1/incidents/"+uuid.NewString(), hazard()))
	d.holds("POST /api/v1/exports", analyst.do("POST", "/api/v1/exports", map[string]any{"layer": "areas", "format": "geojson", "purpose": "fire_safety"}))
	d.holds("POST /api/v1/rounds", supervisor.do("POST", "/api/v1/rounds", w.newRound(uuid.New())))
}

// visit is what the phone sends for the n-th stop of today.
func (w *world) visit(n int, outcome string) map[string]any {
	w.Helper()
	return map[string]any{
		"round_id": w.Round, "household_id": w.Household(w.Workers[0], w.Today, n), "outcome": outcome, "left_card": false,
		"visited_on": date(w.Today), "part": "morning",
	}
}

func hazard() map[string]any {
	return map[string]any{"matter": "damaged_stairs", "lon": 1.035, "lat": 42.045, "source": "doorstep"}
}

// newRound is a round of East's county after the one that is under way.
func (w *world) newRound(id uuid.UUID) map[string]any {
	w.Helper()
	return map[string]any{
		"id": id, "area_id": w.Area("County"), "purpose": "fire_safety", "name": "Autumn", "starts_on": date(w.Today.AddDate(0, 4, 0)),
		"ends_on": date(w.Today.AddDate(0, 5, 0)), "visit_s": 900, "mode": "foot",
	}
}

func TestWrites_AreIdempotentByTheClientsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor)
	for _, write := range []struct {
		who          *caller
		method, path string
		body, other  map[string]any
		count        string
	}{
		{worker, "PUT", "/api/v1/visits/" + uuid.NewString(), w.visit(1, "done"), w.visit(2, "done"), "SELECT count(*) FROM rounds.visits"},
		{worker, "PUT", "/api/v1/consents/" + uuid.NewString(), w.newConsent(1), w.newConsent(2), "SELECT count(*) FROM rounds.consents"},
		{worker, "PUT", "/api/v1/incidents/" + uuid.NewString(), hazard(), map[string]any{"matter": "unlit_path", "lon": 1.035, "lat": 42.045, "source": "doorstep"},
			"SELECT count(*) FROM rounds.incidents"},
		{supervisor, "POST", "/api/v1/rounds", w.newRound(uuid.Max), func() map[string]any { r := w.newRound(uuid.Max); r["name"] = "Winter"; return r }(),
			"SELECT count(*) FROM rounds.rounds"},
	} {
		before := w.Count(write.count)
		first := write.who.do(write.method, write.path, write.body).want(http.StatusCreated)
		again := write.who.do(write.method, write.path, write.body).want(http.StatusOK)
		if !bytes.Equal(first.body, again.body) {
			t.Errorf("%s answers %s and then %s", write.path, first.body, again.body)
		}
		write.who.do(write.method, write.path, write.other).problem(http.StatusConflict, "id_taken", "id")
		if n := w.Count(write.count) - before; n != 1 {
			t.Errorf("%s: %d rows, want 1", write.path, n)
		}
	}
}

// Privacy, Never 5: which outcome a door had is its worker's until the round closes.
func TestOutcomes_AreSeenByTheirWorkerAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor)
	for n, outcome := range []string{"declined", "not_home", "vacant", "no_access", "done"} {
		worker.do("PUT", "/api/v1/visits/"+uuid.NewString(), w.visit(n, outcome)).want(http.StatusCreated)
	}
	var day struct {
		ID    uuid.UUID
		Stops []struct{ Outcome *string }
	}
	worker.do("GET", "/api/v1/day", nil).want(http.StatusOK).to(&day)
	if len(day.Stops) == 0 || day.Stops[0].Outcome == nil || *day.Stops[0].Outcome != "declined" {
		t.Errorf("the worker sees %+v", day.Stops)
	}
	seen := supervisor.do("GET", "/api/v1/routes/"+day.ID.String(), nil).want(http.StatusOK)
	var route struct{ Stops []struct{ State string } }
	seen.to(&route)
	if route.Stops[0].State != "finished" || route.Stops[1].State != "open" || route.Stops[4].State != "finished" {
		t.Errorf("the supervisor sees %+v", route.Stops)
	}
	for _, path := range []string{"/api/v1/routes/" + day.ID.String(), "/api/v1/rounds/" + w.Round.String(), "/api/v1/rounds/" + w.Round.String() + "/progress", "/api/v1/plans/" + w.Plan.String()} {
		body := supervisor.do("GET", path, nil).want(http.StatusOK).body
		for _, word := range []string{"outcome", "declined", "not_home", "vacant", "no_access", "attempt"} {
			if bytes.Contains(body, []byte(word)) {
				t.Errorf("%s says %q to the supervisor", path, word)
			}
		}
	}
}
