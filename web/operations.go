package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// operationBody is what a phone recorded; one of its parts, that of its kind, is there.
type operationBody struct {
	ID        uuid.UUID         `json:"id"`
	Kind      string            `json:"kind"`
	MadeOn    string            `json:"made_on"`
	Visit     *visitBody        `json:"visit"`
	Retract   *retractBody      `json:"retract"`
	Incident  *newIncidentBody  `json:"incident"`
	Dispute   *newDisputeBody   `json:"dispute"`
	Consent   *newConsentBody   `json:"consent"`
	Withdraw  *withdrawBody     `json:"withdraw"`
	Done      *serviceDoneBody  `json:"service_done"`
	Note      *doorNotedBody    `json:"door_note"`
	Household *newHouseholdBody `json:"household"`
	Never     *neverVisitBody   `json:"never_visit"`
	Photo     *photoBody        `json:"photo"`
	// Understood says that a message is understood.
	Understood *understoodBody `json:"understood"`
}

type retractBody struct {
	VisitID uuid.UUID `json:"visit_id"`
	RoundID uuid.UUID `json:"round_id"`
}

type withdrawBody struct {
	ConsentID uuid.UUID `json:"consent_id"`
}

type serviceDoneBody struct {
	ConsentID uuid.UUID `json:"consent_id"`
	Service   string    `json:"service"`
}

type doorNotedBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
	doorNoteSeenBody
	Turn int64 `json:"turn"`
}

type photoBody struct {
	IncidentID uuid.UUID `json:"incident_id"`
	Picture    []byte    `json:"picture"`
}

type understoodBody struct {
	MessageID uuid.UUID `json:"message_id"`
}

type neverVisitBody struct {
	HouseholdID uuid.UUID `json:"household_id"`
}

// parseOperation reads what a phone sent. With an error the id is known when there is
// one: the phone then hears what is wrong with this operation, and the others are taken.
func (s *Server) parseOperation(text json.RawMessage) (operation register.Operation, err error) {
	body, err := decode[operationBody](bytes.NewReader(text))
	operation.ID = body.ID
	if err != nil {
		return operation, err
	}
	if body.ID == uuid.Nil {
		return operation, invalid("operations", "An operation has an id.")
	}
	if operation.MadeOn, err = parseDate("made_on", body.MadeOn); err != nil {
		return operation, err
	}
	if operation.Deed, err = body.deed(operation.MadeOn); err != nil {
		return operation, err
	}
	// Of what was sent and not of what was understood, which another release may read
	// in another way.
	var sent bytes.Buffer
	if err := json.Compact(&sent, text); err != nil {
		return operation, fmt.Errorf("web: %w", err)
	}
	operation.Digest = s.Keys.OperationDigest(sent.Bytes())
	return operation, nil
}

// sealedBody is an operation that a phone sealed to the service (register.Keys.SealKey):
// unreadable on the phone, whoever holds it.
type sealedBody struct {
	ID  uuid.UUID `json:"id"`
	Box []byte    `json:"box"`
}

// errNotOpened says no more than that: whose it is, is nobody's business.
var errNotOpened = newProblem(http.StatusUnprocessableEntity, "sealed", "box", "This was not sealed to this installation, or not by this account.")

// openOperation opens what was sealed for an account, with a ticket of that account when
// somebody else hands it in.
func (s *Server) openOperation(sealed sealedBody, account uuid.UUID, handedIn bool) (operation register.Operation, err error) {
	operation.ID = sealed.ID
	text, err := s.Keys.OpenSealed(sealed.Box)
	if err != nil {
		return operation, errNotOpened
	}
	var within struct {
		Account   uuid.UUID       `json:"account"`
		Ticket    string          `json:"ticket"`
		Operation json.RawMessage `json:"operation"`
	}
	if json.Unmarshal(text, &within) != nil || within.Account != account || handedIn && !s.ticketHolds(account, within.Ticket) {
		return operation, errNotOpened
	}
	opened, err := s.parseOperation(within.Operation)
	if err == nil && opened.ID != sealed.ID {
		return operation, errNotOpened
	}
	opened.ID = sealed.ID
	return opened, err
}

// deed is what the operation's kind says that it is.
func (b operationBody) deed(madeOn time.Time) (deed register.Deed, err error) {
	missing := invalid(b.Kind, "An operation has the part of its kind.")
	switch b.Kind {
	case "visit":
		if b.Visit == nil {
			return nil, missing
		}
		return b.Visit.visit(b.ID)
	case "retract":
		if b.Retract == nil {
			return nil, missing
		}
		return register.RetractVisit{Visit: b.Retract.VisitID, Round: b.Retract.RoundID}, nil
	case "incident":
		if b.Incident == nil {
			return nil, missing
		}
		report, err := b.Incident.report(b.ID, madeOn)
		return register.ReportIncident{Report: report}, err
	case "dispute":
		if b.Dispute == nil {
			return nil, missing
		}
		dispute, err := b.Dispute.dispute(b.ID, madeOn)
		return register.AskMediation{Dispute: dispute}, err
	case "consent":
		if b.Consent == nil {
			return nil, missing
		}
		deed := register.RecordConsent{}
		if b.Consent.Renews != nil {
			deed.Renews = *b.Consent.Renews
		}
		deed.Consent, deed.Receipt, err = b.Consent.consent(b.ID)
		return deed, err
	case "withdraw":
		if b.Withdraw == nil {
			return nil, missing
		}
		return register.WithdrawConsent{Consent: b.Withdraw.ConsentID}, nil
	case "service_done":
		if b.Done == nil {
			return nil, missing
		}
		if err := checkServices(geo.ClosedLists(), []string{b.Done.Service}); err != nil {
			return nil, err
		}
		return register.FinishSupport{Consent: b.Done.ConsentID, Service: b.Done.Service}, nil
	case "door_note":
		if b.Note == nil {
			return nil, missing
		}
		if b.Note.Turn < 0 {
			return nil, invalid("turn", "The turn counts from 0.")
		}
		note, err := b.Note.note(b.Note.HouseholdID)
		note.Turn = b.Note.Turn
		return register.NoteDoor{DoorNote: note, There: b.Note.There}, err
	case "household":
		if b.Household == nil {
			return nil, missing
		}
		place, err := b.Household.household()
		return register.AddHousehold{ID: b.ID, Place: place}, err
	case "never_visit":
		if b.Never == nil {
			return nil, missing
		}
		return register.RefuseHousehold{Household: b.Never.HouseholdID}, nil
	case "understood":
		if b.Understood == nil {
			return nil, missing
		}
		return register.Understand{Message: b.Understood.MessageID}, nil
	case "photo":
		if b.Photo == nil {
			return nil, missing
		}
		return register.AddPhoto{Incident: b.Photo.IncidentID, Sent: b.Photo.Picture}, nil
	}
	return nil, invalid("kind", "There is no such kind of operation.")
}
