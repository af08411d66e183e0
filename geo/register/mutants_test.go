package register_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register/registertest"
)

// weak is a policy whose USING or WITH CHECK lets everything through.
type weak struct {
	Rule, Table, Command string
	// Weaken takes the rule away, Restore brings it back.
	Weaken, Restore string
}

// weakPolicies are every expression of every policy, weakened alone; those that let
// everything through already are none.
const weakPolicies = `
	WITH parts AS (
		SELECT policyname, schemaname, tablename, cmd, 'USING' AS part, qual AS expression FROM pg_policies WHERE schemaname IN ('rounds', 'sealed')
		UNION ALL
		SELECT policyname, schemaname, tablename, cmd, 'WITH CHECK', with_check FROM pg_policies WHERE schemaname IN ('rounds', 'sealed'))
	SELECT format('policy %s on %s, %s', policyname, tablename, lower(part)), regexp_replace(schemaname || '.' || tablename, '^rounds\.', ''), cmd,
		format('ALTER POLICY %I ON %I.%I %s (true)', policyname, schemaname, tablename, part),
		format('ALTER POLICY %I ON %I.%I %s (%s)', policyname, schemaname, tablename, part, expression)
	FROM parts WHERE expression <> 'true' ORDER BY 1`

// weakenEveryPolicy lets each policy through in turn: the reach that people reviewed
// must tell, or testdata/survivors.txt explain why it cannot.
func weakenEveryPolicy(town *registertest.Town, reviewed []string) {
	town.Helper()
	rows, err := town.Owner.Query(context.Background(), weakPolicies)
	if err != nil {
		town.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[weak])
	if err != nil {
		town.Fatal(err)
	}
	explained := explanations(town)
	for _, w := range all {
		town.Exec(w.Weaken)
		noticed := ""
		for _, command := range commandsOf(w.Command) {
			if line := w.Table + " " + command + ": " + reach(town, w.Table, command); noticed == "" && !slices.Contains(reviewed, line) {
				noticed = w.Table + " " + command
			}
		}
		town.Exec(w.Restore)
		switch why := explained[w.Rule]; {
		case noticed == "" && why == "":
			town.Errorf("%s: nobody notices that it lets everything through; reach more, or explain it in testdata/survivors.txt", w.Rule)
		case noticed != "" && why != "":
			town.Errorf("%s is noticed by %s, and testdata/survivors.txt says that it is not", w.Rule, noticed)
		default:
			town.Logf("%-60s %s%s", w.Rule, noticed, why)
		}
	}
	if len(all) < 90 {
		town.Errorf("only %d policies were weakened", len(all))
	}
}

func commandsOf(command string) []string {
	if command == "ALL" {
		return []string{"SELECT", "INSERT", "UPDATE", "DELETE"}
	}
	return []string{command}
}

// explanations are the rules whose loss nobody notices, with the reason.
func explanations(town *registertest.Town) map[string]string {
	town.Helper()
	text, err := os.ReadFile("testdata/survivors.txt")
	if err != nil {
		town.Fatal(err)
	}
	explained := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if rule, why, found := strings.Cut(strings.TrimSpace(line), ": "); found && !strings.HasPrefix(line, "#") {
			explained[rule] = fmt.Sprintf("survives: %s", why)
		}
	}
	return explained
}
