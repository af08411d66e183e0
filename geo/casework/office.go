package casework

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of an office.
var (
	// ErrNoCase says that there is no such case, or none that the principal may see.
	ErrNoCase = errors.New("casework: no such case")
	// ErrNoUnit says the same of a unit, or that it is none for the place.
	ErrNoUnit = errors.New("casework: no such unit")
	// ErrNoMember says that an account is no member of the unit, or may not see its cases.
	ErrNoMember = errors.New("casework: no such member")
	// ErrIDTaken says that an id belongs to something else.
	ErrIDTaken = errors.New("casework: the id is taken")
	// ErrChanged says that somebody took a step meanwhile.
	ErrChanged = errors.New("casework: the case has changed")
	// ErrMove says that the state machine has no such line.
	ErrMove = errors.New("casework: the case is not in a stage that allows this")
	// ErrActor says that the line is for the members of a unit that has the case.
	ErrActor = errors.New("casework: this is for the unit of the case")
	// ErrCommand says that a command lacks something, or says too much.
	ErrCommand = errors.New("casework: the command lacks something")
	// ErrTop says that there is no unit above.
	ErrTop = errors.New("casework: there is no unit above")
	// ErrDisputeText says that a dispute has no text in the ledger.
	ErrDisputeText = errors.New("casework: a dispute has no text here")
	// ErrOneself says that nobody names themselves, and that only who leads or is named names others.
	ErrOneself = errors.New("casework: a mediator is named by somebody else")
	// ErrTwo says that two are named already.
	ErrTwo = errors.New("casework: a dispute has two mediators at most")
	// ErrNotNamed says that a dispute is open to those alone who are named for it.
	ErrNotNamed = errors.New("casework: only who is named for the dispute may")
	// ErrNoParty says that there is no such party in the dispute.
	ErrNoParty = errors.New("casework: no such party")
	// ErrManyParties says that a dispute has [MostParties] at most.
	ErrManyParties = errors.New("casework: too many parties")
	// ErrManySessions says that a dispute has [MostMeetings] at most.
	ErrManySessions = errors.New("casework: too many sessions")
	// ErrTerms says that an agreement has 1 to [MostTerms] terms.
	ErrTerms = errors.New("casework: an agreement has 1 to 12 terms")
	// ErrNoAgreement says that none was kept yet.
	ErrNoAgreement = errors.New("casework: no agreement")
	// ErrSigned says that what somebody signed stays as it is, and is signed once.
	ErrSigned = errors.New("casework: it is signed")
	// ErrStrokes says that a signature is no drawing in its field, or too long a one.
	ErrStrokes = errors.New("casework: no signature")
	// ErrUnagreed says that one goes unasked to a hazard inside a home alone, and once.
	ErrUnagreed = errors.New("casework: a visit is on a day that was agreed")
	// ErrBooked says that a day is agreed there already, of another matter.
	ErrBooked = errors.New("casework: a day is agreed there already")
	// ErrThreeVisits says that a case asks for three visits at most.
	ErrThreeVisits = errors.New("casework: three visits were asked for")
	// ErrNoPlace says that there is no such address, or more than one household at it.
	ErrNoPlace = errors.New("casework: no such place")
	// ErrNoVisitRound says that no round goes there on that day.
	ErrNoVisitRound = errors.New("casework: no round goes there on that day")
	// ErrParent says that a unit is not of a higher level for an area around.
	ErrParent = errors.New("casework: the unit above is not of a higher level")
	// ErrNotHolder says that the principal does not hold the area.
	ErrNotHolder = errors.New("casework: the area is not held")
	// ErrNoArea says that there is no such area, or none that the principal may see.
	ErrNoArea = errors.New("casework: no such area")
	// ErrNoMatter says that a matter is not on the closed list.
	ErrNoMatter = errors.New("casework: no such matter")
	// ErrDays says that a first day is after the last, or overlaps another leave.
	ErrDays = errors.New("casework: the days are in the wrong order or overlap others")
)

// ofConstraint is what the refusal of a constraint means.
var ofConstraint = map[string]error{
	"cases_none": ErrNoCase, "case_steps_taken": ErrIDTaken, "cases_seen": ErrChanged, "cases_move": ErrMove, "cases_actor": ErrActor,
	"cases_dispute_text": ErrDisputeText, "cases_command": ErrCommand, "cases_unit_there": ErrNoUnit, "cases_handler_there": ErrNoMember,
	"dispute_handlers_by_another": ErrOneself, "dispute_handlers_two": ErrTwo, "cases_top": ErrTop, "parties_pkey": ErrIDTaken, "parties_receipt": ErrIDTaken,
	"case_visits_agreed": ErrUnagreed, "case_visits_unagreed": ErrUnagreed, "case_visits_three": ErrThreeVisits, "case_visits_booked": ErrBooked,
	"case_visits_place": ErrNoPlace, "bookings_household_id_fkey": ErrNoPlace, "case_visits_round": ErrNoVisitRound, "agreements_one": ErrSigned, "agreements_pkey": ErrSigned, "signatures_party": ErrSigned, "signatures_account": ErrSigned,
	"signatures_party_id_case_id_fkey": ErrNoParty, "incidents_asked_receipt": ErrMove, "units_parent": ErrParent, "duty_shifts_unit_id_account_id_fkey": ErrNoMember, "units_pkey": ErrIDTaken,
	"case_rules_matter_fkey": ErrNoMatter, "disputes_alike": register.ErrDisputesAlike, "case_rules_unit_id_fkey": ErrNoUnit, "units_area_id_fkey": ErrNoArea, "case_rules_area_id_fkey": ErrNoArea,
	"duty_shifts_check": ErrDays, "duty_shifts_one": ErrDays, "staff_leave_check": ErrDays, "staff_leave_apart": ErrDays, "staff_leave_pkey": ErrDays,
}

// codeForbidden is PostgreSQL's for a row that row-level security refuses.
const codeForbidden = "42501"

func refusal(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	if known := ofConstraint[refused.ConstraintName]; known != nil {
		return known
	}
	if refused.Code == codeForbidden {
		return ErrNotHolder
	}
	return err
}

// Office is where cases are dealt with. It is safe for concurrent use.
type Office struct{ db *register.DB }

// New opens the office of a register.
func New(db *register.DB) *Office { return &Office{db: db} }

// change runs do in a transaction and names what refused it.
func (o *Office) change(ctx context.Context, principal register.Principal, what string, do func(tx pgx.Tx) error) error {
	if err := o.db.As(ctx, principal, do); err != nil {
		return fmt.Errorf("casework: %s: %w", what, refusal(err))
	}
	return nil
}

// read runs do in a transaction that leaves a row in the audit log.
func (o *Office) read(ctx context.Context, principal register.Principal, kind audit.Kind, do func(tx pgx.Tx) error) error {
	err := o.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		return audit.Entry{Kind: kind, Purpose: audit.ForIncidents}, do(tx)
	})
	if err != nil {
		return fmt.Errorf("casework: %s: %w", kind, refusal(err))
	}
	return nil
}

// orNull is nil for the zero value, which SQL takes as "any".
func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
