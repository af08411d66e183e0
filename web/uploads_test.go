package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/web/upload"
)

// send brings a file to the desk, in one part.
func (w *world) bring(c *caller, file string) uuid.UUID {
	w.Helper()
	id := uuid.New()
	path := "/api/v1/uploads/" + id.String()
	c.do("PUT", path, map[string]any{"bytes": len(file)}).want(http.StatusOK)
	c.do("PUT", path+"/parts/0", file).want(http.StatusNoContent)
	return id
}

// checked brings a file with plain columns to the desk and has it looked through.
func (w *world) checked(c *caller, file string) uuid.UUID {
	w.Helper()
	id := w.bring(c, file)
	c.do("POST", "/api/v1/uploads/"+id.String()+"/check", named("id=id", "lon=lon", "lat=lat")).want(http.StatusAccepted)
	w.work(id)
	return id
}

// work does what was ordered for an upload, as the process that has its file.
func (w *world) work(id uuid.UUID) {
	w.Helper()
	worker := &upload.Worker{Desk: w.server.Uploads}
	w.must(worker.Work(context.Background(), &river.Job[register.UploadArgs]{JobRow: &rivertype.JobRow{}, Args: register.UploadArgs{Upload: id}}))
}

// looked is an upload with what was found in it.
func (c *caller) looked(d *description, id uuid.UUID) (u wholeUploadBody) {
	d.holds("GET /api/v1/uploads/{id}", c.do("GET", "/api/v1/uploads/"+id.String(), nil)).to(&u)
	return u
}

// named says what the columns of tests are.
func named(columns ...string) map[string]any {
	var named []map[string]string
	for _, column := range columns {
		name, is, _ := strings.Cut(column, "=")
		named = append(named, map[string]string{"name": name, "is": is})
	}
	return map[string]any{"columns": named}
}

func TestUploads_AreLookedThroughImportedAndTakenBackAsAWhole(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	file := "Gebäude;Strasse;Nr;X;Y;Telefon\nA1;Carrer Nou;1;1,035;42,0455;1\nA2;Carrer Nou;2;1,0352;42,0456;2\n"
	id := w.bring(lead, file)
	path := "/api/v1/uploads/" + id.String()
	var look struct {
		Columns []struct{ Name, Is *string }
	}
	d.holds("GET /api/v1/uploads/{id}/columns", lead.do("GET", path+"/columns", nil)).to(&look)
	guessed := []string{}
	for _, c := range look.Columns {
		is := "-"
		if c.Is != nil {
			is = *c.Is
		}
		guessed = append(guessed, is)
	}
	if want := []string{"-", "street", "house_number", "lon", "lat", "-"}; !slices.Equal(guessed, want) {
		t.Errorf("guessed %v, want %v", guessed, want)
	}
	wishes := named("Gebäude=id", "Strasse=street", "Nr=house_number", "X=lon", "Y=lat")
	var rows page[fileRowBody]
	d.holds("POST /api/v1/uploads/{id}/preview", lead.do("POST", path+"/preview", wishes)).to(&rows)
	if len(rows.Items) != 2 || rows.Items[0].File.Street != "Carrer Nou" || rows.Items[1].File.Lon != 1.0352 {
		t.Errorf("preview %+v", rows)
	}
	before := w.places()
	lead.do("POST", path+"/check", wishes).want(http.StatusAccepted)
	w.work(id)
	u := lead.looked(d, id)
	if u.State != "checked" || u.Report == nil || u.Report.Added != 2 || u.Report.Wrong != 0 || u.Report.ColumnsLeftOut != 1 {
		t.Fatalf("%+v %+v", u, u.Report)
	}
	if w.places() != before {
		t.Error("looking through a file changed something")
	}
	d.holds("GET /api/v1/uploads/{id}/rows", lead.do("GET", path+"/rows?list=new&limit=1", nil)).to(&rows)
	if len(rows.Items) != 1 || rows.Next == nil {
		t.Fatalf("%+v", rows)
	}
	d.holds("GET /api/v1/uploads/{id}/rows", lead.do("GET", path+"/rows?list=new&cursor="+*rows.Next, nil)).to(&rows)
	if len(rows.Items) != 1 || rows.Items[0].File.Key != "A2" {
		t.Errorf("the second page: %+v", rows)
	}
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusAccepted)
	w.work(id)
	if u = lead.looked(d, id); u.State != "imported" || u.Imported == nil || u.Imported.Added != 2 {
		t.Fatalf("%+v", u)
	}
	if n := w.Count("SELECT count(*) FROM rounds.households WHERE source_key IN ('A1', 'A2')"); n != 2 {
		t.Errorf("%d places came in", n)
	}
	// One is in a visit's way by then: it stays, and is told.
	w.Exec("INSERT INTO rounds.door_notes (household_id, note, seen_on) SELECT id, 'loose_dog', '2027-03-08' FROM rounds.households WHERE source_key = 'A2'")
	lead.do("POST", path+"/undo", map[string]any{}).want(http.StatusAccepted)
	w.work(id)
	u = lead.looked(d, id)
	if u.State != "undone" || u.Report == nil || *u.Report.Undone != (register.Undone{Removed: 1, Needed: 1}) {
		t.Fatalf("%+v %+v", u, u.Report)
	}
	if n := w.Count("SELECT count(*) FROM rounds.households WHERE source_key IN ('A1', 'A2')"); n != 1 {
		t.Errorf("%d places are left", n)
	}
	var list struct{ Items []uploadBody }
	d.holds("GET /api/v1/uploads", lead.do("GET", "/api/v1/uploads", nil)).to(&list)
	if len(list.Items) != 1 || list.Items[0].State != "undone" {
		t.Errorf("%+v", list)
	}
}

