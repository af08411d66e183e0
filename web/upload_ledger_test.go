package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// bringLedger brings an old ledger to the desk.
func (w *world) bringLedger(c *caller, file string) (path string, id uuid.UUID) {
	w.Helper()
	id = uuid.New()
	path = "/api/v1/uploads/" + id.String()
	c.do("PUT", path, map[string]any{"kind": "ledger", "bytes": len(file)}).want(http.StatusOK)
	c.do("PUT", path+"/parts/0", file).want(http.StatusNoContent)
	return path, id
}

// meaning adds what words mean to what columns are.
func meaning(columns map[string]any, words ...string) map[string]any {
	var meant []map[string]string
	for _, text := range words {
		column, rest, _ := strings.Cut(text, ":")
		word, means, _ := strings.Cut(rest, "=")
		meant = append(meant, map[string]string{"column": column, "word": word, "means": means})
	}
	columns["words"] = meant
	return columns
}

// An old ledger is looked through, mended by saying what its words mean, imported and taken
// back, by a supervisor and for the own areas alone.
func TestUploads_OfALedgerAreMappedImportedAndTakenBack(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	file := "Case No;Kind of thing;Village;Received on;Closed;Person\n" +
		"L-1;Pothole;West;2027-02-01;;Zqmark Somebody\n" +
		"L-2;sewer;West;2027-02-02;2027-02-20;Zqmark Somebody\n" +
		"L-3;zqmark 11010519491231002X;West;2027-02-02;;Zqmark Somebody\n"
	path, id := w.bringLedger(lead, file)
	var look struct {
		Columns []struct{ Name, Is *string }
		Known   []string
	}
	d.holds("GET /api/v1/uploads/{id}/columns", lead.do("GET", path+"/columns", nil)).to(&look)
	guessed := map[string]string{}
	for _, c := range look.Columns {
		if c.Name != nil && c.Is != nil {
			guessed[*c.Name] = *c.Is
		}
	}
	if len(guessed) != 4 || guessed["Case No"] != "number" || guessed["Village"] != "area" || guessed["Closed"] != "closed_on" || len(look.Known) != 8 {
		t.Errorf("guessed %v of %v", guessed, look.Known)
	}
	columns := func() map[string]any {
		return named("Case No=number", "Kind of thing=matter", "Village=area", "Received on=reported_on", "Closed=closed_on")
	}
	var preview previewBody
	d.holds("POST /api/v1/uploads/{id}/preview", lead.do("POST", path+"/preview", columns())).to(&preview)
	// A word that may be a person's is none that is told.
	if len(preview.Words) != 1 || preview.Words[0] != (strangeWord{"matter", "Pothole"}) || len(preview.Items) != 3 || preview.Items[1].Case.Stage != "closed" {
		t.Fatalf("%+v", preview)
	}
	wishes := meaning(columns(), "matter:Pothole=road_damage")
	lead.do("POST", path+"/check", wishes).want(http.StatusAccepted)
	w.work(id)
	if u := lead.looked(d, id); u.State != "checked" || u.Report == nil || u.Report.Added != 2 || u.Report.Wrong != 1 {
		t.Fatalf("%+v %+v", u, u.Report)
	}
	var rows page[fileRowBody]
	d.holds("GET /api/v1/uploads/{id}/rows", lead.do("GET", path+"/rows?list=wrong", nil)).to(&rows)
	if len(rows.Items) != 1 || rows.Items[0].Row != 4 || *rows.Items[0].Field != "matter" {
		t.Errorf("%+v", rows)
	}
	copied := lead.do("GET", path+"/corrected", nil)
	copied.want(http.StatusOK)
	if text := string(copied.body); !strings.Contains(text, "L-1,road_damage,,West,2027-02-01,,,received,") || strings.Contains(text, "zqmark") || strings.Contains(text, "Zqmark") || strings.Count(text, "\ufeff") != 1 {
		t.Errorf("the copy to mend: %s", text)
	}
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusConflict)

	// Mended, it comes in as a whole.
	path, id = w.bringLedger(lead, strings.Join(strings.Split(file, "\n")[:3], "\n"))
	lead.do("POST", path+"/check", wishes).want(http.StatusAccepted)
	w.work(id)
	if n := w.Count("SELECT count(*) FROM rounds.cases WHERE ledger_number IS NOT NULL"); n != 0 {
		t.Errorf("looking through a ledger brought %d cases", n)
	}
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusAccepted)
	w.work(id)
	if u := lead.looked(d, id); u.State != "imported" || u.Imported == nil || u.Imported.Added != 2 {
		t.Fatalf("%+v", u)
	}
	if n := w.Count("SELECT count(*) FROM rounds.cases WHERE ledger_number = 'L-1' AND matter = 'road_damage' AND over_on IS NULL OR ledger_number = 'L-2' AND stage = 'closed'"); n != 2 {
		t.Errorf("%d cases are as their ledger had them", n)
	}

	// Somebody worked on one: it goes only if that is said.
	w.Exec(`WITH step AS (
		INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, due_on, text)
		SELECT c.id, 2, gen_random_uuid(), 'note', 'received', 'received', 'member', $1, c.due_on, 'Looked at' FROM rounds.cases c WHERE c.ledger_number = 'L-1') SELECT`, w.As(registertest.WestSupervisor).Account)
	if refused := lead.do("POST", path+"/undo", nil).want(http.StatusConflict); !strings.Contains(string(refused.body), `:worked_on"`) {
		t.Errorf("%s", refused.body)
	}
	lead.do("POST", path+"/undo?worked_on=true", nil).want(http.StatusAccepted)
	w.work(id)
	if u := lead.looked(d, id); u.State != "undone" || u.Report == nil || u.Report.Undone.Removed != 2 {
		t.Fatalf("%+v %+v", u, u.Report)
	}
	if n := w.Count("SELECT count(*) FROM rounds.cases WHERE ledger_number IS NOT NULL"); n != 0 {
		t.Errorf("%d cases are left", n)
	}
}

// Nobody brings cases into an area of others, nor learns more of a number there than that
// it is taken.
func TestUploads_OfALedgerStayWithinTheOwnAreas(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	county, west := w.caller(registertest.CountySupervisor), w.caller(registertest.WestSupervisor)
	const header = "number,matter,area,reported_on\n"
	columns := named("number=number", "matter=matter", "area=area", "reported_on=reported_on")
	path, id := w.bringLedger(county, header+"E-1,sewer,East,2027-02-01\n")
	county.do("POST", path+"/check", columns).want(http.StatusAccepted)
	w.work(id)
	county.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusAccepted)
	w.work(id)
	path, id = w.bringLedger(west, header+"E-1,sewer,West,2027-02-01\nE-2,sewer,East,2027-02-01\nE-3,sewer,West,2027-02-01\nE-3,sewer,West,2027-02-01\n")
	west.do("POST", path+"/check", columns).want(http.StatusAccepted)
	w.work(id)
	var rows page[fileRowBody]
	d.holds("GET /api/v1/uploads/{id}/rows", west.do("GET", path+"/rows?list=wrong", nil)).to(&rows)
	wrong := map[int64]string{}
	for _, row := range rows.Items {
		wrong[row.Row] = *row.Field
	}
	if len(wrong) != 3 || wrong[2] != "number" || wrong[3] != "area" || wrong[5] != "number" {
		t.Errorf("%+v", wrong)
	}
}
