package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// ErrNoClaim says that nobody claims such a number of dwellings of a place.
var ErrNoClaim = errors.New("register: nobody says that there are so many dwellings")

// DwellingClaim is another number of dwellings than the register has of a place: somebody
// added the place again, and a supervisor chooses.
type DwellingClaim struct {
	Household uuid.UUID
	// Doors is the register's number, Claimed the other one.
	Doors, Claimed int
	ClaimedOn      time.Time
	Address        geo.Address
}

// mostClaims bounds a list of what is to be chosen; the rest comes when these are.
const mostClaims = 200

// DwellingClaims are those that wait where the principal, a supervisor, has the area, the
// earliest first.
func (db *DB) DwellingClaims(ctx context.Context, principal Principal) (claims []DwellingClaim, err error) {
	const query = `
		SELECT h.id, h.doors, c.doors, c.claimed_on,
			coalesce(h.street, ''), coalesce(h.house_number, ''), coalesce(h.unit, ''), coalesce(h.postcode, ''), coalesce(h.place, '')
		FROM rounds.dwelling_claims c JOIN rounds.households h ON h.id = c.household_id
		WHERE h.doors <> c.doors ORDER BY c.claimed_on, h.id, c.doors LIMIT $1`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query, mostClaims)
		if err != nil {
			return read, err
		}
		claims, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (c DwellingClaim, err error) {
			a := &c.Address
			err = row.Scan(&c.Household, &c.Doors, &c.Claimed, &c.ClaimedOn, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place)
			return c, err
		})
		if len(claims) > 0 {
			read = audit.Entry{Kind: audit.Places, Purpose: audit.ForPlanning}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: dwelling claims: %w", err)
	}
	return claims, nil
}

// ChooseDwellings says, for a supervisor, how many dwellings a place has of which different
// numbers are claimed; the register's own is one of them. The error may be [ErrNoHousehold]
// or [ErrNoClaim].
func (db *DB) ChooseDwellings(ctx context.Context, principal Principal, household uuid.UUID, doors int) error {
	var done *bool
	err := db.As(ctx, principal, func(tx pgx.Tx) error {
		// As in addHousehold: no import counts dwellings meanwhile.
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(importLock)); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT rounds.choose_dwellings($1, $2)", household, doors).Scan(&done)
	})
	switch {
	case err != nil:
	case done == nil:
		err = ErrNoHousehold
	case !*done:
		err = ErrNoClaim
	}
	if err != nil {
		return fmt.Errorf("register: choose dwellings: %w", err)
	}
	return nil
}
