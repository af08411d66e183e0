package register_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// disclosed is one of West that an officer of the county records.
func disclosed(town *registertest.Town) register.Disclosure {
	return register.Disclosure{
		ID: uuid.New(), Area: town.Area("West"), MadeOn: town.Today.AddDate(0, 0, -8),
		Recipient: "court", Basis: "court_order", Content: "addresses", Places: 9,
	}
}

func TestDisclosures_AreToldToEverybodyWithoutSayingWhomTheyWereAbout(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	officer := town.As(registertest.CountyDPO)
	few, many, old := disclosed(town), disclosed(town), disclosed(town)
	many.Places, many.Content = 10, "sums"
	old.MadeOn = town.Today.AddDate(-2, 0, -1)
	for _, one := range []register.Disclosure{few, many, old, few} {
		must(t, town.DB.RecordDisclosure(t.Context(), officer, one))
	}
	kept, err := town.DB.Disclosures(t.Context(), officer)
	must(t, err)
	if len(kept) != 3 || kept[2] != old {
		t.Errorf("the officer sees %+v", kept)
	}
	facts, err := town.DB.Public(t.Context(), town.Today)
	must(t, err)
	month := town.Today.AddDate(0, -1, 1-town.Today.Day())
	want := []register.PublicDisclosure{
		{Month: month, Recipient: "court", Basis: "court_order", Content: "addresses"},
		{Month: month, Recipient: "court", Basis: "court_order", Content: "sums", Places: 10},
	}
	if !slices.Equal(facts.Disclosures, want) {
		t.Errorf("everybody is told %+v, want %+v", facts.Disclosures, want)
	}
}

func TestDisclosures_AreRecordedOnceByTheOfficerOfTheArea(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	first := disclosed(town)
	for _, somebody := range []string{registertest.WestSupervisor, registertest.Administrator, registertest.CountyAnalyst} {
		if err := town.DB.RecordDisclosure(t.Context(), town.As(somebody), first); !errors.Is(err, register.ErrNoArea) {
			t.Errorf("%s records: %v", somebody, err)
		}
	}
	officer := town.As(registertest.CountyDPO)
	future := first
	future.MadeOn = town.Today.AddDate(0, 0, 1)
	if err := town.DB.RecordDisclosure(t.Context(), officer, future); !errors.Is(err, register.ErrFuture) {
		t.Errorf("of tomorrow: %v", err)
	}
	must(t, town.DB.RecordDisclosure(t.Context(), officer, first))
	first.Places = 1000
	if err := town.DB.RecordDisclosure(t.Context(), officer, first); !errors.Is(err, register.ErrIDTaken) {
		t.Errorf("something else under the same id: %v", err)
	}
}

func TestReceivers_EndByThemselvesAfter90Days(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	officer := town.As(registertest.CountyDPO)
	receiver := register.Receiver{
		ID: uuid.New(), Kind: "webhook", Host: "maps.example.org", Purpose: registertest.Purpose, Area: town.Area("West"), DailyRows: 500, EndsOn: town.Today.AddDate(0, 0, 91),
	}
	if err := town.DB.ApproveReceiver(t.Context(), officer, receiver); !errors.Is(err, register.ErrReceiverTerm) {
		t.Errorf("for 91 days: %v", err)
	}
	receiver.EndsOn = town.Today.AddDate(0, 0, 90)
	for _, host := range []string{"", "localhost", "https://maps.example.org", "Zhang San", "maps.example.org/zhang", "13800138000.example.org"} {
		wrong := receiver
		wrong.Host = host
		if err := town.DB.ApproveReceiver(t.Context(), officer, wrong); !errors.Is(err, register.ErrHost) {
			t.Errorf("%q: %v", host, err)
		}
	}
	if err := town.DB.ApproveReceiver(t.Context(), town.As(registertest.Administrator), receiver); !errors.Is(err, register.ErrNoArea) {
		t.Errorf("an administrator approves: %v", err)
	}
	must(t, town.DB.ApproveReceiver(t.Context(), officer, receiver))
	must(t, town.DB.ApproveReceiver(t.Context(), officer, receiver))
	named := func(days int) int {
		t.Helper()
		facts, err := town.DB.Public(t.Context(), town.Today.AddDate(0, 0, days))
		must(t, err)
		return len(facts.Receivers)
	}
	if named(0) != 1 || named(89) != 1 || named(90) != 0 {
		t.Errorf("everybody is told of %d, after 89 days of %d, after 90 of %d", named(0), named(89), named(90))
	}
	const move = "UPDATE rounds.grants SET area_id = $1 WHERE role = 'dpo'"
	town.Exec(move, town.Area("Middle"))
	for _, somebody := range []register.Principal{town.As(registertest.CountySupervisor), officer} {
		if err := town.DB.EndReceiver(t.Context(), somebody, receiver.ID); !errors.Is(err, register.ErrNoReceiver) {
			t.Errorf("%s, of another area, ends it: %v", somebody.Role, err)
		}
	}
	town.Exec(move, town.Area("County"))
	must(t, town.DB.EndReceiver(t.Context(), officer, receiver.ID))
	if named(0) != 0 {
		t.Error("it has ended and is named")
	}
	if err := town.DB.EndReceiver(t.Context(), officer, receiver.ID); !errors.Is(err, register.ErrNoReceiver) {
		t.Errorf("ended again: %v", err)
	}
}
