package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/access"
)

// newConsent is what the phone sends at the n-th stop of today.
func (w *world) newConsent(n int) map[string]any {
	w.Helper()
	return map[string]any{
		"household_id": w.Household(w.Workers[0], w.Today, n), "purpose": "provide_services", "services": []string{"smoke_alarm", "welfare_call"},
		"notice_version": 1, "notice_language": "zh-Hans", "method": "spoken", "given_on": date(w.Today), "expires_on": date(w.Today.AddDate(1, 0, 0)),
		"contact": "+376 808 080", "receipt": "0123-4567-89AB-CDEF",
	}
}

// day is what the tests look at in the worker's day.
type dayOfWorker struct {
	Tombstones []uuid.UUID
	Stops      []struct {
		Household uuid.UUID
		Support   []supportBody
	}
}

func (c *caller) day() (day dayOfWorker) {
	c.Helper()
	c.do("GET", "/api/v1/day", nil).want(http.StatusOK).to(&day)
	return day
}

func TestConsents_ReachTheDayAndLeaveItWithATombstone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, handler := w.caller(registertest.WestWorker), w.caller(registertest.CountyHandler)
	id := uuid.New()
	path := "/api/v1/consents/" + id.String()
	if recorded := worker.do("PUT", path, w.newConsent(0)).want(http.StatusCreated); bytes.Contains(recorded.body, []byte("0123")) {
		t.Errorf("the code is answered: %s", recorded.body)
	}
	seen := worker.day().Stops[0].Support
	if len(seen) != 1 || seen[0].ConsentID != id || *seen[0].Contact != "+376808080" || seen[0].RenewFrom != date(w.Today.AddDate(1, 0, -60)) {
		t.Errorf("the worker's day has %+v", seen)
	}
	var owned page[ownedSupportBody]
	handler.do("GET", "/api/v1/support-wanted", nil).want(http.StatusOK).to(&owned)
	if len(owned.Items) != 1 || owned.Items[0].Address == "" || fmt.Sprint(owned.Items[0].Services) != "[smoke_alarm welfare_call]" {
		t.Errorf("the service's owner sees %+v", owned)
	}
	handler.do("POST", path+"/done", map[string]string{"service": "smoke_alarm"}).want(http.StatusNoContent)
	worker.do("POST", path+"/withdraw", nil).want(http.StatusNoContent)
	if day := worker.day(); len(day.Stops[0].Support) != 0 || len(day.Tombstones) != 1 || day.Tombstones[0] != id {
		t.Errorf("after the withdrawal the day has %+v, %v", day.Stops[0].Support, day.Tombstones)
	}
	// Whoever has the code is told that it is gone, as often as they ask.
	for range 2 {
		var ended struct {
			EndedOn string `json:"ended_on"`
		}
		w.caller("").do("POST", "/api/v1/withdrawals", map[string]string{"receipt": "o123 4567 89ab cdef"}).want(http.StatusOK).to(&ended)
		if ended.EndedOn != date(w.Today) {
			t.Errorf("%+v", ended)
		}
	}
}

// Privacy, Support wanted: no supervisor, leader or officer has a route to it.
func TestSupport_IsInNoOtherAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	household := w.Support(0).Household
	before := w.everything(registertest.CountySupervisor, registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator, registertest.MiddleWorker)
	// It answers the same whether there was a consent or not.
	supervisor := w.caller(registertest.CountySupervisor)
	with := supervisor.do("POST", "/api/v1/households/"+household.String()+"/withdraw-consents", nil).want(http.StatusNoContent)
	without := supervisor.do("POST", "/api/v1/households/"+uuid.NewString()+"/withdraw-consents", nil).want(http.StatusNoContent)
	if !bytes.Equal(with.body, without.body) {
		t.Errorf("%s and %s", with.body, without.body)
	}
	if n := w.Count("SELECT count(*) FROM rounds.consents"); n != 0 {
		t.Errorf("%d consents are left", n)
	}
	supervisor.do("DELETE", "/api/v1/session", nil).want(http.StatusNoContent)
	after := w.everything(registertest.CountySupervisor, registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator, registertest.MiddleWorker)
	for read, answer := range before {
		// The log of reads has grown: by the first of these two questions.
		if after[read] != answer && !strings.HasSuffix(read, "/reads") {
			t.Errorf("%s tells that support is wanted", read)
		}
	}
}

// Guesses at a code wait longer and longer, and then are sent away.
func TestWithdrawals_AreSlowedDown(t *testing.T) {
	t.Parallel()
	var slept time.Duration
	gate := access.New(nil, nil, access.Options{
		Now:   func() time.Time { return time.Unix(0, 0) },
		Sleep: func(_ context.Context, d time.Duration) error { slept += d; return nil },
	})
	request := httptest.NewRequest("POST", "/api/v1/withdrawals", nil)
	for n := range 20 {
		if err := gate.Slow(request, "withdrawal"); err != nil || slept != 0 {
			t.Fatalf("attempt %d waits %s, %v", n+1, slept, err)
		}
	}
	err := gate.Slow(request, "withdrawal")
	if err != nil || slept != 3*time.Second {
		t.Errorf("the next waits %s, %v", slept, err)
	}
	for n := 0; err == nil && n < 10; n++ {
		err = gate.Slow(request, "withdrawal")
	}
	if p := problemOf(err); p == nil || p.Status != http.StatusTooManyRequests {
		t.Errorf("never sent away: %v", err)
	}
}
