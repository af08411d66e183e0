package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
)

// reviewedReads reads which kinds of reads each route leaves in the audit log, as
// people agreed.
func reviewedReads(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/reads.txt")
	if err != nil {
		t.Fatal(err)
	}
	reviewed := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		pattern, kinds, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		if _, twice := reviewed[pattern]; twice {
			t.Errorf("testdata/reads.txt says twice what %s leaves", pattern)
		}
		reviewed[pattern] = strings.Fields(kinds)
		if kinds == "nothing" || kinds == "own" {
			reviewed[pattern] = []string{}
		}
	}
	return reviewed
}

// readRoutes are the routes of the table and a tile of each layer.
func readRoutes() []string {
	var patterns []string
	for _, r := range routes {
		patterns = append(patterns, r.pattern)
	}
	for _, layer := range tiles.Layers {
		patterns = append(patterns, "GET /tiles/"+layer.Name)
	}
	return patterns
}

func TestReads_OfEveryRouteAreReviewed(t *testing.T) {
	t.Parallel()
	reviewed := reviewedReads(t)
	for _, pattern := range readRoutes() {
		if _, found := reviewed[pattern]; !found {
			t.Errorf("%s is not in testdata/reads.txt: name the kinds of reads that it leaves in the audit log", pattern)
		}
		delete(reviewed, pattern)
	}
	for pattern := range reviewed {
		t.Errorf("%s is in testdata/reads.txt and does not exist", pattern)
	}
}

// ask is a request that is answered with what the route is for.
type ask struct {
	account, path string
	body          any
	status        int
}

// unused is an account that nobody has joined yet.
func (w *world) unused() uuid.UUID {
	w.Helper()
	id := uuid.New()
	w.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, 'unused', 'Unused')", id)
	return id
}

// unit is an office of the county with one member, its handler.
func (w *world) unit() uuid.UUID {
	w.Helper()
	id, handler := uuid.New(), w.As(registertest.CountyHandler).Account
	w.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'county', 'one_stop_office', 'Office', $3)", id, w.Area("County"), handler)
	w.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", id, handler)
	return id
}

