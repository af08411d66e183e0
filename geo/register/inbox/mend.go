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
	"github.com/paulmach/orb/encoding/wkt"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// WhatToDo is the column that a copy has more than the file: what is wrong with the row.
const WhatToDo = "what_to_do"

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
	columns := []string{"id", "lon", "lat", "address", "street", "house_number", "unit", "postcode", "place", "doors", "window_start", "window_end"}
	return copyToMend(ctx, in, places[mended]{columns: householdColumns, mapping: mapping, required: []string{"id", "lon", "lat"}, addressed: []string{"street", "address"}, systems: systems},
		columns, harmless, wrong, out)
}

// CopyIncidentsToMend is [CopyToMend] for a file of matters; a word that means nothing is
// left out, as it may be anything.
func CopyIncidentsToMend(ctx context.Context, in gis.Input, meaning Meaning, systems Systems, wrong map[int64][]register.Complaint, out io.Writer) error {
	lists := geo.ClosedLists()
	meaning.Strange = nil
	value := func(column, text string) string {
		switch column {
		case "matter", "state":
			list := map[string]string{"matter": "matters", "state": "incident_states"}[column]
			term, _ := lists.Find(list, meaning.word(lists, column, list, text))
			return term.Code
		case "reported_on", "closed_on":
			day, _ := dayOf(text)
			return dayOrEmpty(day)
		}
		return harmless(column, text)
	}
	return copyToMend(ctx, in, places[mended]{columns: incidentColumns, mapping: meaning.Columns, required: []string{"lon", "lat", "matter", "reported_on"}, systems: systems},
		[]string{"id", "lon", "lat", "matter", "reported_on", "state", "closed_on"}, value, wrong, out)
}

// CopyAreasToMend is [CopyToMend] for areas that were read, whose rows are numbered from first.
func CopyAreasToMend(rows AreaRows, first int64, wrong map[int64][]register.Complaint, out io.Writer) error {
	table := csv.NewWriter(out)
	if err := table.Write([]string{"row", "id", "parent", "level", "name", "name_zh", "wkt", WhatToDo}); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	for i, area := range rows.Areas {
		number := max(first, 1) + int64(i)
		level, outline := area.Level, ""
		if !slices.Contains([]geo.Level{geo.County, geo.Town, geo.Village, geo.Grid}, level) {
			level = ""
		}
		if area.Outline != nil {
			outline = wkt.MarshalString(area.Outline)
		}
		cell := func(column, text string) string { return gis.EscapeCell(harmless(column, text)) }
		err := table.Write([]string{strconv.FormatInt(number, 10), cell("id", area.ID), cell("id", area.ParentID), string(level), cell("name", area.Name), cell("name_zh", area.NameZH), outline, toDo(wrong[number])})
		if err != nil {
			return fmt.Errorf("inbox: %w", err)
		}
	}
	table.Flush()
	return table.Error()
}

// copyToMend writes some columns of the rows that are read; value is a text that is what its
// column is for, or "".
func copyToMend(ctx context.Context, in gis.Input, rows places[mended], columns []string, value func(column, text string) string, wrong map[int64][]register.Complaint, out io.Writer) error {
	table := csv.NewWriter(out)
	columns = append(append([]string{"row"}, columns...), WhatToDo)
	if err := table.Write(columns); err != nil {
		return fmt.Errorf("inbox: %w", err)
	}
	kept := rows.columns
	rows.left = &Left{}
	rows.read = func(t record) (mended, error) {
		row := mended{texts: map[string]string{}}
		for _, column := range kept {
			text, err := t.Text(column.english)
			if err == nil && text != "" {
				row.texts[column.english] = text
			}
		}
		return row, nil
	}
	rows.put = func(row *mended, at orb.Point) { row.at = &at }
	rows.keep = func(number int64, row mended, _ *register.Complaint) error {
		return table.Write(row.record(columns, number, value, wrong[number]))
	}
	if err := rows.each(ctx, in); err != nil {
		return err
	}
	table.Flush()
	return table.Error()
}

// record is a row as it is written.
func (row mended) record(columns []string, number int64, value func(column, text string) string, wrong []register.Complaint) []string {
	if row.at != nil && *row.at != geo.Nowhere {
		row.texts["lon"], row.texts["lat"] = degreesText(row.at.Lon()), degreesText(row.at.Lat())
	}
	values := make([]string, len(columns))
	for i, column := range columns {
		switch column {
		case "row":
			values[i] = strconv.FormatInt(number, 10)
		case WhatToDo:
			values[i] = toDo(wrong)
		case "lon", "lat", "doors":
			values[i] = number64(row.texts[column])
		default:
			values[i] = gis.EscapeCell(value(column, row.texts[column]))
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
