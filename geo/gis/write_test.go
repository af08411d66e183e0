package gis

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"pgregory.net/rapid"
)

// hostile are names that would do harm where they are not written as what they are.
var hostile = []string{
	`=HYPERLINK("http://example.com","x")`, "+1", "-1+2", "@SUM(A1)", "\ttab", "\rreturn",
	`</name><script>alert(1)</script>&amp;]]>`, `quote " and ' and \ and ;,`, "𠮷野家 😀", "line\nbreak", "'", "",
	"'; DROP TABLE points; --", `{"a":1`, "  spaces  ", "ف‎", "plain",
}

var points = Layer{Name: "places", Geometry: "Point", Columns: []Column{
	{"id", Text}, {"name", Text}, {"number", Integer}, {"late", Boolean}, {"due", Date}, {"at_time", Time},
}}

func about(format Format, layer Layer, rows int) Manifest {
	created := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	return Manifest{
		Layer: layer.Name, Format: format, Requester: "anna", Purpose: "fire_safety", Area: `West <"&>`, Created: created,
		Expires: created.AddDate(0, 0, 1), Rows: int64(rows), Licence: "https://opendatacommons.org/licenses/odbl/1-0/",
		Attribution: "© OpenStreetMap contributors", LeftOut: []string{"places that asked"},
	}
}

