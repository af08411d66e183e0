package gis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// Input is a file, or what reads like one.
type Input interface {
	io.Reader
	io.ReaderAt
	io.Seeker
}

// Wanted says what is read of a file; everything else is dropped while parsing.
type Wanted struct {
	// Names has, for each name of a column in small letters, the one that it is read by.
	Names map[string]string
	// Dates and Clocks are columns that a workbook holds as numbers.
	Dates, Clocks []string
	// MostBytes bounds a row; 0 is a megabyte, plenty for a place.
	MostBytes int
}

// Record is a row of a file, with the columns that were wanted.
type Record struct {
	// Shape is nil where the row has none.
	Shape  orb.Geometry
	number int64
	values map[string]string
}

// Number of the row from 1; the header of a table is row 1.
func (r *Record) Number() int64 { return r.number }

// Text of a column, without space around it; "" when there is no such column.
func (r *Record) Text(column string) (string, error) { return strings.TrimSpace(r.values[column]), nil }

// Float is the number of a column that may be left empty, then false.
func (r *Record) Float(column string) (v float64, found bool, err error) {
	text, _ := r.Text(column)
	if text == "" {
		return 0, false, nil
	}
	v, problem := parseFloat(text)
	if problem != "" {
		return 0, false, r.Wrong(column, problem)
	}
	return v, true, nil
}

// Wrong is an error about a field of this row.
func (r *Record) Wrong(field, problem string) error {
	return &RowError{Row: r.number, Field: field, Problem: problem}
}

// Records are the rows of a file of any of the formats but CSV and GeoJSON.
type Records struct {
	// System is the coordinate system that the file names: "EPSG:25831", or a
	// description that PROJ reads; "" is longitude and latitude, or not said.
	System string
	// Plain says that rows have no shapes but columns, as in a workbook.
	Plain  bool
	source source
	wanted Wanted
	record Record
	// known are all columns of the file, where they are known before the rows.
	known []string
	// dropped are the columns that were not wanted.
	dropped map[string]struct{}
}

// source reads rows of one format.
type source interface {
	// next puts the values of a row and its shape; io.EOF is the end. A [RowError]
	// without a row is about this row alone, other errors end the file.
	next(r *Records) error
	close() error
}

// mostColumns bounds the names of columns that are told apart, and mostVertices the
// points of one shape.
const (
	mostColumns  = 10_000
	mostVertices = 1_000_000
)

func errVertices() error {
	return &RowError{Field: "geometry", Problem: "has more than a million points; simplify it"}
}

// put keeps a value if its column is wanted.
func (r *Records) put(column, value string) error {
	name, wanted := r.wanted.Names[strings.ToLower(strings.TrimSpace(column))]
	if !wanted {
		if len(r.dropped) < mostColumns {
			r.dropped[column] = struct{}{}
		}
		return nil
	}
	if old, twice := r.record.values[name]; twice && old != "" && value != "" && old != value {
		return &RowError{Field: name, Problem: "is there twice; remove a column"}
	}
	if value != "" {
		r.record.values[name] = value
	}
	return nil
}

// wants says whether a column is read at all; of others the value is never looked at.
func (r *Records) wants(column string) bool {
	_, wanted := r.wanted.Names[strings.ToLower(strings.TrimSpace(column))]
	if !wanted && len(r.dropped) < mostColumns {
		r.dropped[column] = struct{}{}
	}
	return wanted
}

// Next gives the next row, which is good until the call after; io.EOF is the end. What
// is wrong with one row is a [RowError], and reading goes on; another error ends it.
func (r *Records) Next() (*Record, error) {
	r.record.number++
	r.record.Shape = nil
	clear(r.record.values)
	err := guard(func() error { return r.source.next(r) })
	if err == nil && vertices(r.record.Shape) > mostVertices {
		err = errVertices()
	}
	if err == nil && !finite(r.record.Shape) {
		err = &RowError{Field: "geometry", Problem: "has a coordinate that is no finite number"}
	}
	var wrong *RowError
	if errors.As(err, &wrong) && wrong.Row == 0 {
		wrong.Row = r.record.number
	}
	return &r.record, err
}

