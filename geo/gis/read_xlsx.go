package gis

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbook reads the first sheet of a workbook that has rows. Of a cell with a formula
// it reads the value that was saved; nothing is worked out.
type workbook struct {
	file   *excelize.File
	rows   *excelize.Rows
	header []string
}

// mostWorkbook bounds a workbook, packed: it is held, as is what is in it beside sheets
// and texts of more than mostPartHeld; mostHeld bounds that.
const (
	mostWorkbook = 128 << 20
	mostPartHeld = 16 << 20
	mostHeld     = 256 << 20
)

func openXLSX(in Input, size int64, r *Records) error {
	if size > mostWorkbook {
		return ends("the workbook is larger than %d MB; save it as CSV UTF-8", mostWorkbook>>20)
	}
	if err := checkParts(in, size); err != nil {
		return err
	}
	file, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: mostPartHeld, RawCellValue: true})
	if err != nil {
		return ends("the workbook cannot be opened: it is damaged, or locked with a password; save it as CSV UTF-8")
	}
	w := &workbook{file: file}
	r.source, r.Plain = w, true
	for _, sheet := range file.GetSheetList() {
		if w.rows, err = file.Rows(sheet); err != nil {
			return ends("the sheets of the workbook cannot be read; save it as CSV UTF-8")
		}
		if w.rows.Next() {
			w.header, err = w.rows.Columns()
			break
		}
	}
	if err != nil || len(w.header) == 0 {
		return ends("the first row of the workbook names no columns")
	}
	r.known = w.header
	for _, name := range w.header {
		r.wants(name)
	}
	seen := map[string]bool{}
	for _, name := range w.header {
		if known := r.wanted.Names[foldName(name)]; known != "" {
			if seen[known] {
				return &errEnds{RowError{Row: 1, Field: known, Problem: "is there twice; remove a column"}}
			}
			seen[known] = true
		}
	}
	r.record.number = 1
	return nil
}

// checkParts reads every part once, so that what unpacks to more than it may is known
// before the library keeps it.
func checkParts(in Input, size int64) error {
	archive, err := zip.NewReader(in, size)
	if err != nil {
		return ends("the workbook is damaged; save it again")
	}
	var all, held int64
	for _, file := range archive.File {
		name := strings.ToLower(strings.ReplaceAll(file.Name, `\`, "/"))
		spilled := name == "xl/sharedstrings.xml" || strings.HasPrefix(name, "xl/worksheets/sheet")
		n, err := checkPart(file, name == "xl/sharedstrings.xml" || strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml"))
		if err != nil {
			return err
		}
		if all += n; all > mostUnpacked {
			return ends("the workbook is more than 4 GB unpacked; split it by area")
		}
		if !spilled || n <= mostPartHeld {
			held += n
		}
		if held > mostHeld {
			return ends("the workbook holds more than %d MB beside its sheets, such as pictures; save it as CSV UTF-8", mostHeld>>20)
		}
	}
	return nil
}

// checkPart reads a part to its end and gives its size. The library ends silently where a
// sheet is no XML, as if the rows behind were none.
func checkPart(file *zip.File, sheet bool) (int64, error) {
	content, err := unpack(file)
	if err != nil {
		return 0, err
	}
	defer content.Close()
	if sheet {
		tokens := newXMLTokens(content)
		for err == nil {
			_, err = tokens.token(2 * mostRecord) // a cell that is too long is told with its row
		}
		switch {
		case Ends(err) != nil:
			return 0, err
		case errors.Is(err, errLong):
			return 0, ends("a cell of the workbook is longer than a row may be; save it as CSV UTF-8")
		case err != io.EOF:
			return 0, ends("a sheet of the workbook is damaged; save it again")
		}
	}
	_, err = io.Copy(io.Discard, content)
	return content.read, err
}

func (w *workbook) next(r *Records) error {
	for {
		if !w.rows.Next() {
			if w.rows.Error() != nil {
				return ends("the workbook is damaged after row %d; save it again", r.record.number-1)
			}
			return io.EOF
		}
		cells, err := w.rows.Columns()
		if err != nil {
			return ends("the workbook is damaged in row %d; save it again", r.record.number)
		}
		if !slices.ContainsFunc(cells, func(cell string) bool { return cell != "" }) {
			r.record.number++ // sheets have empty rows between and at the end
			continue
		}
		for i, cell := range cells {
			if i < len(w.header) && r.wants(w.header[i]) {
				if len(cell) > mostRecord {
					return &RowError{Field: w.header[i], Problem: "is longer than 1 MB"}
				}
				if err := r.put(w.header[i], r.ofSheet(w.header[i], cell)); err != nil {
					return err
				}
			}
		}
		return nil
	}
}

// ofSheet turns days and times of day, which sheets hold as numbers, into text.
func (r *Records) ofSheet(column, cell string) string {
	name := r.wanted.Names[foldName(column)]
	day, clock := slices.Contains(r.wanted.Dates, name), slices.Contains(r.wanted.Clocks, name)
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || !day && !clock {
		return cell
	}
	at, err := excelize.ExcelDateToTime(v, false)
	switch {
	case err != nil:
		return cell
	case day && v >= 1 && v < 200_000:
		return at.Format(time.DateOnly)
	case clock && v >= 0 && v < 1:
		seconds := int(v*24*60*60 + 0.5)
		return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return cell
}

func (w *workbook) close() error {
	if w.rows != nil {
		w.rows.Close()
	}
	return wrap(w.file.Close())
}
