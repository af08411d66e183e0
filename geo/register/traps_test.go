package register_test

import (
	"context"
	"go/ast"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
)

// The trap: after a commit a local setting is ” and not NULL, and the connection
// goes on with it.
func TestTraps_AfterACommitNobodyAsks(t *testing.T) {
	t.Parallel()
	c := cities(t)
	app, err := pgx.Connect(t.Context(), c.url)
	c.must(err)
	defer app.Close(context.Background())
	c.must(pgx.BeginFunc(t.Context(), app, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "SELECT set_config('rounds.account', $1, true), set_config('rounds.role', 'supervisor', true), set_config('rounds.purpose', 'fire_safety', true)",
			c.supervisor.Account.String())
		return err
	}))
	var role, setting string
	var account, purpose *string
	c.must(app.QueryRow(t.Context(), "SELECT current_setting('rounds.role', true), rounds.principal_role(), rounds.principal_account()::text, rounds.principal_purpose()").
		Scan(&setting, &role, &account, &purpose))
	if setting != "" || role != "nobody" || account != nil || purpose != nil {
		t.Errorf("after a commit the setting is %q, the role %q, the account %v, the purpose %v", setting, role, account, purpose)
	}
	var households int
	c.must(app.QueryRow(t.Context(), "SELECT count(*) FROM rounds.households").Scan(&households))
	if households != 0 {
		t.Errorf("after a commit %d households are seen", households)
	}
}

