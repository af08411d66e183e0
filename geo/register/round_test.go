package register_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/register"
)

// cast is who takes part in a test: people with grants in West, in the sibling
// Middle, and nowhere.
type cast struct {
	*fixture
	supervisor, sibling, worker, colleague, analyst, administrator, stranger register.Principal
	workerID, colleagueID                                                    uuid.UUID
	west, middle                                                             uuid.UUID
}

func assembled(f *fixture) *cast {
	c := &cast{fixture: f, west: f.keys.ID("area", "West"), middle: f.keys.ID("area", "Middle")}
	c.supervisor = c.account("supervisor", register.Supervisor, &c.west)
	c.sibling = c.account("sibling", register.Supervisor, &c.middle)
	c.worker, c.workerID = c.fieldWorker("worker", "w01")
	c.colleague, c.colleagueID = c.fieldWorker("colleague", "w02")
	c.analyst = c.account("analyst", register.Analyst, &c.west)
	c.administrator = c.account("administrator", register.Administrator, nil)
	c.stranger = c.account("stranger", "", nil)
	return c
}

func (c *cast) account(login, role string, area *uuid.UUID) register.Principal {
	c.Helper()
	return c.appoint(login, role, area, nil)
}

func (c *cast) fieldWorker(login, code string) (register.Principal, uuid.UUID) {
	c.Helper()
	account, id := c.keys.ID("account", login), c.keys.ID("worker", code)
	return c.appoint(login, register.Worker, &c.west, &register.FieldWorker{ID: id, AccountID: &account,
		AreaID: c.west, Code: code, Name: "Worker " + code, StartsFrom: &orb.Point{1.05, 42.05}, ShiftStart: "08:30", ShiftEnd: "14:30"}), id
}

// appoint gives the role that a principal has or, without a grant, claims.
func (c *cast) appoint(login, role string, area *uuid.UUID, worker *register.FieldWorker) register.Principal {
	c.Helper()
	id := c.keys.ID("account", login)
	a := register.Appointment{Account: register.Account{ID: id, Login: login, Name: login, Language: "en"}, Worker: worker}
	if role != "" {
		now := time.Now().Add(-time.Minute)
		grant := register.Grant{AccountID: id, Role: role, AreaID: area, StartsAt: now, EndsAt: now.AddDate(0, 3, 0)}
		a.Grants = grant.ForPurposes("fire_safety")
	} else {
		role = register.Supervisor
	}
	c.must(c.db.Appoint(context.Background(), register.Service("operator"), a))
	return register.Principal{Account: id, Role: role}
}

// as runs one statement and gives the rows it changed or returned.
func (c *cast) as(principal register.Principal, statement string, arguments ...any) (int, error) {
	var n int64
	err := c.db.As(context.Background(), principal, func(tx pgx.Tx) error {
		tag, err := tx.Exec(context.Background(), statement, arguments...)
		n = tag.RowsAffected()
		return err
	})
	return int(n), err
}

// constraint is the name of the rule that an error comes from, "" without one,
// "policy" when row-level security refused, "privilege" when the login may not.
func constraint(err error) string {
	var refused *pgconn.PgError
	switch {
	case !errors.As(err, &refused):
		return ""
	case refused.ConstraintName != "":
		return refused.ConstraintName
	case refused.Code == "42501" && refused.TableName == "" && len(refused.Message) > 3 && refused.Message[:3] == "new":
		return "policy"
	case refused.Code == "42501":
		return "privilege"
	}
	return refused.Code
}

const insertRound = `INSERT INTO rounds.rounds (id, area_id, purpose, emergency, name, announced_on, starts_on, ends_on, visit_s)
	VALUES ($1, $2, $3, $4, 'Round', $5, $6, $7, 900)`

var day = time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)

// round adds a round of West from a day on; its id.
func (c *cast) round(from time.Time) uuid.UUID {
	c.Helper()
	id := uuid.New()
	_, err := c.as(c.supervisor, insertRound, id, c.west, "fire_safety", nil, from.AddDate(0, 0, -3), from, from.AddDate(0, 0, 20))
	c.must(err)
	return id
}

