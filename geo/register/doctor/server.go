package doctor

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// oldestServer and oldestPostGIS are those that the tests run on.
const oldestServer, oldestPostGIS = 15, "3.3"

func (e *examination) extensions(ctx context.Context) error {
	var server int
	if err := e.conn.QueryRow(ctx, "SELECT current_setting('server_version_num')::int / 10000").Scan(&server); err != nil {
		return err
	}
	if server < oldestServer {
		e.findf("Move to PostgreSQL 15 or newer: rounds backup, then rounds restore there.", "The server is PostgreSQL %d.", server)
	}
	for _, name := range []string{"postgis", "btree_gist"} {
		var installed, shipped *string
		err := e.conn.QueryRow(ctx, `
			SELECT (SELECT extversion FROM pg_extension WHERE extname = $1), (SELECT default_version FROM pg_available_extensions WHERE name = $1)`, name).Scan(&installed, &shipped)
		if err != nil {
			return err
		}
		switch {
		case installed == nil:
			e.findf("CREATE EXTENSION "+name+"; as a superuser", "The extension %s is not there.", name)
		case shipped == nil:
			e.findf("Install the package of "+name+" for this server again.", "The files of the extension %s are gone from the server.", name)
		case *installed != *shipped:
			e.findf("ALTER EXTENSION "+name+" UPDATE; as a superuser", "The extension %s is %s in the database and %s on the server.", name, *installed, *shipped)
		}
	}
	var tooOld bool
	const old = `SELECT string_to_array(split_part(extversion, 'dev', 1), '.')::int[] < string_to_array($1, '.')::int[] FROM pg_extension WHERE extname = 'postgis'`
	if err := e.conn.QueryRow(ctx, old, oldestPostGIS).Scan(&tooOld); err != nil && err != pgx.ErrNoRows {
		return err
	}
	if tooOld {
		e.findf("Install PostGIS "+oldestPostGIS+" or newer.", "PostGIS is older than %s.", oldestPostGIS)
	}
	return nil
}

func (e *examination) durability(ctx context.Context) error {
	for _, name := range []string{"fsync", "full_page_writes", "synchronous_commit"} {
		var value string
		if err := e.conn.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&value); err != nil {
			return err
		}
		if value == "off" {
			e.findf("ALTER SYSTEM SET "+name+" = on; SELECT pg_reload_conf();", "%s is off: visits that were acknowledged may be lost in a crash.", name)
		}
	}
	return nil
}

// login is who may sign in to the server and reach what is ours.
type login struct {
	Name               string
	Superuser, Bypass  bool
	Member, Privileged bool
}

// logins are those besides the owner and the two of the schema. A superuser of a
// server that others share is told too: as such one reads everything and leaves no
// row in the log.
func (e *examination) logins(ctx context.Context) error {
	rows, err := e.conn.Query(ctx, `
		SELECT r.rolname, r.rolsuper, r.rolbypassrls,
			EXISTS (SELECT FROM pg_roles o WHERE o.rolname IN ('rounds_app', 'rounds_stats', current_user) AND NOT r.rolsuper AND pg_has_role(r.oid, o.oid, 'MEMBER')),
			NOT r.rolsuper AND EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('rounds', 'sealed') AND c.relkind IN ('r', 'p', 'v', 'm')
				AND (has_table_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE,DELETE,TRUNCATE') OR has_any_column_privilege(r.oid, c.oid, 'SELECT,INSERT,UPDATE')))
		FROM pg_roles r WHERE r.rolcanlogin AND r.rolname NOT IN ('rounds_app', 'rounds_stats', current_user) ORDER BY r.rolname`)
	if err != nil {
		return err
	}
	foreign, err := pgx.CollectRows(rows, pgx.RowToStructByPos[login])
	if err != nil {
		return err
	}
	for _, l := range foreign {
		name := pgx.Identifier{l.Name}.Sanitize()
		switch {
		case l.Superuser:
			e.findf("ALTER ROLE "+name+" NOSUPERUSER; or NOLOGIN, unless it is the one who keeps the server.", "The login %s is a superuser: it reads everything, and no row says so.", l.Name)
		case l.Bypass:
			e.findf("ALTER ROLE "+name+" NOBYPASSRLS;", "The login %s looks past row-level security.", l.Name)
		case l.Member:
			e.findf("REVOKE rounds_app, rounds_stats FROM "+name+"; and the owner's role", "The login %s may act as one of Rounds' own.", l.Name)
		case l.Privileged:
			e.findf("REVOKE ALL ON ALL TABLES IN SCHEMA rounds FROM "+name+";", "The login %s has rights on tables of Rounds.", l.Name)
		case e.Embedded:
			e.findf("DROP ROLE "+name+";", "The login %s is no one's whom Rounds knows.", l.Name)
		}
	}
	return e.ownLogins(ctx)
}

// ownLogins may do what the first migration gave them, and no more.
func (e *examination) ownLogins(ctx context.Context) error {
	rows, err := e.conn.Query(ctx, `
		SELECT rolname, rolsuper, rolbypassrls,
			rolcreaterole OR rolcreatedb OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid),
			EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) OR EXISTS (SELECT FROM pg_proc p WHERE p.proowner = r.oid)
		FROM pg_roles r WHERE rolname IN ('rounds_app', 'rounds_stats') ORDER BY rolname`)
	if err != nil {
		return err
	}
	own, err := pgx.CollectRows(rows, pgx.RowToStructByPos[login])
	for _, l := range own {
		if l.Superuser || l.Bypass || l.Member {
			e.findf("ALTER ROLE "+l.Name+" NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE; and revoke the roles it was given", "The login %s may do more than the schema gives it.", l.Name)
		}
		if l.Privileged {
			e.findf("REASSIGN OWNED BY "+l.Name+" TO the owner", "The login %s owns something: it could switch the rules off there.", l.Name)
		}
	}
	return err
}

// mostDrift is how far the clocks of this program and of the database may differ.
const mostDrift = 2 * time.Second

// clock: grants and sessions end by the clock.
func (e *examination) clock(ctx context.Context) error {
	before := e.Now()
	var server, latest time.Time
	if err := e.conn.QueryRow(ctx, "SELECT clock_timestamp(), max(applied_at) FROM public.rounds_migrations").Scan(&server, &latest); err != nil {
		return err
	}
	after := e.Now()
	const do = "Let both machines set their clocks by NTP (timedatectl set-ntp true)."
	if server.Before(before.Add(-mostDrift)) || server.After(after.Add(mostDrift)) {
		e.findf(do, "The clocks of this machine and of the database differ by %s.", server.Sub(before).Round(time.Second).Abs())
	}
	if latest.After(after.Add(mostDrift)) {
		e.findf(do, "The clock is wrong: the schema was made at %s, which is still to come.", latest.Format(time.RFC3339))
	}
	return nil
}