// asks are those of the routes whose reads are logged.
func (w *world) asks() map[string]ask {
	w.Helper()
	const worker, supervisor = registertest.WestWorker, registertest.CountySupervisor
	fresh := func(version int) string {
		id := uuid.New()
		w.Exec(`INSERT INTO rounds.plans (id, round_id, version, state, seed) VALUES ($1, $2, $3, 'proposed', 1)`, id, w.Round, version)
		w.Exec("INSERT INTO rounds.plan_workers SELECT $1, id FROM rounds.workers", id)
		w.Exec(`INSERT INTO rounds.unplanned SELECT $1, h.id, h.area_id, 'unreachable' FROM rounds.households h
			WHERE h.area_id IN (SELECT area_id FROM rounds.round_areas WHERE round_id = $2) ON CONFLICT DO NOTHING`, id, w.Round)
		return "/api/v1/plans/" + id.String()
	}
	w.Support(0)
	dispute := w.Dispute(0, "noise", true)
	w.Mediate(dispute)
	mediated := w.mediated()
	home := w.Household(w.Workers[0], w.Today, 3)
	walk := w.ID("SELECT id FROM rounds.routes ORDER BY id LIMIT 1")
	day := "/api/v1/routes/" + walk.String()
	round, plan := "/api/v1/rounds/"+w.Round.String(), "/api/v1/plans/"+w.Plan.String()
	tile := func(layer string) string { return tilePath(layer, 12, 2059, 1519) + "?plan=" + w.Plan.String() }
	incident := w.ID("SELECT id FROM rounds.incidents WHERE state = 'open' ORDER BY id LIMIT 1")
	account := "/api/v1/accounts/" + w.As(registertest.CountyHandler).Account.String()
	w.must(w.DB.ProposePair(w.Context(), w.As(registertest.WestSupervisor), home))
	w.must(w.DB.StartLoneTimer(w.Context(), w.As(worker), w.DB.Now()))
	w.Exec("UPDATE rounds.lone_timers SET lapses_at = '2020-01-01'")
	w.must(w.DB.SendMessage(w.Context(), w.As(supervisor), register.Message{ID: uuid.New(), Text: "Vests are in"}, w.Workers[0], w.Today))
	w.Exec("INSERT INTO rounds.dwelling_claims SELECT id, doors + 1 FROM rounds.households WHERE id = $1", home)
	open, over := w.opened(), w.opened()
	w.Exec("UPDATE rounds.emergency_openings SET opened_at = '2020-01-01', closes_at = '2020-01-02' WHERE id = $1", over)
	file := "/api/v1/uploads/" + w.checked(w.caller(supervisor), "id,lon,lat\nA1,1.035,42.0455\n").String()
	return map[string]ask{
		"GET /api/v1/uploads/{id}/rows":           {supervisor, file + "/rows?list=new", nil, 200},
		"GET /api/v1/uploads/{id}/corrected":      {supervisor, file + "/corrected", nil, 200},
		"POST /api/v1/sync/file":                  {supervisor, "/api/v1/sync/file", syncFileBody{Form: phoneFile, Account: w.As(worker).Account}, 200},
		"GET /api/v1/dwelling-claims":             {supervisor, "/api/v1/dwelling-claims", nil, 200},
		"GET /api/v1/pairs":                       {supervisor, "/api/v1/pairs", nil, 200},
		"GET /api/v1/lone-timers":                 {supervisor, "/api/v1/lone-timers", nil, 200},
		"GET /api/v1/messages":                    {supervisor, "/api/v1/messages", nil, 200},
		"GET /api/v1/emergencies/{id}/support":    {supervisor, "/api/v1/emergencies/" + open.String() + "/support", nil, 200},
		"POST /api/v1/emergencies/{id}/print":     {supervisor, "/api/v1/emergencies/" + open.String() + "/print", nil, 200},
		"GET /api/v1/emergencies/{id}/to-tell":    {supervisor, "/api/v1/emergencies/" + over.String() + "/to-tell", nil, 200},
		"GET /api/v1/accounts":                    {registertest.Administrator, "/api/v1/accounts", nil, 200},
		"POST /api/v1/accounts":                   {registertest.Administrator, "/api/v1/accounts", newcomer(uuid.New()), 201},
		"POST /api/v1/accounts/{id}/invite":       {registertest.Administrator, "/api/v1/accounts/" + w.unused().String() + "/invite", nil, 200},
		"POST /api/v1/accounts/{id}/recover":      {registertest.Administrator, account + "/recover", nil, 200},
		"POST /api/v1/accounts/{id}/end-sessions": {registertest.Administrator, account + "/end-sessions", nil, 200},
		"POST /api/v1/accounts/{id}/disable":      {registertest.Administrator, account + "/disable", nil, 200},
		"POST /api/v1/accounts/{id}/enable":       {registertest.Administrator, account + "/enable", nil, 200},
		"POST /api/v1/accounts/{id}/wake":         {registertest.Administrator, account + "/wake", nil, 200},
		"GET /api/v1/grants":                      {registertest.Administrator, "/api/v1/grants", nil, 200},
		"GET /api/v1/workers":                     {supervisor, "/api/v1/workers", nil, 200},
		"GET /api/v1/rounds/{id}/plans":           {supervisor, round + "/plans", nil, 200},
		"POST /api/v1/rounds/{id}/plans":          {supervisor, round + "/plans", map[string]any{"id": uuid.New(), "seed": 1, "seconds": 1}, 202},
		"GET /api/v1/plans/{id}":                  {supervisor, plan, nil, 200},
		"POST /api/v1/plans/{id}/publish":         {supervisor, fresh(7) + "/publish", map[string]any{}, 200},
		"POST /api/v1/plans/{id}/discard":         {supervisor, fresh(8) + "/discard", map[string]any{}, 200},
		"GET /api/v1/plans/{id}/changes":          {supervisor, plan + "/changes", nil, 200},
		"POST /api/v1/plans/{id}/cell":            {supervisor, plan + "/cell", w.placeOf(home), 200},
		"GET /api/v1/plans/{id}/routes":           {worker, plan + "/routes", nil, 200},
		"GET /api/v1/routes/{id}":                 {supervisor, day, nil, 200},
		"POST /api/v1/routes/{id}/print":          {supervisor, day + "/print", map[string]any{"language": "zh-Hans"}, 201},
		"POST /api/v1/routes/{id}/visits":         {supervisor, day + "/visits", paper(1, uuid.New(), "done", w.Today), 200},
		"GET /api/v1/sheets/{code}":               {supervisor, sheetPath(walk), nil, 200},
		// The town of tests has no streets: the doors are looked up, and then there is no way.
		"POST /api/v1/route": {worker, "/api/v1/route", map[string]any{"mode": "foot", "points": []map[string]any{
			{"household": w.Household(w.Workers[0], w.Today, 0)}, {"household": w.Household(w.Workers[0], w.Today, 1)}}}, 404},
		"GET /api/v1/day":                     {worker, "/api/v1/day", nil, 200},
		"GET /api/v1/support-wanted":          {registertest.CountyHandler, "/api/v1/support-wanted", nil, 200},
		"GET /api/v1/incidents/{id}/photo":    {supervisor, "/api/v1/incidents/" + w.photographed().String() + "/photo", nil, 200},
		"GET /api/v1/incidents/{id}/text":     {supervisor, "/api/v1/incidents/" + w.photographed().String() + "/text", nil, 200},
		"GET /api/v1/duplicates":              {worker, "/api/v1/duplicates?matter=unlit_path&lon=1.035&lat=42.045", nil, 200},
		"GET /api/v1/disputes":                {registertest.CountyHandler, "/api/v1/disputes", nil, 200},
		"GET /api/v1/disputes/{id}/contact":   {registertest.CountyHandler, "/api/v1/disputes/" + dispute.String() + "/contact", nil, 200},
		"GET /api/v1/disputes/{id}/mediation": {registertest.CountyHandler, "/api/v1/disputes/" + mediated.String() + "/mediation", nil, 200},
		"GET /api/v1/disputes/{id}/agreement": {registertest.CountyHandler, "/api/v1/disputes/" + mediated.String() + "/agreement?language=zh-Hans", nil, 200},
		"GET /api/v1/disputes/{id}/mediators": {supervisor, "/api/v1/disputes/" + dispute.String() + "/mediators", nil, 200},
		"POST /api/v1/disputes/{id}/mediators": {supervisor, "/api/v1/disputes/" + dispute.String() + "/mediators",
			map[string]any{"id": uuid.New(), "account_id": w.As(registertest.CountyHandler).Account, "instead_of": w.As(registertest.CountyHandler).Account}, 201},
		"GET /api/v1/incidents":               {registertest.CountyAnalyst, "/api/v1/incidents", nil, 200},
		"GET /api/v1/cases":                   {registertest.CountyHandler, "/api/v1/cases", nil, 200},
		"GET /api/v1/cases/{id}":              {registertest.CountyHandler, "/api/v1/cases/" + incident.String(), nil, 200},
		"POST /api/v1/cases/{id}/commands":    {registertest.CountyHandler, "/api/v1/cases/" + incident.String() + "/commands", map[string]any{"id": uuid.New(), "command": "triage"}, 201},
		"GET /api/v1/cases/{id}/visits":       {registertest.CountyHandler, "/api/v1/cases/" + incident.String() + "/visits", nil, 200},
		"GET /api/v1/units":                   {registertest.CountyHandler, "/api/v1/units", nil, 200},
		"GET /api/v1/units/board":             {supervisor, "/api/v1/units/board", nil, 200},
		"GET /api/v1/units/{id}/medians":      {supervisor, "/api/v1/units/" + w.unit().String() + "/medians", nil, 200},
		"GET /api/v1/units/{id}":              {supervisor, "/api/v1/units/" + w.unit().String(), nil, 200},
		"POST /api/v1/exports":                {supervisor, "/api/v1/exports", map[string]any{"layer": "households", "format": "csv", "purpose": "fire_safety"}, 201},
		"GET /api/v1/reads":                   {registertest.CountyDPO, "/api/v1/reads", nil, 200},
		"GET /api/v1/requests":                {registertest.CountyDPO, "/api/v1/requests", nil, 200},
		"POST /api/v1/requests/find":          {registertest.CountyDPO, "/api/v1/requests/find", map[string]any{"address": "West Street"}, 200},
		"GET /api/v1/emergencies":             {registertest.CountyDPO, "/api/v1/emergencies", nil, 200},
		"POST /api/v1/requests/code":          {registertest.CountyDPO, "/api/v1/requests/code", map[string]any{"receipt": registertest.Receipt(0).String()}, 200},
		"POST /api/v1/requests/code/answer":   {registertest.CountyDPO, "/api/v1/requests/code/answer", map[string]any{"id": uuid.New(), "receipt": registertest.Receipt(0).String(), "kind": "access"}, 201},
		"POST /api/v1/requests/preview":       {registertest.CountyDPO, "/api/v1/requests/preview", map[string]any{"household_id": home, "checked": "in_person"}, 200},
		"POST /api/v1/requests":               {registertest.CountyDPO, "/api/v1/requests", map[string]any{"id": uuid.New(), "household_id": home, "kind": "erasure", "checked": "code_posted"}, 201},
		"GET /tiles/territories":              {supervisor, tile("territories"), nil, 200},
		"GET /tiles/hazards":                  {supervisor, tile("hazards"), nil, 200},
		"GET /api/v1/households/{id}/booking": {supervisor, "/api/v1/households/" + home.String() + "/booking?round=" + w.Round.String(), nil, 200},
		"GET /tiles/routes":                   {supervisor, tile("routes"), nil, 200},
		"GET /tiles/stops":                    {supervisor, tile("stops") + "&date=" + date(w.Today), nil, 200},
	}
}

