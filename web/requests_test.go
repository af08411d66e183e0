package web

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
)

// canaryStreet is a street that one household alone is in.
const canaryStreet = "Canary Lane"

// settleCanary gives the n-th household of today an address that is found nowhere else.
func (w *world) settleCanary(n int) uuid.UUID {
	w.Helper()
	home := w.Household(w.Workers[0], w.Today, n)
	w.Exec("UPDATE rounds.households SET street = $2, house_number = '7c4n4ry', place = 'Canaryville' WHERE id = $1", home, canaryStreet)
	return home
}

// found are the text columns of the whole database that have a canary.
func (w *world) found() (places []string) {
	w.Helper()
	rows, err := w.Owner.Query(w.Context(), `
		SELECT table_schema, table_name, column_name FROM information_schema.columns
		WHERE table_schema IN ('rounds', 'sealed', 'river', 'public') AND table_name NOT IN ('spatial_ref_sys', 'geometry_columns', 'geography_columns')`)
	w.must(err)
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct{ Schema, Table, Column string }])
	w.must(err)
	if len(columns) < 200 {
		w.Fatalf("only %d columns were looked at", len(columns))
	}
	for _, c := range columns {
		query := fmt.Sprintf("SELECT count(*) FROM %s WHERE %s::text ~* 'canary|7c4n4ry'", pgx.Identifier{c.Schema, c.Table}.Sanitize(), pgx.Identifier{c.Column}.Sanitize())
		if w.Count(query) > 0 {
			places = append(places, c.Table+"."+c.Column)
		}
	}
	return places
}

// The officer's way: find, preview, answer, receipt.
func TestRequests_AreAnsweredByAddress(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	home := w.settleCanary(2)
	officer := w.caller(registertest.CountyDPO)
	w.must(w.DB.As(t.Context(), w.As(registertest.WestWorker), func(tx pgx.Tx) error { return nil }))
	w.Exec("INSERT INTO rounds.door_notes VALUES ($1, 'loose_dog', $2), ($1, 'side_door', '2020-01-01')", home, w.Today)
	w.Exec(`INSERT INTO rounds.pair_visits (household_id, area_id, proposed_by, proposed_on)
		SELECT id, area_id, $2, $3 FROM rounds.households WHERE id = $1`, home, w.As(registertest.CountySupervisor).Account, w.Today)
	var places page[foundPlaceBody]
	d.holds("POST /api/v1/requests/find", officer.do("POST", "/api/v1/requests/find", map[string]string{"address": "canary lane, 7C4N4RY"})).to(&places)
	if len(places.Items) != 1 || places.Items[0].HouseholdID != home || !strings.Contains(places.Items[0].Address, canaryStreet) {
		t.Fatalf("%+v", places.Items)
	}
	var report placeReportBody
	asked := map[string]any{"household_id": home, "checked": "in_person"}
	d.holds("POST /api/v1/requests/preview", officer.do("POST", "/api/v1/requests/preview", asked)).to(&report)
	if !strings.Contains(report.Address, "7c4n4ry") || len(report.Visits) != 1 || report.Visits[0].Day != date(w.Today) || report.Visits[0].State != "open" || len(report.Reads) != 0 {
		t.Errorf("%+v", report)
	}
	// Also what keeps a worker safe there, though it is over or waits for a second person.
	today := date(w.Today)
	if want := []doorNoteBody{{"loose_dog", today}, {"side_door", "2020-01-01"}}; !slices.Equal(report.DoorNotes, want) {
		t.Errorf("door notes %+v, want %+v", report.DoorNotes, want)
	}
	if len(report.InPairs) != 1 || report.InPairs[0] != (pairVisitBody{ProposedOn: today}) {
		t.Errorf("in pairs %+v", report.InPairs)
	}
	// That an emergency showed the place says that somebody there wants help: that is
	// told by the code, not to whoever lives there.
	w.Support(2)
	w.opened()
	again := officer.do("POST", "/api/v1/requests/preview", asked)
	d.holds("POST /api/v1/requests/preview", again).to(&report)
	for _, told := range []string{"transport", "376808080", "flood", "opening"} {
		if strings.Contains(string(again.body), told) {
			t.Errorf("%s is told by address: %s", told, again.body)
		}
	}
	w.Exec("UPDATE rounds.pair_visits SET confirmed_by = $1, ends_on = proposed_on + 90", w.As(registertest.WestWorker).Account)
	var answered answeredBody
	request := map[string]any{"id": uuid.New(), "household_id": home, "checked": "in_person", "kind": "access"}
	d.holds("POST /api/v1/requests", officer.do("POST", "/api/v1/requests", request)).to(&answered)
	// The previews were reads of this place alone, and are told.
	if len(answered.Receipt) != 19 || len(answered.Report.Reads) != 2 || answered.Report.Reads[0].Kind != "access_report" || answered.Report.Reads[0].Reader != "dpo" {
		t.Errorf("%+v", answered)
	}
	if pairs := answered.Report.InPairs; len(pairs) != 1 || pairs[0].EndsOn == nil || *pairs[0].EndsOn != date(w.Today.AddDate(0, 0, 90)) || len(answered.Report.DoorNotes) != 2 {
		t.Errorf("in pairs %+v, door notes %+v", pairs, answered.Report.DoorNotes)
	}
	officer.do("POST", "/api/v1/requests", request).problem(http.StatusConflict, "id_taken", "id")
	var requests page[requestBody]
	d.holds("GET /api/v1/requests", officer.do("GET", "/api/v1/requests", nil)).to(&requests)
	if len(requests.Items) != 1 || requests.Items[0].Kind != "access" || requests.Items[0].Checked != "in_person" {
		t.Errorf("%+v", requests.Items)
	}
	for body, field := range map[string]string{
		`{"household_id": "` + home.String() + `", "checked": ""}`:        "checked",
		`{"household_id": "` + home.String() + `", "checked": "by name"}`: "checked",
	} {
		officer.do("POST", "/api/v1/requests/preview", body).problem(http.StatusUnprocessableEntity, "invalid", field)
	}
	officer.do("POST", "/api/v1/requests/find", map[string]string{"address": "7"}).problem(http.StatusUnprocessableEntity, "invalid", "address")
	officer.do("POST", "/api/v1/requests/preview", map[string]any{"household_id": uuid.New(), "checked": "in_person"}).problem(http.StatusNotFound, "no_household", "")
}

