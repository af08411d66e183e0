package casework_test

import (
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

var casesThere = flag.Int("cases", 20_000, "how many cases BenchmarkCases has")

// BenchmarkCases asks what handlers and supervisors ask of a ledger of many cases, one in
// twenty of them open, in 300 units, and reports the slowest of twenty but one.
//
//	go test ./geo/casework -run '^$' -bench Cases -benchtime 60x -cases 1000000
func BenchmarkCases(b *testing.B) {
	o := open(b)
	o.fill(*casesThere)
	handler, supervisor := o.mediator, o.As(registertest.CountySupervisor)
	list := func(who register.Principal, filter casework.Filter) func(int) error {
		filter.Limit = 51
		return func(int) error {
			_, err := o.Cases(b.Context(), who, filter)
			return err
		}
	}
	some := o.ID("SELECT id FROM rounds.cases WHERE over_on IS NULL ORDER BY id LIMIT 1")
	unit := o.ID("SELECT unit_id FROM rounds.cases WHERE ledger_number IS NULL AND over_on IS NOT NULL ORDER BY id LIMIT 1")
	for _, ask := range []struct {
		name string
		do   func(n int) error
	}{
		{"my due list", list(handler, casework.Filter{Mine: true})},
		{"due list of a county", list(supervisor, casework.Filter{})},
		{"due list of a unit and matter", list(supervisor, casework.Filter{Unit: unit, Matter: "road_damage"})},
		{"what is over", list(supervisor, casework.Filter{Over: true})},
		{"by number", func(n int) error {
			number := casework.Number{Year: 2026, Serial: 1 + n*997%*casesThere}
			return list(supervisor, casework.Filter{Number: number.String()})(n)
		}},
		{"by a ledger's number", func(n int) error { return list(supervisor, casework.Filter{Number: "no such number"})(n) }},
		{"a case", func(int) error {
			_, err := o.Case(b.Context(), supervisor, some)
			return err
		}},
		{"board of a county", func(int) error {
			_, err := o.Loads(b.Context(), supervisor)
			return err
		}},
		{"medians of a unit", func(int) error {
			_, err := o.Medians(b.Context(), supervisor, unit, o.Today.AddDate(0, 0, -90))
			return err
		}},
		{"a step", func(int) error {
			_, _, err := o.Do(b.Context(), supervisor, casework.Command{ID: uuid.New(), Case: some, Name: "hand_over", Unit: o.county})
			return err
		}},
	} {
		b.Run(ask.name, func(b *testing.B) {
			var took []time.Duration
			for n := range b.N {
				begin := time.Now()
				if err := ask.do(n); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(begin))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}

// fill makes cases of two years with a step each, as fast as the database takes them; in
// each unit one of twenty is open.
func (o *office) fill(cases int) {
	o.Helper()
	o.Exec("SET session_replication_role = replica")
	o.Exec(`INSERT INTO rounds.units (id, area_id, parent_id, level, branch, name, lead_id)
		SELECT md5('unit' || n)::uuid, CASE n % 3 WHEN 0 THEN $1 WHEN 1 THEN $2 ELSE $3 END::uuid, $4, 'village', 'one_stop_office', 'Village ' || n, $5 FROM generate_series(0, 299) n`,
		o.Area("West"), o.Area("Middle"), o.Area("East"), o.county, o.mediator.Account)
	o.Exec("INSERT INTO rounds.unit_members SELECT md5('unit' || n)::uuid, $1 FROM generate_series(0, 11) n", o.mediator.Account)
	o.Exec("UPDATE rounds.units SET lead_id = $1 WHERE level = 'village' AND id NOT IN (SELECT unit_id FROM rounds.unit_members)", o.As(registertest.CountyHandler).Account)
	o.Exec(`INSERT INTO rounds.cases (id, series_id, year, number, area_id, matter, dispute, stage, steps, unit_id, lead_id, opened_on, due_on, working, escalate_on, over_on, outcome)
		SELECT md5('case' || n)::uuid, $1, 2026, n, u.area_id, CASE WHEN n % 50 > 0 THEN m.code END, n % 50 = 0, CASE WHEN n / 300 % 20 = 0 THEN 'assigned' ELSE 'settled' END::rounds.case_stage, 1,
			u.id, u.lead_id, d.day, d.day + 14, true, d.day + 14, CASE WHEN n / 300 % 20 > 0 THEN d.day + n / 13 % 40 END,
			CASE WHEN n / 300 % 20 > 0 THEN 'done'::rounds.case_outcome END
		FROM generate_series(1, $2::integer) n, LATERAL (SELECT * FROM rounds.units WHERE id = md5('unit' || n % 300)::uuid) u,
			LATERAL (SELECT $3::date - 40 - (n::bigint * 7919 % 690)::integer AS day) d, LATERAL (SELECT code FROM (SELECT code, row_number() OVER (ORDER BY code) - 1 AS place FROM rounds.matters WHERE kind <> 'dispute') l
				WHERE place = n / 17 % 40) m`, o.Area("County"), cases, o.Today)
	o.Exec(`INSERT INTO rounds.case_steps (case_id, seq, id, command, to_stage, actor, unit_id, due_on)
		SELECT id, 1, gen_random_uuid(), 'open', stage, 'intake', unit_id, due_on FROM rounds.cases WHERE series_id = $1 AND year = 2026`, o.Area("County"))
	o.Exec("SET session_replication_role = origin")
	o.Exec("VACUUM ANALYZE rounds.cases, rounds.case_steps, rounds.units")
}