// unsafe are what of the schema would look past row-level security: views that do
// not ask as their reader, materialized views, functions that run as the owner with
// a search path that the caller may set.
func (f *fixture) unsafe() string {
	f.Helper()
	rows, err := f.owner.Query(context.Background(), `
		SELECT 'view ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
			AND (c.relkind = 'm' OR NOT coalesce(c.reloptions @> '{security_invoker=true}', false))
		UNION ALL
		SELECT 'function ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
			AND NOT EXISTS (SELECT FROM unnest(p.proconfig) c WHERE c ~ '^search_path=rounds, .*pg_temp$')
		ORDER BY 1`)
	f.must(err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	f.must(err)
	return strings.Join(names, ", ")
}

// The trap: a view without security_invoker gives every row to everybody.
func TestTraps_ViewsAndFunctionsAskAsTheirCaller(t *testing.T) {
	t.Parallel()
	c := cities(t)
	if found := c.unsafe(); found != "" {
		t.Errorf("past row-level security: %s", found)
	}
	for _, statement := range []string{
		"CREATE VIEW rounds.leak AS SELECT * FROM rounds.households",
		"CREATE VIEW rounds.tight WITH (security_invoker = true) AS SELECT * FROM rounds.households",
		"CREATE FUNCTION rounds.loose() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM rounds.households'",
		"GRANT SELECT ON rounds.leak, rounds.tight TO rounds_app",
	} {
		_, err := c.owner.Exec(t.Context(), statement)
		c.must(err)
	}
	if found := c.unsafe(); found != "function loose, view leak" {
		t.Errorf("what looks past row-level security is %q", found)
	}
	for view, want := range map[string]int{"leak": 812, "tight": 0} {
		if n, err := c.as(register.Principal{}, "SELECT 1 FROM rounds."+view); n != want || err != nil {
			t.Errorf("nobody sees %d rows of the view %s, want %d: %v", n, view, want, err)
		}
	}
}

// Functions that the login may call and that look past row-level security give
// nothing to nobody.
func TestTraps_FunctionsGiveNobodyNothing(t *testing.T) {
	t.Parallel()
	town := crowded(t)
	rows, err := town.Owner.Query(t.Context(), `SELECT proname FROM pg_proc
		WHERE pronamespace = 'rounds'::regnamespace AND prosecdef AND proretset AND pronargs = 0 AND proname !~ '^public_' AND has_function_privilege('rounds_app', oid, 'EXECUTE')`)
	must(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	must(t, err)
	if len(names) < 4 {
		t.Errorf("only %v were called", names)
	}
	for _, name := range names {
		must(t, town.DB.As(t.Context(), register.Principal{}, func(tx pgx.Tx) error {
			tag, err := tx.Exec(t.Context(), "SELECT rounds."+name+"()")
			if tag.RowsAffected() != 0 {
				t.Errorf("rounds.%s() gives nobody %d rows", name, tag.RowsAffected())
			}
			return err
		}))
	}
}

func TestTraps_TheLoginOwnsNothingAndSeesPastNothing(t *testing.T) {
	t.Parallel()
	f := open(t)
	for what, query := range map[string]string{
		"a login that may more":           "SELECT count(*) FROM pg_roles WHERE rolname IN ('rounds_app', 'rounds_stats') AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)",
		"a login that is somebody else":   "SELECT count(*) FROM pg_auth_members WHERE member IN ('rounds_app'::regrole, 'rounds_stats'::regrole)",
		"something that a login owns":     "SELECT count(*) FROM pg_shdepend WHERE refobjid IN ('rounds_app'::regrole, 'rounds_stats'::regrole) AND deptype = 'o' AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
		"a schema where a login may make": "SELECT count(*) FROM pg_namespace WHERE nspname IN ('rounds', 'sealed', 'public') AND (has_schema_privilege('rounds_app', oid, 'CREATE') OR has_schema_privilege('rounds_stats', oid, 'CREATE'))",
		"a table that a login may empty":  "SELECT count(*) FROM pg_class WHERE relnamespace IN ('rounds'::regnamespace, 'sealed'::regnamespace) AND relkind = 'r' AND (has_table_privilege('rounds_app', oid, 'TRUNCATE') OR has_table_privilege('rounds_app', oid, 'TRIGGER'))",
		"a policy for somebody else":      "SELECT count(*) FROM pg_policies WHERE schemaname IN ('rounds', 'sealed') AND roles <> '{rounds_app}' AND NOT (roles = '{rounds_stats}' AND cmd = 'SELECT' AND policyname = 'published')",
	} {
		if n := f.count(query); n != 0 {
			t.Errorf("there is %s", what)
		}
	}
}

// Closed lists are those of the release, and the login cannot write them.
func TestTraps_ClosedListsStayAsShipped(t *testing.T) {
	t.Parallel()
	f := open(t)
	f.must(f.db.CheckLists(t.Context()))
	for _, statement := range []string{
		"INSERT INTO rounds.matters VALUES ('key_person', 'hazard', 1)", "UPDATE rounds.matters SET due_days = 1", "DELETE FROM rounds.matters",
		"ALTER TYPE rounds.purpose ADD VALUE 'key_person'", "ALTER TYPE rounds.purpose RENAME VALUE 'fire_safety' TO 'key_person'",
		"ALTER DOMAIN rounds.matter_code DROP CONSTRAINT matter_code_check", "INSERT INTO pg_enum VALUES (1, 'rounds.purpose'::regtype, 9, 'key_person')",
	} {
		err := f.db.As(t.Context(), register.Service("operator"), func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), statement)
			return err
		})
		if constraint(err) != "privilege" {
			t.Errorf("%s: %v", statement, err)
		}
	}
	for _, statement := range []string{
		"UPDATE rounds.matters SET due_days = 1 WHERE code = 'gas_smell'",
		"ALTER TYPE rounds.purpose RENAME VALUE 'fire_safety' TO 'key_person'",
	} {
		tampered := open(t)
		_, err := tampered.owner.Exec(t.Context(), statement)
		tampered.must(err)
		if err := tampered.db.CheckLists(t.Context()); err == nil || !strings.Contains(err.Error(), "of this release") {
			t.Errorf("after %s: %v", statement, err)
		}
	}
}

// The pool stays in the file of the one helper, in that which hands it to the job
// queue, and in that of the login which reads what is published and nothing else: no
// other part of the register, or of what is built on it, can query as nobody.
func TestQueries_LeaveThePoolToTheHelper(t *testing.T) {
	t.Parallel()
	eachGoFile(t, filepath.Join("..", ".."), func(name string, positions *token.FileSet, file *ast.File) {
		if name == "geo/register/db.go" || name == "geo/register/jobs.go" || name == "geo/register/statistics.go" || !strings.HasPrefix(name, "geo/register/") || strings.HasPrefix(name, "geo/register/registertest/") {
			return
		}
		for _, at := range connectionsOf(file) {
			if !strings.HasPrefix(name, "geo/register/backup/") && !strings.HasPrefix(name, "geo/register/doctor/") { // as the owner
				t.Errorf("%s opens a connection; use (*register.DB).As", positions.Position(at))
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.Name == "pool" {
				t.Errorf("%s takes the pool; use (*register.DB).As", positions.Position(selector.Pos()))
			}
			return true
		})
	})
}