// An officer finds nobody outside of the granted area.
func TestRequests_AreOfTheOfficersAreas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	home := w.settleCanary(2)
	w.Exec("UPDATE rounds.grants SET area_id = $2 WHERE account_id = $1", w.As(registertest.CountyDPO).Account, w.Area("Middle"))
	officer := w.caller(registertest.CountyDPO)
	var places page[foundPlaceBody]
	officer.do("POST", "/api/v1/requests/find", map[string]string{"address": "Canary Lane"}).want(http.StatusOK).to(&places)
	if len(places.Items) != 0 {
		t.Errorf("found %+v", places.Items)
	}
	officer.do("POST", "/api/v1/requests", map[string]any{"id": uuid.New(), "household_id": home, "checked": "in_person", "kind": "erasure"}).problem(http.StatusNotFound, "no_household", "")
	if n := w.Count("SELECT count(*) FROM rounds.households WHERE id = $1", home); n != 1 {
		t.Error("a household of another area was erased")
	}
}

// What was erased is nowhere any more: database, jobs, logs, files made before, tiles;
// and a backup from before does not bring it back.
func TestErasure_LeavesNoCanary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	home := w.settleCanary(0)
	consent := w.Support(0)
	supervisor, officer, worker := w.caller(registertest.CountySupervisor), w.caller(registertest.CountyDPO), w.caller(registertest.WestWorker)
	worker.do("PUT", "/api/v1/visits/"+uuid.NewString(), w.visit(0, "not_home")).want(http.StatusCreated)
	var made struct{ URL string }
	supervisor.do("POST", "/api/v1/exports", map[string]any{"layer": "households", "format": "geojson", "purpose": "fire_safety"}).want(http.StatusCreated).to(&made)
	tile := "/tiles/stops/12/2059/1519.mvt?plan=" + w.Plan.String() + "&date=" + date(w.Today)
	before := supervisor.do("GET", tile, nil).want(http.StatusOK).body
	if len(w.found()) == 0 || !strings.Contains(string(before), home.String()) {
		t.Fatal("there is no canary to erase")
	}
	saved := w.backUp(home, consent)

	officer.do("POST", "/api/v1/requests", map[string]any{"id": uuid.New(), "household_id": home, "checked": "code_posted", "kind": "erasure"}).want(http.StatusCreated)
	if places := w.found(); len(places) > 0 {
		t.Errorf("the database has the canary in %v", places)
	}
	for _, statement := range []string{
		"SELECT count(*) FROM rounds.households WHERE id = $1", "SELECT count(*) FROM rounds.stops WHERE household_id = $1", "SELECT count(*) FROM rounds.visits WHERE household_id = $1",
		"SELECT count(*) FROM rounds.doors WHERE household_id = $1", "SELECT count(*) FROM rounds.consents WHERE household_id = $1", "SELECT count(*) FROM rounds.support_wanted WHERE household_id = $1",
		"SELECT count(*) FROM river.river_job WHERE args::text LIKE '%' || $1::text || '%'",
	} {
		if n := w.Count(statement, home); n != 0 {
			t.Errorf("%s: %d", statement, n)
		}
	}
	supervisor.do("GET", made.URL, nil).problem(http.StatusNotFound, "no_export", "")
	if log := w.log.String(); !strings.Contains(log, "route=") || strings.Contains(log, canaryStreet) || strings.Contains(log, "7c4n4ry") || strings.Contains(log, home.String()) {
		t.Error("the log has the place, or no line at all")
	}
	for _, folder := range []string{w.data, w.exports} {
		w.noCanaryIn(folder, home)
	}
	if body := supervisor.do("GET", tile, nil).body; strings.Contains(string(body), home.String()) {
		t.Error("a tile has the place still")
	}

	// An older backup has it again, until the ledger is replayed.
	w.restore(saved)
	if n := w.Count("SELECT count(*) FROM rounds.households WHERE id = $1", home); n != 1 || w.Count("SELECT count(*) FROM rounds.consents") != 1 {
		t.Fatal("the backup brought nothing back")
	}
	replayed, err := retention.ReplayErasures(t.Context(), w.DB, w.Keys(), w.data)
	if err != nil || replayed.Places != 1 || len(w.found()) > 0 || w.Count("SELECT count(*) FROM rounds.consents") != 0 {
		t.Errorf("%+v, %v, left in %v", replayed, err, w.found())
	}
	if again, err := retention.ReplayErasures(t.Context(), w.DB, w.Keys(), w.data); err != nil || again != (retention.Replayed{}) {
		t.Errorf("%+v, %v", again, err)
	}
}

