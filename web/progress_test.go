package web

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// What the map has counted is what the database would count, before and after a visit and
// once the round is closed.
func TestProgress_OfTheMapIsThatOfTheDatabase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	leader := w.caller(registertest.CountySupervisor)
	w.Visit(registertest.WestWorker, w.Household(w.Workers[0], w.Today.AddDate(0, 0, -1), 0), "done")
	told := func() string {
		return string(leader.do("GET", "/api/v1/rounds/"+w.Round.String()+"/progress?limit=500", nil).want(http.StatusOK).body) +
			string(leader.do("GET", "/api/v1/rounds", nil).want(http.StatusOK).body)
	}
	// counted asks the one, then the other.
	counted := func() (onMap, database string) {
		onMap = told()
		w.server.Planner.Counted = nil
		database = told()
		w.server.Planner.Counted = w.server.counted
		return onMap, database
	}
	ctx, stop := context.WithCancel(t.Context())
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		w.server.Tiles.Run(ctx)
	}()
	defer func() { stop(); <-followed }()
	deadline := time.Now().Add(time.Minute)
	for known := false; !known; {
		if _, known = w.server.counted(t.Context(), w.Round); !known && time.Now().After(deadline) {
			t.Fatal("nobody follows what happens")
		}
	}
	if of, known := w.server.counted(t.Context(), uuid.New()); known {
		t.Errorf("a round that is none has %v", of)
	}
	before, want := counted()
	if before != want {
		t.Errorf("the map counts\n%s\nand the database\n%s", before, want)
	}
	w.Visit(registertest.WestWorker, w.Household(w.Workers[0], w.Today, 5), "done")
	for now := before; now == before; now = told() {
		if time.Now().After(deadline) {
			t.Fatal("a visit is not counted")
		}
	}
	if now, want := counted(); now != want {
		t.Errorf("after a visit the map counts\n%s\nand the database\n%s", now, want)
	}
	w.Exec("UPDATE rounds.rounds SET closed_at = now()")
	var rounds struct {
		Items []struct{ Households, Finished, Late int }
	}
	leader.do("GET", "/api/v1/rounds", nil).to(&rounds)
	households := w.Count("SELECT count(*) FROM rounds.households h JOIN rounds.round_areas a ON a.area_id = h.area_id AND a.round_id = $1", w.Round)
	if r := rounds.Items[0]; r.Households != households || r.Finished != households || r.Late != 0 {
		t.Errorf("the closed round has %+v, want all of %d", r, households)
	}
	var grids struct {
		Items []struct{ Households, Finished int }
	}
	leader.do("GET", "/api/v1/rounds/"+w.Round.String()+"/progress?limit=500", nil).to(&grids)
	sum := 0
	for _, grid := range grids.Items {
		if sum += grid.Finished; grid.Finished != grid.Households {
			t.Errorf("a grid of a closed round has %+v", grid)
		}
	}
	if sum != households {
		t.Errorf("the grids of the closed round have %d households, want %d", sum, households)
	}
}
