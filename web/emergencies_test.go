package web

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// opened is an opening of West for a flood, made by two supervisors.
func (w *world) opened() uuid.UUID {
	w.Helper()
	id := uuid.New()
	w.caller(registertest.WestSupervisor).do("PUT", "/api/v1/emergencies/"+id.String(), map[string]any{"area_id": w.Area("West"), "emergency": "flood"}).want(http.StatusCreated)
	w.caller(registertest.CountySupervisor).do("POST", "/api/v1/emergencies/"+id.String()+"/decide", map[string]string{"step": "open"}).want(http.StatusNoContent)
	return id
}

func TestEmergencies_AreListedPrintedAndTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Support(0)
	path := "/api/v1/emergencies/" + w.opened().String()
	supervisor, officer := w.caller(registertest.WestSupervisor), w.caller(registertest.CountyDPO)
	var listed page[openedBody]
	supervisor.do("GET", path+"/support", nil).want(http.StatusOK).to(&listed)
	if len(listed.Items) != 1 || listed.Items[0].Services[0] != "transport" || len(listed.Items[0].Services) != 1 || *listed.Items[0].Contact != "+376808080" {
		t.Errorf("the list is %+v", listed)
	}
	w.caller(registertest.GridSupervisor).do("GET", path+"/support", nil).problem(http.StatusNotFound, "not_open", "")
	officer.do("GET", path+"/support", nil).problem(http.StatusForbidden, "role", "")
	var print struct {
		Number int
		Items  []openedBody
	}
	supervisor.do("POST", path+"/print", nil).want(http.StatusOK)
	supervisor.do("POST", path+"/print", nil).want(http.StatusOK).to(&print)
	if print.Number != 2 || len(print.Items) != 1 {
		t.Errorf("the second print is %+v", print)
	}
	var openings page[emergencyBody]
	officer.do("GET", "/api/v1/emergencies", nil).want(http.StatusOK).to(&openings)
	if len(openings.Items) != 1 || !openings.Items[0].Open || openings.Items[0].Prints != 2 || openings.Items[0].ClosesAt.Sub(*openings.Items[0].OpenedAt) != 72*time.Hour {
		t.Errorf("the officer sees %+v", openings.Items)
	}
	if by := openings.Items[0]; by.ProposedBy == nil || by.OpenedBy == nil || *by.ProposedBy != w.logins[registertest.WestSupervisor] || *by.OpenedBy != w.logins[registertest.CountySupervisor] {
		t.Errorf("the officer sees who opened it: %+v", by)
	}
	supervisor.do("GET", "/api/v1/emergencies", nil).want(http.StatusOK).to(&openings)
	if by := openings.Items[0]; by.ProposedBy != nil || by.OpenedBy != nil {
		t.Errorf("a supervisor sees who opened it: %+v", by)
	}
	officer.do("POST", path+"/decide", map[string]string{"step": "open"}).problem(http.StatusNotFound, "no_proposal", "")
	officer.do("POST", path+"/decide", map[string]string{"step": "close"}).want(http.StatusNoContent)
	supervisor.do("GET", path+"/support", nil).problem(http.StatusNotFound, "not_open", "")
	var told page[toTellBody]
	supervisor.do("GET", path+"/to-tell", nil).want(http.StatusOK).to(&told)
	if len(told.Items) != 1 || told.Items[0].Address == "" {
		t.Fatalf("to be told: %+v", told)
	}
	supervisor.do("POST", path+"/told", map[string]any{"household_id": told.Items[0].HouseholdID}).want(http.StatusNoContent)
	supervisor.do("GET", path+"/to-tell", nil).want(http.StatusOK).to(&told)
	if len(told.Items) != 0 {
		t.Errorf("still to be told: %+v", told)
	}
}

func TestDoors_AreToldToWhoVisits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	household := "/api/v1/households/" + w.Household(w.Workers[0], w.Today, 0).String()
	worker, west, county := w.caller(registertest.WestWorker), w.caller(registertest.WestSupervisor), w.caller(registertest.CountySupervisor)
	worker.do("POST", household+"/door-notes", map[string]any{"note": "loose_dog", "seen_on": date(w.Today), "there": true}).want(http.StatusNoContent)
	west.do("POST", household+"/pair", map[string]string{"step": "propose"}).want(http.StatusNoContent)
	west.do("POST", household+"/pair", map[string]string{"step": "confirm"}).problem(http.StatusConflict, "same_person", "")
	var waiting page[pairProposalBody]
	county.do("GET", "/api/v1/pairs", nil).want(http.StatusOK).to(&waiting)
	if len(waiting.Items) != 1 || waiting.Items[0].Own || waiting.Items[0].Address == "" {
		t.Errorf("the second supervisor sees %+v", waiting)
	}
	county.do("POST", household+"/pair", map[string]string{"step": "confirm"}).want(http.StatusNoContent)
	var day struct {
		Stops []struct{ door }
	}
	worker.do("GET", "/api/v1/day", nil).want(http.StatusOK).to(&day)
	if first := day.Stops[0]; len(first.DoorNotes) != 1 || first.DoorNotes[0].Note != "loose_dog" || !first.InPairs || day.Stops[1].InPairs {
		t.Errorf("the day says %+v", first)
	}
}

func TestLoneTimers_ShowTheNextStopWhenTheyLapse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker, supervisor := w.caller(registertest.WestWorker), w.caller(registertest.WestSupervisor)
	var timer loneTimerBody
	worker.do("PUT", "/api/v1/lone-timer", map[string]int{"minutes": 30}).want(http.StatusOK).to(&timer)
	if timer.LapsesAt == nil || !timer.LapsesAt.Equal(w.Today.Add(10*time.Hour+30*time.Minute)) {
		t.Errorf("it lapses at %v", timer.LapsesAt)
	}
	var lapsed page[lapsedTimerBody]
	supervisor.do("GET", "/api/v1/lone-timers", nil).want(http.StatusOK).to(&lapsed)
	if len(lapsed.Items) != 0 {
		t.Errorf("seen before it lapses: %+v", lapsed)
	}
	// One that ran on the phone without a connection, and lapsed there.
	worker.do("PUT", "/api/v1/lone-timer", map[string]any{"lapses_at": w.Today.Add(10*time.Hour - time.Minute)}).want(http.StatusOK)
	supervisor.do("GET", "/api/v1/lone-timers", nil).want(http.StatusOK).to(&lapsed)
	if len(lapsed.Items) != 1 || lapsed.Items[0].Code != "w01" || lapsed.Items[0].NextStop == nil {
		t.Errorf("seen when it has lapsed: %+v", lapsed)
	}
	worker.do("DELETE", "/api/v1/lone-timer", nil).want(http.StatusNoContent)
	worker.do("GET", "/api/v1/lone-timer", nil).want(http.StatusOK).to(&timer)
	if timer.LapsesAt != nil {
		t.Errorf("it was stopped: %v", timer.LapsesAt)
	}
}
