package web

import (
	"bytes"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// mediated is a dispute whose mediator, the handler of the county, kept two parties, a
// session and an agreement that one party and the mediator signed.
func (w *world) mediated() uuid.UUID {
	w.Helper()
	dispute, handler := w.Dispute(7, "boundary", false), w.caller(registertest.CountyHandler)
	w.Mediate(dispute)
	path := "/api/v1/disputes/" + dispute.String() + "/"
	party, paper := uuid.New(), uuid.New()
	for _, sent := range []struct {
		to   string
		body map[string]any
	}{
		{"parties", map[string]any{"id": party, "side": "asked", "name": canaryParty, "contact": "+376019999"}},
		{"parties", map[string]any{"id": uuid.New(), "side": "invited", "name": "王小明"}},
		{"sessions", map[string]any{"id": uuid.New(), "held_on": date(w.Today), "place": "office", "result": "agreement", "present": []string{"mediator", "party_asked"}, "note": canaryNote}},
		{"agreement", map[string]any{"id": paper, "agreed_on": date(w.Today), "terms": []string{canaryTerm, "晚上十点后保持安静"}}},
		{"signatures", map[string]any{"id": uuid.New(), "agreement_id": paper, "party_id": party, "strokes": [][][2]int{{{10, 10}, {500, 300}}}}},
		{"signatures", map[string]any{"id": uuid.New(), "agreement_id": paper, "strokes": [][][2]int{{{10, 10}, {500, 300}}}}},
	} {
		if r := handler.do("POST", path+sent.to, sent.body); r.status != http.StatusNoContent {
			w.Fatalf("%s: %d: %s", sent.to, r.status, r.body)
		}
	}
	return dispute
}

// What no answer but the mediator's has.
const (
	canaryParty = "Xenia Quillfeather"
	canaryNote  = "The hedge was measured"
	canaryTerm  = "The hedge is cut in March"
)

func TestMediation_IsToldToItsMediatorAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	dispute := w.mediated()
	path := "/api/v1/disputes/" + dispute.String()
	canaries := []string{canaryParty, canaryNote, canaryTerm, "王小明", "+376019999"}
	handler := w.caller(registertest.CountyHandler)
	told := handler.do("GET", path+"/mediation", nil)
	for _, canary := range canaries {
		if !bytes.Contains(told.body, []byte(canary)) {
			t.Errorf("the mediator does not see %q: %d: %s", canary, told.status, told.body)
		}
	}
	w.Exec("DELETE FROM sealed.signatures WHERE account_id IS NULL")
	unsigned := newDescription(t).holds("GET /api/v1/disputes/{id}/mediation", handler.do("GET", path+"/mediation", nil))
	if !bytes.Contains(unsigned.body, []byte(`"signed":true`)) {
		t.Errorf("its own signature is not told: %s", unsigned.body)
	}
	w.Exec("DELETE FROM sealed.signatures")
	newDescription(t).holds("GET /api/v1/disputes/{id}/mediation", handler.do("GET", path+"/mediation", nil))
	for _, language := range []string{"en", "zh-Hans"} {
		paper := handler.do("GET", path+"/agreement?language="+language, nil)
		if paper.status != http.StatusOK || paper.header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(paper.body, []byte("%PDF")) || bytes.Count(paper.body, []byte("/Type /Page\n")) != 2 {
			t.Errorf("the paper in %s: %d, %d bytes, %d pages", language, paper.status, len(paper.body), bytes.Count(paper.body, []byte("/Type /Page\n")))
		}
	}
	// Search by number, lists, the case itself, the board, the audit log, for everybody.
	asks := []string{path + "/mediation", path + "/agreement?language=en", path + "/contact", path + "/mediators", "/api/v1/cases", "/api/v1/cases?number=2027-000001", "/api/v1/cases/" + dispute.String(),
		"/api/v1/disputes", "/api/v1/units/board", "/api/v1/reads", "/api/v1/account/reads", "/api/v1/incidents", "/api/v1/digest"}
	for _, account := range []string{"", registertest.WestWorker, registertest.WestSupervisor, registertest.CountySupervisor, registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator} {
		someone := w.caller(account)
		for _, ask := range asks {
			r := someone.do("GET", ask, nil)
			for _, canary := range canaries {
				if bytes.Contains(r.body, []byte(canary)) {
					t.Errorf("%q sees %q at %s", account, canary, ask)
				}
			}
			if account != "" && r.status < 400 && bytes.HasPrefix(r.body, []byte("%PDF")) {
				t.Errorf("%q prints the agreement", account)
			}
		}
	}
	// The named see it under its own addresses alone.
	for _, ask := range asks[4:] {
		r := handler.do("GET", ask, nil)
		for _, canary := range canaries {
			if bytes.Contains(r.body, []byte(canary)) {
				t.Errorf("the mediator sees %q at %s", canary, ask)
			}
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'agreement'"); n != 2 {
		t.Errorf("%d copies are in the log", n)
	}
}