// Missing are those of the columns that the file does not have, as far as it says so.
func (r *Records) Missing(columns []string) (missing []string) {
	if r.known == nil {
		return nil
	}
	there := map[string]bool{}
	for _, column := range r.known {
		there[r.wanted.Names[strings.ToLower(strings.TrimSpace(column))]] = true
	}
	for _, column := range columns {
		if !there[column] {
			missing = append(missing, column)
		}
	}
	return missing
}

// Dropped is how many columns were not wanted.
func (r *Records) Dropped() int { return len(r.dropped) }

// Columns are the names of all columns that the file has, as far as it says or rows were
// read.
func (r *Records) Columns() []string {
	all := slices.Clone(r.known)
	for name := range r.dropped {
		if !slices.Contains(r.known, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Close ends reading.
func (r *Records) Close() error { return r.source.close() }

// errEnds is the end of a file that cannot be read on.
type errEnds struct{ RowError }

func (e *errEnds) Error() string { return e.RowError.Error() }

// Ends says what is wrong with a file as a whole, or nil when an error is about one row
// or is none of the file's.
func Ends(err error) *RowError {
	var end *errEnds
	if errors.As(err, &end) {
		return &end.RowError
	}
	return nil
}

// ends is an error that says what is wrong with the file.
func ends(problem string, arguments ...any) error {
	return &errEnds{RowError{Problem: fmt.Sprintf(problem, arguments...)}}
}

// guard calls a decoder that may panic on bytes that nobody thought of.
func guard(decode func() error) (err error) {
	defer func() {
		if trouble := recover(); trouble != nil {
			err = ends("the file is damaged; write it again")
		}
	}()
	return decode()
}

// Sniffed is what a file begins like.
type Sniffed string

// Kinds of files that are read in different ways.
const (
	LooksTable    Sniffed = "table"
	LooksFeatures Sniffed = "features"
	LooksRecords  Sniffed = "records"
)

// openers read formats that begin with some bytes.
var openers = []struct {
	start string
	open  func(Input, int64, *Records) error
}{
	{"PK\x03\x04", openZip}, {"PK\x05\x06", openZip}, {"SQLite format 3\x00", openGPKG}, {fgbMagic[:3], openFGB}, {"PAR1", openParquet},
	{"\x00\x00\x27\x0a", openLoneShape}, {"<", openXML}, {"\x1e", openSequence},
}

// Sniff looks at the beginning of a file, and goes back to it.
func Sniff(in Input) (Sniffed, error) {
	start, err := beginning(in)
	if err != nil {
		return "", err
	}
	for _, opener := range openers {
		if bytes.HasPrefix(start, []byte(opener.start)) {
			return LooksRecords, nil
		}
	}
	switch {
	case bytes.HasPrefix(start, []byte("{")) && isSequence(start):
		return LooksRecords, nil
	case bytes.HasPrefix(start, []byte("{")):
		return LooksFeatures, nil
	}
	return LooksTable, nil
}

// beginning is the start of a file, without a byte-order mark and space.
func beginning(in Input) ([]byte, error) {
	start := make([]byte, 4096)
	n, err := in.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("gis: %w", err)
	}
	return bytes.TrimLeft(bytes.TrimPrefix(start[:n], []byte("\xef\xbb\xbf")), " \t\r\n"), nil
}

// Open opens a file for which [Sniff] said records.
func Open(in Input, wanted Wanted) (*Records, error) {
	start, err := beginning(in)
	if err != nil {
		return nil, err
	}
	size, err := in.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = in.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, fmt.Errorf("gis: %w", err)
	}
	if wanted.MostBytes == 0 {
		wanted.MostBytes = mostRecord
	}
	r := &Records{wanted: wanted, record: Record{values: map[string]string{}}, dropped: map[string]struct{}{}}
	open := openSequence
	for _, opener := range openers {
		if bytes.HasPrefix(start, []byte(opener.start)) {
			open = opener.open
			break
		}
	}
	if err := guard(func() error { return open(in, size, r) }); err != nil {
		if r.source != nil {
			r.source.close()
		}
		return nil, err
	}
	return r, nil
}
