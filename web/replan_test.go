package web

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// A worker is away, and the next plan is told apart from the one that is walked:
// household by household, done ones as they are.
func TestChanges_TellWhatAPlanDoesToThePublishedOne(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	supervisor := w.caller(registertest.CountySupervisor)
	var c changesBody
	d.holds("GET /api/v1/plans/{id}/changes", supervisor.do("GET", "/api/v1/plans/"+w.Plan.String()+"/changes", nil)).to(&c)
	if c.Against == nil || *c.Against != w.Plan || c.Kept != 240 || c.OtherDay+c.OtherWorker+c.Added+c.LeftOut+c.Late+c.Done != 0 || len(c.Workers) != 2 {
		t.Errorf("against itself: %+v", c)
	}

	// The other plan gives the second of today's households of the first worker to the
	// other one, has the third tomorrow, leaves the fourth out, and no longer has the
	// first, which is done. One of yesterday's comes tomorrow.
	w.Visit(registertest.WestWorker, w.Household(w.Workers[0], w.Today, 0), "done")
	other := w.ID(`INSERT INTO rounds.plans (id, round_id, version, state, seed) VALUES (gen_random_uuid(), $1, 2, 'proposed', 1) RETURNING id`, w.Round)
	w.Exec(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
		SELECT md5($1::uuid::text || id)::uuid, $1, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line
		FROM rounds.routes WHERE plan_id = $2`, other, w.Plan)
	w.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
		SELECT md5($1::uuid::text || route_id)::uuid, $1, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m
		FROM rounds.stops WHERE plan_id = $2`, other, w.Plan)
	move := func(household uuid.UUID, worker int, days int) {
		w.Exec(`UPDATE rounds.stops SET seq = 900 + seq, route_id = (SELECT id FROM rounds.routes WHERE plan_id = $1 AND worker_id = $3 AND day = $4::date)
			WHERE plan_id = $1 AND household_id = $2`, other, household, w.Workers[worker], w.Today.AddDate(0, 0, days))
	}
	household := func(day, n int) uuid.UUID { return w.Household(w.Workers[0], w.Today.AddDate(0, 0, day), n) }
	w.Exec(`DELETE FROM rounds.stops WHERE plan_id = $1 AND household_id IN ($2, $3)`, other, household(0, 0), household(0, 3))
	// The fourth was given to the other worker by hand, in whose days there is no room.
	w.Exec("INSERT INTO rounds.bookings (round_id, household_id, area_id, worker_id) SELECT $1, id, area_id, $3 FROM rounds.households WHERE id = $2", w.Round, household(0, 3), w.Workers[1])
	w.Exec("INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason) SELECT $1, id, area_id, 'beyond_horizon' FROM rounds.households WHERE id = $2", other, household(0, 3))
	lastOfOther := -4 // the second worker's days are over before today
	move(household(0, 1), 1, lastOfOther)
	move(household(0, 2), 0, -1)
	move(household(-2, 0), 0, 0)

	d.holds("GET /api/v1/plans/{id}/changes", supervisor.do("GET", "/api/v1/plans/"+other.String()+"/changes", nil)).to(&c)
	if c.Done != 1 || c.Kept != 235 || c.OtherDay != 2 || c.OtherWorker != 1 || c.Late != 1 || c.Added != 0 || c.LeftOut != 1 {
		t.Errorf("%+v", c)
	}
	if a, b := c.Workers[0], c.Workers[1]; a.In != 0 || a.Out != 2 || b.In != 1 || b.Out != 0 || a.Before-a.After != 2 || b.After-b.Before != 1 {
		t.Errorf("%+v", c.Workers)
	}
	if len(c.NoRoom) != 1 || c.NoRoom[0].Worker != w.Workers[1] || c.NoRoom[0].Stops != 1 {
		t.Errorf("%+v have no room for one", c.NoRoom)
	}
}

func TestDayOff_IsSetByWhoHoldsTheWorkersArea(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	west, worker := w.caller(registertest.WestSupervisor), w.caller(registertest.WestWorker)
	path := func(n int) string { return "/api/v1/workers/" + w.Workers[n].String() + "/days-off" }
	away := map[string]any{"day": date(w.Today), "off": true}
	for range 2 {
		d.holds("PUT /api/v1/workers/{id}/days-off", west.do("PUT", path(0), away))
	}
	count := func(n int) int {
		return w.Count("SELECT count(*) FROM rounds.worker_days_off WHERE worker_id = $1 AND day = $2", w.Workers[n], w.Today)
	}
	if n := count(0); n != 1 {
		t.Errorf("%d days off", n)
	}
	west.do("PUT", path(1), away).problem(http.StatusNotFound, "no_such_worker", "")
	worker.do("PUT", path(0), away).problem(http.StatusForbidden, "role", "")
	west.do("PUT", path(0), map[string]any{"day": "today", "off": true}).problem(http.StatusUnprocessableEntity, "invalid", "day")
	d.holds("PUT /api/v1/workers/{id}/days-off", west.do("PUT", path(0), map[string]any{"day": date(w.Today), "off": false}))
	if count(0) != 0 || count(1) != 0 {
		t.Error("a day off is there that is none")
	}
}
