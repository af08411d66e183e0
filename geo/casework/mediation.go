package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Party is one of those who are in a dispute.
type Party struct {
	ID uuid.UUID
	// Side is a code of the list party_sides.
	Side, Name string
	// Contact is one telephone number or e-mail address, or "".
	Contact string
	// Code is with what they follow the dispute and take back what is kept of them; when it
	// is saved, nil leaves the one before. Of what is read Coded says that there is one.
	Code  *register.Receipt
	Coded bool
}

// Meeting is a session of a mediation. Codes are those of the closed lists.
type Meeting struct {
	ID            uuid.UUID
	HeldOn        time.Time
	Place, Result string
	// Present are roles, never names.
	Present []string
	// Note is of [register.TextRoom] characters at most, "" for none.
	Note string
}

// Stroke is a line that a pen drew, through points x, y of a field of [FieldWidth] by
// [FieldHeight].
type Stroke [][2]int

// The field in which one signs.
const (
	FieldWidth  = 1000
	FieldHeight = 400
)

// Signature is of a party, or of a mediator, and then of an account.
type Signature struct {
	ID uuid.UUID
	// Agreement is what was signed.
	Agreement      uuid.UUID
	Party, Account *uuid.UUID
	SignedOn       time.Time
	Strokes        []Stroke
}

// Agreement is what the parties of a dispute agreed.
type Agreement struct {
	ID       uuid.UUID
	AgreedOn time.Time
	// Terms are 1 to [MostTerms] texts of [register.TextRoom] characters at most.
	Terms      []string
	Signatures []Signature
}

// Bounds of a mediation.
const (
	MostTerms    = 12
	MostParties  = 12
	MostMeetings = 60
)

// Mediation is all that is kept of a dispute for its mediators.
type Mediation struct {
	Parties  []Party
	Meetings []Meeting
	// Agreement is nil when there is none.
	Agreement *Agreement
	// Reference is what rows of the audit log name the dispute by in this quarter; nobody
	// without its key knows which it is.
	Reference []byte
}

// Mediation opens what is kept of a dispute. The error may be [ErrNotNamed].
func (o *Office) Mediation(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID) (m Mediation, err error) {
	err = o.lookIn(ctx, principal, audit.Mediation, &m, func(tx pgx.Tx) error {
		m, err = readMediation(ctx, tx, principal, keys, dispute)
		return err
	})
	return m, err
}

// lookIn runs do, which reads m, in a transaction that leaves a row in the audit log with
// the reference of the dispute.
func (o *Office) lookIn(ctx context.Context, principal register.Principal, kind audit.Kind, m *Mediation, do func(tx pgx.Tx) error) error {
	err := o.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		err := do(tx)
		return audit.Entry{Kind: kind, Purpose: audit.ForIncidents, Place: m.Reference}, err
	})
	if err != nil {
		return fmt.Errorf("casework: %s: %w", kind, refusal(err))
	}
	return nil
}

// Paper opens the same for a copy of the agreement; the log tells that one was made.
func (o *Office) Paper(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID) (m Mediation, number Number, err error) {
	err = o.lookIn(ctx, principal, audit.Agreement, &m, func(tx pgx.Tx) error {
		if m, err = readMediation(ctx, tx, principal, keys, dispute); err != nil {
			return err
		}
		if m.Agreement == nil {
			return ErrNoAgreement
		}
		return tx.QueryRow(ctx, "SELECT year, number FROM rounds.cases WHERE id = $1", dispute).Scan(&number.Year, &number.Serial)
	})
	return m, number, err
}

// caseKey is the key that the principal holds.
func caseKey(ctx context.Context, tx pgx.Tx, principal register.Principal, keys *register.Keys, dispute uuid.UUID) (register.CaseKey, error) {
	var wrapped []byte
	err := tx.QueryRow(ctx, "SELECT wrapped FROM sealed.case_keys WHERE case_id = $1 AND account_id = $2", dispute, principal.Account).Scan(&wrapped)
	if errors.Is(err, pgx.ErrNoRows) {
		return register.CaseKey{}, ErrNotNamed
	}
	if err != nil {
		return register.CaseKey{}, err
	}
	return keys.UnwrapCaseKey(dispute, principal.Account, wrapped)
}

