package register

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// SupportWanted is a consent with those of its services that are still wanted, at
// the place that wants them.
type SupportWanted struct {
	Consent
	Address geo.Address
	// Near is the nearest street with a name where the address has none, else "".
	Near string
}

// NearStreet joins, as near, the nearest street with a name within 300 m of a
// household h whose address has none.
const NearStreet = `
	LEFT JOIN LATERAL (
		SELECT b.name FROM ST_Transform(h.at, 3857) AS door, rounds.basemap_within(ST_Expand(door, 300), 22) b
		WHERE b.class = 'street' AND b.name IS NOT NULL ORDER BY b.shape <-> door LIMIT 1) near ON h.street IS NULL`

// findConsents reads the consents that a condition names, as far as the principal
// sees them; Services are those still wanted, and those done of the last 30 days.
func findConsents(ctx context.Context, tx pgx.Tx, keys *Keys, condition string, arguments ...any) ([]SupportWanted, error) {
	query := `
		SELECT c.id, c.household_id, c.purpose, c.notice_version, c.notice_language, c.method, c.given_on, c.expires_on, c.contact,
			array(SELECT s.service::text FROM rounds.support_wanted s WHERE s.consent_id = c.id ORDER BY s.service),
			coalesce(h.street, ''), coalesce(h.house_number, ''), coalesce(h.unit, ''), coalesce(h.postcode, ''), coalesce(h.place, ''),
			coalesce(near.name, '')
		FROM rounds.consents c JOIN rounds.households h ON h.id = c.household_id
			` + NearStreet + `
		WHERE ` + condition + ` ORDER BY c.id`
	rows, err := tx.Query(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (s SupportWanted, err error) {
		var sealed []byte
		a := &s.Address
		err = row.Scan(&s.ID, &s.Household, &s.Purpose, &s.NoticeVersion, &s.Language, &s.Method, &s.GivenOn, &s.ExpiresOn, &sealed,
			&s.Services, &a.Street, &a.Number, &a.Unit, &a.Postcode, &a.Place, &s.Near)
		if err != nil {
			return s, err
		}
		s.Contact, err = keys.openContact(s.ID, sealed)
		return s, err
	})
}

// SupportAt is what is wanted at some households, as far as the principal sees it.
func (db *DB) SupportAt(ctx context.Context, principal Principal, keys *Keys, households []uuid.UUID) ([]SupportWanted, error) {
	return db.support(ctx, principal, keys, "c.household_id = ANY ($1)", households)
}

// SupportWanted is what is wanted where the principal, a service's owner, has the
// area, by id: at most limit after an id.
func (db *DB) SupportWanted(ctx context.Context, principal Principal, keys *Keys, after uuid.UUID, limit int) ([]SupportWanted, error) {
	return db.support(ctx, principal, keys, "c.id IN (SELECT id FROM rounds.consents WHERE id > $1 ORDER BY id LIMIT $2)", after, limit)
}

func (db *DB) support(ctx context.Context, principal Principal, keys *Keys, condition string, arguments ...any) (found []SupportWanted, err error) {
	err = db.AsAudited(ctx, principal, func(tx pgx.Tx) (read audit.Entry, err error) {
		found, err = findConsents(ctx, tx, keys, condition, arguments...)
		if len(found) > 0 {
			read = audit.Entry{Kind: audit.SupportWanted, Purpose: audit.ForServices}
		}
		return read, err
	})
	if err != nil {
		return nil, fmt.Errorf("register: support wanted: %w", err)
	}
	return found, nil
}

// FinishSupport says that a service was done which is done once; its row goes 30
// days later. Again changes nothing. The error may be [ErrNoConsent] or [ErrOneOff].
func (db *DB) FinishSupport(ctx context.Context, principal Principal, consent uuid.UUID, service string) error {
	err := db.As(ctx, principal, func(tx pgx.Tx) error { return finishSupport(ctx, tx, consent, service) })
	if err != nil {
		return fmt.Errorf("register: finish support: %w", err)
	}
	return nil
}

func finishSupport(ctx context.Context, tx pgx.Tx, consent uuid.UUID, service string) error {
	once := slices.ContainsFunc(geo.ClosedLists()["services"], func(t geo.Term) bool { return t.Code == service && t.Once })
	if !once {
		return ErrOneOff
	}
	var done bool
	err := tx.QueryRow(ctx, "SELECT rounds.finish_support($1, $2)", consent, service).Scan(&done)
	if err == nil && !done {
		err = ErrNoConsent
	}
	return err
}
