package casework

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Mediator is who is named for a dispute, or who may be.
type Mediator struct {
	Account uuid.UUID
	Name    string
}

// Named is a mediator with the day from which they are, and by whom.
type Named struct {
	Mediator
	Since time.Time
	By    string
}

// Mediators are who may see the parties of a dispute.
type Mediators struct {
	// Now are those who are named: two at most.
	Now []Named
	// May are those whom the principal may name.
	May []Mediator
	// You: the principal is named.
	You bool
}

// Naming puts a case handler in charge of a dispute.
type Naming struct {
	// ID is the client's: the same again names nobody else.
	ID, Case, Account uuid.UUID
	// InsteadOf is relieved; uuid.Nil: they come beside.
	InsteadOf uuid.UUID
}

// NameMediator puts a case handler in charge of a dispute. Whoever leads there may, and who is
// named hands the own place over or fills the other; nobody names themselves. added is
// false for the same again. The error may be [ErrNoCase], [ErrOneself], [ErrNoMember],
// [ErrTwo] or [ErrIDTaken].
func (o *Office) NameMediator(ctx context.Context, principal register.Principal, keys *register.Keys, naming Naming) (added bool, err error) {
	err = o.change(ctx, principal, "name a mediator", func(tx pgx.Tx) error {
		const query = "SELECT rounds.name_handler($1, $2, $3, $4)"
		err := tx.QueryRow(ctx, query, naming.ID, naming.Case, naming.Account, orNull(naming.InsteadOf)).Scan(&added)
		if err != nil || !added {
			return err
		}
		return handKey(ctx, tx, keys, naming)
	})
	return added, err
}

// Mediators are those of a dispute. The error may be [ErrNoCase].
func (o *Office) Mediators(ctx context.Context, principal register.Principal, dispute uuid.UUID) (found Mediators, err error) {
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		found, err = readMediators(ctx, tx, dispute)
		return err
	})
	return found, err
}

func readMediators(ctx context.Context, tx pgx.Tx, dispute uuid.UUID) (found Mediators, err error) {
	var there bool
	err = tx.QueryRow(ctx, "SELECT EXISTS (SELECT FROM rounds.cases WHERE id = $1 AND dispute), rounds.is_named($1)", dispute).Scan(&there, &found.You)
	if err == nil && !there {
		err = ErrNoCase
	}
	if err != nil {
		return found, err
	}
	rows, err := tx.Query(ctx, `
		SELECT h.account_id, coalesce(rounds.colleague_name(h.account_id), ''), h.named_on, coalesce(rounds.colleague_name(h.named_by), '')
		FROM rounds.dispute_handlers h WHERE h.case_id = $1 AND h.ended_on IS NULL ORDER BY h.named_on, h.id`, dispute)
	if err != nil {
		return found, err
	}
	found.Now, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (n Named, err error) {
		return n, row.Scan(&n.Account, &n.Name, &n.Since, &n.By)
	})
	if err != nil {
		return found, fmt.Errorf("who is named: %w", err)
	}
	if rows, err = tx.Query(ctx, "SELECT account_id, coalesce(name, '') FROM rounds.mediators_of($1)", dispute); err == nil {
		found.May, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Mediator])
	}
	return found, err
}
