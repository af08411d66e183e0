package gis

import (
	"errors"
	"io"

	"github.com/rounds-project/rounds/geo"
)

// eachRow reads a table with the columns id, lon, lat and, when it has them,
// address, doors, window_start and window_end.
func eachRow(r io.Reader, each func(int64, geo.Household, *RowError) error) error {
	t, err := NewTable(r, "id", "lon", "lat")
	if err != nil {
		return err
	}
	for {
		more, err := t.Next()
		if err != nil || !more {
			return err
		}
		h, err := t.household()
		var wrong *RowError
		if err != nil && !errors.As(err, &wrong) {
			return err
		}
		if err := each(t.number, h, wrong); err != nil {
			return err
		}
	}
}

func (t *Table) household() (geo.Household, error) {
	var f fields
	for column, to := range map[string]*string{"id": &f.id, "address": &f.address, "window_start": &f.opens, "window_end": &f.closes} {
		text, err := t.Text(column)
		if err != nil {
			return geo.Household{}, err
		}
		*to = text
	}
	for _, c := range []struct {
		column string
		to     *float64
	}{{"lon", &f.lon}, {"lat", &f.lat}} {
		v, found, err := t.Float(c.column)
		if err != nil {
			return geo.Household{}, err
		}
		if !found {
			return geo.Household{}, t.Wrong(c.column, "is empty; want degrees, such as 1.5218")
		}
		*c.to = v
	}
	var err error
	if f.doors, f.hasDoors, err = t.Float("doors"); err != nil {
		return geo.Household{}, err
	}
	h, field, problem := f.household()
	if problem != "" {
		return geo.Household{}, t.Wrong(field, problem)
	}
	return h, nil
}
