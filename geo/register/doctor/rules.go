package doctor

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/migrations"
)

// fresh is a database that the migrations of this release made a moment ago: what
// the installation's should be.
type fresh struct {
	name         string
	keeper, conn *pgx.Conn
}

const freshSuffix = "_examined"

func newFresh(ctx context.Context, ownerURL string) (*fresh, error) {
	address, err := url.Parse(ownerURL)
	if err != nil || address.Scheme == "" {
		return nil, fmt.Errorf("doctor: write the owner's login as an address, postgres://owner@host/rounds")
	}
	f := &fresh{name: strings.TrimPrefix(address.Path, "/") + freshSuffix}
	address.Path = "/postgres"
	if f.keeper, err = pgx.Connect(ctx, address.String()); err != nil {
		return nil, fmt.Errorf("doctor: %w", err)
	}
	address.Path = "/" + f.name
	if err := f.begin(ctx, address.String()); err != nil {
		f.close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("doctor: a schema to compare with: %w", err)
	}
	return f, nil
}

func (f *fresh) begin(ctx context.Context, address string) (err error) {
	if err := f.drop(ctx); err != nil { // of a doctor who was stopped
		return err
	}
	if _, err := f.keeper.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{f.name}.Sanitize()+" TEMPLATE template0 ENCODING 'UTF8'"); err != nil {
		return err
	}
	if err := migrations.Apply(ctx, address); err != nil {
		return err
	}
	f.conn, err = pgx.Connect(ctx, address)
	return err
}

func (f *fresh) drop(ctx context.Context) error {
	_, err := f.keeper.Exec(ctx, "DROP DATABASE IF EXISTS "+pgx.Identifier{f.name}.Sanitize()+" WITH (FORCE)")
	return err
}

func (f *fresh) close(ctx context.Context) {
	if f.conn != nil {
		_ = f.conn.Close(ctx)
	}
	_ = f.drop(ctx)
	_ = f.keeper.Close(ctx)
}

// rule is a thing of the catalogue that keeps somebody from something.
type rule struct {
	Kind, Name, Says string
}

// ruleQuery lists them: rights by who has them, policies, whether row-level security
// is on and forced, triggers, constraints, functions with their settings, and the
// options of views. The owner is called so, whatever the login is.
const ruleQuery = `
	WITH ours AS (
		SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('rounds', 'sealed') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
	), named (role, name) AS (
		SELECT oid, CASE WHEN rolname = current_user THEN 'the owner' ELSE rolname END FROM pg_roles UNION ALL SELECT 0, 'everybody'
	)
	SELECT 'right' AS kind, relname || ' to ' || name AS name, string_agg(privilege_type, ', ' ORDER BY privilege_type) AS says
		FROM ours, aclexplode(coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, relowner))) a JOIN named ON role = a.grantee WHERE relkind <> 'S' GROUP BY 1, 2
	UNION ALL
	SELECT 'right', relname || '.' || attname || ' to ' || name, string_agg(privilege_type, ', ' ORDER BY privilege_type)
		FROM ours JOIN pg_attribute t ON t.attrelid = ours.oid, aclexplode(attacl) a JOIN named ON role = a.grantee GROUP BY 1, 2
	UNION ALL
	SELECT 'right', proname || ' to ' || name, string_agg(privilege_type, ', ' ORDER BY privilege_type)
		FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a JOIN named ON role = a.grantee WHERE pronamespace = 'rounds'::regnamespace GROUP BY 1, 2
	UNION ALL
	SELECT 'right', 'schema ' || nspname || ' to ' || name, string_agg(privilege_type, ', ' ORDER BY privilege_type)
		FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) a JOIN named ON role = a.grantee WHERE nspname IN ('rounds', 'sealed', 'public') AND name NOT IN ('the owner', 'pg_database_owner') GROUP BY 1, 2
	UNION ALL
	SELECT 'policy', policyname || ' on ' || tablename, concat_ws(' | ', permissive, roles::text, cmd, qual, with_check) FROM pg_policies WHERE schemaname IN ('rounds', 'sealed')
	UNION ALL
	SELECT 'row-level security', relname, concat(CASE WHEN relrowsecurity THEN 'on' ELSE 'off' END, CASE WHEN relforcerowsecurity THEN ', forced' ELSE '' END) FROM ours WHERE relkind IN ('r', 'p')
	UNION ALL
	SELECT 'trigger', tgname || ' on ' || relname, pg_get_triggerdef(t.oid) || ' ' || tgenabled::text FROM pg_trigger t JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
	UNION ALL
	SELECT 'constraint', conname || ' of ' || relname, pg_get_constraintdef(k.oid) || CASE WHEN convalidated THEN '' ELSE ' not valid' END FROM pg_constraint k JOIN ours ON ours.oid = conrelid
	UNION ALL
	SELECT 'constraint', conname || ' of ' || typname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_type t ON t.oid = contypid WHERE t.typnamespace = 'rounds'::regnamespace
	UNION ALL
	SELECT 'function', proname || '(' || pg_get_function_identity_arguments(oid) || ')', md5(pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'rounds'::regnamespace AND prokind IN ('f', 'p')
	UNION ALL
	SELECT 'view', relname, md5(pg_get_viewdef(oid)) || ' ' || coalesce(reloptions::text, '') FROM ours WHERE relkind IN ('v', 'm')
	UNION ALL
	SELECT 'column', relname || '.' || attname, format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
		FROM ours JOIN pg_attribute t ON t.attrelid = ours.oid WHERE attnum > 0 AND NOT attisdropped AND relkind <> 'S'`

