package register

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// ErrNoCode says that nothing is kept under a code, or nothing of the officer's areas.
var ErrNoCode = errors.New("register: nothing is kept under this code")

// OwnCode is how a request is checked that comes with the code of what it is about.
const OwnCode = "own_code"

// Coded is what is kept under a code: a consent, without its household, or a request
// that was answered. One of them is nil.
type Coded struct {
	Consent *Consent
	Request *Request
}

// lookedUp is the row of the audit log for every look, whether something was there
// or not: the log does not say which.
var lookedUp = audit.Entry{Kind: audit.AccessReport, Purpose: audit.ForResident}

// FindByCode is what is kept under a code in the officer's areas, for whoever brings
// the code. The error may be [ErrNoCode].
func (db *DB) FindByCode(ctx context.Context, principal Principal, keys *Keys, code Receipt) (found Coded, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		consent, _, err := consentOfCode(ctx, tx, keys, code)
		if err != nil || consent != nil {
			found.Consent = consent
			return lookedUp, err
		}
		const query = "SELECT id, area_id, kind::text, checked::text, answered_on FROM rounds.resident_requests WHERE receipt = $1"
		requests, err := rowsOf[Request](ctx, tx, query, keys.HashReceipt(code))
		if len(requests) > 0 {
			found.Request = &requests[0]
		}
		return lookedUp, err
	})
	if err == nil && found == (Coded{}) {
		err = ErrNoCode
	}
	if err != nil {
		return Coded{}, fmt.Errorf("register: find by code: %w", err)
	}
	return found, nil
}

func consentOfCode(ctx context.Context, tx pgx.Tx, keys *Keys, code Receipt) (*Consent, uuid.UUID, error) {
	const query = `
		SELECT id, area_id, purpose::text, services::text[], notice_version, notice_language::text, method::text, given_on, expires_on, contact
		FROM rounds.consent_of_code($1)`
	var c Consent
	var area uuid.UUID
	var sealed []byte
	err := tx.QueryRow(ctx, query, keys.HashReceipt(code)).Scan(&c.ID, &area, &c.Purpose, &c.Services, &c.NoticeVersion, &c.Language, &c.Method,
		&c.GivenOn, &c.ExpiresOn, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, area, nil
	}
	if err != nil {
		return nil, area, err
	}
	if c.Contact, err = keys.openContact(c.ID, sealed); err == nil {
		c.Openings, err = rowsOf[Opening](ctx, tx, "SELECT emergency, opened_at, closes_at FROM rounds.openings_of_code($1)", keys.HashReceipt(code))
	}
	return &c, area, err
}

// AnswerByCode does what the bringer of a consent's code asked for: it gives what is
// kept under it, for an erasure ends it, and keeps that this was done. The receipt is
// for the resident. The same id again changes nothing, and the error is [ErrIDTaken];
// it may be [ErrNoCode].
func (db *DB) AnswerByCode(ctx context.Context, principal Principal, keys *Keys, id uuid.UUID, kind string, code Receipt) (consent Consent, receipt Receipt, err error) {
	if _, err := rand.Read(receipt[:]); err != nil {
		return consent, receipt, fmt.Errorf("register: %w", err)
	}
	there := false
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		found, area, err := consentOfCode(ctx, tx, keys, code)
		if err != nil || found == nil {
			return lookedUp, err
		}
		there, consent = true, *found
		const insert = `INSERT INTO rounds.resident_requests (id, area_id, kind, checked, answered_on, receipt)
			VALUES ($1, $2, $3, $4, rounds.today(), $5) ON CONFLICT DO NOTHING`
		tag, err := tx.Exec(ctx, insert, id, area, kind, OwnCode, keys.HashReceipt(receipt))
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrIDTaken
		}
		if err == nil && kind == ErasureRequest {
			_, err = tx.Exec(ctx, "SELECT rounds.end_consent_of_code($1)", keys.HashReceipt(code))
		}
		return lookedUp, err
	})
	if err == nil && !there {
		err = ErrNoCode
	}
	if err != nil {
		return Consent{}, Receipt{}, fmt.Errorf("register: answer by code: %w", err)
	}
	return consent, receipt, nil
}
