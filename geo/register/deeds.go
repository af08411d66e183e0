package register

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
)

// Deed is what somebody did at a door, as an [Operation] carries it: a [Visit] or one
// of the types below.
type Deed interface {
	// do takes the deed in, in the transaction of the sync; the error says why not, or
	// is errWaits. A deed that was taken before, in another way, is taken.
	do(ctx context.Context, tx pgx.Tx, s syncing) error
}

type (
	// RetractVisit takes a visit of the own back, which is known by its id.
	RetractVisit struct{ Visit, Round uuid.UUID }
	// ReportIncident files a hazard or a service at a place.
	ReportIncident struct{ Report }
	// AskMediation keeps that a party asked for mediation.
	AskMediation struct{ Dispute }
	// RecordConsent is a consent with its code; Renews is the earlier one whose place it
	// takes, or the zero id.
	RecordConsent struct {
		Consent
		Receipt Receipt
		Renews  uuid.UUID
	}
	// WithdrawConsent ends a consent.
	WithdrawConsent struct{ Consent uuid.UUID }
	// FinishSupport says that a service was done which is done once.
	FinishSupport struct {
		Consent uuid.UUID
		Service string
	}
	// NoteDoor says that a note holds, or no longer does. Its turn counts what the phone
	// said and heard; of two words of one day the one of the higher turn holds.
	NoteDoor struct {
		DoorNote
		There bool
	}
	// AddHousehold adds a place that somebody found.
	AddHousehold struct {
		ID    uuid.UUID
		Place geo.Household
	}
	// RefuseHousehold takes a place out that asked never to be visited.
	RefuseHousehold struct{ Household uuid.UUID }
	// AddPhoto shows an incident, in place of an earlier picture. Sent is what came;
	// Photo and Bytes are of what was made of it and is kept under that id. A deed without
	// a picture is of one that [DB.WantsPhoto] did not want.
	AddPhoto struct {
		Incident, Photo uuid.UUID
		Sent            []byte
		Bytes           int
	}
)

// errWaits says that what a deed is about has not come yet.
var errWaits = errors.New("register: waits for what it is about")

func (v Visit) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	return takeVisits(ctx, tx, []Visit{v}, s.today)
}

func (d RetractVisit) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	tag, err := tx.Exec(ctx, `INSERT INTO rounds.visit_retractions (visit_id)
		SELECT id FROM rounds.visits WHERE id = $1 ON CONFLICT DO NOTHING`, d.Visit)
	if err != nil || tag.RowsAffected() > 0 {
		return err
	}
	var known bool
	// When a round closes its visits go: nothing is left to take back.
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM rounds.visit_retractions WHERE visit_id = $1)
		OR NOT EXISTS (SELECT FROM rounds.rounds WHERE id = $2 AND closed_at IS NULL)`, d.Visit, d.Round).Scan(&known)
	if err == nil && !known {
		err = errWaits
	}
	return err
}

func (d ReportIncident) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	report := d.Report
	report.ReportedOn = s.dayOf(report.ReportedOn)
	_, _, err := reportIncident(ctx, tx, s.keys, report)
	return err
}

func (d AskMediation) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	dispute := d.Dispute
	dispute.AskedOn = s.dayOf(dispute.AskedOn)
	_, err := askMediation(ctx, tx, s.keys, dispute)
	return err
}

func (d RecordConsent) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	renews := d.Renews
	if renews != uuid.Nil {
		gone, err := consentGone(ctx, tx, renews)
		if err != nil {
			return err
		}
		if gone {
			renews = uuid.Nil
		}
	}
	consent := d.Consent
	consent.GivenOn = notAfter(consent.GivenOn, s.today)
	consent.ExpiresOn = notAfter(consent.ExpiresOn, consent.GivenOn.AddDate(1, 0, 0))
	_, err := recordConsent(ctx, tx, s.keys, consent, d.Receipt, renews)
	if errors.Is(err, ErrNoConsent) { // of renews
		return errWaits
	}
	return consentError(err)
}

// consentGone: the worker's phone was told to forget the consent.
func consentGone(ctx context.Context, tx pgx.Tx, consent uuid.UUID) (gone bool, err error) {
	err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.consent_tombstones WHERE consent_id = $1)", consent).Scan(&gone)
	return gone, err
}

func (d WithdrawConsent) do(ctx context.Context, tx pgx.Tx, _ syncing) error {
	return aboutConsent(ctx, tx, d.Consent, withdraw(ctx, tx, d.Consent))
}

func (d FinishSupport) do(ctx context.Context, tx pgx.Tx, _ syncing) error {
	return aboutConsent(ctx, tx, d.Consent, finishSupport(ctx, tx, d.Consent, d.Service))
}

// aboutConsent tells a consent that has ended, for which nothing is left to do, from one
// that has not come.
func aboutConsent(ctx context.Context, tx pgx.Tx, consent uuid.UUID, err error) error {
	if !errors.Is(err, ErrNoConsent) {
		return err
	}
	gone, err := consentGone(ctx, tx, consent)
	if err == nil && !gone {
		err = errWaits
	}
	return err
}

func (d NoteDoor) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	note := d.DoorNote
	note.SeenOn = s.dayOf(note.SeenOn)
	return noteDoor(ctx, tx, note, d.There, &note.Turn)
}

func (d AddHousehold) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	return addHousehold(ctx, tx, s.keys, d.ID, d.Place)
}

func (d RefuseHousehold) do(ctx context.Context, tx pgx.Tx, s syncing) error {
	return refuse(ctx, tx, s.keys, d.Household)
}

func (d AddPhoto) do(ctx context.Context, tx pgx.Tx, _ syncing) error {
	err := mayShow(ctx, tx, d.Incident)
	switch {
	case errors.Is(err, ErrNoIncident), err == nil && d.Photo == uuid.Nil: // the incident came a moment ago
		return errWaits
	case err != nil:
		return err
	}
	return addPhoto(ctx, tx, d.Incident, d.Photo, d.Bytes)
}

// dayOf is a day by a phone's clock, which may be wrong by days either way; what waited
// longer than two weeks is of the last day that counts.
func (s syncing) dayOf(day time.Time) time.Time {
	if first := s.today.AddDate(0, 0, -waitsFor); day.Before(first) {
		return first
	}
	return notAfter(day, s.today)
}

// notAfter is the earlier one of two days.
func notAfter(day, last time.Time) time.Time {
	if day.After(last) {
		return last
	}
	return day
}
