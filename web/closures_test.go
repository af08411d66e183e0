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
