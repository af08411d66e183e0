package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
)

type followed struct {
	Stage     string  `json:"stage"`
	ConfirmBy *string `json:"confirm_by"`
	MayAnswer bool    `json:"may_answer"`
}

func (c *caller) became(code map[string]any) (f followed) {
	c.Helper()
	c.do("POST", "/api/v1/reports/follow", code).want(http.StatusOK).to(&f)
	return f
}

// Somebody without an account reports, follows, answers and takes back.
func TestReports_AreFollowedByTheirCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	somebody := w.caller("")
	code := map[string]any{"receipt": registertest.Receipt(7).String()}
	w.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'town', 'environment', 'Waste', $3)",
		uuid.New(), w.Area("West"), w.As(registertest.CountyHandler).Account)
	report := map[string]any{"id": uuid.New(), "receipt": code["receipt"], "matter": "street_cleaning", "lon": 1.035, "lat": 42.045, "text": "Glass on the path"}
	w.Exec("INSERT INTO rounds.case_rules (area_id, matter, due_days, working) VALUES ($1, 'street_cleaning', 2, false)", w.Area("West"))
	first := somebody.do("POST", "/api/v1/reports", report).want(http.StatusCreated)
	if due := w.Today.AddDate(0, 0, 2).Format(time.DateOnly); !strings.Contains(string(first.body), `"due_on":"`+due+`"`) {
		t.Errorf("the area's rule says %s: %s", due, first.body)
	}
	again := somebody.do("POST", "/api/v1/reports", report).want(http.StatusOK)
	if string(first.body) != string(again.body) {
		t.Errorf("the same again answers %s, then %s", first.body, again.body)
	}
	if got := somebody.became(code); got.Stage != "received" || got.MayAnswer || got.ConfirmBy != nil {
		t.Errorf("followed: %+v", got)
	}
	if text := somebody.do("POST", "/api/v1/reports/follow", code).body; strings.Contains(string(text), "street_cleaning") || strings.Contains(string(text), "Glass") {
		t.Errorf("a code tells what: %s", text)
	}
	w.caller(registertest.CountyHandler).do("GET", "/api/v1/incidents/"+report["id"].(uuid.UUID).String()+"/text", nil).want(http.StatusOK)
	answers := map[string]any{"receipt": code["receipt"], "heard": "yes", "settled": "partly", "in_time": "no"}
	somebody.do("POST", "/api/v1/reports/answer", answers).problem(http.StatusConflict, "answered", "")
	w.Exec("SELECT rounds.end_incident($1, $2)", report["id"], w.Today)
	if got := somebody.became(code); got.Stage != "closed" || !got.MayAnswer {
		t.Errorf("after closing: %+v", got)
	}
	somebody.do("POST", "/api/v1/reports/answer", answers).want(http.StatusNoContent)
	somebody.do("POST", "/api/v1/reports/answer", answers).problem(http.StatusConflict, "answered", "")
	if n := w.Count("SELECT count(*) FROM rounds.satisfaction s JOIN rounds.units u ON u.id = s.unit_id WHERE u.name = 'Waste' AND s.people = 1"); n != 3 {
		t.Errorf("%d sums", n)
	}
	somebody.do("POST", "/api/v1/reports/follow", map[string]any{"receipt": registertest.Receipt(8).String()}).problem(http.StatusNotFound, "no_report", "receipt")
}

// What is taken back is gone, and stays gone after an older backup.
// Nobody fills the ledger from the public form: an address is slowed down, then sent away for
// a time that it is told, and taken again afterwards.
func TestReports_OfOneAddressAreSlowedDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	somebody := w.caller("")
	report := func(n int) reply {
		return somebody.do("POST", "/api/v1/reports", map[string]any{
			"id": uuid.New(), "receipt": registertest.Receipt(100 + n).String(), "matter": "street_cleaning", "lon": 1.035, "lat": 42.045, "text": "Glass on the path",
		})
	}
	kept := func() int { return w.Count("SELECT count(*) FROM rounds.incidents WHERE matter = 'street_cleaning'") }
	taken, before := 0, kept()
	for ; taken < 2*reportsPerMinute; taken++ {
		if r := report(taken); r.status != http.StatusCreated {
			r.want(http.StatusTooManyRequests)
			if r.header.Get("Retry-After") == "" {
				t.Error("nobody is told when to come again")
			}
			break
		}
	}
	if taken < reportsPerMinute || taken == 2*reportsPerMinute {
		t.Errorf("%d reports at once are taken of one address, the limit is %d a minute", taken, reportsPerMinute)
	}
	if n := kept() - before; n != taken {
		t.Errorf("%d reports are kept of %d that were taken", n, taken)
	}
	w.later(2 * time.Minute)
	report(99).want(http.StatusCreated)
}

