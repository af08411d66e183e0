package register

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Digest is what waits for somebody in the morning, in figures.
type Digest struct {
	// Visits are the doors of today in published plans that are not finished.
	Visits int
	// Today and Soon are open cases due today and on the two days after it, Breached those
	// that were due before; of one that is paused the clock stands.
	Today, Soon, Breached int
}

// Digest counts what waits for the principal on a day.
func (db *DB) Digest(ctx context.Context, principal Principal, today time.Time) (d Digest, err error) {
	const visits = `
		SELECT count(*) FROM rounds.rounds o JOIN rounds.plans p ON p.round_id = o.id AND p.state = 'published'
			JOIN rounds.routes r ON r.plan_id = p.id AND r.day = $1 JOIN rounds.stops s ON s.route_id = r.id
			LEFT JOIN rounds.doors d ON d.round_id = o.id AND d.household_id = s.household_id AND d.state = 'finished'
		WHERE o.closed_at IS NULL AND d.household_id IS NULL`
	// Supervisors and workers have those of their areas, a case handler those of the own
	// units, those in hand and those to answer for.
	const cases = `
		SELECT count(*) FILTER (WHERE due_on = $1), count(*) FILTER (WHERE due_on > $1 AND due_on <= $1 + 2), count(*) FILTER (WHERE due_on < $1)
		FROM rounds.cases c WHERE over_on IS NULL AND NOT merged AND stage <> 'paused' AND due_on <= $1::date + 2
			AND (rounds.principal_role() IS DISTINCT FROM 'case_handler' OR rounds.principal_account() IN (c.handler_id, c.lead_id)
				OR c.unit_id IS NULL OR c.unit_id = ANY (ARRAY(SELECT rounds.own_units()))
				OR c.id = ANY (ARRAY(SELECT j.case_id FROM rounds.case_units j WHERE j.unit_id = ANY (ARRAY(SELECT rounds.own_units())))))`
	err = db.AsSnapshot(ctx, principal, func(tx pgx.Tx) error {
		if principal.Role == Worker || principal.Role == Supervisor {
			if err := tx.QueryRow(ctx, visits, today).Scan(&d.Visits); err != nil {
				return err
			}
		}
		return tx.QueryRow(ctx, cases, today).Scan(&d.Today, &d.Soon, &d.Breached)
	})
	if err != nil {
		return Digest{}, fmt.Errorf("register: digest: %w", err)
	}
	return d, nil
}

// digestRoles are those that have a digest; who has several reads that of the first in
// which anything waits.
var digestRoles = []string{Supervisor, CaseHandler, Worker}

// QueueDigests queues the digest of a day for everybody who chose a place for notices and
// for whom something waits, once.
func (db *DB) QueueDigests(ctx context.Context, today time.Time) error {
	var accounts []uuid.UUID
	err := db.AsSnapshot(ctx, notifier, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT DISTINCT account_id FROM rounds.notice_targets WHERE code_hash IS NULL ORDER BY account_id")
		if err != nil {
			return err
		}
		accounts, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		return err
	})
	if err != nil {
		return fmt.Errorf("register: digests: %w", err)
	}
	for _, account := range accounts {
		if err := db.queueDigest(ctx, account, today); err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) queueDigest(ctx context.Context, account uuid.UUID, today time.Time) error {
	for _, role := range digestRoles {
		digest, err := db.Digest(ctx, Principal{Account: account, Role: role}, today)
		if err != nil {
			return err
		}
		if digest == (Digest{}) {
			continue
		}
		notice := Notice{Account: account, Kind: DigestNotice, Day: today, Digest: digest}
		return db.As(ctx, notifier, func(tx pgx.Tx) error { return db.QueueNotice(ctx, tx, notice) })
	}
	return nil
}
