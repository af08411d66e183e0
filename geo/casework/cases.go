package casework

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Number is what people call a case: counted from 1 in each year of a county.
type Number struct {
	Year, Serial int
}

// String is 2026-000123.
func (n Number) String() string { return fmt.Sprintf("%04d-%06d", n.Year, n.Serial) }

var numberForm = regexp.MustCompile(`^([0-9]{4})-0*([1-9][0-9]{0,8})$`)

// ParseNumber reads 2026-000123; the zeros may be left out.
func ParseNumber(text string) (n Number, ok bool) {
	parts := numberForm.FindStringSubmatch(text)
	if parts == nil {
		return n, false
	}
	n.Year, _ = strconv.Atoi(parts[1])
	n.Serial, _ = strconv.Atoi(parts[2])
	return n, true
}

// Case is how far a matter is. Codes are those of the closed lists.
type Case struct {
	ID     uuid.UUID
	Number Number
	// LedgerNumber is that of the ledger that it came from, "" otherwise.
	LedgerNumber string
	// Matter is "" for a dispute, of which nothing more is told.
	Matter  string
	Dispute bool
	Stage   string
	Area    uuid.UUID
	// AreaName and AreaNameZH are where it is, "" for a dispute.
	AreaName, AreaNameZH string
	Unit                 *uuid.UUID
	UnitName, UnitNameZH string
	// Handler has it in hand; nil: whoever is on duty in the unit.
	Handler     *uuid.UUID
	HandlerName string
	LeadName    string
	OpenedOn    time.Time
	// DueOn is the last day, until its end where the case is.
	DueOn            time.Time
	PausedOn, OverOn *time.Time
	// Outcome is "" for a dispute, unless the principal is named for it.
	Outcome string
	// Steps is the number of the last one.
	Steps int
	// Incident says that there is an incident of the same id.
	Incident bool
}

// IsOver says that nothing is to be done any more.
func (c Case) IsOver() bool { return c.OverOn != nil }

// IsLate says that the last day was before a day; what is paused is not.
func (c Case) IsLate(today time.Time) bool {
	return c.OverOn == nil && c.PausedOn == nil && c.DueOn.Before(today)
}

const caseColumns = `c.id, c.year, c.number, coalesce(c.ledger_number, ''), coalesce(c.matter, ''), c.dispute, c.stage::text, c.area_id,
	CASE WHEN c.dispute THEN '' ELSE coalesce(a.name, '') END, CASE WHEN c.dispute THEN '' ELSE coalesce(a.name_zh, a.name, '') END,
	c.unit_id, coalesce(u.name, ''), coalesce(u.name_zh, u.name, ''), c.handler_id, coalesce((SELECT n.name FROM names n WHERE n.id = c.handler_id), ''),
	coalesce((SELECT n.name FROM names n WHERE n.id = c.lead_id), ''), c.opened_on, c.due_on, c.paused_on, c.over_on,
	CASE WHEN c.dispute AND NOT rounds.is_named(c.id) THEN '' ELSE coalesce(c.outcome::text, '') END, c.steps, c.incident_id IS NOT NULL`

// caseNames are those of who has the cases of found, each looked up once.
const caseNames = `, names AS MATERIALIZED (
	SELECT w.id, rounds.colleague_name(w.id) AS name FROM (SELECT handler_id FROM found UNION SELECT lead_id FROM found) w (id) WHERE w.id IS NOT NULL)`

const caseTables = ` LEFT JOIN rounds.areas a ON a.id = c.area_id LEFT JOIN rounds.units u ON u.id = c.unit_id`

func scanCase(row pgx.CollectableRow) (c Case, err error) {
	err = row.Scan(&c.ID, &c.Number.Year, &c.Number.Serial, &c.LedgerNumber, &c.Matter, &c.Dispute, &c.Stage, &c.Area, &c.AreaName, &c.AreaNameZH,
		&c.Unit, &c.UnitName, &c.UnitNameZH, &c.Handler, &c.HandlerName, &c.LeadName, &c.OpenedOn, &c.DueOn, &c.PausedOn, &c.OverOn,
		&c.Outcome, &c.Steps, &c.Incident)
	return c, err
}

