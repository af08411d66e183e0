package register

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo"
)

// Errors of grants that a person can mend.
var (
	ErrNoGrant      = errors.New("register: no such grant, or none in this state")
	ErrGrantOwn     = errors.New("register: a grant takes two people, neither of them its receiver")
	ErrGrantForm    = errors.New("register: a grant has an area and a purpose; an administrator's has neither, an officer's no purpose")
	ErrGrantLong    = errors.New("register: a grant lasts 12 months at most, and 3 for analysts and case handlers")
	ErrOfficerAlone = errors.New("register: a data-protection officer has no other role")
	ErrNotEntitled  = errors.New("register: not entitled to this grant")
)

// Grant gives an account a role in an area for a purpose, for a time.
type Grant struct {
	ID        uuid.UUID
	AccountID uuid.UUID
	Role      string
	// AreaID is nil for an administrator.
	AreaID *uuid.UUID
	// Purpose is a code of the closed list, "" for an administrator and an officer.
	Purpose string
	// StartsAt and EndsAt are at most [Grant.MostMonths] apart.
	StartsAt, EndsAt time.Time
	// AsleepSince is when a recovery put the grant to sleep: it gives nothing until
	// somebody wakes it. nil: it is awake.
	AsleepSince *time.Time
}

// MostMonths is how long a grant of a role may last.
func MostMonths(role string) int {
	if role == Analyst || role == CaseHandler {
		return 3
	}
	return 12
}

// HasPurpose says whether grants of a role name a purpose.
func HasPurpose(role string) bool { return role != Administrator && role != DPO }

// ForPurposes gives a grant for each of some purposes, or for all of the closed list
// when none is named; the one grant of a role that has no purpose. Each has a new id.
func (g Grant) ForPurposes(purposes ...string) []Grant {
	if len(purposes) == 0 {
		purposes = geo.ClosedLists().Codes("purposes")
	}
	if !HasPurpose(g.Role) {
		purposes = []string{""}
	}
	grants := make([]Grant, len(purposes))
	for i, purpose := range purposes {
		grants[i] = g
		grants[i].ID, grants[i].Purpose = uuid.New(), purpose
	}
	return grants
}

// AddGrant gives a role, as the installer's; only the operator may.
func (db *DB) AddGrant(ctx context.Context, principal Principal, grant Grant) error {
	return db.As(ctx, principal, func(tx pgx.Tx) error { return addGrant(ctx, tx, grant) })
}

func addGrant(ctx context.Context, tx pgx.Tx, grant Grant) error {
	const query = `
		INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	_, err := tx.Exec(ctx, query, grant.ID, grant.AccountID, grant.Role, grant.AreaID, orNull(grant.Purpose), grant.StartsAt, grant.EndsAt)
	if err != nil {
		return fmt.Errorf("register: add grant: %w", grantError(err))
	}
	return nil
}

// Grants lists the grants of an account (uuid.Nil: of every account that the
// principal sees) that were confirmed and are not over, those that sleep too.
func (db *DB) Grants(ctx context.Context, principal Principal, account uuid.UUID) ([]Grant, error) {
	const query = `
		SELECT g.id, g.account_id, g.role, g.area_id, coalesce(g.purpose::text, ''), g.starts_at, g.ends_at, g.asleep_since
		FROM rounds.grants g
		WHERE ($1::uuid IS NULL OR g.account_id = $1) AND g.confirmed_at IS NOT NULL AND g.starts_at <= now() AND now() < g.ends_at
		ORDER BY g.role, g.id`
	return db.grants(ctx, principal, query, orNull(account))
}

func (db *DB) grants(ctx context.Context, principal Principal, query string, arguments ...any) ([]Grant, error) {
	var grants []Grant
	err := db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, arguments...)
		if err != nil {
			return err
		}
		grants, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Grant])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("register: grants: %w", err)
	}
	return grants, nil
}

// ProposeGrant proposes a grant that begins now; another person confirms it. The
// same proposal again changes nothing, and added is false. The error may be
// [ErrIDTaken] or one of those of grants.
func (db *DB) ProposeGrant(ctx context.Context, principal Principal, grant Grant) (added bool, err error) {
	const insert = `
		INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, ends_at) VALUES ($1, $2, $3, $4, $5, $6)`
	const kept = `
		SELECT account_id = $2 AND role::text = $3 AND area_id IS NOT DISTINCT FROM $4 AND coalesce(purpose::text, '') = $5 AND ends_at = $6
		FROM rounds.grants WHERE id = $1`
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		var same bool
		err := tx.QueryRow(ctx, kept, grant.ID, grant.AccountID, grant.Role, grant.AreaID, grant.Purpose, grant.EndsAt).Scan(&same)
		if !errors.Is(err, pgx.ErrNoRows) {
			if err == nil && !same {
				return ErrIDTaken
			}
			return err
		}
		added = true
		_, err = tx.Exec(ctx, insert, grant.ID, grant.AccountID, grant.Role, grant.AreaID, orNull(grant.Purpose), grant.EndsAt)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("register: propose grant: %w", grantError(err))
	}
	return added, nil
}

// ConfirmGrant makes a proposal hold: for another person than who proposed it.
func (db *DB) ConfirmGrant(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.changeGrant(ctx, principal, "UPDATE rounds.grants SET confirmed_at = now() WHERE id = $1 AND confirmed_at IS NULL AND ends_at > now()", id)
}

// EndGrant takes a grant or a proposal away, at once.
func (db *DB) EndGrant(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.changeGrant(ctx, principal, "UPDATE rounds.grants SET ends_at = now() WHERE id = $1 AND ends_at > now() AND starts_at < now()", id)
}

func (db *DB) changeGrant(ctx context.Context, principal Principal, statement string, id uuid.UUID) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, statement, id)
		if err == nil && tag.RowsAffected() == 0 {
			return ErrNoGrant
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("register: change grant: %w", grantError(err))
	}
	return nil
}

// grantError names the rule of the schema that refused.
func grantError(err error) error {
	var refused *pgconn.PgError
	if !errors.As(err, &refused) {
		return err
	}
	if refused.Code == "42501" {
		return ErrNotEntitled
	}
	for _, rule := range []struct {
		err   error
		names []string
	}{
		{ErrGrantOwn, []string{"grants_two_people"}},
		{ErrGrantForm, []string{"grants_purpose", "grants_check2", "grants_area_id_fkey", "grants_account_id_fkey"}},
		{ErrGrantLong, []string{"grants_check", "grants_check1", "grants_three_months"}},
		{ErrOfficerAlone, []string{"grants_officer_alone"}},
		{ErrNoGrant, []string{"grants_confirm_once"}},
		{ErrIDTaken, []string{"grants_pkey"}},
	} {
		if slices.Contains(rule.names, refused.ConstraintName) {
			return rule.err
		}
	}
	return err
}
