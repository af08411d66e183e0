package retention_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
	"github.com/rounds-project/rounds/geo/register/retention"
)

// heard is a log whose lines can be waited for.
type heard struct {
	slog.Handler
	lines chan string
}

func (h heard) Handle(ctx context.Context, record slog.Record) error {
	h.lines <- record.Message
	return h.Handler.Handle(ctx, record)
}

// The application's login has what River needs, and the job runs once a day however
// many processes there are.
func TestJob_RunsOnceForAllProcesses(t *testing.T) {
	t.Parallel()
	town := registertest.NewTown(t)
	town.Exec(`INSERT INTO rounds.imports (id, kind, sha256, imported_at, added, changed, unchanged, gone)
		SELECT gen_random_uuid(), 'areas', sha256(''), '2020-01-01', 0, 0, 0, 0 FROM generate_series(1, 3)`)
	lines := make(chan string, 100)
	log := slog.New(heard{slog.NewTextHandler(t.Output(), nil), lines})
	ctx, stop := context.WithCancel(t.Context())
	var working sync.WaitGroup
	ledger, err := retention.OpenLedger(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	start := func() {
		workers := river.NewWorkers()
		river.AddWorker(workers, &retention.Worker{DB: town.DB, Ledger: ledger, Now: time.Now, Log: log})
		err := town.DB.WorkJobs(ctx, register.Jobs{Workers: workers, Periodic: []*river.PeriodicJob{retention.Schedule()}, AtOnce: map[string]int{river.QueueDefault: 2}, Log: log})
		if err != nil {
			t.Error(err)
		}
	}
	working.Go(start)
	working.Go(start)
	for line := range lines {
		if line == "retention done" {
			break
		}
	}
	stop()
	working.Wait()
	if n := town.Count("SELECT count(*) FROM river.river_job"); n != 1 {
		t.Errorf("%d jobs", n)
	}
	if n := town.Count("SELECT count(*) FROM river.river_job WHERE state = 'completed' AND args = '{}'"); n != 1 {
		t.Errorf("%d jobs were done, with arguments", n)
	}
	if n := town.Count("SELECT count(*) FROM rounds.sweeps"); n != len(retention.Classes) {
		t.Errorf("%d classes were swept", n)
	}
	if n := town.Count("SELECT gone FROM rounds.sweeps WHERE class = 'imports'"); n != 3 {
		t.Errorf("%d imports went", n)
	}
}
