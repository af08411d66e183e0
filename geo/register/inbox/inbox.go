// Package inbox reads the files that an import takes: households, areas and incidents
// in any common format of GIS or spreadsheets, and addresses that refuse visits as a
// table.
//
// What Rounds does not keep is dropped here, while parsing: columns and properties
// outside the closed list are never looked at, and all that is told about them is
// how many there were. A complaint names the row and the field and repeats a value
// only where it can be nothing but a number in degrees.
package inbox

import (
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Transform turns points of the file's coordinate system into longitude and
// latitude on WGS 84, in place; nil when they are that already. See
// [register.DB.ToWGS84].
type Transform func(context.Context, []orb.Point) error

// Systems gives the transform for the coordinate system that a file names: "EPSG:25831",
// or a description that PROJ reads; "" is a file that names none.
type Systems func(system string) (Transform, error)

// SystemsOf are the systems that a register turns into WGS 84: that which somebody named
// or, where named is false, what the file says.
func SystemsOf(db *register.DB, crs register.CRS, named bool) Systems {
	return func(own string) (Transform, error) {
		from := crs
		if !named {
			var err error
			if from, err = register.CRSOfFile(own); err != nil {
				return nil, err
			}
		}
		if from.IsWGS84() {
			return nil, nil
		}
		return func(ctx context.Context, points []orb.Point) error { return db.ToWGS84(ctx, from, points) }, nil
	}
}

// of is the transform; without systems a file has to be on WGS 84.
func (s Systems) of(system string) (Transform, error) {
	switch {
	case s != nil:
		return s(system)
	case system == "":
		return nil, nil
	}
	return nil, &register.RefusedError{Total: 1, Complaints: []register.Complaint{{Field: "crs",
		Problem: "is not WGS 84; save the file with coordinates in degrees (EPSG:4326)"}}}
}

// Left is what is told about a file beside its rows.
type Left struct {
	// Columns, or properties, that Rounds does not keep.
	Columns int
	// Read are the columns that were found, as far as the file says beforehand which it has.
	Read []string
	// FirstRow is the number of the first area: 2 after a header.
	FirstRow int64
	// Encoding is what a table was written in, when that is not UTF-8.
	Encoding string
	// System is the coordinate system that the file names, when it is not WGS 84.
	System string
}

// complaint is what a reader says about a row, without the values it quotes.
func complaint(err error) *register.Complaint {
	var wrong *gis.RowError
	if !errors.As(err, &wrong) {
		if wrong = gis.Ends(err); wrong == nil {
			return nil
		}
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

// table is a CSV file with its columns told apart: those that are kept, by all their
// names, and how many others there are.
func table(in gis.Input, left *Left, kept map[string]string, required []string) (*gis.Table, error) {
	text, encoding, err := gis.TextOf(in)
	if err != nil {
		return nil, err
	}
	if encoding != "UTF-8" {
		left.Encoding = encoding
	}
	t, err := gis.NewNamedTable(text, kept, required...)
	if err != nil {
		return nil, fatal(err)
	}
	left.Columns = t.Columns()
	for _, column := range columnsOf(kept) {
		if t.Has(column) {
			left.Columns--
			left.Read = append(left.Read, column)
		}
	}
	return t, nil
}

// records opens a file of another format than CSV and GeoJSON. Columns that it has to
// have are looked for where the format says which there are.
func records(in gis.Input, left *Left, kept map[string]string, required []string, mostBytes int) (*gis.Records, error) {
	r, err := gis.Open(in, gis.Wanted{Names: kept, MostBytes: mostBytes,
		Dates: []string{"reported_on", "due_on", "closed_on"}, Clocks: []string{"window_start", "window_end"}})
	if err != nil {
		return nil, fatal(err)
	}
	if !r.Plain {
		required = slices.DeleteFunc(slices.Clone(required), func(column string) bool { return slices.Contains(inShape, column) })
	}
	if missing := r.Missing(required); len(missing) > 0 {
		r.Close()
		return nil, fatal(&gis.RowError{Row: 1, Field: strings.Join(missing, ", "), Problem: "is missing; the columns are named " + strings.Join(required, ",")})
	}
	left.System = r.System
	left.Read = slices.DeleteFunc(columnsOf(kept), func(column string) bool { return len(r.Missing([]string{column})) > 0 })
	return r, nil
}

// columnsOf are the columns that names are of, each once.
func columnsOf(names map[string]string) []string {
	return slices.Compact(slices.Sorted(maps.Values(names)))
}

// inShape are columns in place of which most formats have a shape.
var inShape = []string{"lon", "lat", "wkt"}

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
