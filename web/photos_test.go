package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/photo"
)

func pngOf(t testing.TB, width, height int) string {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	picture.Set(0, 0, color.Black)
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// photographed is an incident of West with a picture.
func (w *world) photographed() uuid.UUID {
	w.Helper()
	worker, id := w.caller(registertest.WestWorker), uuid.New()
	worker.do("PUT", "/api/v1/incidents/"+id.String(), hazard()).want(http.StatusCreated)
	worker.do("PUT", "/api/v1/incidents/"+id.String()+"/photo", pngOf(w, 2000, 1000), "Content-Type", "image/png").want(http.StatusNoContent)
	return id
}

func TestPhoto_IsSeenByWhoSeesTheIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/api/v1/incidents/" + w.photographed().String() + "/photo"
	for _, account := range []string{registertest.WestWorker, registertest.WestSupervisor, registertest.CountySupervisor} {
		reply := w.caller(account).do("GET", path, nil).want(http.StatusOK)
		config, err := jpeg.DecodeConfig(bytes.NewReader(reply.body))
		if err != nil || config.Width != 1600 || reply.header.Get("Content-Type") != "image/jpeg" || reply.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %+v, %v, %v", account, config, err, reply.header)
		}
	}
	other := w.caller(registertest.MiddleWorker)
	other.do("GET", path, nil).problem(http.StatusNotFound, "no_photo", "")
	other.do("PUT", path, pngOf(t, 10, 10)).problem(http.StatusNotFound, "no_incident", "")
	w.caller(registertest.CountyDPO).do("GET", path, nil).problem(http.StatusForbidden, "role", "")
}

func TestPhoto_IsRefusedInWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	worker := w.caller(registertest.WestWorker)
	incident := w.photographed()
	path := "/api/v1/incidents/" + incident.String() + "/photo"
	whole := pngOf(t, 100, 100)
	for _, test := range []struct {
		body   string
		status int
		code   string
	}{
		{"<html><script>alert(1)</script>", 415, "media_type"},
		{`<svg xmlns="http://www.w3.org/2000/svg"/>`, 415, "media_type"},
		{whole[:len(whole)-30], 422, "photo_incomplete"},
		{pngOf(t, 6000, 5000), 422, "photo_pixels"},
		{whole + strings.Repeat("x", photo.MostBytes), 413, "too_large"},
	} {
		worker.do("PUT", path, test.body, "Content-Type", "image/png").problem(test.status, test.code, "")
	}
	home, inside := hazard(), "/api/v1/incidents/"+uuid.NewString()
	home["in_home"] = true
	worker.do("PUT", inside, home).want(http.StatusCreated)
	worker.do("PUT", inside+"/photo", whole).problem(http.StatusUnprocessableEntity, "photo_in_home", "")
	w.Exec("UPDATE rounds.incidents SET state = 'closed', closed_on = due_on WHERE id = $1", incident)
	worker.do("PUT", path, whole).problem(http.StatusConflict, "incident_closed", "")
	worker.do("GET", path, nil).want(http.StatusOK) // until its time is over
}

// A picture that was replaced, and one whose row the retention took, leave the disk.
func TestPhoto_LeavesTheDisk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	incident := w.photographed()
	file := func() uuid.UUID { return w.ID("SELECT id FROM rounds.photos WHERE incident_id = $1", incident) }
	first := file()
	w.caller(registertest.WestWorker).do("PUT", "/api/v1/incidents/"+incident.String()+"/photo", pngOf(t, 10, 10)).want(http.StatusNoContent)
	second := file()
	w.server.Now = func() time.Time { return time.Now().Add(2 * time.Hour) }
	w.must(w.server.sweepPhotos(t.Context()))
	if _, err := w.server.Photos.Get(first); err == nil {
		t.Error("the picture that was replaced is still there")
	}
	if _, err := w.server.Photos.Get(second); err != nil {
		t.Errorf("the picture that replaced it: %v", err)
	}
	w.Exec("DELETE FROM rounds.photos")
	w.must(w.server.sweepPhotos(t.Context()))
	if _, err := w.server.Photos.Get(second); err == nil {
		t.Error("a picture without a row is still there")
	}
}

// A picture that was taken without a connection comes with the other operations, after its
// incident or before, once.
func TestPhoto_ComesFromAPhoneLater(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	incident := w.operation("incident", hazard())
	shows := func(picture string) map[string]any {
		return w.operation("photo", map[string]any{"incident_id": incident["id"], "picture": []byte(picture)})
	}
	taken, broken := shows(pngOf(t, 2000, 1000)), shows("GIF89a")
	// Nothing is decoded that would not be kept: what is broken is not found out.
	if got, want := states(worker.synced(d, w.sync("", taken, broken))), []string{"waits ", "waits "}; !slices.Equal(got, want) {
		t.Errorf("before the incident: %q, want %q", got, want)
	}
	for range 2 {
		if got, want := states(worker.synced(d, w.sync("", taken, incident, broken, taken))), []string{"taken ", "taken ", "refused media_type", "taken "}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got, want := states(w.caller(registertest.MiddleWorker).synced(d, w.sync("", shows("GIF89a")))), []string{"waits "}; !slices.Equal(got, want) {
		t.Errorf("of an incident that somebody else sees: %q, want %q", got, want)
	}
	reply := worker.do("GET", "/api/v1/incidents/"+incident["id"].(uuid.UUID).String()+"/photo", nil).want(http.StatusOK)
	if config, err := jpeg.DecodeConfig(bytes.NewReader(reply.body)); err != nil || config.Width != 1600 {
		t.Errorf("%+v, %v", config, err)
	}
	if n := w.Count("SELECT count(*) FROM rounds.photos"); n != 1 {
		t.Errorf("%d photos, want 1", n)
	}
	inside := hazard()
	inside["in_home"] = true
	incident = w.operation("incident", inside)
	if got := states(worker.synced(d, w.sync("", incident, shows(pngOf(t, 20, 10))))); len(got) != 2 || got[1] != "refused photo_in_home" {
		t.Errorf("from inside a home: %q", got)
	}
	w.Exec("UPDATE rounds.incidents SET state = 'closed', closed_on = due_on")
	if got := states(worker.synced(d, w.sync("", shows(pngOf(t, 20, 10))))); got[0] != "refused incident_closed" {
		t.Errorf("of a matter that is over: %q", got)
	}
}
