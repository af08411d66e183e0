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

// Errors of emergency openings.
var (
	// ErrNoOpening says that there is no such opening, or none that the principal sees.
	ErrNoOpening = errors.New("register: no such emergency opening")
	// ErrNotOpen says that an area is not open to the principal at this moment.
	ErrNotOpen = errors.New("register: the area is not open")
	// ErrTwentyDwellings says that an area is too small to be opened.
	ErrTwentyDwellings = errors.New("register: an emergency opening needs an area of at least 20 dwellings")
)

// EmergencyOpening opens, in an area, the services that save lives, for 72 hours.
type EmergencyOpening struct {
	// ID is the client's.
	ID, Area uuid.UUID
	// Emergency is a code of the closed list emergencies.
	Emergency  string
	ProposedAt time.Time
	// Own is the principal's own proposal, which another person opens.
	Own                bool
	OpenedAt, ClosesAt *time.Time
	// Prints is how many were made; ToTell how many of those opened are still to be
	// told, for a supervisor.
	Prints, ToTell int
	// ProposedBy and OpenedBy are logins, for the officer; else "".
	ProposedBy, OpenedBy string
}

// EmergencyOpenings are those of the areas that the principal, a supervisor or the
// officer, has; the latest first.
func (db *DB) EmergencyOpenings(ctx context.Context, principal Principal) (openings []EmergencyOpening, err error) {
	const query = `
		SELECT o.id, o.area_id, o.emergency, o.proposed_at, o.proposed_by = rounds.principal_account(), o.opened_at, o.closes_at,
			(SELECT count(*) FROM rounds.opening_prints p WHERE p.opening_id = o.id),
			CASE WHEN o.closes_at <= rounds.clock() THEN (SELECT count(*) FROM rounds.opening_households h WHERE h.opening_id = o.id) ELSE 0 END,
			CASE WHEN rounds.principal_role() = 'dpo' THEN coalesce(p.login, '') ELSE '' END,
			CASE WHEN rounds.principal_role() = 'dpo' THEN coalesce(b.login, '') ELSE '' END
		FROM rounds.emergency_openings o LEFT JOIN rounds.accounts p ON p.id = o.proposed_by LEFT JOIN rounds.accounts b ON b.id = o.opened_by
		ORDER BY o.proposed_at DESC, o.id`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		openings, err = rowsOf[EmergencyOpening](ctx, tx, query)
		if principal.Role == DPO && len(openings) > 0 {
			read = audit.Entry{Kind: audit.Accounts, Purpose: audit.ForOversight}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: emergency openings: %w", err)
	}
	return openings, nil
}

// ProposeEmergency proposes, for a supervisor, to open an area; the officer sees it at
// once. The same again changes nothing, and added is false. The error may be
// [ErrNoArea], [ErrTwentyDwellings] or [ErrIDTaken].
func (db *DB) ProposeEmergency(ctx context.Context, principal Principal, id, area uuid.UUID, emergency string) (added bool, err error) {
	err = db.As(ctx, principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, "INSERT INTO rounds.emergency_openings (id, area_id, emergency) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", id, area, emergency)
		if err != nil || tag.RowsAffected() == 1 {
			added = err == nil
			return err
		}
		var same bool
		const query = "SELECT EXISTS (SELECT FROM rounds.emergency_openings WHERE id = $1 AND area_id = $2 AND emergency = $3)"
		err = tx.QueryRow(ctx, query, id, area, emergency).Scan(&same)
		if err == nil && !same {
			err = ErrIDTaken
		}
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch {
		case refused.ConstraintName == "emergency_openings_twenty_dwellings":
			err = ErrTwentyDwellings
		case refused.Code == "42501" || refused.ConstraintName == "emergency_openings_area_id_fkey":
			err = ErrNoArea
		}
	}
	if err != nil {
		return false, fmt.Errorf("register: propose emergency: %w", err)
	}
	return added, nil
}