// places is a digest of the register's places.
func (w *world) places() int {
	w.Helper()
	return w.Count("SELECT hashtext(string_agg(h::text, '' ORDER BY h.id)) FROM rounds.households h")
}

func TestUploads_HandOutACopyThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	id := w.bring(lead, "id,lon,lat,street,doors,note\nA1,1.035,42.0455,=1+1,1,key person\nA2,1.035,42.0455,重点人员 张三,many,x\nA3,50,42,Carrer Nou,1,x\n")
	path := "/api/v1/uploads/" + id.String()
	before := w.places()
	lead.do("POST", path+"/check", named("id=id", "lon=lon", "lat=lat", "street=street", "doors=doors")).want(http.StatusAccepted)
	w.work(id)
	u := lead.looked(d, id)
	if u.State != "checked" || u.Report.Wrong == 0 {
		t.Fatalf("%+v %+v", u, u.Report)
	}
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).problem(http.StatusConflict, "wrong_rows", "")
	if w.places() != before {
		t.Error("a file with wrong rows changed something")
	}
	copied := lead.do("GET", path+"/corrected", nil).want(http.StatusOK).body
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(copied, []byte("\ufeff")))).ReadAll()
	w.must(err)
	if len(rows) != 4 {
		t.Fatalf("%d rows", len(rows))
	}
	if street := slices.Index(rows[0], "street"); rows[1][street] != "'=1+1" || rows[2][street] != "" || rows[3][street] != "Carrer Nou" {
		t.Errorf("streets %q %q %q", rows[1][street], rows[2][street], rows[3][street])
	}
	if last := len(rows[0]) - 1; rows[0][last] != "what_to_do" || !strings.Contains(rows[2][last], "doors") {
		t.Errorf("%q: %q", rows[0][last], rows[2][last])
	}
	for _, banned := range []string{"key person", "重点", "张三", "note"} {
		if bytes.Contains(copied, []byte(banned)) || strings.Contains(w.log.String(), banned) {
			t.Errorf("%q is told", banned)
		}
	}
}

