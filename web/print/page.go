package print

import (
	"fmt"
	"io"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Options of a document.
type Options struct {
	// Title is what a reader of PDF shows; Language is en or zh-Hans. Subject says more, to
	// programs.
	Title, Language, Subject string
	// Foot stands under each page, with the number of the page: who may have it, and for
	// how long.
	Foot string
	// Made is when.
	Made time.Time
	// Wide is A4 across.
	Wide bool
}

// Document is pages, from the top down. Errors are kept until [Document.Write].
type Document struct {
	pdf      *fpdf.Fpdf
	options  Options
	embedded map[*typeface]bool
	err      error
	// top is the y of the next thing; width and bottom bound all of them.
	top, width, bottom float64
}

// Margins of a page, and the sizes of its letters in points.
const (
	margin      = 14.0
	footRoom    = 8.0
	headingSize = 15
	bodySize    = 10
	footSize    = 7.5
	// leading is the height of a line, as a part of that of its letters.
	leading = 1.3
	// millimetres in a point.
	point = 25.4 / 72
	// unnumbered stands for the number of pages until it is known.
	unnumbered = "{pages}"
)

// New begins a document with an empty page.
func New(o Options) *Document {
	orientation := "P"
	if o.Wide {
		orientation = "L"
	}
	pdf := fpdf.New(orientation, "mm", "A4", "")
	d := &Document{pdf: pdf, options: o, embedded: map[*typeface]bool{}}
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetTitle(o.Title, true)
	pdf.SetSubject(o.Subject, true)
	pdf.SetLang(o.Language)
	pdf.SetProducer("Rounds", true)
	pdf.SetCreationDate(o.Made)
	pdf.SetModificationDate(o.Made)
	pdf.AliasNbPages(unnumbered)
	w, h := pdf.GetPageSize()
	d.width, d.bottom = w-2*margin, h-margin-footRoom
	d.NewPage()
	return d
}

// NewPage begins a page, which has its foot already.
func (d *Document) NewPage() {
	d.pdf.AddPage()
	d.top = margin
	y := d.bottom + footRoom/2
	d.pdf.SetDrawColor(150, 150, 150)
	d.pdf.SetLineWidth(0.2)
	d.pdf.Line(margin, y, margin+d.width, y)
	number := fmt.Sprintf("%d / %s", d.pdf.PageNo(), unnumbered)
	room := 16.0
	y += 1
	for _, line := range d.wrap(d.options.Foot, footSize, false, d.width-room) {
		d.text(margin, y, line, footSize, false)
		y += footSize * point * leading
	}
	// The alias is as wide as what stands for it: the number begins where it fits.
	d.text(margin+d.width-room+4, d.bottom+footRoom/2+1, number, footSize, false)
}

// Width is that of what a page holds.
func (d *Document) Width() float64 { return d.width }

// Left is the height that is left of the page.
func (d *Document) Left() float64 { return d.bottom - d.top }

// Room begins a new page unless so much of this one is left.
func (d *Document) Room(height float64) {
	if d.top+height > d.bottom && d.top > margin {
		d.NewPage()
	}
}

// Space leaves some.
func (d *Document) Space(height float64) { d.top += height }

// Heading sets a text large.
func (d *Document) Heading(text string) {
	d.Room(4 * headingSize * point * leading) // with the beginning of what it is over
	d.lines(text, headingSize, true)
	d.Space(1.5)
}

// Paragraph sets a text over the width of the page.
func (d *Document) Paragraph(text string) {
	d.lines(text, bodySize, false)
	d.Space(1)
}

func (d *Document) lines(text string, size float64, heavy bool) {
	height := size * point * leading
	for _, line := range d.wrap(text, size, heavy, d.width) {
		d.Room(height)
		d.text(margin, d.top, line, size, heavy)
		d.top += height
	}
}

// text puts a text without breaks with its upper left corner at a place.
func (d *Document) text(x, y float64, text string, size float64, heavy bool) {
	d.pdf.SetTextColor(0, 0, 0)
	y += size * point // fpdf wants the base line
	for _, run := range d.runs(text, heavy) {
		if run.font == nil {
			return
		}
		d.pdf.SetFont(run.font.family, run.font.style, size)
		d.pdf.Text(x, y, run.text)
		x += d.pdf.GetStringWidth(run.text)
	}
}

// wide is how wide a text without breaks is.
func (d *Document) wide(text string, size float64, heavy bool) (width float64) {
	for _, run := range d.runs(text, heavy) {
		if run.font == nil {
			return width
		}
		d.pdf.SetFont(run.font.family, run.font.style, size)
		width += d.pdf.GetStringWidth(run.text)
	}
	return width
}

// wrap breaks a text into lines: between words, around Chinese letters, and within a
// word that is wider than a line.
func (d *Document) wrap(text string, size float64, heavy bool, width float64) (lines []string) {
	line := ""
	for _, piece := range pieces(text) {
		if line != "" && d.wide(line+strings.TrimRight(piece, " "), size, heavy) > width {
			lines, line = append(lines, strings.TrimRight(line, " ")), ""
		}
		for letters := []rune(piece); line == "" && len(letters) > 1 && d.wide(strings.TrimRight(string(letters), " "), size, heavy) > width; {
			n := len(letters) - 1
			for n > 1 && d.wide(string(letters[:n]), size, heavy) > width {
				n--
			}
			lines, letters = append(lines, string(letters[:n])), letters[n:]
			piece = string(letters)
		}
		line += piece
	}
	return append(lines, strings.TrimRight(line, " "))
}

// pieces are the parts of a text between which a line may end: after white space, and
// on either side of a Chinese letter.
func pieces(text string) (all []string) {
	piece, before := "", ' '
	for _, letter := range text {
		if piece != "" && mayEnd(before, letter) {
			all, piece = append(all, piece), ""
		}
		piece, before = piece+string(letter), letter
	}
	if piece != "" {
		all = append(all, piece)
	}
	return all
}

// Chinese punctuation that neither begins nor ends a line (GB/T 15834).
const (
	closing = "，。、；：！？）》」』】…"
	opening = "（《「『【"
)

func mayEnd(before, after rune) bool {
	const han = 0x2E80 // from here on; what comes before is written with spaces
	switch {
	case strings.ContainsRune(closing, after), strings.ContainsRune(opening, before), after == ' ':
		return false
	}
	return before == ' ' || before >= han || after >= han
}

func (d *Document) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

// Write ends the document and writes it. The error may be [ErrNoFont].
func (d *Document) Write(to io.Writer) error {
	if d.err != nil {
		return d.err
	}
	if err := d.pdf.Output(to); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