// write makes a file of rows and gives its path.
func write(t testing.TB, format Format, layer Layer, shapes []orb.Geometry, rows [][]any) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), layer.Name+"."+string(format))
	w, err := Create(path, layer, about(format, layer, len(rows)))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := w.Write(shapes[i], row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// throughGDAL is the content of a file as GDAL reads it.
func throughGDAL(t testing.TB, path, layer string, options ...string) *geojson.FeatureCollection {
	t.Helper()
	if strings.HasSuffix(path, string(Shapefile)) {
		path = "/vsizip/{" + path + "}"
	}
	arguments := append([]string{"-f", "GeoJSON", "/vsistdout/", path, "-lco", "COORDINATE_PRECISION=7"}, options...)
	command := exec.Command("ogr2ogr", append(arguments, layer)...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil {
		t.Fatalf("ogr2ogr %s: %v: %s", path, err, complaints.String())
	}
	collection, err := geojson.UnmarshalFeatureCollection(out)
	if err != nil {
		t.Fatal(err)
	}
	return collection
}

// options that GDAL needs to read a format as it is meant.
var openOptions = map[Format][]string{
	CSV:  {"-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "GEOM_POSSIBLE_NAMES=wkt", "-oo", "AUTODETECT_TYPE=NO", "-oo", "KEEP_GEOM_COLUMNS=NO"},
	XLSX: {"-oo", "HEADERS=FORCE", "-oo", "FIELD_TYPES=STRING"},
}

func TestWrite_HostileNamesSurviveGDAL(t *testing.T) {
	t.Parallel()
	var shapes []orb.Geometry
	var rows [][]any
	for i, name := range hostile {
		shapes = append(shapes, orb.Point{1.5 + float64(i)/100, -42.5})
		rows = append(rows, []any{fmt.Sprint("p", i), name, int64(-i), i%2 == 0, "2027-03-01", "08:30:00"})
	}
	rows = append(rows, []any{"nothing", nil, nil, nil, nil, nil})
	shapes = append(shapes, orb.Point{0, 0})
	for _, format := range []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV, KML, XLSX, Shapefile} {
		t.Run(string(format), func(t *testing.T) {
			t.Parallel()
			path := write(t, format, points, shapes, rows)
			read := throughGDAL(t, path, points.Name, openOptions[format]...)
			if len(read.Features) != len(rows) {
				t.Fatalf("GDAL reads %d rows, want %d", len(read.Features), len(rows))
			}
			for i, feature := range inOrder(read, "id", rows) {
				want, _ := rows[i][1].(string)
				if format == CSV || format == XLSX {
					want = EscapeCell(want)
				}
				got, _ := feature.Properties["name"].(string)
				if format == KML {
					got, _ = feature.Properties["Name"].(string)
				}
				if lines(format, got) != lines(format, want) {
					t.Errorf("name %q, want %q", got, want)
				}
				if number := fmt.Sprint(feature.Properties["number"]); rows[i][2] != nil && number != fmt.Sprint(rows[i][2]) {
					t.Errorf("number %s, want %v", number, rows[i][2])
				}
				if feature.Geometry != nil && format != XLSX && !orb.Equal(rounded(feature.Geometry), rounded(shapes[i])) {
					t.Errorf("at %v, want %v", feature.Geometry, shapes[i])
				}
			}
		})
	}
}

// inOrder are the features in order of the rows that they were, by the first column:
// FlatGeobuf has an order of its own.
func inOrder(read *geojson.FeatureCollection, column string, rows [][]any) []*geojson.Feature {
	place := map[string]int{}
	for i, row := range rows {
		place[fmt.Sprint(row[0])] = i
	}
	ordered := make([]*geojson.Feature, len(rows))
	for _, feature := range read.Features {
		ordered[place[fmt.Sprint(feature.Properties[column])]] = feature
	}
	return ordered
}

// lines are a text as far as a format keeps its white space: GDAL reads any end of
// line as one in CSV, and XML may trim.
func lines(format Format, text string) string {
	if format == CSV || format == KML || format == XLSX {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	if format == KML || format == XLSX {
		text = strings.TrimSpace(text)
	}
	if format == Shapefile {
		text = strings.Trim(text, " ") // texts are filled up with spaces
	}
	return text
}

func rounded(shape orb.Geometry) orb.Geometry { return orb.Round(orb.Clone(shape), 1e7) }

func square(x, y, side float64) orb.Ring {
	return orb.Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

func TestWrite_ShapesSurviveGDAL(t *testing.T) {
	t.Parallel()
	hole := square(1.2, 42.2, 0.1)
	hole.Reverse()
	for _, test := range []struct {
		geometry string
		shapes   []orb.Geometry
		formats  []Format
	}{
		{"LineString", []orb.Geometry{orb.LineString{{1, 42}, {1.5, 42.25}}, orb.LineString{{1, 42}, {1, 43}, {2, 43}}}, []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV, KML, Shapefile}},
		{"MultiPolygon", []orb.Geometry{
			orb.MultiPolygon{{square(1, 42, 0.5), hole}},
			orb.MultiPolygon{{square(1, 42, 0.5)}, {square(2, 42, 0.5)}},
		}, []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV}},
		{"Geometry", []orb.Geometry{
			orb.Point{1, 2}, orb.LineString{{1, 42}, {1.5, 42.25}}, orb.Polygon{square(1, 42, 0.5)}, orb.MultiPoint{{1, 2}, {3, 4}},
			orb.MultiLineString{{{1, 42}, {1.5, 42.25}}, {{5, 5}, {6, 6}}},
		}, []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV}},
	} {
		layer := Layer{Name: "shapes", Geometry: test.geometry, Columns: []Column{{"n", Integer}}}
		var rows [][]any
		for i := range test.shapes {
			rows = append(rows, []any{int64(i)})
		}
		for _, format := range test.formats {
			t.Run(test.geometry+"/"+string(format), func(t *testing.T) {
				t.Parallel()
				read := throughGDAL(t, write(t, format, layer, test.shapes, rows), layer.Name, openOptions[format]...)
				if len(read.Features) != len(rows) {
					t.Fatalf("%d rows, want %d", len(read.Features), len(rows))
				}
				for i, feature := range inOrder(read, "n", rows) {
					if !orb.Equal(rounded(feature.Geometry), rounded(test.shapes[i])) {
						t.Errorf("%v, want %v", feature.Geometry, test.shapes[i])
					}
				}
			})
		}
	}
}

func TestWriteGPX_HasATrackForEachRoute(t *testing.T) {
	t.Parallel()
	layer := Layer{Name: "routes", Geometry: "LineString", Columns: []Column{{"code", Text}, {"date", Date}, {"distance_m", Integer}}}
	line := orb.LineString{{1, 42}, {1.5, 42.25}, {1.6, 42.3}}
	path := write(t, GPX, layer, []orb.Geometry{line, line}, [][]any{{`w<01>`, "2027-03-01", int64(5)}, {"w02", "2027-03-02", int64(6)}})
	read := throughGDAL(t, path, "tracks")
	if len(read.Features) != 2 || read.Features[0].Properties["name"] != "w<01> 2027-03-01" {
		t.Fatalf("%d tracks, the first %v", len(read.Features), read.Features[0].Properties)
	}
	if got := read.Features[0].Geometry; !orb.Equal(got, orb.MultiLineString{line}) {
		t.Errorf("%v, want %v", got, line)
	}
	_, err := Create(filepath.Join(t.TempDir(), "x"), points, about(GPX, points, 0))
	if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "routes") {
		t.Errorf("places as GPX: %v", err)
	}
}

