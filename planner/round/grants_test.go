package round_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/planner/round"
)

// strangers counts the stops of a plan to which no grant of their worker leads.
const strangers = `
	SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
	WHERE s.plan_id = $1 AND NOT EXISTS (
		SELECT FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
		WHERE g.account_id = w.account_id AND g.role = 'worker' AND p.area_id = s.area_id AND rounds.holds(g)
			AND g.ends_at - now() > (r.day - $2::date) * interval '1 day')`

func (o office) made(order round.Order) uuid.UUID {
	o.Helper()
	order.ID, order.Round = uuid.New(), o.Round
	if order.Iterations == 0 {
		order.Iterations = 500
	}
	o.must(o.book.Propose(o.Context(), o.supervisor, order))
	o.must(o.planner(o.Context()).Work(o.Context(), order.ID))
	if plan := o.plan(order.ID); plan.State != round.Proposed {
		o.Fatalf("the plan is %s %s", plan.State, plan.Failure)
	}
	return order.ID
}

// A worker's grants change: each plan leads to doors that they cover, on days on which
// they do, and says of the others that nobody has a grant.
func TestPropose_LeadsNobodyToADoorWithoutAGrant(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, change := range []struct {
		what, statement string
		unplanned       bool
	}{
		{"grants as they were", "", false},
		{"one has the area of the other instead", `UPDATE rounds.grants SET area_id = (SELECT area_id FROM rounds.workers WHERE code = 'w02')
			WHERE role = 'worker' AND account_id = (SELECT account_id FROM rounds.workers WHERE code = 'w01')`, true},
		{"the other ends soon", `UPDATE rounds.grants SET ends_at = now() + interval '3 days'
			WHERE role = 'worker' AND account_id = (SELECT account_id FROM rounds.workers WHERE code = 'w02')`, true},
	} {
		if change.statement != "" {
			o.Exec(change.statement)
		}
		for _, keep := range []bool{false, true} {
			plan := o.made(round.Order{Keep: keep})
			if n := o.Count(strangers, plan, o.Today); n > 0 {
				t.Errorf("%s, keep %v: %d stops without a grant", change.what, keep, n)
			}
			if o.Count("SELECT count(*) FROM rounds.stops WHERE plan_id = $1", plan) == 0 {
				t.Errorf("%s, keep %v: no stops", change.what, keep)
			}
			if n := o.Count("SELECT count(*) FROM rounds.unplanned WHERE plan_id = $1 AND reason = 'no_grant'", plan); (n > 0) != change.unplanned {
				t.Errorf("%s, keep %v: %d households of which nobody has a grant", change.what, keep, n)
			}
			o.whole(plan)
			o.must(o.book.Publish(t.Context(), o.supervisor, plan, o.DB.Now()))
		}
	}
}

func TestPublish_RefusesDoorsWithoutAGrant(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	plan := o.made(round.Order{})
	o.Exec("UPDATE rounds.grants SET ends_at = now() - interval '1 minute' WHERE account_id = (SELECT account_id FROM rounds.workers WHERE code = 'w01')")
	var ungranted *round.UngrantedError
	if err := o.book.Publish(t.Context(), o.supervisor, plan, o.DB.Now()); !errors.As(err, &ungranted) || ungranted.Worker != "w01" || ungranted.Area == "" {
		t.Errorf("%v", err)
	}
	if o.plan(plan).State != round.Proposed || o.Count("SELECT count(*) FROM rounds.plans WHERE state = 'published'") != 1 {
		t.Error("a refused plan leaves traces")
	}
}

// A worker's grant ends, and the next one begins days later: nobody is led anywhere in
// between, nor is the worker idle while the longer one holds.
func TestPropose_LeavesTheDaysBetweenTwoGrantsFree(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.rounds SET ends_on = $2 WHERE id = $1", o.Round, o.Today.AddDate(0, 0, 9))
	const own = "role = 'worker' AND account_id = (SELECT account_id FROM rounds.workers WHERE code = 'w02')"
	o.Exec("UPDATE rounds.grants SET ends_at = now() + interval '2 days' WHERE " + own)
	for _, days := range [][2]int{{4, 8}, {8, 20}, {30, 60}} {
		o.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at, confirmed_at)
			SELECT gen_random_uuid(), account_id, role, area_id, purpose, now() + $1 * interval '1 day', now() + $2 * interval '1 day', now()
			FROM rounds.grants WHERE `+own+` ORDER BY starts_at LIMIT 1`, days[0], days[1])
	}
	plan := o.made(round.Order{})
	const led = `SELECT count(*) FROM rounds.stops s JOIN rounds.routes r ON r.id = s.route_id JOIN rounds.workers w ON w.id = r.worker_id
		WHERE s.plan_id = $1 AND w.code = 'w02' AND r.day - $2::date BETWEEN $3 AND $4`
	if n := o.Count(led, plan, o.Today, 0, 4); n > 0 {
		t.Errorf("%d stops before the longer grant begins", n)
	}
	if o.Count(led, plan, o.Today, 5, 9) == 0 {
		t.Error("no stops while the grant holds")
	}
}

// Who has no place is counted by what would help: days in an area, a grant of a grid.
func TestPlan_SaysWhatWouldMakeItPossible(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.Exec("UPDATE rounds.rounds SET ends_on = $2 WHERE id = $1", o.Round, o.Today.AddDate(0, 0, 1))
	plan := o.plan(o.made(round.Order{From: o.Today.AddDate(0, 0, 1)}))
	left, days := 0, 0
	for _, u := range plan.Unplanned {
		if u.Reason == "beyond_horizon" {
			left, days = left+u.Count, days+u.WorkerDays
		}
	}
	stops := 0
	for _, l := range plan.Loads {
		stops += l.Stops
	}
	if left == 0 || stops == 0 || days < left*len(plan.Loads)/stops-2 || days > left*len(plan.Loads)/stops+4 {
		t.Errorf("%d stops on %d days; %d households want %d days", stops, len(plan.Loads), left, days)
	}
}
