package feed

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/rounds-project/rounds/geo/register"
)

const (
	// lookEvery is how often hooks are looked at.
	lookEvery = time.Minute
	// hookAttempts is how often a message is tried, over about a day, before its hook is
	// stopped.
	hookAttempts = 14
	// HookWithin is how long a receiver may take to answer.
	HookWithin = 15 * time.Second
)

// Secret is what a hook's messages are signed with, as libraries of Standard Webhooks take
// it.
func Secret(keys *register.Keys, hook, maker uuid.UUID) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(keys.HookSecret(hook, maker))
}

// Teller tells hooks what has changed. It is safe for concurrent use.
type Teller struct {
	DB    *register.DB
	Keys  *register.Keys
	Today func() time.Time
	Now   func() time.Time
	Log   *slog.Logger
	// Client reaches receivers.
	Client *http.Client
}

// refusal is the status with which a receiver refused a message, 0 for no answer.
type refusal int

func (r refusal) Error() string { return fmt.Sprintf("feed: a webhook answered %d", int(r)) }

// Tell sends a hook what has changed since it was told, page by page, each as a message. A
// page that was taken is never sent again but by a process that died before keeping that,
// and then under the same id.
func (t *Teller) Tell(ctx context.Context, id uuid.UUID) error {
	for {
		hook, err := t.DB.LiveHook(ctx, id)
		if err != nil {
			return err
		}
		query := register.FeedQuery{Feed: hook.Feed, Position: hook.Position, Limit: min(usualPage, hook.LeftRows), Today: t.Today(), Names: t.Keys.Pseudonyms(hook.ID, t.Today())}
		if hook.Unit != nil {
			query.Unit = *hook.Unit
		}
		found, err := t.DB.Changes(ctx, hook.Principal(), query)
		if err != nil {
			return err
		}
		if len(found.Changes) == 0 && !found.Anew {
			return nil
		}
		if err := t.DB.SpendHookRows(ctx, hook, max(1, len(found.Changes))); err != nil {
			return err
		}
		if err := t.send(ctx, hook, found); err != nil {
			return err
		}
		if err := t.DB.HookTold(ctx, hook, found.Position); err != nil || !found.More {
			return err
		}
	}
}

func (t *Teller) send(ctx context.Context, hook register.Hook, found register.FeedPage) error {
	body, err := json.Marshal(pageOf(hook.Feed, hook.Unit, found))
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+hook.Host+hook.Path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	// What is told from one position to another is one message, however often it is sent.
	secret := t.Keys.HookSecret(hook.ID, hook.AccountID)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("from " + hook.Position + " to " + found.Position))
	t.sign(request.Header, secret, "msg_"+base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18]), body)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Rounds")
	answer, err := t.Client.Do(request)
	if err != nil {
		return refusal(0)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 1<<16)
	if answer.StatusCode/100 != 2 {
		return refusal(answer.StatusCode)
	}
	return nil
}

// sign adds the headers of Standard Webhooks 1.0: HMAC-SHA256 over id, time and body.
func (t *Teller) sign(header http.Header, secret []byte, message string, body []byte) {
	at := strconv.FormatInt(t.Now().Unix(), 10)
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.%s", message, at, body)
	header.Set("webhook-id", message)
	header.Set("webhook-timestamp", at)
	header.Set("webhook-signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// TellHook is the job that tells a hook.
type TellHook struct {
	Hook uuid.UUID `json:"hook" river:"unique"`
}

// Kind is what River calls the job.
func (TellHook) Kind() string { return "tell_hook" }

// InsertOpts keeps one job of a hook in the queue, one that waits for its next try too.
func (TellHook) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: hookAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// LookArgs are those of the job that has hooks told: none.
type LookArgs struct{}

// Kind is what River calls the job.
func (LookArgs) Kind() string { return "look_at_hooks" }

// Schedule looks at the hooks each minute.
func Schedule() *river.PeriodicJob {
	return river.NewPeriodicJob(river.PeriodicInterval(lookEvery), func() (river.JobArgs, *river.InsertOpts) {
		return LookArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: lookEvery}}
	}, &river.PeriodicJobOpts{RunOnStart: true})
}

// errTell is what the queue keeps of a failure.
var errTell = errors.New("feed: a webhook was not told, see the log")

type lookWorker struct {
	river.WorkerDefaults[LookArgs]
	teller *Teller
}

func (w *lookWorker) Work(ctx context.Context, _ *river.Job[LookArgs]) error {
	if err := w.teller.Look(ctx); err != nil {
		w.teller.Log.ErrorContext(ctx, "webhooks failed", "error", err)
		return errTell
	}
	return nil
}

// Look queues a job for each hook that has none.
func (t *Teller) Look(ctx context.Context) error {
	hooks, err := t.DB.LiveHooks(ctx)
	if err != nil {
		return err
	}
	jobs := make([]river.JobArgs, len(hooks))
	for i, hook := range hooks {
		jobs[i] = TellHook{hook.ID}
	}
	return t.DB.EnqueueAll(ctx, jobs)
}

type tellWorker struct {
	river.WorkerDefaults[TellHook]
	teller *Teller
}

func (w *tellWorker) Work(ctx context.Context, job *river.Job[TellHook]) error {
	t := w.teller
	err := t.Tell(ctx, job.Args.Hook)
	var refused refusal
	switch {
	case err == nil, errors.Is(err, register.ErrTold):
		return nil
	case errors.Is(err, register.ErrNoHook), errors.Is(err, register.ErrDayIsFull):
		return nil // it ended; or goes on tomorrow
	case !errors.As(err, &refused):
		t.Log.ErrorContext(ctx, "webhook not told, it is tried again", "error", err)
		return errTell
	}
	forGood := job.Attempt >= hookAttempts || refused == http.StatusGone
	t.Log.WarnContext(ctx, "webhook not taken", "status", int(refused), "stopped", forGood)
	if err := t.DB.HookRefused(ctx, register.Hook{ID: job.Args.Hook}, int(refused), forGood); err != nil {
		return errTell
	}
	if forGood {
		return river.JobCancel(errTell)
	}
	return errTell
}

// AddTo has workers tell hooks.
func (t *Teller) AddTo(workers *river.Workers) {
	river.AddWorker(workers, &lookWorker{teller: t})
	river.AddWorker(workers, &tellWorker{teller: t})
}
