package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// ErrNoDispute says that there is no such dispute in the principal's areas, or that it
// has ended.
var ErrNoDispute = errors.New("register: no such dispute")

// ConfirmWithin is how many days a dispute waits until whoever asked for mediation
// confirms it; then it ends by itself.
const ConfirmWithin = 30

// Dispute is what one of its parties asked to have mediated.
type Dispute struct {
	ID     uuid.UUID
	Matter string
	// At is where it was asked, and decides in which area it is; it is not kept.
	At orb.Point
	// Source and Method are codes of the closed lists incident_sources and ask_methods.
	Source, Method string
	AskedOn        time.Time
	// Receipt is the code that the party keeps, to follow, confirm and withdraw with.
	Receipt Receipt
	// Contact is one telephone number or e-mail address ([ParseContact]), or "".
	Contact string
}

// AskMediation keeps that a party asked for mediation. Whoever takes it down cannot
// read it afterwards. The same again changes nothing, and added is false. The error may
// be [ErrOutside], [ErrNoMatter] or [ErrIDTaken].
func (db *DB) AskMediation(ctx context.Context, principal Principal, keys *Keys, dispute Dispute) (added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		added, err = askMediation(ctx, tx, keys, dispute)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: ask mediation: %w", err)
	}
	return added, nil
}

func askMediation(ctx context.Context, tx pgx.Tx, keys *Keys, dispute Dispute) (added bool, err error) {
	area, err := smallestArea(ctx, tx, dispute.At)
	if err != nil {
		return false, err
	}
	return askMediationIn(ctx, tx, keys, dispute, area)
}

// askMediationIn is askMediation in an area that is known.
func askMediationIn(ctx context.Context, tx pgx.Tx, keys *Keys, dispute Dispute, area uuid.UUID) (added bool, err error) {
	sealed, err := keys.sealContact(dispute.ID, dispute.Contact)
	if err != nil {
		return false, err
	}
	err = tx.QueryRow(ctx, "SELECT rounds.ask_mediation($1, $2, $3, $4, $5, $6, $7, $8)", dispute.ID, dispute.Matter, area, dispute.Source,
		dispute.Method, dispute.AskedOn, keys.HashReceipt(dispute.Receipt), sealed).Scan(&added)
	return added, disputeError(err)
}

// disputeError names the rule of the schema that refused a dispute.
func disputeError(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	switch refused.Code {
	case "42501":
		return ErrOutside
	case "P0002":
		return ErrNoMatter
	case "23505":
		return ErrIDTaken
	}
	return err
}

// FiledDispute is a dispute as its named mediators see it.
type FiledDispute struct {
	ID             uuid.UUID
	Matter         string
	Area           uuid.UUID
	State          string
	Source, Method string
	AskedOn, DueOn time.Time
	// ConfirmedOn is nil until whoever asked said again that they want it.
	ConfirmedOn *time.Time
	// Contact says that one is kept which the principal may open ([DB.DisputeContact]).
	Contact bool
}

// DisputePage is a page of [DB.Disputes].
type DisputePage struct {
	// AfterDay and AfterID are those of the last dispute of the page before.
	AfterDay time.Time
	AfterID  uuid.UUID
	// Limit is at least 1.
	Limit int
}

// Disputes lists the open disputes for which the principal is named, the oldest first.
func (db *DB) Disputes(ctx context.Context, principal Principal, part DisputePage) (disputes []FiledDispute, err error) {
	const query = `
		SELECT i.id, i.matter::text, i.area_id, i.state::text, i.source::text, i.ask_method::text, i.asked_on, i.due_on, i.confirmed_on,
			EXISTS (SELECT FROM rounds.dispute_contacts c WHERE c.incident_id = i.id)
		FROM rounds.incidents i WHERE i.kind = 'dispute' AND i.state = 'open' AND ($1::date IS NULL OR (i.asked_on, i.id) > ($1, $2))
		ORDER BY i.asked_on, i.id LIMIT $3`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		disputes, err = rowsOf[FiledDispute](ctx, tx, query, orNull(part.AfterDay), part.AfterID, part.Limit)
		return audit.Entry{Kind: audit.Disputes, Purpose: audit.ForIncidents}, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: disputes: %w", err)
	}
	return disputes, nil
}

// DisputeContact is where a handler who is named for the dispute calls back whoever asked
// for mediation; "" when they left none. The error may be [ErrNoDispute].
func (db *DB) DisputeContact(ctx context.Context, principal Principal, keys *Keys, dispute uuid.UUID) (contact string, err error) {
	const query = `
		SELECT i.area_id, c.contact FROM rounds.incidents i LEFT JOIN rounds.dispute_contacts c ON c.incident_id = i.id
		WHERE i.id = $1 AND i.kind = 'dispute' AND i.state = 'open' AND rounds.is_named(i.id)`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		read := audit.Entry{Kind: audit.DisputeContact, Purpose: audit.ForIncidents}
		var sealed []byte
		err := tx.QueryRow(ctx, query, dispute).Scan(&read.Area, &sealed)
		if errors.Is(err, pgx.ErrNoRows) {
			err = ErrNoDispute
		}
		if err == nil {
			contact, err = keys.openContact(dispute, sealed)
		}
		return read, err
	})
	if err != nil {
		return "", fmt.Errorf("register: contact of a dispute: %w", err)
	}
	return contact, nil
}

// ConfirmDispute says that whoever asked told a handler that they still want it. The
// error may be [ErrNoDispute].
func (db *DB) ConfirmDispute(ctx context.Context, principal Principal, dispute uuid.UUID) error {
	var done bool
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, "SELECT rounds.confirm_dispute($1)", dispute).Scan(&done)
	})
	if err == nil && !done {
		err = ErrNoDispute
	}
	if err != nil {
		return fmt.Errorf("register: confirm a dispute: %w", err)
	}
	return nil
}
