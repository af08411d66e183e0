package web

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// syncLoad is how long phones sync and how many syncs a second; `make load` asks for
// more than the test of every day.
type syncLoad struct {
	seconds, perSecond, operations int
}

func loadOfSyncs(t *testing.T) syncLoad {
	t.Helper()
	l := syncLoad{seconds: 1, perSecond: 10, operations: 10}
	for name, number := range map[string]*int{"SECONDS": &l.seconds, "PER_SECOND": &l.perSecond, "OPERATIONS": &l.operations} {
		if text, set := os.LookupEnv("ROUNDS_LOAD_SYNC_" + name); set {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 {
				t.Fatalf("ROUNDS_LOAD_SYNC_%s=%s: want a number", name, text)
			}
			*number = n
		}
	}
	return l
}

// tookPart is what became of one sync of a load.
type tookPart struct {
	status int
	took   time.Duration
}

// Phones sync at a steady rate, whether or not the answer before has come. What was
// acknowledged is there; who is sent away is told when to come again, and nobody fails.
func TestSync_UnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	load := loadOfSyncs(t)
	phones := w.caller(registertest.WestWorker)
	phones.browser.Transport = &http.Transport{MaxIdleConnsPerHost: 1000}
	all := load.seconds * load.perSecond
	doors := w.strew(all*load.operations/4 + load.operations)
	bodies := w.recordedDays(doors, all, load.operations)
	parts := make([]tookPart, all)
	database, service := w.processorOfDatabase(), processor(t, "self")
	var under sync.WaitGroup
	every := time.NewTicker(time.Second / time.Duration(load.perSecond))
	defer every.Stop()
	for i := range all {
		<-every.C
		body := <-bodies
		under.Go(func() { parts[i] = phones.part(t, body, load.operations) })
	}
	under.Wait()
	var accepted []time.Duration
	away := 0
	for _, part := range parts {
		switch part.status {
		case http.StatusOK:
			accepted = append(accepted, part.took)
		case http.StatusServiceUnavailable:
			away++
		default:
			t.Errorf("a sync was answered %d", part.status)
		}
	}
	if n := w.Count("SELECT count(*) FROM rounds.operations"); n != len(accepted)*load.operations {
		t.Errorf("%d operations are there, %d were acknowledged", n, len(accepted)*load.operations)
	}
	if len(accepted) == 0 {
		t.Fatal("no sync was taken")
	}
	database, service = w.processorOfDatabase()-database, processor(t, "self")-service
	t.Logf("processor a sync: database %v, service and phones %v", database/time.Duration(len(accepted)), service/time.Duration(len(accepted)))
	slices.Sort(accepted)
	t.Logf("%d syncs of %d operations, %d/s: %d taken, %d sent away; p50 %v, p99 %v, longest %v", all, load.operations, load.perSecond,
		len(accepted), away, accepted[len(accepted)/2], accepted[len(accepted)*99/100], accepted[len(accepted)-1])
}

// strew adds doors beside those of the town: enough that each is tried four times at most.
func (w *world) strew(n int) (doors []uuid.UUID) {
	w.Helper()
	rows, err := w.Owner.Query(w.Context(), `INSERT INTO rounds.households (id, area_id, source_key, street, house_number, doors, cell, at)
		SELECT gen_random_uuid(), h.area_id, 'load/' || i, h.street, 'L' || i, 1, h.cell, h.at
		FROM generate_series(1, $1) i, rounds.households h WHERE h.id = $2 RETURNING id`, n, w.Household(w.Workers[0], w.Today, 0))
	w.must(err)
	doors, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	w.must(err)
	plan := w.ID("INSERT INTO rounds.plans (id, round_id, version, state, seed) VALUES (gen_random_uuid(), $1, 9, 'superseded', 1) RETURNING id", w.Round)
	const aRoute = 30_000 // stops, whose number is a smallint
	for first := 0; first < n; first += aRoute {
		route := w.ID(`INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s, distance_m, last_travel_s, last_distance_m, line)
			SELECT gen_random_uuid(), $1, worker_id, area_id, day + $3::integer, leave_at, back_at, 0, 0, 0, 0, 0, 0, line
			FROM rounds.routes WHERE worker_id = $2 AND day = $4 LIMIT 1 RETURNING id`, plan, w.Workers[0], first/aRoute, w.Today)
		w.Exec(`INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
			SELECT $1, $2, n, h.id, h.area_id, 1, '09:00', '09:00', '09:15', 0, 0
			FROM unnest($3::uuid[]) WITH ORDINALITY d (id, n) JOIN rounds.households h ON h.id = d.id`, route, plan, doors[first:min(n, first+aRoute)])
	}
	w.Exec("ANALYZE rounds.households, rounds.stops")
	return doors
}