// OpenEmergency opens what another person proposed within a day. The error may be
// [ErrSamePerson] or [ErrNoProposal].
func (db *DB) OpenEmergency(ctx context.Context, principal Principal, id uuid.UUID) error {
	return secondPerson(db.decide(ctx, principal, ErrNoProposal, "open emergency", "SELECT rounds.open_emergency($1)", id))
}

// CloseEmergency closes an opening sooner, for a supervisor or the officer. The error may be [ErrNoOpening].
func (db *DB) CloseEmergency(ctx context.Context, principal Principal, id uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoOpening, "close emergency", "SELECT rounds.close_emergency($1)", id)
}

// OpenedSupport is what is wanted at the places of an opening, while it is open. The
// error may be [ErrNotOpen].
func (db *DB) OpenedSupport(ctx context.Context, principal Principal, keys *Keys, id uuid.UUID) (found []SupportWanted, err error) {
	const open = `
		SELECT (SELECT area_id FROM rounds.emergency_openings
			WHERE id = $1 AND rounds.principal_role() = 'supervisor' AND opened_at <= rounds.clock() AND rounds.clock() < closes_at)`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		var area *uuid.UUID
		if err := tx.QueryRow(ctx, open, id).Scan(&area); err != nil {
			return read, err
		}
		if area == nil {
			return read, ErrNotOpen
		}
		read = audit.Entry{Kind: audit.EmergencyOpened, Purpose: audit.ForSafety, Area: *area}
		found, err = findConsents(ctx, tx, keys, "c.household_id IN (SELECT household_id FROM rounds.opening_households WHERE opening_id = $1)", id)
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: opened support: %w", err)
	}
	return found, nil
}

// PrintEmergency counts a print and gives its number. The error may be [ErrNotOpen].
func (db *DB) PrintEmergency(ctx context.Context, principal Principal, id uuid.UUID) (number int, err error) {
	var next *int
	err = db.As(ctx, principal, func(tx pgx.Tx) error { return tx.QueryRow(ctx, "SELECT rounds.print_opening($1)", id).Scan(&next) })
	if err == nil && next == nil {
		err = ErrNotOpen
	}
	if err != nil {
		return 0, fmt.Errorf("register: print emergency: %w", err)
	}
	return *next, nil
}

// Opened is a place that was opened, and is to be told.
type Opened struct {
	Household uuid.UUID
	Address   geo.Address
}

// ToTell are the places of an opening that is closed whose people were not told yet.
func (db *DB) ToTell(ctx context.Context, principal Principal, id uuid.UUID) (places []Opened, err error) {
	const query = `
		SELECT h.id, coalesce(h.street, ''), coalesce(h.house_number, ''), coalesce(h.unit, ''), coalesce(h.postcode, ''), coalesce(h.place, '')
		FROM rounds.opening_households t JOIN rounds.emergency_openings o ON o.id = t.opening_id JOIN rounds.households h ON h.id = t.household_id
		WHERE o.id = $1 AND o.closes_at <= rounds.clock() ORDER BY h.street, h.house_number, h.id`
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		rows, err := tx.Query(ctx, query, id)
		if err != nil {
			return read, err
		}
		places, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Opened, err error) {
			a := &p.Address
			err = row.Scan(&p.Household, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place)
			return p, err
		})
		if len(places) > 0 {
			read = audit.Entry{Kind: audit.EmergencyOpened, Purpose: audit.ForSafety}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: to tell: %w", err)
	}
	return places, nil
}

// TellOpened says that those of a place were told: its row goes. Again, or while the
// opening is open, the error is [ErrNoOpening].
func (db *DB) TellOpened(ctx context.Context, principal Principal, id, household uuid.UUID) error {
	return db.decide(ctx, principal, ErrNoOpening, "tell opened", "SELECT rounds.tell_opened($1, $2)", id, household)
}
