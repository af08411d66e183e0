package web

import (
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// sync is what a phone sends.
func (w *world) sync(mark string, operations ...map[string]any) map[string]any {
	return map[string]any{"mark": mark, "operations": operations, "held": map[string]any{"households": []uuid.UUID{}, "consents": []uuid.UUID{}}}
}

// operation is something recorded today, under a new id.
func (w *world) operation(kind string, part map[string]any) map[string]any {
	return map[string]any{"id": uuid.New(), "kind": kind, "made_on": date(w.Today), kind: part}
}

// sealed is an operation as a phone keeps and sends it.
func (w *world) sealed(to hpke.PublicKey, account uuid.UUID, ticket string, operation map[string]any) map[string]any {
	w.Helper()
	text, err := json.Marshal(map[string]any{"account": account, "ticket": ticket, "operation": operation})
	w.must(err)
	box, err := hpke.Seal(to, hpke.HKDFSHA256(), hpke.AES256GCM(), []byte("rounds operation"), text)
	w.must(err)
	return map[string]any{"id": operation["id"], "box": box}
}

func (c *caller) synced(d *description, body map[string]any) (answer syncAnswer) {
	c.Helper()
	d.holds("POST /api/v1/sync", c.do("POST", "/api/v1/sync", body)).to(&answer)
	return answer
}

func states(answer syncAnswer) (states []string) {
	for _, result := range answer.Results {
		states = append(states, result.State+" "+result.Code)
	}
	return states
}

func TestSync_TakesEveryKindOnceHoweverOftenItIsSent(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	door := func(n int) uuid.UUID { return w.Household(w.Workers[0], w.Today, n) }
	visit := w.operation("visit", w.visit(0, "not_home"))
	consent := w.operation("consent", w.newConsent(1))
	one := w.newHousehold(door(3))
	one["house_number"] = "999"
	operations := []map[string]any{
		visit, w.operation("retract", map[string]any{"visit_id": visit["id"], "round_id": w.Round}),
		w.operation("visit", w.visit(2, "done")), w.operation("incident", hazard()), consent,
		w.operation("service_done", map[string]any{"consent_id": consent["id"], "service": "smoke_alarm"}),
		w.operation("withdraw", map[string]any{"consent_id": consent["id"]}),
		w.operation("door_note", map[string]any{"household_id": door(4), "note": "loose_dog", "seen_on": date(w.Today), "there": true, "turn": 1}),
		w.operation("household", one), w.operation("never_visit", map[string]any{"household_id": door(5)}),
	}
	counts := func() (n []int) {
		for _, query := range []string{"visits", "visit_retractions", "incidents", "consents", "consent_stubs", "door_notes", "households", "refusals"} {
			n = append(n, w.Count("SELECT count(*) FROM rounds."+query))
		}
		return n
	}
	var first []int
	for range 3 {
		answer := worker.synced(d, w.sync("", operations...))
		for i, result := range answer.Results {
			if result.State != "taken" || result.ID != operations[i]["id"] {
				t.Errorf("%v: %+v", operations[i]["kind"], result)
			}
		}
		if first == nil {
			first = counts()
		}
		if now := counts(); !slices.Equal(now, first) {
			t.Errorf("the same again: %v rows, before %v", now, first)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.operations"); n != len(operations) {
		t.Errorf("%d operations were taken, of %d", n, len(operations))
	}
}

func TestSync_RefusesWhatIsWrongAndTakesTheRest(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	with := func(operation map[string]any, field string, value any) map[string]any {
		operation[operation["kind"].(string)].(map[string]any)[field] = value
		return operation
	}
	taken := w.operation("visit", w.visit(0, "done"))
	other := w.operation("visit", w.visit(1, "declined"))
	other["id"] = taken["id"]
	answer := worker.synced(d, w.sync("", taken,
		with(w.operation("visit", w.visit(1, "done")), "outcome", "suspicious"),
		with(w.operation("visit", w.visit(1, "done")), "household_id", w.Household(w.Workers[1], w.Today.AddDate(0, 0, -7), 0)),
		with(w.operation("incident", hazard()), "matter", "key_person"),
		with(w.operation("incident", hazard()), "lon", 1.25),
		w.operation("mood", map[string]any{}),
		w.operation("retract", map[string]any{"visit_id": uuid.New(), "round_id": w.Round}),
		// At a door that is finished: it happened all the same.
		with(w.operation("visit", w.visit(0, "not_home")), "part", "evening"),
	))
	want := []string{"taken ", "refused invalid", "refused not_assigned", "refused no_matter", "refused outside", "refused unknown_field", "waits ", "taken "}
	if got := states(answer); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got := states(worker.synced(d, w.sync("", other))); got[0] != "refused id_taken" {
		t.Errorf("something else under the same id: %q", got)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits WHERE attempt = 1") + 10*w.Count("SELECT count(*) FROM rounds.visits WHERE attempt IS NULL"); n != 11 {
		t.Errorf("visits %d, want one that counts and one that does not", n)
	}
	for _, test := range []struct {
		body  map[string]any
		field string
	}{
		{w.sync("forged"), "mark"}, {w.sync("", slices.Repeat([]map[string]any{taken}, 201)...), "operations"},
	} {
		worker.do("POST", "/api/v1/sync", test.body).problem(422, "invalid", test.field)
	}
}

// What came too early waits, and is taken when it is sent again; what a wrong clock says
// is moved into the round.
func TestSync_AnyOrderAndAnyClock(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	visit := w.operation("visit", w.visit(0, "done"))
	retract := w.operation("retract", map[string]any{"visit_id": visit["id"], "round_id": w.Round})
	consent := w.operation("consent", w.newConsent(1))
	withdraw := w.operation("withdraw", map[string]any{"consent_id": consent["id"]})
	early := states(worker.synced(d, w.sync("", retract, withdraw)))
	late := states(worker.synced(d, w.sync("", withdraw, retract, consent, visit)))
	again := states(worker.synced(d, w.sync("", withdraw, retract)))
	if !slices.Equal(early, []string{"waits ", "waits "}) || !slices.Equal(late, []string{"waits ", "taken ", "taken ", "taken "}) || !slices.Equal(again, []string{"taken ", "taken "}) {
		t.Errorf("%q, %q, %q", early, late, again)
	}
	if n := w.Count("SELECT count(*) FROM rounds.consents") + w.Count("SELECT count(*) FROM rounds.visits WHERE attempt IS NOT NULL"); n != 0 {
		t.Errorf("%d consents and visits stand that were withdrawn and taken back", n)
	}
	for days, want := range map[int]string{9: date(w.Today), -400: date(w.Today.AddDate(0, 0, -7))} {
		operation := w.operation("visit", w.visit(5+days%3, "not_home"))
		operation["made_on"] = date(w.Today.AddDate(0, 0, days))
		operation["visit"].(map[string]any)["visited_on"] = operation["made_on"]
		if got := states(worker.synced(d, w.sync("", operation))); got[0] != "taken " {
			t.Errorf("a clock that is %d days off: %q", days, got)
		}
		var on string
		w.must(w.Owner.QueryRow(t.Context(), "SELECT visited_on::text FROM rounds.visits WHERE id = $1", operation["id"]).Scan(&on))
		if on != want {
			t.Errorf("a clock that is %d days off: %s, want %s", days, on, want)
		}
	}
}

// What a phone cannot read any more is taken all the same, from the account that sealed it.
func TestSync_OpensWhatWasSealed(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	var key struct {
		Key    []byte
		Ticket string
	}
	d.holds("GET /api/v1/sync/key", worker.do("GET", "/api/v1/sync/key", nil)).to(&key)
	public, err := hpke.DHKEM(ecdh.P256()).NewPublicKey(key.Key)
	w.must(err)
	seal := func(account uuid.UUID, operation map[string]any) map[string]any {
		return w.sealed(public, account, key.Ticket, operation)
	}
	visit := w.operation("visit", w.visit(0, "done"))
	own := seal(w.As(registertest.WestWorker).Account, visit)
	another := seal(w.As(registertest.MiddleWorker).Account, w.operation("visit", w.visit(1, "done")))
	broken := map[string]any{"id": uuid.New(), "box": []byte("none")}
	renamed := map[string]any{"id": uuid.New(), "box": own["box"]}
	body := w.sync("", visit)
	body["sealed"] = []map[string]any{own, another, broken, renamed}
	want := []string{"taken ", "taken ", "waits sealed", "waits sealed", "waits sealed"}
	for range 2 {
		if got := states(worker.synced(d, body)); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 1 {
		t.Errorf("%d visits, want 1", n)
	}

	// As a file that the worker's supervisor hands in, who could seal something too, but
	// has no ticket of the worker's.
	account := w.As(registertest.WestWorker).Account
	byFile := seal(account, w.operation("visit", w.visit(2, "done")))
	key.Ticket = date(w.Today) + ".AAAAAAAAAAAAAAAAAAAAAA"
	forged := seal(account, w.operation("visit", w.visit(3, "done")))
	file := map[string]any{"form": phoneFile, "account": account, "sealed": []map[string]any{byFile, own, forged}}
	var handedIn syncAnswer
	supervisor := w.caller(registertest.WestSupervisor)
	d.holds("POST /api/v1/sync/file", supervisor.do("POST", "/api/v1/sync/file", file)).to(&handedIn)
	if got, want := states(handedIn), []string{"waits ", "waits ", "refused sealed"}; !slices.Equal(got, want) {
		t.Errorf("a file that is not accepted: %q, want %q", got, want)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 1 {
		t.Errorf("%d visits before somebody accepted, want 1", n)
	}
	file["accept"] = true
	d.holds("POST /api/v1/sync/file", supervisor.do("POST", "/api/v1/sync/file", file)).to(&handedIn)
	if got, want := states(handedIn), []string{"taken ", "taken ", "refused sealed"}; !slices.Equal(got, want) {
		t.Errorf("by file: %q, want %q", got, want)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 2 {
		t.Errorf("%d visits, want 2", n)
	}
	// A week after the phone was last heard of, its file proves nothing any more.
	key.Ticket = w.server.ticket(account, date(w.Today.AddDate(0, 0, -6)))
	last := seal(account, w.operation("visit", w.visit(4, "done")))
	key.Ticket = w.server.ticket(account, date(w.Today.AddDate(0, 0, -7)))
	over := seal(account, w.operation("visit", w.visit(5, "done")))
	file["sealed"] = []map[string]any{last, over}
	d.holds("POST /api/v1/sync/file", supervisor.do("POST", "/api/v1/sync/file", file)).to(&handedIn)
	if got, want := states(handedIn), []string{"taken ", "refused sealed"}; !slices.Equal(got, want) {
		t.Errorf("of a phone that was last heard of 6 and 7 days ago: %q, want %q", got, want)
	}
	file["account"] = w.As(registertest.MiddleWorker).Account
	supervisor.do("POST", "/api/v1/sync/file", file).problem(404, "no_such_worker", "")
}

// A backup from before the last sync comes back: the epoch is another, and what the phone
// sends again is there again, once.
func TestSync_TheEpochChangesAfterAnOlderBackup(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	kept, lost := w.operation("visit", w.visit(0, "done")), w.operation("visit", w.visit(1, "done"))
	first := worker.synced(d, w.sync("", kept))
	second := worker.synced(d, w.sync(first.Mark, lost))
	if first.Epoch != second.Epoch {
		t.Error("the epoch changed for nothing")
	}
	w.Exec("DELETE FROM rounds.visits WHERE id = $1", lost["id"])
	w.Exec("DELETE FROM rounds.operations WHERE id = $1", lost["id"])
	w.Exec("SELECT setval('rounds.operations_sequence_seq', 1)")
	third := worker.synced(d, w.sync(second.Mark))
	if third.Epoch == first.Epoch {
		t.Error("nobody noticed the restore")
	}
	worker.synced(d, w.sync(third.Mark, kept, lost))
	fifth := worker.synced(d, w.sync(third.Mark, kept, lost))
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 2 || fifth.Epoch != third.Epoch {
		t.Errorf("%d visits, epoch %v, want 2 and %v", n, fifth.Epoch, third.Epoch)
	}
}

// Places that refused, that another worker has now, or that never were one's own, and
// consents that ended, are told alike.
func TestSync_TellsThePhoneWhatToForget(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	door := func(n int) uuid.UUID { return w.Household(w.Workers[0], w.Today, n) }
	mine, refused, moved := door(0), door(1), door(2)
	stays, ends := w.Support(5), w.Support(6)
	w.must(w.DB.WithdrawConsent(t.Context(), w.As(registertest.WestWorker), ends.ID))
	w.must(w.DB.Refuse(t.Context(), w.As(registertest.WestSupervisor), w.Keys(), refused))
	w.Exec(`UPDATE rounds.stops SET seq = 900, route_id = (SELECT id FROM rounds.routes WHERE worker_id = $1 LIMIT 1) WHERE household_id = $2`, w.Workers[1], moved)
	body := w.sync("")
	body["held"] = heldBody{Households: []uuid.UUID{mine, refused, moved}, Consents: []uuid.UUID{stays.ID, ends.ID}}
	answer := worker.synced(d, body)
	slices.SortFunc(answer.Forget.Households, byID)
	want := []uuid.UUID{refused, moved}
	slices.SortFunc(want, byID)
	if !slices.Equal(answer.Forget.Households, want) || !slices.Equal(answer.Forget.Consents, []uuid.UUID{ends.ID}) {
		t.Errorf("%+v", answer.Forget)
	}
}

func byID(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) }

func TestSync_SendsPhonesAwayWhenManyCome(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	var leave func()
	for range syncsAtOnce(w.server.DB.Connections()) {
		var err error
		leave, err = w.server.syncs.enter(t.Context())
		w.must(err)
	}
	w.server.syncs.lasts = time.Minute // so that nobody is to wait for them
	away := worker.do("POST", "/api/v1/sync", w.sync(""))
	away.problem(http.StatusServiceUnavailable, "busy", "")
	if away.header.Get("Retry-After") == "" {
		t.Error("nobody says when to come again")
	}
	leave()
	worker.synced(d, w.sync(""))
}

func TestSync_ASlowPhoneKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	text, err := json.Marshal(w.sync(""))
	w.must(err)
	reads, answers := make(chan struct{}), make(chan error)
	var slow []*io.PipeWriter
	for range syncsAtOnce(w.server.DB.Connections()) {
		body, rest := io.Pipe()
		slow = append(slow, rest)
		request := worker.asks("POST", "/api/v1/sync", "")
		request.Body, request.ContentLength = body, -1
		request.Header.Set("Expect", "100-continue") // said when the body is asked for
		request = request.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got100Continue: func() { reads <- struct{}{} }}))
		go func() {
			response, err := worker.browser.Do(request)
			if err == nil {
				err = response.Body.Close()
			}
			if err == nil && response.StatusCode != http.StatusOK {
				err = fmt.Errorf("answered %s", response.Status)
			}
			answers <- err
		}()
	}
	for range slow {
		<-reads
	}
	worker.synced(d, w.sync(""))
	for _, rest := range slow {
		_, err := rest.Write(text)
		w.must(errors.Join(err, rest.Close()))
		w.must(<-answers)
	}
}

