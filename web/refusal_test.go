package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestRequests_AreRefusedByField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor)
	with := func(body map[string]any, field string, value any) map[string]any {
		body[field] = value
		return body
	}
	newPlace := func(field string, value any) map[string]any {
		return with(w.newHousehold(w.Household(w.Workers[0], w.Today, 0)), field, value)
	}
	visits, rounds, consents := "/api/v1/visits/"+uuid.NewString(), "/api/v1/rounds", "/api/v1/consents/"+uuid.NewString()
	door, emergency := "/api/v1/households/"+uuid.NewString(), "/api/v1/emergencies/"+uuid.NewString()
	message := "/api/v1/messages/" + uuid.NewString()
	for _, test := range []struct {
		who          *caller
		method, path string
		body         any
		status       int
		code, field  string
	}{
		{worker, "PUT", visits, with(w.visit(0, "done"), "mood", "angry"), 400, "unknown_field", "mood"},
		{worker, "PUT", visits, with(w.visit(0, "done"), "left_card", "yes"), 400, "malformed", "left_card"},
		{worker, "PUT", visits, `{"round_id":`, 400, "malformed", ""},
		{worker, "PUT", visits, `{} {}`, 400, "malformed", ""},
		{worker, "PUT", visits, `{"part": "` + strings.Repeat("x", usualBody) + `"}`, 413, "too_large", ""},
		{worker, "PUT", visits, w.visit(0, "suspicious"), 422, "invalid", "outcome"},
		{worker, "PUT", visits, with(w.visit(0, "done"), "visited_on", "8.3.2027"), 422, "invalid", "visited_on"},
		{worker, "PUT", visits, with(w.visit(0, "done"), "visited_on", date(w.Today.AddDate(0, 0, 1))), 422, "visit_day", "visited_on"},
		{worker, "PUT", visits, with(w.visit(0, "done"), "household_id", w.Household(w.Workers[1], w.Today.AddDate(0, 0, -7), 0)), 403, "not_assigned", "household_id"},
		{worker, "PUT", "/api/v1/visits/one", w.visit(0, "done"), 422, "invalid", "id"},
		{worker, "PUT", "/api/v1/incidents/" + uuid.NewString(), with(hazard(), "matter", "key person"), 422, "no_matter", "matter"},
		{worker, "PUT", "/api/v1/incidents/" + uuid.NewString(), with(hazard(), "lon", 1.25), 422, "outside", "lon"},
		{worker, "PUT", consents, with(w.newConsent(0), "services", []string{}), 422, "invalid", "services"},
		{worker, "PUT", consents, with(w.newConsent(0), "services", []string{"blind"}), 422, "invalid", "services"},
		{worker, "PUT", consents, with(w.newConsent(0), "services", []string{"transport", "transport"}), 422, "invalid", "services"},
		{worker, "PUT", consents, with(w.newConsent(0), "name", "Anna"), 400, "unknown_field", "name"},
		{worker, "PUT", consents, with(w.newConsent(0), "contact", "Anna 808080"), 422, "contact", "contact"},
		{worker, "PUT", consents, with(w.newConsent(0), "receipt", "1234"), 422, "receipt", "receipt"},
		{worker, "PUT", consents, with(w.newConsent(0), "purpose", "fire_safety"), 422, "invalid", "purpose"},
		{worker, "PUT", consents, with(w.newConsent(0), "method", "assumed"), 422, "invalid", "method"},
		{worker, "PUT", consents, with(w.newConsent(0), "notice_version", 2), 422, "invalid", "notice_version"},
		{worker, "PUT", consents, with(w.newConsent(0), "notice_language", "fr"), 422, "invalid", "notice_version"},
		{worker, "PUT", consents, with(w.newConsent(0), "expires_on", date(w.Today.AddDate(1, 0, 1))), 422, "consent_days", "expires_on"},
		{worker, "PUT", consents, with(w.newConsent(0), "given_on", date(w.Today.AddDate(0, 0, 1))), 422, "consent_days", "expires_on"},
		{worker, "PUT", consents, with(w.newConsent(0), "household_id", w.Household(w.Workers[1], w.Today.AddDate(0, 0, -7), 0)), 403, "not_assigned", "household_id"},
		{worker, "PUT", consents, with(w.newConsent(0), "renews", uuid.New()), 404, "no_consent", ""},
		{worker, "POST", consents + "/withdraw", nil, 404, "no_consent", ""},
		{worker, "POST", consents + "/done", map[string]string{"service": "smoke_alarm"}, 404, "no_consent", ""},
		{worker, "POST", consents + "/done", map[string]string{"service": "transport"}, 422, "one_off", "service"},
		{w.caller(""), "POST", "/api/v1/withdrawals", map[string]string{"receipt": "0000-0000-0000-0001"}, 404, "no_consent", ""},
		{w.caller(""), "POST", "/api/v1/withdrawals", map[string]string{"receipt": "none"}, 422, "receipt", "receipt"},
		{worker, "POST", door + "/door-notes", map[string]any{"note": "drunk", "seen_on": date(w.Today), "there": true}, 422, "invalid", "note"},
		{worker, "POST", door + "/door-notes", map[string]any{"note": "loose_dog", "seen_on": "today", "there": true}, 422, "invalid", "seen_on"},
		{worker, "POST", door + "/door-notes", map[string]any{"note": "loose_dog", "seen_on": date(w.Today), "there": true}, 403, "not_assigned", "household_id"},
		{worker, "POST", door + "/door-notes", map[string]any{"note": "loose_dog", "seen_on": date(w.Today), "there": true, "text": "big"}, 400, "unknown_field", "text"},
		{worker, "PUT", door, with(newPlace("street", "Mill Lane"), "house_number", ""), 422, "invalid", "house_number"},
		{worker, "PUT", door, newPlace("street", "13809174600"), 422, "invalid", "street"},
		{worker, "PUT", door, newPlace("lat", 91), 422, "invalid", "lat"},
		{worker, "PUT", door, newPlace("doors", 0), 422, "invalid", "doors"},
		{worker, "PUT", door, newPlace("lon", 1.25), 422, "outside", "lon"},
		{worker, "PUT", door, newPlace("name", "Anna"), 400, "unknown_field", "name"},
		{supervisor, "POST", door + "/dwellings", map[string]int{"doors": 5}, 404, "no_household", ""},
		{supervisor, "POST", door + "/dwellings", map[string]int{"doors": 0}, 422, "invalid", "doors"},
		{supervisor, "POST", door + "/pair", map[string]string{"step": "propose"}, 404, "no_household", ""},
		{supervisor, "POST", door + "/pair", map[string]string{"step": "confirm"}, 404, "no_proposal", ""},
		{supervisor, "POST", door + "/pair", map[string]string{"step": "propose", "reason": "threat"}, 400, "unknown_field", "reason"},
		{supervisor, "POST", door + "/pair", map[string]string{"step": "force"}, 422, "invalid", "step"},
		{supervisor, "PUT", message, map[string]any{"text": "Vests are in"}, 422, "invalid", "worker_id"},
		{supervisor, "PUT", message, map[string]any{"worker_id": w.Workers[0], "area_id": w.Area("West"), "text": "Vests are in"}, 422, "invalid", "worker_id"},
		{supervisor, "PUT", message, map[string]any{"area_id": w.Area("West"), "text": " "}, 422, "invalid", "text"},
		{supervisor, "PUT", message, map[string]any{"area_id": w.Area("West"), "text": "Call 13809174600"}, 422, "text_person", "text"},
		{supervisor, "PUT", message, map[string]any{"area_id": w.Area("West"), "text": "See https://maps.example.org/?q=42.5,1.5"}, 422, "text_link", "text"},
		{supervisor, "PUT", message, map[string]any{"area_id": w.Area("West"), "text": "Go to " + uuid.NewString()}, 422, "text_link", "text"},
		{supervisor, "PUT", message, map[string]any{"area_id": w.Area("West"), "text": strings.Repeat("字", 501)}, 422, "text_long", "text"},
		{w.caller(registertest.WestSupervisor), "PUT", message, map[string]any{"area_id": w.Area("Middle"), "text": "Vests are in"}, 404, "nobody", ""},
		{worker, "PUT", "/api/v1/lone-timer", map[string]int{"minutes": 481}, 422, "invalid", "minutes"},
		{worker, "PUT", "/api/v1/lone-timer", map[string]int{"minutes": 4}, 422, "invalid", "minutes"},
		{worker, "PUT", "/api/v1/lone-timer", map[string]any{}, 422, "invalid", "minutes"},
		{worker, "PUT", "/api/v1/lone-timer", map[string]any{"lapses_at": w.Today.Add(10*time.Hour + 481*time.Minute)}, 422, "invalid", "lapses_at"},
		{worker, "PUT", "/api/v1/lone-timer", map[string]any{"lapses_at": w.Today.Add(-3 * time.Hour)}, 422, "invalid", "lapses_at"},
		{worker, "PUT", "/api/v1/lone-timer", map[string]any{"minutes": 30, "lapses_at": w.Today.Add(11 * time.Hour)}, 422, "invalid", "lapses_at"},
		{supervisor, "PUT", emergency, map[string]any{"area_id": w.Area("East"), "emergency": "flood"}, 422, "twenty_dwellings", "area_id"},
		{w.caller(registertest.WestSupervisor), "PUT", emergency, map[string]any{"area_id": w.Area("Middle"), "emergency": "flood"}, 404, "no_area", "area_id"},
		{supervisor, "PUT", emergency, map[string]any{"area_id": w.Area("West"), "emergency": "unrest"}, 422, "invalid", "emergency"},
		{supervisor, "POST", emergency + "/decide", map[string]string{"step": "open"}, 404, "no_proposal", ""},
		{supervisor, "POST", emergency + "/decide", map[string]string{"step": "close"}, 404, "no_opening", ""},
		{supervisor, "POST", emergency + "/decide", map[string]string{"step": "extend"}, 422, "invalid", "step"},
		{supervisor, "GET", emergency + "/support", nil, 404, "not_open", ""},
		{supervisor, "POST", emergency + "/print", nil, 404, "not_open", ""},
		{supervisor, "POST", emergency + "/told", map[string]any{"household_id": uuid.New()}, 404, "no_opening", ""},
		{supervisor, "POST", rounds, with(w.newRound(uuid.New()), "area_id", w.Area("East")), 422, "rounds_twenty_dwellings", "area_id"},
		{supervisor, "POST", rounds, with(w.newRound(uuid.New()), "starts_on", date(w.Today.AddDate(0, 0, 2))), 422, "rounds_announced", "starts_on"},
		{supervisor, "POST", rounds, with(w.newRound(uuid.New()), "purpose", "key_persons"), 422, "invalid", "purpose"},
		{supervisor, "GET", "/api/v1/areas?limit=0", nil, 422, "invalid", "limit"},
		{supervisor, "GET", "/api/v1/areas?cursor=%21", nil, 422, "invalid", "cursor"},
		{supervisor, "POST", "/api/v1/exports", map[string]any{"layer": "visits", "format": "csv", "purpose": "fire_safety"}, 422, "invalid", "layer"},
		{supervisor, "GET", "/api/v1/nothing", nil, 404, "no_route", ""},
		{supervisor, "GET", "/api/v1/plans/" + uuid.NewString(), nil, 404, "no_plan", ""},
	} {
		test.who.do(test.method, test.path, test.body).problem(test.status, test.code, test.field)
	}
	worker.do("PUT", visits, w.visit(0, "done"), "Content-Type", "text/plain").problem(http.StatusUnsupportedMediaType, "media_type", "")
	if n := w.Count("SELECT (SELECT count(*) FROM rounds.visits) + (SELECT count(*) FROM rounds.consents)"); n != 0 {
		t.Errorf("%d visits and consents were kept", n)
	}
}

