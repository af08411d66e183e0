package tiles_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/tiles/heat/keyarea"
)

// keyed is a press that published what was reported in February.
func keyed(t *testing.T) *press {
	t.Helper()
	p := newPress(t)
	p.hazards(60, date(2027, 2, 10))
	p.publish(date(2027, 3, 14))
	return p
}

func (p *press) keyAreas(account string, owed keyarea.Owed) tiles.KeyAreas {
	p.Helper()
	found, err := p.server.KeyAreas(p.Context(), p.As(account), uuid.Nil, owed)
	if err != nil {
		p.Fatalf("%s: %v", account, err)
	}
	return found
}

func TestKeyAreas_OfALeaderHaveTheWholeWork(t *testing.T) {
	t.Parallel()
	p := keyed(t)
	found := p.keyAreas(registertest.CountySupervisor, keyarea.ToVisit)
	if found.Beyond || found.Round != p.Round || len(found.Areas) < 2 {
		t.Fatalf("the leader sees %+v", found)
	}
	toVisit, finished, open := 0, 0, found.Elsewhere.Open
	for i, a := range found.Areas {
		toVisit, finished, open = toVisit+a.Work.ToVisit, finished+a.Work.Finished, open+a.Matters.Open
		if i > 0 && a.Work.ToVisit > found.Areas[i-1].Work.ToVisit {
			t.Errorf("%d to visit at rank %d, %d before it", a.Work.ToVisit, i+1, found.Areas[i-1].Work.ToVisit)
		}
	}
	if want := p.Count("SELECT count(*) FROM rounds.incidents WHERE state = 'open'"); open != want {
		t.Errorf("%d open matters, want %d", open, want)
	}
	// Groups of which no leaf lies in a bin are in none.
	most := p.Count("SELECT count(*) FROM rounds.households h JOIN rounds.round_areas a ON a.area_id = h.area_id AND a.round_id = $1", p.Round)
	if toVisit+finished == 0 || toVisit+finished > most {
		t.Errorf("%d households in bins, %d in the round", toVisit+finished, most)
	}
	p.follow(t)
	p.Visit(registertest.WestWorker, p.Household(p.Workers[0], p.Today, 0), "declined")
	for deadline := time.Now().Add(10 * time.Second); ; {
		after := 0
		for _, a := range p.keyAreas(registertest.CountySupervisor, keyarea.ToVisit).Areas {
			after += a.Work.ToVisit
		}
		if after == toVisit-1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d to visit after a visit, %d before", after, toVisit)
		}
	}
}

// Who holds less than a bin sees those of the area above, with what everybody may read:
// whatever happens outside of the own area changes no byte.
func TestKeyAreas_BeyondTheGrantArePublishedAlone(t *testing.T) {
	t.Parallel()
	p := keyed(t)
	// Dwellings of the East lie in every bin.
	p.Exec("SET session_replication_role = replica")
	p.Exec(`UPDATE rounds.dwelling_group_cells SET area_id = $1 WHERE (cell, area_id) IN (
		SELECT min(c.cell), c.area_id FROM rounds.dwelling_group_cells c JOIN rounds.bin_cells b ON b.cell = c.cell GROUP BY b.bin, c.area_id)`, p.Area("East"))
	p.Exec("SET session_replication_role = origin")
	beyond := 0
	for _, account := range []string{registertest.WestWorker, registertest.GridSupervisor, registertest.MiddleWorker} {
		for _, owed := range keyarea.AllOwed {
			before := p.keyAreas(account, owed)
			beyond += len(before.Areas)
			for _, a := range before.Areas {
				if a.Work != nil || a.Matters != nil || len(a.Areas) > 0 {
					t.Errorf("%s by %s sees live figures of a bin that is not held: %+v", account, owed, a)
				}
			}
			text := told(t, before)
			p.hazards(1, p.Today)
			if after := told(t, p.keyAreas(account, owed)); after != text {
				t.Errorf("%s by %s is told what happens elsewhere:\n%s\n%s", account, owed, text, after)
			}
		}
	}
	if beyond == 0 {
		t.Error("nobody holds less than a bin")
	}
}

