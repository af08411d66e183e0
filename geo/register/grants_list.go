package register

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/audit"
)

// States of a grant.
const (
	GrantProposed = "proposed" // waits for a second person
	GrantHeld     = "held"
	GrantAsleep   = "asleep" // until somebody wakes it
	GrantEnded    = "ended"
)

// GrantStates are all of them.
var GrantStates = []string{GrantProposed, GrantHeld, GrantAsleep, GrantEnded}

// GrantLine is a grant as a list shows it.
type GrantLine struct {
	Grant
	State string
	// Login and Name are "" where the principal does not see the account.
	Login, Name          string
	AreaName, AreaNameZH string
	AreaLevel            string
	// ProposedBy is nil for the installer's.
	ProposedBy, ConfirmedBy *uuid.UUID
}

// GrantFilter narrows [DB.GrantLines]; the zero value lists every grant that the
// principal sees.
type GrantFilter struct {
	Account uuid.UUID
	State   string
	// After is the last id of the page before; Limit 0 means no limit.
	After uuid.UUID
	Limit int
}

// GrantLines lists grants in order of their ids, those that are over too.
func (db *DB) GrantLines(ctx context.Context, principal Principal, filter GrantFilter) ([]GrantLine, error) {
	const query = `
		SELECT * FROM (
			SELECT g.id, g.account_id, g.role, g.area_id, coalesce(g.purpose::text, ''), g.starts_at, g.ends_at, g.asleep_since,
				CASE WHEN now() >= g.ends_at THEN 'ended' WHEN g.confirmed_at IS NULL THEN 'proposed'
					WHEN g.asleep_since IS NOT NULL THEN 'asleep' ELSE 'held' END AS state,
				coalesce(a.login, ''), coalesce(a.name, w.name, ''), coalesce(r.name, ''), coalesce(r.name_zh, ''), coalesce(r.level::text, ''), g.proposed_by, g.confirmed_by
			FROM rounds.grants g LEFT JOIN rounds.accounts a ON a.id = g.account_id LEFT JOIN rounds.workers w ON w.account_id = g.account_id
				LEFT JOIN rounds.areas r ON r.id = g.area_id
			WHERE ($1::uuid IS NULL OR g.account_id = $1) AND ($3::uuid IS NULL OR g.id > $3)) line
		WHERE $2::text IS NULL OR line.state = $2
		ORDER BY line.id LIMIT $4`
	var lines []GrantLine
	read := audit.Entry{Kind: audit.Accounts, Purpose: audit.ForAdministration}
	err := db.AsAudited(ctx, principal, func(tx pgx.Tx) (_ audit.Entry, err error) {
		lines, err = rowsOf[GrantLine](ctx, tx, query, orNull(filter.Account), orNull(filter.State), orNull(filter.After), orNull(filter.Limit))
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: list grants: %w", err)
	}
	return lines, nil
}
