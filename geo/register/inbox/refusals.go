package inbox

import (
	"bufio"
	"context"
	"io"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// Refusals reads the addresses of households that asked never to be visited: a CSV file
// with the column address (one line) or street, house_number, unit, and place or
// postcode. left is complete when the rows have been read.
func Refusals(ctx context.Context, r io.Reader, left *Left) register.RefusalRows {
	return func(keep func(int64, geo.Address, *register.Complaint) error) error {
		in := bufio.NewReaderSize(r, 1<<16)
		if json, err := isJSON(in); err != nil {
			return err
		} else if json {
			return &register.RefusedError{Total: 1, Complaints: []register.Complaint{{Field: "file",
				Problem: "is JSON; refusals are addresses alone, want a CSV file with street, house_number and place"}}}
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
