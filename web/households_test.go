package web

import (
	"maps"
	"net/http"
	"reflect"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// newHousehold is a place that was found beside a household of the town, with the
// address of that one.
func (w *world) newHousehold(beside uuid.UUID) map[string]any {
	w.Helper()
	var lon, lat float64
	var street, number string
	w.must(w.Owner.QueryRow(w.Context(), "SELECT ST_X(at), ST_Y(at), coalesce(street, ''), coalesce(house_number, '') FROM rounds.households WHERE id = $1", beside).
		Scan(&lon, &lat, &street, &number))
	return map[string]any{"lon": lon, "lat": lat, "street": street, "house_number": number, "unit": "", "postcode": "", "place": "", "doors": 1}
}

// A place that asked never to be visited answers as any other, at the first time and at
// every later one, byte for byte.
func TestAddedHousehold_AnswersAlikeWhoeverLivesThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	home := w.Household(w.Workers[0], w.Today, 0)
	refuser := w.newHousehold(home)
	worker.do("POST", "/api/v1/households/"+home.String()+"/refuse", map[string]any{}).want(http.StatusNoContent)
	before := w.Count("SELECT count(*) FROM rounds.households")
	fresh := maps.Clone(refuser)
	fresh["house_number"] = "9999"
	there := w.newHousehold(w.Household(w.Workers[0], w.Today, 1))
	var answers []reply
	for _, place := range []map[string]any{fresh, refuser, there} {
		path := "/api/v1/households/" + uuid.NewString()
		for range 2 {
			answers = append(answers, worker.do("PUT", path, place).want(http.StatusNoContent))
		}
	}
	for _, a := range answers {
		for _, header := range []string{"Date", "X-Request-Id"} {
			a.header.Del(header)
		}
		if len(a.body) > 0 || !reflect.DeepEqual(a.header, answers[0].header) {
			t.Errorf("%s: %v %q, and another %v", a.what, a.header, a.body, answers[0].header)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.households WHERE house_number = '9999'"); n != 1 {
		t.Errorf("the new place is there %d times", n)
	}
	if n := w.Count("SELECT count(*) FROM rounds.households"); n != before+1 {
		t.Errorf("%d places were added, want the new one alone", n-before)
	}
}
