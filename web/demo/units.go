package demo

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/casework"
	"github.com/rounds-project/rounds/geo/register"
)

// units are those of the demo's county; the first has all that no other deals with, and
// takes over what is late.
var units = []struct{ branch, name, nameZH, lead string }{
	{"one_stop_office", "One-stop office", "便民服务中心", "supervisor"},
	{"roads", "Roads and lighting", "道路照明科", "mediator"},
	{"utilities", "Water and power", "水电科", "mediator"},
	{"environment", "Waste and green space", "环卫绿化科", "mediator"},
	{"mediation_committee", "Mediation committee", "人民调解委员会", "mediator"},
}

// addUnits sets the units up, with the mediator in all of them and on duty, once.
func (f *filler) addUnits(ctx context.Context) error {
	office, supervisor := casework.New(f.DB), f.accounts["supervisor"]
	there, err := office.Units(ctx, supervisor, uuid.Nil, 1)
	if err != nil || len(there) > 0 {
		return err
	}
	top := uuid.Nil
	for _, unit := range units {
		id := f.Keys.ID("unit", "demo "+unit.branch)
		level := "town"
		if top == uuid.Nil {
			level = "county"
		}
		_, err := office.SaveUnit(ctx, supervisor, casework.NewUnit{
			ID: id, Area: f.county.ID, Parent: top, Level: level, Branch: unit.branch, Name: unit.name, NameZH: unit.nameZH, Lead: unit.lead,
		})
		if err != nil {
			return err
		}
		if top == uuid.Nil {
			top = id
		}
		err = office.SaveMember(ctx, supervisor, casework.NewMember{Unit: id, Login: "mediator", Skills: []string{"mediation"}, Languages: []string{"english", "mandarin"}})
		if err != nil {
			return err
		}
		if err := office.SetDuty(ctx, supervisor, id, f.accounts["mediator"].Account, f.date(0), f.date(27)); err != nil {
			return err
		}
	}
	return nil
}

// usualDays are how long the cases took that the demo settles.
const usualDays = 14

// workCases takes some of the open cases a step or two further, once: about each fifth
// waits as it came, is with its unit, paused, noted something about, or settled.
func (f *filler) workCases(ctx context.Context) error {
	office, mediator := casework.New(f.DB), f.accounts["mediator"]
	over, err := office.Cases(ctx, mediator, casework.Filter{Over: true, Limit: 1})
	if err != nil || len(over) > 0 {
		return err
	}
	open, err := office.Cases(ctx, mediator, casework.Filter{Limit: reports})
	if err != nil {
		return err
	}
	for i, one := range open {
		if one.Unit == nil || one.Steps > 1 {
			continue
		}
		var steps []casework.Command
		switch i % 5 {
		case 1:
			steps = []casework.Command{{Name: "assign", Unit: *one.Unit}}
		case 2:
			steps = []casework.Command{{Name: "assign", Unit: *one.Unit}, {Name: "pause", Reason: "parts_awaited"}}
		case 3:
			steps = []casework.Command{{Name: "assign", Unit: *one.Unit}, {Name: "note", Text: "Looked at; the material is ordered."}}
		case 4:
			steps = []casework.Command{{Name: "assign", Unit: *one.Unit}, {Name: "settle", Outcome: "done"}}
		}
		for n, step := range steps {
			step.ID, step.Case = f.Keys.ID("case step", one.ID.String()+step.Name), one.ID
			step.Seen = one.Steps + n
			if _, _, err := office.Do(ctx, mediator, step); err != nil {
				return err
			}
		}
	}
	return f.settleLights(ctx, office)
}

// lights are as many reports of one matter as a median takes.
const lights = 6

// settleLights reports dark street lamps and has them mended, so that the board has how
// long one matter takes.
func (f *filler) settleLights(ctx context.Context, office *casework.Office) error {
	places, err := f.DB.HouseholdsOf(ctx, f.accounts["supervisor"], f.county.ID)
	if err != nil || len(places) < lights {
		return err
	}
	mediator := f.accounts["mediator"]
	for i := range lights {
		report := register.Report{
			ID: f.Keys.ID("incident", "demo light "+string(rune('a'+i))), Matter: "street_light_out", At: places[i].At, Source: "desk",
			ReportedOn: f.today.Add(-time.Duration(usualDays-i) * 24 * time.Hour),
		}
		filed, _, err := f.DB.ReportIncident(ctx, f.accounts["supervisor"], f.Keys, report)
		if err != nil {
			return err
		}
		one, err := office.Case(ctx, mediator, filed.ID)
		if err != nil {
			return err
		}
		for _, step := range []casework.Command{{Name: "assign", Unit: *one.Unit}, {Name: "settle", Outcome: "done"}} {
			step.ID, step.Case = f.Keys.ID("case step", filed.ID.String()+step.Name), filed.ID
			if _, _, err := office.Do(ctx, mediator, step); err != nil {
				return err
			}
		}
	}
	return nil
}
