package round

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of a book, besides [RuleError].
var (
	// ErrNoRound says that there is no such round, or none that the principal may see.
	ErrNoRound = errors.New("round: no such round")
	// ErrNoPlan says the same of a plan.
	ErrNoPlan = errors.New("round: no such plan")
	// ErrNoRoute says the same of a route.
	ErrNoRoute = errors.New("round: no such route")
	// ErrNoWorker says that a worker is none whom the principal may plan for.
	ErrNoWorker = errors.New("round: no such worker")
	// ErrNotHolder says that somebody sees the round, but does not hold all of it.
	ErrNotHolder = errors.New("round: the round's area is not held")
	// ErrState says that a plan is not in the state that this takes.
	ErrState = errors.New("round: the plan is not in that state")
	// ErrPlanning says that another plan of the round is being made.
	ErrPlanning = errors.New("round: another plan is being made")
	// ErrClosed says that the round is closed for good.
	ErrClosed = errors.New("round: the round is closed")
	// ErrOver says that the round's last day has passed.
	ErrOver = errors.New("round: the round is over")
	// ErrHours says that the hours of a day do not run forward.
	ErrHours = errors.New("round: the hours do not run forward")
	// ErrNothingToKeep says that no plan of the round is published.
	ErrNothingToKeep = errors.New("round: no plan is published")
	// ErrNotWhole says that a plan does not have each household of its round once.
	ErrNotWhole = errors.New("round: the plan does not have each household once")
	// ErrIDTaken says that the id belongs to something else.
	ErrIDTaken = errors.New("round: the id is taken")
)

// RuleError says that a rule of the schema refuses a round, and which field broke
// it.
type RuleError struct {
	// Rule is the name of the constraint.
	Rule, Field string
}

func (e *RuleError) Error() string { return "round: refused by the rule " + e.Rule }

// UngrantedError says that a plan leads somebody to doors without a grant.
type UngrantedError struct {
	// Worker is a code, Area the name of the grid with such doors.
	Worker, Area string
}

func (e *UngrantedError) Error() string {
	return fmt.Sprintf("round: %s has no grant for %s", e.Worker, e.Area)
}

// The rules by which the schema refuses rounds.
const (
	TwentyDwellings = "rounds_twenty_dwellings"
	SixtyDays       = "round_areas_sixty_days"
	Announced       = "rounds_announced"
	EmergencyLength = "rounds_emergency_length"
	RoundName       = "round_name_check"
	RoundBreak      = "rounds_break"
	RevisitDays     = "rounds_revisit_days"
)

var fieldOfRule = map[string]string{
	TwentyDwellings: "area_id",
	SixtyDays:       "starts_on",
	Announced:       "starts_on",
	EmergencyLength: "ends_on",
	RoundName:       "name",
	RoundBreak:      "break_s",
	RevisitDays:     "revisit_days",
}

// Codes of PostgreSQL: a row that row-level security refuses, a second row of a
// unique index.
const (
	codeForbidden = "42501"
	codeUnique    = "23505"
)

// refusal names the rule that made the database refuse.
func refusal(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	field, isRule := fieldOfRule[refused.ConstraintName]
	switch {
	case isRule:
		return &RuleError{Rule: refused.ConstraintName, Field: field}
	case refused.ConstraintName == "plans_granted":
		return &UngrantedError{Worker: refused.Detail, Area: refused.Hint}
	case refused.ConstraintName == "plans_whole":
		return ErrNotWhole
	case refused.Code == codeForbidden:
		return ErrNotHolder
	case refused.ConstraintName == "plans_one_planning":
		return ErrPlanning
	case refused.ConstraintName == "rounds_closed_for_good":
		return ErrClosed
	case refused.Code == codeUnique:
		return ErrIDTaken
	}
	return err
}

// Book is where rounds, plans and routes are written down. It is safe for
// concurrent use.
type Book struct {
	db *register.DB
	// Counted, when not nil, knows an open round's grids without a look at every household;
	// false when it does not.
	Counted func(ctx context.Context, round uuid.UUID) (map[uuid.UUID]Count, bool)
}

// NewBook opens the book of a register.
func NewBook(db *register.DB) *Book { return &Book{db: db} }

// planning is who counts doors for everybody and saves plans.
var planning = register.Service("planning")

// change runs do in a transaction and names what refused it.
func (b *Book) change(ctx context.Context, principal register.Principal, what string, do func(tx pgx.Tx) error) error {
	if err := b.db.As(ctx, principal, do); err != nil {
		return fmt.Errorf("round: %s: %w", what, refusal(err))
	}
	return nil
}

// list reads rows with nothing personal as a principal.
func list[T any](ctx context.Context, b *Book, principal register.Principal, scan pgx.RowToFunc[T], query string, arguments ...any) ([]T, error) {
	return listAudited(ctx, b, principal, audit.Entry{}, scan, query, arguments...)
}

// listAudited is list for personal data, which the audit log is told of.
func listAudited[T any](ctx context.Context, b *Book, principal register.Principal, read audit.Entry, scan pgx.RowToFunc[T], query string, arguments ...any) ([]T, error) {
	var items []T
	err := b.db.AsAudited(ctx, principal, func(tx pgx.Tx) (audit.Entry, error) {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return read, err
		}
		items, err = pgx.CollectRows(rows, scan)
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("round: %w", err)
	}
	return items, nil
}

// orNull is nil for the zero value, which SQL takes as "any".
func orNull[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}

func idsOf[T any](items []T, id func(T) uuid.UUID) []uuid.UUID {
	ids := make([]uuid.UUID, len(items))
	for i, item := range items {
		ids[i] = id(item)
	}
	return ids
}