func TestReports_AreTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	somebody := w.caller("")
	send := func(n int, path string, more map[string]any) map[string]any {
		more["id"], more["receipt"] = uuid.New(), registertest.Receipt(n).String()
		somebody.do("POST", path, more).want(http.StatusCreated)
		return map[string]any{"receipt": more["receipt"]}
	}
	hazard := send(1, "/api/v1/reports", map[string]any{"matter": "unlit_path", "lon": 1.035, "lat": 42.045, "in_home": true, "text": "The lamp flickers"})
	service := send(2, "/api/v1/reports", map[string]any{"matter": "street_cleaning", "lon": 1.035, "lat": 42.045})
	mediation := send(3, "/api/v1/reports/mediation", map[string]any{"matter": "noise", "area_id": w.Area("West"), "contact": "+376 010 203"})
	if got := somebody.became(mediation); got.Stage != "to_confirm" || got.ConfirmBy == nil {
		t.Errorf("mediation: %+v", got)
	}
	somebody.do("POST", "/api/v1/reports/confirm", mediation).want(http.StatusNoContent)
	if got := somebody.became(mediation); got.Stage != "received" || got.ConfirmBy != nil {
		t.Errorf("confirmed: %+v", got)
	}
	somebody.do("POST", "/api/v1/reports/confirm", service).problem(http.StatusNotFound, "no_report", "receipt")
	for _, code := range []map[string]any{hazard, service, mediation} {
		somebody.do("POST", "/api/v1/reports/withdraw", code).want(http.StatusNoContent)
		somebody.do("POST", "/api/v1/reports/follow", code).problem(http.StatusNotFound, "no_report", "receipt")
		somebody.do("POST", "/api/v1/reports/withdraw", code).problem(http.StatusNotFound, "no_report", "receipt")
	}
	kept := func() int {
		return w.Count("SELECT (SELECT count(*) FROM rounds.incident_texts) + (SELECT count(*) FROM rounds.dispute_contacts) + (SELECT count(*) FROM rounds.incidents WHERE receipt_hmac IS NOT NULL)")
	}
	if n := kept(); n != 0 {
		t.Errorf("%d rows are left of what was taken back", n)
	}
	if n := w.Count("SELECT count(*) FROM rounds.incidents WHERE source = 'public_form' AND state = 'open' AND kind = 'hazard'"); n != 1 {
		t.Error("the hazard is not there any more")
	}
	if n := w.Count("SELECT count(*) FROM rounds.incidents WHERE source = 'public_form' AND state = 'closed'"); n != 2 {
		t.Errorf("%d of service and dispute have ended", n)
	}
	// As an older backup would have it.
	receipt := registertest.Receipt(2)
	w.Exec("UPDATE rounds.incidents SET receipt_hmac = $1, state = 'open', closed_on = NULL WHERE matter = 'street_cleaning'", w.Keys().HashReceipt(receipt))
	again, err := retention.ReplayErasures(t.Context(), w.DB, w.Keys(), w.data)
	w.must(err)
	if again.Reports != 1 || kept() != 0 {
		t.Errorf("after a restore: %+v, %d rows", again, kept())
	}
}

func TestReports_AreRefusedWithWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	somebody := w.caller("")
	good := func() map[string]any {
		return map[string]any{"id": uuid.New(), "receipt": registertest.Receipt(1).String(), "matter": "unlit_path", "lon": 1.035, "lat": 42.045}
	}
	for _, wrong := range []struct {
		field, code string
		value       any
	}{
		{"text", "text_person", "call 13812345678"}, {"matter", "no_matter", "noise"}, {"matter", "no_matter", "petition"},
		{"receipt", "receipt", "0000"}, {"lon", "outside", 10.0}, {"id", "invalid", uuid.Nil},
	} {
		w.later(time.Hour)
		body := good()
		body[wrong.field] = wrong.value
		somebody.do("POST", "/api/v1/reports", body).problem(http.StatusUnprocessableEntity, wrong.code, wrong.field)
	}
	w.later(time.Hour)
	for field, value := range map[string]any{"contact": "Anna, next door", "matter": "unlit_path", "area_id": uuid.New()} {
		body := map[string]any{"id": uuid.New(), "receipt": registertest.Receipt(2).String(), "matter": "noise", "area_id": w.Area("West"), "contact": "+376010203"}
		body[field] = value
		if r := somebody.do("POST", "/api/v1/reports/mediation", body); r.status != http.StatusUnprocessableEntity {
			t.Errorf("%s %v: %d %s", field, value, r.status, r.body)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.incidents WHERE source = 'public_form'"); n != 0 {
		t.Errorf("%d of them are kept", n)
	}
	somebody.do("POST", "/api/v1/reports/mediation", map[string]any{"id": uuid.New(), "receipt": registertest.Receipt(2).String(), "matter": "noise",
		"area_id": w.Area("West"), "contact": "+376010203", "text": "He said"}).want(http.StatusBadRequest)
}

// Everybody's map tells streets; no grid, which is somebody's, and no household.
func TestReports_AskOnlyWhatEverybodyKnows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	somebody := w.caller("")
	var areas page[publicAreaBody]
	somebody.do("GET", "/api/v1/reports/areas", nil).want(http.StatusOK).to(&areas)
	if len(areas.Items) == 0 || slices.ContainsFunc(areas.Items, func(a publicAreaBody) bool { return a.Level == "grid" }) {
		t.Errorf("areas: %+v", areas.Items)
	}
	streets := func() string {
		w.later(time.Hour)
		return string(somebody.do("GET", "/api/v1/reports/areas/"+w.Area("West").String()+"/streets", nil).want(http.StatusOK).body)
	}
	before := streets()
	if !strings.Contains(before, "Main") {
		t.Errorf("streets: %s", before)
	}
	w.must(w.DB.Refuse(t.Context(), w.As(registertest.WestSupervisor), w.Keys(), w.Household(w.Workers[0], w.Today, 0)))
	if after := streets(); after != before {
		t.Errorf("streets tell that a place refused: %s", after)
	}
}