// publish plans the first households of West: two stops for the worker, one for
// the colleague. It gives the plan and the three households.
func (c *cast) publish(round uuid.UUID) (plan uuid.UUID, households []uuid.UUID) {
	c.Helper()
	plan = uuid.New()
	planning := register.Service("planning")
	for i := 1; i <= 3; i++ {
		households = append(households, c.keys.ID("household", "West-"+string(rune('0'+i))))
	}
	_, err := c.as(planning, `INSERT INTO rounds.plans (id, round_id, version, seed, households, planned, travel_s, distance_m)
		SELECT $1, $2, coalesce(max(version), 0) + 1, 1, 4, 3, 800, 800 FROM rounds.plans WHERE round_id = $2`, plan, round)
	c.must(err)
	for i, worker := range []uuid.UUID{c.workerID, c.colleagueID} {
		_, err = c.as(planning, "INSERT INTO rounds.plan_workers VALUES ($1, $2)", plan, worker)
		c.must(err)
		route := uuid.New()
		_, err = c.as(planning, `INSERT INTO rounds.routes (id, plan_id, worker_id, area_id, day, leave_at, back_at, travel_s, service_s, wait_s,
				distance_m, last_travel_s, last_distance_m, line)
			SELECT $1, $2, $3, $4, $5, '08:30', '09:10', 400, 1800, 0, 400, 100, 100, ST_MakeLine(ARRAY[
				ST_Point(1.05, 42.05, 4326), ST_Point(1.051, 42.05, 4326), h.at, ST_Point(1.051, 42.05, 4326), ST_Point(1.05, 42.05, 4326)])
			FROM rounds.households h WHERE h.id = $6`, route, plan, worker, c.west, day, households[i*2])
		c.must(err)
		for seq, household := range households[i*2 : min(i*2+2, 3)] {
			_, err = c.as(planning, `INSERT INTO rounds.stops (route_id, plan_id, seq, household_id, area_id, doors, arrive_at, start_at, depart_at, travel_s, distance_m)
				SELECT $1, $2, $3::int, h.id, h.area_id, 1, time '08:32' + $3::int * interval '17 min', time '08:32' + $3::int * interval '17 min',
					time '08:47' + $3::int * interval '17 min', 120, 120
				FROM rounds.households h WHERE h.id = $4`, route, plan, seq+1, household)
			c.must(err)
		}
	}
	for _, state := range []string{"proposed", "published"} {
		_, err = c.as(planning, `UPDATE rounds.plans SET state = $2::rounds.plan_state WHERE id = $1`, plan, state)
		c.must(err)
	}
	return plan, households
}

const insertVisit = `INSERT INTO rounds.visits (id, round_id, household_id, worker_id, outcome, visited_on, part)
	VALUES ($1, $2, $3, $4, $5, $6, 'morning') ON CONFLICT (id) DO NOTHING`

func (c *cast) visit(round, household uuid.UUID, outcome string) (uuid.UUID, error) {
	id := uuid.New()
	_, err := c.as(c.worker, insertVisit, id, round, household, c.workerID, outcome, day)
	return id, err
}

func cities(t *testing.T) *cast {
	f, _ := settled(t)
	return assembled(f)
}

func TestRounds_NeedTwentyPlacesAPurposeAndNotice(t *testing.T) {
	t.Parallel()
	c := cities(t)
	// A village of 19 places, one of them with many doors.
	small := county()[1]
	small.ID, small.ParentID, small.Level, small.Name, small.Outline = "Small", "county", "town", "Small", square(1.3, 42, 1.4, 42.1)
	_, err := c.db.ImportAreas(t.Context(), append(county(), small), c.options())
	c.must(err)
	few := places("Small", 19, 1.3, 5)
	few[0].Doors = 500
	_, err = c.db.ImportHouseholds(t.Context(), rowsOf(few...), c.options())
	c.must(err)
	operator := register.Service("operator")
	for rule, arguments := range map[string][]any{
		"rounds_twenty_dwellings": {c.keys.ID("area", "Small"), "fire_safety", nil, day.AddDate(0, 0, -3), day, day},
		"rounds_announced":        {c.west, "fire_safety", nil, day.AddDate(0, 0, -2), day, day},
		"rounds_emergency_length": {c.west, "welfare_after_event", "flood", day, day, day.AddDate(0, 0, 14)},
		"22P02":                   {c.west, "key_person", nil, day.AddDate(0, 0, -3), day, day},
	} {
		_, err := c.as(operator, insertRound, append([]any{uuid.New()}, arguments...)...)
		if got := constraint(err); got != rule {
			t.Errorf("want %s, got %q: %v", rule, got, err)
		}
	}
	// The twentieth place makes it an area for a round.
	_, err = c.db.ImportHouseholds(t.Context(), rowsOf(places("Small", 20, 1.3, 5)[19]), c.options())
	c.must(err)
	_, err = c.as(operator, insertRound, uuid.New(), c.keys.ID("area", "Small"), "fire_safety", nil, day.AddDate(0, 0, -3), day, day)
	c.must(err)
}

