package casework_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// Several people at once: each step that was acknowledged is in the ledger, and no other.
func TestCase_LosesNoStepOfSeveralAtOnce(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.report("road_damage")
	o.did(o.mediator, id, casework.Command{Name: "assign", Unit: o.west})
	second := o.hire("second", register.CaseHandler, "West")
	o.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", o.west, second.Account)
	var together sync.WaitGroup
	taken := make(chan uuid.UUID, 100)
	for n, names := range [][]string{{"note", "pause", "note", "resume"}, {"resume", "pause", "note"}, {"note", "hand_over", "pause"}, {"resume", "note", "resume"}} {
		who := []register.Principal{o.mediator, second}[n%2]
		together.Go(func() {
			for _, name := range names {
				command := casework.Command{ID: uuid.New(), Case: id, Name: name}
				switch name {
				case "note":
					command.Text = "Looked at"
				case "pause":
					command.Reason = "weather"
				case "hand_over":
					command.Unit = o.west
				}
				_, added, err := o.Do(t.Context(), who, command)
				switch {
				case added && err == nil:
					taken <- command.ID
				case !errors.Is(err, casework.ErrMove):
					t.Errorf("%s: added %v, %v", name, added, err)
				}
			}
		})
	}
	together.Wait()
	close(taken)
	steps := 2 // opened and assigned
	for step := range taken {
		steps++
		if n := o.Count("SELECT count(*) FROM rounds.case_steps WHERE id = $1", step); n != 1 {
			t.Errorf("a step is there %d times", n)
		}
	}
	if n := o.Count("SELECT count(*) FROM rounds.case_steps WHERE case_id = $1", id); n != steps {
		t.Errorf("%d steps, %d were acknowledged", n, steps)
	}
	// Whoever names the version that they saw decides about nothing that has changed.
	if _, err := o.do(o.mediator, id, casework.Command{Name: "note", Text: "Looked at", Seen: 1}); !errors.Is(err, casework.ErrChanged) {
		t.Errorf("decided about an older version: %v", err)
	}
}

// The ledger stays as it is, for the owner of the database too.
func TestSteps_AreAppendedAlone(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.report("road_damage")
	for _, statement := range []string{
		"UPDATE rounds.case_steps SET at = at - interval '1 day' WHERE case_id = $1",
		"UPDATE rounds.case_steps SET text = NULL WHERE case_id = $1",
		"DELETE FROM rounds.case_steps WHERE case_id = $1",
		"UPDATE rounds.cases SET stage = 'closed', over_on = due_on WHERE id = $1",
		`INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, due_on)
			SELECT id, 2, gen_random_uuid(), 'close', 'received', 'closed', 'clock', due_on FROM rounds.cases WHERE id = $1`,
		`INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, due_on)
			SELECT id, 3, gen_random_uuid(), 'warn', 'received', 'received', 'clock', due_on FROM rounds.cases WHERE id = $1`,
	} {
		if _, err := o.Owner.Exec(t.Context(), statement, id); err == nil {
			t.Errorf("the database lets %s", statement)
		}
	}
	o.Exec("DELETE FROM rounds.incidents WHERE id = $1", id)
	if n := o.Count("SELECT count(*) FROM rounds.case_steps WHERE case_id = $1", id); n != 0 {
		t.Errorf("%d steps outlive their case", n)
	}
}