func told(t *testing.T, found tiles.KeyAreas) string {
	t.Helper()
	found.Partition = nil
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestKeyAreas_OfACaseHandlerHaveMattersAndNoWork(t *testing.T) {
	t.Parallel()
	p := keyed(t)
	found := p.keyAreas(registertest.CountyHandler, keyarea.Open)
	if len(found.Areas) == 0 || found.Round != uuid.Nil {
		t.Fatalf("%+v", found)
	}
	for _, a := range found.Areas {
		if a.Work != nil || a.Matters == nil {
			t.Errorf("a case handler sees %+v", a)
		}
	}
	if past := p.keyAreas(registertest.PastSupervisor, keyarea.Open); len(past.Areas) != 0 {
		t.Errorf("whose grant has ended sees %d areas", len(past.Areas))
	}
	if _, err := p.server.KeyAreas(t.Context(), p.As(registertest.CountySupervisor), uuid.New(), keyarea.Open); !errors.Is(err, register.ErrNoRound) {
		t.Errorf("an unknown round: %v", err)
	}
}

// A matter is late when its case is, however its own day lies, and one without a place of
// an old ledger counts where its area lies.
func TestKeyAreas_CountLateCases(t *testing.T) {
	t.Parallel()
	p := keyed(t)
	late := func(account string) (sum int) {
		found := p.keyAreas(account, keyarea.Late)
		sum = found.Elsewhere.Late
		for _, a := range found.Areas {
			sum += a.Matters.Late
		}
		return sum - 60 // those that were published
	}
	west := p.ID("SELECT id FROM rounds.incidents WHERE state = 'open' AND due_on < $1", p.Today)
	steps := []struct {
		what, change string
		want         int
	}{
		{"as it was", "", 1},
		{"the case has more time", "UPDATE rounds.cases SET due_on = $2::date + 3 WHERE id = $1", 0},
		{"its last day has passed", "UPDATE rounds.cases SET due_on = $2::date - 1 WHERE id = $1", 1},
		{"the clock stands", "UPDATE rounds.cases SET stage = 'paused', paused_on = $2::date - 1 WHERE id = $1", 0},
		{"it goes on", "UPDATE rounds.cases SET stage = 'assigned', paused_on = NULL, due_on = $2::date - 1, unit_id = gen_random_uuid() WHERE id = $1", 1},
		{"it was settled", "UPDATE rounds.cases SET stage = 'settled', over_on = $2 WHERE id = $1", 0},
	}
	p.Exec("SET session_replication_role = replica") // stages without the steps that lead to them
	for _, step := range steps {
		if step.change != "" {
			p.Exec(step.change, west, p.Today)
		}
		for _, account := range []string{registertest.CountySupervisor, registertest.CountyAnalyst, registertest.CountyHandler} {
			if n := late(account); n != step.want {
				t.Errorf("%s: %s is told of %d late matters, want %d", step.what, account, n, step.want)
			}
		}
	}
	p.Exec(`INSERT INTO rounds.cases (id, series_id, year, number, ledger_number, area_id, matter, dispute, stage, opened_on, due_on, working, escalate_on)
		SELECT gen_random_uuid(), series_id, 2026, 1, 'L 1', $2, matter, false, 'received', $1::date - 9, $1::date - 2, false, $1 FROM rounds.cases WHERE id = $3`, p.Today, p.Grid, west)
	for account, want := range map[string]int{registertest.CountySupervisor: 1, registertest.CountyHandler: 1, registertest.CountyAnalyst: 0} {
		if n := late(account); n != want {
			t.Errorf("with a case of an old ledger %s is told of %d late matters, want %d", account, n, want)
		}
	}
}

func TestKeyAreas_BeforeAnythingIsPublished(t *testing.T) {
	t.Parallel()
	p := newPress(t)
	if found := p.keyAreas(registertest.CountySupervisor, keyarea.Late); found.Partition != nil || len(found.Areas) != 0 {
		t.Errorf("%+v", found)
	}
}