// A page of another site may neither read nor write in the name of who is signed in.
func TestRequests_OfAnotherSiteAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	path := "/api/v1/visits/" + uuid.NewString()
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://elsewhere.example"}} {
		worker.do("PUT", path, w.visit(0, "done"), headers...).problem(http.StatusForbidden, "cross_origin", "")
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 0 {
		t.Errorf("%d visits were kept", n)
	}
	worker.do("PUT", path, w.visit(0, "done"), "Sec-Fetch-Site", "same-origin").want(http.StatusCreated)
}

// A session ends with its account, at the next request.
func TestSessions_EndWithTheirAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor)
	w.must(w.DB.DisableAccount(t.Context(), w.As(registertest.Administrator), w.As(registertest.WestWorker).Account))
	worker.do("GET", "/api/v1/day", nil).problem(http.StatusUnauthorized, "sign_in", "")
	w.Exec("UPDATE rounds.grants SET ends_at = now() WHERE account_id = $1", w.As(registertest.CountySupervisor).Account)
	if r := supervisor.do("GET", "/api/v1/rounds/"+w.Round.String(), nil); r.status < 400 {
		t.Errorf("a supervisor without a grant gets %d: %s", r.status, r.body)
	}
	w.caller("").do("POST", "/api/v1/session", map[string]string{"login": "login1", "password": "wrong"}).problem(http.StatusUnauthorized, "password", "")
	gone := w.caller(registertest.CountyAnalyst)
	gone.do("DELETE", "/api/v1/session", nil).want(http.StatusNoContent)
	gone.do("GET", "/api/v1/session", nil).problem(http.StatusUnauthorized, "sign_in", "")
}

