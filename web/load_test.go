package web

import (
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// loadReads is how many reads the load test makes; `make load-audit` asks for more.
func loadReads(t *testing.T) int64 {
	t.Helper()
	text, set := os.LookupEnv("ROUNDS_LOAD_READS")
	if !set {
		return 1000
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		t.Fatalf("ROUNDS_LOAD_READS=%s: want a number", text)
	}
	return n
}

// Many people read at once while the log is sealed: no answer is without its row, and
// the log is what was sealed.
func TestReads_UnderLoadMissNoRow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	reads := loadReads(t)
	route := "/api/v1/routes/" + w.ID("SELECT id FROM rounds.routes ORDER BY id LIMIT 1").String()
	asks := []struct{ account, path string }{
		{registertest.WestWorker, "/api/v1/day"}, {registertest.CountySupervisor, route}, {registertest.CountyAnalyst, "/api/v1/incidents"},
		{registertest.CountySupervisor, "/api/v1/workers"}, {registertest.MiddleWorker, "/api/v1/plans/" + w.Plan.String() + "/routes?limit=5"},
	}
	callers := make([]*caller, len(asks))
	for i, a := range asks {
		callers[i] = w.caller(a.account)
	}
	before := w.Count("SELECT count(*) FROM rounds.reads")
	const people = 16
	var asked atomic.Int64
	answered := make([][]uuid.UUID, people)
	var reading, sealing sync.WaitGroup
	stop := make(chan struct{})
	sealing.Go(func() {
		for {
			if _, err := w.DB.SealReads(w.Context()); err != nil {
				t.Error(err)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	})
	for p := range people {
		reading.Go(func() {
			for n := asked.Add(1); n <= reads; n = asked.Add(1) {
				one := int(n) % len(asks)
				r := callers[one].do("GET", asks[one].path, nil)
				if r.status != http.StatusOK {
					t.Errorf("%s: %d: %.200s", asks[one].path, r.status, r.body)
					return
				}
				answered[p] = append(answered[p], uuid.MustParse(r.header.Get("X-Request-Id")))
			}
		})
	}
	reading.Wait()
	close(stop)
	sealing.Wait()
	if _, err := w.DB.SealReads(t.Context()); err != nil {
		t.Fatal(err)
	}
	rows, err := w.Owner.Query(t.Context(), "SELECT request_id FROM rounds.reads ORDER BY id OFFSET $1", before)
	w.must(err)
	logged, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	w.must(err)
	known := map[uuid.UUID]bool{}
	for _, id := range logged {
		known[id] = true
	}
	answers, missing := 0, 0
	for _, ids := range answered {
		for _, id := range ids {
			answers++
			if !known[id] {
				missing++
			}
		}
	}
	report, err := w.DB.VerifyReads(t.Context(), nil)
	if missing > 0 || int64(answers) != reads || len(logged) != answers || err != nil || report.Unsealed != 0 {
		t.Errorf("%d answers, %d rows, %d missing; %+v, %v", answers, len(logged), missing, report, err)
	}
	t.Logf("%d answers, %d rows, %d missing, %d seals", answers, len(logged), missing, report.Seals)
}
