package web

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/planner/round"
)

func sheetPath(route uuid.UUID) string { return "/api/v1/sheets/" + round.SheetCode(route) }

// paper is a sheet with one visit on it.
func paper(seq int, id uuid.UUID, outcome string, day time.Time) map[string]any {
	return map[string]any{"visited_on": date(day), "visits": []map[string]any{
		{"seq": seq, "id": id, "outcome": outcome, "left_card": true, "part": "afternoon"}}}
}

// walk is the last of a worker in the plan, today at the latest.
func (w *world) walk(worker int) uuid.UUID {
	w.Helper()
	return w.ID("SELECT id FROM rounds.routes WHERE plan_id = $1 AND worker_id = $2 AND day <= $3 ORDER BY day DESC LIMIT 1", w.Plan, w.Workers[worker], w.Today)
}

// A sheet has every stop with its code and place, in both languages, and what the screen
// does not have it has not; its link works once; its record was kept before.
func TestSheet_HasEachStopInBothLanguages(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	supervisor := w.caller(registertest.WestSupervisor)
	w.Exec("UPDATE rounds.households SET street = '解放路' WHERE id = $1", w.Household(w.Workers[0], w.Today, 2))
	w.Visit(registertest.WestWorker, w.Household(w.Workers[0], w.Today, 0), "declined")
	walk := w.walk(0)
	code := round.SheetCode(walk)
	for language, words := range map[string][]string{
		"en":      {"1 Done", "6 Building gone", "Tick one box", "Finished", "printed for " + w.logins[registertest.WestSupervisor]},
		"zh-Hans": {"1 已完成", "6 建筑已不存在", "每户勾选一格", "已结束", "打印人"},
	} {
		var made struct {
			URL      string `json:"url"`
			FileName string `json:"file_name"`
		}
		d.holds("POST /api/v1/routes/{id}/print", supervisor.do("POST", "/api/v1/routes/"+walk.String()+"/print", map[string]any{"language": language})).to(&made)
		if n := w.Count("SELECT count(*) FROM rounds.reads WHERE kind = 'export_stops' AND area_id = (SELECT area_id FROM rounds.routes WHERE id = $1)", walk); n == 0 {
			t.Error("the print left no row in the audit log")
		}
		file := supervisor.do("GET", made.URL, nil).want(http.StatusOK)
		supervisor.do("GET", made.URL, nil).problem(http.StatusNotFound, "no_export", "")
		if kind := file.header.Get("Content-Type"); kind != "application/pdf" || !strings.HasSuffix(made.FileName, ".pdf") {
			t.Errorf("%s is sent as %s", made.FileName, kind)
		}
		path := filepath.Join(t.TempDir(), "sheet.pdf")
		w.must(os.WriteFile(path, file.body, 0o600))
		out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", path, "-").Output()
		w.must(err)
		text := strings.Join(strings.Fields(string(out)), "")
		for _, want := range append(words, code+"-1", code+"-10", "解放路") {
			if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
				t.Errorf("%s: the sheet has no %q:\n%s", language, want, out)
			}
		}
		for _, never := range []string{"Declined2", "婉拒2", "2027-03-08T"} {
			if strings.Contains(text, never) {
				t.Errorf("%s: the sheet has %q", language, never)
			}
		}
	}
	supervisor.do("POST", "/api/v1/routes/"+w.walk(1).String()+"/print", map[string]any{"language": "en"}).problem(http.StatusNotFound, "no_such_route", "")
	supervisor.do("POST", "/api/v1/routes/"+walk.String()+"/print", map[string]any{"language": "fr"}).problem(http.StatusUnprocessableEntity, "invalid", "language")
	w.caller(registertest.WestWorker).do("POST", "/api/v1/routes/"+walk.String()+"/print", map[string]any{"language": "en"}).problem(http.StatusForbidden, "role", "")
}

// What was written on paper is the worker's visit, typed once or twice; a door that is
// finished says so, and nobody types for an area that they do not hold.
func TestSheet_IsTypedBackIn(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	supervisor := w.caller(registertest.WestSupervisor)
	walk := w.walk(0)
	path := "/api/v1/routes/" + walk.String() + "/visits"
	var found routeBody
	lower := strings.ToLower(round.SheetCode(walk))
	d.holds("GET /api/v1/sheets/{code}", supervisor.do("GET", "/api/v1/sheets/"+lower[:4]+"-"+lower[4:], nil)).to(&found)
	if found.ID != walk {
		t.Fatalf("the code finds %v, want %v", found.ID, walk)
	}
	supervisor.do("GET", sheetPath(w.walk(1)), nil).problem(http.StatusNotFound, "no_such_route", "")
	supervisor.do("GET", "/api/v1/sheets/UUUUUUUU", nil).problem(http.StatusNotFound, "no_such_route", "")
	result := func(body map[string]any) string {
		t.Helper()
		var typed struct{ Results []typedBody }
		d.holds("POST /api/v1/routes/{id}/visits", supervisor.do("POST", path, body)).to(&typed)
		return typed.Results[0].Result
	}
	id := uuid.New()
	for _, step := range []struct {
		body map[string]any
		want string
	}{
		{paper(2, id, "done", w.Today), "recorded"}, {paper(2, id, "done", w.Today), "recorded"}, {paper(2, id, "not_home", w.Today), "taken"},
		{paper(2, uuid.New(), "declined", w.Today), "finished"}, {paper(999, uuid.New(), "done", w.Today), "none"},
		{paper(3, uuid.New(), "done", w.Today.AddDate(-1, 0, 0)), "none"},
		// Typed from paper anew, with other ids; then what it says is corrected.
		{paper(4, uuid.New(), "not_home", w.Today), "recorded"}, {paper(4, uuid.New(), "not_home", w.Today), "recorded"},
		{paper(4, uuid.New(), "done", w.Today), "recorded"}, {paper(4, uuid.New(), "done", w.Today), "recorded"},
	} {
		if got := result(step.body); got != step.want {
			t.Errorf("%v: %s, want %s", step.body, got, step.want)
		}
	}
	stop := found.Stops[1].Household
	if n := w.Count("SELECT count(*) FROM rounds.visits WHERE household_id = $1 AND worker_id = $2 AND outcome = 'done' AND left_card AND part = 'afternoon'", stop, w.Workers[0]); n != 1 {
		t.Errorf("%d visits of the worker", n)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits WHERE household_id = $1 AND worker_id = $2", found.Stops[3].Household, w.Workers[0]); n != 2 {
		t.Errorf("%d attempts at a door that was typed in again, want 2", n)
	}
	supervisor.do("POST", path, paper(3, uuid.New(), "done", w.Today.AddDate(0, 0, 1))).problem(http.StatusUnprocessableEntity, "visit_day", "visited_on")
	supervisor.do("POST", "/api/v1/routes/"+w.walk(1).String()+"/visits", paper(1, uuid.New(), "done", w.Today)).problem(http.StatusNotFound, "no_such_route", "")
}
