package casework_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// colleague is another handler of West, in its unit.
func (o *office) colleague(name string) register.Principal {
	o.Helper()
	one := o.hire(name, register.CaseHandler, "West")
	o.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", o.west, one.Account)
	return one
}

func (o *office) name(who register.Principal, dispute uuid.UUID, one register.Principal, insteadOf uuid.UUID) error {
	o.Helper()
	_, err := o.NameMediator(o.Context(), who, o.Keys(), casework.Naming{ID: uuid.New(), Case: dispute, Account: one.Account, InsteadOf: insteadOf})
	return err
}

func (o *office) opens(who register.Principal, dispute uuid.UUID) bool {
	o.Helper()
	contact, err := o.DB.DisputeContact(o.Context(), who, o.Keys(), dispute)
	if err != nil && !errors.Is(err, register.ErrNoDispute) {
		o.Fatal(err)
	}
	return contact != ""
}

func TestNameMediator_TwoWhomSomebodyElseNamesOpenTheContact(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.Dispute(0, "noise", true)
	lead, anna, berta, carla := o.As(registertest.WestSupervisor), o.mediator, o.colleague("Anna"), o.colleague("Berta")
	outside := o.hire("Carla", register.CaseHandler, "Middle")
	for _, try := range []struct {
		why  string
		want error
		err  error
	}{
		{"nobody names themselves", casework.ErrOneself, o.name(anna, id, anna, uuid.Nil)},
		{"who is not named names nobody", casework.ErrOneself, o.name(anna, id, berta, uuid.Nil)},
		{"a handler of another town", casework.ErrNoMember, o.name(lead, id, outside, uuid.Nil)},
		{"no case handler", casework.ErrNoMember, o.name(lead, id, o.As(registertest.CountySupervisor), uuid.Nil)},
		{"a worker names", casework.ErrNoCase, o.name(o.As(registertest.WestWorker), id, anna, uuid.Nil)},
		{"no dispute", casework.ErrNoCase, o.name(lead, o.report("road_damage"), anna, uuid.Nil)},
	} {
		if !errors.Is(try.err, try.want) {
			t.Errorf("%s: %v, want %v", try.why, try.err, try.want)
		}
	}
	must(t, o.name(lead, id, anna, uuid.Nil))
	must(t, o.name(anna, id, berta, uuid.Nil))
	if err := o.name(lead, id, carla, uuid.Nil); !errors.Is(err, casework.ErrTwo) {
		t.Errorf("a third was named: %v", err)
	}
	if err := o.name(anna, id, carla, berta.Account); !errors.Is(err, casework.ErrOneself) {
		t.Errorf("one took the place of the other away: %v", err)
	}
	for who, want := range map[register.Principal]bool{anna: true, berta: true, carla: false, lead: false, o.As(registertest.CountyHandler): false} {
		if o.opens(who, id) != want {
			t.Errorf("%s %v opens the contact: %v", who.Role, who.Account, !want)
		}
	}
	before := o.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'dispute_contact'")
	o.opens(berta, id)
	if n := o.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'dispute_contact'"); n != before+1 {
		t.Error("opening the contact left no row in the log")
	}
	// Whoever hands over no longer opens it, and that they could stays known.
	must(t, o.name(berta, id, carla, berta.Account))
	if o.opens(berta, id) || !o.opens(carla, id) {
		t.Error("handing over changes nothing")
	}
	found, err := o.Mediators(t.Context(), lead, id)
	must(t, err)
	if len(found.Now) != 2 || found.You || found.Now[0].By != registertest.WestSupervisor && found.Now[1].By != registertest.WestSupervisor {
		t.Errorf("named are %+v", found)
	}
	if n := o.Count("SELECT count(*) FROM rounds.dispute_handlers WHERE case_id = $1 AND ended_by = $2", id, berta.Account); n != 1 {
		t.Error("nobody knows who handed over")
	}
}

func TestNameMediator_AnotherUnitMeansOtherMediators(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.Dispute(0, "noise", true)
	county := o.As(registertest.CountyHandler)
	must(t, o.name(o.As(registertest.WestSupervisor), id, o.mediator, uuid.Nil))
	o.did(o.mediator, id, casework.Command{Name: "assign", Unit: o.west})
	o.did(o.mediator, id, casework.Command{Name: "join", Unit: o.county})
	if !o.opens(o.mediator, id) || o.opens(county, id) {
		t.Error("a unit that joined changes who opens the contact")
	}
	// Raised to the county, with West beside it: the named stay until West has it no more.
	o.did(o.As(registertest.CountySupervisor), id, casework.Command{Name: "escalate"})
	if !o.opens(o.mediator, id) {
		t.Error("a case that went up lost its mediator")
	}
	o.Exec("DELETE FROM rounds.case_units WHERE case_id = $1", id)
	o.did(county, id, casework.Command{Name: "hand_over", Unit: o.roads})
	o.Exec("DELETE FROM rounds.unit_members WHERE unit_id = $1", o.county)
	o.did(o.As(registertest.CountySupervisor), id, casework.Command{Name: "hand_over", Unit: o.county})
	if o.opens(o.mediator, id) {
		t.Error("who is in no unit of it opens the contact")
	}
	// Who leaves the unit leaves its disputes, and comes back to none.
	left, anna := o.Dispute(2, "noise", true), o.colleague("Anna")
	must(t, o.name(o.As(registertest.WestSupervisor), left, anna, uuid.Nil))
	must(t, o.name(o.As(registertest.WestSupervisor), left, o.mediator, uuid.Nil))
	o.did(o.mediator, left, casework.Command{Name: "assign", Unit: o.west})
	o.Exec("DELETE FROM rounds.unit_members WHERE account_id = $1", anna.Account)
	o.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", o.west, anna.Account)
	if o.opens(anna, left) || !o.opens(o.mediator, left) {
		t.Error("who left the unit opens the contact, or who did not no longer does")
	}
	// Who has it in hand and hands it to a colleague of the unit mediates no longer; a second
	// mediator does.
	handed, carla := o.Dispute(3, "noise", true), o.colleague("Carla")
	must(t, o.name(o.As(registertest.WestSupervisor), handed, o.mediator, uuid.Nil))
	must(t, o.name(o.As(registertest.WestSupervisor), handed, carla, uuid.Nil))
	o.did(o.mediator, handed, casework.Command{Name: "assign", Unit: o.west, Handler: o.mediator.Account})
	o.did(o.mediator, handed, casework.Command{Name: "hand_over", Handler: carla.Account})
	if o.opens(o.mediator, handed) || !o.opens(carla, handed) {
		t.Error("who handed the dispute over opens the contact, or who got it does not")
	}
	if n := o.Count("SELECT count(*) FROM sealed.case_keys WHERE case_id = $1", handed); n != 1 {
		t.Errorf("%d have the key", n)
	}
	// With the grant all ends at once.
	other := o.Dispute(1, "noise", true)
	must(t, o.name(o.As(registertest.WestSupervisor), other, o.mediator, uuid.Nil))
	o.Exec("UPDATE rounds.grants SET ends_at = now() - interval '1 second', starts_at = now() - interval '1 hour' WHERE account_id = $1", o.mediator.Account)
	if o.opens(o.mediator, other) {
		t.Error("without a grant one opens the contact")
	}
}
