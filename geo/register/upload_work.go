package register

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// ErrUploadTaken says that another process works on an upload.
var ErrUploadTaken = errors.New("register: another process works on the upload")

// errCancelled ends work on an upload that somebody cancelled.
var errCancelled = errors.New("register: the upload was cancelled")

// lookEvery is how often who works on an upload tells how far it is, and hears whether it
// was cancelled.
const lookEvery = 500 * time.Millisecond

// WorkOnUpload calls do with an upload that is to be worked on, for one process at a time;
// do counts percent. When nobody ordered work, or it was cancelled, that is no error; when
// another process is at it, the error is [ErrUploadTaken].
func (db *DB) WorkOnUpload(ctx context.Context, id uuid.UUID, do func(ctx context.Context, upload Upload, percent *atomic.Int64) error) error {
	return db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		mine, err := lockUpload(ctx, tx, id)
		if err != nil {
			return err
		}
		if !mine {
			return ErrUploadTaken
		}
		upload, err := findUpload(ctx, tx, id)
		if errors.Is(err, ErrNoUpload) {
			return nil
		}
		if err != nil || upload.State != Checking && upload.State != Importing && upload.State != Undoing {
			return err
		}
		life, cancel := context.WithCancelCause(ctx)
		percent, done := &atomic.Int64{}, make(chan struct{})
		go func() {
			defer close(done)
			db.watchUpload(life, upload, percent, cancel)
		}()
		err = do(life, upload, percent)
		cancelled := errors.Is(context.Cause(life), errCancelled)
		cancel(nil)
		<-done
		if cancelled || errors.Is(err, ErrUploadBusy) {
			return nil
		}
		return err
	})
}

// lockUpload takes the lock of an upload until tx ends; it may be idle for long.
func lockUpload(ctx context.Context, tx pgx.Tx, id uuid.UUID) (mine bool, err error) {
	var set string
	err = tx.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 1)), set_config('idle_in_transaction_session_timeout', '0', true)", id).Scan(&mine, &set)
	if err != nil {
		return false, fmt.Errorf("register: upload: %w", err)
	}
	return mine, nil
}

// watchUpload tells how far the work is until ctx ends, and cancels it when the upload is in
// another state. A look that fails is of no matter.
func (db *DB) watchUpload(ctx context.Context, upload Upload, percent *atomic.Int64, cancel context.CancelCauseFunc) {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
		}
		var there int64 = 1
		err := db.As(ctx, Service("import"), func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, "UPDATE rounds.uploads SET percent = $3 WHERE id = $1 AND state = $2", upload.ID, string(upload.State), min(percent.Load(), 100))
			there = tag.RowsAffected()
			return err
		})
		if err == nil && there == 0 {
			cancel(errCancelled)
			return
		}
	}
}

// EndUpload ends the work on an upload that changed nothing of the register.
func (db *DB) EndUpload(ctx context.Context, id uuid.UUID, from, to UploadState) error {
	return db.As(ctx, Service("import"), func(tx pgx.Tx) error { return moveUpload(ctx, tx, id, to, from) })
}

// UploadImported notes, in the transaction of an import, that it is that of an upload.
func UploadImported(ctx context.Context, tx pgx.Tx, id, of uuid.UUID) error {
	tag, err := tx.Exec(ctx, "UPDATE rounds.uploads SET state = 'imported', percent = 100, import_id = $2 WHERE id = $1 AND state = 'importing'", id, of)
	if err != nil {
		return fmt.Errorf("register: upload: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return ErrUploadBusy
	}
	return nil
}

// UploadUndone notes, in the transaction that takes it back, that an import is undone.
func UploadUndone(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	return moveUpload(ctx, tx, id, UndoneAll, Undoing)
}

// RescueUploads puts uploads back into the queue that nobody works on, nor waits to: the
// process that did has died.
func (db *DB) RescueUploads(ctx context.Context) error {
	return db.As(ctx, Service("import"), func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			SELECT u.id FROM rounds.uploads u
			WHERE u.state IN `+working+` AND NOT EXISTS (
				SELECT FROM river.river_job j WHERE j.kind = $1 AND j.args @> jsonb_build_object('upload', u.id)
					AND j.state IN ('available', 'pending', 'retryable', 'scheduled'))`, UploadArgs{}.Kind())
		if err != nil {
			return fmt.Errorf("register: rescue uploads: %w", err)
		}
		uploads, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return fmt.Errorf("register: rescue uploads: %w", err)
		}
		for _, id := range uploads {
			orphan, err := lockUpload(ctx, tx, id)
			if err == nil && orphan {
				err = db.Enqueue(ctx, tx, UploadArgs{id})
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
