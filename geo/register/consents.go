package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of consents.
var (
	// ErrNoConsent says that there is no such consent, or none that the principal sees.
	ErrNoConsent = errors.New("register: no such consent")
	// ErrConsentDays says that a consent is not of the last two weeks, or for more
	// than 12 months.
	ErrConsentDays = errors.New("register: a consent is of the last two weeks and for 12 months at most")
	// ErrConsentEnded says that a consent with this code was withdrawn.
	ErrConsentEnded = errors.New("register: the consent was withdrawn")
	// ErrOneOff says that only a service that is done once can be done.
	ErrOneOff = errors.New("register: this service stands until its consent ends")
)

// renewFrom is how many days before its end a renewal is offered.
const renewFrom = 60

// Consent is what somebody at a household agreed to have recorded (after ISO/IEC
// TS 27560): what for, which services, told how, until when. Never by whom.
type Consent struct {
	// ID is the client's.
	ID, Household uuid.UUID
	// Purpose, Services, Language and Method are codes of the closed lists
	// consent_purposes, services, languages and consent_methods.
	Purpose       string
	Services      []string
	NoticeVersion int
	Language      string
	Method        string
	GivenOn       time.Time
	ExpiresOn     time.Time // the last day
	// Contact is one telephone number or e-mail address, or "".
	Contact string
	// Openings are emergencies in which it was shown, told by its code alone.
	Openings []Opening
}

// Opening says that what a consent covers was shown in an emergency, and until when.
type Opening struct {
	// Emergency is a code of the closed list.
	Emergency          string
	OpenedAt, ClosesAt time.Time
}

// RenewFrom is the day from which a renewal is offered.
func (c Consent) RenewFrom() time.Time { return c.ExpiresOn.AddDate(0, 0, -renewFrom) }

const (
	insertConsent = `
		INSERT INTO rounds.consents (id, household_id, area_id, purpose, notice_version, notice_language, method, recorder,
			given_on, expires_on, contact, receipt_hmac)
		SELECT $1, h.id, h.area_id, $3, $4, $5, $6, 'worker', $7, $8, $9, $10 FROM rounds.households h WHERE h.id = $2
		ON CONFLICT (id) DO NOTHING`
	insertCovered = "INSERT INTO rounds.consent_services (consent_id, service) SELECT $1, unnest($2::text[])::rounds.support_service"
	insertWanted  = "INSERT INTO rounds.support_wanted (consent_id, service) SELECT consent_id, service FROM rounds.consent_services WHERE consent_id = $1"
)

// RecordConsent keeps a consent that was given to the principal, a worker, and the
// services wanted; with renews (else the zero id) it takes the place of an earlier
// one. The same again changes nothing, and added is false. The error may be
// [ErrNotAssigned], [ErrConsentDays], [ErrConsentEnded], [ErrNoConsent] (of renews) or
// [ErrIDTaken].
func (db *DB) RecordConsent(ctx context.Context, principal Principal, keys *Keys, consent Consent, receipt Receipt, renews uuid.UUID) (added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		added, err = recordConsent(ctx, tx, keys, consent, receipt, renews)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: consent: %w", consentError(err))
	}
	return added, nil
}

func recordConsent(ctx context.Context, tx pgx.Tx, keys *Keys, consent Consent, receipt Receipt, renews uuid.UUID) (added bool, err error) {
	sealed, err := keys.sealContact(consent.ID, consent.Contact)
	if err != nil {
		return false, err
	}
	there, err := findConsents(ctx, tx, keys, "c.id = $1 AND c.receipt_hmac = $2", consent.ID, keys.HashReceipt(receipt))
	if err != nil {
		return false, err
	}
	if len(there) == 1 {
		return false, checkSame(there[0].Consent, consent)
	}
	var near bool
	if err := tx.QueryRow(ctx, "SELECT $1 IN (SELECT rounds.households_near_visit())", consent.Household).Scan(&near); err != nil {
		return false, err
	}
	if !near {
		return takeLate(ctx, tx, consent, sealed, keys.HashReceipt(receipt), renews)
	}
	tag, err := tx.Exec(ctx, insertConsent, consent.ID, consent.Household, consent.Purpose, consent.NoticeVersion, consent.Language,
		consent.Method, consent.GivenOn, consent.ExpiresOn, sealed, keys.HashReceipt(receipt))
	if err != nil {
		return false, err
	}
	if tag.RowsAffected() == 0 {
		return false, ErrIDTaken
	}
	if _, err := tx.Exec(ctx, insertCovered, consent.ID, consent.Services); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, insertWanted, consent.ID); err != nil {
		return false, err
	}
	if renews == uuid.Nil {
		return true, nil
	}
	return true, withdraw(ctx, tx, renews)
}

