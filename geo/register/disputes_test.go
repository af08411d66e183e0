package register_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestDisputes_AreReadByHandlersOfTheAreaAlone(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	id := town.Dispute(0, "noise", true)
	handler := town.As(registertest.CountyHandler)
	if contact, err := town.DB.DisputeContact(t.Context(), handler, town.Keys(), id); !errors.Is(err, register.ErrNoDispute) {
		t.Errorf("a handler of the area who is not named reads %q: %v", contact, err)
	}
	if found, err := town.DB.Disputes(t.Context(), handler, register.DisputePage{Limit: 10}); err != nil || len(found) > 0 {
		t.Errorf("a handler of the area who is not named sees %+v: %v", found, err)
	}
	if err := town.DB.ConfirmDispute(t.Context(), handler, id); !errors.Is(err, register.ErrNoDispute) {
		t.Errorf("a handler of the area who is not named confirms: %v", err)
	}
	town.Mediate(id)
	found, err := town.DB.Disputes(t.Context(), handler, register.DisputePage{Limit: 10})
	must(t, err)
	if len(found) != 1 || found[0].ID != id || found[0].Matter != "noise" || !found[0].Contact || found[0].ConfirmedOn != nil {
		t.Errorf("the handler sees %+v", found)
	}
	if contact, err := town.DB.DisputeContact(t.Context(), handler, town.Keys(), id); err != nil || contact != "+376010000" {
		t.Errorf("the handler calls %q: %v", contact, err)
	}
	for _, account := range []string{registertest.WestWorker, registertest.CountySupervisor, registertest.CountyAnalyst, registertest.CountyDPO, registertest.Administrator} {
		if found, err := town.DB.Disputes(t.Context(), town.As(account), register.DisputePage{Limit: 10}); err == nil && len(found) > 0 {
			t.Errorf("%s sees %+v", account, found)
		}
		if contact, err := town.DB.DisputeContact(t.Context(), town.As(account), town.Keys(), id); !errors.Is(err, register.ErrNoDispute) {
			t.Errorf("%s reads %q: %v", account, contact, err)
		}
		if err := town.DB.ConfirmDispute(t.Context(), town.As(account), id); !errors.Is(err, register.ErrNoDispute) {
			t.Errorf("%s confirms: %v", account, err)
		}
		listed, err := town.DB.Incidents(t.Context(), town.As(account), register.IncidentFilter{})
		must(t, err)
		for _, one := range listed {
			if one.ID == id {
				t.Errorf("%s finds the dispute among incidents", account)
			}
		}
	}
	// Page by page.
	second := town.Dispute(1, "noise", false)
	town.Mediate(second)
	first, err := town.DB.Disputes(t.Context(), handler, register.DisputePage{Limit: 1})
	must(t, err)
	rest, err := town.DB.Disputes(t.Context(), handler, register.DisputePage{Limit: 1, AfterDay: first[0].AskedOn, AfterID: first[0].ID})
	must(t, err)
	if len(rest) != 1 || first[0].ID == rest[0].ID || first[0].ID != id && first[0].ID != second {
		t.Errorf("pages %+v and %+v", first, rest)
	}
	town.Exec("DELETE FROM rounds.incidents WHERE id = $1", second)
	must(t, town.DB.ConfirmDispute(t.Context(), handler, id))
	found, err = town.DB.Disputes(t.Context(), handler, register.DisputePage{Limit: 10})
	must(t, err)
	if found[0].ConfirmedOn == nil || !found[0].ConfirmedOn.Equal(town.Today) {
		t.Errorf("confirmed on %v", found[0].ConfirmedOn)
	}
	town.Exec("UPDATE rounds.incidents SET state = 'closed', closed_on = $2 WHERE id = $1", id, town.Today)
	if n := town.Count("SELECT count(*) FROM rounds.dispute_contacts"); n != 0 {
		t.Error("the contact outlives the dispute")
	}
}

func TestAskMediation_TakesItOnceAndOnlyDisputesOfOnesAreas(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	west := register.Dispute{ID: uuid.New(), Matter: "boundary", At: orb.Point{1.035, 42.045}, Source: "doorstep", Method: "signed", AskedOn: town.Today,
		Receipt: registertest.Receipt(1)}
	worker := town.As(registertest.WestWorker)
	ask := func(dispute register.Dispute) error {
		_, err := town.DB.AskMediation(t.Context(), worker, town.Keys(), dispute)
		return err
	}
	must(t, ask(west))
	must(t, ask(west))
	if n := town.Count("SELECT count(*) FROM rounds.incidents WHERE kind = 'dispute'"); n != 1 {
		t.Errorf("it is there %d times", n)
	}
	elsewhere, another, hazard, sameCode := west, west, west, west
	elsewhere.ID, elsewhere.At = uuid.New(), orb.Point{1.135, 42.045}
	another.Receipt = registertest.Receipt(2)
	hazard.ID, hazard.Matter, hazard.Receipt = uuid.New(), "damaged_stairs", registertest.Receipt(3)
	sameCode.ID = uuid.New()
	for want, dispute := range map[error]register.Dispute{register.ErrOutside: elsewhere, register.ErrNoMatter: hazard} {
		if err := ask(dispute); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	for _, dispute := range []register.Dispute{another, sameCode} {
		if err := ask(dispute); !errors.Is(err, register.ErrIDTaken) {
			t.Errorf("%v, want %v", err, register.ErrIDTaken)
		}
	}
	_, _, err := town.DB.ReportIncident(t.Context(), worker, town.Keys(), register.Report{ID: uuid.New(), Matter: "noise", At: west.At, Source: "doorstep", ReportedOn: town.Today})
	if !errors.Is(err, register.ErrNoMatter) {
		t.Errorf("a dispute with a place: %v", err)
	}
}
