package web

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// heard is a log that tells when it has a line with some words.
type heard struct {
	lines
	words string
	once  sync.Once
	said  chan struct{}
}

// Write is [io.Writer]'s.
func (h *heard) Write(text []byte) (int, error) {
	if strings.Contains(string(text), h.words) {
		h.once.Do(func() { close(h.said) })
	}
	return h.lines.Write(text)
}

// keepMovedJobs keeps what every job had in it at every step from now on: those that are
// done are gone from the queue later, and nobody looks at them in between.
func (w *world) keepMovedJobs() {
	w.Helper()
	w.Exec("CREATE TABLE public.moved_jobs (state text, content text)")
	w.Exec(`CREATE FUNCTION public.keep_moved_job() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS
		$$ BEGIN INSERT INTO moved_jobs VALUES (NEW.state::text, to_jsonb(NEW)::text); RETURN NULL; END $$`)
	w.Exec("CREATE TRIGGER keep_moved_job AFTER INSERT OR UPDATE ON river.river_job FOR EACH ROW EXECUTE FUNCTION public.keep_moved_job()")
}

// The service as it runs, with its own log and a line for each request, its jobs and its
// seals: a consent with a contact comes and goes, a place refuses, another is erased, a
// job goes through the queue. None of what is personal, and no id of a place, is in a line
// of the log, in a metric or in a job at any step.
func TestCanary_IsInNothingThatTheServiceSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.keepCanaries()
	w.keepMovedJobs()
	log := &heard{words: "retention done", said: make(chan struct{})}
	w.server.Log = slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	listener := listenHere(t)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { w.server.workJobs(ctx) })
	running.Go(func() { w.server.seal(ctx) })
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- w.server.serveUntil(ctx, cancel, listener, func() { close(ready) }) }()
	<-ready
	_, port, _ := strings.Cut(listener.Addr().String(), ":")
	w.url = "http://localhost:" + port

	worker, supervisor, officer, handler := w.caller(registertest.WestWorker), w.caller(registertest.CountySupervisor), w.caller(registertest.CountyDPO), w.caller(registertest.CountyHandler)
	kept, gone := w.newConsent(0), w.newConsent(1)
	kept["contact"], gone["contact"], gone["receipt"] = "canary@example.org", "+376 808 081", "0123-4567-89AB-CDEG"
	withdrawn := "/api/v1/consents/" + uuid.NewString()
	worker.do("PUT", "/api/v1/consents/"+uuid.NewString(), kept).want(http.StatusCreated)
	worker.do("PUT", withdrawn, gone).want(http.StatusCreated)
	worker.do("PUT", withdrawn, map[string]any{"contact": "Canary canary@example.org", "name": "Canary"}).want(http.StatusBadRequest)
	worker.do("GET", "/api/v1/day?street=canary", nil).want(http.StatusOK)
	worker.do("POST", withdrawn+"/withdraw", nil).want(http.StatusNoContent)
	if body := string(handler.do("GET", "/api/v1/support-wanted", nil).want(http.StatusOK).body); !strings.Contains(body, "canary@example.org") {
		t.Fatalf("the service's owner does not see the contact, so nothing is shown here: %s", body)
	}
	refuser, erased := w.Household(w.Workers[0], w.Today, 2), w.Household(w.Workers[0], w.Today, 3)
	worker.do("POST", "/api/v1/households/"+refuser.String()+"/refuse", map[string]any{}).want(http.StatusNoContent)
	officer.do("POST", "/api/v1/requests/find", map[string]string{"address": "Canary Street"}).want(http.StatusOK)
	officer.do("POST", "/api/v1/requests", map[string]any{"id": uuid.New(), "household_id": erased, "checked": "in_person", "kind": "erasure"}).want(http.StatusCreated)
	supervisor.do("GET", "/canary/street?contact=canary@example.org", nil)
	metrics := string(w.caller("").do("GET", "/metrics", nil).want(http.StatusOK).body)
	<-log.said
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	running.Wait()

	text := log.String() + w.log.String()
	for _, line := range []string{`"msg":"request"`, `"route":"PUT /api/v1/consents/{id}"`, "retention done", "audit log sealed"} {
		if !strings.Contains(text, line) {
			t.Errorf("the log has no %s", line)
		}
	}
	rows, err := w.Owner.Query(w.Context(), "SELECT state || ' ' || content FROM public.moved_jobs")
	w.must(err)
	jobs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	if moved := strings.Join(jobs, "\n"); !strings.Contains(moved, "running {") || !strings.Contains(moved, "completed {") || !strings.Contains(moved, `"args": {}`) {
		t.Errorf("jobs were not seen to move: %.500s", moved)
	}
	for what, text := range map[string]string{"the log": text, "the metrics": metrics, "a job": strings.Join(jobs, "\n")} {
		lower := strings.ToLower(text)
		for _, personal := range []string{bird, "808080", "808 081", "808081", "0123-4567", refuser.String(), erased.String()} {
			if at := strings.Index(lower, personal); at >= 0 {
				t.Errorf("%s has %q: %.200s", what, personal, text[max(0, at-80):])
			}
		}
	}
}
