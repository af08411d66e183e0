package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/web/access"
)

// Workers is how many people walk in the demo.
const Workers = 13

// Password is that of every demo account. The demo listens on this machine alone.
const Password = "rounds-demo"

// Account is somebody to sign in as.
type Account struct {
	Login, Name, Role, Sees string
}

// Accounts are those of the demo but for the workers w02 and on.
var Accounts = []Account{
	{"supervisor", "Demo supervisor", register.Supervisor, "the desk: plans, cells, workers, exports"},
	{"w01", "Demo worker 1", register.Worker, "the phone: today's stops"},
	{"leader", "Demo leader", register.Analyst, "numbers per group of at least 20 dwellings"},
	{"mediator", "Demo mediator", register.CaseHandler, "matters of the area"},
	{"officer", "Demo officer", register.DPO, "who was granted what; no other role"},
	{"admin", "Demo administrator", register.Administrator, "accounts and grants, no records"},
	{"admin2", "Demo administrator 2", register.Administrator, "confirms what admin proposes"},
}

// addPeople adds accounts, their grants and the workers, as far as they are missing.
func (f *filler) addPeople(ctx context.Context) error {
	f.accounts = map[string]register.Principal{}
	people := slices.Clone(Accounts)
	for i := 2; i <= Workers; i++ {
		people = append(people, Account{Login: fmt.Sprintf("w%02d", i), Name: fmt.Sprintf("Demo worker %d", i), Role: register.Worker})
	}
	hash, err := access.HashPassword(ctx, Password)
	if err != nil {
		return err
	}
	for i, person := range people {
		f.Progress("accounts", i+1, len(people))
		id := f.Keys.ID("account", "demo "+person.Login)
		f.accounts[person.Login] = register.Principal{Account: id, Role: person.Role}
		_, err := f.DB.AccountByLogin(ctx, person.Login)
		if err == nil {
			continue
		}
		if !errors.Is(err, register.ErrNoAccount) {
			return err
		}
		if err := f.addPerson(ctx, id, person, hash); err != nil {
			return err
		}
	}
	return nil
}

func (f *filler) addPerson(ctx context.Context, id uuid.UUID, person Account, hash string) error {
	a := register.Appointment{Account: register.Account{ID: id, Login: person.Login, Name: person.Name, PasswordHash: hash, Language: "en"}}
	switch person.Role {
	case register.Administrator:
		a.Grants = f.newGrants(id, person.Role, nil)
	case register.Worker:
		// Grants of grids come with the plan.
		a.Worker = &register.FieldWorker{
			ID: f.Keys.ID("worker", "demo "+person.Login), AccountID: &id, AreaID: f.county.ID,
			Code: person.Login, Name: person.Name, ShiftStart: shiftStart, ShiftEnd: shiftEnd,
		}
	case register.Supervisor:
		// Holding the areas right above the grids, the supervisor sees cells.
		parents, err := f.parentsOfGrids(ctx)
		if err != nil {
			return err
		}
		for _, area := range append(parents, f.county.ID) {
			a.Grants = append(a.Grants, f.newGrants(id, person.Role, &area)...)
		}
	default:
		a.Grants = f.newGrants(id, person.Role, &f.county.ID)
	}
	return f.DB.Appoint(ctx, register.Service("operator"), a)
}

// newGrants are for some purposes, or for all.
func (f *filler) newGrants(account uuid.UUID, role string, area *uuid.UUID, purposes ...string) []register.Grant {
	begins := f.Now().AddDate(0, 0, -begunBefore-1)
	grant := register.Grant{AccountID: account, Role: role, AreaID: area, StartsAt: begins, EndsAt: begins.AddDate(0, 3, 0)}
	return grant.ForPurposes(purposes...)
}

func (f *filler) parentsOfGrids(ctx context.Context) ([]uuid.UUID, error) {
	grids, err := f.DB.Areas(ctx, register.Service("operator"), register.AreaFilter{Level: "grid"})
	if err != nil {
		return nil, err
	}
	var parents []uuid.UUID
	for _, grid := range grids {
		if grid.ParentID != nil && *grid.ParentID != f.county.ID && !slices.Contains(parents, *grid.ParentID) {
			parents = append(parents, *grid.ParentID)
		}
	}
	return parents, nil
}

// date is the day some days from today.
func (f *filler) date(days int) time.Time { return f.today.AddDate(0, 0, days) }