// takeLate keeps a consent at a household that went to another worker after it was given.
// What was kept is not the principal's to read. The error may be [ErrNotAssigned].
func takeLate(ctx context.Context, tx pgx.Tx, consent Consent, sealed, receipt []byte, renews uuid.UUID) (added bool, err error) {
	const take = "SELECT rounds.take_late_consent($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
	err = tx.QueryRow(ctx, take, consent.ID, consent.Household, consent.Purpose, consent.NoticeVersion, consent.Language, consent.Method,
		consent.GivenOn, consent.ExpiresOn, sealed, receipt, consent.Services).Scan(&added)
	switch {
	case err != nil:
		return false, err
	case !added:
		return false, ErrNotAssigned
	case renews == uuid.Nil:
		return true, nil
	}
	return true, withdraw(ctx, tx, renews)
}

// checkSame refuses another content under the same id.
func checkSame(there, consent Consent) error {
	slices.Sort(there.Services)
	services := slices.Sorted(slices.Values(consent.Services))
	same := slices.Equal(there.Services, services)
	there.Services, consent.Services = nil, nil
	if !same || fmt.Sprint(there) != fmt.Sprint(consent) {
		return ErrIDTaken
	}
	return nil
}

// consentError names the rule of the schema that refused a consent.
func consentError(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	switch {
	case refused.ConstraintName == "consents_twelve_months", refused.ConstraintName == "support_wanted_consent", refused.Code == "42501":
		return ErrConsentDays
	case refused.ConstraintName == "consents_ended":
		return ErrConsentEnded
	case refused.ConstraintName == "consents_receipt_hmac_key", refused.ConstraintName == "consents_pkey":
		return ErrIDTaken
	}
	return err
}

// WithdrawConsent ends a consent at the wish of whoever gave it to the principal,
// a worker: the services, the contact and the consent go. The error may be
// [ErrNoConsent].
func (db *DB) WithdrawConsent(ctx context.Context, principal Principal, consent uuid.UUID) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error { return withdraw(ctx, tx, consent) })
	if err != nil {
		return fmt.Errorf("register: withdraw consent: %w", err)
	}
	return nil
}

func withdraw(ctx context.Context, tx pgx.Tx, consent uuid.UUID) error {
	var done bool
	if err := tx.QueryRow(ctx, "SELECT rounds.withdraw_consent($1)", consent).Scan(&done); err != nil {
		return err
	}
	if !done {
		return ErrNoConsent
	}
	return nil
}

// WithdrawConsentsOf ends every consent of a household at the wish of those who live
// there, for a supervisor, who does not learn whether there was one.
func (db *DB) WithdrawConsentsOf(ctx context.Context, principal Principal, household uuid.UUID) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT rounds.withdraw_consents_of($1)", household)
		return err
	})
	if err != nil {
		return fmt.Errorf("register: withdraw consents: %w", err)
	}
	return nil
}

// WithdrawByReceipt ends the consent that a code belongs to, for whoever has the
// code, and gives the day on which it ended: the same day again when asked again.
// The error may be [ErrNoConsent].
func (db *DB) WithdrawByReceipt(ctx context.Context, keys *Keys, receipt Receipt) (ended time.Time, err error) {
	var day *time.Time
	err = db.As(ctx, Service("resident"), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.withdraw_by_receipt($1)", keys.HashReceipt(receipt)).Scan(&day)
	})
	if err == nil && day == nil {
		err = ErrNoConsent
	}
	if err != nil {
		return ended, fmt.Errorf("register: withdraw by receipt: %w", err)
	}
	return *day, nil
}

// Tombstones are the consents that the principal's phone is to forget.
func (db *DB) Tombstones(ctx context.Context, principal Principal) ([]uuid.UUID, error) {
	var gone []uuid.UUID
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT consent_id FROM rounds.consent_tombstones ORDER BY consent_id")
		if err != nil {
			return err
		}
		gone, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: tombstones: %w", err)
	}
	return gone, nil
}
