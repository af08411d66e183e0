package register

import (
	"context"
	"crypto/ecdh"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Kinds of notices, of the closed list.
const (
	DigestNotice        = "digest"
	CaseDueNotice       = "case_due"
	CaseLateNotice      = "case_late"
	CaseEscalatedNotice = "case_escalated"
	MessageNotice       = "message"
)

// Notice is what an account is told outside of the app: ids and figures, never a name, an
// address or a text.
type Notice struct {
	Account uuid.UUID
	// Kind is of the closed list.
	Kind string
	// About is the case or the message; uuid.Nil for a digest.
	About uuid.UUID
	// Day is that of the digest, on which the case is due, or went up a level: the same
	// notice of one day goes out once.
	Day time.Time
	// Digest is that of the kind of this name.
	Digest Digest
}

// DeliverNotice are the arguments of the job that sends a notice to one place.
type DeliverNotice struct {
	Delivery uuid.UUID `json:"delivery"`
}

// Kind is what River calls the job.
func (DeliverNotice) Kind() string { return "deliver_notice" }

// QueueNotice has a notice sent to each place that its account chose, when tx commits;
// nothing when it chose none, or when the same was queued before. tx is of any principal
// that may know what the notice tells.
func (db *DB) QueueNotice(ctx context.Context, tx pgx.Tx, n Notice) error {
	var visits, today, soon, breached *int
	if n.Kind == DigestNotice {
		visits, today, soon, breached = &n.Digest.Visits, &n.Digest.Today, &n.Digest.Soon, &n.Digest.Breached
	}
	rows, err := tx.Query(ctx, "SELECT rounds.queue_notice($1, $2, $3, $4, $5, $6, $7, $8)",
		n.Account, n.Kind, orNull(n.About), n.Day, visits, today, soon, breached)
	if err != nil {
		return fmt.Errorf("register: notice: %w", err)
	}
	deliveries, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return fmt.Errorf("register: notice: %w", err)
	}
	for _, id := range deliveries {
		if err := db.Enqueue(ctx, tx, DeliverNotice{id}); err != nil {
			return err
		}
	}
	return nil
}

// Delivery is a notice on its way to one place.
type Delivery struct {
	ID uuid.UUID
	Notice
	// NoticeID is the same at every place and every attempt.
	NoticeID uuid.UUID
	// Language is that of the account.
	Language string
	Target   NoticeTarget
}

// notifier is who sends notices.
var notifier = Service("notice")

// ErrTargetGone says that a place takes no notices any more.
var ErrTargetGone = errors.New("register: the place takes no notices any more")

// Deliver sends a notice once: send runs while nobody else can send the same, and what it
// did is kept with it. A delivery that was made, or whose account or place is gone, is
// none. When send fails nothing is kept, and it may be tried again; when it is
// [ErrTargetGone] the place is forgotten.
func (db *DB) Deliver(ctx context.Context, keys *Keys, id uuid.UUID, send func(Delivery) error) error {
	err := db.As(ctx, notifier, func(tx pgx.Tx) error {
		delivery, err := findDelivery(ctx, tx, keys, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		switch err := send(delivery); {
		case errors.Is(err, ErrTargetGone):
			_, err := tx.Exec(ctx, "DELETE FROM rounds.notice_targets WHERE id = $1", delivery.Target.ID)
			return err
		case err != nil:
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE rounds.notice_deliveries SET sent_at = now() WHERE id = $1", id)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: delivery: %w", err)
	}
	return nil
}

func findDelivery(ctx context.Context, tx pgx.Tx, keys *Keys, id uuid.UUID) (Delivery, error) {
	// The row is locked alone: a second worker waits, and then finds that it was sent.
	const lock = "SELECT id FROM rounds.notice_deliveries WHERE id = $1 AND sent_at IS NULL FOR UPDATE"
	const query = `
		SELECT n.id, n.account_id, n.kind, coalesce(n.about, '00000000-0000-0000-0000-000000000000'), n.day,
			coalesce(n.visits, 0), coalesce(n.today, 0), coalesce(n.soon, 0), coalesce(n.breached, 0),
			rounds.notice_language(n.account_id), t.id, t.channel, t.target
		FROM rounds.notice_deliveries d JOIN rounds.notices n ON n.id = d.notice_id JOIN rounds.notice_targets t ON t.id = d.target_id
		WHERE d.id = $1 AND rounds.notice_language(n.account_id) IS NOT NULL`
	d := Delivery{ID: id}
	var sealed []byte
	if err := tx.QueryRow(ctx, lock, id).Scan(&d.ID); err != nil {
		return d, err
	}
	err := tx.QueryRow(ctx, query, id).Scan(&d.NoticeID, &d.Account, &d.Kind, &d.About, &d.Day,
		&d.Digest.Visits, &d.Digest.Today, &d.Digest.Soon, &d.Digest.Breached, &d.Language, &d.Target.ID, &d.Target.Channel, &sealed)
	if err != nil {
		return d, err
	}
	d.Target, err = keys.openTarget(d.Target.ID, d.Target.Channel, sealed)
	return d, err
}

// PushKey is the installation's key of RFC 8292, by which push services know it.
func (k *Keys) PushKey() *ecdh.PrivateKey {
	for i := 0; ; i++ {
		// Almost every number of 256 bits is a key.
		if key, err := ecdh.P256().NewPrivateKey(k.Login("push", fmt.Sprint(i))); err == nil {
			return key
		}
	}
}
