package register

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of messages.
var (
	// ErrTextLink says that a message leads somewhere: a message is about the work, and
	// carries no link to a household.
	ErrTextLink = errors.New("register: a message has no link and no id")
	// ErrNobody says that a message would go to nobody: no worker whom the principal
	// supervises there has an account.
	ErrNobody = errors.New("register: no worker there has an account")
)

// Message is what a supervisor tells workers, who say that they understood.
type Message struct {
	ID uuid.UUID
	// Area is the team's: its workers and those of the areas within it.
	Area uuid.UUID
	// Text is as of [ParseMessage].
	Text   string
	SentAt time.Time
	// By is the sender's name, "" to who may not know it any more.
	By string
	// To are those whom it went to, in order of their codes.
	To []MessageReceipt
}

// MessageReceipt is whether a worker understood a message.
type MessageReceipt struct {
	Worker     uuid.UUID
	Code, Name string
	// UnderstoodAt is when the service heard of it, nil before.
	UnderstoodAt *time.Time
}

// leadsSomewhere is the beginning of an address of the web, or an id.
var leadsSomewhere = regexp.MustCompile(`(?i)\b[a-z]{2,}://|\bwww\.|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}`)

// ParseMessage is [ParseText] for a message, which leads nowhere; the error may also be
// [ErrTextLink].
func ParseMessage(text string) (string, error) {
	if leadsSomewhere.MatchString(text) {
		return "", ErrTextLink
	}
	return ParseText(text)
}

// SendMessage sends a message, as a supervisor, to one worker, or with uuid.Nil to all of
// its area, and has those told who want notices. The same again changes nothing. The error
// may be [ErrNobody] or [ErrIDTaken].
func (db *DB) SendMessage(ctx context.Context, principal Principal, m Message, worker uuid.UUID, today time.Time) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		accounts, err := sendMessage(ctx, tx, m, worker)
		if err != nil {
			return err
		}
		for _, account := range accounts {
			if err := db.QueueNotice(ctx, tx, Notice{Account: account, Kind: MessageNotice, About: m.ID, Day: today}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("register: send a message: %w", err)
	}
	return nil
}

// sendMessage gives the accounts that a new message goes to.
func sendMessage(ctx context.Context, tx pgx.Tx, m Message, worker uuid.UUID) ([]uuid.UUID, error) {
	const insert = `
		INSERT INTO rounds.messages (id, area_id, account_id, text)
		SELECT $1, a.id, rounds.principal_account(), $4 FROM rounds.areas a
		WHERE a.id IN (SELECT rounds.granted_areas()) AND a.id = coalesce((SELECT w.area_id FROM rounds.workers w WHERE w.id = $3), $2)
			AND EXISTS (SELECT FROM rounds.workers w JOIN rounds.area_paths p ON p.area_id = w.area_id
				WHERE p.ancestor_id = a.id AND w.account_id IS NOT NULL AND ($3::uuid IS NULL OR w.id = $3))
		ON CONFLICT (id) DO NOTHING`
	const deal = `
		INSERT INTO rounds.message_receipts (message_id, worker_id)
		SELECT $1, w.id FROM rounds.workers w JOIN rounds.area_paths p ON p.area_id = w.area_id
		WHERE p.ancestor_id = (SELECT m.area_id FROM rounds.messages m WHERE m.id = $1) AND w.account_id IS NOT NULL AND ($2::uuid IS NULL OR w.id = $2)
		RETURNING (SELECT w.account_id FROM rounds.workers w WHERE w.id = worker_id)`
	const same = `
		SELECT m.text = $2 AND m.account_id = rounds.principal_account() AND ($3::uuid IS NULL OR m.area_id = $3)
			AND ($4::uuid IS NULL OR EXISTS (SELECT FROM rounds.message_receipts r WHERE r.message_id = m.id AND r.worker_id = $4))
		FROM rounds.messages m WHERE m.id = $1`
	tag, err := tx.Exec(ctx, insert, m.ID, orNull(m.Area), orNull(worker), m.Text)
	if err != nil {
		return nil, err
	}
	if tag.RowsAffected() == 0 {
		var is bool
		switch err := tx.QueryRow(ctx, same, m.ID, m.Text, orNull(m.Area), orNull(worker)).Scan(&is); {
		case errors.Is(err, pgx.ErrNoRows):
			return nil, ErrNobody
		case err == nil && !is:
			return nil, ErrIDTaken
		default:
			return nil, err
		}
	}
	rows, err := tx.Query(ctx, deal, m.ID, orNull(worker))
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// Messages are those of the areas that the principal, a supervisor, has, the latest first.
func (db *DB) Messages(ctx context.Context, principal Principal) (messages []Message, err error) {
	const query = `
		SELECT m.id, m.area_id, m.text, m.sent_at, coalesce(rounds.colleague_name(m.account_id), ''), w.id, w.code, w.name, r.understood_at
		FROM rounds.messages m JOIN rounds.message_receipts r ON r.message_id = m.id JOIN rounds.workers w ON w.id = r.worker_id
		WHERE rounds.principal_role() = 'supervisor' ORDER BY m.sent_at DESC, m.id, w.code, w.id`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return read, err
		}
		var m Message
		var to MessageReceipt
		_, err = pgx.ForEachRow(rows, []any{&m.ID, &m.Area, &m.Text, &m.SentAt, &m.By, &to.Worker, &to.Code, &to.Name, &to.UnderstoodAt}, func() error {
			if len(messages) == 0 || messages[len(messages)-1].ID != m.ID {
				messages = append(messages, m)
			}
			last := &messages[len(messages)-1]
			last.To = append(last.To, to)
			return nil
		})
		if len(messages) > 0 {
			read = audit.Entry{Kind: audit.Messages, Purpose: audit.ForPlanning}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: messages: %w", err)
	}
	return messages, nil
}

// toUnderstand are the messages to the principal, a worker, that are yet to be understood,
// the earliest first. They have neither sender nor receivers.
func toUnderstand(ctx context.Context, tx pgx.Tx) ([]Message, error) {
	rows, err := tx.Query(ctx, `
		SELECT m.id, m.area_id, m.text, m.sent_at FROM rounds.messages m JOIN rounds.message_receipts r ON r.message_id = m.id
		WHERE r.worker_id = rounds.principal_worker() AND r.understood_at IS NULL ORDER BY m.sent_at, m.id`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (m Message, err error) {
		return m, row.Scan(&m.ID, &m.Area, &m.Text, &m.SentAt)
	})
}

// Understand says that the worker understood a message. The first time counts; a message
// that is gone needs no answer any more.
type Understand struct{ Message uuid.UUID }

func (d Understand) do(ctx context.Context, tx pgx.Tx, _ syncing) error {
	_, err := tx.Exec(ctx, `UPDATE rounds.message_receipts SET understood_at = clock_timestamp()
		WHERE message_id = $1 AND worker_id = rounds.principal_worker() AND understood_at IS NULL`, d.Message)
	return err
}
