package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// bringKind brings a file of a kind to the desk.
func (w *world) bringKind(c *caller, kind, file string) (path string, id uuid.UUID) {
	w.Helper()
	id = uuid.New()
	path = "/api/v1/uploads/" + id.String()
	c.do("PUT", path, map[string]any{"kind": kind, "bytes": len(file)}).want(http.StatusOK)
	c.do("PUT", path+"/parts/0", file).want(http.StatusNoContent)
	return path, id
}

// wrongRows are the fields that are wrong, by row.
func (c *caller) wrongRows(d *description, path string) map[int64]string {
	var rows page[fileRowBody]
	d.holds("GET /api/v1/uploads/{id}/rows", c.do("GET", path+"/rows?list=wrong", nil)).to(&rows)
	wrong := map[int64]string{}
	for _, row := range rows.Items {
		wrong[row.Row] += *row.Field
	}
	return wrong
}

// guesses are what the columns of a file are said to be.
func (c *caller) guesses(d *description, path string) map[string]string {
	var look struct {
		Columns []struct{ Name, Is *string }
	}
	d.holds("GET /api/v1/uploads/{id}/columns", c.do("GET", path+"/columns", nil)).to(&look)
	guessed := map[string]string{}
	for _, column := range look.Columns {
		if column.Name != nil && column.Is != nil {
			guessed[*column.Name] = *column.Is
		}
	}
	return guessed
}

var importAll = map[string]any{"decisions": []any{}, "otherwise": "later"}

