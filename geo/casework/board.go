package casework

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Ages are the days since when cases have been open, each of a class at most; the last
// class has no end.
var Ages = []int{7, 30, 90}

// Load is what a unit has to do: never one who works there.
type Load struct {
	Unit                       uuid.UUID
	Name, NameZH               string
	Open, Received, Late       int
	Soon, Paused               int
	Week, Month, Quarter, More int // open for so long, see [Ages]
}

// Loads are those of the units of the principal's areas, from the county down.
func (o *Office) Loads(ctx context.Context, principal register.Principal) (loads []Load, err error) {
	const query = `
		SELECT u.id, u.name, coalesce(u.name_zh, u.name), coalesce(n.open, 0), coalesce(n.received, 0), coalesce(n.late, 0), coalesce(n.soon, 0), coalesce(n.paused, 0),
			coalesce(n.week, 0), coalesce(n.month, 0), coalesce(n.quarter, 0), coalesce(n.more, 0)
		FROM rounds.units u LEFT JOIN rounds.unit_loads(rounds.today(), $1) n ON n.unit_id = u.id
		WHERE u.area_id IN (SELECT rounds.granted_areas()) AND (u.closed_on IS NULL OR n.open > 0) ORDER BY u.level, u.name, u.id`
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, Ages)
		if err == nil {
			loads, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Load])
		}
		return err
	})
	return loads, err
}

// Median is how long half of the cases of a matter took at most.
type Median struct {
	// Matter is "" for disputes.
	Matter string
	Days   float64
	Cases  int
}

// fewestSettled is how many cases a median is of at least: fewer say nothing.
const fewestSettled = 5

// Medians are those of what a unit settled since a day, of a unit of the principal's areas,
// the most frequent matter first.
func (o *Office) Medians(ctx context.Context, principal register.Principal, unit uuid.UUID, since time.Time) (medians []Median, err error) {
	const query = `
		SELECT coalesce(c.matter::text, ''), percentile_cont(0.5) WITHIN GROUP (ORDER BY c.over_on - c.opened_on), count(*)
		FROM rounds.cases c WHERE c.unit_id = $1 AND c.over_on >= $2 AND NOT c.merged AND c.stage IN ('settled', 'closed') AND c.outcome IS NOT NULL
		GROUP BY c.matter HAVING count(*) >= $3 ORDER BY 3 DESC, 1`
	err = o.read(ctx, principal, audit.Cases, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, query, unit, since, fewestSettled)
		if err == nil {
			medians, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Median])
		}
		return err
	})
	return medians, err
}

// Rule is what an installation chose for a matter in an area and below it.
type Rule struct {
	Area   uuid.UUID
	Matter string
	// Unit has the matter; nil: the nearest office.
	Unit *uuid.UUID
	// DueDays until it is to be done, working days alone if Working; nil: those of the
	// shipped list.
	DueDays *int
	Working *bool
}

// Rules are those of an area, not of areas around it.
func (o *Office) Rules(ctx context.Context, principal register.Principal, area uuid.UUID) (rules []Rule, err error) {
	err = o.change(ctx, principal, "rules", func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, "SELECT area_id, matter::text, unit_id, due_days::integer, working FROM rounds.case_rules WHERE area_id = $1 ORDER BY matter", area)
		if err == nil {
			rules, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Rule])
		}
		return err
	})
	return rules, err
}

// SetRule keeps a rule in place of the one before; one that says nothing takes it away.
// Cases that are open keep their days. The error may be [ErrNotHolder], [ErrNoMatter],
// [ErrNoUnit], [ErrNoArea] or [register.ErrDisputesAlike].
func (o *Office) SetRule(ctx context.Context, principal register.Principal, rule Rule) error {
	return o.change(ctx, principal, "rule", func(tx pgx.Tx) error {
		var holds bool
		if err := tx.QueryRow(ctx, "SELECT $1 IN (SELECT rounds.granted_areas())", rule.Area).Scan(&holds); err != nil || !holds {
			if err == nil {
				err = ErrNotHolder
			}
			return err
		}
		if rule.Unit == nil && rule.DueDays == nil {
			_, err := tx.Exec(ctx, "DELETE FROM rounds.case_rules WHERE area_id = $1 AND matter = $2", rule.Area, rule.Matter)
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO rounds.case_rules (area_id, matter, unit_id, due_days, working) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (area_id, matter) DO UPDATE SET unit_id = EXCLUDED.unit_id, due_days = EXCLUDED.due_days, working = EXCLUDED.working`,
			rule.Area, rule.Matter, rule.Unit, rule.DueDays, rule.Working)
		return err
	})
}