// Nobody changes places beyond their areas, nor sees another's files.
func TestUploads_KeepToTheAreasOfWhoBringsThem(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead, other := w.caller(registertest.WestSupervisor), w.caller(registertest.CountySupervisor)
	var key string
	var lon, lat float64
	w.must(w.Owner.QueryRow(t.Context(), `SELECT h.source_key, ST_X(h.at), ST_Y(h.at) FROM rounds.households h JOIN rounds.area_paths p ON p.area_id = h.area_id
		WHERE p.ancestor_id = $1 ORDER BY h.id LIMIT 1`, w.Area("Middle")).Scan(&key, &lon, &lat))
	for _, row := range []string{fmt.Sprintf("fresh,%f,%f", lon, lat), key + ",1.035,42.0455"} {
		id := w.checked(lead, "id,lon,lat\n"+row+"\n")
		path := "/api/v1/uploads/" + id.String()
		if u := lead.looked(d, id); u.Report == nil || u.Report.Wrong != 1 {
			t.Errorf("%s: %+v", row, u.Report)
		}
		for _, ask := range []string{"", "/columns", "/rows?list=wrong", "/corrected"} {
			other.do("GET", path+ask, nil).problem(http.StatusNotFound, "no_upload", "")
		}
		lead.do("DELETE", path, nil).want(http.StatusNoContent)
	}
	// Nor are places changed in areas that somebody had when the file came in.
	id := w.checked(lead, "id,lon,lat\nA1,1.035,42.0455\n")
	path := "/api/v1/uploads/" + id.String()
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusAccepted)
	w.work(id)
	has := func(area string) {
		w.Exec("UPDATE rounds.grants SET area_id = $2 WHERE account_id = $1 AND role = 'supervisor'", w.As(registertest.WestSupervisor).Account, w.Area(area))
	}
	has("Middle")
	lead.do("POST", path+"/undo", map[string]any{}).problem(http.StatusConflict, "undo_beyond", "")
	has("West")
	// What was changed goes in batches once its time is over: nothing is put back in part.
	w.Exec("UPDATE rounds.imports SET imported_at = now() - interval '14 days'")
	lead.do("POST", path+"/undo", map[string]any{}).problem(http.StatusConflict, "undo_over", "")
	if u := lead.looked(d, id); u.State != "imported" || w.Count("SELECT count(*) FROM rounds.households WHERE source_key = 'A1'") != 1 {
		t.Errorf("%+v", u)
	}
}

// A row that may be a place of the register under another id waits for a decision.
func TestUploads_AskAboutTwins(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	w.Exec(`UPDATE rounds.households SET street = 'Carrer Vell', house_number = '7' WHERE id = $1`, w.Household(w.Workers[0], w.Today, 0))
	var lon, lat float64
	w.must(w.Owner.QueryRow(t.Context(), "SELECT ST_X(at), ST_Y(at) FROM rounds.households WHERE street = 'Carrer Vell'").Scan(&lon, &lat))
	file := fmt.Sprintf("id,lon,lat,street,house_number,doors\nT1,%f,%f,carrer vell,7,9\n", lon+0.0001, lat)
	for otherwise, want := range map[string]string{"later": "0 0", "same": "0 1", "different": "1 0"} {
		id := w.bring(lead, file)
		path := "/api/v1/uploads/" + id.String()
		lead.do("POST", path+"/check", named("id=id", "lon=lon", "lat=lat", "street=street", "house_number=house_number", "doors=doors")).want(http.StatusAccepted)
		w.work(id)
		u := lead.looked(d, id)
		if u.Report.Twins != 1 || u.Report.Undecided != 1 || u.Report.Added != 0 {
			t.Fatalf("%+v", u.Report)
		}
		var rows page[fileRowBody]
		d.holds("GET /api/v1/uploads/{id}/rows", lead.do("GET", path+"/rows?list=twins", nil)).to(&rows)
		if len(rows.Items) != 1 || *rows.Items[0].Metres > 20 || rows.Items[0].There.Street != "Carrer Vell" {
			t.Fatalf("%+v", rows.Items)
		}
		before := w.places()
		lead.do("POST", path+"/import", map[string]any{"decisions": []any{map[string]any{"row": 2, "decision": otherwise}}, "otherwise": "later"}).want(http.StatusAccepted)
		w.work(id)
		u = lead.looked(d, id)
		if got := fmt.Sprint(u.Imported.Added, u.Imported.Changed); got != want {
			t.Errorf("%s: %s, want %s", otherwise, got, want)
		}
		lead.do("POST", path+"/undo", map[string]any{}).want(http.StatusAccepted)
		w.work(id)
		if w.places() != before {
			t.Errorf("%s: taken back, places are not as before", otherwise)
		}
	}
}

