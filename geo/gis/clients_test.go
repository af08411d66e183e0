//go:build clients

package gis

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// client runs a program without a screen and with a home of its own.
func client(t *testing.T, name string, arguments ...string) []byte {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Env = append(os.Environ(), "QT_QPA_PLATFORM=offscreen", "HOME="+t.TempDir())
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v: %s", name, err, err.(*exec.ExitError).Stderr)
	}
	return out
}

func TestClients_QGISShowsAStyledGeoPackage(t *testing.T) {
	withStyle := points
	withStyle.Style = styled
	var shapes []orb.Geometry
	rows := [][]any{{"a", "x", int64(1), true, nil, nil}, {"b", "y", int64(7), nil, nil, nil}, {"c", "d'Arc <1>", nil, nil, nil, nil}, {"d", nil, nil, nil, nil, nil}}
	for i := range rows {
		shapes = append(shapes, orb.Point{1, float64(i)})
	}
	var shown struct {
		Valid, Styled bool
		Count         int
		System        string
		Fields, Shown []string
		Rules         []struct {
			Label, Filter, Colour string
			Opacity               float64
		}
	}
	out := client(t, "/usr/bin/python3", "testdata/in_qgis.py", write(t, GPKG, withStyle, shapes, rows), points.Name)
	if err := json.Unmarshal(out, &shown); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if !shown.Valid || !shown.Styled || shown.Count != len(rows) || shown.System != "EPSG:4326" || len(shown.Rules) != len(styled.Rules) {
		t.Fatalf("%+v", shown)
	}
	if want := []string{`few & "quoted"`, "many", "d'Arc", "none"}; !slices.Equal(shown.Shown, want) {
		t.Errorf("rows are shown as %q, want %q", shown.Shown, want)
	}
	if first := shown.Rules[0]; first.Colour != "#d3e99c" || first.Opacity != 0.5 || first.Filter != `"number" < 3 AND "name" IS NOT NULL` {
		t.Errorf("%+v", first)
	}
}

func TestClients_LibreOfficeOpensAWorkbook(t *testing.T) {
	var shapes []orb.Geometry
	var rows [][]any
	for i, name := range hostile {
		shapes = append(shapes, orb.Point{1.5 + float64(i)/100, -42.5})
		rows = append(rows, []any{fmt.Sprint("p", i), name, int64(-i), i%2 == 0, "2027-03-01", "08:30:00"})
	}
	path, folder := write(t, XLSX, points, shapes, rows), t.TempDir()
	// Comma, quotation mark, UTF-8, from the first line, every cell as text.
	client(t, "soffice", "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", folder, path)
	file, err := os.Open(filepath.Join(folder, "places.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	read, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(read) != len(rows)+1 || !slices.Equal(read[0], []string{"id", "name", "number", "late", "due", "at_time", "lon", "lat"}) {
		t.Fatalf("%d rows, header %v", len(read), read[0])
	}
	for i, row := range read[1:] {
		if row[0] != rows[i][0] || row[1] != EscapeCell(rows[i][1].(string)) || row[2] != fmt.Sprint(-i) || row[7] != "-42.5" {
			t.Errorf("%q, want %q", row, rows[i])
		}
	}
}
