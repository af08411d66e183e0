package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/tiles"
)

// Reports of the last days, some of them open, and of the months before, all settled:
// what statistics are made of.
const (
	reports     = 40
	pastReports = 900
	pastDays    = 100
)

// report adds hazards and service requests beside households, once.
func (f *filler) report(ctx context.Context) error {
	supervisor := f.accounts["supervisor"]
	some, err := f.DB.Incidents(ctx, supervisor, register.IncidentFilter{Limit: 1})
	if err != nil || len(some) > 0 {
		return err
	}
	f.Progress("made-up reports", 0, reports+pastReports)
	places, err := f.DB.HouseholdsOf(ctx, supervisor, f.county.ID)
	if err != nil || len(places) == 0 {
		return err
	}
	var matters []string
	for _, matter := range geo.ClosedLists()["matters"] {
		if matter.Kind != geo.Dispute {
			matters = append(matters, matter.Code)
		}
	}
	dice := rand.New(rand.NewPCG(seed, reports)) // #nosec G404 -- made up, and the same for the same seed
	rows := func(keep func(row int64, incident register.Incident, complaint *register.Complaint) error) error {
		for i := range reports + pastReports {
			place := places[dice.IntN(len(places))].At
			// A step from the door: farther, one at a border would lie in no area.
			place[0] += (dice.Float64() - 0.5) * 3e-5
			place[1] += (dice.Float64() - 0.5) * 2e-5
			incident := register.Incident{ID: fmt.Sprintf("demo-%d", i+1), At: place, Matter: matters[dice.IntN(len(matters))]}
			if i < reports {
				incident.ReportedOn = f.date(-dice.IntN(18))
				incident.Closed = dice.IntN(4) == 0
			} else {
				incident.ReportedOn = f.date(-18 - dice.IntN(pastDays-18))
				incident.Closed = true
			}
			if incident.Closed {
				incident.ClosedOn = incident.ReportedOn
			}
			if err := keep(int64(i+1), incident, nil); err != nil {
				return err
			}
		}
		return nil
	}
	_, err = f.DB.ImportIncidents(ctx, rows, register.ImportOptions{Keys: f.Keys, Digest: make([]byte, 32)})
	f.Progress("made-up reports", reports+pastReports, reports+pastReports)
	return err
}

// publish makes the statistics of the months before the demo.
func (f *filler) publish(ctx context.Context) error {
	publisher := tiles.Publisher{DB: f.DB, Keys: f.Keys, Today: func() time.Time { return f.today }, Since: f.date(-pastDays)}
	_, err := publisher.Publish(ctx)
	return err
}