// early is an answer that counts the rows of the audit log when its first byte, or
// its status, is written.
type early struct {
	*httptest.ResponseRecorder
	count func() int
	rows  int
	begun bool
}

func (e *early) begin() {
	if !e.begun {
		e.begun, e.rows = true, e.count()
	}
}

func (e *early) Write(bytes []byte) (int, error) { e.begin(); return e.ResponseRecorder.Write(bytes) }
func (e *early) WriteHeader(status int)          { e.begin(); e.ResponseRecorder.WriteHeader(status) }

// request sends a request past the network.
func (c *caller) request(method, path string, body any) *early {
	c.Helper()
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		c.must(err)
		content = bytes.NewReader(text)
	}
	request := httptest.NewRequestWithContext(c.Context(), method, path, content)
	request.Header.Set("Content-Type", "application/json")
	home, err := url.Parse(c.url)
	c.must(err)
	request.Host = home.Host
	for _, cookie := range c.browser.Jar.Cookies(home) {
		request.AddCookie(cookie)
	}
	answer := &early{ResponseRecorder: httptest.NewRecorder(), count: func() int { return c.Count("SELECT count(*) FROM rounds.reads") }}
	c.handler.ServeHTTP(answer, request)
	return answer
}

// Every route that answers with something personal leaves the rows that the reviewed
// list names, no more, and they are committed before the first byte of the answer.
func TestReads_AreLoggedBeforeTheFirstByte(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reviewed, asks := reviewedReads(t), w.asks()
	patterns := readRoutes()
	// What changes a plan comes after what reads it.
	changes := func(pattern string) int {
		return strings.Count(pattern, "/publish") + strings.Count(pattern, "/disable") + strings.Count(pattern, "/enable") + strings.Count(pattern+".", "POST /api/v1/requests.")
	}
	slices.SortStableFunc(patterns, func(a, b string) int { return changes(a) - changes(b) })
	callers := map[string]*caller{}
	for _, pattern := range patterns {
		if len(reviewed[pattern]) == 0 {
			continue
		}
		a, prepared := asks[pattern]
		if !prepared {
			t.Errorf("%s leaves reads: say in asks how it is asked", pattern)
			continue
		}
		if callers[a.account] == nil {
			callers[a.account] = w.caller(a.account)
		}
		who := callers[a.account]
		before := w.Count("SELECT count(*) FROM rounds.reads")
		method, _, _ := strings.Cut(pattern, " ")
		answer := who.request(method, a.path, a.body)
		if answer.Code != a.status {
			t.Errorf("%s: %d, want %d: %.300s", pattern, answer.Code, a.status, answer.Body)
			continue
		}
		if early := answer.rows - before; early != len(reviewed[pattern]) {
			t.Errorf("%s: %d rows at the first byte, want %d", pattern, early, len(reviewed[pattern]))
		}
		kinds := w.readsAfter(before, who, a.account, answer.Header().Get("X-Request-Id"))
		if !slices.Equal(kinds, reviewed[pattern]) {
			t.Errorf("%s leaves %v, want %v", pattern, kinds, reviewed[pattern])
		}
	}
}