// recordedDays are the visits of phones, sealed as phones do: the first before the load
// begins, since they were sealed when they were recorded.
func (w *world) recordedDays(doors []uuid.UUID, phones, n int) <-chan []byte {
	w.Helper()
	public, err := hpke.DHKEM(ecdh.P256()).NewPublicKey(w.Keys().SealKey())
	w.must(err)
	account := w.As(registertest.WestWorker).Account
	const ahead = 600
	days := make(chan []byte, ahead)
	day := func(phone int) {
		body := w.sync("")
		var sealed []map[string]any
		for i := range n {
			sealed = append(sealed, w.sealed(public, account, "", w.operation("visit", map[string]any{
				"round_id": w.Round, "household_id": doors[(phone*n+i)%len(doors)], "outcome": []string{"not_home", "done", "not_home", "no_access"}[i%4],
				"left_card": false, "visited_on": date(w.Today), "part": "morning",
			})))
		}
		body["sealed"] = sealed
		text, err := json.Marshal(body)
		w.must(err)
		days <- text
	}
	for phone := range min(phones, ahead) {
		day(phone)
	}
	go func() {
		for phone := ahead; phone < phones; phone++ {
			day(phone)
		}
	}()
	return days
}

// part sends one sync past the test's own reading, which would be measured too.
func (c *caller) part(t *testing.T, body []byte, operations int) tookPart {
	request, err := http.NewRequestWithContext(t.Context(), "POST", c.url+"/api/v1/sync", bytes.NewReader(body))
	if err != nil {
		t.Error(err)
		return tookPart{}
	}
	request.Header.Set("Content-Type", "application/json")
	began := time.Now()
	response, err := c.browser.Do(request)
	if err != nil {
		t.Error(err)
		return tookPart{}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	part := tookPart{response.StatusCode, time.Since(began)}
	if err != nil {
		t.Error(err)
	}
	if part.status == http.StatusServiceUnavailable && response.Header.Get("Retry-After") == "" {
		t.Error("a phone was sent away and not told until when")
	}
	if part.status == http.StatusOK && bytes.Count(text, []byte(`"state":"taken"`)) != operations {
		t.Errorf("not all was taken: %.200s", text)
	}
	return part
}

// processorOfDatabase is what the connections of this test have used of the processor: on
// a machine that others use too it says more than how long something took.
func (w *world) processorOfDatabase() (used time.Duration) {
	rows, err := w.Owner.Query(w.Context(), "SELECT pid::text FROM pg_stat_activity WHERE datname = current_database()")
	w.must(err)
	pids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	w.must(err)
	for _, pid := range pids {
		used += processor(w, pid)
	}
	return used
}

// processor is the time that a process has run, of Linux; 0 elsewhere.
func processor(t testing.TB, pid string) time.Duration {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if errors.Is(err, fs.ErrNotExist) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	const hundredths, user, system = 10 * time.Millisecond, 11, 12 // after the name, which ends with a bracket
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var used time.Duration
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.Atoi(field)
		if err != nil {
			t.Fatal(err)
		}
		used += time.Duration(n) * hundredths
	}
	return used
}