func TestRounds_ComeOnceInSixtyDays(t *testing.T) {
	t.Parallel()
	c := cities(t)
	c.round(day)
	try := func(from time.Time, emergency any) string {
		_, err := c.as(c.supervisor, insertRound, uuid.New(), c.west, "fire_safety", emergency, from.AddDate(0, 0, -3), from, from.AddDate(0, 0, 5))
		return constraint(err)
	}
	for _, days := range []int{-5, 0, 30, 59} {
		if got := try(day.AddDate(0, 0, days), nil); got != "round_areas_sixty_days" {
			t.Errorf("another round %d days later: %q", days, got)
		}
	}
	if got := try(day.AddDate(0, 0, 10), "flood"); got != "" {
		t.Errorf("an emergency round: %s", got)
	}
	if got := try(day.AddDate(0, 0, 60), nil); got != "" {
		t.Errorf("a round after 60 days: %s", got)
	}
}

func TestRounds_AreAddedByTheAreasOwnSupervisor(t *testing.T) {
	t.Parallel()
	c := cities(t)
	for name, principal := range map[string]register.Principal{"sibling": c.sibling, "worker": c.worker, "analyst": c.analyst,
		"administrator": c.administrator, "stranger": c.stranger, "nobody": {}, "tiles": register.Service("tiles")} {
		_, err := c.as(principal, insertRound, uuid.New(), c.west, "fire_safety", nil, day.AddDate(0, 0, -3), day, day)
		if got := constraint(err); got != "policy" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestVisits_FinishADoorAfterFourAttempts(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	_, households := c.publish(round)
	for attempt := 1; attempt <= 4; attempt++ {
		_, err := c.visit(round, households[0], "not_home")
		c.must(err)
		state := "open"
		if attempt == 4 {
			state = "finished"
		}
		if n := c.count("SELECT count(*) FROM rounds.doors WHERE household_id = $1 AND state::text = $2 AND (due_from IS NULL) = ($2 = 'finished')", households[0], state); n != 1 {
			t.Errorf("after attempt %d the door is not %s", attempt, state)
		}
	}
	if _, err := c.visit(round, households[0], "done"); constraint(err) != "visits_door_open" {
		t.Errorf("a fifth attempt: %v", err)
	}
	for _, outcome := range []string{"done", "declined", "vacant", "gone"} {
		id, err := c.visit(round, households[1], outcome)
		c.must(err)
		if _, err := c.visit(round, households[1], "done"); constraint(err) != "visits_door_open" {
			t.Errorf("a visit after %s: %v", outcome, err)
		}
		// The same visit again, as a phone sends it, changes nothing.
		if n, err := c.as(c.worker, insertVisit, id, round, households[1], c.workerID, outcome, day); n != 0 || err != nil {
			t.Errorf("the same visit again: %d rows, %v", n, err)
		}
		_, err = c.as(c.worker, "INSERT INTO rounds.visit_retractions VALUES ($1)", id)
		c.must(err)
		if n := c.count("SELECT count(*) FROM rounds.doors WHERE household_id = $1 AND state = 'open'", households[1]); n != 1 {
			t.Errorf("the door stays shut after the retraction of %s", outcome)
		}
	}
}

func TestVisits_AreTheOwnWorkersAndCannotBeEdited(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	_, households := c.publish(round)
	id, err := c.visit(round, households[0], "declined")
	c.must(err)
	if _, err := c.visit(round, households[2], "done"); constraint(err) != "policy" {
		t.Errorf("a visit to a colleague's stop: %v", err)
	}
	if _, err := c.as(c.worker, insertVisit, uuid.New(), round, households[1], c.colleagueID, "done", day); constraint(err) != "policy" {
		t.Errorf("a visit in a colleague's name: %v", err)
	}
	if _, err := c.as(c.worker, insertVisit, uuid.New(), uuid.New(), households[1], c.workerID, "done", day); err == nil {
		t.Error("a visit of a round that does not send the worker was taken")
	}
	for _, statement := range []string{"UPDATE rounds.visits SET outcome = 'done'", "DELETE FROM rounds.visits",
		"UPDATE rounds.doors SET state = 'open'", "DELETE FROM rounds.visit_retractions"} {
		for _, principal := range []register.Principal{c.worker, c.supervisor, register.Service("operator")} {
			if _, err := c.as(principal, statement); constraint(err) != "privilege" {
				t.Errorf("%s as %s: %v", statement, principal.Role, err)
			}
		}
	}
	if n, err := c.as(c.colleague, "INSERT INTO rounds.visit_retractions VALUES ($1)", id); constraint(err) != "policy" || n != 0 {
		t.Errorf("a colleague took a visit back: %v", err)
	}
}

func TestClosedRounds_ForgetOutcomes(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	_, households := c.publish(round)
	_, err := c.visit(round, households[0], "declined")
	c.must(err)
	if n, err := c.as(c.supervisor, "UPDATE rounds.rounds SET closed_at = now() WHERE id = $1", round); n != 1 || err != nil {
		t.Fatalf("%d rows, %v", n, err)
	}
	if n := c.count("SELECT count(*) FROM rounds.visits"); n != 0 {
		t.Errorf("%d outcomes are left", n)
	}
	// Nobody follows a household from round to round.
	for _, principal := range []register.Principal{c.supervisor, c.worker} {
		for _, table := range []string{"routes", "stops", "doors", "unplanned", "plan_workers"} {
			if n, err := c.as(principal, "SELECT 1 FROM rounds."+table); n != 0 || err != nil {
				t.Errorf("a %s sees %d rows of %s of a past round, %v", principal.Role, n, table, err)
			}
		}
	}
	if got, want := c.count("SELECT count(*) FROM rounds.doors WHERE state = 'finished' AND due_from IS NULL"), 500; got != want {
		t.Errorf("%d doors are finished, want all %d of West", got, want)
	}
	if _, err := c.as(c.supervisor, "UPDATE rounds.rounds SET closed_at = NULL WHERE id = $1", round); constraint(err) != "rounds_closed_for_good" {
		t.Errorf("opened again: %v", err)
	}
	if _, err := c.visit(round, households[1], "done"); constraint(err) != "policy" {
		t.Errorf("a visit after the end: %v", err)
	}
	if n, err := c.as(c.worker, "SELECT 1 FROM rounds.households"); n != 0 || err != nil {
		t.Errorf("the worker still sees %d households, %v", n, err)
	}
}

func TestPlans_AreNeverEdited(t *testing.T) {
	t.Parallel()
	c := cities(t)
	plan, _ := c.publish(c.round(day))
	planning := register.Service("planning")
	for _, state := range []string{"planning", "proposed", "discarded", "failed"} {
		_, err := c.as(planning, "UPDATE rounds.plans SET state = $2::rounds.plan_state, failure = CASE WHEN $2 = 'failed' THEN 'internal' END::rounds.plan_failure WHERE id = $1", plan, state)
		if constraint(err) != "plans_state_order" {
			t.Errorf("published became %s: %v", state, err)
		}
	}
	for _, statement := range []string{"UPDATE rounds.routes SET back_at = '10:00'", "UPDATE rounds.stops SET seq = 2", "DELETE FROM rounds.stops",
		"DELETE FROM rounds.routes", "DELETE FROM rounds.plans", "UPDATE rounds.plans SET seed = 2", "DELETE FROM rounds.unplanned"} {
		for _, principal := range []register.Principal{planning, c.supervisor} {
			if _, err := c.as(principal, statement); constraint(err) != "privilege" {
				t.Errorf("%s as %s: %v", statement, principal.Role, err)
			}
		}
	}
	if _, err := c.as(planning, "UPDATE rounds.plans SET state = 'superseded' WHERE id = $1", plan); err != nil {
		t.Errorf("a published plan was not superseded: %v", err)
	}
}

func TestGrants_EndAndAreNotMadeLonger(t *testing.T) {
	t.Parallel()
	c := cities(t)
	_, err := c.as(c.administrator, "UPDATE rounds.grants SET ends_at = ends_at + interval '1 day'")
	if constraint(err) != "grants_shorten" {
		t.Errorf("made longer: %v", err)
	}
	if n, _ := c.as(c.supervisor, "SELECT 1 FROM rounds.households"); n == 0 {
		t.Fatal("the supervisor sees no households")
	}
	_, err = c.as(c.administrator, "UPDATE rounds.grants SET ends_at = now() WHERE account_id = $1", c.supervisor.Account)
	c.must(err)
	if n, _ := c.as(c.supervisor, "SELECT 1 FROM rounds.households"); n != 0 {
		t.Errorf("after the end of the grant the supervisor sees %d households", n)
	}
}