func TestLists_PageByCursor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	supervisor := w.caller(registertest.CountySupervisor)
	ids := func(path string) (all []uuid.UUID) {
		for cursor := ""; ; {
			var p page[struct{ ID uuid.UUID }]
			supervisor.do("GET", path+cursor, nil).want(http.StatusOK).to(&p)
			for _, item := range p.Items {
				all = append(all, item.ID)
			}
			if p.Next == nil {
				return all
			}
			cursor = "&cursor=" + *p.Next
		}
	}
	for _, path := range []string{"/api/v1/areas?", "/api/v1/incidents?", "/api/v1/workers?", "/api/v1/plans/" + w.Plan.String() + "/routes?"} {
		whole, pages := ids(path), ids(path+"limit=2")
		if len(whole) < 2 || !slices.Equal(whole, pages) {
			t.Errorf("%s: %d, by pages of two %d", path, len(whole), len(pages))
		}
	}
}

func TestHealth_AnswersWithoutASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nobody := w.caller("")
	for _, path := range []string{"/healthz", "/readyz"} {
		nobody.do("GET", path, nil).want(http.StatusOK)
	}
	if metrics := string(nobody.do("GET", "/metrics", nil).want(http.StatusOK).body); !strings.Contains(metrics, "# TYPE rounds_") {
		t.Errorf("%.300s", metrics)
	}
}

