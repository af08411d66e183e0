package register_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// opening is one of West in which one household wants transport and a smoke
// alarm, another a smoke alarm alone.
type opening struct {
	*visiting
	id              uuid.UUID
	second, officer register.Principal
}

func openedWest(t *testing.T) *opening {
	t.Helper()
	o := &opening{visiting: visitingToday(t), id: uuid.New()}
	o.second = o.account("second", register.Supervisor, &o.west)
	o.officer = o.account("officer", register.DPO, &o.west)
	o.record()
	other := o.consent(o.households[1])
	other.Services = []string{"smoke_alarm"}
	_, err := o.db.RecordConsent(t.Context(), o.worker, o.keys, other, register.Receipt{6}, uuid.Nil)
	o.must(err)
	o.hours(0)
	return o
}

// hours moves the clock after the proposal.
func (o *opening) hours(after float64) {
	o.db.Now = func() time.Time { return day.Add(10 * time.Hour).Add(time.Duration(after * float64(time.Hour))) }
}

func (o *opening) propose() {
	o.Helper()
	added, err := o.db.ProposeEmergency(o.Context(), o.supervisor, o.id, o.west, "flood")
	if err != nil || !added {
		o.Fatal(added, err)
	}
}

func (o *opening) listed(principal register.Principal) []register.SupportWanted {
	o.Helper()
	found, err := o.db.OpenedSupport(o.Context(), principal, o.keys, o.id)
	if err != nil && !errors.Is(err, register.ErrNotOpen) {
		o.Fatal(err)
	}
	return found
}

func TestEmergencies_TakeTwoPeopleAndTwentyDwellings(t *testing.T) {
	t.Parallel()
	o := openedWest(t)
	propose := func(principal register.Principal, area uuid.UUID) error {
		_, err := o.db.ProposeEmergency(t.Context(), principal, uuid.New(), area, "flood")
		return err
	}
	everybody := o.everybody()
	everybody["handler"], everybody["officer"] = o.handler, o.officer
	for name, principal := range everybody {
		if name != "supervisor" {
			if err := propose(principal, o.west); !errors.Is(err, register.ErrNoArea) {
				t.Errorf("%s proposes: %v", name, err)
			}
		}
	}
	east := o.account("eastern", register.Supervisor, ptr(o.keys.ID("area", "East")))
	if err := propose(east, o.keys.ID("area", "East")); !errors.Is(err, register.ErrTwentyDwellings) {
		t.Errorf("an area of 12 places: %v", err)
	}
	o.propose()
	if added, err := o.db.ProposeEmergency(t.Context(), o.supervisor, o.id, o.west, "flood"); added || err != nil {
		t.Errorf("the same again: %v, %v", added, err)
	}
	if _, err := o.db.ProposeEmergency(t.Context(), o.supervisor, o.id, o.west, "fire"); !errors.Is(err, register.ErrIDTaken) {
		t.Errorf("another under this id: %v", err)
	}
	// The officer sees the proposal at once.
	if got, err := o.db.EmergencyOpenings(t.Context(), o.officer); err != nil || len(got) != 1 || got[0].OpenedAt != nil {
		t.Errorf("the officer sees %+v, %v", got, err)
	}
	if err := o.db.OpenEmergency(t.Context(), o.supervisor, o.id); !errors.Is(err, register.ErrSamePerson) {
		t.Errorf("who proposed opens: %v", err)
	}
	for name, principal := range everybody {
		if name != "supervisor" {
			if err := o.db.OpenEmergency(t.Context(), principal, o.id); !errors.Is(err, register.ErrNoProposal) {
				t.Errorf("%s opens: %v", name, err)
			}
		}
	}
	o.hours(24)
	if err := o.db.OpenEmergency(t.Context(), o.second, o.id); !errors.Is(err, register.ErrNoProposal) {
		t.Errorf("opened a day later: %v", err)
	}
	o.hours(1)
	o.must(o.db.OpenEmergency(t.Context(), o.second, o.id))
	if err := o.db.OpenEmergency(t.Context(), o.second, o.id); !errors.Is(err, register.ErrNoProposal) {
		t.Errorf("opened twice: %v", err)
	}
	if _, err := o.owner.Exec(t.Context(), "UPDATE rounds.emergency_openings SET closes_at = closes_at + interval '1 second'"); constraint(err) != "emergency_openings_72_hours" {
		t.Errorf("open for longer: %v", err)
	}
}

func ptr[T any](value T) *T { return &value }

