package web

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// What was given with consent is found by its code alone, told without its place, and
// gone after an erasure.
func TestRequests_ByCodeTellAndEraseAConsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDescription(t)
	consent := w.Support(0)
	code := registertest.Receipt(0).String()
	officer := w.caller(registertest.CountyDPO)
	var found codedBody
	answered := d.holds("POST /api/v1/requests/code", officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": strings.ToLower(code)}))
	answered.to(&found)
	if found.Request != nil || found.Consent == nil || !slices.Equal(found.Consent.Services, slices.Sorted(slices.Values(consent.Services))) || *found.Consent.Contact != consent.Contact {
		t.Fatalf("%+v", found)
	}
	if body := string(answered.body); strings.Contains(body, consent.Household.String()) || strings.Contains(body, "West Street") {
		t.Errorf("it tells where: %s", body)
	}
	if len(found.Consent.Openings) != 0 {
		t.Errorf("opened before any emergency: %+v", found.Consent.Openings)
	}
	w.opened()
	d.holds("POST /api/v1/requests/code", officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": code})).to(&found)
	if open := found.Consent.Openings; len(open) != 1 || open[0].Emergency != "flood" || open[0].ClosesAt.Sub(open[0].OpenedAt) != 72*time.Hour {
		t.Errorf("the emergency is not told: %+v", open)
	}
	request := map[string]any{"id": uuid.New(), "receipt": code, "kind": "access"}
	var given struct {
		Receipt string
		Report  consentReportBody
	}
	d.holds("POST /api/v1/requests/code/answer", officer.do("POST", "/api/v1/requests/code/answer", request)).to(&given)
	if len(given.Receipt) != 19 || given.Report.Purpose != consent.Purpose {
		t.Errorf("%+v", given)
	}
	officer.do("POST", "/api/v1/requests/code/answer", request).problem(http.StatusConflict, "id_taken", "id")
	// The receipt says of itself what was done, and no more.
	d.holds("POST /api/v1/requests/code", officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": given.Receipt})).to(&found)
	if found.Consent != nil || found.Request == nil || found.Request.Checked != "own_code" || found.Request.Kind != "access" {
		t.Errorf("%+v", found)
	}
	request["id"], request["kind"] = uuid.New(), "erasure"
	officer.do("POST", "/api/v1/requests/code/answer", request).want(http.StatusCreated)
	if n := w.Count("SELECT count(*) FROM rounds.consents") + w.Count("SELECT count(*) FROM rounds.support_wanted"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": code}).problem(http.StatusNotFound, "no_code", "receipt")
}

// A code of another area answers as one that nobody has; both looks are in the log, and
// many are slowed down.
func TestRequests_ByCodeRevealNothingElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Support(0)
	w.Exec("UPDATE rounds.grants SET area_id = $2 WHERE account_id = $1", w.As(registertest.CountyDPO).Account, w.Area("Middle"))
	officer := w.caller(registertest.CountyDPO)
	reads := func() int { return w.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'access_report'") }
	look := func(code string) string {
		before := reads()
		r := officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": code})
		r.problem(http.StatusNotFound, "no_code", "receipt")
		if reads() != before+1 {
			t.Errorf("the look left %d rows", reads()-before)
		}
		return string(r.body)
	}
	known := registertest.Receipt(0).String()
	if there, nowhere := look(known), look("0000-0000-0000-0000"); there != nowhere {
		t.Errorf("%s, and of no code %s", there, nowhere)
	}
	officer.do("POST", "/api/v1/requests/code/answer", map[string]any{"id": uuid.New(), "receipt": known, "kind": "erasure"}).problem(http.StatusNotFound, "no_code", "receipt")
	if n := w.Count("SELECT count(*) FROM rounds.consents"); n != 1 {
		t.Error("a consent of another area was ended")
	}
	officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": "nothing"}).problem(http.StatusUnprocessableEntity, "receipt", "receipt")
	for range 60 {
		if r := officer.do("POST", "/api/v1/requests/code", map[string]string{"receipt": known}); r.status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("nobody slows down who guesses")
}

func TestBackups_AreListedForTheOfficerAndAdministrators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	d := newDescription(t)
	w.Exec("INSERT INTO rounds.backups (made_at, bytes, sha256) VALUES ('2026-01-01', 10, sha256('a')), ('2026-02-01', 20, sha256('b'))")
	for _, account := range []string{registertest.CountyDPO, registertest.Administrator} {
		var made backupsBody
		d.holds("GET /api/v1/backups", w.caller(account).do("GET", "/api/v1/backups", nil)).to(&made)
		if len(made.Items) != 2 || !made.Late || made.Items[0].Bytes != 20 || hex.DecodedLen(len(made.Items[0].SHA256)) != 32 {
			t.Errorf("%+v", made.Items)
		}
	}
}
