package gis

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// mostRecord bounds one row of a table, or one feature, in bytes.
const mostRecord = 1 << 20

// RowError is what is wrong with a row; Row counts as a spreadsheet does, the
// header being row 1, and is 0 for the file as a whole.
type RowError struct {
	Row     int64
	Field   string
	Problem string
}

func (e *RowError) Error() string {
	text := "gis: "
	if e.Row > 0 {
		text += fmt.Sprintf("row %d: ", e.Row)
	}
	if e.Field != "" {
		text += e.Field + ": "
	}
	return text + e.Problem
}

// Table is a CSV file with a header: UTF-8 with or without a byte-order mark,
// separated by commas, semicolons, tabs or bars. It holds one row at a time.
type Table struct {
	in      *limited
	rows    *csv.Reader
	columns map[string]int
	row     []string
	// header are the names of the columns as the file has them.
	header []string
	// number of the row as a spreadsheet counts.
	number int64
	// decimal says that numbers may have a comma where others have a point, as in tables
	// that commas do not separate.
	decimal bool
}

// NewTable reads the header. Columns may come in any order and further ones are
// never looked at; each of required must be there.
func NewTable(r io.Reader, required ...string) (*Table, error) {
	return NewNamedTable(r, nil, required...)
}

// NewNamedTable is a table whose columns may have other names, such as Chinese
// ones: names has, for each name in small letters, the one that it is read by, and
// each of these may be there once.
func NewNamedTable(r io.Reader, names map[string]string, required ...string) (*Table, error) {
	in := &limited{in: r, left: mostRecord}
	buffer := bufio.NewReaderSize(in, 1<<16)
	start, err := buffer.Peek(4096)
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
		return nil, fmt.Errorf("gis: %w", err)
	}
	if err := encodingOf(start); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte("\xef\xbb\xbf")) {
		buffer.Discard(3)
		start = start[3:]
	}
	t := &Table{in: in, rows: csv.NewReader(buffer), columns: map[string]int{}, number: 1}
	t.rows.Comma = separator(start)
	t.decimal = t.rows.Comma != ','
	t.rows.ReuseRecord = true
	header, err := t.read()
	if err == io.EOF {
		return nil, &RowError{Problem: "the file is empty; want a header and a row for each place"}
	}
	if err != nil {
		return nil, err
	}
	t.header = slices.Clone(header)
	return t, t.readHeader(header, names, required)
}

