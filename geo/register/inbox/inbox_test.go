package inbox

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/register"
)

// wide is text as UTF-16 with a byte-order mark, as Excel saves "Unicode text".
func wide(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

func chinese(text string) string {
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return encoded
}

const head = "id,lon,lat,street\n"

// Spreadsheets of other tongues and times are read as what they are.
func TestImport_ReadsTextOfAnyEncoding(t *testing.T) {
	t.Parallel()
	f := open(t)
	table := "编号;经度;纬度;街道;门牌号\n%s;1,05;42,05;解放路;十八\n"
	for name, test := range map[string]struct{ file, told string }{
		"GB18030":      {chinese(fmt.Sprintf(table, "gb")), "GB18030"},
		"UTF-16":       {wide(fmt.Sprintf(table, "wide")), "UTF-16"},
		"UTF-8":        {"\xef\xbb\xbf" + fmt.Sprintf(table, "mark"), ""},
		"GB18030 late": {head + strings.Repeat("late,1.05,42.05,Mill Lane\n", 1) + chinese("later,1.05,42.05,解放路\n"), "GB18030"},
	} {
		report, left, err := f.take("households", test.file, "")
		if err != nil || report.Added == 0 || left.Encoding != test.told {
			t.Errorf("%s: %+v, told %q: %v", name, report, left.Encoding, err)
		}
	}
	if n := f.count("SELECT count(*) FROM rounds.households WHERE street = '解放路'"); n != 4 {
		t.Errorf("%d on the street, want 4", n)
	}
	_, left, err := f.take("households", "id,lon,lat,street\nlatin,1.05,42.05,Caf\xe9 Stra\xdfe\n", "")
	if err != nil || left.Encoding != "Windows-1252" || f.count("SELECT count(*) FROM rounds.households WHERE street = 'Café Straße'") != 1 {
		t.Errorf("Latin: %q, %v", left.Encoding, err)
	}
}

// A file that cannot be taken is refused with a line for each of the first rows that
// says which field and what to do; and nothing of it is kept.
func TestImport_SaysWhatIsWrongAndKeepsNothing(t *testing.T) {
	t.Parallel()
	f := open(t)
	before := f.dump()
	good := "a,1.05,42.05,Mill Lane\n"
	for name, test := range map[string]struct {
		kind, file, option string
		says               []string // of the first complaint
	}{
		"swapped":               {"households", head + good + "b,42.05,1.05,Mill Lane\n", "", []string{"row 3: lon, lat: lies outside every area", "swap the two columns"}},
		"swapped in China":      {"households", head + "b,29.3,117.2,解放路\n", "", []string{"row 2: lat: is more than 90", "lon and lat swapped"}},
		"swapped incidents":     {"incidents", "lon,lat,matter,reported_on\n42.05,1.05,sewer,2026-03-01\n", "", []string{"row 2: lon, lat: lies outside every area", "swapped"}},
		"metres":                {"households", head + "a,378000,4707000,x\n", "", []string{"lon, lat", "--crs"}},
		"two encodings":         {"households", head + "a,1.05,42.05,解放路七号\n" + chinese("b,1.05,42.05,十八\n"), "", []string{"row 3: street: is not UTF-8 but, it seems, GB18030 (GBK); save the file as UTF-8"}},
		"missing columns":       {"households", "id,x,y\na,1,42\n", "", []string{"row 1: lon, lat: is missing"}},
		"missing area columns":  {"areas", "id,name\na,b\n", "", []string{"row 1: level, wkt: is missing"}},
		"ragged row":            {"households", head + good + "b,1.05,42.05,Mill Lane, 3\n", "", []string{"row 3", "has 5 fields, the header has 4"}},
		"column twice":          {"households", "id,lon,lat,street,street\na,1,42,x,y\n", "", []string{"row 1: street: is there twice"}},
		"column in two tongues": {"households", "id,lon,lat,street,街道\na,1,42,x,y\n", "", []string{"row 1: street: is there twice"}},
		"property twice":        {"areas", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{"name":"a","名称":"b"}}]}`, "", []string{"row 1: name: is there twice"}},
		"huge field":            {"households", head + good + "b,1.05,42.05," + strings.Repeat("x", 3<<20) + "\n", "", []string{"row 3", "is longer than 1 MB"}},
		"huge property":         {"households", `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"x":"` + strings.Repeat("x", 3<<20) + `"}}]}`, "", []string{"row 1", "longer than 1 MB"}},
		"open quotation mark":   {"households", head + "a,1.05,42.05,\"Mill Lane\n" + strings.Repeat(good, 100), "", []string{"row 2", "quotation marks"}},
		"long field":            {"households", head + "b,1.05,42.05," + strings.Repeat("x", 121) + "\n", "", []string{"row 2: street: is longer than 120 characters; shorten it"}},
		"empty file":            {"households", "", "", []string{"file: the file is empty"}},
		"header alone":          {"households", head, "", []string{"file: holds no households; nothing was imported"}},
		"no areas":              {"areas", `{"type":"FeatureCollection","features":[]}`, "", []string{"file: holds no areas"}},
		"no incidents":          {"incidents", "lon,lat,matter,reported_on\n", "", []string{"file: holds no incidents"}},
		"cut off":               {"households", `{"type":"FeatureCollection","features":[{"type":"Fea`, "", []string{"row 1", "cut off"}},
		"no collection":         {"incidents", `{"type":"Topology"}`, "", []string{"type: is not FeatureCollection"}},
		"one feature":           {"incidents", `{"type":"Feature"}`, "", []string{"row 1: geometry: is no Point"}},
		"other system":          {"households", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:25831"}},"features":[]}`, "", []string{"file: holds no households"}},
		"no such system":        {"households", `{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:999999"}},"features":[{"type":"Feature","id":"a","geometry":{"type":"Point","coordinates":[1,42]}}]}`, "", []string{"crs: EPSG:999999 is none that is known"}},
		"not finite":            {"households", head + "a,NaN,42.05,x\n", "", []string{"row 2: lon: is no number"}},
		"workbook":              {"households", "PK\x03\x04rest", "", []string{"file: the ZIP is damaged; pack it again"}},
		"a complaint by itself": {"households", head + "a,,42.05,x\n" + good, "25831", []string{"row 2: lon: is empty"}},
	} {
		_, _, err := f.take(test.kind, test.file, test.option)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		first := f.refused(err)[0].Error()
		for _, word := range test.says {
			if !strings.Contains(first, word) {
				t.Errorf("%s: %q does not say %q", name, first, word)
			}
		}
		if strings.Contains(first, "\n") || len(first) > 240 {
			t.Errorf("%s: more than a line: %q", name, first)
		}
	}
	if f.dump() != before {
		t.Error("something of a refused file was kept")
	}
}

// Who has addresses alone finds them on the map. One that refused is on no map, and is
// absorbed without a word, though it is not found.
func TestHouseholds_AreFoundByTheirAddress(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("households", "id,lon,lat,street,house_number,place\nway/1,1.05,42.05,Carrer de la Font,2,County\nway/2,1.051,42.05,Carrer de la Font,6,County\nway/3,1.06,42.05,Carrer Major,1,County\n", "")
	f.must(err)
	_, _, err = f.take("refusals", "street,house_number,place\nCarrer Major,1,County\n", "")
	f.must(err)
	const file = "id,lon,lat,street,house_number\nb-2,,,Carer de la Font,2\nb-4,,,Carrer de la Font,4\nb-9,1.07,42.07,Nowhere,9\nb-1,,,Carrer Major,1\n"
	if _, _, err := f.take("households", file, ""); f.refused(err)[0].Error() != "row 2: lon, lat: is empty; want degrees, such as 1.5218 and 42.5063, or have addresses matched (--match-addresses)" {
		t.Error(err)
	}
	for name, file := range map[string]string{"table": file, "without columns of points": "id,address\nb-2,\"Carer de la Font 2, County\"\n"} {
		report, _, err := f.take("households", file, "match")
		if err != nil || report.Added+report.Unchanged+report.Changed == 0 {
			t.Errorf("%s: %+v, %v", name, report, err)
		}
	}
	_, _, err = f.take("households", file, "match")
	f.must(err)
	if n := f.count(`SELECT count(*) FROM rounds.households WHERE (source_key, ST_AsText(at, 4)) IN (('b-2', 'POINT(1.05 42.05)'), ('b-4', 'POINT(1.0505 42.05)'), ('b-9', 'POINT(1.07 42.07)'))`); n != 3 {
		t.Errorf("%d of 3 are where they are", n)
	}
	if n := f.count("SELECT count(*) FROM rounds.households WHERE source_key = 'b-1'"); n != 0 {
		t.Error("a place that refused is back")
	}
	_, _, err = f.take("households", "id,street,house_number\nb-7,Bahnhofstrasse,3\nb-8,Carrer de la Font,40\n", "match")
	complaints := f.refused(err)
	if len(complaints) != 2 || complaints[0].Error() != "row 2: street: is no street with addresses on the map; give lon and lat" || complaints[1].Row != 3 || complaints[1].Field != "house_number" {
		t.Error(complaints)
	}
}

// A slip of the pen, or leaving the town out where two have the address, does not bring
// back who refused.
func TestHouseholds_FoundByTheirAddressAreNotThoseThatRefused(t *testing.T) {
	t.Parallel()
	f := open(t)
	_, _, err := f.take("households", "id,lon,lat,street,house_number,place\nway/1,1.05,42.05,Carrer de la Font,2,County\nway/2,1.0505,42.05,Carrer de la Font,4,County\n"+
		"way/3,1.051,42.05,Carrer de la Font,6,County\nway/4,1.02,42.02,Pujada,1,Vila\nway/5,1.08,42.08,Pujada,1,Poble\n", "")
	f.must(err)
	_, _, err = f.take("refusals", "street,house_number,place\nCarrer de la Font,4,County\nPujada,1,Vila\n", "")
	f.must(err)
	report, _, err := f.take("households", "id,street,house_number,place\nb-1,Carer de la Font,4,County\nb-2,Carer de la Font,4,\nb-3,Pujada,1,\nb-4,Pujada,1,Vila\nb-5,Pujada,1,Poble\nb-6,Carer de la Font,2,\n", "match")
	f.must(err)
	if report.Added != 2 || f.count("SELECT count(*) FROM rounds.households WHERE source_key IN ('b-5', 'b-6')") != 2 {
		t.Errorf("%+v; want the two that did not refuse", report)
	}
}

// many is a file with a table of n rows within the county; the last row is followed by
// more.
func many(t *testing.T, n int, more string) *os.File {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "*.csv")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	w := bufio.NewWriter(file)
	fmt.Fprint(w, "id,lon,lat,street,house_number,remark\n")
	for i := range n {
		fmt.Fprintf(w, "b-%d,%.6f,%.6f,Mill Lane,%d,a nice garden with a pond\n", i, 1.02+float64(i%1000)*0.00006, 42.02+float64(i/1000%1000)*0.00006, i)
	}
	w.WriteString(more)
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	return file
}

// Alone, as it measures the memory of the whole process.
func TestHouseholds_ReadAMillionRowsInBoundedMemory(t *testing.T) {
	for _, test := range []struct {
		name    string
		rows    int
		systems Systems
	}{{"as they are", 1_000_000, nil}, {"turned", 200_000, moved}} {
		var memory runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&memory)
		before, most, rows := memory.HeapAlloc, uint64(0), 0
		var left Left
		in := Households(t.Context(), many(t, test.rows, ""), test.systems, &left)
		err := in(func(row int64, h geo.Household, c *register.Complaint) error {
			if rows++; rows%100_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&memory)
				most = max(most, memory.HeapAlloc)
			}
			if c != nil || row != int64(rows+1) || h.Doors != 1 {
				return fmt.Errorf("row %d: %+v, %v", row, h, c)
			}
			return nil
		})
		if err != nil || rows != test.rows || left.Columns != 1 {
			t.Fatalf("%s: %d rows, %d columns left out: %v", test.name, rows, left.Columns, err)
		}
		if most > before+24<<20 {
			t.Errorf("%s: %d MB", test.name, (most-before)>>20)
		}
	}
}

