package register_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

func (v *visiting) notes(principal register.Principal) (notes []string) {
	v.Helper()
	found, err := v.db.DoorNotes(v.Context(), principal, v.households)
	v.must(err)
	for _, note := range found {
		notes = append(notes, note.Note)
	}
	return notes
}

func TestDoorNotes_AreForWhoVisitsWithinSevenDays(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	note := register.DoorNote{Household: v.households[0], Note: "loose_dog", SeenOn: day}
	everybody := v.everybody()
	everybody["handler"], everybody["operator"], everybody["tiles"] = v.handler, register.Service("operator"), register.Service("tiles")
	for name, principal := range everybody {
		err := v.db.NoteDoor(t.Context(), principal, note, true)
		if name == "worker" && err != nil || name != "worker" && !errors.Is(err, register.ErrNotAssigned) {
			t.Errorf("%s notes: %v", name, err)
		}
	}
	v.must(v.db.NoteDoor(t.Context(), v.worker, note, true))
	v.must(v.db.NoteDoor(t.Context(), v.worker, register.DoorNote{Household: v.households[0], Note: "ring_long", SeenOn: day}, true))
	for days, sees := range map[int]bool{-8: false, -7: true, 0: true, 7: true, 8: false} {
		v.at(days)
		for name, principal := range everybody {
			want := []string(nil)
			if sees && name == "worker" {
				want = []string{"loose_dog", "ring_long"}
			}
			if got := v.notes(principal); !slices.Equal(got, want) {
				t.Errorf("%d days from the visit %s sees %v", days, name, got)
			}
		}
	}
	v.at(0)
	for name, wrong := range map[string]register.DoorNote{
		"of tomorrow":     {Household: v.households[0], Note: "loose_dog", SeenOn: day.AddDate(0, 0, 1)},
		"of last month":   {Household: v.households[0], Note: "loose_dog", SeenOn: day.AddDate(0, 0, -15)},
		"at another door": {Household: v.households[2], Note: "loose_dog", SeenOn: day},
	} {
		if err := v.db.NoteDoor(t.Context(), v.worker, wrong, true); !errors.Is(err, register.ErrNotAssigned) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v.must(v.db.NoteDoor(t.Context(), v.worker, note, false))
	if got := v.notes(v.worker); !slices.Equal(got, []string{"ring_long"}) {
		t.Errorf("without the dog: %v", got)
	}
	for _, statement := range []string{"INSERT INTO rounds.door_notes VALUES (gen_random_uuid(), 'loose_dog', now())", "UPDATE rounds.door_notes SET seen_on = now()", "DELETE FROM rounds.door_notes"} {
		if _, err := v.as(v.worker, statement); constraint(err) != "privilege" {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

func TestDoorNotes_AreOverAfterSixMonthsUnlessSeenAgain(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	for _, note := range []string{"loose_dog", "side_door"} {
		v.must(v.db.NoteDoor(t.Context(), v.worker, register.DoorNote{Household: v.households[0], Note: note, SeenOn: day.AddDate(0, 0, -3)}, true))
	}
	v.must(v.db.NoteDoor(t.Context(), v.worker, register.DoorNote{Household: v.households[0], Note: "loose_dog", SeenOn: day}, true))
	// An older sight that a phone delivers late changes nothing.
	v.must(v.db.NoteDoor(t.Context(), v.worker, register.DoorNote{Household: v.households[0], Note: "loose_dog", SeenOn: day.AddDate(0, 0, -2)}, false))
	// One that is over is not shown, swept or not.
	_, err := v.owner.Exec(t.Context(), "INSERT INTO rounds.door_notes VALUES ($1, 'locked_gate', $2)", v.households[0], day.AddDate(0, -6, -1))
	v.must(err)
	if got := v.notes(v.worker); !slices.Equal(got, []string{"loose_dog", "side_door"}) {
		t.Errorf("the worker sees %v", got)
	}
}

func TestPairs_TakeTwoSupervisorsAndEndAfterNinetyDays(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	second := v.account("second", register.Supervisor, &v.west)
	household := v.households[0]
	everybody := v.everybody()
	everybody["handler"] = v.handler
	for name, principal := range everybody {
		err := v.db.ProposePair(t.Context(), principal, household)
		if name == "supervisor" && err != nil || name != "supervisor" && !errors.Is(err, register.ErrNoHousehold) {
			t.Errorf("%s proposes: %v", name, err)
		}
		if name != "supervisor" {
			if err := v.db.ConfirmPair(t.Context(), principal, household); !errors.Is(err, register.ErrNoProposal) {
				t.Errorf("%s confirms: %v", name, err)
			}
		}
	}
	v.must(v.db.ProposePair(t.Context(), v.supervisor, household))
	inPairs := func(principal register.Principal) []uuid.UUID {
		pairs, err := v.db.InPairs(t.Context(), principal, v.households)
		v.must(err)
		return pairs
	}
	if got := inPairs(v.worker); len(got) != 0 {
		t.Errorf("the worker sees a proposal: %v", got)
	}
	if err := v.db.ConfirmPair(t.Context(), v.supervisor, household); !errors.Is(err, register.ErrSamePerson) {
		t.Errorf("who proposed confirms: %v", err)
	}
	for principal, own := range map[register.Principal]bool{v.supervisor: true, second: false} {
		if got, err := v.db.PairProposals(t.Context(), principal); err != nil || len(got) != 1 || got[0].Own != own || got[0].Household != household || got[0].Address.Street == "" {
			t.Errorf("a supervisor sees %+v, %v", got, err)
		}
	}
	if got, err := v.db.PairProposals(t.Context(), v.sibling); err != nil || len(got) != 0 {
		t.Errorf("a supervisor elsewhere sees %+v, %v", got, err)
	}
	v.must(v.db.ConfirmPair(t.Context(), second, household))
	if got := inPairs(v.worker); !slices.Equal(got, []uuid.UUID{household}) {
		t.Errorf("the worker sees %v", got)
	}
	// What holds is in no list.
	for name, principal := range everybody {
		if n, err := v.as(principal, "SELECT 1 FROM rounds.pair_visits"); err != nil || n != map[bool]int{true: 1}[name == "worker"] {
			t.Errorf("%s sees %d, %v", name, n, err)
		}
	}
	if n := v.count("SELECT ends_on - '2027-03-01' FROM rounds.pair_visits"); n != 90 {
		t.Errorf("it ends after %d days", n)
	}
	if _, err := v.owner.Exec(t.Context(), "UPDATE rounds.pair_visits SET ends_on = ends_on + 15"); constraint(err) != "pair_visits_ninety_days" {
		t.Errorf("made longer: %v", err)
	}
	_, err := v.owner.Exec(t.Context(), "DELETE FROM rounds.pair_visits")
	v.must(err)
	// A proposal that nobody confirms waits for two weeks.
	v.must(v.db.ProposePair(t.Context(), v.supervisor, household))
	v.at(15)
	if err := v.db.ConfirmPair(t.Context(), second, household); !errors.Is(err, register.ErrNoProposal) {
		t.Errorf("confirmed after 15 days: %v", err)
	}
	v.must(v.db.ProposePair(t.Context(), second, household))
	v.must(v.db.ConfirmPair(t.Context(), v.supervisor, household))
	v.must(v.db.EndPair(t.Context(), second, household))
	v.must(v.db.EndPair(t.Context(), second, household))
	if n := v.count("SELECT count(*) FROM rounds.pair_visits"); n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestDoors_LeaveWithThePlace(t *testing.T) {
	t.Parallel()
	v := visitingToday(t)
	v.must(v.db.NoteDoor(t.Context(), v.worker, register.DoorNote{Household: v.households[0], Note: "loose_dog", SeenOn: day}, true))
	v.must(v.db.ProposePair(t.Context(), v.supervisor, v.households[0]))
	v.must(v.db.Refuse(t.Context(), v.supervisor, v.keys, v.households[0]))
	if n := v.count("SELECT (SELECT count(*) FROM rounds.door_notes) + (SELECT count(*) FROM rounds.pair_visits)"); n != 0 {
		t.Error(fmt.Sprint(n, " rows outlive the place"))
	}
}