// Filter narrows [Office.Cases]; the zero value lists all that is open.
type Filter struct {
	// Mine are those of the principal's units that are nobody else's, and what the
	// principal has in hand.
	Mine bool
	// Over lists what is settled, refused or closed instead, the latest first.
	Over bool
	// Stage and Matter are codes; "" is all.
	Stage, Matter string
	Unit          uuid.UUID
	// Number looks for one case, open or over, by its number or that of its old ledger.
	Number string
	// AfterDay and AfterID are those of the last case of the page before: the day
	// when it is due or was over. Limit is at least 1.
	AfterDay time.Time
	AfterID  uuid.UUID
	Limit    int
}

// Each list has a statement of its own, which its index answers; the names are added to
// the cases of the page alone.
const (
	onlyThese = ` ($1::rounds.case_stage IS NULL OR c.stage = $1) AND ($2::text IS NULL OR c.matter = $2) AND ($3::uuid IS NULL OR c.unit_id = $3)`

	listOpen = `SELECT c.* FROM rounds.cases c WHERE c.over_on IS NULL AND NOT c.merged AND` + onlyThese + `
		AND ($4::date IS NULL OR (c.due_on, c.id) > ($4, $5)) ORDER BY c.due_on, c.id LIMIT $6`
	listMine = `SELECT c.* FROM rounds.cases c WHERE c.over_on IS NULL AND NOT c.merged AND` + onlyThese + `
		AND (c.handler_id = rounds.principal_account() OR c.handler_id IS NULL AND c.unit_id = ANY (ARRAY(SELECT rounds.own_units()))
			OR c.id = ANY (ARRAY(SELECT j.case_id FROM rounds.case_units j WHERE j.unit_id = ANY (ARRAY(SELECT rounds.own_units())))))
		AND ($4::date IS NULL OR (c.due_on, c.id) > ($4, $5)) ORDER BY c.due_on, c.id LIMIT $6`
	listOver = `SELECT c.* FROM rounds.cases c WHERE c.over_on IS NOT NULL AND NOT c.merged AND` + onlyThese + `
		AND ($4::date IS NULL OR (c.over_on, c.id) < ($4, $5)) ORDER BY c.over_on DESC, c.id DESC LIMIT $6`
	listNumbered = `SELECT c.* FROM rounds.cases c WHERE (c.year, c.number) = ($4, $5) AND` + onlyThese + `
		UNION SELECT c.* FROM rounds.cases c WHERE c.ledger_number = $6 AND` + onlyThese + ` ORDER BY year, number, id LIMIT $7`
)

// Cases lists cases in the order in which they are due.
func (o *Office) Cases(ctx context.Context, principal register.Principal, filter Filter) (cases []Case, err error) {
	list, order := listOpen, "c.due_on, c.id"
	arguments := []any{orNull(filter.Stage), orNull(filter.Matter), orNull(filter.Unit)}
	page := []any{orNull(filter.AfterDay), filter.AfterID, filter.Limit}
	switch {
	case filter.Number != "":
		number, _ := ParseNumber(filter.Number)
		list, order = listNumbered, "c.year, c.number, c.id"
		page = []any{number.Year, number.Serial, filter.Number, filter.Limit}
	case filter.Over:
		list, order = listOver, "c.over_on DESC, c.id DESC"
	case filter.Mine:
		list = listMine
	}
	arguments = append(arguments, page...)
	query := "WITH found AS MATERIALIZED (" + list + ")" + caseNames + " SELECT " + caseColumns + " FROM found c" + caseTables + " ORDER BY " + order
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, arguments...)
		if err == nil {
			cases, err = pgx.CollectRows(rows, scanCase)
		}
		return err
	})
	return cases, err
}

