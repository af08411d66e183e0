package print

import (
	qr "github.com/piglig/go-qr"
)

// Column of a table.
type Column struct {
	// Title stands over it, on each page.
	Title string
	// Width is in millimetres; 0 shares what the others leave.
	Width float64
}

// Cell of a table: what is set is drawn, from the left.
type Cell struct {
	// QR is a text for a reader of codes, drawn as one.
	QR   string
	Text string
	Bold bool
	// Box is a square to tick.
	Box bool
}

// Measures of a table.
const (
	cellPad   = 1.0
	titleSize = 7.5
	tableSize = 9
	qrSide    = 9.0
	boxSide   = 4.2
)

// Table sets rows under each other; a row stays on one page, and each page has the
// titles.
func (d *Document) Table(columns []Column, rows [][]Cell) {
	widths := d.widths(columns)
	head := make([]Cell, len(columns))
	for i, column := range columns {
		head[i] = Cell{Text: column.Title, Bold: true}
	}
	d.Room(d.height(head, widths, titleSize) + 3*qrSide)
	d.row(head, widths, titleSize, true)
	for _, cells := range rows {
		if d.top+d.height(cells, widths, tableSize) > d.bottom {
			d.NewPage()
			d.row(head, widths, titleSize, true)
		}
		d.row(cells, widths, tableSize, false)
	}
	d.Space(2)
}

func (d *Document) widths(columns []Column) []float64 {
	widths := make([]float64, len(columns))
	left, shares := d.width, 0
	for i, column := range columns {
		widths[i] = column.Width
		left -= column.Width
		if column.Width == 0 {
			shares++
		}
	}
	for i := range widths {
		if widths[i] == 0 {
			widths[i] = left / float64(shares)
		}
	}
	return widths
}

func (c Cell) indent() float64 {
	if c.QR != "" {
		return qrSide + cellPad
	}
	return 0
}

func (d *Document) height(cells []Cell, widths []float64, size float64) (height float64) {
	for i, cell := range cells {
		lines := len(d.wrap(cell.Text, size, cell.Bold, widths[i]-2*cellPad-cell.indent()))
		height = max(height, float64(lines)*size*point*leading)
		if cell.QR != "" {
			height = max(height, qrSide)
		}
		if cell.Box {
			height = max(height, boxSide)
		}
	}
	return height + 2*cellPad
}

func (d *Document) row(cells []Cell, widths []float64, size float64, head bool) {
	height := d.height(cells, widths, size)
	if head {
		d.pdf.SetFillColor(235, 235, 235)
		d.pdf.Rect(margin, d.top, d.width, height, "F")
	}
	d.pdf.SetDrawColor(150, 150, 150)
	d.pdf.SetLineWidth(0.15)
	d.pdf.Line(margin, d.top+height, margin+d.width, d.top+height)
	x := margin
	for i, cell := range cells {
		inner := x + cellPad
		if cell.QR != "" {
			d.code(inner, d.top+cellPad, cell.QR)
			inner += cell.indent()
		}
		if cell.Box {
			d.pdf.SetDrawColor(0, 0, 0)
			d.pdf.SetLineWidth(0.25)
			d.pdf.Rect(x+(widths[i]-boxSide)/2, d.top+(height-boxSide)/2, boxSide, boxSide, "D")
		}
		y := d.top + cellPad
		for _, line := range d.wrap(cell.Text, size, cell.Bold, widths[i]-2*cellPad-cell.indent()) {
			d.text(inner, y, line, size, cell.Bold)
			y += size * point * leading
		}
		x += widths[i]
	}
	d.top += height
}

// code draws a text as a QR code (ISO/IEC 18004); the white of the page is its border.
func (d *Document) code(x, y float64, text string) {
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		d.fail(err)
		return
	}
	side := qrSide / float64(code.Size())
	d.pdf.SetFillColor(0, 0, 0)
	for row := range code.Size() {
		for from := 0; from < code.Size(); from++ {
			to := from
			for to < code.Size() && code.Module(to, row) {
				to++
			}
			if to > from {
				d.pdf.Rect(x+float64(from)*side, y+float64(row)*side, float64(to-from)*side, side, "F")
				from = to
			}
		}
	}
}