// Anybody reads the metrics; they count nobody who refuses, agrees or is visited.
func TestMetrics_TellNoRoute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	home := w.Household(w.Workers[0], w.Today, 0)
	w.caller(registertest.WestWorker).do("POST", "/api/v1/households/"+home.String()+"/refuse", map[string]any{}).want(http.StatusNoContent)
	metrics := string(w.caller("").do("GET", "/metrics", nil).want(http.StatusOK).body)
	if !strings.Contains(metrics, `rounds_http_requests_total{part="api",status="2xx"}`) {
		t.Errorf("%.300s", metrics)
	}
	for _, r := range routes {
		_, path, _ := strings.Cut(r.pattern, " ")
		if strings.Contains(metrics, `"`+path) || strings.Contains(metrics, path+`"`) {
			t.Errorf("the metrics tell of %s", r.pattern)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{}`, `{"round_id": "00000000-0000-0000-0000-000000000000", "outcome": "done"}`, `[]`, `{"lon": 1e999}`, `{"left_card": null} x`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		body, err := decode[visitBody](strings.NewReader(string(text)))
		if err != nil {
			if p := problemOf(err); p == nil || p.Status >= 500 {
				t.Errorf("%q: %v is not the client's mistake", text, err)
			}
			return
		}
		if _, err := body.visit(uuid.Nil); err != nil && problemOf(err) == nil {
			t.Errorf("%q: %v is not the client's mistake", text, err)
		}
	})
}
