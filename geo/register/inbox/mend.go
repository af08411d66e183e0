package inbox

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// WhatToDo is the column that a copy has more than the file: what is wrong with the row.
const WhatToDo = "what_to_do"

// mending are the columns of a copy.
var mending = []string{"row", "id", "lon", "lat", "address", "street", "house_number", "unit", "postcode", "place", "doors", "window_start", "window_end", WhatToDo}

// mended is a row of a copy: texts by column, with the point where there is one.
type mended struct {
	texts map[string]string
	at    *orb.Point
}

// CopyToMend writes a table of the rows of a file, with the columns of the closed list alone
// and one that says what is to be done about a row, so that it can be mended and imported.
// wrong are the complaints by row. A value that may be about a person, or is none, is left
// out; one that a spreadsheet would take for a formula is escaped.
func CopyToMend(ctx context.Context, in gis.Input, mapping map[string]string, systems Systems, wrong map[int64][]register.Complaint, out io.Writer) error {
	table := csv.NewWriter(out)
	if err := table.Write(mending); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	var left Left
	rows := places[mended]{columns: householdColumns, mapping: mapping, required: []string{"id", "lon", "lat"}, addressed: []string{"street", "address"},
		left: &left, systems: systems, read: mendedRow,
		put: func(row *mended, at orb.Point) { row.at = &at },
		keep: func(number int64, row mended, _ *register.Complaint) error {
			return table.Write(row.record(number, wrong[number]))
		}}
	if err := rows.each(ctx, in); err != nil {
		return err
	}
	table.Flush()
	return table.Error()
}

func mendedRow(t record) (mended, error) {
	row := mended{texts: map[string]string{}}
	for _, column := range householdColumns {
		text, err := t.Text(column.english)
		if err == nil && text != "" {
			row.texts[column.english] = text
		}
	}
	return row, nil
}

// record is a row as it is written.
func (row mended) record(number int64, wrong []register.Complaint) []string {
	if row.at != nil && *row.at != geo.Nowhere {
		row.texts["lon"], row.texts["lat"] = degreesText(row.at.Lon()), degreesText(row.at.Lat())
	}
	values := make([]string, len(mending))
	for i, column := range mending {
		switch column {
		case "row":
			values[i] = strconv.FormatInt(number, 10)
		case WhatToDo:
			values[i] = toDo(wrong)
		case "lon", "lat", "doors":
			values[i] = number64(row.texts[column])
		default:
			values[i] = gis.EscapeCell(harmless(column, row.texts[column]))
		}
	}
	return values
}

func degreesText(v float64) string { return strconv.FormatFloat(v, 'f', 7, 64) }

// number64 is a number that degrees or doors may be, or "": a longer one may be somebody's.
func number64(text string) string {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= -180 && v <= 2000) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// harmless is a text that is what its column is for, or "".
func harmless(column, text string) string {
	if column == "window_start" || column == "window_end" {
		if _, err := geo.ParseClock(text); err != nil {
			return ""
		}
		return text
	}
	if register.CheckPart(column, text) != nil {
		return ""
	}
	return text
}

func toDo(wrong []register.Complaint) string {
	var words []string
	for _, c := range wrong {
		words = append(words, c.Field+" "+c.Problem)
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), "; ")
}