// noCanaryIn looks into every file of a folder.
func (w *world) noCanaryIn(folder string, home uuid.UUID) {
	w.Helper()
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for _, canary := range []string{canaryStreet, "7c4n4ry", home.String()} {
			if strings.Contains(string(text), canary) {
				w.Errorf("%s has %q", path, canary)
			}
		}
		return err
	})
	w.must(err)
}

// backUp keeps a household and its consent aside, as an older backup has them.
func (w *world) backUp(home uuid.UUID, consent register.Consent) [2]string {
	w.Helper()
	var kept [2]string
	w.must(w.Owner.QueryRow(w.Context(), "SELECT h::text FROM rounds.households h WHERE id = $1", home).Scan(&kept[0]))
	w.must(w.Owner.QueryRow(w.Context(), "SELECT c::text FROM rounds.consents c WHERE id = $1", consent.ID).Scan(&kept[1]))
	return kept
}

// restore makes the database what it was, which had refused nobody.
func (w *world) restore(kept [2]string) {
	w.Helper()
	w.Exec("DELETE FROM rounds.refusals")
	w.Exec("DELETE FROM rounds.consent_stubs")
	w.Exec("DELETE FROM rounds.erasures")
	w.Exec("INSERT INTO rounds.households SELECT ($1::rounds.households).*", kept[0])
	w.Exec("INSERT INTO rounds.consents SELECT ($1::rounds.consents).*", kept[1])
}

// A refusal at the door and a withdrawal are in the ledger before they are acknowledged.
func TestLedger_HasWhatWasAcknowledged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Support(0)
	lines := func() int {
		text, err := os.ReadFile(filepath.Join(w.data, "erasures.log"))
		if err != nil {
			return 0
		}
		return strings.Count(string(text), "\n")
	}
	w.caller("").do("POST", "/api/v1/withdrawals", map[string]string{"receipt": registertest.Receipt(0).String()}).want(http.StatusOK)
	if n := lines(); n != 1 {
		t.Errorf("after a withdrawal the ledger has %d lines", n)
	}
	home := w.Household(w.Workers[0], w.Today, 1)
	w.caller(registertest.WestWorker).do("POST", "/api/v1/households/"+home.String()+"/refuse", nil).want(http.StatusNoContent)
	if n := lines(); n != 1+w.Count("SELECT count(*) FROM rounds.refusals") {
		t.Errorf("after a refusal the ledger has %d lines", n)
	}
}
