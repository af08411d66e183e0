package register_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

var update = flag.Bool("update", false, "rewrite testdata/reach.txt, for a person to review")

// asking are those whose reach is reviewed, in the order in which it is written.
var asking = []string{
	registertest.WestWorker, registertest.MiddleWorker, registertest.GridSupervisor, registertest.WestSupervisor,
	registertest.CountySupervisor, registertest.PastSupervisor, registertest.CountyHandler, registertest.CountyAnalyst,
	registertest.CountyDPO, registertest.Administrator, "nobody",
	"service:login", "service:import", "service:planning", "service:tiles", "service:operator", "service:sealer", "service:retention", "service:resident", "service:statistics", "service:notice", "service:feed",
}

func principalNamed(town *registertest.Town, name string) register.Principal {
	switch {
	case name == "nobody":
		return register.Principal{}
	case strings.HasPrefix(name, "service:"):
		return register.Principal{Role: name}
	}
	return town.As(name)
}

// In a town where no table is empty: how many rows of each table everybody reads,
// changes and deletes, and a copy of how many they may add. The numbers are those of
// testdata/reach.txt, which people reviewed; so a policy that lets one row more
// through, to whomever and for whatever, is seen here.
func TestRowLevelSecurity_ReachesAsFarAsReviewed(t *testing.T) {
	t.Parallel()
	town := crowded(t)
	var lines []string
	for _, table := range tablesOf(town) {
		for _, command := range []string{"SELECT", "INSERT", "UPDATE", "DELETE"} {
			if line := reach(town, table, command); line != "" {
				lines = append(lines, table+" "+command+": "+line)
			}
		}
	}
	const file = "testdata/reach.txt"
	if *update {
		head := "# Rows of a town's tables that everybody reads, may add a copy of, changes, deletes (privacy.md, \"Who sees what\").\n" +
			"# After a change: go test ./geo/register -run ReachesAsFarAsReviewed -update, and review every line that differs.\n"
		must(t, os.WriteFile(file, []byte(head+strings.Join(lines, "\n")+"\n"), 0o644))
	}
	text, err := os.ReadFile(file)
	must(t, err)
	reviewed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if what, who, found := strings.Cut(strings.TrimSpace(line), ": "); found && !strings.HasPrefix(line, "#") {
			reviewed[what] = who
		}
	}
	for _, line := range lines {
		what, who, _ := strings.Cut(line, ": ")
		if reviewed[what] != who {
			t.Errorf("%s\n got %s\nwant %s", what, who, reviewed[what])
		}
		delete(reviewed, what)
	}
	for what := range reviewed {
		t.Errorf("%s is reviewed, and nobody can", what)
	}
	weakenEveryPolicy(town, lines)
}

func tablesOf(town *registertest.Town) []string {
	town.Helper()
	rows, err := town.Owner.Query(context.Background(), `SELECT regexp_replace(nspname || '.' || relname, '^rounds\.', '') FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname IN ('rounds', 'sealed') AND relkind IN ('r', 'p') ORDER BY 1`)
	if err != nil {
		town.Fatal(err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		town.Fatal(err)
	}
	return names
}

// inSchema names a table with its schema; those of rounds are written without it.
func inSchema(table string) string {
	if strings.Contains(table, ".") {
		return table
	}
	return "rounds." + table
}

// reach is "name=n name=n" of those who can at all; "" when the login may not.
func reach(town *registertest.Town, table, command string) string {
	town.Helper()
	columns := columnsFor(town, table, command)
	if columns == "" {
		return ""
	}
	var copies string
	if command == "INSERT" {
		if err := town.Owner.QueryRow(context.Background(), "SELECT coalesce(json_agg(t), '[]')::text FROM "+inSchema(table)+" t").Scan(&copies); err != nil {
			town.Fatal(err)
		}
	}
	var who []string
	for _, name := range asking {
		n := try(town, principalNamed(town, name), table, command, columns, copies)
		if n != "0" {
			who = append(who, strings.ReplaceAll(name, " ", "-")+"="+n)
		}
	}
	if len(who) == 0 {
		return "nobody"
	}
	return strings.Join(who, " ")
}

// columnsFor are the columns that the login may name in a command.
func columnsFor(town *registertest.Town, table, command string) string {
	town.Helper()
	const query = `SELECT coalesce(string_agg(quote_ident(attname), ', ' ORDER BY attnum), '') FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
			AND CASE $2 WHEN 'DELETE' THEN has_table_privilege('rounds_app', attrelid, 'DELETE')
				ELSE has_column_privilege('rounds_app', attrelid, attnum, $2) AND ($2 <> 'UPDATE' OR attidentity = '') END`
	var columns string
	if err := town.Owner.QueryRow(context.Background(), query, inSchema(table), command).Scan(&columns); err != nil {
		town.Fatal(err)
	}
	return columns
}

var errUndo = errors.New("undo")

// try runs a command and takes it back; it gives the rows, or the code of the error
// that a rule other than a policy raised.
func try(town *registertest.Town, principal register.Principal, table, command, columns, copies string) string {
	town.Helper()
	statement := map[string]string{
		"SELECT": "SELECT FROM " + inSchema(table),
		"UPDATE": fmt.Sprintf("UPDATE %s SET %[2]s = %[2]s", inSchema(table), strings.Split(columns, ", ")[0]),
		"DELETE": "DELETE FROM " + inSchema(table),
		"INSERT": fmt.Sprintf(addCopies, inSchema(table), columns),
	}[command]
	var result string
	err := town.DB.As(context.Background(), principal, func(tx pgx.Tx) error {
		if command == "INSERT" {
			if _, err := tx.Exec(context.Background(), "SELECT set_config('test.copies', $1, true)", copies); err != nil {
				return err
			}
			if _, err := tx.Exec(context.Background(), statement); err != nil {
				return err
			}
			return errors.Join(tx.QueryRow(context.Background(), "SELECT current_setting('test.added')").Scan(&result), errUndo)
		}
		tag, err := tx.Exec(context.Background(), statement)
		result = fmt.Sprint(tag.RowsAffected())
		return errors.Join(err, errUndo)
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Code
	}
	if !errors.Is(err, errUndo) {
		town.Fatalf("%s %s as %s: %v", command, table, principal.Role, err)
	}
	return result
}

// addCopies counts the rows whose copy no policy refuses. That the copy is refused
// for another reason, such as its key, is as good: policies are asked first.
const addCopies = `DO $$
DECLARE
    one json;
    the_count integer := 0;
BEGIN
    FOR one IN SELECT json_array_elements(current_setting('test.copies')::json) LOOP
        BEGIN
            INSERT INTO %[1]s (%[2]s) OVERRIDING SYSTEM VALUE SELECT %[2]s FROM json_populate_record(NULL::%[1]s, one);
            RAISE EXCEPTION 'undo' USING ERRCODE = 'RU000';
        EXCEPTION
            WHEN insufficient_privilege THEN NULL;
            WHEN invalid_text_representation THEN NULL; -- who signs is nobody of the list of readers
            WHEN ambiguous_column OR undefined_column OR datatype_mismatch THEN RAISE;
            WHEN OTHERS THEN the_count := the_count + 1;
        END;
    END LOOP;
    PERFORM set_config('test.added', the_count::text, true);
END
$$`
