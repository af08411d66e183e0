package register_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// entry is a row of docs/dictionary/columns.csv: a column or an index.
type entry struct {
	Table, Name, Kind, Class, Purpose, Readers, Clock string
}

func dictionary(t *testing.T) []entry {
	t.Helper()
	file, err := os.Open("../../docs/dictionary/columns.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"table", "name", "kind", "class", "purpose", "readers", "clock"}; !slices.Equal(rows[0], want) {
		t.Fatalf("columns %v, want %v", rows[0], want)
	}
	var entries []entry
	for _, row := range rows[1:] {
		entries = append(entries, entry{row[0], row[1], row[2], row[3], row[4], row[5], row[6]})
	}
	return entries
}

// column is a column or an index as the database has it.
type column struct {
	Table, Name, Kind string
	// Base is the type under a domain; none for an index.
	Base string
	// Writable: the application's login may write it.
	Writable bool
	// Bytes is how many a constraint wants, 0 without one.
	Bytes int
}

// columns are those of every table and view that no extension brought, whatever
// schema they are in. A table of the schema rounds is named without it.
func (f *fixture) columns() []column {
	f.Helper()
	rows, err := f.owner.Query(context.Background(), `
		WITH RECURSIVE base AS (
			SELECT oid, oid AS base FROM pg_type WHERE typtype <> 'd'
			UNION ALL
			SELECT t.oid, b.base FROM pg_type t JOIN base b ON b.oid = t.typbasetype WHERE t.typtype = 'd'
		), tables AS (
			SELECT c.oid, regexp_replace(n.nspname || '.' || c.relname, '^rounds\.', '') AS name
			FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
				AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
		)
		SELECT t.name, a.attname, format_type(a.atttypid, a.atttypmod), format_type(b.base, NULL),
			has_column_privilege('rounds_app', t.oid, a.attnum, 'INSERT') OR has_column_privilege('rounds_app', t.oid, a.attnum, 'UPDATE'),
			coalesce((SELECT max(substring(pg_get_constraintdef(k.oid) FROM format('^CHECK \(\(length\(%I\) = ([0-9]+)\)\)$', a.attname))::integer)
				FROM pg_constraint k WHERE k.conrelid = t.oid AND k.contype = 'c'), 0)
		FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
			JOIN base b ON b.oid = a.atttypid
		UNION ALL
		SELECT t.name, c.relname, CASE WHEN i.indisunique THEN 'unique ' ELSE '' END || regexp_replace(pg_get_indexdef(c.oid), '^.* USING ', ''), '', false, 0
		FROM tables t JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class c ON c.oid = i.indexrelid`)
	f.must(err)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	f.must(err)
	return all
}

// class is what the values of a column are, and what holds them to that.
type class struct {
	// kinds that a column of the class may have.
	kinds string
	// shortest and longest are texts that a column of the class takes; a character
	// more than the longest it does not.
	shortest, longest string
	// digits: nine of them in a row may be there.
	digits bool
}

