package register

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Errors of what takes two people.
var (
	// ErrSamePerson says that who proposed cannot confirm.
	ErrSamePerson = errors.New("register: another person confirms")
	// ErrNoProposal says that nothing waits to be confirmed, or nothing that the
	// principal sees.
	ErrNoProposal = errors.New("register: no such proposal")
)

// PairProposal is a wish that a household is visited in pairs, which waits for a
// second supervisor. It has no reason.
type PairProposal struct {
	Household  uuid.UUID
	ProposedOn time.Time
	// Own is the principal's own proposal.
	Own     bool
	Address geo.Address
}

// PairProposals are those that wait where the principal, a supervisor, has the area.
func (db *DB) PairProposals(ctx context.Context, principal Principal) (proposals []PairProposal, err error) {
	const query = `
		SELECT p.household_id, p.proposed_on, p.proposed_by = rounds.principal_account(),
			coalesce(h.street, ''), coalesce(h.house_number, ''), coalesce(h.unit, ''), coalesce(h.postcode, ''), coalesce(h.place, '')
		FROM rounds.pair_visits p JOIN rounds.households h ON h.id = p.household_id
		WHERE rounds.principal_role() = 'supervisor' ORDER BY p.proposed_on, p.household_id`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query)
		if err != nil {
			return read, err
		}
		proposals, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p PairProposal, err error) {
			a := &p.Address
			err = row.Scan(&p.Household, &p.ProposedOn, &p.Own, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place)
			return p, err
		})
		if len(proposals) > 0 {
			read = audit.Entry{Kind: audit.DoorNotes, Purpose: audit.ForSafety}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: pair proposals: %w", err)
	}
	return proposals, nil
}

// InPairs are those of some households that the principal, a worker, does not visit
// alone.
func (db *DB) InPairs(ctx context.Context, principal Principal, households []uuid.UUID) (pairs []uuid.UUID, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, "SELECT household_id FROM rounds.pair_visits WHERE household_id = ANY ($1)", households)
		if err != nil {
			return read, err
		}
		pairs, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if len(pairs) > 0 {
			read = audit.Entry{Kind: audit.DoorNotes, Purpose: audit.ForSafety}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: in pairs: %w", err)
	}
	return pairs, nil
}

// ProposePair proposes, for a supervisor, that a household is visited in pairs; again
// changes nothing. The error may be [ErrNoHousehold].
func (db *DB) ProposePair(ctx context.Context, principal Principal, household uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoHousehold, "propose pair", "SELECT rounds.propose_pair($1)", household)
}

// ConfirmPair makes a proposal of another supervisor hold for 90 days. The error may
// be [ErrSamePerson] or [ErrNoProposal].
func (db *DB) ConfirmPair(ctx context.Context, principal Principal, household uuid.UUID) error {
	return secondPerson(db.decide(ctx, principal, ErrNoProposal, "confirm pair", "SELECT rounds.confirm_pair($1)", household))
}

// EndPair ends a proposal or what was confirmed, and does not say whether there was
// one. The error may be [ErrNoHousehold].
func (db *DB) EndPair(ctx context.Context, principal Principal, household uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoHousehold, "end pair", "SELECT rounds.end_pair($1)", household)
}

// secondPerson names the rule of the schema that wants two people.
func secondPerson(err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) && (refused.ConstraintName == "pair_visits_two_people" || refused.ConstraintName == "emergency_openings_two_people") {
		return ErrSamePerson
	}
	return err
}