func TestWrite_EmptyFilesOpen(t *testing.T) {
	t.Parallel()
	// In a sheet with a header alone, GDAL takes the header for a row.
	for _, format := range []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV, KML, Shapefile} {
		path := write(t, format, points, nil, nil)
		if format == GeoJSONSeq {
			if content, err := os.ReadFile(path); err != nil || len(content) != 0 {
				t.Errorf("%s: %q, %v", format, content, err)
			}
			continue // to GDAL an empty file is of no format
		}
		if read := throughGDAL(t, path, points.Name, openOptions[format]...); len(read.Features) != 0 {
			t.Errorf("%s: %d rows", format, len(read.Features))
		}
	}
}

func TestWrite_CarriesTheManifest(t *testing.T) {
	t.Parallel()
	shapes, rows := []orb.Geometry{orb.Point{1, 2}}, [][]any{{"a", "b", int64(1), true, "2027-03-01", "08:30:00"}}
	for _, format := range []Format{GeoJSON, GeoJSONSeq, GPKG, FGB, CSV, KML, XLSX, Shapefile} {
		path := write(t, format, points, shapes, rows)
		var said string
		switch format {
		case CSV:
			content, err := os.ReadFile(path + CSVMetadata)
			if err != nil || !json.Valid(content) {
				t.Fatalf("%v: %s", err, content)
			}
			said = string(content)
		case Shapefile:
			said = string(unpacked(t, path, "places-manifest.json"))
		case XLSX:
			read, err := json.Marshal(throughGDAL(t, path, "manifest", "-oo", "HEADERS=DISABLE"))
			if err != nil {
				t.Fatal(err)
			}
			said = string(read)
		default:
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			said = string(content)
		}
		for _, word := range []string{"anna", "fire_safety", "odbl", "OpenStreetMap", "2027-03-0", "places that asked"} {
			if !strings.Contains(said, word) {
				t.Errorf("%s does not say %q", format, word)
			}
		}
	}
}

// unpacked is a file of an archive.
func unpacked(t testing.TB, path, name string) []byte {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	content, err := fs.ReadFile(archive, name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestAppendJSON_WritesAsEncodingJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom(append(hostile, "\u2028", "\u2029", "€", "中国", "\xff", "\x7f"))).Draw(t, "text")
		for _, value := range []any{nil, true, int64(len(text)), text, text + "x", "中" + text} {
			want, err := toJSON(value)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := appendJSON([]byte("["), value); err != nil || string(got) != "["+string(want) {
				t.Fatalf("%q is written %s, want %s; %v", value, got, want, err)
			}
		}
	})
}

func TestWriteCSV_NumbersAreNeverEscaped(t *testing.T) {
	path := write(t, CSV, points, []orb.Geometry{orb.Point{-1.5, -42}}, [][]any{{"a", "-x", int64(-7), nil, nil, nil}})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "'-x", "-7", "", "", "", "-1.5", "-42"}; !slices.Equal(rows[1], want) {
		t.Errorf("%q, want %q", rows[1], want)
	}
}

func TestWrite_FindsByTheIndex(t *testing.T) {
	t.Parallel()
	var shapes []orb.Geometry
	var rows [][]any
	for i := range 500 {
		shapes = append(shapes, orb.Point{float64(i) / 10, 1})
		rows = append(rows, []any{fmt.Sprint(i), "x", int64(i), nil, nil, nil})
	}
	for _, n := range []int{1, 16, 17, 500} {
		for _, format := range []Format{GPKG, FGB} {
			path := write(t, format, points, shapes[:n], rows[:n])
			want := max(0, min(n, 111)-100) // 10.0 to 11.0
			read := throughGDAL(t, path, points.Name, "-spat", "9.95", "0", "11.05", "2")
			if len(read.Features) != want {
				t.Errorf("%s: %d of %d places in the window, want %d", format, len(read.Features), n, want)
			}
		}
	}
}

func TestCreate_RefusesInWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	if _, err := Create(path, points, about("docx", points, 0)); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "gpkg") {
		t.Error(err)
	}
	if _, err := Create(path, points, about(XLSX, points, 2_000_000)); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "1048575") {
		t.Errorf("too many rows for a sheet: %v", err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Error("a refused file is there")
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, points, about(GPKG, points, 0)); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file that is there: %v", err)
	}
}

func TestEscapeCell_IsNeverAFormula(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		escaped := EscapeCell(text)
		if escaped != "" && strings.ContainsRune("=+-@\t\r", rune(escaped[0])) {
			r.Fatalf("%q stays %q", text, escaped)
		}
		if strings.TrimPrefix(escaped, "'") != strings.TrimPrefix(text, "'") {
			r.Fatalf("%q becomes %q", text, escaped)
		}
	})
}