func TestEmergencies_ShowFourServicesFor72Hours(t *testing.T) {
	t.Parallel()
	o := openedWest(t)
	o.propose()
	county := o.account("county", register.Supervisor, ptr(o.keys.ID("area", "county")))
	var grid uuid.UUID
	o.must(o.owner.QueryRow(t.Context(), "SELECT area_id FROM rounds.households WHERE id = $1", o.households[0]).Scan(&grid))
	gridOwn := o.account("grid", register.Supervisor, &grid)
	everybody := o.everybody()
	everybody["handler"], everybody["officer"], everybody["second"], everybody["county"], everybody["grid"] = o.handler, o.officer, o.second, county, gridOwn
	// The grid's own supervisor does not hold the area that was opened.
	readers := []string{"supervisor", "second", "county"}
	check := func(hours float64, open bool) {
		t.Helper()
		o.hours(hours)
		for name, principal := range everybody {
			want := open && slices.Contains(readers, name)
			listed := o.listed(principal)
			if (len(listed) == 1) != want || len(listed) > 1 {
				t.Errorf("after %v hours %s sees %+v", hours, name, listed)
			}
			if want && (!slices.Equal(listed[0].Services, []string{"transport"}) || listed[0].Contact != "+376808080" || listed[0].Address.Street == "") {
				t.Errorf("after %v hours %s sees %+v", hours, name, listed)
			}
			if principal.Role == register.Supervisor {
				if n, err := o.as(principal, "SELECT 1 FROM rounds.support_wanted"); err != nil || n != map[bool]int{true: 1}[want] {
					t.Errorf("after %v hours %s sees %d services, %v", hours, name, n, err)
				}
				if n, err := o.as(principal, "SELECT 1 FROM rounds.consent_services"); err != nil || n != 0 {
					t.Errorf("after %v hours %s sees %d covered services, %v", hours, name, n, err)
				}
			}
		}
	}
	check(0, false)
	o.must(o.db.OpenEmergency(t.Context(), o.second, o.id))
	check(0, true)
	check(71.9, true)
	check(72, false)
	o.hours(10)
	for want := 1; want <= 3; want++ {
		if number, err := o.db.PrintEmergency(t.Context(), o.supervisor, o.id); err != nil || number != want {
			t.Errorf("print %d is numbered %d, %v", want, number, err)
		}
	}
	for name, principal := range everybody {
		if !slices.Contains(readers, name) {
			if _, err := o.db.PrintEmergency(t.Context(), principal, o.id); !errors.Is(err, register.ErrNotOpen) {
				t.Errorf("%s prints: %v", name, err)
			}
		}
	}
	// Who withdraws is off the list at once.
	_, err := o.db.WithdrawByReceipt(t.Context(), o.keys, receipt)
	o.must(err)
	check(11, false)
}

func TestEmergencies_TellThoseWhoWereOpened(t *testing.T) {
	t.Parallel()
	o := openedWest(t)
	o.propose()
	o.must(o.db.OpenEmergency(t.Context(), o.second, o.id))
	toTell := func() int {
		places, err := o.db.ToTell(t.Context(), o.supervisor, o.id)
		o.must(err)
		return len(places)
	}
	if n := toTell(); n != 0 {
		t.Errorf("%d are to be told while it is open", n)
	}
	if err := o.db.TellOpened(t.Context(), o.supervisor, o.id, o.households[0]); !errors.Is(err, register.ErrNoOpening) {
		t.Errorf("told while it is open: %v", err)
	}
	o.hours(5)
	for name, principal := range map[string]register.Principal{"sibling": o.sibling, "worker": o.worker, "analyst": {Account: o.officer.Account, Role: register.Analyst}} {
		if err := o.db.CloseEmergency(t.Context(), principal, o.id); !errors.Is(err, register.ErrNoOpening) {
			t.Errorf("%s closes: %v", name, err)
		}
	}
	o.must(o.db.CloseEmergency(t.Context(), o.supervisor, o.id))
	if len(o.listed(o.supervisor)) != 0 {
		t.Error("closed, and still seen")
	}
	if n := toTell(); n != 1 {
		t.Fatalf("%d are to be told", n)
	}
	if got, err := o.db.EmergencyOpenings(t.Context(), o.officer); err != nil || len(got) != 1 || got[0].ToTell != 0 {
		t.Errorf("the officer sees %+v, %v", got, err)
	}
	o.must(o.db.TellOpened(t.Context(), o.supervisor, o.id, o.households[0]))
	if n := toTell(); n != 0 {
		t.Errorf("%d are still to be told", n)
	}
}
