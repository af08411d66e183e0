//go:build bench

package registertest

import "testing"

// NewMillion makes a city of 1,000,000 households with 3,000 workers after ten years of
// work, as far as retention leaves anything of them: of the last 24 months a closed round
// a year with its plan and the doors of all households, a year of incidents that were
// closed, and 2,000,000 rows of the audit log; and a round that is half done, with its
// visits. A template that has all of that already is taken as it is.
func NewMillion(t testing.TB) *City {
	t.Helper()
	c, middle := cityOf(t, 1_000_000, 3_000)
	if c.Count("SELECT count(*) FROM rounds.areas") > 0 {
		return c
	}
	c.fill(middle, c.Today.AddDate(0, 0, -8))
	for year := 1; year <= 2; year++ {
		c.open(year, c.Today.AddDate(-year, 1, 0))
		c.Exec(`UPDATE rounds.rounds SET closed_at = ends_on::timestamptz WHERE id = $1`, CityID("round", year))
		c.Exec(`INSERT INTO rounds.doors (round_id, household_id, area_id, state) SELECT $1, id, area_id, 'finished' FROM rounds.households`, CityID("round", year))
	}
	c.Exec(`INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on)
		SELECT md5('visit ' || s.household_id)::uuid, $1, s.household_id, r.worker_id, (ARRAY['done', 'done', 'done', 'not_home', 'declined'])[1 + s.seq % 5]::rounds.outcome, r.day
		FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id WHERE s.plan_id = $2 AND r.day < $3`, c.Round, c.Plan, c.Today)
	c.Exec(`INSERT INTO rounds.doors (round_id, household_id, area_id, state)
		SELECT v.round_id, v.household_id, h.area_id, CASE v.outcome WHEN 'not_home' THEN 'open' ELSE 'finished' END::rounds.door_state
		FROM rounds.visits v JOIN rounds.households h ON h.id = v.household_id`)
	c.Exec(`INSERT INTO rounds.incidents (id, kind, matter, area_id, cell, at, state, source, reported_on, due_on, closed_on)
		SELECT md5('closed ' || i)::uuid, 'hazard', 'unlit_path', area_id, cell, at, 'closed', 'desk', $1::date - i % 360 - 5, $1::date - i % 360 + 9, $1::date - i % 360
		FROM (SELECT *, substr(source_key, 7)::integer AS i FROM rounds.households) h WHERE i % 5 = 0`, c.Today)
	c.Exec(`INSERT INTO rounds.reads (id, read_at, account_id, reader, purpose, kind, area_id, request_id)
		SELECT n, $1::date - n * interval '30 seconds', pg_temp.id('account', 1 + n % 10), 'worker', 'fire_safety', 'day', pg_temp.id('grid', n % 5000), gen_random_uuid() FROM generate_series(1, 2000000) n`, c.Today)
	c.Exec("SELECT setval('rounds.read_numbers', 2000000)")
	c.finish()
	return c
}
