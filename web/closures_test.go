package web

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

func TestClosures_AreOfTheOwnAreas(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	west := w.caller(registertest.WestSupervisor)
	body := func(lon float64) map[string]any {
		return map[string]any{"lon": lon, "lat": 42.045, "starts_on": date(w.Today), "ends_on": date(w.Today.AddDate(0, 0, 3))}
	}
	id := uuid.New()
	for range 2 {
		var made closureBody
		d.holds("PUT /api/v1/closures/{id}", west.do("PUT", "/api/v1/closures/"+id.String(), body(1.03))).to(&made)
		if made.ID != id || made.Line != nil { // the town of tests has no streets
			t.Errorf("%+v", made)
		}
	}
	listed := func(account string) int {
		var list struct{ Items []closureBody }
		d.holds("GET /api/v1/closures", w.caller(account).do("GET", "/api/v1/closures", nil)).to(&list)
		return len(list.Items)
	}
	if a, b := listed(registertest.WestSupervisor), listed(registertest.CountySupervisor); a != 1 || b != 1 {
		t.Errorf("%d and %d closures", a, b)
	}
	west.do("PUT", "/api/v1/closures/"+uuid.NewString(), body(50)).problem(http.StatusUnprocessableEntity, "outside", "lon")
	backwards := body(1.03)
	backwards["ends_on"] = date(w.Today.AddDate(0, 0, -1))
	west.do("PUT", "/api/v1/closures/"+uuid.NewString(), backwards).problem(http.StatusUnprocessableEntity, "closure_days", "ends_on")
	w.caller(registertest.WestWorker).do("DELETE", "/api/v1/closures/"+id.String(), nil).problem(http.StatusForbidden, "role", "")
	west.do("DELETE", "/api/v1/closures/"+id.String(), nil).want(http.StatusNoContent)
	west.do("DELETE", "/api/v1/closures/"+id.String(), nil).problem(http.StatusNotFound, "no_closure", "")
}

func TestDayOff_MayBeAPartOfTheDay(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	west := w.caller(registertest.WestSupervisor)
	path := "/api/v1/workers/" + w.Workers[0].String() + "/days-off"
	late := map[string]any{"day": date(w.Today), "off": true, "opens": "10:30", "closes": "14:00"}
	d.holds("PUT /api/v1/workers/{id}/days-off", west.do("PUT", path, late))
	if n := w.Count("SELECT count(*) FROM rounds.worker_days_off WHERE opens = '10:30' AND closes = '14:00'"); n != 1 {
		t.Errorf("%d days with other hours", n)
	}
	late["closes"] = "10:30"
	west.do("PUT", path, late).problem(http.StatusUnprocessableEntity, "hours", "closes")
}

// placeOf is where a household is, as a place that is asked about.
func (w *world) placeOf(household uuid.UUID) map[string]float64 {
	w.Helper()
	var lon, lat float64
	w.must(w.Owner.QueryRow(w.Context(), "SELECT ST_X(at), ST_Y(at) FROM rounds.households WHERE id = $1", household).Scan(&lon, &lat))
	return map[string]float64{"lon": lon, "lat": lat}
}

// At a place on the map a plan says who visits and why; it never says that nobody was at
// home, and nothing of areas that are not one's own.
func TestCell_SaysWhoVisitsAndWhy(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	supervisor := w.caller(registertest.WestSupervisor)
	home := w.Household(w.Workers[0], w.Today, 3)
	path := "/api/v1/plans/" + w.Plan.String() + "/cell"
	ask := func() (c cellBody) {
		t.Helper()
		d.holds("POST /api/v1/plans/{id}/cell", supervisor.do("POST", path, w.placeOf(home))).to(&c)
		return c
	}
	before := ask()
	if before.Household != home || before.WorkerID == nil || *before.WorkerID != w.Workers[0] || before.Code == nil || before.Stops < 1 ||
		before.ByHand || before.Asked || before.Reason != nil || len(before.Outline.Coordinates[0]) < 6 {
		t.Errorf("%+v", before)
	}
	w.Exec("INSERT INTO rounds.bookings (round_id, household_id, area_id, worker_id, last_day) SELECT $1, id, area_id, $3, $4 FROM rounds.households WHERE id = $2",
		w.Round, home, w.Workers[0], w.Today)
	if c := ask(); !c.ByHand || !c.Asked {
		t.Errorf("moved by hand and asked for a day: %+v", c)
	}
	w.Exec("DELETE FROM rounds.bookings")
	w.Exec("DELETE FROM rounds.stops WHERE plan_id = $1 AND household_id = $2", w.Plan, home)
	for reason, want := range map[string]string{"no_feasible_window": "other", "beyond_horizon": "beyond_horizon"} {
		w.Exec("INSERT INTO rounds.unplanned (plan_id, household_id, area_id, reason) SELECT $1, id, area_id, $3::rounds.unplanned_reason FROM rounds.households WHERE id = $2 ON CONFLICT (plan_id, household_id) DO UPDATE SET reason = EXCLUDED.reason", w.Plan, home, reason)
		if c := ask(); c.Reason == nil || *c.Reason != want || c.WorkerID != nil {
			t.Errorf("%s: %+v", reason, c)
		}
	}
	middle := w.placeOf(w.ID("SELECT household_id FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE r.worker_id = $1 LIMIT 1", w.Workers[1]))
	supervisor.do("POST", path, middle).problem(http.StatusNotFound, "no_household", "")
	supervisor.do("POST", path, map[string]float64{"lon": 50, "lat": 50}).problem(http.StatusNotFound, "no_household", "")
	supervisor.do("POST", "/api/v1/plans/"+uuid.NewString()+"/cell", middle).problem(http.StatusNotFound, "no_plan", "")
}
