package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// Kinds of rules.
const (
	constraint = "constraint"
	domain     = "domain"
	trigger    = "trigger"
)

// mutation is a rule of the schema and the statement that takes it away.
type mutation struct{ Kind, Rule, Statement string }

// rules lists every CHECK and EXCLUDE of a table, every CHECK of a text class, every
// trigger. Policies are weakened in turn by a test of geo/register.
const rules = `
	SELECT CASE WHEN conrelid = 0 THEN 'domain' ELSE 'constraint' END,
		CASE contype WHEN 'x' THEN 'exclusion ' ELSE 'check ' END || conname || CASE WHEN conrelid = 0 THEN ' of ' || contypid::regtype ELSE ' on ' || conrelid::regclass END,
		CASE WHEN conrelid = 0 THEN format('ALTER DOMAIN %s DROP CONSTRAINT %I', contypid::regtype, conname)
			ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) END
	FROM pg_constraint WHERE connamespace = 'rounds'::regnamespace AND contype IN ('c', 'x')
	UNION ALL
	SELECT 'trigger', 'trigger ' || tgname || ' on ' || tgrelid::regclass, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
	FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'rounds'::regnamespace AND NOT tgisinternal
	ORDER BY 1, 2`

func mutations(ctx context.Context, template clustertest.Template) ([]mutation, error) {
	conn, err := pgx.Connect(ctx, clustertest.In(template.OwnerURL, template.Name))
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, rules)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[mutation])
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return all, nil
}

// stage is a part of the tests: those of a suite that the first expression matches and
// the second does not.
type stage struct{ suite, tests, but string }

// everyStage are all stages, for the schema as it is.
func everyStage() []stage { return append(stages(domain), stage{"geo/register", "Limits_", none}) }

const (
	everything = "."
	none       = "^$"
	// comparing are the comparisons with schema.sql, the dictionary and what was
	// reviewed: they notice every change, and would show nothing.
	comparing = "Dictionary|AreThoseOf|AreTheTypesOf|ReachesAsFar|IsOnForEveryTable"
)

// stages are the tests that may notice the loss of a rule, the likeliest first.
func stages(kind string) []stage {
	first := map[string]string{
		constraint: "Limits_",
		domain:     "TextClasses",
		trigger:    "Rounds_|Visits_|ClosedRounds|Grants_|Plans_|Consents_|Withdrawal|Support|Refuse_|ImportAreas",
	}[kind]
	return []stage{
		{"geo/register", first, none},
		{"geo/register", everything, comparing},
		{"geo/register/audit", everything, none}, {"geo/register/retention", everything, comparing},
		{"tiles", everything, none},
		{"web", "Access_|Outcomes_|Reads_|Passwords_|PIN_|Invitation_|Recovery_", none},
	}
}