// Matters of a messy spreadsheet are mapped, looked through, imported and taken back, by a
// supervisor and for the own areas alone.
func TestUploads_OfMattersAreMappedImportedAndTakenBack(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	west, county := w.caller(registertest.WestSupervisor), w.caller(registertest.CountySupervisor)
	const head = "序号;类别;经度;纬度;发现时间;处理状态;联系人\n"
	good := head + "M-1;井盖松动;1,035;42,0455;2027年2月1日;未办;Zqmark Somebody\n" + "M-2;sewer;1,036;42,0456;2027-02-02 09:15;closed;Zqmark Somebody\n"
	path, id := w.bringKind(west, "incidents", good+
		"M-3;zqmark 11010519491231002X;1,036;42,0456;2027-02-02;open;x\n"+"M-4;sewer;1,25;42,05;2027-02-02;open;x\n"+"M-5;sewer;1,036;42,0456;spring;open;x\n")
	if guessed := west.guesses(d, path); len(guessed) != 6 || guessed["类别"] != "matter" || guessed["发现时间"] != "reported_on" || guessed["处理状态"] != "state" {
		t.Errorf("guessed %v", guessed)
	}
	columns := func() map[string]any {
		return named("序号=id", "类别=matter", "经度=lon", "纬度=lat", "发现时间=reported_on", "处理状态=state")
	}
	var preview previewBody
	d.holds("POST /api/v1/uploads/{id}/preview", west.do("POST", path+"/preview", columns())).to(&preview)
	// A word that may be a person's is none that is told.
	if len(preview.Words) != 2 || preview.Words[0] != (strangeWord{"matter", "井盖松动"}) || preview.Words[1] != (strangeWord{"state", "未办"}) || len(preview.Items) != 5 || preview.Items[1].Incident == nil {
		t.Fatalf("%+v", preview)
	}
	wishes := meaning(columns(), "matter:井盖松动=unlit_path", "state:未办=open")
	west.do("POST", path+"/check", wishes).want(http.StatusAccepted)
	w.work(id)
	if wrong := west.wrongRows(d, path); len(wrong) != 3 || wrong[4] != "matter" || wrong[5] != "lon, lat" || wrong[6] != "reported_on" {
		t.Errorf("%v", wrong)
	}
	copied := west.do("GET", path+"/corrected", nil).want(http.StatusOK)
	if text := strings.ToLower(string(copied.body)); !strings.Contains(text, "2,m-1,1.035,42.0455,unlit_path,2027-02-01,open,,\n") || strings.Contains(text, "zqmark") || strings.Contains(text, "110105") {
		t.Errorf("the copy to mend: %s", text)
	}

	path, id = w.bringKind(west, "incidents", good)
	west.do("POST", path+"/check", wishes).want(http.StatusAccepted)
	before := w.Count("SELECT count(*) FROM rounds.incidents")
	w.work(id)
	u := west.looked(d, id)
	if u.Report == nil || u.Report.Added != 2 || u.Report.Wrong != 0 || w.Count("SELECT count(*) FROM rounds.incidents") != before {
		t.Fatalf("%+v", u.Report)
	}
	var rows page[fileRowBody]
	d.holds("GET /api/v1/uploads/{id}/rows", west.do("GET", path+"/rows?list=new", nil)).to(&rows)
	if len(rows.Items) != 2 || rows.Items[0].Incident.Matter != "unlit_path" || rows.Items[0].Incident.Lon != 1.035 || *rows.Items[1].Incident.ClosedOn != "2027-02-02" {
		t.Errorf("%+v", rows)
	}
	west.do("POST", path+"/import", importAll).want(http.StatusAccepted)
	w.work(id)
	if n := w.Count("SELECT count(*) FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.incident_id = i.id WHERE i.import_id IS NOT NULL AND (i.state = 'open') = (c.id IS NOT NULL)"); n != 2 {
		t.Errorf("%d matters are as the file had them", n)
	}
	// Somebody else's number is told to be taken, and no more.
	path2, id2 := w.bringKind(county, "incidents", head+"M-9;sewer;1,25;42,05;2027-02-02;open;x\n")
	for _, step := range []string{"check", "import"} {
		county.do("POST", path2+"/"+step, map[string]any{"check": wishes, "import": importAll}[step]).want(http.StatusAccepted)
		w.work(id2)
	}
	path3, id3 := w.bringKind(west, "incidents", head+"M-9;sewer;1,036;42,0456;2027-02-02;open;x\n")
	west.do("POST", path3+"/check", wishes).want(http.StatusAccepted)
	w.work(id3)
	if wrong := west.wrongRows(d, path3); len(wrong) != 1 || wrong[2] != "id" {
		t.Errorf("%v", wrong)
	}

	// Somebody worked on one: it goes only if that is said, and not because it was once said
	// of an undo that was cancelled.
	w.Exec(`INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, due_on, text)
		SELECT c.id, 2, gen_random_uuid(), 'note', 'received', 'received', 'member', $1, c.due_on, 'Looked at' FROM rounds.cases c JOIN rounds.incidents i ON i.id = c.incident_id
		WHERE i.import_id IS NOT NULL AND i.matter = 'unlit_path'`, w.As(registertest.WestSupervisor).Account)
	for range 2 {
		west.do("POST", path+"/undo", nil).want(http.StatusConflict)
		west.do("POST", path+"/undo?worked_on=true", nil).want(http.StatusAccepted)
		west.do("POST", path+"/cancel", nil).want(http.StatusNoContent)
	}
	west.do("POST", path+"/undo?worked_on=true", nil).want(http.StatusAccepted)
	w.work(id)
	if u := west.looked(d, id); u.State != "undone" || u.Report == nil || u.Report.Undone.Removed != 2 || w.Count("SELECT count(*) FROM rounds.incidents") != before+1 {
		t.Fatalf("%+v %+v", u, u.Report)
	}
}