// Of a dispute coordinators learn number, stage, unit and days, and there is no text to
// leak; the text of another case is for the units that have it.
func TestDispute_ShowsNumberStageUnitAndDaysAlone(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.Dispute(0, "noise", false)
	for _, who := range []register.Principal{o.As(registertest.WestSupervisor), o.As(registertest.CountyHandler)} {
		file, err := o.Case(t.Context(), who, id)
		must(t, err)
		if !file.Dispute || file.Matter != "" || file.AreaName != "" || file.UnitName != "West Office" || file.Stage != "received" {
			t.Errorf("%s sees %+v", who.Role, file.Case)
		}
	}
	if _, err := o.Case(t.Context(), o.As(registertest.WestWorker), id); !errors.Is(err, casework.ErrNoCase) {
		t.Errorf("a worker reads the case of a dispute: %v", err)
	}
	o.did(o.mediator, id, casework.Command{Name: "assign", Unit: o.west})
	if _, err := o.do(o.mediator, id, casework.Command{Name: "note", Text: "They spoke"}); !errors.Is(err, casework.ErrDisputeText) {
		t.Errorf("a text about a dispute: %v", err)
	}
	if _, err := o.do(o.mediator, id, casework.Command{Name: "note", Text: "Call 612 345 678"}); !errors.Is(err, register.ErrTextPerson) {
		t.Errorf("a telephone number: %v", err)
	}
	// Why it waits and how it ended is for who mediates.
	must(t, o.name(o.As(registertest.WestSupervisor), id, o.mediator, uuid.Nil))
	o.did(o.mediator, id, casework.Command{Name: "pause", Reason: "other_body"})
	o.did(o.mediator, id, casework.Command{Name: "resume"})
	o.did(o.mediator, id, casework.Command{Name: "settle", Outcome: "no_agreement"})
	for who, want := range map[register.Principal][3]string{
		o.mediator: {"no_agreement", "other_body", "no_agreement"}, o.As(registertest.WestSupervisor): {}, o.As(registertest.CountyHandler): {}} {
		file, err := o.Case(t.Context(), who, id)
		must(t, err)
		if got := [3]string{file.Outcome, file.Log[2].PauseReason, file.Log[4].Outcome}; got != want {
			t.Errorf("%s sees %v", who.Role, got)
		}
		over, err := o.Cases(t.Context(), who, casework.Filter{Over: true, Limit: 10})
		must(t, err)
		if len(over) != 1 || over[0].Outcome != want[0] {
			t.Errorf("%s lists %+v", who.Role, over)
		}
	}
	hazard := o.report("road_damage")
	o.did(o.mediator, hazard, casework.Command{Name: "note", Text: "Asphalt ordered"})
	file, err := o.Case(t.Context(), o.As(registertest.CountyHandler), hazard)
	must(t, err)
	if file.Log[1].Text != "" || file.Member {
		t.Errorf("somebody of another unit reads %q", file.Log[1].Text)
	}
	err = o.DB.As(t.Context(), o.mediator, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "SELECT text FROM rounds.case_steps")
		return err
	})
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "42501" {
		t.Errorf("the column of texts is read: %v", err)
	}
}

// A case always has somebody on duty, whatever the rota, leave, grants and accounts are.
func TestDuty_IsNeverNobodys(t *testing.T) {
	t.Parallel()
	o := open(t)
	second := o.hire("second", register.CaseHandler, "West")
	o.Exec("INSERT INTO rounds.unit_members VALUES ($1, $2)", o.west, second.Account)
	people := []uuid.UUID{o.mediator.Account, second.Account, o.As(registertest.CountyHandler).Account}
	rapid.Check(t, func(rt *rapid.T) {
		o.Exec("DELETE FROM rounds.duty_shifts")
		o.Exec("DELETE FROM rounds.staff_leave")
		o.Exec("UPDATE rounds.accounts SET disabled_at = NULL")
		day := rapid.IntRange(0, 6)
		away, off := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
		for _, person := range people {
			if rapid.Bool().Draw(rt, "away") {
				away[person] = true
				o.Exec("INSERT INTO rounds.staff_leave VALUES ($1, $2::date, $2::date + 2)", person, o.Today)
			}
			if person != people[2] && rapid.IntRange(0, 3).Draw(rt, "off") == 0 {
				off[person] = true
				o.Exec("UPDATE rounds.accounts SET disabled_at = now() WHERE id = $1", person)
			}
		}
		// Shifts are handed over from one to another, in any order.
		rota := map[int]uuid.UUID{}
		for range rapid.IntRange(0, 5).Draw(rt, "shifts") {
			first := day.Draw(rt, "first")
			last := rapid.IntRange(first, 7).Draw(rt, "last")
			who := rapid.SampledFrom(people[:2]).Draw(rt, "who")
			if err := o.SetDuty(t.Context(), o.As(registertest.WestSupervisor), o.west, who, o.Today.AddDate(0, 0, first), o.Today.AddDate(0, 0, last)); err != nil {
				rt.Fatal(err)
			}
			for d := first; d <= last; d++ {
				rota[d] = who
			}
		}
		for d := range 8 {
			there := func(person uuid.UUID) bool { return person != uuid.Nil && !off[person] && !(away[person] && d <= 2) }
			want := people[2] // of the county, always
			switch {
			case there(rota[d]):
				want = rota[d]
			case there(people[0]):
				want = people[0] // leads West
			}
			if got := o.ID("SELECT rounds.on_duty($1, $2)", o.west, o.Today.AddDate(0, 0, d)); got != want {
				rt.Fatalf("on day %d of rota %v, away %v, off %v: %v, want %v", d, rota, away, off, got, want)
			}
		}
	})
}

