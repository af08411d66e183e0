package web

import (
	"bytes"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
	"github.com/rounds-project/rounds/web/agreement"
)

type mediatorBody struct {
	AccountID uuid.UUID `json:"account_id"`
	Name      string    `json:"name"`
}

type namedBody struct {
	mediatorBody
	Since string `json:"since"`
	By    string `json:"by"`
}

// mediatorsBody tells who may see the parties of a dispute, and of the parties nothing.
type mediatorsBody struct {
	Named   []namedBody    `json:"named"`
	MayName []mediatorBody `json:"may_name"`
	You     bool           `json:"you"`
}

func showMediators(found casework.Mediators) mediatorsBody {
	body := mediatorsBody{Named: []namedBody{}, MayName: []mediatorBody{}, You: found.You}
	for _, one := range found.Now {
		body.Named = append(body.Named, namedBody{mediatorBody{one.Account, one.Name}, date(one.Since), one.By})
	}
	for _, one := range found.May {
		body.MayName = append(body.MayName, mediatorBody{one.Account, one.Name})
	}
	return body
}

func (s *Server) listMediators(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	found, err := s.office.Mediators(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showMediators(found))
}

func (s *Server) nameMediator(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	body, err := read[struct {
		ID        uuid.UUID  `json:"id"`
		AccountID uuid.UUID  `json:"account_id"`
		InsteadOf *uuid.UUID `json:"instead_of"`
	}](w, r)
	if err != nil {
		return err
	}
	naming := casework.Naming{ID: body.ID, Case: id, Account: body.AccountID}
	if body.InsteadOf != nil {
		naming.InsteadOf = *body.InsteadOf
	}
	if naming.ID == uuid.Nil {
		return invalid("id", "The naming needs an id of its own, a UUID.")
	}
	added, err := s.office.NameMediator(r.Context(), who.Principal, s.Keys, naming)
	if err != nil {
		return err
	}
	found, err := s.office.Mediators(r.Context(), who.Principal, id)
	if err != nil {
		return err
	}
	return answer(w, created(added), showMediators(found))
}

type partyBody struct {
	ID      uuid.UUID `json:"id"`
	Side    string    `json:"side"`
	Name    string    `json:"name"`
	Contact *string   `json:"contact"`
	// Coded: they have a code, with which they take back what is kept of them.
	Coded bool `json:"coded"`
}

// newPartyBody may bring a code, which nobody sees again.
type newPartyBody struct {
	ID      uuid.UUID `json:"id"`
	Side    string    `json:"side"`
	Name    string    `json:"name"`
	Contact *string   `json:"contact"`
	Receipt *string   `json:"receipt"`
}

type meetingBody struct {
	ID      uuid.UUID `json:"id"`
	HeldOn  string    `json:"held_on"`
	Place   string    `json:"place"`
	Result  string    `json:"result"`
	Present []string  `json:"present"`
	Note    *string   `json:"note"`
}

type signatureBody struct {
	ID       uuid.UUID         `json:"id"`
	PartyID  *uuid.UUID        `json:"party_id"`
	SignedOn string            `json:"signed_on,omitempty"`
	Strokes  []casework.Stroke `json:"strokes"`
}

// newSignatureBody says under which agreement, as that may be written anew meanwhile.
type newSignatureBody struct {
	signatureBody
	AgreementID uuid.UUID `json:"agreement_id"`
}

type newAgreementBody struct {
	ID       uuid.UUID `json:"id"`
	AgreedOn string    `json:"agreed_on"`
	Terms    []string  `json:"terms"`
}

type agreementBody struct {
	newAgreementBody
	Signatures []signatureBody `json:"signatures"`
}

// mediationBody is what the mediators of a dispute see, and nobody else.
type mediationBody struct {
	Parties   []partyBody    `json:"parties"`
	Sessions  []meetingBody  `json:"sessions"`
	Agreement *agreementBody `json:"agreement"`
	// Signed: the asker's own signature is there.
	Signed bool `json:"signed"`
	// Reference is what the audit log names the dispute by in this quarter.
	Reference string `json:"reference"`
}

func showMediation(m casework.Mediation, asker uuid.UUID) mediationBody {
	body := mediationBody{Parties: []partyBody{}, Sessions: []meetingBody{}, Reference: hex.EncodeToString(m.Reference[:8])}
	for _, p := range m.Parties {
		body.Parties = append(body.Parties, partyBody{p.ID, p.Side, p.Name, orNull(p.Contact), p.Coded})
	}
	for _, s := range m.Meetings {
		body.Sessions = append(body.Sessions, meetingBody{s.ID, date(s.HeldOn), s.Place, s.Result, s.Present, orNull(s.Note)})
	}
	if a := m.Agreement; a != nil {
		body.Agreement = &agreementBody{newAgreementBody{a.ID, date(a.AgreedOn), a.Terms}, []signatureBody{}}
		for _, s := range a.Signatures {
			body.Signed = body.Signed || s.Account != nil && *s.Account == asker
			body.Agreement.Signatures = append(body.Agreement.Signatures, signatureBody{s.ID, s.Party, date(s.SignedOn), s.Strokes})
		}
	}
	return body
}

