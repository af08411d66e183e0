package register_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

func TestRefuse_LeavesOnlyHMACs(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	plan, households := c.publish(round)
	_, err := c.visit(round, households[0], "declined")
	c.must(err)
	before := c.count("SELECT dwellings FROM rounds.areas WHERE name = 'County'")
	doors := c.count("SELECT doors FROM rounds.households WHERE id = $1", households[0])
	c.must(c.db.Refuse(t.Context(), c.worker, c.keys, households[0]))
	if found := c.search(households[0].String(), "West-1 ", "\"West-1\""); len(found) > 0 {
		t.Errorf("the place is still in %v", found)
	}
	if n := c.count("SELECT dwellings FROM rounds.areas WHERE name = 'County'"); n != before-doors {
		t.Errorf("the county has %d dwellings, want %d", n, before-doors)
	}
	// The building, and the address with and without its town in seven cells.
	if n := c.count("SELECT count(*) FROM rounds.refusals"); n != 1+2*7 {
		t.Errorf("%d HMACs", n)
	}
	// A backup that is restored must not bring the place back.
	if n := c.count("SELECT count(*) FROM rounds.erasures e JOIN rounds.refusals r ON r.address_hmac = e.digest WHERE e.class = 'place'"); n != 1+2*7 {
		t.Errorf("%d lines of the ledger", n)
	}
	// The route goes on: the second stop is the first, and the way to the door is gone.
	type stop struct {
		Seq, Travel, Distance int
		Arrive, Depart, Back  string
	}
	rows, err := c.owner.Query(t.Context(), `SELECT s.seq, s.travel_s, s.distance_m, s.arrive_at::text, s.depart_at::text, r.back_at::text
		FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $1 AND r.worker_id = $2`, plan, c.workerID)
	c.must(err)
	stops, err := pgx.CollectRows(rows, pgx.RowToStructByPos[stop])
	c.must(err)
	// Left at 08:30 for 2 + 2 minutes of legs, 15 of visit, 100 s back.
	want := []stop{{Seq: 1, Travel: 240, Distance: 240, Arrive: "08:51:00", Depart: "09:06:00", Back: "09:07:40"}}
	if !slices.Equal(stops, want) {
		t.Errorf("stops %+v, want %+v", stops, want)
	}
	if n := c.count("SELECT ST_NPoints(line) FROM rounds.routes WHERE worker_id = $1", c.workerID); n != 4 {
		t.Errorf("the line has %d points", n)
	}
	if n := c.count("SELECT count(*) FROM rounds.plans p WHERE id = $1 AND households - (SELECT count(*) FROM rounds.unplanned u WHERE u.plan_id = p.id AND u.reason = 'not_yet') = 3 AND planned = 2 AND travel_s = 800", plan); n != 1 {
		t.Error("the plan still counts the place")
	}
	// The colleague's only stop refuses: a day without stops has no route.
	c.must(c.db.Refuse(t.Context(), c.supervisor, c.keys, households[2]))
	if n := c.count("SELECT count(*) FROM rounds.routes WHERE worker_id = $1", c.colleagueID); n != 0 {
		t.Error("an empty route stays")
	}
	if n := c.count("SELECT travel_s FROM rounds.plans WHERE id = $1", plan); n != 400 {
		t.Errorf("the plan travels %d s", n)
	}
}