func (t *Table) readHeader(header []string, names map[string]string, required []string) error {
	for i, name := range header {
		if !utf8.ValidString(name) {
			return &RowError{Row: 1, Problem: fmt.Sprintf("is not UTF-8 but, it seems, %s; save the file as UTF-8", guess(strings.Join(header, " ")))}
		}
		name = strings.ToLower(strings.TrimSpace(name))
		known, named := names[name]
		switch {
		case named:
			name = known
		case names != nil:
			continue // nobody looks at it, be it called as a column that is looked at
		}
		if _, twice := t.columns[name]; twice && (named || slices.Contains(required, name)) {
			return &RowError{Row: 1, Field: name, Problem: "is there twice; remove a column"}
		}
		t.columns[name] = i
	}
	var missing []string
	for _, name := range required {
		if _, found := t.columns[name]; !found {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return &RowError{Row: 1, Field: strings.Join(missing, ", "), Problem: "is missing; the first row names the columns: " + strings.Join(required, ",")}
	}
	return nil
}

// encodingOf says what a file is that is not UTF-8 text, and what to do about it.
func encodingOf(start []byte) error {
	switch {
	case bytes.HasPrefix(start, []byte("\xff\xfe")), bytes.HasPrefix(start, []byte("\xfe\xff")):
		return &RowError{Problem: "the file is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8)"}
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		return &RowError{Problem: "the file is a workbook or a ZIP; save it as CSV UTF-8"}
	case bytes.IndexByte(start, 0) >= 0:
		return &RowError{Problem: "the file holds zero bytes, as UTF-16 does; save it as UTF-8 (in Excel: CSV UTF-8)"}
	}
	return nil
}

// guess names the encoding that bytes which are no UTF-8 are most likely in.
func guess(text string) string {
	decoded, err := simplifiedchinese.GB18030.NewDecoder().String(text)
	if err == nil && !strings.ContainsRune(decoded, utf8.RuneError) {
		han, other := 0, 0
		for _, r := range decoded {
			switch {
			case unicode.Is(unicode.Han, r):
				han++
			case r >= 0x80:
				other++
			}
		}
		// A word of Latin-1 read as GB18030 has a stray character or none; Chinese
		// words have two and more.
		if han >= 2 && han > other {
			return "GB18030 (GBK)"
		}
	}
	return "Windows-1252 (Latin)"
}

// separator is the one that the first line holds most often.
func separator(start []byte) rune {
	line, _, _ := bytes.Cut(start, []byte("\n"))
	best, most := ',', bytes.Count(line, []byte(","))
	for _, s := range ";\t|" {
		if n := bytes.Count(line, []byte(string(s))); n > most {
			best, most = s, n
		}
	}
	return best
}

// Next moves to the next row; false at the end of the file.
func (t *Table) Next() (bool, error) {
	t.number++
	row, err := t.read()
	if err == io.EOF {
		return false, nil
	}
	t.row = row
	return err == nil, err
}

func (t *Table) read() ([]string, error) {
	t.in.left = mostRecord
	row, err := t.rows.Read()
	var parse *csv.ParseError
	switch {
	case err == nil || err == io.EOF:
		return row, err
	case errors.Is(err, errLong):
		return nil, t.Wrong("", fmt.Sprintf("is longer than %d MB; is a quotation mark open?", mostRecord>>20))
	case errors.Is(err, csv.ErrFieldCount):
		return nil, t.Wrong("", fmt.Sprintf("has %d fields, the header has %d; look for a separator inside a text that has no quotation marks", len(row), t.rows.FieldsPerRecord))
	case errors.As(err, &parse):
		return nil, t.Wrong("", fmt.Sprintf("%v in column %d; put texts with quotation marks into quotation marks and double those inside", parse.Err, parse.Column))
	}
	return nil, fmt.Errorf("gis: %w", err)
}

// Number of the row as a spreadsheet counts, the header being 1.
func (t *Table) Number() int64 { return t.number }

// Columns is how many columns there are.
func (t *Table) Columns() int { return len(t.header) }

// Has says whether the table has a column.
func (t *Table) Has(column string) bool {
	_, found := t.columns[column]
	return found
}

// Text of a column in this row, without space around it; "" when there is no such
// column.
func (t *Table) Text(column string) (string, error) {
	i, found := t.columns[column]
	if !found {
		return "", nil
	}
	text := strings.TrimSpace(t.row[i])
	if !utf8.ValidString(text) {
		return "", t.Wrong(column, fmt.Sprintf("is not UTF-8 but, it seems, %s; save the file as UTF-8", guess(text)))
	}
	// Rows share a buffer: a kept text must not keep the whole row.
	return strings.Clone(text), nil
}

// Float is the number of a column that may be left empty, then false.
func (t *Table) Float(column string) (v float64, found bool, err error) {
	text, err := t.Text(column)
	if err != nil || text == "" {
		return 0, false, err
	}
	if t.decimal {
		text = decimalPoint(text)
	}
	v, problem := parseFloat(text)
	if problem != "" {
		return 0, false, t.Wrong(column, problem)
	}
	return v, true, nil
}

// decimalPoint writes a number that has one comma and no point with a point.
func decimalPoint(text string) string {
	if strings.Contains(text, ".") {
		return text
	}
	return strings.Replace(text, ",", ".", 1)
}

// Wrong is an error about a field of this row.
func (t *Table) Wrong(field, problem string) error {
	return &RowError{Row: t.number, Field: field, Problem: problem}
}

// limited fails when a record takes more than it is allowed to.
type limited struct {
	in   io.Reader
	left int
}

var errLong = errors.New("record too long")

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errLong
	}
	n, err := l.in.Read(p)
	l.left -= n
	return n, err
}

// Header are the names of the columns of a table.
func Header(r io.Reader) ([]string, error) {
	t, err := NewNamedTable(r, map[string]string{})
	if err != nil {
		return nil, err
	}
	return t.header, nil
}
