package inbox

import (
	"context"
	"io"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Refusals reads the addresses of households that asked never to be visited: a table
// with the column address (one line) or street, house_number, unit, and place or
// postcode. left is complete when the rows have been read.
func Refusals(ctx context.Context, in gis.Input, left *Left) register.RefusalRows {
	return func(keep func(int64, geo.Address, *register.Complaint) error) error {
		looks, err := gis.Sniff(in)
		if err != nil {
			return err
		}
		if looks == gis.LooksRecords {
			return refusalRecords(ctx, in, left, keep)
		}
		if looks == gis.LooksFeatures {
			return noTable("is JSON")
		}
		t, err := table(in, left, refusalColumns, nil)
		if err != nil {
			return err
		}
		for {
			more, err := t.Next()
			switch {
			case err != nil:
				return fatal(err)
			case !more:
				return nil
			case ctx.Err() != nil:
				return ctx.Err()
			}
			address, err := addressOf(t)
			complaint := complaint(err)
			if err != nil && complaint == nil {
				return err
			}
			if err := keep(t.Number(), address, complaint); err != nil {
				return err
			}
		}
	}
}

func noTable(is string) error {
	return &register.RefusedError{Total: 1, Complaints: []register.Complaint{{Field: "file",
		Problem: is + "; refusals are addresses alone, want a CSV file or a workbook with street, house_number and place"}}}
}

// refusalRecords reads a workbook.
func refusalRecords(ctx context.Context, in gis.Input, left *Left, keep func(int64, geo.Address, *register.Complaint) error) error {
	r, err := records(in, left, refusalColumns, nil, 0)
	if err != nil {
		return err
	}
	defer r.Close()
	if !r.Plain {
		return noTable("has shapes")
	}
	for {
		record, err := r.Next()
		left.Columns = r.Dropped()
		switch {
		case err == io.EOF:
			return nil
		case gis.Ends(err) != nil:
			return fatal(err)
		case ctx.Err() != nil:
			return ctx.Err()
		}
		var address geo.Address
		if err == nil {
			address, err = addressOf(record)
		}
		complaint := complaint(err)
		if err != nil && complaint == nil {
			return err
		}
		if err := keep(record.Number(), address, complaint); err != nil {
			return err
		}
	}
}

// addressOf reads the columns of an address, on one line or in parts.
func addressOf(t texter) (a geo.Address, err error) {
	var line string
	err = texts(t, map[string]*string{"address": &line, "street": &a.Street, "house_number": &a.Number, "unit": &a.Unit,
		"postcode": &a.Postcode, "place": &a.Place})
	if a.Street == "" {
		a.Street = line
	}
	return a, err
}
