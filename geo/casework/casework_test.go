package casework_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/registertest"
)

// office is a town with units: an office of the county, one of West below it, and roads
// beside that. The handler of the county is in all of them; West has a handler too.
type office struct {
	*registertest.Town
	*casework.Office
	county, west, roads uuid.UUID
	mediator            register.Principal
}

const mediatorWest = "case_handler West"

func open(t testing.TB) *office {
	t.Helper()
	town := registertest.NewTown(t)
	o := &office{Town: town, Office: casework.New(town.DB), county: uuid.New(), west: uuid.New(), roads: uuid.New()}
	o.mediator = o.hire(mediatorWest, register.CaseHandler, "West")
	head, lead := town.As(registertest.CountyHandler).Account, o.mediator.Account
	town.Exec(`INSERT INTO rounds.units (id, area_id, parent_id, level, branch, name, name_zh, lead_id) VALUES
		($1, $4, NULL, 'county', 'one_stop_office', 'County Office', '县中心', $6),
		($2, $5, $1, 'town', 'one_stop_office', 'West Office', '西镇中心', $7),
		($3, $5, $1, 'town', 'roads', 'Roads', '道路科', $7)`,
		o.county, o.west, o.roads, town.Area("County"), town.Area("West"), head, lead)
	town.Exec(`INSERT INTO rounds.unit_members SELECT u, $2::uuid FROM unnest(ARRAY[$1]::uuid[]) u UNION ALL SELECT u, $5::uuid FROM unnest(ARRAY[$3, $4]::uuid[]) u`,
		o.county, head, o.west, o.roads, lead)
	return o
}

// hire makes an account with a grant.
func (o *office) hire(name, role, area string) register.Principal {
	o.Helper()
	principal := register.Principal{Account: uuid.New(), Role: role}
	o.Exec("INSERT INTO rounds.accounts (id, login, name) VALUES ($1, $2, $3)", principal.Account, "h"+principal.Account.String()[:8], name)
	o.Exec(`INSERT INTO rounds.grants (id, account_id, role, area_id, purpose, starts_at, ends_at)
		VALUES (gen_random_uuid(), $1, $2, $3, 'fire_safety', now() - interval '1 day', now() + interval '30 days')`, principal.Account, role, o.Area(area))
	return principal
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// report is a matter in West, whose case has the same id.
func (o *office) report(matter string) uuid.UUID {
	o.Helper()
	id := uuid.New()
	_, _, err := o.DB.ReportIncident(o.Context(), o.As(registertest.WestSupervisor), o.Keys(), register.Report{
		ID: id, Matter: matter, At: orb.Point{1.035, 42.045}, Source: "desk", ReportedOn: o.Today})
	must(o, err)
	return id
}

func (o *office) do(who register.Principal, the uuid.UUID, command casework.Command) (casework.File, error) {
	o.Helper()
	command.ID, command.Case = uuid.New(), the
	file, _, err := o.Do(o.Context(), who, command)
	return file, err
}

func (o *office) did(who register.Principal, the uuid.UUID, command casework.Command) casework.File {
	o.Helper()
	file, err := o.do(who, the, command)
	must(o, err)
	return file
}

// today moves the clock on.
func (o *office) on(day time.Time) {
	o.Today = day
	o.DB.Now = func() time.Time { return day.Add(10 * time.Hour) }
}

func TestCase_FromTheDoorstepToClosed(t *testing.T) {
	t.Parallel()
	o := open(t)
	id := o.report("road_damage")
	opened, err := o.Case(t.Context(), o.mediator, id)
	must(t, err)
	if opened.Stage != "received" || opened.UnitName != "Roads" || opened.OnDuty != mediatorWest || opened.Number.String() != "2027-000003" {
		t.Fatalf("opened as %+v", opened)
	}
	// 30 working days after Monday 8 March.
	if want := time.Date(2027, 4, 19, 0, 0, 0, 0, time.UTC); !opened.DueOn.Equal(want) {
		t.Errorf("due on %v, want %v", opened.DueOn, want)
	}
	county := o.As(registertest.CountyHandler)
	o.did(county, id, casework.Command{Name: "assign", Unit: o.west})
	if _, err := o.do(county, id, casework.Command{Name: "settle", Outcome: "done"}); !errors.Is(err, casework.ErrActor) {
		t.Errorf("somebody of no unit of it settled it: %v", err)
	}
	o.did(o.mediator, id, casework.Command{Name: "join", Unit: o.county})
	o.did(county, id, casework.Command{Name: "note", Text: "Asphalt ordered"})
	settled := o.did(o.mediator, id, casework.Command{Name: "settle", Outcome: "done"})
	if state := o.Count("SELECT count(*) FROM rounds.incidents WHERE id = $1 AND state = 'closed' AND closed_on = $2", id, o.Today); state != 1 {
		t.Error("the incident is open")
	}
	if len(settled.Log) != 5 || settled.Log[3].Text != "Asphalt ordered" || settled.Log[3].Who != registertest.CountyHandler {
		t.Errorf("log %+v", settled.Log)
	}
	o.did(o.As(registertest.WestSupervisor), id, casework.Command{Name: "close"})
	again := o.did(o.As(registertest.WestSupervisor), id, casework.Command{Name: "reopen"})
	if again.Stage != "triaged" || again.Log[3].Text != "" {
		t.Errorf("a supervisor sees %+v", again)
	}
}
