package demo

import (
	"context"
	"encoding/binary"
	"errors"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/notice"
	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/planner/round"
)

// madeUp are the door notes at the first stops of today of the first workers.
var madeUp = [][]string{{"ring_long", "unlit_path"}, {"loose_dog"}, {}, {"side_door"}}

// addDoors makes up a few door notes and one consent for each of the first workers,
// at stops of today.
func (f *filler) addDoors(ctx context.Context) error {
	for i := range 3 {
		worker := f.accounts["w0"+string(rune('1'+i))]
		day, err := f.planner.Day(ctx, worker, f.today)
		if errors.Is(err, round.ErrNoRoute) {
			continue
		}
		if err != nil {
			return err
		}
		for n, stop := range day.Stops {
			if n >= len(madeUp) {
				break
			}
			for _, note := range madeUp[n] {
				if err := f.DB.NoteDoor(ctx, worker, register.DoorNote{Household: stop.Household, Note: note, SeenOn: f.today}, true); err != nil {
					return err
				}
			}
		}
		if err := f.addConsent(ctx, worker, day.Stops[min(1, len(day.Stops)-1)].Household); err != nil {
			return err
		}
	}
	return nil
}

// addConsent keeps a made-up consent with a number that belongs to nobody.
func (f *filler) addConsent(ctx context.Context, worker register.Principal, household uuid.UUID) error {
	id := f.Keys.ID("consent", "demo "+household.String())
	there, err := f.DB.SupportAt(ctx, worker, f.Keys, []uuid.UUID{household})
	if err != nil || len(there) > 0 {
		return err
	}
	var receipt register.Receipt
	binary.BigEndian.PutUint64(receipt[2:], binary.BigEndian.Uint64(id[8:]))
	consent := register.Consent{
		ID: id, Household: household, Purpose: "provide_services", Services: []string{"smoke_alarm", "outage_contact", "large_print"},
		NoticeVersion: notice.Version, Language: "en", Method: "spoken", GivenOn: f.today, ExpiresOn: f.today.AddDate(0, 6, 0), Contact: "demo@example.org",
	}
	_, err = f.DB.RecordConsent(ctx, worker, f.Keys, consent, receipt, uuid.Nil)
	return err
}