func TestRefuse_NeedsSightOfTheHousehold(t *testing.T) {
	t.Parallel()
	c := cities(t)
	_, households := c.publish(c.round(day))
	for name, principal := range c.everybody() {
		if name == "supervisor" || name == "worker" {
			continue
		}
		if err := c.db.Refuse(t.Context(), principal, c.keys, households[0]); !errors.Is(err, register.ErrNoHousehold) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.db.Refuse(t.Context(), c.supervisor, c.keys, uuid.New()); !errors.Is(err, register.ErrNoHousehold) {
		t.Errorf("no such household: %v", err)
	}
	if n := c.count("SELECT count(*) FROM rounds.refusals"); n != 0 {
		t.Errorf("%d HMACs", n)
	}
}

// A phone may bring the wish when a new plan has sent somebody else.
func TestRefuse_IsHeardAfterANewPlan(t *testing.T) {
	t.Parallel()
	c := cities(t)
	_, households := c.publish(c.round(day))
	_, err := c.owner.Exec(t.Context(), "UPDATE rounds.plans SET state = 'superseded'")
	c.must(err)
	if err := c.db.Refuse(t.Context(), c.worker, c.keys, households[2]); !errors.Is(err, register.ErrNoHousehold) {
		t.Errorf("a colleague's household: %v", err)
	}
	c.must(c.db.Refuse(t.Context(), c.worker, c.keys, households[0]))
	if n := c.count("SELECT count(*) FROM rounds.households WHERE id = $1", households[0]); n != 0 {
		t.Error("the household is there still")
	}
	_, err = c.owner.Exec(t.Context(), "UPDATE rounds.rounds SET closed_at = now()")
	c.must(err)
	if err := c.db.Refuse(t.Context(), c.worker, c.keys, households[1]); !errors.Is(err, register.ErrNoHousehold) {
		t.Errorf("after the round: %v", err)
	}
}

func TestRefusedPlaces_AreAbsorbedOnEveryInput(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, err := f.db.ImportAreas(t.Context(), county(), f.options())
	f.must(err)
	all := places("West", 60, 1, 1)
	refuser := geo.Household{ID: "way/42", At: orb.Point{1.0512, 42.0451}, Doors: 1,
		Address: geo.Address{Street: "Carrer de la Unió", Number: "12 bis", Unit: "A", Postcode: "AD500", Place: "West"}}
	_, err = f.db.ImportHouseholds(t.Context(), rowsOf(append(all, refuser)...), f.options())
	f.must(err)
	f.must(f.db.Refuse(t.Context(), register.Service("operator"), f.keys, f.keys.ID("household", "way/42")))
	for name, change := range map[string]func(*geo.Household){
		"the same row": func(*geo.Household) {},
		"another id":   func(h *geo.Household) { h.ID = "A-17" },
		"another spelling": func(h *geo.Household) {
			h.ID, h.Address.Street, h.Address.Number = "A-18", "CARRER DE LA UNIO", "12-BIS"
		},
		"no town": func(h *geo.Household) { h.ID, h.Address.Place, h.Address.Postcode = "A-19", "", "" },
		"one line": func(h *geo.Household) {
			h.ID, h.Address = "A-23", geo.Address{Street: "Carrer de la Unió 12bis, A, AD500 West"}
		},
		"one short line": func(h *geo.Household) { h.ID, h.Address = "A-24", geo.Address{Street: "12 bis A, carrer de la Unió"} },
		"a point 300 m off": func(h *geo.Household) {
			h.ID, h.At = "A-20", orb.Point{1.0548, 42.0451}
		},
		"the building without address": func(h *geo.Household) { h.Address = geo.Address{} },
	} {
		again := refuser
		change(&again)
		before := f.count("SELECT count(*) FROM rounds.households")
		report, err := f.db.ImportHouseholds(t.Context(), rowsOf(append(all, again)...), f.options())
		f.must(err)
		if n := f.count("SELECT count(*) FROM rounds.households"); n != before {
			t.Errorf("%s came back", name)
		}
		if report.Counts != (register.Counts{Unchanged: 60}) {
			t.Errorf("%s: the report tells: %+v", name, report)
		}
	}
	// A neighbour, and the same address in another town, are others.
	for _, other := range []geo.Household{
		{ID: "A-21", At: refuser.At, Doors: 1, Address: geo.Address{Street: "Carrer de la Unió", Number: "14"}},
		{ID: "A-22", At: orb.Point{1.15, 42.05}, Doors: 1, Address: refuser.Address},
	} {
		report, err := f.db.ImportHouseholds(t.Context(), rowsOf(other), f.options())
		f.must(err)
		if report.Added != 1 {
			t.Errorf("%s was dropped", other.ID)
		}
	}
}

// Twin towns: one with twenty places that refused, one without these places.
func TestTwinTowns_AnswerAlikeToEveryRole(t *testing.T) {
	t.Parallel()
	with, without := open(t), open(t)
	all := append(places("West", 520, 1, 1), places("Middle", 300, 1.1, 2)...)
	all = append(all, places("East", 12, 1.2, 3)...)
	var refusers, others []geo.Household
	for i, place := range all {
		if i%26 == 25 && len(refusers) < 20 {
			refusers = append(refusers, place)
		} else {
			others = append(others, place)
		}
	}
	if len(refusers) != 20 {
		t.Fatal(len(refusers))
	}
	// Half of them at the door, half by a list of addresses.
	with.refuseBeforehand(refusers[:10])
	twins := map[*fixture][]geo.Household{with: all, without: others}
	answers := map[*fixture]map[string]string{}
	for f, input := range twins {
		_, err := f.db.ImportAreas(t.Context(), county(), f.options())
		f.must(err)
		if f == with {
			_, err := f.db.ImportRefusals(t.Context(), wishesOf(refusers[10:]...), f.options())
			f.must(err)
		}
		report, err := f.db.ImportHouseholds(t.Context(), rowsOf(input...), f.options())
		f.must(err)
		c := assembled(f)
		round := c.round(day)
		_, households := c.publish(round)
		_, err = c.visit(round, households[0], "declined")
		c.must(err)
		answers[f] = c.answers()
		report.ID = uuid.Nil // the import's, made up anew each time
		answers[f]["report"] = fmt.Sprintf("%+v", report)
	}
	for read, answer := range answers[with] {
		if answers[without][read] != answer {
			t.Errorf("%s tells the towns apart", read)
		}
	}
	if len(answers[with]) < 100 || len(answers[with]["supervisor reads households"]) < 100_000 {
		t.Errorf("too little was compared: %d reads", len(answers[with]))
	}
}

// refuseBeforehand makes places refuse in a register of the same keys, and takes
// what stays of that over.
func (f *fixture) refuseBeforehand(refusers []geo.Household) {
	f.Helper()
	other := open(f.T)
	_, err := other.db.ImportAreas(context.Background(), county(), other.options())
	f.must(err)
	_, err = other.db.ImportHouseholds(context.Background(), rowsOf(refusers...), other.options())
	f.must(err)
	for _, place := range refusers {
		f.must(other.db.Refuse(context.Background(), register.Service("operator"), other.keys, other.keys.ID("household", place.ID)))
	}
	if n := other.count("SELECT count(*) FROM rounds.households"); n != 0 {
		f.Fatalf("%d refusers are left", n)
	}
	rows, err := other.owner.Query(context.Background(), "SELECT address_hmac FROM rounds.refusals")
	f.must(err)
	kept, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	f.must(err)
	_, err = f.owner.Exec(context.Background(), "INSERT INTO rounds.refusals SELECT unnest($1::bytea[])", kept)
	f.must(err)
}

// answers are all rows of all tables as each role reads them, without the random
// ids and the times that a second run has too.
func (c *cast) answers() map[string]string {
	c.Helper()
	everybody := c.everybody()
	for _, service := range []string{"planning", "tiles", "operator"} {
		everybody["service:"+service] = register.Service(service)
	}
	rows, err := c.owner.Query(context.Background(), `
		SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relnamespace = 'rounds'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'refusals' AND has_column_privilege('rounds_app', c.oid, a.attnum, 'SELECT')
		GROUP BY c.relname`)
	c.must(err)
	tables := map[string]string{}
	var table, columns string
	_, err = pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
		tables[table] = columns
		return nil
	})
	c.must(err)
	answers := map[string]string{}
	for name, principal := range everybody {
		for table, columns := range tables {
			random := "'created_at,imported_at,starts_at,ends_at,confirmed_at,round_id,plan_id,route_id,visit_id'"
			if slices.Contains([]string{"rounds", "plans", "routes", "visits", "imports", "grants", "case_steps"}, table) {
				random = "'id,' || " + random
			}
			if table == "case_steps" {
				random = "'at,' || " + random
			}
			query := fmt.Sprintf("SELECT coalesce(string_agg(r, E'\\n' ORDER BY r), '') FROM (SELECT (to_jsonb(t) - string_to_array(%s, ','))::text AS r FROM (SELECT %s FROM rounds.%s) t) x", random, columns, table)
			err := c.db.As(context.Background(), principal, func(tx pgx.Tx) error {
				var answer string
				defer func() { answers[name+" reads "+table] = answer }()
				return tx.QueryRow(context.Background(), query).Scan(&answer)
			})
			c.must(err)
		}
	}
	return answers
}

// search looks for texts in every column of every table of the database, the
// queues of PostgreSQL's own tables included where they hold user data.
func (f *fixture) search(texts ...string) []string {
	f.Helper()
	rows, err := f.owner.Query(context.Background(), `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
		WHERE schemaname NOT IN ('pg_catalog', 'information_schema') AND tablename <> 'spatial_ref_sys'`)
	f.must(err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	f.must(err)
	var found []string
	for _, table := range tables {
		for _, text := range texts {
			query := fmt.Sprintf("SELECT count(*) FROM %s t WHERE position(lower($1) IN lower(t::text || to_jsonb(t)::text)) > 0", table)
			if f.count(query, strings.ToLower(text)) > 0 {
				found = append(found, table+" has "+text)
			}
		}
	}
	return found
}
