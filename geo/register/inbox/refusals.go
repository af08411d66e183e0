package inbox

import (
	"context"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Refusals reads the addresses of households that asked never to be visited: a table
// with the column address (one line) or street, house_number, unit, and place or
// postcode. left is complete when the rows have been read.
func Refusals(ctx context.Context, in gis.Input, left *Left) register.RefusalRows {
	return func(keep func(int64, geo.Address, *register.Complaint) error) error {
		each := func(number int64, row texter, wrong *register.Complaint) error {
			if wrong != nil {
				return keep(number, geo.Address{}, wrong)
			}
			address, err := addressOf(row)
			wrong = complaint(err)
			if err != nil && wrong == nil {
				return err
			}
			return keep(number, address, wrong)
		}
		return rows{names: names(refusalColumns), left: left, each: each,
			wanted: "refusals are addresses alone, want a CSV file or a workbook with street, house_number and place"}.read(ctx, in)
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
