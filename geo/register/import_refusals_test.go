package register_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// wishesOf gives the addresses of places as a file would.
func wishesOf(places ...geo.Household) register.RefusalRows {
	return func(keep func(int64, geo.Address, *register.Complaint) error) error {
		for i, place := range places {
			if err := keep(int64(i+2), place.Address, nil); err != nil {
				return err
			}
		}
		return nil
	}
}

func at(addresses ...geo.Address) register.RefusalRows {
	var places []geo.Household
	for _, a := range addresses {
		places = append(places, geo.Household{Address: a})
	}
	return wishesOf(places...)
}

func TestImportRefusals_TakesHouseholdsOutAsAtTheDoor(t *testing.T) {
	t.Parallel()
	c := cities(t)
	round := c.round(day)
	plan, households := c.publish(round)
	_, err := c.visit(round, households[0], "declined")
	c.must(err)
	var place geo.Household
	c.must(c.owner.QueryRow(t.Context(), "SELECT source_key, street, house_number FROM rounds.households WHERE id = $1", households[0]).
		Scan(&place.ID, &place.Address.Street, &place.Address.Number))
	place.Address.Place = "West" // of its area
	imports := c.count("SELECT count(*) FROM rounds.imports")

	dry := c.options()
	dry.DryRun = true
	before := c.count("SELECT count(*) FROM rounds.households")
	report, err := c.db.ImportRefusals(t.Context(), wishesOf(place), dry)
	c.must(err)
	if report.Addresses != 1 || !report.DryRun || c.count("SELECT count(*) FROM rounds.households") != before || c.count("SELECT count(*) FROM rounds.refusals") != 0 {
		t.Errorf("a dry run: %+v", report)
	}
	report, err = c.db.ImportRefusals(t.Context(), wishesOf(place, geo.Household{Address: geo.Address{Street: "Nowhere Street", Number: "1", Place: "East"}}), c.options())
	c.must(err)
	if report.Addresses != 2 || !slices.Equal(report.NotHere, []int64{3}) {
		t.Errorf("%+v", report)
	}
	if found := c.search(households[0].String(), "\""+place.ID+"\""); len(found) > 0 {
		t.Errorf("the place is still in %v", found)
	}
	if n := c.count("SELECT count(*) FROM rounds.households WHERE id = $1", households[0]); n != 0 {
		t.Error("the household is there still")
	}
	if n := c.count("SELECT count(*) FROM rounds.plans p WHERE id = $1 AND households - (SELECT count(*) FROM rounds.unplanned u WHERE u.plan_id = p.id AND u.reason = 'not_yet') = 3 AND planned = 2", plan); n != 1 {
		t.Error("the open plan still counts the place")
	}
	if n := c.count("SELECT count(*) FROM rounds.imports"); n != imports {
		t.Error("that a file of wishes came in is recorded")
	}
	// Again it says the same, also of what went by it: nobody learns who refused.
	report, err = c.db.ImportRefusals(t.Context(), wishesOf(place), c.options())
	c.must(err)
	if report.Addresses != 1 || !slices.Equal(report.NotHere, []int64{2}) {
		t.Errorf("again: %+v", report)
	}
}