var classes = map[string]class{
	"index":       {kinds: `(unique )?(btree|gist) \(.*`},
	"id":          {kinds: `uuid`},
	"reference":   {kinds: `uuid`},
	"number":      {kinds: `smallint|integer|bigint`},
	"count":       {kinds: `smallint|integer|bigint`},
	"duration":    {kinds: `smallint|integer|bigint`},
	"distance":    {kinds: `integer|bigint`},
	"cell":        {kinds: `bigint`},
	"flag":        {kinds: `boolean`},
	"period":      {kinds: `interval`},
	"date":        {kinds: `date|daterange`},
	"time of day": {kinds: `time without time zone`},
	"moment":      {kinds: `timestamp with time zone`},
	"shape":       {kinds: `geometry\(\w+,(4326|3857)\)`},
	// Degrees where a shape ends, which the database computes from it.
	"edge":   {kinds: `double precision`},
	"digest": {kinds: `bytea`},
	// Encrypted with a key outside the database, and padded.
	"sealed":      {kinds: `bytea`},
	"closed list": {kinds: `rounds\.(\w+)`},
	"matter":      {kinds: `rounds\.matter_code`, shortest: "abc", longest: strings.Repeat("a", 40)},
	// The keys of cadastres have many digits: the import refuses numbers of people
	// by their check digits.
	"retention class": {kinds: `rounds\.retention_class`, shortest: "abc", longest: strings.Repeat("a", 40)},
	"source key":      {kinds: `rounds\.source_key`, shortest: "a", longest: strings.Repeat("路", 64), digits: true},
	"area name":       {kinds: `rounds\.area_name`, shortest: "a", longest: strings.Repeat("路", 120)},
	"address":         {kinds: `rounds\.address_part`, shortest: "a", longest: strings.Repeat("路", 120)},
	"address number":  {kinds: `rounds\.address_number`, shortest: "1", longest: strings.Repeat("号", 24)},
	// Of a feature of OpenStreetMap, never of a building.
	"map name":      {kinds: `rounds\.map_name`, shortest: "a", longest: strings.Repeat("路", 120), digits: true},
	"map kind":      {kinds: `rounds\.map_kind`, shortest: "a", longest: strings.Repeat("a", 40), digits: true},
	"staff name":    {kinds: `rounds\.staff_name`, shortest: "a", longest: strings.Repeat("张", 80)},
	"round name":    {kinds: `rounds\.round_name`, shortest: "a", longest: strings.Repeat("春", 80)},
	"login":         {kinds: `rounds\.login`, shortest: "ab", longest: strings.Repeat("a", 32), digits: true},
	"code":          {kinds: `rounds\.worker_code`, shortest: "a", longest: strings.Repeat("a", 16)},
	"password hash": {kinds: `rounds\.password_hash`, shortest: "$argon2id$a", longest: "$argon2id$" + strings.Repeat("a", 160), digits: true},
	"host name":     {kinds: `rounds\.host_name`, shortest: "a.b", longest: strings.Repeat(strings.Repeat("a", 62)+".", 4) + "b"},
	"url path":      {kinds: `rounds\.url_path`, shortest: "/", longest: "/" + strings.Repeat("a", 199)},
	"export file":   {kinds: `rounds\.export_file`, shortest: "a", longest: strings.Repeat("a", 120)},
	"extract file":  {kinds: `rounds\.extract_file`, shortest: strings.Repeat("a", 64) + ".osm", longest: strings.Repeat("a", 64) + ".osm.pbf", digits: true},
	// Made by a device, of no form that could say anything.
	"credential id": {kinds: `rounds\.credential_id`},
	"public key":    {kinds: `rounds\.credential_key`},
	// Of the ground, drawn by an import.
	"picture": {kinds: `bytea`},
	"library": {kinds: `.*`},
	// Of the files of the release; the application's login may not write it.
	"release": {kinds: `text`},
	// See Never 7 of docs/privacy.md.
	"free text": {kinds: `rounds\.free_text`, shortest: "a", longest: strings.Repeat("字", 500)},
}

// freeText are the only tables that may have it: incident, case step, sealed
// session note, message.
var freeText = []string{"incident_texts", "case_steps", "session_notes", "messages"}

// sealed are the bytes of a wrapped key, a contact, a party, a place for notices, a note
// and a signature, nonce and tag with them.
var sealed = []int{60, 156, 476, 1052, 2076, 8220}

// clocks say when a value goes.
var clocks = []string{
	"with the area", "with the place", "with the round", "with the plan", "when the plan is made", "with the account", "with the worker",
	"with the consent", "30 days after it is done", "30 days after it was taken", "30 days after it was closed", "90 days after it was closed", "when it is closed", "30 days after it was queued", "30 days after it was sent", "24 months after it ended", "10 days after it ended",
	"72 hours", "24 hours", "14 days", "12 months", "24 months", "when the round closes", "when it expires", "when the account is revoked", "with the next extract", "with the release", "for good",
	"6 months after it was seen", "90 days after it was confirmed", "60 days after it ended", "when the timer stops",
	"90 days after it was over", "60 days after it was gone",
	// There is no job that deletes these yet: an installation keeps them.
	"kept",
}

// objections are what the dictionary and the database hold against each other.
func objections(entries []entry, there []column) []string {
	var all []string
	object := func(format string, values ...any) { all = append(all, fmt.Sprintf(format, values...)) }
	listed := map[string]entry{}
	for _, e := range entries {
		name := e.Table + "." + e.Name
		if _, twice := listed[name]; twice {
			object("%s is in the dictionary twice", name)
		}
		listed[name] = e
		if e.Purpose == "" || e.Readers == "" || !slices.Contains(clocks, e.Clock) {
			object("%s lacks a purpose, readers or a clock of the list", name)
		}
		if e.Class == "free text" && !slices.Contains(freeText, e.Table) {
			object("%s is free text: that is in incidents, case steps, session notes and messages alone", name)
		}
	}
	for _, c := range there {
		name := c.Table + "." + c.Name
		if unstructured.MatchString(c.Base) && !strings.HasPrefix(c.Table, libraries) {
			object("%s can hold anything, as %s can", name, c.Base)
		}
		e, reviewed := listed[name]
		if !reviewed {
			object("%s is not in docs/dictionary/columns.csv", name)
			continue
		}
		delete(listed, name)
		known, is := classes[e.Class]
		switch {
		case c.Kind != e.Kind:
			object("%s is %s, the dictionary says %s", name, c.Kind, e.Kind)
		case !is || !regexp.MustCompile("^("+known.kinds+")$").MatchString(c.Kind):
			object("%s is %s, which no column of class %q is", name, c.Kind, e.Class)
		case e.Class == "library" && !strings.HasPrefix(c.Table, libraries):
			object("%s is no column of River's", name)
		case e.Class == "release" && c.Writable:
			object("%s has no pattern, and the application's login may write it", name)
		case e.Class == "digest" && c.Bytes != 32:
			object("%s has no constraint of 32 bytes", name)
		case e.Class == "sealed" && !slices.Contains(sealed, c.Bytes):
			object("%s has no constraint of so many bytes as are reviewed", name)
		case e.Class == "closed list" && c.Base != e.Kind:
			object("%s is no enumeration", name)
		}
	}
	for name := range listed {
		object("%s is in the dictionary and not in the database", name)
	}
	slices.Sort(all)
	return all
}

