package casework

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// mediate runs do with the key of a dispute that is not over. Its two mediators do so one
// after the other: what one counts or replaces is what the other left.
func (o *Office) mediate(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID, what string, do func(tx pgx.Tx, key register.CaseKey) error) error {
	return o.change(ctx, principal, what, func(tx pgx.Tx) error {
		key, err := caseKey(ctx, tx, principal, keys, dispute)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 120))", dispute.String()); err != nil {
			return err
		}
		var over bool
		if err := tx.QueryRow(ctx, "SELECT over_on IS NOT NULL FROM rounds.cases WHERE id = $1", dispute).Scan(&over); err != nil {
			return err
		}
		if over {
			return ErrMove
		}
		return do(tx, key)
	})
}

// SaveParty adds a party or changes one; of who signed the contact alone. The error may be
// [ErrNotNamed], [ErrMove], [ErrSigned], [ErrManyParties], [register.ErrPartyName] or
// [register.ErrContact].
func (o *Office) SaveParty(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID, party Party) (added bool, err error) {
	name, err := register.ParsePartyName(party.Name)
	if err != nil {
		return false, err
	}
	contact, err := register.ParseContact(party.Contact)
	if err != nil {
		return false, err
	}
	err = o.mediate(ctx, principal, keys, dispute, "save a party", func(tx pgx.Tx, key register.CaseKey) error {
		if err := keepsName(ctx, tx, key, dispute, party, name); err != nil {
			return err
		}
		sealed, err := key.Seal(party.ID, register.PartyRoom, name+"\n"+contact)
		if err != nil {
			return err
		}
		var code []byte
		if party.Code != nil {
			code = keys.HashReceipt(*party.Code)
		}
		tag, err := tx.Exec(ctx, "UPDATE sealed.parties SET side = $3, person = $4, receipt_hmac = coalesce($5, receipt_hmac) WHERE id = $1 AND case_id = $2",
			party.ID, dispute, party.Side, sealed, code)
		if err != nil || tag.RowsAffected() == 1 {
			return err
		}
		var many int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM sealed.parties WHERE case_id = $1", dispute).Scan(&many); err != nil {
			return err
		}
		if many >= MostParties {
			return ErrManyParties
		}
		added = true
		_, err = tx.Exec(ctx, "INSERT INTO sealed.parties (id, case_id, side, person, receipt_hmac) VALUES ($1, $2, $3, $4, $5)", party.ID, dispute, party.Side, sealed, code)
		return err
	})
	return added, err
}

// keepsName refuses another name or side of a party who signed.
func keepsName(ctx context.Context, tx pgx.Tx, key register.CaseKey, dispute uuid.UUID, party Party, name string) error {
	const query = `
		SELECT p.side::text, p.person FROM sealed.parties p
		WHERE p.id = $1 AND p.case_id = $2 AND EXISTS (SELECT FROM sealed.signatures s WHERE s.party_id = p.id)`
	var side string
	var sealed []byte
	err := tx.QueryRow(ctx, query, party.ID, dispute).Scan(&side, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	person, err := key.Open(party.ID, sealed)
	if signed, _, _ := strings.Cut(person, "\n"); err == nil && (signed != name || side != party.Side) {
		err = ErrSigned
	}
	return err
}

// RemoveParty forgets one who did not sign. The error may be [ErrNotNamed], [ErrMove],
// [ErrNoParty] or [ErrSigned].
func (o *Office) RemoveParty(ctx context.Context, principal register.Principal, keys *register.Keys, dispute, party uuid.UUID) error {
	return o.mediate(ctx, principal, keys, dispute, "remove a party", func(tx pgx.Tx, _ register.CaseKey) error {
		var signed bool
		if err := tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM sealed.signatures WHERE party_id = $1)", party).Scan(&signed); err != nil {
			return err
		}
		if signed {
			return ErrSigned
		}
		tag, err := tx.Exec(ctx, "DELETE FROM sealed.parties WHERE id = $1 AND case_id = $2", party, dispute)
		if err == nil && tag.RowsAffected() == 0 {
			err = ErrNoParty
		}
		return err
	})
}

