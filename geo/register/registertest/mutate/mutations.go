package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations/cluster/clustertest"
)

// Kinds of rules.
const (
	constraint = "constraint"
	domain     = "domain"
	trigger    = "trigger"
	function   = "function"
)

// mutation is a rule of the schema and the statement that takes it away. Function is the
// function that holds the rule, "" for a constraint.
type mutation struct{ Kind, Rule, Statement, Function string }

// rules lists every CHECK and EXCLUDE of a table, every CHECK of a text class, every
// trigger. Policies are weakened in turn by a test of geo/register.
const rules = `
	SELECT CASE WHEN conrelid = 0 THEN 'domain' ELSE 'constraint' END,
		CASE contype WHEN 'x' THEN 'exclusion ' ELSE 'check ' END || conname || CASE WHEN conrelid = 0 THEN ' of ' || contypid::regtype ELSE ' on ' || conrelid::regclass END,
		CASE WHEN conrelid = 0 THEN format('ALTER DOMAIN %s DROP CONSTRAINT %I', contypid::regtype, conname)
			ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) END, ''
	FROM pg_constraint WHERE connamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND contype IN ('c', 'x')
	UNION ALL
	SELECT 'trigger', 'trigger ' || tgname || ' on ' || tgrelid::regclass, format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass), tgfoid::regproc::text
	FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND NOT tgisinternal
	ORDER BY 1, 2`

// source is a function of the schema. Idle is a body that changes nothing, "" of a
// function that changes nothing anyway, and of a trigger, which is dropped instead.
type source struct{ Name, Definition, Body, Idle string }

const sources = `
	SELECT proname, pg_get_functiondef(oid), prosrc, CASE
		WHEN provolatile <> 'v' OR prorettype = 'trigger'::regtype OR prolang <> (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') THEN ''
		WHEN proretset OR prorettype = 'void'::regtype THEN 'BEGIN RETURN; END' ELSE 'BEGIN RETURN NULL; END' END
	FROM pg_proc WHERE pronamespace = 'rounds'::regnamespace AND prokind = 'f' AND prosrc IS NOT NULL ORDER BY proname`

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
	for i := range all {
		all[i].Function = strings.TrimPrefix(all[i].Function, "rounds.")
	}
	rows, err = conn.Query(ctx, sources)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	functions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[source])
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	for _, f := range functions {
		all = append(all, f.mutations()...)
	}
	return all, nil
}

// check is what a function asks before it answers or acts, as it stands in its text, and
// what stands there when it lets everybody through.
type check struct {
	pattern *regexp.Regexp
	passed  string
}

var checks = []check{
	// A guard that raises or returns.
	{regexp.MustCompile(`\bIF ([^;]+?) THEN`), "IF false THEN"},
	// Who asks, and for which areas, rounds and places.
	{regexp.MustCompile(`rounds\.principal_role\(\) (?:= '[^']*'|<> '[^']*'|IN \([^)]*\))`), "true"},
	{regexp.MustCompile(`[\w.]+ IN \(SELECT rounds\.\w+\(\)\)`), "true"},
	{regexp.MustCompile(`[\w.]+ = (?:\(SELECT )?rounds\.principal_(?:worker|account)\(\)\)?`), "true"},
	{regexp.MustCompile(`rounds\.(?:is_own|holds|is_granted|is_assigned|supervises|may_refuse)\([^()]*\)`), "true"},
}

// mutations are the function without each of its checks, and one that does nothing.
func (f source) mutations() (all []mutation) {
	add := func(what, body string) {
		all = append(all, mutation{function, "function " + f.Name + " " + what, strings.Replace(f.Definition, f.Body, body, 1), f.Name})
	}
	seen := map[string]int{}
	for _, check := range checks {
		for _, at := range check.pattern.FindAllStringIndex(f.Body, -1) {
			text := strings.Join(strings.Fields(f.Body[at[0]:at[1]]), " ")
			if check.passed == "true" && insideGuard(f.Body, at[0]) {
				continue
			}
			seen[text]++
			what := "without " + text
			if n := seen[text]; n > 1 {
				what += fmt.Sprintf(" (%d)", n)
			}
			add(what, f.Body[:at[0]]+check.passed+f.Body[at[1]:])
		}
	}
	if f.Idle != "" {
		add("that does nothing", f.Idle)
	}
	return all
}

// insideGuard says whether a place in a body is in the condition of an IF, where to let
// through is to forbid.
func insideGuard(body string, at int) bool {
	for _, guard := range checks[0].pattern.FindAllStringIndex(body, -1) {
		if guard[0] <= at && at < guard[1] {
			return true
		}
	}
	return false
}