// libraries is the schema of River, whose columns are its own; that the arguments of
// jobs are ids alone is for TestJobArguments_AreIDsAlone.
const libraries = "river."

// unstructured are types whose values may be anything.
var unstructured = regexp.MustCompile(`json|hstore|xml|tsvector|\[\]$|record|^oid$|anyarray`)

func TestColumns_AreInTheDictionary(t *testing.T) {
	t.Parallel()
	f := open(t)
	there := f.columns()
	for _, objection := range objections(dictionary(t), there) {
		t.Error(objection)
	}
	if len(there) < 200 {
		t.Errorf("only %d columns and indexes were looked at", len(there))
	}
}

func TestDictionary_ObjectsToWhatNobodyReviewed(t *testing.T) {
	t.Parallel()
	f := open(t)
	for _, statement := range []string{
		"ALTER TABLE rounds.households ADD COLUMN note text",
		"ALTER TABLE rounds.households ADD COLUMN tags jsonb",
		"CREATE DOMAIN rounds.extra AS json",
		"ALTER TABLE rounds.visits ADD COLUMN form rounds.extra",
		"CREATE INDEX households_street ON rounds.households (street)",
		"CREATE SCHEMA more CREATE TABLE persons (id uuid) CREATE VIEW risks AS SELECT 1 AS score",
		"ALTER TABLE rounds.incidents DROP COLUMN closed_on CASCADE",
		"ALTER TABLE rounds.refusals DROP CONSTRAINT refusals_address_hmac_check",
		"ALTER TABLE rounds.consents DROP CONSTRAINT consents_contact_check",
		"ALTER TABLE rounds.accounts ALTER COLUMN name TYPE text",
		"GRANT INSERT ON public.rounds_migrations TO rounds_app",
	} {
		_, err := f.owner.Exec(t.Context(), statement)
		f.must(err)
	}
	entries := append(dictionary(t), entry{Table: "visits", Name: "remark", Kind: "text", Class: "free text", Purpose: "-", Readers: "-", Clock: "kept"})
	found := strings.Join(objections(entries, f.columns()), "\n") + "\n"
	for _, want := range []string{
		"households.note is not in", "households.tags is not in", "households.tags can hold anything", "visits.form can hold anything",
		"households.households_street is not in", "more.persons.id is not in", "more.risks.score is not in",
		"incidents.closed_on is in the dictionary and not", "refusals.address_hmac has no constraint", "consents.contact has no constraint", "accounts.name is text",
		"rounds_migrations.file has no pattern", "visits.remark is free text", "visits.remark is in the dictionary and not",
	} {
		if !strings.Contains(found, want) {
			t.Errorf("nobody objects: %s\n%s", want, found)
		}
	}
}

// A class is more than a word: the database holds its columns to a length and a
// pattern.
func TestTextClasses_AreHeldByTheDatabase(t *testing.T) {
	t.Parallel()
	f := open(t)
	kinds := map[string]string{}
	for _, e := range dictionary(t) {
		kinds[e.Class] = e.Kind
	}
	for name, class := range classes {
		kind := kinds[name]
		if class.longest == "" || kind == "" {
			continue
		}
		takes := func(text string) bool {
			_, err := f.owner.Exec(t.Context(), "SELECT $1::text::"+kind, text)
			if err != nil && constraint(err) == "" {
				t.Fatalf("%s: %v", kind, err)
			}
			return err == nil
		}
		if !takes(class.shortest) || !takes(class.longest) {
			t.Errorf("%s does not take what it is for", kind)
		}
		last := []rune(class.longest)
		for _, text := range []string{"", class.longest + string(last[len(last)-1]), class.shortest + "\n", class.shortest + "\x1b", class.shortest + "\u0085"} {
			if takes(text) {
				t.Errorf("%s takes %q", kind, text)
			}
		}
		if !class.digits && (takes(class.shortest+"138123456") || takes("138123456")) {
			t.Errorf("%s takes nine digits in a row", kind)
		}
	}
}
