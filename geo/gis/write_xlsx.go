package gis

import (
	"archive/zip"
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/paulmach/orb"
)

// xlsxWriter writes a workbook of Office Open XML (ECMA-376): a sheet with the rows,
// as CSV has them, and one with the manifest. Rows are written as they come.
type xlsxWriter struct {
	file   *os.File
	parts  *zip.Writer
	sheet  *bufio.Writer
	layer  Layer
	about  Manifest
	points bool
	row    int
}

// mostSheetRows and mostCell are what Excel takes: rows of a sheet, characters of a cell.
const (
	mostSheetRows = 1 << 20
	mostCell      = 32767
)

const (
	xlsxHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	xlsxMain  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	xlsxRels  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	xlsxTypes = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

func createXLSX(file *os.File, layer Layer, about Manifest) (Writer, error) {
	if about.Rows >= mostSheetRows {
		return nil, fmt.Errorf("%w xlsx holds %d rows, there are %d; take gpkg or csv", ErrFormat, mostSheetRows-1, about.Rows)
	}
	w := &xlsxWriter{file: file, parts: zip.NewWriter(file), layer: layer, about: about, points: layer.Geometry == "Point"}
	for _, part := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + xlsxTypes + `sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + xlsxTypes + `worksheet+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet2.xml" ContentType="` + xlsxTypes + `worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + xlsxRels + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + xlsxMain + `" xmlns:r="` + xlsxRels + `"><sheets>` +
			`<sheet name="` + escapeXML(layer.Name) + `" sheetId="1" r:id="r1"/><sheet name="manifest" sheetId="2" r:id="r2"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + xlsxRels + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="r2" Type="` + xlsxRels + `/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`},
	} {
		out, err := w.parts.Create(part[0])
		if err != nil {
			return nil, wrap(err)
		}
		if _, err := out.Write([]byte(xlsxHead + part[1])); err != nil {
			return nil, wrap(err)
		}
	}
	if err := w.openSheet("xl/worksheets/sheet1.xml"); err != nil {
		return nil, err
	}
	names := make([]any, 0, len(layer.Columns)+2)
	for _, column := range layer.Columns {
		names = append(names, column.Name)
	}
	if w.points {
		names = append(names, "lon", "lat")
	} else {
		names = append(names, "wkt")
	}
	return w, w.write(names)
}

func (w *xlsxWriter) openSheet(name string) error {
	out, err := w.parts.Create(name)
	if err != nil {
		return wrap(err)
	}
	w.sheet, w.row = bufio.NewWriter(out), 0
	_, err = w.sheet.WriteString(xlsxHead + `<worksheet xmlns="` + xlsxMain + `"><sheetData>`)
	return wrap(err)
}

func (w *xlsxWriter) closeSheet() error {
	w.sheet.WriteString("</sheetData></worksheet>")
	return wrap(w.sheet.Flush())
}

func (w *xlsxWriter) Write(shape orb.Geometry, values []any) error {
	cells := append(make([]any, 0, len(values)+2), values...)
	if at, ok := shape.(orb.Point); ok && w.points {
		return w.write(append(cells, at[0], at[1]))
	}
	text, err := appendWKT(nil, shape)
	if err != nil {
		return err
	}
	if len(text) > mostCell {
		// A cut shape would be a wrong one.
		return w.write(append(cells, nil))
	}
	return w.write(append(cells, string(text)))
}

// write writes a row. Texts are inline and never formulas; one that looks like a
// formula is escaped nevertheless, as the sheet may be saved as CSV.
func (w *xlsxWriter) write(cells []any) error {
	w.row++
	fmt.Fprintf(w.sheet, `<row r="%d">`, w.row)
	for i, cell := range cells {
		at := xlsxColumn(i) + strconv.Itoa(w.row)
		switch v := cell.(type) {
		case nil:
		case string:
			fmt.Fprintf(w.sheet, `<c r="%s" t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, escapeXML(shorten(EscapeCell(v))))
		case bool:
			fmt.Fprintf(w.sheet, `<c r="%s" t="b"><v>%d</v></c>`, at, map[bool]int{true: 1}[v])
		case int64:
			fmt.Fprintf(w.sheet, `<c r="%s"><v>%d</v></c>`, at, v)
		case float64:
			fmt.Fprintf(w.sheet, `<c r="%s"><v>%s</v></c>`, at, appendDegrees(nil, v))
		default:
			return fmt.Errorf("gis: a %T in a table", cell)
		}
	}
	_, err := w.sheet.WriteString("</row>")
	return wrap(err)
}

// shorten cuts a text to what a cell holds, between characters.
func shorten(text string) string {
	if len(text) <= mostCell {
		return text
	}
	end := mostCell
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// xlsxColumn is the name of a column: A, B ... Z, AA.
func xlsxColumn(i int) string {
	name := string(rune('A' + i%26))
	if i >= 26 {
		name = xlsxColumn(i/26-1) + name
	}
	return name
}

func (w *xlsxWriter) Close() error {
	err := w.finish()
	if closed := w.file.Close(); err == nil {
		err = wrap(closed)
	}
	return err
}

func (w *xlsxWriter) finish() error {
	if err := w.closeSheet(); err != nil {
		return err
	}
	if err := w.openSheet("xl/worksheets/sheet2.xml"); err != nil {
		return err
	}
	m := w.about
	for _, line := range [][]any{
		{"layer", m.Layer}, {"format", string(m.Format)}, {"requester", m.Requester}, {"purpose", m.Purpose}, {"area", m.Area},
		{"created", m.Created.Format("2006-01-02 15:04:05Z07:00")}, {"expires", m.Expires.Format("2006-01-02 15:04:05Z07:00")},
		{"rows", m.Rows}, {"licence", m.Licence}, {"attribution", m.Attribution}, {"left_out", strings.Join(m.LeftOut, "; ")},
	} {
		if err := w.write(line); err != nil {
			return err
		}
	}
	if err := w.closeSheet(); err != nil {
		return err
	}
	return wrap(w.parts.Close())
}
