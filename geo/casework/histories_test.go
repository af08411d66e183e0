package casework_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// modelCase is a case as this test believes it to be.
type modelCase struct {
	stage            string
	unit             uuid.UUID
	joined           map[uuid.UUID]bool
	due, escalate    time.Time
	paused, over     time.Time
	warned, breached bool
	taken            []string
}

// historian is the office with who acts in it, and the plain model of one case.
type historian struct {
	*office
	*modelCase
	calendar calendar
	id       uuid.UUID
	moves    []casework.Move
}

// actors of the test, by what they are to the model.
var roles = []string{registertest.CountyHandler, mediatorWest, registertest.WestSupervisor}

func (h *historian) principal(name string) register.Principal {
	if name == mediatorWest {
		return h.mediator
	}
	return h.As(name)
}

// has says whether somebody is a member of a unit that has the case.
func (h *historian) has(name string) bool {
	units := map[string][]uuid.UUID{registertest.CountyHandler: {h.county}, mediatorWest: {h.west, h.roads}}[name]
	return slices.ContainsFunc(units, func(unit uuid.UUID) bool { return unit == h.unit || h.joined[unit] })
}

// line is the move that a command is for somebody, or the error that it is.
func (h *historian) line(name, command string) (to string, err error) {
	err = casework.ErrMove
	for _, move := range h.moves {
		if move.Command != command || move.From != h.stage {
			continue
		}
		err = casework.ErrActor
		for _, actor := range move.Actors {
			if actor == "supervisor" && name == registertest.WestSupervisor || actor == "handler" && name != registertest.WestSupervisor || actor == "member" && h.has(name) {
				return move.To, nil
			}
		}
	}
	return "", err
}

// expect changes the model as the command should change the case.
func (h *historian) expect(name string, command casework.Command) error {
	to, err := h.line(name, command.Name)
	if err != nil {
		return err
	}
	day := h.Today
	switch command.Name {
	case "assign", "hand_over":
		h.unit = command.Unit
		delete(h.joined, command.Unit)
	case "join":
		if command.Unit == h.unit {
			return casework.ErrNoUnit
		}
		h.joined[command.Unit] = true
	case "pause":
		h.paused = day
	case "resume":
		due := h.calendar.resumed(h.due, h.paused, day, true)
		h.escalate = h.calendar.resumed(h.escalate, h.paused, day, true)
		if due.After(h.due) {
			h.warned, h.breached = false, false
		}
		h.due, h.paused = due, time.Time{}
	case "escalate":
		if h.unit == h.county {
			return casework.ErrTop
		}
		h.raise(day)
	case "settle", "refuse":
		h.over = day
	case "close":
		if h.over.IsZero() {
			h.over = day
		}
	case "reopen":
		h.over, h.warned, h.breached = time.Time{}, false, false
		h.due = h.calendar.after(day, 14, true)
		h.escalate = h.due
	}
	h.stage = to
	h.taken = append(h.taken, command.Name)
	return nil
}

func (h *historian) raise(day time.Time) {
	h.joined[h.unit] = true
	delete(h.joined, h.county)
	h.unit = h.county
	h.escalate = h.calendar.after(day, 2, true)
	if h.escalate.Before(h.due) {
		h.escalate = h.due
	}
}

// tick is what the clock should do by now, one after the other.
func (h *historian) tick() {
	day := h.Today
	for {
		open := slices.Contains([]string{"received", "triaged", "assigned"}, h.stage)
		switch {
		case (h.stage == "settled" || h.stage == "refused") && h.over.AddDate(0, 0, 14).Before(day):
			h.stage = "closed"
			h.taken = append(h.taken, "close")
		case open && !h.warned && h.due.Before(day.AddDate(0, 0, 2)):
			h.warned = true
			h.taken = append(h.taken, "warn")
		case open && h.warned && !h.breached && h.due.Before(day):
			h.breached = true
			h.taken = append(h.taken, "breach")
		case open && h.breached && h.unit != h.county && h.escalate.Before(day):
			h.raise(day)
			h.taken = append(h.taken, "escalate")
		default:
			return
		}
	}
}

