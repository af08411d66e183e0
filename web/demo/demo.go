// Package demo fills a register with a real place and a week of made-up work: the
// extract's households, areas and streets are real; accounts, visits and reports
// come from a seeded generator and are called demo wherever they are named.
package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
)

// Where the demo's round stands: it was announced and has been going for a week,
// and goes on for two.
const (
	announcedBefore = 14 // days before today
	begunBefore     = 7
	lasts           = 21
	seed            = 1
	visitS          = 22 * 60
	purpose         = "fire_safety"
	shiftStart      = "08:30"
	shiftEnd        = "14:00"
)

// ErrOver says that the demo's round has ended: it is made anew in an empty folder.
var ErrOver = errors.New("demo: the round of this demo has ended")

// Options of [Fill].
type Options struct {
	DB   *register.DB
	Keys *register.Keys
	// Folder is the data folder, Extract the OpenStreetMap file to begin with.
	Folder, Extract string
	// Now is the clock and Location the installation's time zone.
	Now      func() time.Time
	Location *time.Location
	// Search bounds the planning; Iterations bounds it instead when not 0, and then
	// the plan does not depend on how fast the machine is.
	Search     time.Duration
	Iterations int64
	// Progress may be nil; total 0 is unknown.
	Progress func(stage string, done, total int)
}

// filler is one filling.
type filler struct {
	Options
	today    time.Time
	accounts map[string]register.Principal // by login
	county   register.Area
	planner  *round.Planner
}

// Fill makes the demo, or brings the one that is there up to today. The error is
// [ErrOver] when that one has ended.
func Fill(ctx context.Context, options Options) error {
	f := &filler{Options: options, today: round.Date(options.Now(), options.Location)}
	if f.Progress == nil {
		f.Progress = func(string, int, int) {}
	}
	there, err := f.isThere(ctx)
	if err != nil {
		return err
	}
	if !there {
		if f.Extract == "" {
			return errors.New("demo: there is no place to show yet; name an OpenStreetMap extract with --osm FILE")
		}
		if err := f.importPlace(ctx); err != nil {
			return err
		}
	}
	if err := f.findCounty(ctx); err != nil {
		return err
	}
	if err := f.addPeople(ctx); err != nil {
		return err
	}
	if err := f.addUnits(ctx); err != nil {
		return err
	}
	f.planner = round.NewPlanner(ctx, f.DB, f.Folder, round.Options{})
	published, err := f.publishRound(ctx)
	if err != nil {
		return err
	}
	if err := f.recordVisits(ctx, published); err != nil {
		return err
	}
	if err := f.addDoors(ctx); err != nil {
		return err
	}
	if err := f.report(ctx); err != nil {
		return err
	}
	if err := f.workCases(ctx); err != nil {
		return err
	}
	if err := f.publish(ctx); err != nil {
		return err
	}
	return f.handToken(ctx)
}

// isThere says whether an earlier run has imported the place: whole or not at all.
func (f *filler) isThere(ctx context.Context) (bool, error) {
	areas, err := f.DB.Areas(ctx, register.Service("operator"), register.AreaFilter{Limit: 1})
	return len(areas) > 0, err
}

func (f *filler) importPlace(ctx context.Context) error {
	_, err := f.DB.ImportExtract(ctx, f.Folder, f.Extract, register.ImportOptions{
		Keys:     f.Keys,
		Progress: func(stage string, done, total int) { f.Progress("import: "+stage, done, total) },
	})
	return err
}

// findCounty is the top area with the most dwellings: that of the round.
func (f *filler) findCounty(ctx context.Context) error {
	areas, err := f.DB.Areas(ctx, register.Service("operator"), register.AreaFilter{})
	if err != nil {
		return err
	}
	for _, area := range areas {
		if area.ParentID == nil && area.Dwellings > f.county.Dwellings {
			f.county = area
		}
	}
	if f.county.ID == uuid.Nil {
		return fmt.Errorf("demo: %s has no households; name another extract with --osm", f.Extract)
	}
	return nil
}
