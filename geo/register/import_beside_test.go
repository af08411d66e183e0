package register_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// While a file is read, which may take an hour, a worker adds a door and residents say that
// they want no visits: nobody waits for the file, and what they said holds in it already.
func TestImportHouseholds_HoldsNobodyUpWhileAFileIsRead(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]bool{"import": false, "look": true} {
		c := cities(t)
		file := append(places("West", 500, 1, 1), places("Middle", 300, 1.1, 2)...)
		again := file[7] // under another key, so that it is known by its address
		again.ID = "again"
		file = append(file, again)
		options := c.options()
		if look {
			options.DryRun, options.Desk = true, &register.DeskImport{Areas: []uuid.UUID{c.keys.ID("area", "county")}}
		}
		rows := func(keep func(int64, geo.Household, *register.Complaint) error) error {
			if err := rowsOf(file...)(keep); err != nil {
				return err
			}
			// Where somebody waits, this fails and the test with it.
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if err := c.db.AddHousehold(ctx, c.worker, c.keys, uuid.New(), found("New Street", "1")); err != nil {
				return err
			}
			return c.db.Refuse(ctx, c.supervisor, c.keys, c.keys.ID("household", file[7].ID))
		}
		report, err := c.db.ImportHouseholds(t.Context(), rows, options)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if report.Counts != (register.Counts{Unchanged: 799, Gone: 12}) {
			t.Errorf("%s: %+v", name, report.Counts)
		}
		if n := c.count("SELECT count(*) FROM rounds.households WHERE street = $1 AND house_number = $2", file[7].Address.Street, file[7].Address.Number); n != 0 {
			t.Errorf("%s: a place is back whose residents refused while the file was read", name)
		}
		if n := c.count("SELECT count(*) FROM rounds.households WHERE street = 'New Street'"); n != 1 {
			t.Errorf("%s: the door that the worker added is not there", name)
		}
	}
}

// A street without numbers, or one number that hundreds of doors have, tells no place from
// its neighbour: only what stands at the very spot is asked about.
func TestImportHouseholds_AsksAboutPlacesThatAnAddressTells(t *testing.T) {
	t.Parallel()
	f, _ := settled(t)
	row := func(key, street, number string, east float64) geo.Household {
		return geo.Household{ID: key, Doors: 1, Address: geo.Address{Street: street, Number: number}, At: orb.Point{1.03 + east/82_000, 42.0555}}
	}
	var there, file []geo.Household
	for i := range 30 { // 15 m apart; the file has them 4 m beside
		there = append(there, row(fmt.Sprint("there-long-", i), "Long Way", "", float64(15*i)))
		file = append(file, row(fmt.Sprint("file-long-", i), "Long Way", "", float64(15*i+4)))
	}
	file = append(file, row("between", "Long Way", "", 30*15+25), row("corner", "Short Way", "", 2)) // far from all; at another street's
	there = append(there, row("there-numbered", "Mill Lane", "7", 2000))
	file = append(file, row("file-numbered", "MILL LANE", "7", 2100), row("neighbour", "Mill Lane", "9", 2003))
	for i := range 201 { // a tower
		there = append(there, row(fmt.Sprint("there-tower-", i), "Tower", "1", 3000))
		file = append(file, row(fmt.Sprint("file-tower-", i), "Tower", "1", 3050))
	}
	_, err := f.db.ImportHouseholds(t.Context(), rowsOf(there...), f.options())
	f.must(err)
	options := f.options()
	options.DryRun, options.Desk = true, &register.DeskImport{Areas: []uuid.UUID{f.keys.ID("area", "county")}}
	report, err := f.db.ImportHouseholds(t.Context(), rowsOf(file...), options)
	f.must(err)
	if report.Twins != 31 || report.Added != len(file)-31 {
		t.Errorf("%d twins, %d new: want 31, %d", report.Twins, report.Added, len(file)-31)
	}
	for _, pair := range options.Desk.Found.Twins {
		if strings.TrimPrefix(pair.File.Key, "file-") != strings.TrimPrefix(pair.There.Key, "there-") {
			t.Errorf("%s is held to be %s", pair.File.Key, pair.There.Key)
		}
	}
}
