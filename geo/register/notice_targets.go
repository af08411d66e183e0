package register

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Channels by which notices go.
const (
	Email = "email"
	Push  = "push"
)

// NoticeTarget is a place that notices go to: a mailbox, or a browser's address at its
// push service with the keys of RFC 8291.
type NoticeTarget struct {
	ID      uuid.UUID `json:"-"`
	Channel string    `json:"-"`
	// Confirmed is whether the code that was sent to a mailbox came back.
	Confirmed bool      `json:"-"`
	AddedAt   time.Time `json:"-"`

	Email string `json:"email,omitempty"`
	// Endpoint is an https address; P256dh and Auth are in base64 without padding, as
	// browsers write them.
	Endpoint string `json:"endpoint,omitempty"`
	P256dh   string `json:"p256dh,omitempty"`
	Auth     string `json:"auth,omitempty"`
}

// Errors of places for notices.
var (
	// ErrEmail says that something is no e-mail address.
	ErrEmail = errors.New("register: no e-mail address of at most 120 letters")
	// ErrCode says that a code is not the one that was sent, or was tried too often, or is
	// too old.
	ErrCode = errors.New("register: not the code that was sent")
	// ErrManyTargets says that an account has as many browsers as it may.
	ErrManyTargets = errors.New("register: notices go to 10 browsers at most")
)

const (
	// targetRoom is what every place is padded to before it is sealed.
	targetRoom = 1024
	// mostTargets is how many places an account may have.
	mostTargets = 10
	// codeFor is how long a code is good, codeTries how often it may be tried.
	codeFor   = "1 hour"
	codeTries = 5
)

func (k *Keys) sealTarget(t NoticeTarget) ([]byte, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("register: notices: %w", err)
	}
	return k.seal(t.ID, targetRoom, string(text))
}

func (k *Keys) openTarget(id uuid.UUID, channel string, sealed []byte) (NoticeTarget, error) {
	t := NoticeTarget{ID: id, Channel: channel}
	text, err := k.unseal(id, sealed)
	if err == nil {
		err = json.Unmarshal([]byte(text), &t)
	}
	return t, err
}

// NoticeTargets are the places that the principal chose, the oldest first.
func (db *DB) NoticeTargets(ctx context.Context, principal Principal, keys *Keys) ([]NoticeTarget, error) {
	const query = `SELECT id, channel, target, code_hash IS NULL, added_at FROM rounds.notice_targets
		WHERE account_id = rounds.principal_account() ORDER BY added_at, id`
	var targets []NoticeTarget
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return err
		}
		targets, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t NoticeTarget, err error) {
			var sealed []byte
			var kept NoticeTarget
			if err := row.Scan(&kept.ID, &kept.Channel, &sealed, &kept.Confirmed, &kept.AddedAt); err != nil {
				return t, err
			}
			t, err = keys.openTarget(kept.ID, kept.Channel, sealed)
			t.Confirmed, t.AddedAt = kept.Confirmed, kept.AddedAt
			return t, err
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: notices: %w", err)
	}
	return targets, nil
}

// ParseEmail reads one e-mail address.
func ParseEmail(text string) (string, error) {
	text = strings.TrimSpace(text)
	if len(text) > 120 || !eMail.MatchString(text) {
		return "", ErrEmail
	}
	return text, nil
}

// SetNoticeEmail has the principal's notices go to a mailbox, in place of another, once
// the code that is sent there comes back; until then they go to the other. send runs
// last, and when it fails nothing has changed.
func (db *DB) SetNoticeEmail(ctx context.Context, principal Principal, keys *Keys, email, code string, send func() error) error {
	target := NoticeTarget{ID: uuid.New(), Channel: Email, Email: email}
	return db.addTarget(ctx, principal, keys, target, keys.Login("notice code", target.ID.String(), code), func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM rounds.notice_targets WHERE account_id = rounds.principal_account() AND channel = 'email' AND code_hash IS NOT NULL")
		return err
	}, send)
}

// AddPush has the principal's notices go to a browser. The same browser again takes the
// place of what it was before. It gives the id of the place.
func (db *DB) AddPush(ctx context.Context, principal Principal, keys *Keys, target NoticeTarget) (uuid.UUID, error) {
	there, err := db.NoticeTargets(ctx, principal, keys)
	if err != nil {
		return uuid.Nil, err
	}
	target.ID, target.Channel = uuid.New(), Push
	return target.ID, db.addTarget(ctx, principal, keys, target, nil, func(tx pgx.Tx) error {
		left := 0
		for _, old := range there {
			if old.Endpoint != target.Endpoint {
				left++
				continue
			}
			if _, err := tx.Exec(ctx, "DELETE FROM rounds.notice_targets WHERE id = $1", old.ID); err != nil {
				return err
			}
		}
		if left >= mostTargets {
			return ErrManyTargets
		}
		return nil
	}, func() error { return nil })
}

// addTarget clears the way for a place, adds it and then does what may fail.
func (db *DB) addTarget(ctx context.Context, principal Principal, keys *Keys, target NoticeTarget, code []byte, clearWay func(pgx.Tx) error, then func() error) error {
	sealed, err := keys.sealTarget(target)
	if err != nil {
		return err
	}
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		if err := clearWay(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `INSERT INTO rounds.notice_targets (id, account_id, channel, target, code_hash)
			VALUES ($1, rounds.principal_account(), $2, $3, $4)`, target.ID, target.Channel, sealed, code)
		if err != nil {
			return err
		}
		return then()
	})
	if err != nil {
		return fmt.Errorf("register: notices: %w", err)
	}
	return nil
}

// ConfirmNoticeEmail takes the code that was sent to the principal's mailbox. The error
// may be [ErrCode].
func (db *DB) ConfirmNoticeEmail(ctx context.Context, principal Principal, keys *Keys, code string) error {
	// The try counts also when the code is wrong.
	const try = `UPDATE rounds.notice_targets SET tries = tries + 1
		WHERE account_id = rounds.principal_account() AND channel = 'email' AND code_hash IS NOT NULL
			AND tries < $1 AND added_at > now() - $2::interval
		RETURNING id, code_hash`
	var right bool
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		var id uuid.UUID
		var hash []byte
		err := tx.QueryRow(ctx, try, codeTries, codeFor).Scan(&id, &hash)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if right = hmac.Equal(hash, keys.Login("notice code", id.String(), code)); right {
			if _, err = tx.Exec(ctx, "DELETE FROM rounds.notice_targets WHERE account_id = rounds.principal_account() AND channel = 'email' AND id <> $1", id); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, "UPDATE rounds.notice_targets SET code_hash = NULL WHERE id = $1", id)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: notices: %w", err)
	}
	if !right {
		return ErrCode
	}
	return nil
}

// RemoveNoticeTarget ends the notices to a place of the principal's.
func (db *DB) RemoveNoticeTarget(ctx context.Context, principal Principal, id uuid.UUID) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM rounds.notice_targets WHERE id = $1", id)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: notices: %w", err)
	}
	return nil
}