// What is cancelled leaves nothing, be it under way or about to end.
func TestUploads_AreStoppedByTheWord(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	id := w.bring(lead, "id,lon,lat\nA1,1.035,42.0455\n")
	path := "/api/v1/uploads/" + id.String()
	lead.do("POST", path+"/check", named("id=id", "lon=lon", "lat=lat")).want(http.StatusAccepted)
	lead.do("DELETE", path, nil).problem(http.StatusConflict, "upload_state", "")
	w.work(id)
	lead.do("POST", path+"/import", map[string]any{"decisions": []any{}, "otherwise": "same"}).want(http.StatusAccepted)
	lead.do("POST", path+"/cancel", map[string]any{}).want(http.StatusNoContent)
	before := w.places()
	w.work(id)
	if u := lead.looked(d, id); u.State != "checked" || w.places() != before {
		t.Errorf("%+v after it was cancelled", u)
	}
	lead.do("PUT", "/api/v1/uploads/"+uuid.NewString(), map[string]any{"bytes": 3 << 30}).problem(http.StatusUnprocessableEntity, "invalid", "bytes")
	for range 2 {
		lead.do("PUT", "/api/v1/uploads/"+uuid.NewString(), map[string]any{"bytes": 9}).want(http.StatusOK)
	}
	lead.do("PUT", "/api/v1/uploads/"+uuid.NewString(), map[string]any{"bytes": 9}).problem(http.StatusConflict, "many_uploads", "")
	// Many at once are no more.
	began := make(chan error)
	for range 8 {
		go func() {
			began <- w.DB.BeginUpload(context.Background(), w.As(registertest.CountySupervisor), uuid.New(), register.HouseholdFile, 9)
		}()
	}
	taken := 0
	for range 8 {
		if err := <-began; err == nil {
			taken++
		} else if !errors.Is(err, register.ErrUploads) {
			t.Error(err)
		}
	}
	if taken != 3 {
		t.Errorf("%d files of an account wait", taken)
	}
}

// Who cancels and orders something else at once gets what was ordered last: the work under
// way may not have heard of it.
func TestUploads_DoWhatWasOrderedLast(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	id := w.bring(lead, "id,lon,lat,n\nA1,1.035,42.0455,many\n")
	path := "/api/v1/uploads/" + id.String()
	lead.do("POST", path+"/check", named("id=id", "lon=lon", "lat=lat", "n=doors")).want(http.StatusAccepted)
	// The work is held up after it has read what is wanted.
	hold, err := w.Owner.Begin(t.Context())
	w.must(err)
	_, err = hold.Exec(t.Context(), "LOCK TABLE rounds.refusals IN ACCESS EXCLUSIVE MODE")
	w.must(err)
	ended := make(chan error)
	go func() {
		worker := &upload.Worker{Desk: w.server.Uploads}
		ended <- worker.Work(context.Background(), &river.Job[register.UploadArgs]{JobRow: &rivertype.JobRow{}, Args: register.UploadArgs{Upload: id}})
	}()
	for waits := false; !waits; {
		w.must(hold.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))").Scan(&waits))
	}
	lead.do("POST", path+"/cancel", map[string]any{}).want(http.StatusNoContent)
	lead.do("POST", path+"/check", named("id=id", "lon=lon", "lat=lat")).want(http.StatusAccepted)
	w.must(hold.Rollback(t.Context()))
	<-ended
	w.work(id)
	if u := lead.looked(d, id); u.State != "checked" || u.Report == nil || u.Report.Wrong != 0 || u.Report.Added != 1 {
		t.Errorf("%+v %+v", u, u.Report)
	}
}

// A process that was killed in the middle of its work holds no lock any more: the upload
// goes back into the queue, once, and nothing of it is in the register.
func TestUploads_OutliveTheProcessThatWorksOnThem(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	lead := w.caller(registertest.WestSupervisor)
	id := w.checked(lead, "id,lon,lat\nA1,1.035,42.0455\n")
	lead.do("POST", "/api/v1/uploads/"+id.String()+"/import", map[string]any{"decisions": []any{}, "otherwise": "later"}).want(http.StatusAccepted)
	w.Exec("UPDATE river.river_job SET state = 'running' WHERE kind = 'upload'") // as the dead left it
	queued := func() int {
		return w.Count("SELECT count(*) FROM river.river_job WHERE kind = 'upload' AND state = 'available'")
	}
	w.must(w.DB.WorkOnUpload(t.Context(), id, func(ctx context.Context, _ register.Upload, _ *atomic.Int64) error {
		if err := w.DB.RescueUploads(ctx); err != nil || queued() != 0 {
			t.Errorf("%d jobs for an upload that is worked on: %v", queued(), err)
		}
		return nil
	}))
	for range 2 {
		if w.must(w.DB.RescueUploads(t.Context())); queued() != 1 {
			t.Fatalf("%d jobs for an upload that nobody works on", queued())
		}
	}
	w.work(id)
	if u := lead.looked(d, id); u.State != "imported" || u.Imported.Added != 1 {
		t.Errorf("%+v", u)
	}
}
