package register_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
)

// office is a cast with enough people to give grants: a second administrator, an
// officer of West and another supervisor of West.
type office struct {
	*cast
	second, officer, peer register.Principal
}

func opened(t *testing.T) *office {
	c := cities(t)
	return &office{
		cast:    c,
		second:  c.account("second", register.Administrator, nil),
		officer: c.account("officer", register.DPO, &c.west),
		peer:    c.account("peer", register.Supervisor, &c.west),
	}
}

// proposal is a worker's grant in West for the stranger, a month long.
func (o *office) proposal() register.Grant {
	return register.Grant{
		ID: uuid.New(), AccountID: o.stranger.Account, Role: register.Worker, AreaID: &o.west, Purpose: "fire_safety",
		EndsAt: time.Now().AddDate(0, 1, 0).Truncate(time.Second),
	}
}

func (o *office) propose(principal register.Principal, change func(*register.Grant)) (uuid.UUID, error) {
	grant := o.proposal()
	if change != nil {
		change(&grant)
	}
	_, err := o.db.ProposeGrant(o.Context(), principal, grant)
	return grant.ID, err
}

func TestGrants_AreProposedByWhoMay(t *testing.T) {
	t.Parallel()
	o := opened(t)
	role := func(role string, area *uuid.UUID, purpose string) func(*register.Grant) {
		return func(g *register.Grant) { g.Role, g.AreaID, g.Purpose = role, area, purpose }
	}
	for name, test := range map[string]struct {
		by     register.Principal
		change func(*register.Grant)
		want   error
	}{
		"an administrator, a worker":              {o.administrator, nil, nil},
		"an administrator, an administrator":      {o.administrator, role(register.Administrator, nil, ""), nil},
		"an administrator, itself":                {o.administrator, func(g *register.Grant) { g.AccountID = o.administrator.Account }, register.ErrGrantOwn},
		"a supervisor, a worker of its area":      {o.supervisor, nil, nil},
		"a supervisor, a worker of another area":  {o.supervisor, func(g *register.Grant) { g.AreaID = &o.middle }, register.ErrNotEntitled},
		"a supervisor, for another purpose":       {o.supervisor, func(g *register.Grant) { g.Purpose = "census_follow_up" }, register.ErrNotEntitled},
		"a supervisor, a supervisor":              {o.supervisor, role(register.Supervisor, &o.west, "fire_safety"), register.ErrNotEntitled},
		"a worker":                                {o.worker, nil, register.ErrNotEntitled},
		"an analyst":                              {o.analyst, nil, register.ErrNotEntitled},
		"the officer":                             {o.officer, nil, register.ErrNotEntitled},
		"somebody without a grant":                {register.Principal{Account: o.stranger.Account, Role: register.Supervisor}, func(g *register.Grant) { g.AccountID = o.worker.Account }, register.ErrNotEntitled},
		"nobody":                                  {register.Principal{}, nil, register.ErrNotEntitled},
		"no purpose":                              {o.administrator, role(register.Worker, &o.west, ""), register.ErrGrantForm},
		"no area":                                 {o.administrator, role(register.Worker, nil, "fire_safety"), register.ErrGrantForm},
		"an officer with a purpose":               {o.administrator, role(register.DPO, &o.west, "fire_safety"), register.ErrGrantForm},
		"an administrator with an area":           {o.administrator, role(register.Administrator, &o.west, ""), register.ErrGrantForm},
		"13 months":                               {o.administrator, func(g *register.Grant) { g.EndsAt = time.Now().AddDate(0, 13, 0) }, register.ErrGrantLong},
		"an analyst for 4 months":                 {o.administrator, func(g *register.Grant) { g.Role, g.EndsAt = register.Analyst, time.Now().AddDate(0, 4, 0) }, register.ErrGrantLong},
		"a case handler for 4 months":             {o.administrator, func(g *register.Grant) { g.Role, g.EndsAt = register.CaseHandler, time.Now().AddDate(0, 4, 0) }, register.ErrGrantLong},
		"a supervisor for 11 months":              {o.administrator, func(g *register.Grant) { g.Role, g.EndsAt = register.Supervisor, time.Now().AddDate(0, 11, 0) }, nil},
		"an end in the past":                      {o.administrator, func(g *register.Grant) { g.EndsAt = time.Now().Add(-time.Hour) }, register.ErrGrantLong},
		"an officer who is a worker already":      {o.administrator, func(g *register.Grant) { g.AccountID, g.Role, g.Purpose = o.worker.Account, register.DPO, "" }, register.ErrOfficerAlone},
		"a worker who is an officer already":      {o.administrator, func(g *register.Grant) { g.AccountID = o.officer.Account }, register.ErrOfficerAlone},
		"a second area for somebody with a grant": {o.administrator, func(g *register.Grant) { g.AccountID = o.analyst.Account }, nil},
	} {
		if _, err := o.propose(test.by, test.change); !errors.Is(err, test.want) || test.want == nil && err != nil {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestGrants_GiveNothingUntilAnotherPersonConfirms(t *testing.T) {
	t.Parallel()
	o := opened(t)
	receiver := register.Principal{Account: o.stranger.Account, Role: register.Supervisor}
	supervise := func(g *register.Grant) { g.Role = register.Supervisor }
	sees := func() int {
		n, err := o.as(receiver, "SELECT 1 FROM rounds.households")
		o.must(err)
		return n
	}
	id, err := o.propose(o.administrator, supervise)
	o.must(err)
	for name, test := range map[string]struct {
		by   register.Principal
		want error
	}{
		"who proposed":        {o.administrator, register.ErrGrantOwn},
		"a supervisor":        {o.supervisor, register.ErrNoGrant},
		"the receiver":        {receiver, register.ErrNoGrant},
		"a worker":            {o.worker, register.ErrNoGrant},
		"the installer alone": {register.Service("operator"), register.ErrGrantOwn},
		"nobody":              {register.Principal{}, register.ErrNoGrant},
	} {
		if err := o.db.ConfirmGrant(t.Context(), test.by, id); !errors.Is(err, test.want) {
			t.Errorf("confirmed by %s: %v, want %v", name, err, test.want)
		}
	}
	// What the trigger writes cannot be told.
	for _, statement := range []string{"UPDATE rounds.grants SET confirmed_by = $1", "UPDATE rounds.grants SET proposed_by = $1", "UPDATE rounds.grants SET account_id = $1"} {
		if _, err := o.as(o.second, statement, o.second.Account); constraint(err) != "privilege" {
			t.Errorf("%s: %v", statement, err)
		}
	}
	if n := sees(); n != 0 {
		t.Fatalf("a proposal shows %d households", n)
	}
	o.must(o.db.ConfirmGrant(t.Context(), o.second, id))
	if n := sees(); n != 500 {
		t.Errorf("the grant shows %d households", n)
	}
	if err := o.db.ConfirmGrant(t.Context(), o.second, id); !errors.Is(err, register.ErrNoGrant) {
		t.Errorf("confirmed again: %v", err)
	}
	o.must(o.db.EndGrant(t.Context(), o.administrator, id))
	if n := sees(); n != 0 {
		t.Errorf("the grant that was ended shows %d households", n)
	}
	if n := o.count("SELECT count(*) FROM rounds.grants WHERE id = $1 AND proposed_by = $2 AND confirmed_by = $3", id, o.administrator.Account, o.second.Account); n != 1 {
		t.Error("who gave the grant is not kept")
	}
	for name, by := range map[string]register.Principal{"the officer": o.officer, "a supervisor": o.peer, "an administrator": o.second} {
		id, err := o.propose(o.supervisor, nil)
		o.must(err)
		if err := o.db.ConfirmGrant(t.Context(), by, id); err != nil {
			t.Errorf("a worker's grant is not confirmed by %s: %v", name, err)
		}
	}
	// The officer of West has no say in Middle.
	id, err = o.propose(o.administrator, func(g *register.Grant) { g.AreaID = &o.middle })
	o.must(err)
	if err := o.db.ConfirmGrant(t.Context(), o.officer, id); !errors.Is(err, register.ErrNoGrant) {
		t.Errorf("the officer of another area confirmed: %v", err)
	}
}

// An officer has a say in grants of the own area and of those within it; in an
// administrator's, which has none, only as the officer of all areas.
func TestGrants_AreConfirmedByTheOfficerOfTheirAreaOrOfOneAbove(t *testing.T) {
	t.Parallel()
	o := opened(t)
	county := o.keys.ID("area", "county")
	chief := o.account("chief", register.DPO, &county)
	var grid uuid.UUID
	o.must(o.owner.QueryRow(t.Context(), "SELECT id FROM rounds.areas WHERE parent_id = $1 AND level = 'grid' LIMIT 1", o.west).Scan(&grid))
	below := o.account("below", register.DPO, &grid)
	administrator := func(g *register.Grant) { g.Role, g.AreaID, g.Purpose = register.Administrator, nil, "" }
	in := func(area uuid.UUID) func(*register.Grant) { return func(g *register.Grant) { g.AreaID = &area } }
	for name, test := range map[string]struct {
		grant func(*register.Grant)
		may   map[register.Principal]bool
	}{
		"an administrator's": {administrator, map[register.Principal]bool{below: false, o.officer: false, chief: true}},
		"a grid's":           {in(grid), map[register.Principal]bool{below: true, o.officer: true, chief: true}},
		"West's":             {in(o.west), map[register.Principal]bool{below: false, o.officer: true, chief: true}},
		"Middle's":           {in(o.middle), map[register.Principal]bool{below: false, o.officer: false, chief: true}},
		"the county's":       {in(county), map[register.Principal]bool{below: false, o.officer: false, chief: true}},
	} {
		for officer, may := range test.may {
			id, err := o.propose(o.administrator, test.grant)
			o.must(err)
			err = o.db.ConfirmGrant(t.Context(), officer, id)
			if may && err != nil || !may && !errors.Is(err, register.ErrNoGrant) {
				t.Errorf("%s grant, by the officer of %v: %v", name, officer.Account, err)
			}
			if err := o.db.EndGrant(t.Context(), officer, id); !may && !errors.Is(err, register.ErrNoGrant) {
				t.Errorf("%s grant ended by the officer of %v: %v", name, officer.Account, err)
			}
		}
	}
	// A second county makes the officer of the first no officer of all.
	_, err := o.owner.Exec(t.Context(), `INSERT INTO rounds.areas (id, level, source_key, name, outline)
		SELECT gen_random_uuid(), 'county', 'another', 'Another', outline FROM rounds.areas WHERE id = $1`, county)
	o.must(err)
	id, err := o.propose(o.administrator, administrator)
	o.must(err)
	if err := o.db.ConfirmGrant(t.Context(), chief, id); !errors.Is(err, register.ErrNoGrant) {
		t.Errorf("the officer of one county of two: %v", err)
	}
}

func TestGrants_ProposedAgainChangeNothing(t *testing.T) {
	t.Parallel()
	o := opened(t)
	grant := o.proposal()
	for i, want := range []bool{true, false} {
		if added, err := o.db.ProposeGrant(t.Context(), o.administrator, grant); err != nil || added != want {
			t.Errorf("time %d: added %v, %v", i+1, added, err)
		}
	}
	grant.Purpose = "census_follow_up"
	if _, err := o.db.ProposeGrant(t.Context(), o.administrator, grant); !errors.Is(err, register.ErrIDTaken) {
		t.Errorf("another grant under the same id: %v", err)
	}
}

func TestPurposes_NarrowWhatAGrantShows(t *testing.T) {
	t.Parallel()
	o := opened(t)
	round := o.round(day)
	_, _ = o.publish(round)
	id, err := o.propose(o.administrator, func(g *register.Grant) { g.Role, g.Purpose = register.Supervisor, "welfare_after_event" })
	o.must(err)
	o.must(o.db.ConfirmGrant(t.Context(), o.second, id))
	welfare := register.Principal{Account: o.stranger.Account, Role: register.Supervisor}
	for table, want := range map[string]int{"households": 500, "rounds": 0, "round_areas": 0, "plans": 0, "plan_workers": 0, "routes": 0, "stops": 0, "doors": 0} {
		if n, err := o.as(welfare, "SELECT 1 FROM rounds."+table); err != nil || n != want {
			t.Errorf("a grant for welfare shows %d %s of a round for fire safety, want %d: %v", n, table, want, err)
		}
	}
	if _, err := o.as(welfare, insertRound, uuid.New(), o.west, "fire_safety", "flood", day, day, day); constraint(err) != "policy" {
		t.Errorf("a round for a purpose that was not granted: %v", err)
	}
	if n, err := o.as(welfare, "UPDATE rounds.rounds SET closed_at = now()"); n != 0 || err != nil {
		t.Errorf("%d rounds of another purpose were closed: %v", n, err)
	}
	// What is done for one purpose sees what was granted for it alone.
	narrowed := o.supervisor
	for purpose, want := range map[string]int{"": 500, "fire_safety": 500, "census_follow_up": 0} {
		narrowed.Purpose = purpose
		if n, err := o.as(narrowed, "SELECT 1 FROM rounds.households"); err != nil || n != want {
			t.Errorf("for the purpose %q %d households: %v", purpose, n, err)
		}
	}
	// A worker's round goes with the purpose of the worker's grant.
	if n, _ := o.as(o.worker, "SELECT 1 FROM rounds.stops"); n != 2 {
		t.Fatalf("the worker sees %d stops", n)
	}
	_, err = o.owner.Exec(t.Context(), "UPDATE rounds.grants SET purpose = 'census_follow_up' WHERE account_id = $1", o.worker.Account)
	o.must(err)
	for _, table := range []string{"households", "rounds", "plans", "routes", "stops", "doors"} {
		if n, err := o.as(o.worker, "SELECT 1 FROM rounds."+table); err != nil || n != 0 {
			t.Errorf("a worker without the purpose sees %d %s: %v", n, table, err)
		}
	}
}

func TestExportLinks_EndWithAGrant(t *testing.T) {
	t.Parallel()
	o := opened(t)
	token := make([]byte, 32)
	add := func() {
		token[0]++
		_, err := o.db.RecordExport(t.Context(), o.supervisor, register.ExportRecord{ID: uuid.New(), Layer: "households", Format: "csv",
			Purpose: "fire_safety", ExpiresAt: time.Now().Add(time.Hour), TokenHash: token, FileName: "households.csv"})
		o.must(err)
	}
	take := func() error {
		_, err := o.db.TakeExport(t.Context(), o.supervisor, token, time.Now())
		return err
	}
	add()
	o.must(take())
	add()
	_, err := o.as(o.administrator, "UPDATE rounds.grants SET ends_at = now() WHERE account_id = $1", o.supervisor.Account)
	o.must(err)
	if err := take(); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("a link outlives the grant: %v", err)
	}
	// A new grant does not bring the old file back.
	id, err := o.propose(o.administrator, func(g *register.Grant) { g.AccountID, g.Role = o.supervisor.Account, register.Supervisor })
	o.must(err)
	o.must(o.db.ConfirmGrant(t.Context(), o.second, id))
	if err := take(); !errors.Is(err, register.ErrNoExport) {
		t.Errorf("an old link came back: %v", err)
	}
	add()
	o.must(take())
}
