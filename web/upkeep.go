package web

import (
	"context"
	"encoding/hex"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/retention"
	"github.com/rounds-project/rounds/planner/round"
	"github.com/rounds-project/rounds/tiles"
	"github.com/rounds-project/rounds/web/feed"
	"github.com/rounds-project/rounds/web/notice"
	"github.com/rounds-project/rounds/web/outside"
	"github.com/rounds-project/rounds/web/upload"
)

// How often the audit log is sealed, and files whose links are over are deleted.
const (
	sealEvery  = time.Minute
	sweepEvery = 10 * time.Minute
)

// Periodic are the jobs that one process, whichever, puts into the queues time and
// again.
func Periodic() []*river.PeriodicJob {
	return []*river.PeriodicJob{retention.Schedule(), round.Schedule(), tiles.PublishSchedule(), notice.Schedule(), feed.Schedule(), casework.ClockSchedule(), upload.Schedule()}
}

// workJobs works the queue of jobs until ctx ends.
func (s *Server) workJobs(ctx context.Context) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &retention.Worker{DB: s.DB, Ledger: s.Ledger, Now: s.Now, Log: s.Log})
	publisher := &tiles.Publisher{DB: s.DB, Keys: s.Keys, Today: s.today}
	river.AddWorker(workers, &tiles.PublishWorker{Publisher: publisher, Log: s.Log})
	s.Notices.AddTo(workers)
	(&feed.Teller{DB: s.DB, Keys: s.Keys, Today: s.today, Now: s.Now, Log: s.Log, Client: outside.Client(feed.HookWithin)}).AddTo(workers)
	s.Uploads.AddTo(workers)
	river.AddWorker(workers, &casework.ClockWorker{Office: s.office, Log: s.Log})
	s.Planner.AddTo(workers)
	err := s.DB.WorkJobs(ctx, register.Jobs{
		Workers: workers, Periodic: Periodic(), AtOnce: map[string]int{river.QueueDefault: 2, round.Queue: 1, register.UploadQueue: 1}, Log: s.Log,
	})
	if err != nil {
		s.Log.ErrorContext(ctx, "jobs failed", "error", err)
	}
}

// seal seals the audit log each minute, and a last time at the end. The newest root
// goes to the server's log, which may be kept where nobody can change it.
func (s *Server) seal(ctx context.Context) {
	every := time.NewTicker(sealEvery)
	defer every.Stop()
	for ended := false; ; {
		seals, err := s.DB.SealReads(context.WithoutCancel(ctx))
		if err != nil {
			// The rows wait for the next minute.
			s.Log.WarnContext(ctx, "sealing failed", "error", err)
		}
		if err := s.Ledger.Sync(context.WithoutCancel(ctx), s.DB); err != nil {
			s.Log.ErrorContext(ctx, "ledger of erasures failed", "error", err)
		}
		if n := len(seals); n > 0 {
			last := seals[n-1]
			s.Log.InfoContext(ctx, "audit log sealed", "seal", last.Number, "root", hex.EncodeToString(last.Root[:]))
		}
		if ended {
			return
		}
		select {
		case <-ctx.Done():
			ended = true
		case <-every.C:
		}
	}
}

// sweep removes files whose links are over.
func (s *Server) sweep(ctx context.Context) {
	every := time.NewTicker(sweepEvery)
	defer every.Stop()
	for {
		_, err := s.Shelf.Sweep()
		if err := errors.Join(err, s.sweepPhotos(ctx), s.sweepUploads(ctx)); err != nil {
			s.Log.ErrorContext(ctx, "sweep failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
	}
}

// sweepUploads removes the files whose time is over.
func (s *Server) sweepUploads(ctx context.Context) error {
	known, err := s.DB.KnownUploads(ctx)
	if err != nil {
		return err
	}
	return s.Uploads.Sweep(known)
}