// What somebody took back has no code any more, and does not go on.
func TestReopen_IsNotForADisputeThatWasTakenBack(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.Dispute(0, "noise", true)
	o.Exec("SELECT rounds.end_incident($1, $2)", id, o.Today)
	o.Exec("UPDATE rounds.incidents SET receipt_hmac = NULL WHERE id = $1", id)
	if _, err := o.do(o.As(registertest.CountySupervisor), id, casework.Command{Name: "reopen"}); !errors.Is(err, casework.ErrMove) {
		t.Errorf("reopened: %v", err)
	}
}

// All disputes have one unit and as many days: they are told, and what it is about is not.
func TestDispute_IsToldByNeitherUnitNorDays(t *testing.T) {
	t.Parallel()
	o := open(t)
	days := 3
	working := true
	err := o.SetRule(t.Context(), o.As(registertest.WestSupervisor), casework.Rule{Area: o.Area("West"), Matter: "noise", Unit: &o.roads, DueDays: &days, Working: &working})
	if !errors.Is(err, register.ErrDisputesAlike) {
		t.Errorf("a rule for one kind of dispute: %v", err)
	}
}

// A case that nobody has goes to the first unit that is founded around it, when it is late.
func TestCase_OfNobodyGoesToTheFirstUnit(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	o := &office{Town: town, Office: casework.New(town.DB)}
	id := o.report("damaged_stairs")
	o.on(o.Today.AddDate(0, 1, 0))
	_, err := o.RunClocks(t.Context())
	must(t, err)
	if got := o.commands(id); !slices.Equal(got, []string{"open", "warn", "breach"}) {
		t.Fatalf("without a unit %v", got)
	}
	county := uuid.New()
	o.Exec("INSERT INTO rounds.units (id, area_id, level, branch, name, lead_id) VALUES ($1, $2, 'county', 'one_stop_office', 'Office', $3)",
		county, o.Area("County"), o.As(registertest.CountyHandler).Account)
	_, err = o.RunClocks(t.Context())
	must(t, err)
	file, err := o.Case(t.Context(), o.As(registertest.CountyHandler), id)
	must(t, err)
	if got := o.commands(id); !slices.Equal(got, []string{"open", "warn", "breach", "escalate"}) || file.Unit == nil || *file.Unit != county {
		t.Errorf("%v, with %v", got, file.Unit)
	}
}

// An answer that fewer than ten people gave is told to nobody.
func TestSatisfaction_WithholdsAnswersOfFew(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.Exec(`INSERT INTO rounds.satisfaction (unit_id, quarter, question, answer, people)
		VALUES ($1, '2026-10-01', 'heard', 'yes', 12), ($1, '2026-10-01', 'heard', 'no', 1), ($1, '2026-10-01', 'settled', 'yes', 9), ($1, '2027-01-01', 'heard', 'yes', 20)`, o.west)
	sums, err := o.DB.SatisfactionSums(t.Context(), o.As(registertest.WestSupervisor))
	must(t, err)
	if len(sums) != 1 || sums[0].People != 12 || sums[0].Answer != "yes" || sums[0].Question != "heard" {
		t.Errorf("sums %+v", sums)
	}
}