// agrees compares the case with the model.
func (h *historian) agrees(t *rapid.T) {
	file, err := h.Case(h.Context(), h.As(registertest.CountyHandler), h.id)
	if err != nil {
		t.Fatal(err)
	}
	var joined []uuid.UUID
	for _, unit := range file.Joined {
		joined = append(joined, unit.ID)
	}
	same := file.Stage == h.stage && file.DueOn.Equal(h.due) && *file.Unit == h.unit && len(joined) == len(h.joined) &&
		!slices.ContainsFunc(joined, func(id uuid.UUID) bool { return !h.joined[id] }) &&
		(file.OverOn == nil) == h.over.IsZero() && (file.PausedOn == nil) == h.paused.IsZero()
	if got := h.office.commands(h.id); !same || !slices.Equal(got, h.taken) {
		t.Fatalf("on %v the case is %+v after %v;\nthe model %+v", h.Today, file.Case, got, h.modelCase)
	}
	if n := h.Count(`SELECT count(*) FROM rounds.case_steps s JOIN rounds.case_steps b ON b.case_id = s.case_id AND b.seq = s.seq - 1
		WHERE s.case_id = $1 AND b.to_stage <> s.from_stage`, h.id); n != 0 {
		t.Fatalf("%d steps begin elsewhere than the one before ended", n)
	}
	if n := h.Count("SELECT count(*) FROM rounds.incidents WHERE id = $1 AND (state = 'open') = $2 AND due_on = $3", h.id, h.over.IsZero(), h.due); n != 1 {
		t.Fatal("the incident is not as its case")
	}
}

// Whatever several people and the clock do in whatever order, a case is where the model
// is: no illegal stage, no step lost or taken twice, the same days.
func TestCase_EqualsTheModelInRandomHistories(t *testing.T) {
	t.Parallel()
	o := open(t)
	moves, err := o.Moves(t.Context())
	must(t, err)
	holidays := calendar{}
	for _, text := range []string{"2027-03-19", "2027-03-29", "2027-04-05", "2027-05-03"} {
		day, err := time.Parse(time.DateOnly, text)
		must(t, err)
		holidays[day] = true
		o.Exec("INSERT INTO rounds.holidays SELECT id, $1 FROM rounds.areas WHERE name = 'West'", day)
	}
	o.Exec("DELETE FROM rounds.incidents")
	begin := o.Today
	commands := []string{"triage", "assign", "assign", "hand_over", "note", "pause", "resume", "resume", "join", "escalate", "settle", "refuse", "close", "reopen", "reopen"}
	rapid.Check(t, func(rt *rapid.T) {
		o.on(begin)
		due := holidays.after(begin, 14, true)
		h := &historian{office: o, calendar: holidays, id: o.report("damaged_stairs"), moves: moves, modelCase: &modelCase{
			stage: "received", unit: o.west, joined: map[uuid.UUID]bool{}, due: due, escalate: due, taken: []string{"open"}}}
		defer o.Exec("DELETE FROM rounds.incidents WHERE id = $1", h.id)
		for range rapid.IntRange(4, 14).Draw(rt, "steps") {
			if rapid.IntRange(0, 3).Draw(rt, "what") == 0 {
				o.on(o.Today.AddDate(0, 0, rapid.IntRange(0, 12).Draw(rt, "days")))
				h.tick()
				if _, err := o.RunClocks(t.Context()); err != nil {
					rt.Fatal(err)
				}
				h.agrees(rt)
				continue
			}
			who := rapid.SampledFrom(roles).Draw(rt, "who")
			command := casework.Command{ID: uuid.New(), Case: h.id, Name: rapid.SampledFrom(commands).Draw(rt, "command")}
			switch command.Name {
			case "assign", "hand_over", "join":
				command.Unit = rapid.SampledFrom([]uuid.UUID{o.county, o.west, o.roads}).Draw(rt, "unit")
			case "pause":
				command.Reason = "weather"
			case "refuse":
				command.Reason = "not_found"
			case "settle":
				command.Outcome = "done"
			case "close":
				if h.stage == "assigned" {
					command.Outcome = "not_needed"
				}
			case "note":
				command.Text = "Looked at"
			}
			want := h.expect(who, command)
			_, added, err := o.Do(t.Context(), h.principal(who), command)
			if !errors.Is(err, want) || added != (want == nil) {
				rt.Fatalf("%s by %s in %s: %v, want %v", command.Name, who, h.stage, err, want)
			}
			if want == nil && rapid.Bool().Draw(rt, "again") {
				if _, added, err := o.Do(t.Context(), h.principal(who), command); err != nil || added {
					rt.Fatalf("again: added %v, %v", added, err)
				}
			}
			h.agrees(rt)
		}
	})
}