// Step is what was done, as the ledger has it.
type Step struct {
	Seq     int
	Command string
	// From is "" for the first.
	From, To string
	// Actor is intake, member, handler, supervisor or clock; Who the name of a person.
	Actor, Who                                                            string
	At                                                                    time.Time
	UnitName, UnitNameZH, HandlerName, PauseReason, RefuseReason, Outcome string
	DueOn                                                                 time.Time
	// Text is for the members of the units that have the case, "" for others. Reasons and
	// outcome of a dispute are for its mediators.
	Text string
}

// File is a case with all that was done about it.
type File struct {
	Case
	Log []Step
	// Joined are the units that handle it together with the responsible one.
	Joined []Unit
	// OnDuty is who has it in hand today, by name.
	OnDuty string
	// Member: the principal belongs to a unit that has it.
	Member bool
	// Commands are those that the principal may give now, in order of the list.
	Commands []string
}

// Case is one with its steps. The error may be [ErrNoCase].
func (o *Office) Case(ctx context.Context, principal register.Principal, id uuid.UUID) (file File, err error) {
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		file, err = readFile(ctx, tx, id)
		return err
	})
	return file, err
}

func readFile(ctx context.Context, tx pgx.Tx, id uuid.UUID) (file File, err error) {
	rows, err := tx.Query(ctx, "WITH found AS MATERIALIZED (SELECT * FROM rounds.cases WHERE id = $1)"+caseNames+" SELECT "+caseColumns+" FROM found c"+caseTables, id)
	if err != nil {
		return file, err
	}
	if file.Case, err = pgx.CollectExactlyOneRow(rows, scanCase); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			err = ErrNoCase
		}
		return file, err
	}
	if file.Log, err = readSteps(ctx, tx, id); err != nil {
		return file, err
	}
	if file.Joined, err = readUnits(ctx, tx, "u.id IN (SELECT j.unit_id FROM rounds.case_units j WHERE j.case_id = $1)", id); err != nil {
		return file, err
	}
	const about = `
		SELECT coalesce(rounds.colleague_name(coalesce(c.handler_id, rounds.on_duty(c.unit_id, rounds.today()))), ''), rounds.is_case_member(c.id, c.unit_id),
			ARRAY(SELECT m.command::text FROM rounds.case_moves m WHERE m.from_stage = c.stage AND (
					m.actor = 'supervisor' AND rounds.principal_role() = 'supervisor' OR m.actor = 'handler' AND rounds.principal_role() = 'case_handler'
					OR m.actor = 'member' AND rounds.principal_role() = 'case_handler' AND rounds.is_case_member(c.id, c.unit_id))
				GROUP BY m.command ORDER BY m.command)
		FROM rounds.cases c WHERE c.id = $1`
	err = tx.QueryRow(ctx, about, id).Scan(&file.OnDuty, &file.Member, &file.Commands)
	return file, err
}

func readSteps(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]Step, error) {
	const query = `
		SELECT s.seq, s.command::text, coalesce(s.from_stage::text, ''), s.to_stage::text, s.actor::text, coalesce(rounds.colleague_name(s.account_id), ''), s.at,
			coalesce(u.name, ''), coalesce(u.name_zh, u.name, ''), coalesce(rounds.colleague_name(s.handler_id), ''),
			CASE WHEN told.whole THEN coalesce(s.pause_reason::text, '') ELSE '' END, CASE WHEN told.whole THEN coalesce(s.refuse_reason::text, '') ELSE '' END,
			CASE WHEN told.whole THEN coalesce(s.outcome::text, '') ELSE '' END, s.due_on, coalesce(t.text, '')
		FROM rounds.case_steps s CROSS JOIN (SELECT NOT c.dispute OR rounds.is_named(c.id) AS whole FROM rounds.cases c WHERE c.id = $1) told
			LEFT JOIN rounds.units u ON u.id = s.unit_id LEFT JOIN rounds.case_texts($1) t ON t.seq = s.seq
		WHERE s.case_id = $1 ORDER BY s.seq`
	rows, err := tx.Query(ctx, query, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Step])
}
