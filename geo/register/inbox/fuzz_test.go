package inbox

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// seed adds the hostile files, and what is in testdata/fuzz is added anyway.
func seed(f *testing.F, files ...string) {
	for _, name := range files {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content)
	}
}

// seedFormats adds a small file of each format.
func seedFormats(f *testing.F, shape orb.Geometry) {
	for _, format := range []gis.Format{gis.GeoJSON, gis.GeoJSONSeq, gis.CSV, gis.KML, gis.GPKG, gis.FGB, gis.Parquet, gis.XLSX, gis.Shapefile} {
		f.Add(written(f, format, shape))
	}
	f.Add([]byte(`<gpx><wpt lat="42.05" lon="1.05"><name>a</name></wpt></gpx>`))
}

// checkTold checks what is told about a file: in a line, without the marks of the
// hostile files, which a mutated one still has.
func checkTold(t *testing.T, c *register.Complaint) {
	if c == nil {
		return
	}
	text := c.Error()
	if c.Problem == "" || strings.ContainsAny(text, "\n\r") || len(text) > 300 || !utf8.ValidString(text) || strings.Contains(text, "zqmark") {
		t.Errorf("told: %q", text)
	}
}

// checkEnd checks how reading ended: rows refused, or a file that could not be read.
func checkEnd(t *testing.T, err error) {
	var refused *register.RefusedError
	if err == nil {
		return
	}
	if !errors.As(err, &refused) {
		t.Errorf("no refusal: %v", err)
		return
	}
	for _, c := range refused.Complaints {
		checkTold(t, &c)
	}
}

func moved(string) (Transform, error) {
	return func(_ context.Context, points []orb.Point) error {
		for i := range points {
			points[i][0]++
		}
		return nil
	}, nil
}

func FuzzHouseholds(f *testing.F) {
	seed(f, "hostile-en.csv", "hostile-zh.csv", "hostile.geojson")
	seedFormats(f, orb.Point{1.05, 42.05})
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, systems := range []Systems{nil, moved} {
			last, left := int64(0), Left{}
			in := Households(t.Context(), strings.NewReader(string(content)), systems, &left)
			checkEnd(t, in(func(row int64, h geo.Household, c *register.Complaint) error {
				if checkTold(t, c); row <= last {
					t.Errorf("row %d after row %d", row, last)
				}
				last = row
				if c == nil && (h.Doors < 1 || h.Doors > 2000) {
					t.Errorf("row %d: %d doors", row, h.Doors)
				}
				if c == nil {
					checkTold(t, register.CheckHousehold(h))
				}
				return nil
			}))
			if left.Columns < 0 {
				t.Errorf("%d columns left out", left.Columns)
			}
		}
	})
}

func FuzzIncidents(f *testing.F) {
	seed(f, "hostile-incidents.csv", "hostile.geojson")
	f.Fuzz(func(t *testing.T, content []byte) {
		var left Left
		in := Incidents(t.Context(), strings.NewReader(string(content)), Meaning{}, moved, &left)
		checkEnd(t, in(func(row int64, i register.Incident, c *register.Complaint) error {
			checkTold(t, c)
			if c == nil && (i.ID == "" || i.ReportedOn.IsZero() && i.Closed) {
				t.Errorf("row %d: %+v", row, i)
			}
			return nil
		}))
	})
}

func FuzzAreas(f *testing.F) {
	seed(f, "hostile-areas.csv")
	f.Add([]byte(countyCSV))
	seedFormats(f, orb.MultiPolygon{{{{1, 42}, {1.1, 42}, {1.1, 42.1}, {1, 42}}}})
	f.Fuzz(func(t *testing.T, content []byte) {
		var left Left
		areas, err := Areas(t.Context(), strings.NewReader(string(content)), nil, nil, &left)
		checkEnd(t, err)
		if err != nil && areas.Areas != nil {
			t.Error("areas beside an error")
		}
		for row, c := range areas.Wrong {
			if checkTold(t, &c); c.Row != row {
				t.Errorf("row %d of row %d", c.Row, row)
			}
		}
	})
}