func rulesOf(ctx context.Context, conn *pgx.Conn) (map[string]string, error) {
	rows, err := conn.Query(ctx, ruleQuery)
	if err != nil {
		return nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[rule])
	rules := map[string]string{}
	for _, r := range all {
		rules[r.Kind+" "+r.Name] = r.Says
	}
	return rules, err
}

// rules compares who may what with what the migrations say.
func (e *examination) rules(ctx context.Context) error {
	is, err := rulesOf(ctx, e.conn)
	if err != nil {
		return err
	}
	should, err := rulesOf(ctx, e.fresh.conn)
	if err != nil {
		return err
	}
	const do = "Ask who changed it. Set it back as migrations/schema.sql has it, or rounds backup and rounds restore on a server that nobody else keeps."
	for _, name := range union(is, should) {
		now, there := is[name]
		want, wanted := should[name]
		switch {
		case !there:
			e.findf(do, "Gone: %s (%.200s).", name, want)
		case !wanted:
			e.findf(do, "Not of Rounds: %s (%.200s).", name, now)
		case now != want:
			e.findf(do, "Changed: %s is %.200s, not %.200s.", name, now, want)
		}
	}
	return nil
}

func union(a, b map[string]string) (names []string) {
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// lists are closed: enumerations, and the tables that come filled.
func (e *examination) lists(ctx context.Context) error {
	is, err := listsOf(ctx, e.conn, e.fresh.conn)
	if err != nil {
		return err
	}
	should, err := listsOf(ctx, e.fresh.conn, e.fresh.conn)
	if err != nil {
		return err
	}
	for _, name := range union(is, should) {
		if is[name] != should[name] {
			e.findf("Ask who changed it; then rounds restore a backup of before.", "The closed list %s is not the one of this release.", name)
		}
	}
	return nil
}

// own are filled tables that are no lists.
var own = []string{"installation"}

func listsOf(ctx context.Context, conn, fresh *pgx.Conn) (map[string]string, error) {
	lists := map[string]string{}
	rows, err := conn.Query(ctx, `
		SELECT typname::text, string_agg(enumlabel, ' ' ORDER BY enumsortorder) FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
		WHERE t.typnamespace = 'rounds'::regnamespace GROUP BY 1`)
	if err != nil {
		return nil, err
	}
	var name, labels string
	if _, err := pgx.ForEachRow(rows, []any{&name, &labels}, func() error { lists[name] = labels; return nil }); err != nil {
		return nil, err
	}
	rows, err = fresh.Query(ctx, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'rounds' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	for _, table := range tables {
		var filled bool
		if err := fresh.QueryRow(ctx, "SELECT EXISTS (SELECT FROM "+pgx.Identifier{"rounds", table}.Sanitize()+")").Scan(&filled); err != nil {
			return nil, err
		}
		if !filled || slices.Contains(own, table) {
			continue
		}
		var digest string
		if err := conn.QueryRow(ctx, "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM "+pgx.Identifier{"rounds", table}.Sanitize()+" t").Scan(&digest); err != nil {
			return nil, err
		}
		lists[table] = digest
	}
	return lists, nil
}