// An undo does without asking only what its own order said.
func TestUploads_AskAgainAfterACancelledUndo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	west := w.caller(registertest.WestSupervisor)
	path, id := w.bringKind(west, "incidents", "lon,lat,matter,reported_on\n1.036,42.0456,sewer,2027-02-02\n")
	west.do("POST", path+"/check", named("lon=lon", "lat=lat", "matter=matter", "reported_on=reported_on")).want(http.StatusAccepted)
	w.work(id)
	west.do("POST", path+"/import", importAll).want(http.StatusAccepted)
	w.work(id)
	west.do("POST", path+"/undo?worked_on=true", nil).want(http.StatusAccepted)
	west.do("POST", path+"/cancel", nil).want(http.StatusNoContent)
	west.do("POST", path+"/undo", nil).want(http.StatusAccepted)
	w.Exec(`INSERT INTO rounds.case_steps (case_id, seq, id, command, from_stage, to_stage, actor, account_id, due_on, text)
		SELECT c.id, 2, gen_random_uuid(), 'note', 'received', 'received', 'member', $1, c.due_on, 'Looked at' FROM rounds.cases c JOIN rounds.incidents i ON i.id = c.incident_id
		WHERE i.import_id IS NOT NULL`, w.As(registertest.WestSupervisor).Account)
	w.work(id)
	if n := w.Count("SELECT count(*) FROM rounds.incidents WHERE import_id IS NOT NULL"); n != 1 {
		t.Errorf("%d matters: what somebody worked on went unasked", n)
	}
}