// A worker who was at the door when it was theirs is heard, also when the household has
// gone to another in between; what was heard is not theirs to read.
func TestSync_TakesWhatWasRecordedBeforeAHouseholdMoved(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	door := w.Household(w.Workers[0], w.Today, 1)
	before := w.newConsent(1)
	before["household_id"] = door
	consent := w.operation("consent", before)
	planned := worker.synced(d, w.sync("", consent)).Days
	if again := worker.synced(d, w.sync("")).Days; again != planned || planned == "" {
		t.Errorf("the days are %q, then %q: nothing changed", planned, again)
	}

	w.Exec("UPDATE rounds.plans SET state = 'superseded', published_at = $1 WHERE state = 'published'", w.Today.AddDate(0, 0, -20))
	w.ID("INSERT INTO rounds.plans (id, round_id, version, state, seed, published_at) VALUES (gen_random_uuid(), $1, 90, 'published', 1, $2) RETURNING id", w.Round, w.Today)
	late := w.newConsent(2)
	late["household_id"], late["receipt"] = door, "0123-4567-89AB-CDEG"
	operations := []map[string]any{
		w.operation("door_note", map[string]any{"household_id": door, "note": "loose_dog", "seen_on": date(w.Today), "there": true, "turn": 1}),
		w.operation("consent", late),
		w.operation("service_done", map[string]any{"consent_id": consent["id"], "service": "smoke_alarm"}),
		w.operation("withdraw", map[string]any{"consent_id": consent["id"]}),
		w.operation("visit", w.visit(1, "done")),
	}
	for range 2 {
		if got, want := states(worker.synced(d, w.sync("", operations...))), []string{"taken ", "taken ", "taken ", "taken ", "taken "}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for query, want := range map[string]int{
		"SELECT count(*) FROM rounds.door_notes": 1, "SELECT count(*) FROM rounds.consents": 1, "SELECT count(*) FROM rounds.consent_stubs": 1, "SELECT count(*) FROM rounds.visits": 1,
	} {
		if n := w.Count(query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	body := w.sync("")
	body["held"] = heldBody{Households: []uuid.UUID{door}, Consents: []uuid.UUID{operations[1]["id"].(uuid.UUID)}}
	told := worker.synced(d, body)
	if gone := told.Forget; len(gone.Households) != 1 || len(gone.Consents) != 1 {
		t.Errorf("the phone keeps what is another's now: %+v", gone)
	}
	if told.Days == planned {
		t.Error("nobody tells that the days are planned anew")
	}

	// Long ago it was theirs: too long to have been there for it.
	w.Exec("UPDATE rounds.plans SET published_at = $1 WHERE version = 90", w.Today.AddDate(0, 0, -18))
	note := w.operation("door_note", map[string]any{"household_id": door, "note": "locked_gate", "seen_on": date(w.Today), "there": true, "turn": 2})
	if got := states(worker.synced(d, w.sync("", note))); got[0] != "refused not_assigned" {
		t.Errorf("a note at a door that has long been another's: %q", got)
	}
}

// What the database objects to, and nobody expected, is told of that operation alone: it
// stays on the phone, and the others are taken.
func TestSync_OneThatFailsStopsNoOther(t *testing.T) {
	t.Parallel()
	w, d := newWorld(t), newDescription(t)
	worker := w.caller(registertest.WestWorker)
	w.Exec(`CREATE FUNCTION rounds.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.outcome = 'vacant' THEN RAISE EXCEPTION 'a rule that nobody knew'; END IF; RETURN NEW; END $$`)
	w.Exec("CREATE TRIGGER fail BEFORE INSERT ON rounds.visits FOR EACH ROW EXECUTE FUNCTION rounds.fail()")
	w.Exec(`CREATE FUNCTION rounds.fail_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.outcome = 'gone' THEN RAISE EXCEPTION 'another'; END IF; RETURN NULL; END $$`)
	w.Exec("CREATE CONSTRAINT TRIGGER fail_late AFTER INSERT ON rounds.visits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.fail_late()")
	operations := []map[string]any{
		w.operation("visit", w.visit(0, "done")), w.operation("visit", w.visit(1, "vacant")), w.operation("visit", w.visit(2, "gone")),
		w.operation("visit", w.visit(3, "not_home")), w.operation("incident", hazard()),
	}
	if got, want := states(worker.synced(d, w.sync("", operations...))), []string{"taken ", "waits failed", "waits failed", "taken ", "taken "}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	w.Exec("DROP FUNCTION rounds.fail() CASCADE")
	w.Exec("DROP FUNCTION rounds.fail_late() CASCADE")
	if got, want := states(worker.synced(d, w.sync("", operations...))), []string{"taken ", "taken ", "taken ", "taken ", "taken "}; !slices.Equal(got, want) {
		t.Errorf("when it was mended: %q, want %q", got, want)
	}
	if n := w.Count("SELECT count(*) FROM rounds.visits"); n != 4 {
		t.Errorf("%d visits, want 4", n)
	}
}
