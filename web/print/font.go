package print

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"
)

// FontPaths are where a font with Chinese letters is looked for, in this order; each is
// TrueType, which is what fpdf embeds. On Debian the first is that of the package
// fonts-droid-fallback (Apache licence), which Rounds' own package recommends.
var FontPaths = []string{
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	"/usr/share/fonts/truetype/droid/DroidSansFallback.ttf",
	"/usr/share/fonts/droid/DroidSansFallbackFull.ttf",
	"/usr/share/fonts/google-droid-sans-fonts/DroidSansFallbackFull.ttf",
	"/Library/Fonts/Arial Unicode.ttf",
	"/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
	`C:\Windows\Fonts\simhei.ttf`,
}

// ErrNoFont says that a text has Chinese letters and no font for them was found.
var ErrNoFont = errors.New("print: no font with Chinese letters; install the package fonts-droid-fallback")

// typeface is a font that may be embedded.
type typeface struct {
	// family and style are fpdf's names for it.
	family, style string
	file          []byte
	letters       *sfnt.Font
}

func newTypeface(family, style string, file []byte) (*typeface, error) {
	letters, err := sfnt.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("print: font %s: %w", family, err)
	}
	return &typeface{family, style, file, letters}, nil
}

// has reports whether the font draws a letter.
func (f *typeface) has(letter rune) bool {
	var buffer sfnt.Buffer
	glyph, err := f.letters.GlyphIndex(&buffer, letter)
	return err == nil && glyph != 0
}

// The fonts are read once a process, when they are first needed.
var (
	regular = sync.OnceValues(func() (*typeface, error) { return newTypeface("latin", "", goregular.TTF) })
	bold    = sync.OnceValues(func() (*typeface, error) { return newTypeface("latin", "B", gobold.TTF) })
	chinese = sync.OnceValues(func() (*typeface, error) {
		for _, path := range FontPaths {
			if file, err := os.ReadFile(path); err == nil {
				return newTypeface("chinese", "", file)
			}
		}
		return nil, ErrNoFont
	})
)

// run is a part of a text in one font.
type run struct {
	font *typeface
	text string
}

// unknown stands for a letter that no font has.
const unknown = '?'

// runs cuts a text into parts of one font each.
func (d *Document) runs(text string, heavy bool) (runs []run) {
	latin := d.font(regular)
	if heavy {
		latin = d.font(bold)
	}
	for _, letter := range strings.Map(plain, text) {
		font := latin
		if latin != nil && !latin.has(letter) {
			if font = d.font(chinese); font == nil || !font.has(letter) {
				font, letter = latin, unknown
			}
		}
		if last := len(runs) - 1; last >= 0 && runs[last].font == font {
			runs[last].text += string(letter)
			continue
		}
		runs = append(runs, run{font, string(letter)})
	}
	return runs
}

// plain makes white space of control characters.
func plain(letter rune) rune {
	if letter < ' ' {
		return ' '
	}
	return letter
}

// font embeds a font once it is used; nil after an error, which the document keeps.
func (d *Document) font(of func() (*typeface, error)) *typeface {
	font, err := of()
	if err != nil {
		d.fail(err)
		return nil
	}
	if !d.embedded[font] {
		d.embedded[font] = true
		d.pdf.AddUTF8FontFromBytes(font.family, font.style, font.file)
	}
	return font
}
