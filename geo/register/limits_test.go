package register_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Every CHECK and EXCLUDE of the schema refuses what testdata/limits.txt says that it
// refuses, and none is without an entry there. Triggers are off: the constraint alone
// has to hold.
func TestLimits_HoldByConstraint(t *testing.T) {
	t.Parallel()
	town := crowded(t)
	rows, err := town.Owner.Query(t.Context(), `SELECT conname || ' on ' || regexp_replace(n.nspname || '.' || c.relname, '^rounds\.', '')
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = k.connamespace
		WHERE n.nspname IN ('rounds', 'sealed') AND contype IN ('c', 'x') ORDER BY 1`)
	must(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	there := map[string]bool{}
	for _, name := range names {
		there[name] = true
	}
	text, err := os.ReadFile("testdata/limits.txt")
	must(t, err)
	town.Exec("SET session_replication_role = replica")
	for line := range strings.Lines(string(text)) {
		name, breaks, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		delete(there, name)
		rule, table, _ := strings.Cut(name, " on ")
		set, where, narrowed := strings.Cut(breaks, "; ")
		if !narrowed {
			where = "true"
		}
		statement := fmt.Sprintf("UPDATE %[1]s SET %[2]s WHERE ctid = (SELECT ctid FROM %[1]s WHERE %[3]s LIMIT 1)", inSchema(table), set, where)
		err := pgx.BeginFunc(t.Context(), town.Owner, func(tx pgx.Tx) error {
			tag, err := tx.Exec(context.Background(), statement)
			if err == nil {
				err = fmt.Errorf("%d rows were changed", tag.RowsAffected())
			}
			return err
		})
		if constraint(err) != rule {
			t.Errorf("%s does not refuse %s: %v", name, breaks, err)
		}
	}
	for name := range there {
		t.Errorf("testdata/limits.txt does not say what %s refuses", name)
	}
}