// handKey wraps the key of a dispute for whom the principal just named.
func handKey(ctx context.Context, tx pgx.Tx, keys *register.Keys, naming Naming) error {
	var holder uuid.UUID
	var wrapped []byte
	err := tx.QueryRow(ctx, "SELECT account_id, wrapped FROM rounds.key_to_hand($1)", naming.Case).Scan(&holder, &wrapped)
	var key register.CaseKey
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		key, err = register.NewCaseKey()
	case err == nil:
		key, err = keys.UnwrapCaseKey(naming.Case, holder, wrapped)
	}
	if err != nil {
		return err
	}
	if wrapped, err = keys.WrapCaseKey(naming.Case, naming.Account, key); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SELECT rounds.hand_key($1, $2, $3)", naming.Case, naming.Account, wrapped)
	return err
}

func readMediation(ctx context.Context, tx pgx.Tx, principal register.Principal, keys *register.Keys, dispute uuid.UUID) (m Mediation, err error) {
	key, err := caseKey(ctx, tx, principal, keys, dispute)
	if err != nil {
		return m, err
	}
	var now time.Time
	if err := tx.QueryRow(ctx, "SELECT rounds.today()").Scan(&now); err != nil {
		return m, err
	}
	m.Reference = key.Reference(now)
	rows, err := tx.Query(ctx, "SELECT id, side::text, person, receipt_hmac IS NOT NULL FROM sealed.parties WHERE case_id = $1 ORDER BY side, id", dispute)
	if err != nil {
		return m, err
	}
	m.Parties, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Party, err error) {
		var sealed []byte
		if err := row.Scan(&p.ID, &p.Side, &sealed, &p.Coded); err != nil {
			return p, err
		}
		person, err := key.Open(p.ID, sealed)
		p.Name, p.Contact, _ = strings.Cut(person, "\n")
		return p, err
	})
	if err != nil {
		return m, err
	}
	rows, err = tx.Query(ctx, `
		SELECT s.id, s.held_on, s.place::text, s.result::text,
			ARRAY(SELECT p.role::text FROM sealed.meeting_presence p WHERE p.meeting_id = s.id ORDER BY p.role),
			(SELECT n.note FROM sealed.meeting_notes n WHERE n.meeting_id = s.id)
		FROM sealed.meetings s WHERE s.case_id = $1 ORDER BY s.held_on, s.id`, dispute)
	if err != nil {
		return m, err
	}
	m.Meetings, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Meeting, err error) {
		var note []byte
		if err := row.Scan(&s.ID, &s.HeldOn, &s.Place, &s.Result, &s.Present, &note); err != nil || note == nil {
			return s, err
		}
		s.Note, err = key.Open(s.ID, note)
		return s, err
	})
	if err != nil {
		return m, err
	}
	m.Agreement, err = readAgreement(ctx, tx, key, dispute)
	return m, err
}

func readAgreement(ctx context.Context, tx pgx.Tx, key register.CaseKey, dispute uuid.UUID) (*Agreement, error) {
	var a Agreement
	err := tx.QueryRow(ctx, "SELECT id, agreed_on FROM sealed.agreements WHERE case_id = $1", dispute).Scan(&a.ID, &a.AgreedOn)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, "SELECT term FROM sealed.agreement_terms WHERE agreement_id = $1 ORDER BY seq", a.ID)
	if err != nil {
		return nil, err
	}
	a.Terms, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (string, error) {
		var sealed []byte
		if err := row.Scan(&sealed); err != nil {
			return "", err
		}
		return key.Open(a.ID, sealed)
	})
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, "SELECT id, party_id, account_id, signed_on, strokes FROM sealed.signatures WHERE agreement_id = $1 ORDER BY signed_on, id", a.ID)
	if err != nil {
		return nil, err
	}
	a.Signatures, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Signature, err error) {
		s.Agreement = a.ID
		var sealed []byte
		if err := row.Scan(&s.ID, &s.Party, &s.Account, &s.SignedOn, &sealed); err != nil {
			return s, err
		}
		drawn, err := key.Open(s.ID, sealed)
		if err != nil {
			return s, err
		}
		if err := json.Unmarshal([]byte(drawn), &s.Strokes); err != nil {
			return s, fmt.Errorf("signature: %w", err)
		}
		return s, nil
	})
	return &a, err
}
