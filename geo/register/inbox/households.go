package inbox

import (
	"context"
	"math"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Households reads places: a table with the columns id, lon, lat and any of address (one
// line) or street, house_number, unit, postcode, place; doors; window_start, window_end;
// or a GIS file of points with such columns. left is complete when the rows have been
// read.
func Households(ctx context.Context, in gis.Input, systems Systems, left *Left) register.HouseholdRows {
	return MappedHouseholds(ctx, in, nil, systems, left)
}

// MappedHouseholds is [Households] for a file whose columns have names of their own:
// mapping has, for names in small letters, the column of the closed list that each is.
// Nil goes by the names of the columns.
func MappedHouseholds(ctx context.Context, in gis.Input, mapping map[string]string, systems Systems, left *Left) register.HouseholdRows {
	return func(keep func(int64, geo.Household, *register.Complaint) error) error {
		rows := places[geo.Household]{columns: householdColumns, mapping: mapping, required: []string{"id", "lon", "lat"}, addressed: []string{"street", "address"}, left: left, systems: systems, keep: keep,
			read: householdRow, put: func(h *geo.Household, at orb.Point) { h.At = at }}
		return rows.each(ctx, in)
	}
}

func householdRow(t record) (h geo.Household, err error) {
	var opens, closes string
	if h.Address, err = addressOf(t); err != nil {
		return h, err
	}
	err = texts(t, map[string]*string{"id": &h.ID, "window_start": &opens, "window_end": &closes})
	if err != nil {
		return h, err
	}
	doors, found, err := t.Float("doors")
	switch {
	case err != nil || found && (doors != math.Trunc(doors) || doors < 1 || doors > 2000):
		return h, t.Wrong("doors", "is no whole number from 1 to 2000")
	case !found:
		doors = 1
	}
	h.Doors = int(doors)
	h.Window, err = window(t, opens, closes)
	return h, err
}

// window reads two times of day; both empty is no window.
func window(t record, opens, closes string) (*geo.Window, error) {
	if opens == "" && closes == "" {
		return nil, nil
	}
	w := &geo.Window{}
	for _, end := range []struct {
		field, text string
		to          *time.Duration
	}{{"window_start", opens, &w.Opens}, {"window_end", closes, &w.Closes}} {
		at, err := geo.ParseClock(end.text)
		if err != nil {
			return nil, t.Wrong(end.field, "is no time of day; want it like 09:00, or leave both ends empty")
		}
		*end.to = at
	}
	if w.Closes <= w.Opens {
		return nil, t.Wrong("window_end", "is not after window_start")
	}
	return w, nil
}