func TestImport_TakesNothingWhenTheLastRowIsWrong(t *testing.T) {
	t.Parallel()
	f := open(t)
	before := f.dump()
	for name, last := range map[string]string{
		"wrong row": "x,1.05,91,,,\n", "ragged": "x\n", "cut off": "\"x", "not UTF-8": "x,1.05,42.05,éé\xff,,\n", "double": "b-0,1.05,42.05,,,\n",
	} {
		file, err := io.ReadAll(many(t, 6000, last))
		f.must(err)
		_, _, err = f.take("households", string(file), "")
		complaints := f.refused(err)
		if len(complaints) != 1 || complaints[0].Row != 6002 {
			t.Errorf("%s: %v", name, complaints)
		}
	}
	if f.dump() != before {
		t.Error("rows before the wrong one were kept")
	}
}

func TestImport_ReportsADryRunAndKeepsNothing(t *testing.T) {
	t.Parallel()
	f := open(t)
	before := f.dump()
	for kind, file := range map[string]string{
		"households": head + "a,1.05,42.05,Mill Lane\nb,1.06,42.05,Mill Lane\n",
		"areas":      "id,name,level,parent,wkt\nt,Town,town,county,\"POLYGON((1 42,1.05 42,1.05 42.1,1 42))\"\nu,Town,town,county,\"POLYGON((1.05 42,1.1 42,1.1 42.1,1.05 42))\"\n",
		"incidents":  "lon,lat,matter,reported_on\n1.05,42.05,sewer,2026-03-01\n1.06,42.05,sewer,2026-03-01\n",
	} {
		report, _, err := f.take(kind, file, "dry")
		if err != nil || report.Added != 2 || !report.DryRun {
			t.Errorf("%s: %+v, %v", kind, report, err)
		}
		if f.dump() != before {
			t.Fatalf("a dry run of %s kept something", kind)
		}
		if report, _, err := f.take(kind, file, ""); err != nil || report.Added != 2 {
			t.Errorf("%s for good: %+v, %v", kind, report, err)
		}
		before = f.dump()
	}
}
