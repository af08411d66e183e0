package print_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/web/print"
)

// written is the path of a document's file.
func written(t *testing.T, document *print.Document) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.pdf")
	var file bytes.Buffer
	if err := document.Write(&file); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// tool runs a program of poppler-utils or qpdf.
func tool(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), name, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}

// tight is a text without spaces, which a reader of the file guesses from distances.
func tight(text string) string { return strings.Join(strings.Fields(text), "") }

func newDocument() *print.Document {
	return print.New(print.Options{Title: "Test", Language: "zh-Hans", Foot: "给 anna 的纸张 · for anna", Made: time.Date(2027, 3, 1, 8, 0, 0, 0, time.UTC)})
}

// What a reader of the paper sees, a reader of the file finds: in both languages, in
// tables of many pages, and with fonts that are embedded.
func TestDocument_IsReadInBothLanguages(t *testing.T) {
	t.Parallel()
	d := newDocument()
	d.Heading("Walk of Núria · 走访单")
	d.Paragraph(strings.Repeat("A long paragraph that is broken into lines. ", 8) + strings.Repeat("一段很长的文字，需要折行。", 12))
	d.Map(print.Picture{
		Bound:  orb.Bound{Min: orb.Point{1.5, 42.5}, Max: orb.Point{1.51, 42.506}},
		Ground: []print.Shape{{Class: "street", Name: "Carrer Major", Geometry: orb.LineString{{1.5, 42.5}, {1.505, 42.503}, {1.51, 42.506}}}},
		Route:  orb.LineString{{1.501, 42.501}, {1.505, 42.503}}, Credit: "© OpenStreetMap contributors",
		Marks: []print.Mark{{At: orb.Point{1.508, 42.501}, Label: "17"}},
	}, 90)
	var rows [][]print.Cell
	for n := range 60 {
		rows = append(rows, []print.Cell{{QR: fmt.Sprint("AB12CD-", n), Text: fmt.Sprint("row", n)}, {Text: "人民路 12 号 3 单元，垟头村"}, {Box: true}})
	}
	d.Table([]print.Column{{Title: "Stop", Width: 30}, {Title: "地址"}, {Title: "Done", Width: 12}}, rows)
	text := tool(t, "pdftotext", "-layout", written(t, d), "-")
	for _, want := range []string{"Walk of Núria · 走访单", "需要折行。", "Carrer Major", "17", "200 m", "© OpenStreetMap contributors", "row0", "row59", "人民路 12 号 3 单元，垟头村", "给 anna 的纸张 · for anna", "1 / 4", "4 / 4"} {
		if !strings.Contains(tight(text), tight(want)) {
			t.Errorf("the text has no %q:\n%.3000s", want, text)
		}
	}
	if n := strings.Count(text, "地址"); n != 4 && n != 3 {
		t.Errorf("the titles of the table are on %d pages", n)
	}
}

func TestDocument_IsSound(t *testing.T) {
	t.Parallel()
	d := newDocument()
	d.Heading("走访单")
	d.Table([]print.Column{{Title: "Stop"}}, [][]print.Cell{{{QR: "AB12CD-1", Text: "1"}}})
	file := written(t, d)
	if out := tool(t, "qpdf", "--check", file); !strings.Contains(out, "No syntax or stream encoding errors") {
		t.Error(out)
	}
	fonts := tool(t, "pdffonts", file)
	for _, line := range strings.Split(strings.TrimSpace(fonts), "\n")[2:] {
		if f := strings.Fields(line); f[len(f)-5] != "yes" {
			t.Errorf("not embedded: %s", line)
		}
	}
	if info := tool(t, "pdfinfo", file); !strings.Contains(info, "A4") || !strings.Contains(info, "Test") {
		t.Error(info)
	}
}

// A text without end of words is broken all the same, and one that no font has is told
// from one that is not there.
func TestDocument_BreaksWhatIsWiderThanALine(t *testing.T) {
	t.Parallel()
	d := newDocument()
	d.Table([]print.Column{{Title: "Narrow", Width: 20}}, [][]print.Cell{{{Text: strings.Repeat("x", 60)}}, {{Text: "a \U0001F600 b"}}})
	text := tool(t, "pdftotext", "-layout", written(t, d), "-")
	if n := strings.Count(text, "x"); n != 60 {
		t.Errorf("%d letters of 60", n)
	}
	if !strings.Contains(tight(text), "a?b") {
		t.Errorf("no sign for an unknown letter:\n%s", text)
	}
}
