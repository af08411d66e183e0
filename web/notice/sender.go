package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/wneessen/go-mail"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/outside"
)

// Options of a sender; the zero value sends push messages alone.
type Options struct {
	// Mail takes messages for mailboxes; nil when there is no server for them.
	Mail *MailServer
	// Origin is where people reach this server, as https://rounds.example.org; "" when
	// nobody said: messages then have no link.
	Origin string
	// Now is the clock and Location where days begin; nil are the system's.
	Now      func() time.Time
	Location *time.Location
	// Log is for what goes wrong; nil is the default logger.
	Log *slog.Logger
	// Client, when not nil, reaches push services in place of one that reaches the
	// internet alone.
	Client *http.Client
}

// Sender sends notices. It is safe for concurrent use.
type Sender struct {
	db      *register.DB
	keys    *register.Keys
	options Options
	client  *http.Client
}

// New makes a sender.
func New(db *register.DB, keys *register.Keys, options Options) *Sender {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Location == nil {
		options.Location = time.Local
	}
	if options.Log == nil {
		options.Log = slog.Default()
	}
	client := options.Client
	if client == nil {
		client = outside.Client(pushWithin)
	}
	return &Sender{db: db, keys: keys, options: options, client: client}
}

// ErrNoMail says that this installation has no server for e-mail.
var ErrNoMail = errors.New("notice: no mail server")

// Mails says whether there is a server for e-mail.
func (s *Sender) Mails() bool { return s.options.Mail != nil }

// SendCode sends a code to a mailbox, to learn whose it is.
func (s *Sender) SendCode(ctx context.Context, language, email, code string) error {
	if !s.Mails() {
		return ErrNoMail
	}
	say := words[language]
	return s.options.Mail.send(ctx, email, uuid.New(), say["code"], fmt.Sprintf(say["code_text"], code)+"\n")
}

// Deliver sends one notice to one place, once.
func (s *Sender) Deliver(ctx context.Context, id uuid.UUID) error {
	return s.db.Deliver(ctx, s.keys, id, func(d register.Delivery) error {
		message := Write(d.Notice, d.Language)
		if d.Target.Channel == register.Email {
			if !s.Mails() {
				return ErrNoMail
			}
			return s.options.Mail.send(ctx, d.Target.Email, d.NoticeID, message.Title, message.mailbox(d.Language, s.options.Origin))
		}
		payload, err := message.push(d.NoticeID)
		if err != nil {
			return err
		}
		return s.push(ctx, d.Target, d.NoticeID, payload)
	})
}

// deliverAttempts is how often a delivery is tried, over about a day.
const deliverAttempts = 14

type deliverWorker struct {
	river.WorkerDefaults[register.DeliverNotice]
	sender *Sender
}

// errDeliver is what the queue keeps of a failure.
var errDeliver = errors.New("notice: a delivery failed, see the log")

func (w *deliverWorker) Work(ctx context.Context, job *river.Job[register.DeliverNotice]) error {
	err := w.sender.Deliver(ctx, job.Args.Delivery)
	switch {
	case errors.Is(err, ErrNoMail):
		return river.JobCancel(errDeliver)
	case err != nil && job.Attempt >= deliverAttempts:
		w.sender.options.Log.WarnContext(ctx, "notice given up", "status", statusOf(err))
		return river.JobCancel(errDeliver)
	case err != nil:
		w.sender.options.Log.WarnContext(ctx, "notice not sent, it is tried again", "status", statusOf(err))
		return errDeliver
	}
	return nil
}

// statusOf is what a server answered that refused a message; 0 when none did. Its words
// may name a mailbox or a browser and are kept nowhere.
func statusOf(err error) int {
	var mailed *mail.SendError
	var pushed pushError
	switch {
	case errors.As(err, &mailed):
		return mailed.ErrorCode()
	case errors.As(err, &pushed):
		return int(pushed)
	}
	return 0
}

// Hours between which digests are sent.
const (
	morning = 7
	noon    = 12
)

// DigestArgs are those of the job that queues the digests of a morning: none.
type DigestArgs struct{}

// Kind is what River calls the job.
func (DigestArgs) Kind() string { return "queue_digests" }

// Schedule looks each quarter of an hour whether it is morning; a digest of a day is
// queued once.
func Schedule() *river.PeriodicJob {
	const every = 15 * time.Minute
	return river.NewPeriodicJob(river.PeriodicInterval(every),
		func() (river.JobArgs, *river.InsertOpts) {
			return DigestArgs{}, &river.InsertOpts{UniqueOpts: river.UniqueOpts{ByPeriod: every}}
		}, &river.PeriodicJobOpts{RunOnStart: true})
}

type digestWorker struct {
	river.WorkerDefaults[DigestArgs]
	sender *Sender
}

// errDigest is what the queue keeps of a failure; why stands in the log.
var errDigest = errors.New("notice: the digests failed, see the log")

func (w *digestWorker) Work(ctx context.Context, _ *river.Job[DigestArgs]) error {
	err := w.sender.QueueDigests(ctx)
	if err != nil {
		w.sender.options.Log.ErrorContext(ctx, "digests failed", "error", err)
		return errDigest
	}
	return nil
}

// QueueDigests queues the digests of today when it is morning.
func (s *Sender) QueueDigests(ctx context.Context) error {
	now := s.options.Now().In(s.options.Location)
	if now.Hour() < morning || now.Hour() >= noon {
		return nil
	}
	return s.db.QueueDigests(ctx, time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC))
}

// AddTo has workers send notices.
func (s *Sender) AddTo(workers *river.Workers) {
	river.AddWorker(workers, &deliverWorker{sender: s})
	river.AddWorker(workers, &digestWorker{sender: s})
}
