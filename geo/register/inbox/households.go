package inbox

import (
	"bufio"
	"context"
	"io"
	"math"
	"time"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// householdColumns are all that is read of a table of households.
var householdColumns = []string{"id", "lon", "lat", "address", "street", "house_number", "unit", "postcode", "place",
	"doors", "window_start", "window_end"}

// Households reads places: a CSV file with the columns id, lon, lat and any of
// address (one line) or street, house_number, unit, postcode, place; doors;
// window_start, window_end; or a GeoJSON file of points with such properties (its
// address on one line). left is filled in before the first row.
func Households(ctx context.Context, r io.Reader, turn Transform, left *Left) register.HouseholdRows {
	return func(keep func(int64, geo.Household, *register.Complaint) error) error {
		in := bufio.NewReaderSize(r, 1<<16)
		json, err := isJSON(in)
		if err != nil {
			return err
		}
		rows := &batch[geo.Household]{transform: turn, keep: keep, place: placeHousehold}
		if json {
			err = householdFeatures(ctx, in, rows)
		} else {
			err = householdTable(ctx, in, rows, left)
		}
		if err != nil {
			return err
		}
		return rows.flush(ctx)
	}
}

func householdFeatures(ctx context.Context, in io.Reader, rows *batch[geo.Household]) error {
	err := gis.EachHousehold(in, func(number int64, h geo.Household, wrong *gis.RowError) error {
		var c *register.Complaint
		if wrong != nil {
			c = complaint(wrong)
		}
		return rows.add(ctx, number, h, h.At, c)
	})
	return fatal(err)
}

func householdTable(ctx context.Context, in io.Reader, rows *batch[geo.Household], left *Left) error {
	t, err := table(in, left, householdColumns, []string{"id", "lon", "lat"})
	if err != nil {
		return err
	}
	for {
		more, err := t.Next()
		if err != nil {
			return fatal(err)
		}
		if !more {
			return nil
		}
		h, err := householdRow(t)
		c := complaint(err)
		if err != nil && c == nil {
			return err
		}
		if err := rows.add(ctx, t.Number(), h, h.At, c); err != nil {
			return err
		}
	}
}

func householdRow(t *gis.Table) (h geo.Household, err error) {
	var line, opens, closes string
	a := &h.Address
	err = texts(t, map[string]*string{"id": &h.ID, "address": &line, "street": &a.Street, "house_number": &a.Number, "unit": &a.Unit,
		"postcode": &a.Postcode, "place": &a.Place, "window_start": &opens, "window_end": &closes})
	if err != nil {
		return h, err
	}
	if a.Street == "" {
		a.Street = line
	}
	if h.At, err = degrees(t); err != nil {
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
func window(t *gis.Table, opens, closes string) (*geo.Window, error) {
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