func (s *Server) getMediation(w http.ResponseWriter, r *http.Request, who access.Session) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	m, err := s.office.Mediation(r.Context(), who.Principal, s.Keys, id)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, showMediation(m, who.Principal.Account))
}

// mediating reads what a mediator sends about a dispute: its id, and a body.
func mediating[T any](w http.ResponseWriter, r *http.Request) (dispute uuid.UUID, body T, err error) {
	if dispute, err = pathID(r); err == nil {
		body, err = read[T](w, r)
	}
	return dispute, body, err
}

// pastDay reads a day that is not after today.
func (s *Server) pastDay(field, text string) (time.Time, error) {
	day, err := parseDate(field, text)
	if err == nil && day.After(s.today()) {
		err = invalid(field, "This day is still to come.")
	}
	return day, err
}

var errNoID = invalid("id", "Make an id for it, a UUID.")

func (s *Server) saveParty(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, body, err := mediating[newPartyBody](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return errNoID
	}
	if !geo.Known("party_sides", body.Side) {
		return invalid("side", "The side is not on the list party_sides; see /api/v1/lists.")
	}
	party := casework.Party{ID: body.ID, Side: body.Side, Name: body.Name}
	if body.Contact != nil {
		party.Contact = *body.Contact
	}
	if body.Receipt != nil {
		code, err := register.ParseReceipt(*body.Receipt)
		if err != nil {
			return err
		}
		party.Code = &code
	}
	_, err = s.office.SaveParty(r.Context(), who.Principal, s.Keys, dispute, party)
	return done(w, err)
}

func (s *Server) removeParty(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, body, err := mediating[struct {
		ID uuid.UUID `json:"id"`
	}](w, r)
	if err != nil {
		return err
	}
	if err := s.office.RemoveParty(r.Context(), who.Principal, s.Keys, dispute, body.ID); err != nil {
		return err
	}
	return done(w, s.Ledger.Sync(r.Context(), s.DB))
}

func (s *Server) keepMeeting(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, body, err := mediating[meetingBody](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return errNoID
	}
	for _, of := range []struct{ field, list, code string }{{"place", "meeting_places", body.Place}, {"result", "meeting_results", body.Result}} {
		if !geo.Known(of.list, of.code) {
			return invalid(of.field, "This is not on the list "+of.list+"; see /api/v1/lists.")
		}
	}
	for _, role := range body.Present {
		if !geo.Known("meeting_roles", role) {
			return invalid("present", "This is not on the list meeting_roles; see /api/v1/lists.")
		}
	}
	meeting := casework.Meeting{ID: body.ID, Place: body.Place, Result: body.Result, Present: body.Present}
	if meeting.HeldOn, err = s.pastDay("held_on", body.HeldOn); err != nil {
		return err
	}
	if body.Note != nil {
		meeting.Note = *body.Note
	}
	_, err = s.office.Meet(r.Context(), who.Principal, s.Keys, dispute, meeting)
	return done(w, err)
}

func (s *Server) keepAgreement(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, body, err := mediating[newAgreementBody](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return errNoID
	}
	agreement := casework.Agreement{ID: body.ID, Terms: body.Terms}
	if agreement.AgreedOn, err = s.pastDay("agreed_on", body.AgreedOn); err != nil {
		return err
	}
	return done(w, s.office.Agree(r.Context(), who.Principal, s.Keys, dispute, agreement))
}

func (s *Server) signAgreement(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, body, err := mediating[newSignatureBody](w, r)
	if err != nil {
		return err
	}
	if body.ID == uuid.Nil {
		return errNoID
	}
	_, err = s.office.Sign(r.Context(), who.Principal, s.Keys, dispute, casework.Signature{ID: body.ID, Agreement: body.AgreementID, Party: body.PartyID, Strokes: body.Strokes})
	return done(w, err)
}

// printAgreement sends a copy of the agreement for each party, one after the other. The
// pages are made in memory; no file is left here.
func (s *Server) printAgreement(w http.ResponseWriter, r *http.Request, who access.Session) error {
	dispute, err := pathID(r)
	if err != nil {
		return err
	}
	language := r.URL.Query().Get("language")
	if err := checkLanguage(language); err != nil {
		return err
	}
	m, number, err := s.office.Paper(r.Context(), who.Principal, s.Keys, dispute)
	if err != nil {
		return err
	}
	var pages bytes.Buffer
	if err := (agreement.Paper{Mediation: m, Number: number, Language: language, Made: s.Now()}).Write(&pages); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Disposition", `attachment; filename="`+number.String()+`.pdf"`)
	_, _ = pages.WriteTo(w)
	return nil
}
