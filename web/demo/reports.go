package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

const reports = 40

// report adds hazards and service requests beside households, once.
func (f *filler) report(ctx context.Context) error {
	supervisor := f.accounts["supervisor"]
	some, err := f.DB.Incidents(ctx, supervisor, register.IncidentFilter{Limit: 1})
	if err != nil || len(some) > 0 {
		return err
	}
	f.Progress("made-up reports", 0, reports)
	places, err := f.DB.HouseholdsOf(ctx, supervisor, f.county.ID)
	if err != nil || len(places) == 0 {
		return err
	}
	matters := geo.ClosedLists().Codes("matters")
	dice := rand.New(rand.NewPCG(seed, reports)) // #nosec G404 -- made up, and the same for the same seed
	rows := func(keep func(row int64, incident register.Incident, complaint *register.Complaint) error) error {
		for i := range reports {
			place := places[dice.IntN(len(places))].At
			// A few steps from the door.
			place[0] += (dice.Float64() - 0.5) * 4e-4
			place[1] += (dice.Float64() - 0.5) * 3e-4
			incident := register.Incident{
				ID: fmt.Sprintf("demo-%d", i+1), At: place, Matter: matters[dice.IntN(len(matters))],
				ReportedOn: f.date(-dice.IntN(18)),
			}
			if dice.IntN(4) == 0 {
				incident.Closed, incident.ClosedOn = true, incident.ReportedOn
			}
			if err := keep(int64(i+1), incident, nil); err != nil {
				return err
			}
		}
		return nil
	}
	_, err = f.DB.ImportIncidents(ctx, rows, register.ImportOptions{Keys: f.Keys, Digest: make([]byte, 32)})
	f.Progress("made-up reports", reports, reports)
	return err
}