// Meet keeps that there was a session; the same again changes nothing. The error may be
// [ErrNotNamed], [ErrMove], [ErrManySessions], [register.ErrTextLong] or [register.ErrTextPerson].
func (o *Office) Meet(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID, meeting Meeting) (added bool, err error) {
	note, err := register.ParseText(meeting.Note)
	if err != nil {
		return false, err
	}
	err = o.mediate(ctx, principal, keys, dispute, "keep a session", func(tx pgx.Tx, key register.CaseKey) error {
		var many int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM sealed.meetings WHERE case_id = $1 AND id <> $2", dispute, meeting.ID).Scan(&many); err != nil {
			return err
		}
		if many >= MostMeetings {
			return ErrManySessions
		}
		tag, err := tx.Exec(ctx, "INSERT INTO sealed.meetings (id, case_id, held_on, place, result) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
			meeting.ID, dispute, meeting.HeldOn, meeting.Place, meeting.Result)
		if added = err == nil && tag.RowsAffected() == 1; !added {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO sealed.meeting_presence (meeting_id, role) SELECT DISTINCT $1::uuid, r::rounds.meeting_role FROM unnest($2::text[]) r", meeting.ID, meeting.Present); err != nil {
			return err
		}
		if note == "" {
			return nil
		}
		sealed, err := key.Seal(meeting.ID, register.NoteRoom, note)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO sealed.meeting_notes (meeting_id, note) VALUES ($1, $2)", meeting.ID, sealed)
		return err
	})
	return added, err
}

// Agree keeps what was agreed, in the place of what nobody has signed yet. The error may
// be [ErrNotNamed], [ErrMove], [ErrTerms], [ErrSigned], [register.ErrTextLong] or
// [register.ErrTextPerson].
func (o *Office) Agree(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID, agreement Agreement) error {
	terms := make([]string, 0, len(agreement.Terms))
	for _, term := range agreement.Terms {
		term, err := register.ParseText(term)
		if err != nil {
			return err
		}
		if term != "" {
			terms = append(terms, term)
		}
	}
	if len(terms) == 0 || len(terms) > MostTerms {
		return ErrTerms
	}
	return o.mediate(ctx, principal, keys, dispute, "keep an agreement", func(tx pgx.Tx, key register.CaseKey) error {
		if _, err := tx.Exec(ctx, "DELETE FROM sealed.agreements WHERE case_id = $1", dispute); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO sealed.agreements (id, case_id, agreed_on) VALUES ($1, $2, $3)", agreement.ID, dispute, agreement.AgreedOn); err != nil {
			return err
		}
		for i, term := range terms {
			sealed, err := key.Seal(agreement.ID, register.NoteRoom, term)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO sealed.agreement_terms (agreement_id, seq, term) VALUES ($1, $2, $3)", agreement.ID, i+1, sealed); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sign keeps a signature under the agreement that was shown: of a party, or without one of
// the principal. The same again changes nothing. The error may be [ErrNotNamed], [ErrMove],
// [ErrNoAgreement], [ErrChanged] when it was written anew meanwhile, [ErrNoParty],
// [ErrStrokes] or [ErrSigned].
func (o *Office) Sign(ctx context.Context, principal register.Principal, keys *register.Keys, dispute uuid.UUID, signature Signature) (added bool, err error) {
	if err := checkStrokes(signature.Strokes); err != nil {
		return false, err
	}
	drawn, err := json.Marshal(signature.Strokes)
	if err != nil || len(drawn) > register.StrokesRoom {
		return false, ErrStrokes
	}
	err = o.mediate(ctx, principal, keys, dispute, "sign", func(tx pgx.Tx, key register.CaseKey) error {
		sealed, err := key.Seal(signature.ID, register.StrokesRoom, string(drawn))
		if err != nil {
			return err
		}
		if signature.Party == nil {
			signature.Account = &principal.Account
		}
		tag, err := tx.Exec(ctx, `
			INSERT INTO sealed.signatures (id, agreement_id, case_id, party_id, account_id, strokes)
			SELECT $1, a.id, a.case_id, $3, $4, $5 FROM sealed.agreements a WHERE a.case_id = $2 AND a.id = $6
			ON CONFLICT (id) DO NOTHING`, signature.ID, dispute, signature.Party, signature.Account, sealed, signature.Agreement)
		if added = err == nil && tag.RowsAffected() == 1; added || err != nil {
			return err
		}
		var there, another bool
		err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM sealed.signatures WHERE id = $1 AND case_id = $2),
			EXISTS (SELECT FROM sealed.agreements WHERE case_id = $2)`, signature.ID, dispute).Scan(&there, &another)
		switch {
		case err != nil || there:
			return err
		case another:
			return ErrChanged
		}
		return ErrNoAgreement
	})
	return added, err
}

// checkStrokes refuses what is no drawing in the field.
func checkStrokes(strokes []Stroke) error {
	points := 0
	for _, stroke := range strokes {
		for _, at := range stroke {
			if at[0] < 0 || at[0] > FieldWidth || at[1] < 0 || at[1] > FieldHeight {
				return ErrStrokes
			}
			points++
		}
	}
	if points < 2 {
		return ErrStrokes
	}
	return nil
}
