package web

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
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
