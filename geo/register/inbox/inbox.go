// Package inbox reads the files that an import takes: households, areas and
// incidents as CSV or GeoJSON, and addresses that refuse visits as CSV.
//
// What Rounds does not keep is dropped here, while parsing: columns and properties
// outside the closed list are never looked at, and all that is told about them is
// how many there were. A complaint names the row and the field and repeats a value
// only where it can be nothing but a number in degrees.
package inbox

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Transform turns points of the file's coordinate system into longitude and
// latitude on WGS 84, in place; nil when they are that already. See
// [register.DB.ToWGS84].
type Transform func(context.Context, []orb.Point) error

// Left is what is told about a file beside its rows.
type Left struct {
	// Columns, or properties, that Rounds does not keep.
	Columns int
	// FirstRow is the number of the first area: 2 after a header.
	FirstRow int64
}

// isJSON looks at the beginning of a file.
func isJSON(r *bufio.Reader) (bool, error) {
	start, err := r.Peek(64)
	if err != nil && err != io.EOF {
		return false, fmt.Errorf("inbox: %w", err)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n")
	return bytes.HasPrefix(text, []byte("{")), nil
}

// complaint is what a reader says about a row, without the values it quotes.
func complaint(err error) *register.Complaint {
	var wrong *gis.RowError
	if !errors.As(err, &wrong) {
		return nil
	}
	return &register.Complaint{Row: wrong.Row, Field: field(wrong.Field), Problem: withoutValues(wrong.Problem)}
}

// fatal is the end of reading: a complaint about the file or the row where it could
// not go on.
func fatal(err error) error {
	if c := complaint(err); c != nil {
		return &register.RefusedError{Complaints: []register.Complaint{*c}, Total: 1}
	}
	return err
}

func field(name string) string {
	if name == "" {
		return "file"
	}
	return name
}

// quotation is a quoted value, or a number of more digits than degrees have before
// the point.
var quotation = regexp.MustCompile(`"[^"]*"|[0-9][0-9.]*e\+?[0-9]+|\b[0-9]{5,}[0-9.]*`)

func withoutValues(problem string) string {
	return quotation.ReplaceAllString(problem, "(value left out)")
}

// table is a CSV file with its columns told apart: those that are kept, and how
// many others there are.
func table(r io.Reader, left *Left, kept []column, required []string) (*gis.Table, error) {
	t, err := gis.NewNamedTable(r, names(kept), required...)
	if err != nil {
		return nil, fatal(err)
	}
	left.Columns = t.Columns()
	for _, column := range kept {
		if t.Has(column.english) {
			left.Columns--
		}
	}
	return t, nil
}

// texter is a row of a table, or a feature.
type texter interface {
	Text(column string) (string, error)
	Wrong(field, problem string) error
}

// record is one of a place.
type record interface {
	texter
	Float(column string) (v float64, found bool, err error)
}

// texts reads several columns of a row.
func texts(t texter, columns map[string]*string) error {
	for column, to := range columns {
		text, err := t.Text(column)
		if err != nil {
			return err
		}
		*to = text
	}
	return nil
}

// degrees reads two columns of coordinates.
func degrees(t record) (at orb.Point, err error) {
	for i, column := range []string{"lon", "lat"} {
		v, found, err := t.Float(column)
		switch {
		case err != nil:
			return at, t.Wrong(column, "is no number; want it like 1.5218")
		case !found:
			return at, t.Wrong(column, "is empty; want degrees, such as 1.5218")
		}
		at[i] = v
	}
	return at, nil
}

// others are the names of properties that are not kept, to be counted: no more of
// them than a table may sensibly have columns, as a name takes memory.
type others map[string]struct{}

func (o others) add(name string) {
	if len(o) < 10_000 {
		o[name] = struct{}{}
	}
}
