package casework_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// plainLoads counts the cases that somebody sees one by one.
const plainLoads = `
	SELECT u.id, u.name, coalesce(u.name_zh, u.name), count(c.id), count(c.id) FILTER (WHERE c.stage IN ('received', 'triaged')),
		count(c.id) FILTER (WHERE c.stage <> 'paused' AND c.due_on < rounds.today()),
		count(c.id) FILTER (WHERE c.stage <> 'paused' AND c.due_on BETWEEN rounds.today() AND rounds.today() + 1),
		count(c.id) FILTER (WHERE c.stage = 'paused'),
		count(c.id) FILTER (WHERE rounds.today() - c.opened_on <= 7), count(c.id) FILTER (WHERE rounds.today() - c.opened_on BETWEEN 8 AND 30),
		count(c.id) FILTER (WHERE rounds.today() - c.opened_on BETWEEN 31 AND 90), count(c.id) FILTER (WHERE rounds.today() - c.opened_on > 90)
	FROM rounds.units u LEFT JOIN rounds.cases c ON c.unit_id = u.id AND c.over_on IS NULL AND NOT c.merged
	WHERE u.area_id IN (SELECT rounds.granted_areas()) GROUP BY u.id ORDER BY u.level, u.name, u.id`

// Whatever stages and days cases have, the board counts those that its reader sees, and
// somebody without a right to cases has none.
func TestLoads_EqualThePlainCount(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.fill(30_000)
	// Days around each bound, and every stage.
	o.Exec("SET session_replication_role = replica")
	o.Exec(`UPDATE rounds.cases SET due_on = $1::date - 3 + number % 7, escalate_on = $1::date + 9,
		opened_on = least($1::date - 3 + number % 7, $1::date - (ARRAY[0, 6, 7, 8, 29, 30, 31, 89, 90, 91, 400])[1 + number % 11]),
		stage = (enum_range(NULL::rounds.case_stage))[1 + number / 3 % 4], paused_on = CASE WHEN number / 3 % 4 = 3 THEN $1::date - 1 END, merged = number % 13 = 0
		WHERE over_on IS NULL AND year = 2026`, o.Today)
	o.Exec("SET session_replication_role = origin")
	for name, who := range map[string]register.Principal{"the county": o.As(registertest.CountySupervisor), "a handler of West": o.mediator} {
		got, err := o.Loads(t.Context(), who)
		must(t, err)
		var want []casework.Load
		must(t, o.DB.As(t.Context(), who, func(tx pgx.Tx) error {
			rows, err := tx.Query(t.Context(), plainLoads)
			if err == nil {
				want, err = pgx.CollectRows(rows, pgx.RowToStructByPos[casework.Load])
			}
			return err
		}))
		var all casework.Load
		for i, l := range want {
			if i < len(got) && got[i] != l {
				t.Errorf("of %s: %v, want %v", name, got[i], l)
			}
			all.Received, all.Late, all.Soon, all.Paused = all.Received+l.Received, all.Late+l.Late, all.Soon+l.Soon, all.Paused+l.Paused
			all.Week, all.Month, all.Quarter, all.More = all.Week+l.Week, all.Month+l.Month, all.Quarter+l.Quarter, all.More+l.More
		}
		if len(got) != len(want) || slices.Contains([]int{all.Received, all.Late, all.Soon, all.Paused, all.Week, all.Month, all.Quarter, all.More}, 0) {
			t.Errorf("of %s: %d units, want %d; together they have %+v", name, len(got), len(want), all)
		}
	}
	err := o.DB.As(t.Context(), o.As(registertest.WestWorker), func(tx pgx.Tx) error {
		var units int
		err := tx.QueryRow(t.Context(), "SELECT count(*) FROM rounds.unit_loads(rounds.today(), '{7,30,90}')").Scan(&units)
		if units > 0 {
			t.Errorf("a worker is told what %d units have to do", units)
		}
		return err
	})
	must(t, err)
}

// Half of a unit's cases of a matter took so long at most; fewer than five say nothing.
func TestMedians_AreOfAUnit(t *testing.T) {
	t.Parallel()
	o := open(t)
	settle := func(unit any, matter string, days ...int) {
		for i, n := range days {
			id := o.report(matter)
			o.Exec(`UPDATE rounds.cases SET unit_id = $2, opened_on = $3::date - $4::integer - $5::integer WHERE id = $1`, id, unit, o.Today, n, i)
			o.Exec("SET session_replication_role = replica")
			o.Exec("UPDATE rounds.cases SET stage = 'settled', outcome = 'done', over_on = $2::date - $3::integer WHERE id = $1", id, o.Today, i)
			o.Exec("SET session_replication_role = origin")
		}
	}
	settle(o.west, "road_damage", 3, 9, 4, 40, 5)
	settle(o.west, "sewer", 3, 9, 4, 40)
	settle(o.roads, "road_damage", 1, 1, 1, 1, 1)
	medians, err := o.Medians(t.Context(), o.mediator, o.west, o.Today.AddDate(0, 0, -90))
	must(t, err)
	if !slices.Equal(medians, []casework.Median{{Matter: "road_damage", Days: 5, Cases: 5}}) {
		t.Errorf("%+v", medians)
	}
	// Whose grant is over is told nothing.
	if medians, err = o.Medians(t.Context(), o.As(registertest.PastSupervisor), o.west, o.Today.AddDate(0, 0, -90)); err != nil || len(medians) > 0 {
		t.Errorf("%+v, %v", medians, err)
	}
}