// Areas are drawn below those that one holds, come in and go again as a whole.
func TestUploads_OfAreasStayBelowTheOwn(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	east := w.caller(registertest.CountySupervisor)
	box := func(west, south, side string) string {
		return `"POLYGON((` + strings.Join([]string{west + " " + south, side + " " + south, side + " 42.09", west + " 42.09", west + " " + south}, ",") + `))"`
	}
	const head = "代码,上级,级别,网格名称,范围,负责人\n"
	good := head + "v1,East,village,Upper," + box("1.21", "42.01", "1.24") + ",Zqmark\n" + "g1,v1,网格,Upper 1," + box("1.21", "42.01", "1.225") + ",Zqmark\n" + "g2,v1,grid,Upper 2," + box("1.225", "42.01", "1.2402") + ",Zqmark\n"
	path, id := w.bringKind(east, "areas", good)
	if guessed := east.guesses(d, path); len(guessed) != 5 || guessed["网格名称"] != "name" || guessed["范围"] != "wkt" {
		t.Errorf("guessed %v", guessed)
	}
	columns := named("代码=id", "上级=parent", "级别=level", "网格名称=name", "范围=wkt")
	var preview previewBody
	d.holds("POST /api/v1/uploads/{id}/preview", east.do("POST", path+"/preview", columns)).to(&preview)
	if len(preview.Items) != 3 || preview.Items[1].Area == nil || preview.Items[1].Area.Level != "grid" {
		t.Fatalf("%+v", preview)
	}
	before := w.Count("SELECT hashtext(string_agg(a::text, '' ORDER BY a.id)) FROM rounds.areas a")
	east.do("POST", path+"/check", columns).want(http.StatusAccepted)
	w.work(id)
	if u := east.looked(d, id); u.Report == nil || u.Report.Added != 3 || u.Report.Wrong != 0 {
		t.Fatalf("%+v %v", u.Report, east.wrongRows(d, path))
	}
	var rows page[fileRowBody]
	d.holds("GET /api/v1/uploads/{id}/rows", east.do("GET", path+"/rows?list=new", nil)).to(&rows)
	if len(rows.Items) != 3 || rows.Items[2].Area.Above != "Upper" || rows.Items[0].Area.Above != "East" {
		t.Errorf("%+v", rows)
	}
	east.do("POST", path+"/import", importAll).want(http.StatusAccepted)
	w.work(id)
	if n := w.Count("SELECT count(*) FROM rounds.areas WHERE source_key IN ('v1', 'g1', 'g2') AND ST_Covers((SELECT outline FROM rounds.areas WHERE source_key = 'v1'), ST_Buffer(outline, -1e-9))"); n != 3 {
		t.Errorf("%d areas came in, each within the one above", n)
	}

	// A second file changes one, and everything else that it wants is refused by row.
	changed := head + "v1,East,village,Upper Mill," + box("1.21", "42.01", "1.24") + ",\n"
	path2, id2 := w.bringKind(east, "areas", changed+"x,,county,Own,"+box("1.21", "42.01", "1.24")+",\n"+
		"g3,v1,grid,Over,"+box("1.21", "42.02", "1.22")+",\n"+
		"far,East,village,Far,"+box("1.05", "42.01", "1.06")+",\n"+
		`g4,East,grid,Two,"MULTIPOLYGON(((1.25 42.01,1.26 42.01,1.26 42.02,1.25 42.01)),((1.27 42.01,1.28 42.01,1.28 42.02,1.27 42.01)))",`+"\n"+
		"bad,East,village,Bad,POLYGON(zqmark,\n"+
		"county,,county,Mine now,"+box("1.0", "42.0", "1.3")+",\n"+
		"East,,town,Alone,"+box("1.2", "42.0", "1.3")+",\n")
	east.do("POST", path2+"/check", columns).want(http.StatusAccepted)
	w.work(id2)
	wrong := east.wrongRows(d, path2)
	for row, field := range map[int64]string{3: "parent", 4: "outline", 5: "outline", 6: "outline", 7: "wkt", 8: "id", 9: "parent"} {
		if wrong[row] != field {
			t.Errorf("row %d: %q, want %q", row, wrong[row], field)
		}
	}
	copied := east.do("GET", path2+"/corrected", nil).want(http.StatusOK)
	if text := string(copied.body); strings.Contains(text, "zqmark") || !strings.Contains(text, "2,v1,East,village,Upper Mill,,\"MULTIPOLYGON") || !strings.Contains(text, "is in several pieces") {
		t.Errorf("the copy to mend: %s", text)
	}
	path2, id2 = w.bringKind(east, "areas", changed)
	for _, step := range []string{"check", "import"} {
		east.do("POST", path2+"/"+step, map[string]any{"check": columns, "import": importAll}[step]).want(http.StatusAccepted)
		w.work(id2)
	}
	if n := w.Count("SELECT count(*) FROM rounds.areas WHERE source_key = 'v1' AND name = 'Upper Mill'"); n != 1 {
		t.Error("the village has its old name")
	}
	for _, undo := range []struct {
		path string
		id   uuid.UUID
	}{{path2, id2}, {path, id}} {
		east.do("POST", undo.path+"/undo", nil).want(http.StatusAccepted)
		w.work(undo.id)
		if u := east.looked(d, undo.id); u.State != "undone" || u.Report.Undone.Needed+u.Report.Undone.ChangedSince != 0 {
			t.Errorf("%+v %+v", u, u.Report.Undone)
		}
	}
	if now := w.Count("SELECT hashtext(string_agg(a::text, '' ORDER BY a.id)) FROM rounds.areas a"); now != before {
		t.Error("the areas are not as before")
	}

	// Who holds a town draws in it, not beside it, nor the town itself.
	west := w.caller(registertest.WestSupervisor)
	path, id = w.bringKind(west, "areas", head+"v1,East,village,Upper,"+box("1.21", "42.01", "1.24")+",\n"+"West,county,town,Wide West,"+box("1.0", "42.0", "1.2")+",\n"+"w1,West,village,Own,"+box("1.01", "42.01", "1.02")+",\n")
	west.do("POST", path+"/check", columns).want(http.StatusAccepted)
	w.work(id)
	if wrong := west.wrongRows(d, path); len(wrong) != 2 || wrong[2] != "parent" || !strings.Contains(wrong[3], "id") {
		t.Errorf("%v", wrong)
	}

	// An area in which there is something by then stays, with the one above it.
	path, id = w.bringKind(east, "areas", good)
	for _, step := range []string{"check", "import"} {
		east.do("POST", path+"/"+step, map[string]any{"check": columns, "import": importAll}[step]).want(http.StatusAccepted)
		w.work(id)
	}
	w.Exec(`UPDATE rounds.households SET area_id = (SELECT id FROM rounds.areas WHERE source_key = 'g1')
		WHERE id = (SELECT id FROM rounds.households ORDER BY id LIMIT 1)`)
	east.do("POST", path+"/undo", nil).want(http.StatusAccepted)
	w.work(id)
	if u := east.looked(d, id); u.Report.Undone.Needed != 2 || u.Report.Undone.Removed != 1 || w.Count("SELECT count(*) FROM rounds.areas WHERE source_key IN ('v1', 'g1')") != 2 {
		t.Errorf("%+v %+v", u, u.Report.Undone)
	}
}