func TestImportRefusals_HoldsOnEveryLaterInput(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, err := f.db.ImportAreas(t.Context(), append(county(),
		geo.Area{ID: "zh", ParentID: "county", Level: geo.Town, Name: "Chengguan", NameZH: "城关镇", Outline: square(1, 42.1, 1.1, 42.2)},
		geo.Area{ID: "v", ParentID: "West", Level: geo.Village, Name: "Sant Julià", Outline: square(1, 42, 1.1, 42.05)}), f.options())
	f.must(err)
	all := places("West", 60, 1, 1)
	_, err = f.db.ImportHouseholds(t.Context(), rowsOf(all...), f.options())
	f.must(err)
	report, err := f.db.ImportRefusals(t.Context(), at(
		geo.Address{Street: "Carrer de la Unió", Number: "12 bis", Unit: "A", Place: "West"},
		geo.Address{Street: "Mill Lane 7, AD500 Millton", Postcode: "AD500", Place: "West"},
		geo.Address{Street: "Plaza", Number: "3", Postcode: "AD777"},
		geo.Address{Street: "城关镇解放路18号", Place: "城关镇"},
		geo.Address{Street: "Riba", Number: "9", Place: "SANT JULIA"},
	), f.options())
	f.must(err)
	if report.Addresses != 5 || len(report.NotHere) != 5 {
		t.Fatalf("%+v", report)
	}
	west, north, village := orb.Point{1.05, 42.06}, orb.Point{1.05, 42.15}, orb.Point{1.05, 42.02}
	for name, place := range map[string]geo.Household{
		"as it was written":       {At: west, Address: geo.Address{Street: "Carrer de la Unió", Number: "12 bis", Unit: "A", Place: "West"}},
		"otherwise spelled":       {At: west, Address: geo.Address{Street: "CARRER DE LA UNIO", Number: "12-BIS", Unit: "a", Place: "west"}},
		"without its town":        {At: west, Address: geo.Address{Street: "Carrer de la Unió", Number: "12bis", Unit: "A"}},
		"a postcode more":         {At: west, Address: geo.Address{Street: "Carrer de la Unió", Number: "12bis", Unit: "A", Postcode: "AD500"}},
		"on one line":             {At: west, Address: geo.Address{Street: "12 bis A, Carrer de la Unió, West"}},
		"the line in parts":       {At: west, Address: geo.Address{Street: "Mill Lane", Number: "7", Postcode: "AD500", Place: "Millton"}},
		"by postcode":             {At: north, Address: geo.Address{Street: "Plaza", Number: "3", Postcode: "AD777", Place: "Elsewhere"}},
		"Chinese parts":           {At: north, Address: geo.Address{Street: "解放路", Number: "18号"}},
		"Chinese, number alone":   {At: north, Address: geo.Address{Street: "解放路", Number: "18", Place: "城关镇"}},
		"Chinese on one line":     {At: north, Address: geo.Address{Street: "解放路18号"}},
		"by its village":          {At: village, Address: geo.Address{Street: "Riba", Number: "9"}},
		"the village in its town": {At: village, Address: geo.Address{Street: "Riba", Number: "9", Place: "Sant Julià"}},
	} {
		place.ID, place.Doors = "again", 1
		before := f.count("SELECT count(*) FROM rounds.households")
		report, err := f.db.ImportHouseholds(t.Context(), rowsOf(append(all, place)...), f.options())
		f.must(err)
		if n := f.count("SELECT count(*) FROM rounds.households"); n != before || report.Counts != (register.Counts{Unchanged: 60}) {
			t.Errorf("%s came in: %+v", name, report)
		}
		if n := f.count("SELECT (SELECT count(*) FROM rounds.areas WHERE level = 'grid' AND dwellings = 0)"); n != 0 {
			t.Errorf("%s: %d grids were cut for nobody", name, n)
		}
	}
	// The same street and number elsewhere, and the neighbour, are others.
	for i, place := range []geo.Household{
		{At: orb.Point{1.15, 42.05}, Address: geo.Address{Street: "Carrer de la Unió", Number: "12 bis", Unit: "A"}},
		{At: west, Address: geo.Address{Street: "Carrer de la Unió", Number: "14"}},
		{At: west, Address: geo.Address{Street: "解放路", Number: "18"}},
		{At: west, Address: geo.Address{Street: "Plaza", Number: "3", Postcode: "AD700"}},
	} {
		place.ID, place.Doors = "other-"+string(rune('a'+i)), 1
		report, err := f.db.ImportHouseholds(t.Context(), rowsOf(place), f.options())
		f.must(err)
		if report.Added != 1 {
			t.Errorf("%v was dropped", place.Address)
		}
	}
}

func TestImportRefusals_TakesAllOrNothing(t *testing.T) {
	t.Parallel()
	f, all := settled(t)
	good := all[0].Address
	before := f.count("SELECT count(*) FROM rounds.households")
	for name, test := range map[string]struct {
		address geo.Address
		field   string
		says    string
	}{
		"no street":        {geo.Address{Number: "1", Place: "West"}, "street", "give the address"},
		"no number":        {geo.Address{Street: "Mill Lane", Place: "West"}, "house_number", "give each address"},
		"no town":          {geo.Address{Street: "Mill Lane", Number: "1"}, "place", "give one"},
		"unknown town":     {geo.Address{Street: "Mill Lane", Number: "1", Place: "Atlantis"}, "place", "as an area is named"},
		"the whole county": {geo.Address{Street: "Mill Lane", Number: "1", Place: "County"}, "place", "town or village"},
		"a person":         {geo.Address{Street: "Mill Lane", Number: "1", Unit: "key person", Place: "West"}, "unit", "leave only the address"},
		"a phone":          {geo.Address{Street: "Mill Lane", Number: "1", Postcode: "13809174600", Place: "West"}, "postcode", "number of a person"},
	} {
		_, err := f.db.ImportRefusals(t.Context(), at(good, test.address), f.options())
		var refused *register.RefusedError
		if !errors.As(err, &refused) || refused.Total != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := refused.Complaints[0]
		if c.Row != 3 || c.Field != test.field || !strings.Contains(c.Problem, test.says) || strings.Contains(c.Problem, "Atlantis") {
			t.Errorf("%s: %v", name, c)
		}
	}
	if _, err := f.db.ImportRefusals(t.Context(), at(), f.options()); err == nil || !strings.Contains(err.Error(), "holds no addresses") {
		t.Errorf("an empty file: %v", err)
	}
	if n := f.count("SELECT count(*) FROM rounds.refusals"); n != 0 || f.count("SELECT count(*) FROM rounds.households") != before {
		t.Errorf("%d HMACs of files that were refused; or a household went", n)
	}
}
