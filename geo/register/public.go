package register

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// PublicFacts are what everybody may know of an installation, without login.
type PublicFacts struct {
	Rounds []PublicRound
	Roles  []PublicRole
	// Installer are the grants that one person gave alone, at the terminal.
	Installer []PublicGrant
	// Receivers may have what leaves by itself, Disclosures were made in two years.
	Receivers   []PublicReceiver
	Disclosures []PublicDisclosure
}

// PublicRound is an open round that was announced.
type PublicRound struct {
	Area, AreaZH string
	// Purpose and Emergency ("" for a routine round) are codes of the closed lists.
	Purpose, Emergency            string
	AnnouncedOn, StartsOn, EndsOn time.Time
}

// PublicRole is how many accounts have a role.
type PublicRole struct {
	Role     string
	Accounts int
}

// PublicGrant are grants of the installer with one role, area and time.
type PublicGrant struct {
	Role, Area, AreaZH string
	Purposes           []string
	Accounts           int
	Since, Until       time.Time
}

// PublicReceiver is a receiver of a token or webhook, until a day.
type PublicReceiver struct {
	Kind, Host, Purpose, Area, AreaZH string
	DailyRows                         int
	Since, Until                      time.Time
}

// PublicDisclosure is what was given to an authority in a month. Places is 0 for fewer
// than ten.
type PublicDisclosure struct {
	Month                     time.Time
	Recipient, Basis, Content string
	Places                    int
}

// Public gives the facts on a day, for anybody.
func (db *DB) Public(ctx context.Context, day time.Time) (facts PublicFacts, err error) {
	err = db.AsSnapshot(ctx, Principal{}, func(tx pgx.Tx) (err error) {
		facts.Rounds, err = rowsOf[PublicRound](ctx, tx, `
			SELECT area, coalesce(area_zh, ''), purpose, coalesce(emergency::text, ''), announced_on, starts_on, ends_on
			FROM rounds.public_rounds($1)`, day)
		if err == nil {
			facts.Roles, err = rowsOf[PublicRole](ctx, tx, "SELECT role, accounts FROM rounds.public_roles()")
		}
		if err == nil {
			facts.Installer, err = rowsOf[PublicGrant](ctx, tx, `
				SELECT role, coalesce(area, ''), coalesce(area_zh, ''), purposes, accounts, since, until FROM rounds.public_installer_grants()`)
		}
		if err == nil {
			facts.Receivers, err = rowsOf[PublicReceiver](ctx, tx, `
				SELECT kind::text, host, purpose::text, area, coalesce(area_zh, ''), daily_rows, since, until FROM rounds.public_receivers($1)`, day)
		}
		if err == nil {
			facts.Disclosures, err = rowsOf[PublicDisclosure](ctx, tx, `
				SELECT month, recipient::text, basis::text, content::text, coalesce(places, 0) FROM rounds.public_disclosures($1)`, day)
		}
		return err
	})
	if err != nil {
		return PublicFacts{}, fmt.Errorf("register: public facts: %w", err)
	}
	return facts, nil
}

func rowsOf[T any](ctx context.Context, tx pgx.Tx, query string, arguments ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}