// readsAfter are the kinds of the rows after the first before ones, which must be the
// account's and of the request.
func (w *world) readsAfter(before int, who *caller, account, request string) []string {
	w.Helper()
	rows, err := w.Owner.Query(w.Context(), `
		SELECT kind::text, account_id, reader::text, request_id::text, area_id IS NOT NULL
		FROM rounds.reads ORDER BY id OFFSET $1`, before)
	w.must(err)
	defer rows.Close()
	kinds := []string{}
	for rows.Next() {
		var kind, reader, id string
		var by uuid.UUID
		var placed bool
		w.must(rows.Scan(&kind, &by, &reader, &id, &placed))
		if principal := who.As(account); by != principal.Account || reader != principal.Role || id != request || placed == (account == registertest.Administrator) {
			w.Errorf("a read of %s by %s (%s) in request %s, with area %t; want %+v, request %s", kind, by, reader, id, placed, principal, request)
		}
		kinds = append(kinds, kind)
	}
	w.must(rows.Err())
	return kinds
}

// What is reviewed as holding nothing personal leaves no row, whoever asks.
func TestReads_OfNothingPersonalLeaveNoRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reviewed := reviewedReads(t)
	for _, account := range people {
		who := w.caller(account)
		for _, pattern := range readRoutes() {
			if len(reviewed[pattern]) > 0 || pattern == "GET /api/v1/events" || strings.Contains(pattern, "/session") {
				continue // a stream without an end, and what changes the session
			}
			method, path, _ := strings.Cut(pattern, " ")
			path = strings.NewReplacer("{id}", w.Round.String(), "{token}", "none", "{code}", "none").Replace(path)
			if strings.HasPrefix(path, "/tiles/") {
				path += "/12/2059/1519.mvt"
			}
			before := w.Count("SELECT count(*) FROM rounds.reads")
			answer := who.request(method, path, map[string]any{})
			if n := w.Count("SELECT count(*) FROM rounds.reads") - before; n != 0 || answer.Code >= 500 {
				t.Errorf("%s as %s: %d and %d rows", pattern, account, answer.Code, n)
			}
		}
	}
}
